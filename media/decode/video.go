package decode

import (
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"unmask/media"
	"unmask/media/cv"
)

// video decodes the frames that the plan asks for. The file is opened once more by its descriptor, never by its name.
func video(s *media.Sample, f *os.File, p media.Plan) error {
	read, known := readers[s.Info.Format]
	if !known {
		return media.Failf("format.unsupported", "videos in the format %s are not decoded", s.Info.Format)
	}
	c := clip{container: read(f, s.Item.Size)}
	s.Info.Duration = inSeconds(c.duration)
	failed := func(format string, args ...any) error {
		if c.cut {
			return media.Failf("decode.truncated", "the file is cut off, and "+format, args...)
		}
		return media.Failf("decode.failed", format, args...)
	}
	if c.encrypted {
		return media.Failf("decode.failed", "the video is encrypted")
	}
	if err := c.open(fmt.Sprintf("/proc/self/fd/%d", f.Fd())); err != nil {
		return failed("the %s video cannot be opened: %v", s.Info.Format, err)
	}
	defer func() { c.v.Close() }()
	s.Info.Duration = inSeconds(c.duration)
	if c.width <= 0 || c.height <= 0 {
		return failed("the video claims frames of %dx%d pixels", c.width, c.height)
	}
	s.Info.Width, s.Info.Height = c.width, c.height
	if swapped(c.orientation) {
		s.Info.Width, s.Info.Height = c.height, c.width
	}
	if int64(c.width) > p.MaxPixels/int64(c.height) {
		return media.Failf("decode.too_large", "the video has frames of %dx%d pixels, more than the %d pixels that are decoded", c.width, c.height, p.MaxPixels)
	}
	opening := c.opening(p)
	wanted, through := c.wanted(opening, p)
	frames, seen, err := c.decode(wanted, through)
	if !slices.ContainsFunc(frames, func(f media.Frame) bool { return f.Burst >= 0 }) {
		if err == nil {
			return failed("no frame of the video can be decoded")
		}
		return failed("the video cannot be decoded: %v", err)
	}
	s.Partial = c.missing(len(frames) == len(wanted), seen, err)
	for _, f := range frames {
		if f, err = orient(f, c.orientation); err != nil {
			return failed("the video cannot be turned upright: %v", err)
		}
		if f.Burst == glanced {
			s.Glances = append(s.Glances, f)
			continue
		}
		s.Info.Frames = append(s.Info.Frames, f.Index)
		if slices.Contains(opening, f.Index) {
			s.Opening = append(s.Opening, f)
		}
		if f.Burst != opens {
			s.Frames = append(s.Frames, f)
		}
	}
	return nil
}

// wanted returns the places to decode, with those of the opening, and whether the video is decoded from start to end on the way to them.
func (c *clip) wanted(opening []int, p media.Plan) (out []place, through bool) {
	pixels := int64(c.width) * int64(c.height)
	p.MaxPixels -= int64(len(opening)) * pixels
	out = places(c.count, p, pixels)
	through = c.count <= framesPerSeek*(1+out[len(out)-1].burst)
	if count := min(p.Glances, int(c.duration.Seconds())); count > len(out) {
		if through = through || int64(c.count)*pixels <= maxPassed; !through {
			count = min(count, int(maxPassed/framesPerSeek/pixels))
		}
		out = glances(out, c.count, count)
	}
	return merged(opening, out), through
}

// inSeconds keeps microseconds, as FFmpeg does.
func inSeconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e6 }

// missing says what could not be decoded, given whether all wanted frames came, how many frames were seen and what ended it. That a
// few of the frames at the end are missing is usual: their number is an estimate, or decoders keep them.
func (c *clip) missing(all bool, seen int, err error) *media.Failure {
	switch {
	case err != nil:
		return media.Failf("decode.failed", "the video could be decoded no further than frame %d: %v", seen, err)
	case c.cut:
		return media.Failf("decode.truncated", "the file is cut off: a part of the video is missing")
	case !all && seen < c.count-c.count/50-2:
		return media.Failf("decode.truncated", "the video claims %d frames, and only %d could be decoded", c.count, seen)
	}
	return nil
}

// clip is an opened video with what its container says.
type clip struct {
	container
	path          string
	v             *cv.Video
	width, height int           // of the frames as stored
	rate          float64       // frames a second, as the container claims
	step          time.Duration // from frame to frame at that rate
	count         int           // frames; an estimate where the container has no times
	start         time.Duration // the decoder's clock at the first frame
	passing       []byte        // pixels of a frame that is glanced at
}

// open opens the video and takes from FFmpeg what the container did not tell.
func (c *clip) open(path string) error {
	v, err := cv.OpenVideo(path)
	if err != nil {
		return err
	}
	c.v, c.path = v, path
	c.width, c.height = int(c.v.Get(cv.FrameWidth)), int(c.v.Get(cv.FrameHeight))
	if c.rate = c.v.Get(cv.FPS); !(c.rate >= 0.01 && c.rate <= 1000) {
		c.rate = 25
	}
	c.step = c.atRate(1)
	if c.count = len(c.frames); c.count == 0 {
		c.count = int(min(max(c.v.Get(cv.FrameCount), 0), 1e7))
	}
	if c.duration == 0 {
		c.duration = c.atRate(c.count)
	}
	if c.orientation == 0 {
		c.orientation = map[int]int{90: 6, 180: 3, 270: 8}[int(c.v.Get(cv.Orientation))]
	}
	return nil
}

// atRate is how long n frames last at the rate that the container claims.
func (c *clip) atRate(n int) time.Duration {
	return time.Duration(math.Round(float64(n) / c.rate * float64(time.Second)))
}
