package decode

import (
	"cmp"
	"slices"

	"unmask/media"
)

// place is a frame that is wanted: in a burst, or for one of these.
type place struct{ index, burst int }

const (
	glanced = -1 // reduced
	opens   = -2 // because it is one of the first, and for nothing else
)

// places spreads the plan's bursts evenly over n frames of a number of pixels each, fewer and shorter ones where those would be too
// many, but one frame at least. Bursts that would overlap become shorter, and none is empty.
func places(n int, p media.Plan, pixels int64) (out []place) {
	bursts, length := max(1, p.Bursts), max(1, p.Length)
	most := int(max(1, p.MaxPixels/pixels))
	length = min(length, most)
	bursts = min(bursts, most/length)
	if n <= 0 {
		n = bursts * length
	}
	next, burst := 0, 0
	for b := range bursts {
		start := int(int64(2*b+1)*int64(n)/int64(2*bursts)) - length/2
		start = max(0, min(start, n-length))
		end := min(start+length, n)
		if next >= end {
			continue
		}
		for next = max(next, start); next < end; next++ {
			out = append(out, place{next, burst})
		}
		burst++
	}
	return out
}

// glances adds to the places in a video of n frames as many frames that are glanced at, spread evenly.
func glances(wanted []place, n, count int) []place {
	for k := range count {
		at := int(int64(2*k+1) * int64(n) / int64(2*count))
		i, taken := slices.BinarySearchFunc(wanted, at, func(w place, index int) int { return cmp.Compare(w.index, index) })
		if !taken {
			wanted = slices.Insert(wanted, i, place{at, glanced})
		}
	}
	return wanted
}
