package decode

import (
	"io"
	"time"

	"unmask/media/isobmff"
	"unmask/media/matroska"
)

// containerTimes returns the time of every frame in showing order and the duration, as the container has them; nil and 0 where it
// does not tell.
func containerTimes(r io.ReaderAt, size int64, format string) ([]time.Duration, time.Duration) {
	switch format {
	case "mp4", "mov", "3gp":
		if t, err := isobmff.Read(r, size); err == nil {
			return t.Frames, t.Duration
		}
	case "matroska", "webm":
		if t, err := matroska.Read(r, size); err == nil {
			return t.Frames, t.Duration
		}
	}
	return nil, 0
}
