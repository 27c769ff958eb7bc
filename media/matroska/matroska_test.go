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
	var out []byte
	for shift := 24; shift >= 0; shift -= 8 {
		if c := byte(id >> shift); c != 0 || len(out) > 0 {
			out = append(out, c)
		}
	}
	out = binary.BigEndian.AppendUint64(out, 1<<56|uint64(len(body)))
	return append(out, body...)
}

func block(track byte, at int16) []byte {
	return append([]byte{0x80 | track}, byte(at>>8), byte(at), 0x80, 1, 2, 3)
}

func file() []byte {
	return slices.Concat(el(0x1a45dfa3, []byte{1}), el(idSegment,
		el(idInfo, el(idTimestampScale, []byte{0x0f, 0x42, 0x40}), el(idDuration, []byte{0x44, 0x7a, 0, 0})),
		el(idTracks, el(idTrackEntry, el(idTrackNumber, []byte{1}), el(idTrackType, []byte{2})), el(idTrackEntry, el(idTrackNumber, []byte{2}), el(idTrackType, []byte{1}))),
		el(idCluster, el(idTimestamp, []byte{0}), el(idSimpleBlock, block(1, 5)), el(idSimpleBlock, block(2, 0)), el(idSimpleBlock, block(2, 80)), el(idBlockGroup, el(idBlock, block(2, 40)))),
		el(idCluster, el(idTimestamp, []byte{120}), el(idSimpleBlock, block(2, -1))),
	))
}

func TestFramesOfTheVideoTrackInShowingOrder(t *testing.T) {
	b := file()
	got, err := Read(bytes.NewReader(b), int64(len(b)))
	want := []time.Duration{0, 40 * time.Millisecond, 80 * time.Millisecond, 119 * time.Millisecond}
	if err != nil || !slices.Equal(got.Frames, want) || got.Duration != time.Second {
		t.Errorf("%v, %v", got, err)
	}
}

func TestDamageIsAnError(t *testing.T) {
	b := file()
	for n := range b {
		_, _ = Read(bytes.NewReader(b[:n]), int64(n))
	}
	if _, err := Read(bytes.NewReader([]byte("no Matroska")), 11); err == nil {
		t.Error("accepted")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file())
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := Read(bytes.NewReader(b), int64(len(b))); err == nil && !slices.IsSorted(got.Frames) {
			t.Error("frames out of order")
		}
	})
}
