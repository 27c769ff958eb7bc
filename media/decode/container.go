package decode

import (
	"io"
	"time"

	"unmask/media/isobmff"
	"unmask/media/matroska"
)

// container is what the file itself says of a video, where FFmpeg through OpenCV says it inexactly or not at all.
type container struct {
	frames      []time.Duration // times at which the frames are shown, in that order; nil where it does not tell
	duration    time.Duration   // 0 where it does not tell
	orientation int             // EXIF orientation; 0 where it does not tell
	encrypted   bool
	cut         bool
}

// readers of containers by format. Other formats are left to FFmpeg. A container that cannot be read tells nothing.
var readers = map[string]func(r io.ReaderAt, size int64) container{
	"mp4": readMovie, "mov": readMovie, "3gp": readMovie,
	"matroska": readMatroska, "webm": readMatroska,
	"avi": readAVI,
	"flv": readNothing, "mpegts": readNothing, "mpeg": readNothing, "asf": readNothing, "ogg": readNothing,
}

func readMovie(r io.ReaderAt, size int64) container {
	v, _ := isobmff.ReadVideo(r, size)
	return container{v.Frames, v.Duration, v.Orientation, v.Encrypted, v.Truncated}
}

func readMatroska(r io.ReaderAt, size int64) container {
	v, _ := matroska.ReadVideo(r, size)
	return container{frames: v.Frames, duration: v.Duration, cut: v.Truncated}
}

func readAVI(r io.ReaderAt, size int64) container {
	var head [8]byte
	n, _ := r.ReadAt(head[:], 0)
	return container{cut: riffCut(head[:n], size)}
}

func readNothing(io.ReaderAt, int64) container { return container{} }
