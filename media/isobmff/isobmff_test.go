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
func words(v ...int) (out []byte) {
	for _, w := range v {
		out = binary.BigEndian.AppendUint32(out, uint32(w))
	}
	return out
}

// file has one video track of ten units a second, and a movie of a hundred units a second.
func file(edits []byte, tables ...[]byte) []byte {
	trak := mk("trak", mk("tkhd", words(0, 0, 0, 1, 0, 0)), mk("edts", mk("elst", edits)),
		mk("mdia", mk("mdhd", words(0, 0, 0, 10, 40)), mk("hdlr", words(0, 0), []byte("vide"), words(0)), mk("minf", mk("stbl", tables...))))
	return mk("moov", mk("mvhd", words(0, 0, 0, 100, 400)), trak, mk("mvex", mk("trex", words(0, 1, 1, 3, 0, 0))))
}

var noEdits = words(0, 0)

func read(t *testing.T, b []byte) Video {
	t.Helper()
	got, err := ReadVideo(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// tenths are times in tenths of a second.
func tenths(v ...int) (out []time.Duration) {
	for _, n := range v {
		out = append(out, time.Duration(n)*100*time.Millisecond)
	}
	return out
}

func TestFrameTimes(t *testing.T) {
	stts := mk("stts", words(0, 1, 4, 1))
	for name, c := range map[string]struct {
		file []byte
		want []time.Duration
	}{
		"as decoded":                   {file(noEdits, stts), tenths(0, 1, 2, 3)},
		"sorted by showing":            {file(noEdits, stts, mk("ctts", words(0, 3, 1, 2, 1, 4, 2, 1))), tenths(2, 3, 4, 5)},
		"negative offsets":             {file(noEdits, stts, mk("ctts", words(1<<24, 2, 2, 0, 2, -1))), tenths(0, 1, 1, 2)},
		"an edit that leaves one out":  {file(words(0, 1, 40, 1, 1<<16), stts), tenths(0, 1, 2)},
		"an edit that ends early":      {file(words(0, 1, 20, 1, 1<<16), stts), tenths(0, 1)},
		"a pause first":                {file(words(0, 2, 50, -1, 1<<16, 400, 0, 1<<16), stts), tenths(5, 6, 7, 8)},
		"an edit before the first":     {file(words(0, 1, 400, 0, 1<<16), stts, mk("ctts", words(0, 1, 4, 2))), tenths(0, 1, 2, 3)},
		"shown twice":                  {file(words(0, 2, 20, 0, 1<<16, 20, 0, 1<<16), stts), tenths(0, 1, 2, 3)},
		"edits of 64 bits":             {file(words(1<<24, 1, 0, 400, 0, 2, 1<<16), stts), tenths(0, 1)},
		"an edit of no known length":   {file(words(0, 1, 0, 2, 1<<16), stts), tenths(0, 1)},
		"fragments":                    {slices.Concat(file(noEdits), fragment(8, 2, 5), fragment(8, 12, 5)), tenths(2, 7, 12, 17)},
		"fragments after tables":       {slices.Concat(file(noEdits, stts), fragment(8, 4, 5)), tenths(0, 1, 2, 3, 4, 9)},
		"fragments of default length":  {slices.Concat(file(noEdits), fragment(0, 0, 0)), tenths(0, 3)},
		"fragments with their own":     {slices.Concat(file(noEdits), moof(0, mk("trun", words(0x900, 2, 4, 1, 6, 2)))), tenths(1, 6)},
		"fragments under an edit list": {slices.Concat(file(words(0, 1, 0, 2, 1<<16)), fragment(8, 2, 5)), tenths(0, 5)},
	} {
		if got := read(t, c.file); !slices.Equal(got.Frames, c.want) {
			t.Errorf("%s: %v, not %v", name, got.Frames, c.want)
		}
	}
}

// fragment holds two frames of one length, the first at a time.
func fragment(flags, at, length int) []byte {
	if flags == 0 {
		return mk("moof", mk("traf", mk("tfhd", words(0, 1)), mk("tfdt", words(0, at)), mk("trun", words(0, 2))))
	}
	return mk("moof", mk("traf", mk("tfhd", words(flags, 1, length)), mk("tfdt", words(0, at)), mk("trun", words(0, 2))))
}

func moof(at int, run []byte) []byte {
	return mk("moof", mk("traf", mk("tfhd", words(0, 1)), mk("tfdt", words(0, at)), run))
}

func TestDuration(t *testing.T) {
	if got := read(t, file(noEdits, mk("stts", words(0, 1, 4, 1)))).Duration; got != 4*time.Second {
		t.Errorf("movie header: %v", got)
	}
	if got := read(t, slices.Concat(file(noEdits), fragment(8, 100, 5))).Duration; got != 11*time.Second {
		t.Errorf("fragments: %v", got)
	}
}

func TestEncryption(t *testing.T) {
	for kind, want := range map[string]bool{"avc1": false, "encv": true} {
		if got := read(t, file(noEdits, mk("stsd", words(0, 1), mk(kind, words(1))), mk("stts", words(0, 1, 4, 1)))).Encrypted; got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

func TestOrientation(t *testing.T) {
	const one = 1 << 16
	for want, m := range map[int][4]int{1: {one, 0, 0, one}, 2: {-one, 0, 0, one}, 3: {-one, 0, 0, -one}, 4: {one, 0, 0, -one},
		5: {0, one, one, 0}, 6: {0, one, -one, 0}, 7: {0, -one, -one, 0}, 8: {0, -one, one, 0}} {
		c := slices.Concat(words(0, 0, 0, 1, 0, 0, 0, 0, 0, 0), words(m[0], m[1], 0, m[2], m[3], 0, 0, 0, 1<<30), words(0, 0))
		if got := matrixAt(c, 40).orientation(); got != want {
			t.Errorf("%v: orientation %d, not %d", m, got, want)
		}
	}
	if got := turns[5].after(turns[5]).orientation(); got != 3 {
		t.Errorf("two quarter turns are orientation %d", got)
	}
}

func TestACutFileSaysSo(t *testing.T) {
	whole := slices.Concat(mk("mdat", make([]byte, 100)), file(noEdits, mk("stts", words(0, 1, 4, 1))))
	if read(t, whole).Truncated {
		t.Error("a whole file is called cut")
	}
	for n := 20; n < len(whole); n += 7 {
		got, err := ReadVideo(bytes.NewReader(whole[:n]), int64(n))
		if n > 116 && !got.Truncated || n < 108 && !got.Truncated || err == nil && n < 200 {
			t.Errorf("cut to %d of %d: %+v, %v", n, len(whole), got, err)
		}
	}
}

// Tables that claim billions of frames cost bounded memory and time.
func TestHugeCounts(t *testing.T) {
	b := slices.Concat(file(noEdits, mk("stts", words(0, 3, 1<<31, 1, 1<<31, 1, 1<<31, 1))), moof(0, mk("trun", words(0, 1<<31))))
	if got := read(t, b); len(got.Frames) > 2*maxFrames {
		t.Errorf("%d frames", len(got.Frames))
	}
}

// heif has a primary picture, number 2, of 30x20 pixels, and a thumbnail.
func heif(turns ...[]byte) []byte {
	all := slices.Concat([][]byte{mk("ispe", words(0, 3, 2)), mk("ispe", words(0, 30, 20))}, turns)
	ipma := slices.Concat(words(0, 2), []byte{0, 1, 1, 0x81, 0, 2, byte(1 + len(turns)), 2})
	for i := range turns {
		ipma = append(ipma, byte(0x80|3+i))
	}
	meta := mk("meta", words(0), mk("pitm", words(0), []byte{0, 2}), mk("iprp", mk("ipco", all...), mk("ipma", ipma)))
	return slices.Concat(mk("ftyp", []byte("avif"), words(0)), meta)
}

func TestStill(t *testing.T) {
	irot, imir := func(n byte) []byte { return mk("irot", []byte{n}) }, func(n byte) []byte { return mk("imir", []byte{n}) }
	for want, turns := range map[int][][]byte{1: nil, 8: {irot(1)}, 3: {irot(2)}, 6: {irot(3)}, 4: {imir(0)}, 2: {imir(1)}, 7: {irot(1), imir(1)}, 5: {irot(1), imir(0)}} {
		got, err := ReadStill(heif(turns...))
		if err != nil || got != (Still{30, 20, want, false}) {
			t.Errorf("orientation %d: %+v, %v", want, got, err)
		}
	}
	if _, err := ReadStill(heif()[:60]); err == nil {
		t.Error("a cut file has a size")
	}
}

func TestJP2(t *testing.T) {
	b := slices.Concat(mk("jP  ", words(0x0d0a870a)), mk("jp2h", mk("ihdr", words(20, 30), make([]byte, 6))), words(0), []byte("jp2c"), make([]byte, 9))
	if got, err := ReadJP2(b); err != nil || got != (Still{30, 20, 1, false}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzReadVideo(f *testing.F) {
	f.Add(file(words(0, 2, 50, -1, 1<<16, 400, 0, 1<<16), mk("stts", words(0, 1, 4, 1)), mk("ctts", words(0, 1, 4, 2))))
	f.Add(slices.Concat(file(noEdits), fragment(8, 2, 5), moof(0, mk("trun", words(0x901, 2, 0, 1, 2, 3, 4)))))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got, err := ReadVideo(bytes.NewReader(b), int64(len(b))); err == nil && (!slices.IsSorted(got.Frames) || got.Orientation < 1 || got.Orientation > 8) {
			t.Errorf("%+v", got)
		}
	})
}

func FuzzReadStill(f *testing.F) {
	f.Add(heif(mk("irot", []byte{1})))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = ReadJP2(b)
		if got, err := ReadStill(b); err == nil && (got.Width <= 0 || got.Height <= 0 || got.Orientation < 1 || got.Orientation > 8) {
			t.Errorf("%+v", got)
		}
	})
}
