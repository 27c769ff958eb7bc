package decode

import (
	"cmp"
	"slices"
	"time"

	"unmask/media"
)

// opening lists the frames that the plan wants of the first two seconds: evenly from the first one on, and the one that is shown last before they
// are over. They take no more than a quarter of the plan's pixels.
func (c *clip) opening(p media.Plan) (out []int) {
	n := min(int64(p.Opening), p.MaxPixels/int64(c.width*c.height)/4)
	if n < 2 {
		return nil
	}
	for k := range n {
		i := c.from(time.Duration(k) * media.OpeningTime / time.Duration(n-1))
		if k == n-1 {
			i--
		}
		if i = min(i, c.count-1); i >= 0 && !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out
}

// from is the first frame that is shown at t after the first one, or later.
func (c *clip) from(t time.Duration) int {
	if len(c.frames) > 0 {
		i, _ := slices.BinarySearch(c.frames, c.frames[0]+t)
		return i
	}
	i := int(t.Seconds() * c.rate)
	if c.atRate(i) < t {
		i++
	}
	return i
}

// merged adds the frames of the opening to those wanted, in showing order.
func merged(opening []int, wanted []place) []place {
	for _, index := range opening {
		i, taken := slices.BinarySearchFunc(wanted, index, func(w place, index int) int { return cmp.Compare(w.index, index) })
		switch {
		case !taken:
			wanted = slices.Insert(wanted, i, place{index, opens})
		case wanted[i].burst == glanced:
			wanted[i].burst = opens
		}
	}
	return wanted
}
