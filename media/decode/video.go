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

// sequentialFrames is the length up to which a video is decoded from the start to the last frame that is wanted; in longer ones the
// reader seeks.
const sequentialFrames = 3000

// clip is an opened video with what its container says.
type clip struct {
	container
	v             *cv.Video
	width, height int
	step          time.Duration // from frame to frame, at the rate that the container claims
	count         int           // frames; an estimate where the container has no times
}

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
	v, err := cv.OpenVideo(fmt.Sprintf("/proc/self/fd/%d", f.Fd()))
	if err != nil {
		return failed("the %s video cannot be opened: %v", s.Info.Format, err)
	}
	defer v.Close()
	c.use(v)
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
	wanted := places(c.count, p, int64(c.width)*int64(c.height))
	get := c.sequential
	if c.count > sequentialFrames {
		get = c.seeking
	}
	frames, seen, err := get(wanted)
	switch {
	case err != nil && len(frames) == 0:
		return failed("the video cannot be decoded: %v", err)
	case len(frames) == 0:
		return failed("no frame of the video can be decoded")
	case err != nil:
		s.Partial = media.Failf("decode.failed", "the video could be decoded only up to frame %d: %v", frames[len(frames)-1].Index, err)
	case c.cut:
		s.Partial = media.Failf("decode.truncated", "the file is cut off: a part of the video is missing")
	case len(frames) < len(wanted) && seen < c.count-c.count/50-2:
		s.Partial = media.Failf("decode.truncated", "the video claims %d frames, and no more than %d could be decoded", c.count, seen)
	}
	for i := range frames {
		if frames[i], err = orient(frames[i], c.orientation); err != nil {
			return failed("the video cannot be turned upright: %v", err)
		}
		s.Info.Frames = append(s.Info.Frames, frames[i].Index)
	}
	s.Frames = frames
	return nil
}

// inSeconds keeps microseconds, as FFmpeg does.
func inSeconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e6 }

// use takes from FFmpeg what the container did not tell.
func (c *clip) use(v *cv.Video) {
	c.v, c.width, c.height = v, int(v.Get(cv.FrameWidth)), int(v.Get(cv.FrameHeight))
	rate := v.Get(cv.FPS)
	if !(rate >= 0.01 && rate <= 1000) {
		rate = 25
	}
	c.step = time.Duration(float64(time.Second) / rate)
	if c.count = len(c.frames); c.count == 0 {
		c.count = int(min(max(v.Get(cv.FrameCount), 0), 1e7))
	}
	if c.duration == 0 {
		c.duration = time.Duration(c.count) * c.step
	}
	if c.orientation == 0 {
		c.orientation = map[int]int{90: 6, 180: 3, 270: 8, -90: 8, -180: 3, -270: 6}[int(v.Get(cv.Orientation))]
	}
}

// sequential decodes every frame up to the last wanted one. Seen is how many there were.
func (c *clip) sequential(wanted []place) (frames []media.Frame, seen int, err error) {
	at := media.Frame{Index: -1}
	for len(wanted) > 0 {
		ok, err := c.v.Grab()
		if err != nil || !ok {
			return frames, at.Index + 1, err
		}
		at = c.next(at, false)
		for len(wanted) > 0 && wanted[0].index < at.Index { // a frame that the container has and the decoder left out
			wanted = wanted[1:]
		}
		if len(wanted) == 0 || wanted[0].index > at.Index {
			continue
		}
		fr, err := c.retrieve(at, wanted[0].burst)
		if err != nil {
			return frames, at.Index, err
		}
		frames, wanted = append(frames, fr), wanted[1:]
	}
	return frames, at.Index + 1, nil
}

// seeking goes to each burst. After a seek only the time that the decoder reports says which frame came; the frames before the
// wanted one are decoded and left out, but no more of them than maxSkipped.
func (c *clip) seeking(wanted []place) (frames []media.Frame, seen int, err error) {
	const maxSkipped = 300
	at, burst := media.Frame{Index: -1}, -1
	for _, w := range wanted {
		if at.Index >= w.index {
			continue
		}
		jumped := w.burst != burst
		if jumped {
			if err := c.v.Seek(1000 * (c.nominal(w.index) - c.nominal(0) - 2*c.step).Seconds()); err != nil {
				return frames, at.Index + 1, nil
			}
			burst = w.burst
		}
		for skipped := 0; ; skipped++ {
			ok, err := c.v.Grab()
			if err != nil || !ok {
				return frames, at.Index + 1, err
			}
			at = c.next(at, jumped)
			if jumped = false; at.Index >= w.index || skipped >= maxSkipped {
				break
			}
		}
		if n := len(frames); n > 0 && at.Index <= frames[n-1].Index {
			continue
		}
		fr, err := c.retrieve(at, w.burst)
		if err != nil {
			return frames, at.Index, err
		}
		frames = append(frames, fr)
	}
	return frames, at.Index + 1, nil
}

// next says which frame was grabbed after another one, and when it is shown. The decoder's clock starts with the first frame. It
// stands at 0 for frames that are flushed at the end, which follow one another, and shows a decoding time for the frame at time 0,
// which is the first.
func (c *clip) next(before media.Frame, jumped bool) media.Frame {
	clock := time.Duration(c.v.Get(cv.PosMsec) * float64(time.Millisecond))
	f := media.Frame{Index: before.Index + 1, Time: before.Time + c.step}
	first := before.Index < 0 && !jumped
	switch {
	case len(c.frames) > 0:
		i, off := c.nearest(clock + c.frames[0])
		if clock > 0 && off <= c.step/2 && (jumped || i > before.Index) && !(first && c.frames[0] == 0) {
			f.Index = i
		}
		f.Time = c.nominal(f.Index)
	case jumped:
		f.Index, f.Time = int((clock+c.step/2)/c.step), clock
	case first:
		f.Time = 0
	case clock > before.Time:
		f.Time = clock
	}
	return f
}

// nominal is the time of frame i as the container, or else the frame rate, has it.
func (c *clip) nominal(i int) time.Duration {
	if n := len(c.frames); n > 0 {
		return c.frames[min(i, n-1)] + time.Duration(max(0, i-n+1))*c.step
	}
	return time.Duration(i) * c.step
}

// nearest is the frame shown closest to t, and how far off it is.
func (c *clip) nearest(t time.Duration) (index int, off time.Duration) {
	i, _ := slices.BinarySearch(c.frames, t)
	if i == len(c.frames) || i > 0 && t-c.frames[i-1] < c.frames[i]-t {
		i--
	}
	return i, max(t-c.frames[i], c.frames[i]-t)
}

// retrieve returns the pixels of the frame grabbed last.
func (c *clip) retrieve(at media.Frame, burst int) (media.Frame, error) {
	at.Burst, at.Width, at.Height = burst, c.width, c.height
	at.Pix = make([]byte, 3*c.width*c.height)
	return at, c.v.Retrieve(at.Pix, c.width, c.height)
}
