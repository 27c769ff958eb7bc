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

// sequentialFrames is the length up to which a video is decoded from the start to the end; in longer ones the reader seeks.
const sequentialFrames = 3000

// clip is an opened video with what its container says.
type clip struct {
	v             *cv.Video
	width, height int
	fps           float64
	times         []time.Duration // of every frame in showing order; nil where the container does not tell
	count         int             // frames; an estimate where times is nil
	turned        int             // EXIF orientation that brings the frames upright
}

// video decodes the frames that the plan asks for. The file is opened once more by its descriptor, never by its name.
func video(s *media.Sample, f *os.File, p media.Plan) error {
	v, err := cv.OpenVideo(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
	if err != nil {
		return media.Failf("decode.failed", "the %s video cannot be opened: %v", s.Info.Format, err)
	}
	defer v.Close()
	c := clip{v: v, width: int(v.Get(cv.FrameWidth)), height: int(v.Get(cv.FrameHeight)), fps: v.Get(cv.FPS)}
	if c.width <= 0 || c.height <= 0 {
		return media.Failf("decode.failed", "the video claims frames of %dx%d pixels", c.width, c.height)
	}
	if int64(c.width)*int64(c.height) > p.MaxPixels {
		return media.Failf("decode.too_large", "the video claims frames of %dx%d pixels, more than the %d pixels that are decoded", c.width, c.height, p.MaxPixels)
	}
	if c.fps <= 0 || c.fps > 1000 || math.IsNaN(c.fps) {
		c.fps = 25
	}
	c.turned = map[int]int{90: 6, 180: 3, 270: 8, -90: 8, -180: 3, -270: 6}[int(v.Get(cv.Orientation))]
	duration := c.timing(f, s.Item.Size, s.Info.Format)
	wanted := places(c.count, p, int64(c.width)*int64(c.height))
	read := c.sequential
	if c.count > sequentialFrames {
		read = c.seeking
	}
	frames, ended, err := read(wanted)
	if err != nil {
		return media.Failf("decode.failed", "the video cannot be decoded: %v", err)
	}
	if len(frames) == 0 {
		return media.Failf("decode.failed", "no frame of the video can be decoded")
	}
	if c.times != nil && ended < c.count-c.count/50-2 {
		s.Partial = media.Failf("decode.truncated", "the container lists %d frames, decoding ended after %d", c.count, ended)
	}
	for i := range frames {
		if frames[i], err = orient(frames[i], c.turned); err != nil {
			return media.Failf("decode.failed", "the video cannot be turned upright: %v", err)
		}
		s.Info.Frames = append(s.Info.Frames, frames[i].Index)
	}
	s.Frames = frames
	s.Info.Width, s.Info.Height = frames[0].Width, frames[0].Height
	s.Info.Duration = math.Round(duration.Seconds()*1e6) / 1e6
	return nil
}

// timing fills times and count and returns the duration.
func (c *clip) timing(f *os.File, size int64, format string) time.Duration {
	times, duration := containerTimes(f, size, format)
	c.times, c.count = times, len(times)
	if c.count == 0 {
		c.times = nil
		c.count = int(min(max(c.v.Get(cv.FrameCount), 0), 1e7))
	}
	if duration == 0 {
		duration = time.Duration(float64(c.count) / c.fps * float64(time.Second))
	}
	return duration
}

// burst is one frame that is wanted.
type wantedFrame struct{ index, burst int }

// places spreads the plan's bursts evenly over n frames, fewer where their pixels would be too many.
func places(n int, p media.Plan, pixels int64) []wantedFrame {
	bursts, length := max(1, p.Bursts), max(1, p.Length)
	if n <= 0 {
		n = bursts * length
	}
	if most := int(p.MaxPixels / pixels); bursts*length > most {
		length = min(length, most)
		bursts = max(1, most/length)
	}
	var out []wantedFrame
	next := 0
	for b := range bursts {
		start := (2*b+1)*n/(2*bursts) - length/2
		for i := max(start, next); i < min(start+length, n); i++ {
			out = append(out, wantedFrame{i, b})
			next = i + 1
		}
	}
	return out
}

// sequential grabs every frame and keeps the wanted ones. Ended is the number of frames there were, at least up to the last wanted one.
func (c *clip) sequential(wanted []wantedFrame) (frames []media.Frame, ended int, err error) {
	last := time.Duration(0)
	for i := 0; len(wanted) > 0 || c.times != nil; i++ {
		ok, err := c.v.Grab()
		if err != nil || !ok {
			return frames, i, err
		}
		last = c.at(i, last)
		if len(wanted) > 0 && wanted[0].index == i {
			fr, err := c.retrieve(wanted[0], last)
			if err != nil {
				return frames, i, err
			}
			frames = append(frames, fr)
			wanted = wanted[1:]
		}
	}
	return frames, c.count, nil
}

// seeking goes to the start of each burst. After a seek only the time that the demuxer reports says which frame came.
func (c *clip) seeking(wanted []wantedFrame) (frames []media.Frame, ended int, err error) {
	burst, index := -1, 0
	for _, w := range wanted {
		if w.burst != burst {
			if err := c.v.Seek(1000 * c.nominal(w.index).Seconds()); err != nil {
				return frames, index, nil
			}
		}
		ok, err := c.v.Grab()
		if err != nil {
			return frames, index, err
		} else if !ok {
			continue // beyond what can be decoded; an earlier burst may still be there
		}
		if w.burst != burst {
			index = c.nearest(time.Duration(c.v.Get(cv.PosMsec) * float64(time.Millisecond)))
		} else {
			index++
		}
		burst = w.burst
		if n := len(frames); n > 0 && index <= frames[n-1].Index {
			continue
		}
		fr, err := c.retrieve(wantedFrame{index, w.burst}, c.nominal(index))
		if err != nil {
			return frames, index, err
		}
		frames = append(frames, fr)
	}
	return frames, c.count, nil
}

// nominal is the time of frame i as the container, or else the frame rate, has it.
func (c *clip) nominal(i int) time.Duration {
	if i < len(c.times) {
		return c.times[i]
	}
	return time.Duration(float64(i) / c.fps * float64(time.Second))
}

// nearest is the frame shown closest to t.
func (c *clip) nearest(t time.Duration) int {
	if c.times == nil {
		return int(math.Round(t.Seconds() * c.fps))
	}
	i, _ := slices.BinarySearch(c.times, t)
	if i == len(c.times) || i > 0 && t-c.times[i-1] < c.times[i]-t {
		i--
	}
	return i
}

// at is the time of the frame grabbed last, the ith. The decoder reports none for frames that it flushes at the end.
func (c *clip) at(i int, before time.Duration) time.Duration {
	if c.times != nil {
		return c.nominal(i)
	}
	if t := time.Duration(c.v.Get(cv.PosMsec) * float64(time.Millisecond)); i == 0 || t > before {
		return t
	}
	return before + time.Duration(float64(time.Second)/c.fps)
}

func (c *clip) retrieve(w wantedFrame, t time.Duration) (media.Frame, error) {
	fr := media.Frame{Index: w.index, Time: t, Burst: w.burst, Width: c.width, Height: c.height, Pix: make([]byte, 3*c.width*c.height)}
	return fr, c.v.Retrieve(fr.Pix, c.width, c.height)
}
