package decode

import (
	"errors"
	"math"
	"slices"
	"time"

	"unmask/media"
	"unmask/media/cv"
)

const (
	// framesPerSeek is about how many frames are decoded on the way to a place: OpenCV's run-up and half a group of pictures. Where
	// decoding from the start to the end costs no more, it is surer.
	framesPerSeek = 150
	// maxPassed bounds the pixels decoded on the way in a long video in which the reader cannot seek: some ten seconds of one core.
	maxPassed = 6e9
	// maxSkipped bounds the frames that are decoded after a seek until the wanted one comes.
	maxSkipped = 300
)

var errNoSeek = errors.New("the file cannot be searched, and it is too long to be decoded from start to end")

// decode returns the wanted frames, and how many frames there were as far as it came. An error may come with frames. Through says that every
// frame is decoded on the way.
func (c *clip) decode(wanted []place, through bool) (frames []media.Frame, seen int, err error) {
	if through {
		return c.sequential(wanted, math.MaxInt)
	}
	frames, seen, err = c.seeking(wanted)
	if err != nil || c.cut || len(frames) == len(wanted) {
		return frames, seen, err
	}
	searched := c.v
	if err := c.open(c.path); err != nil {
		return frames, seen, nil
	}
	searched.Close()
	if again, upTo, err := c.sequential(wanted, int(maxPassed/float64(c.width*c.height))); len(again) > len(frames) {
		return again, upTo, err
	}
	return frames, seen, nil
}

// sequential decodes every frame up to the last wanted one, but no more than limit.
func (c *clip) sequential(wanted []place, limit int) (frames []media.Frame, seen int, err error) {
	at := media.Frame{Index: -1}
	for n := 0; len(wanted) > 0; n++ {
		if n == limit {
			return frames, at.Index + 1, errNoSeek
		}
		ok, err := c.v.Grab()
		if err != nil || !ok {
			return frames, at.Index + 1, err
		}
		at, _ = c.next(at, false)
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

// seeking goes to each place that is far from the one before. After a seek only the decoder's clock says which frame came; where it does not, that is the end.
func (c *clip) seeking(wanted []place) (frames []media.Frame, seen int, err error) {
	if ok, err := c.v.Grab(); err != nil || !ok {
		return nil, 0, err
	}
	at, _ := c.next(media.Frame{Index: -1}, false)
	for _, w := range wanted {
		jumped := w.index-at.Index > framesPerSeek
		if jumped {
			if err := c.v.Seek(1000 * (c.start + c.nominal(w.index) - c.nominal(0) - 2*c.step).Seconds()); err != nil {
				return frames, at.Index + 1, nil
			}
		}
		for skipped := 0; at.Index < w.index && skipped < maxSkipped; skipped++ {
			ok, err := c.v.Grab()
			if err != nil || !ok {
				return frames, at.Index + 1, err
			}
			if at, ok = c.next(at, jumped); !ok {
				return frames, at.Index + 1, nil
			}
			jumped = false
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

// next says which frame was grabbed after another one, and when it is shown. The decoder's clock counts from the start of the
// stream. It stands at 0 for frames that are flushed at the end, which follow one another, and shows a decoding time for a frame
// at time 0, which is the first. After a jump nothing but the clock tells; next returns false where it does not.
func (c *clip) next(before media.Frame, jumped bool) (f media.Frame, ok bool) {
	clock := time.Duration(math.Round(c.v.Get(cv.PosMsec) * float64(time.Millisecond)))
	f = media.Frame{Index: before.Index + 1, Time: before.Time + c.step}
	first := before.Index < 0 && !jumped
	switch {
	case len(c.frames) > 0:
		i, off := c.nearest(clock + c.frames[0])
		told := clock > 0 && off <= c.step/2 && !(first && c.frames[0] == 0)
		if told && (jumped || i > before.Index) {
			f.Index = i
		}
		f.Time = c.nominal(f.Index)
		return f, told || !jumped
	case first:
		c.start, f.Time = max(0, clock), 0
	case jumped:
		f.Index, f.Time = int(math.Round((clock-c.start).Seconds()*c.rate)), clock-c.start
	case clock-c.start > before.Time:
		f.Time = clock - c.start
	}
	return f, clock > 0 || !jumped
}

// nominal is the time of frame i as the container, or else the frame rate, has it.
func (c *clip) nominal(i int) time.Duration {
	if n := len(c.frames); n > 0 {
		return c.frames[min(i, n-1)] + c.atRate(max(0, i-n+1))
	}
	return c.atRate(i)
}

// nearest is the frame shown closest to t, and how far off it is.
func (c *clip) nearest(t time.Duration) (index int, off time.Duration) {
	i, _ := slices.BinarySearch(c.frames, t)
	if i == len(c.frames) || i > 0 && t-c.frames[i-1] < c.frames[i]-t {
		i--
	}
	return i, max(t-c.frames[i], c.frames[i]-t)
}

// retrieve returns the pixels of the frame grabbed last, reduced where it is only glanced at.
func (c *clip) retrieve(at media.Frame, burst int) (media.Frame, error) {
	at.Burst, at.Width, at.Height = burst, c.width, c.height
	if burst != glanced {
		at.Pix = make([]byte, 3*c.width*c.height)
		return at, c.v.Retrieve(at.Pix, c.width, c.height)
	}
	if c.passing == nil {
		c.passing = make([]byte, 3*c.width*c.height)
	}
	at.Pix = c.passing
	err := c.v.Retrieve(at.Pix, c.width, c.height)
	return at.Reduced(media.GlanceSide), err
}
