package matroska

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"
)

// el makes an element with an eight-byte size.
func el(id uint32, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	return append(binary.BigEndian.AppendUint64(name(id), 1<<56|uint64(len(body))), body...)
}

// endless makes an element of unknown size.
func endless(id uint32, content ...[]byte) []byte {
	return slices.Concat(name(id), []byte{0xff}, bytes.Join(content, nil))
}

func name(id uint32) []byte {
	return bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00")
}

// block has a frame of VP8 that is shown, or one that is not.
func block(track byte, at int16, shown bool) []byte {
	frame := byte(0)
	if shown {
		frame = 0x10
	}
	return append([]byte{0x80 | track}, byte(at>>8), byte(at), 0x80, frame, 2, 3)
}

func entry(number, kind byte, codec string) []byte {
	return el(idTrackEntry, el(idTrackType, []byte{kind}), el(idTrackNumber, []byte{number}), el(idCodecID, []byte(codec)), el(idDefaultDuration, []byte{0x02, 0x62, 0x5a, 0}))
}

func file(segment, cluster func(uint32, ...[]byte) []byte, codec string) []byte {
	return slices.Concat(el(0x1a45dfa3, []byte{1}), segment(idSegment,
		el(idInfo, el(idTimestampScale, []byte{0x0f, 0x42, 0x40}), el(idDuration, []byte{0x44, 0x7a, 0, 0})),
		el(idTracks, entry(1, 2, "A_OPUS"), entry(2, 1, codec), entry(3, 1, codec)),
		cluster(idCluster, el(idTimestamp, []byte{0}), el(idSimpleBlock, block(1, 5, true)), el(idSimpleBlock, block(2, 3, true)), el(idSimpleBlock, block(2, 80, true)),
			el(idSimpleBlock, block(2, 70, false)), el(idSimpleBlock, block(3, 77, true)), el(idBlockGroup, el(idBlock, block(2, 40, true)))),
		cluster(idCluster, el(idTimestamp, []byte{120}), el(idSimpleBlock, block(2, -1, true)), el(idSimpleBlock, []byte{0x82, 0, 60, 0x86, 1, 0, 0})),
	))
}

func milliseconds(v ...int) (out []time.Duration) {
	for _, n := range v {
		out = append(out, time.Duration(n)*time.Millisecond)
	}
	return out
}

func TestFramesOfTheVideoTrackInShowingOrder(t *testing.T) {
	for codec, want := range map[string][]time.Duration{"V_VP8": milliseconds(3, 40, 80, 119, 180, 220), "V_VP9": milliseconds(3, 40, 70, 80, 119, 180, 220)} {
		for _, b := range [][]byte{file(el, el, codec), file(endless, endless, codec)} {
			got, err := ReadVideo(bytes.NewReader(b), int64(len(b)))
			if err != nil || !slices.Equal(got.Frames, want) || got.Duration != time.Second || got.Truncated {
				t.Errorf("%+v, %v", got, err)
			}
		}
	}
}

func TestACutFileSaysSo(t *testing.T) {
	b := file(el, el, "V_VP8")
	for n := 30; n < len(b); n++ {
		if got, _ := ReadVideo(bytes.NewReader(b[:n]), int64(n)); !got.Truncated {
			t.Errorf("cut to %d of %d: %+v", n, len(b), got)
		}
	}
	if _, err := ReadVideo(bytes.NewReader([]byte("no Matroska")), 11); err == nil {
		t.Error("accepted")
	}
}

func FuzzReadVideo(f *testing.F) {
	f.Add(file(el, el, "V_VP8"))
	f.Add(file(endless, endless, "V_VP9"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := ReadVideo(bytes.NewReader(b), int64(len(b))); err == nil && !slices.IsSorted(got.Frames) {
			t.Error("frames out of order")
		}
	})
}
