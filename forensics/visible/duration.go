package visible

import (
	"fmt"
	"slices"
	"time"

	"unmask/forensics"
	"unmask/media"
)

// least is how long a label in a video must be seen, in seconds (GB 45438-2025 5.4).
const least = float64(media.OpeningTime) / float64(time.Second)

// at is the time of frame i in seconds, to the millisecond.
func (s *shown) at(i int) float64 {
	return float64(s.frames[i].Time.Round(time.Millisecond).Milliseconds()) / 1000
}

// stretch is the first run of frames that show the label, from and up to which both belong to it.
func (s *shown) stretch() (from, to int) {
	from = slices.Index(s.seen, true)
	for to = from; to+1 < len(s.seen) && s.seen[to+1]; {
		to++
	}
	return from, to
}

// seconds is that run as times: at least as long was it seen.
func (s *shown) seconds() *forensics.TimeRange {
	from, to := s.stretch()
	return &forensics.TimeRange{T0: s.at(from), T1: s.at(to)}
}

// opening tells whether the label stands on the frame that a player shows before it plays.
func (s *shown) opening(clause string) forensics.Check {
	c := forensics.Check{What: "opening frame", Result: forensics.Passed, Clause: clause}
	from, _ := s.stretch()
	switch {
	case s.frames[0].Index != 0:
		c.Result, c.Detail = forensics.NotChecked, fmt.Sprintf("the first frame that was decoded is number %d", s.frames[0].Index)
	case from > 0:
		c.Result, c.Detail = forensics.Fell, fmt.Sprintf("it is not on it; it was first seen at %.2f s, and not yet at %.2f s", s.at(from), s.at(from-1))
	}
	return c
}

// duration tells whether the label is seen for two seconds from the opening on, as far as the frames that were looked at can say.
func (s *shown) duration(clause string) forensics.Check {
	c := forensics.Check{What: "shown for two seconds", Result: forensics.NotChecked, Clause: clause}
	from, to := s.stretch()
	last := len(s.frames) - 1
	switch {
	case from > 0 || s.frames[0].Index != 0:
		c.Detail = fmt.Sprintf("it was not seen at the opening, but from %.2f to %.2f s", s.at(from), s.at(to))
	case s.at(to) >= least || s.two >= 0 && to >= s.two:
		c.Result, c.Detail = forensics.Passed, fmt.Sprintf("it was seen in each of the %d frames looked at from 0 to %.2f s", to+1, s.at(to))
		if to < last {
			c.Detail += fmt.Sprintf(", and not any more at %.2f s", s.at(to+1))
		}
	case to < last && s.at(to+1) < least:
		c.Result, c.Detail = forensics.Fell, fmt.Sprintf("it was seen up to %.2f s, and not any more at %.2f s", s.at(to), s.at(to+1))
	case to < last:
		c.Detail = fmt.Sprintf("it was seen up to %.2f s, and not any more at %.2f s; when it went was not looked at", s.at(to), s.at(to+1))
	case s.long > 0 && s.long < least:
		c.Detail = fmt.Sprintf("the video lasts %.2f s only; the label was seen in each of the %d frames looked at", s.long, len(s.frames))
	default:
		c.Detail = fmt.Sprintf("no frame after %.2f s was looked at", s.at(last))
	}
	return c
}
