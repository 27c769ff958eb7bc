package isobmff

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"
)

// mk makes a box of its contents.
func mk(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), kind...), body...)
}

// words are big-endian 32-bit numbers.
func words(v ...uint32) (out []byte) {
	for _, w := range v {
		out = binary.BigEndian.AppendUint32(out, w)
	}
	return out
}

func movie(tables ...[]byte) []byte {
	trak := mk("trak", mk("tkhd", words(0, 0, 0, 1, 0, 0)), mk("edts", mk("elst", words(0, 1, 40, 2, 1))),
		mk("mdia", mk("mdhd", words(0, 0, 0, 10, 40)), mk("hdlr", words(0, 0), []byte("vide"), words(0)), mk("minf", mk("stbl", tables...))))
	return mk("moov", mk("mvhd", words(0, 0, 0, 1000, 4000)), trak)
}

func read(t *testing.T, b []byte) Timing {
	t.Helper()
	got, err := Read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFramesAreSortedByShowing(t *testing.T) {
	got := read(t, movie(mk("stts", words(0, 1, 4, 1)), mk("ctts", words(0, 3, 1, 2, 1, 4, 2, 2))))
	want := []time.Duration{0, 200 * time.Millisecond, 300 * time.Millisecond, 300 * time.Millisecond}
	if !slices.Equal(got.Frames, want) || got.Duration != 4*time.Second {
		t.Errorf("%v, not %v", got, want)
	}
}

func TestFragments(t *testing.T) {
	moof := func(at uint32) []byte {
		return mk("moof", mk("traf", mk("tfhd", words(8, 1, 5)), mk("tfdt", words(0, at)), mk("trun", words(0, 2))))
	}
	got := read(t, slices.Concat(movie(), moof(2), moof(12)))
	if want := []time.Duration{0, 500 * time.Millisecond, time.Second, 1500 * time.Millisecond}; !slices.Equal(got.Frames, want) {
		t.Errorf("%v, not %v", got.Frames, want)
	}
}

func TestDamageIsAnError(t *testing.T) {
	whole := movie(mk("stts", words(0, 1, 4, 1)))
	for n := range whole {
		_, _ = Read(bytes.NewReader(whole[:n]), int64(n))
	}
	if _, err := Read(bytes.NewReader(nil), 0); err == nil {
		t.Error("nothing has a timing")
	}
}

// A table that claims billions of frames costs bounded memory and time.
func TestHugeCounts(t *testing.T) {
	b := movie(mk("stts", words(0, 3, 1<<31, 1, 1<<31, 1, 1<<31, 1)))
	if got := read(t, b); len(got.Frames) > maxFrames {
		t.Errorf("%d frames", len(got.Frames))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(movie(mk("stts", words(0, 1, 4, 1)), mk("ctts", words(0, 1, 4, 2))))
	f.Add(slices.Concat(movie(), mk("moof", mk("traf", mk("tfhd", words(8, 1, 5)), mk("trun", words(0x901, 2, 0, 1, 2, 3, 4))))))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		got, err := Read(bytes.NewReader(b), int64(len(b)))
		if err == nil && !slices.IsSorted(got.Frames) {
			t.Error("frames out of order")
		}
	})
}
