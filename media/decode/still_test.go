package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"unmask/media"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/sys/unix"
)

var plan = media.Plan{Bursts: 8, Length: 2, MaxPixels: 134e6, MaxBytes: 64 << 20}

// corners is a picture of 48x32 pixels with red, green, blue and white quarters, in reading order.
func corners() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 48, 32))
	for i, c := range []color.Color{color.NRGBA{200, 0, 0, 255}, color.NRGBA{0, 200, 0, 255}, color.NRGBA{0, 0, 200, 255}, color.NRGBA{200, 200, 200, 255}} {
		at := image.Pt(24*(i%2), 16*(i/2))
		draw.Draw(img, image.Rect(0, 0, 24, 16).Add(at), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

// orientations are the quarters of corners stored with EXIF orientation 1 to 8, as they are shown.
var orientations = [...]string{1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb"}

// quarters names the colours of the four quarters of a frame.
func quarters(f media.Frame) string {
	var out strings.Builder
	for _, at := range [][2]int{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		p := f.Pix[3*(at[1]*f.Height/4*f.Width+at[0]*f.Width/4):]
		out.WriteString(map[[3]bool]string{{true, false, false}: "b", {false, true, false}: "g", {false, false, true}: "r", {true, true, true}: "w"}[[3]bool{p[0] > 100, p[1] > 100, p[2] > 100}])
	}
	return out.String()
}

func encode(t testing.TB, f func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, img image.Image) []byte {
	return encode(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, img, &jpeg.Options{Quality: 95}) })
}

func pngOf(t testing.TB, img image.Image) []byte {
	return encode(t, func(b *bytes.Buffer) error { return png.Encode(b, img) })
}

func tiffOf(t testing.TB, img image.Image) []byte {
	return encode(t, func(b *bytes.Buffer) error { return tiff.Encode(b, img, nil) })
}

func gifOf(t testing.TB, img image.Image) []byte {
	return encode(t, func(b *bytes.Buffer) error { return gif.Encode(b, img, nil) })
}

// open writes data to a file and opens it.
func open(t testing.TB, data []byte) (*media.Sample, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return Open(media.Item{Path: media.Path(path)}, plan)
}

// mustOpen opens what must be decoded in full.
func mustOpen(t testing.TB, data []byte) *media.Sample {
	t.Helper()
	s, err := open(t, data)
	if err != nil || s.Partial != nil || len(s.Frames) == 0 {
		t.Fatalf("%v, %v, %d frames", err, s.Partial, len(s.Frames))
	}
	return s
}

func TestStills(t *testing.T) {
	img := corners()
	for format, data := range map[string][]byte{
		"jpeg": jpegOf(t, img),
		"png":  pngOf(t, img),
		"bmp":  encode(t, func(b *bytes.Buffer) error { return bmp.Encode(b, img) }),
		"tiff": tiffOf(t, img),
		"gif":  gifOf(t, img),
		"pnm":  ppmOf(img),
	} {
		s := mustOpen(t, data)
		if s.Info.Format != format || s.Info.Kind != media.Image || s.Info.Width != 48 || s.Info.Height != 32 || len(s.Item.SHA256) != 64 || s.Item.Size != int64(len(data)) {
			t.Errorf("%s: %+v %+v", format, s.Info, s.Item)
		}
		if got := quarters(s.Frames[0]); got != "rgbw" || !bytes.Equal(s.Raw, data) {
			t.Errorf("%s: quarters %s", format, got)
		}
	}
}

func ppmOf(img *image.NRGBA) []byte {
	out := fmt.Appendf(nil, "P6\n# made here\n%d %d\n255\n", img.Rect.Dx(), img.Rect.Dy())
	for i := 0; i < len(img.Pix); i += 4 {
		out = append(out, img.Pix[i:i+3]...)
	}
	return out
}

// The files that scripts/testdata.sh makes show one pattern, as nearly as their codecs keep it.
func TestAllCodecsGiveTheSamePicture(t *testing.T) {
	want, err := Open(media.Item{Path: "../../testdata/pattern.png"}, plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"tiff", "gif", "webp", "jp2", "avif", "jxl"} {
		s, err := Open(media.Item{Path: media.Path("../../testdata/pattern." + format)}, plan)
		if err != nil || s.Info.Format != format || s.Info.Width != want.Info.Width || s.Info.Height != want.Info.Height {
			t.Errorf("%s: %v %+v", format, err, s.Info)
			continue
		}
		off := 0.0
		for i, p := range want.Frames[0].Pix {
			off += abs(float64(p)-float64(s.Frames[0].Pix[i])) / float64(len(want.Frames[0].Pix))
		}
		if off > 8 {
			t.Errorf("%s: pixels are %.1f off on average", format, off)
		}
	}
}

func abs(v float64) float64 { return max(v, -v) }

// exif is a TIFF structure that holds an orientation and nothing else.
func exif(o int) []byte {
	return append([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"), byte(o), 0, 0, 0, 0, 0, 0, 0)
}

func jpegTurned(b []byte, o int) []byte {
	return slices.Concat(b[:2], []byte("\xff\xe1\x00\x22Exif\x00\x00"), exif(o), b[2:])
}

func pngTurned(b []byte, o int) []byte {
	body := append([]byte("eXIf"), exif(o)...)
	chunk := slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(len(body)-4)), body, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)))
	return slices.Concat(b[:33], chunk, b[33:])
}

// tiffTurned makes an orientation of the resolution unit, which tells nothing here.
func tiffTurned(b []byte, o int) []byte {
	b = bytes.Clone(b)
	field := bytes.Index(b, []byte("\x28\x01\x03\x00\x01\x00\x00\x00"))
	copy(b[field:], "\x12\x01")
	b[field+8] = byte(o)
	return b
}

// webpTurned puts a simple lossy WebP of 320x240 pixels into an extended one with EXIF data.
func webpTurned(b []byte, o int) []byte {
	extended := []byte("VP8X\x0a\x00\x00\x00\x08\x00\x00\x00\x3f\x01\x00\xef\x00\x00")
	e := append([]byte("EXIF\x22\x00\x00\x00Exif\x00\x00"), exif(o)...)
	e[4] = byte(len(e) - 8)
	out := slices.Concat(b[:12], extended, b[12:], e)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

func TestOrientationIsAppliedOnce(t *testing.T) {
	deep := image.NewRGBA64(image.Rect(0, 0, 48, 32))
	draw.Draw(deep, deep.Rect, corners(), image.Point{}, draw.Src)
	for name, turned := range map[string]func(o int) []byte{
		"jpeg":            func(o int) []byte { return jpegTurned(jpegOf(t, corners()), o) },
		"png":             func(o int) []byte { return pngTurned(pngOf(t, corners()), o) },
		"tiff":            func(o int) []byte { return tiffTurned(tiffOf(t, corners()), o) },
		"tiff of 16 bits": func(o int) []byte { return tiffTurned(tiffOf(t, deep), o) },
	} {
		for o := 1; o < len(orientations); o++ {
			data := turned(o)
			s := mustOpen(t, data)
			if got := quarters(s.Frames[0]); got != orientations[o] || (s.Info.Width < s.Info.Height) != (o > 4) || s.Info.Width != s.Frames[0].Width {
				t.Errorf("%s, orientation %d: %s in %dx%d, not %s", name, o, got, s.Info.Width, s.Info.Height, orientations[o])
			}
			if !bytes.Equal(s.Raw, data) {
				t.Errorf("%s, orientation %d: the file in memory was changed", name, o)
			}
		}
	}
	if got := quarters(mustOpen(t, jpegTurned(jpegOf(t, corners()), 9)).Frames[0]); got != "rgbw" {
		t.Errorf("orientation 9: %s", got)
	}
}

// same tells whether the sample shows the fixture turned by an EXIF orientation.
func same(t *testing.T, s *media.Sample, fixture string, o int) {
	t.Helper()
	plain, err := Open(media.Item{Path: media.Path(fixture)}, plan)
	if err != nil {
		t.Fatal(err)
	}
	want, err := orient(plain.Frames[0], o)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Frames[0]; got.Width != want.Width || !bytes.Equal(got.Pix, want.Pix) {
		t.Errorf("%s with orientation %d is not shown so", fixture, o)
	}
}

func TestOrientationOfWebP(t *testing.T) {
	const fixture = "../../testdata/pattern.webp"
	data, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []int{1, 3, 6} {
		same(t, mustOpen(t, webpTurned(data, o)), fixture, o)
	}
}

// libavif leaves irot and imir to its caller. The colour property of the fixture gives them room.
func TestOrientationOfAVIF(t *testing.T) {
	const fixture = "../../testdata/pattern.avif"
	data, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	colr, list := bytes.Index(data, []byte("\x00\x00\x00\x13colr")), bytes.Index(data, []byte("\x01\x02\x83\x04"))
	if colr < 0 || list < 0 {
		t.Fatal("the fixture has other properties")
	}
	for o, property := range map[int]string{8: "irot\x01", 3: "irot\x02", 6: "irot\x03", 4: "imir\x00", 2: "imir\x01"} {
		b := bytes.Clone(data)
		copy(b[colr:], "\x00\x00\x00\x09"+property+"\x00\x00\x00\x0afree\x00\x00")
		b[list+3] |= 0x80 // essential
		same(t, mustOpen(t, b), fixture, o)
	}
}

func TestFirstFrameOfAnAnimatedWebP(t *testing.T) {
	const fixture = "../../testdata/pattern.webp"
	data, err := os.ReadFile(fixture)
	if err != nil {
		t.Fatal(err)
	}
	picture := data[12:] // one chunk
	for name, c := range map[string]struct {
		canvas, anmf string
		width        int
	}{
		"whole canvas":   {"\x3f\x01\x00\xef\x00\x00", "\x00\x00\x00\x00\x00\x00\x3f\x01\x00\xef\x00\x00\x64\x00\x00\x00", 320},
		"part of canvas": {"\x8f\x01\x00\xef\x00\x00", "\x14\x00\x00\x00\x00\x00\x3f\x01\x00\xef\x00\x00\x64\x00\x00\x00", 400},
	} {
		frame := append([]byte("ANMF\x00\x00\x00\x00"+c.anmf), picture...)
		binary.LittleEndian.PutUint32(frame[4:], uint32(len(frame)-8))
		b := slices.Concat([]byte("RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x02\x00\x00\x00"+c.canvas+"ANIM\x06\x00\x00\x00\x00\x00\x00\x00\x00\x00"), frame, frame)
		binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
		s := mustOpen(t, b)
		if s.Info.Width != c.width || s.Info.Height != 240 {
			t.Errorf("%s: %dx%d", name, s.Info.Width, s.Info.Height)
		}
		if c.width == 320 {
			same(t, s, fixture, 1)
		} else if p := s.Frames[0].Pix[:3]; p[0] != 255 || p[1] != 255 || p[2] != 255 {
			t.Errorf("%s: the canvas is %v", name, p)
		}
	}
}

// pngClaiming is a PNG whose header claims a size that its data does not have.
func pngClaiming(w, h uint32) []byte {
	ihdr := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h), 8, 2, 0, 0, 0)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(ihdr)),
		[]byte("\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e\x00\x00\x00\x00IEND\xae\x42\x60\x82"))
}

func TestFailures(t *testing.T) {
	img := corners()
	half := func(b []byte) []byte { return b[:len(b)/2] }
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":              {nil, "item.empty"},
		"text":               {[]byte("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "format.unsupported"},
		"concat":             {[]byte("ffconcat version 1.0\nfile '/etc/passwd'\n"), "format.unsupported"},
		"Photoshop":          {[]byte("8BPS\x00\x01"), "format.unsupported"},
		"RealMedia":          {[]byte(".RMF\x00\x00\x00\x12"), "format.unsupported"},
		"huge":               {pngClaiming(60000, 60000), "decode.too_large"},
		"large":              {pngClaiming(30000, 20000), "decode.too_large"},
		"largest":            {pngClaiming(1<<31-1, 1<<31-1), "decode.too_large"},
		"huge GIF":           {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00,"), "decode.too_large"},
		"huge BMP":           {[]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\xff\xff\xff\x7f\x01\x00\x00\x80\x01\x00\x18\x00"), "decode.too_large"},
		"no pixels":          {pngClaiming(0, 30), "decode.failed"},
		"no data":            {pngClaiming(30, 30), "decode.failed"},
		"start of a JPEG":    {jpegOf(t, img)[:20], "decode.truncated"},
		"half a PNG":         {half(pngOf(t, img)), "decode.truncated"},
		"half a GIF":         {half(gifOf(t, img)), "decode.truncated"},
		"half a BMP":         {encode(t, func(b *bytes.Buffer) error { return bmp.Encode(b, img) })[:40], "decode.truncated"},
		"half a TIFF":        {half(tiffOf(t, img)), "decode.truncated"},
		"MP4 of nothing":     {[]byte("\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom"), "decode.failed"},
		"start of an MP4":    {[]byte("\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom\x00\x01\x00\x00mdat1234"), "decode.truncated"},
		"HEIC of nothing":    {[]byte("\x00\x00\x00\x14ftypheic\x00\x00\x00\x00heic"), "decode.failed"},
		"AVIF of nothing":    {[]byte("\x00\x00\x00\x14ftypavif\x00\x00\x00\x00avif"), "decode.failed"},
		"JXL of nothing":     {[]byte("\xff\x0a"), "decode.failed"},
		"JPEG 2000, nothing": {[]byte("\x00\x00\x00\x0cjP  \r\n\x87\n"), "decode.failed"},
	} {
		s, err := open(t, c.data)
		f, ok := errors.AsType[*media.Failure](err)
		if !ok || f.Code != c.want || len(s.Item.SHA256) != 64 || len(s.Frames) != 0 {
			t.Errorf("%s: %v, not %s; %+v", name, err, c.want, s.Item)
		}
	}
	s, _ := open(t, pngClaiming(30000, 20000))
	if s.Info.Width != 30000 || s.Info.Height != 20000 {
		t.Errorf("the size claimed is lost: %+v", s.Info)
	}
}

func TestHalfAJPEGIsExaminedInPart(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 400, 400))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * i >> 7)
	}
	whole := jpegOf(t, img)
	full := mustOpen(t, whole).Frames[0]
	s, err := open(t, whole[:len(whole)/2])
	if err != nil || s.Partial == nil || s.Partial.Code != "decode.truncated" || len(s.Frames) != 1 {
		t.Fatalf("%v, %+v", err, s.Partial)
	}
	half := s.Frames[0].Pix
	if n := len(half) / 3; !bytes.Equal(half[:n], full.Pix[:n]) {
		t.Error("the first third differs from that of the whole")
	}
	if rest := half[len(half)*2/3:]; bytes.Count(rest, []byte{128}) != len(rest) {
		t.Error("the last third is not grey")
	}
}

func TestSpecialFilesAreNotWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.jpg")
	if err := unix.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero", "/nonexistent", "/"} {
		s, err := Open(media.Item{Path: media.Path(path)}, plan)
		if f := media.AsFailure(err, ""); f.Code != "item.unreadable" || s == nil || strings.Contains(f.Text, path) && path != "/" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestLargeFilesAreDigestedButNotDecoded(t *testing.T) {
	small := plan
	small.MaxBytes = 100
	path := filepath.Join(t.TempDir(), "x.jpg")
	if err := os.WriteFile(path, jpegOf(t, corners()), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(media.Item{Path: media.Path(path)}, small)
	if media.AsFailure(err, "").Code != "decode.too_large" || s.Item.SHA256 == "" || s.Raw != nil {
		t.Errorf("%v %+v", err, s.Item)
	}
}

// Whatever is cut out of a file, there is a sample or a failure, and twice the same.
func TestDamageIsRepeatable(t *testing.T) {
	for _, whole := range [][]byte{jpegOf(t, corners()), pngOf(t, corners()), tiffOf(t, corners()), gifOf(t, corners())} {
		for n := 0; n < len(whole); n += 1 + len(whole)/20 {
			b := slices.Concat(whole[:n], whole[min(n+3, len(whole)):])
			path := filepath.Join(t.TempDir(), "x")
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			first, err1 := Open(media.Item{Path: media.Path(path)}, plan)
			second, err2 := Open(media.Item{Path: media.Path(path)}, plan)
			if !reflect.DeepEqual(first, second) || !reflect.DeepEqual(err1, err2) {
				t.Errorf("three bytes less at %d: %v and %v", n, err1, err2)
			}
		}
	}
}

func TestGIFCut(t *testing.T) {
	whole := gifOf(t, corners())
	for n := range whole {
		if !gifCut(whole[:n]) {
			t.Errorf("cut to %d of %d is not seen", n, len(whole))
		}
	}
	if gifCut(whole) || gifCut(append(whole, "trailing"...)) {
		t.Error("a whole file is called cut")
	}
}

func BenchmarkJPEG12MP(b *testing.B) {
	img := image.NewGray(image.Rect(0, 0, 4000, 3000))
	for i := range img.Pix {
		img.Pix[i] = uint8(i>>4 ^ i>>13)
	}
	path := filepath.Join(b.TempDir(), "x.jpg")
	if err := os.WriteFile(path, jpegOf(b, img), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Open(media.Item{Path: media.Path(path)}, plan); err != nil {
			b.Fatal(err)
		}
	}
}

// Headers are read by our own code: whatever they claim, it ends without a panic and without claiming less than nothing.
func FuzzHeaders(f *testing.F) {
	img := corners()
	for _, seed := range [][]byte{
		jpegTurned(jpegOf(f, img), 6), pngTurned(pngOf(f, img), 6), tiffTurned(tiffOf(f, img), 6), gifOf(f, img), ppmOf(img),
		encode(f, func(b *bytes.Buffer) error { return bmp.Encode(b, img) }),
		[]byte("\x00\x00\x00\x0cjP  \r\n\x87\n\x00\x00\x00\x16jp2h\x00\x00\x00\x0eihdr\x00\x00\x00\x01\x00\x00\x00\x01"),
		[]byte("\xff\x4f\xff\x51\x00\x2f\x00\x00\x00\x00\x00\x09\x00\x00\x00\x09\x00\x00\x00\x00\x00\x00\x00\x00"),
		[]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"),
		[]byte("\x00\x00\x00\x14ftypheic\x00\x00\x00\x00heic"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, format, _ := media.Sniff(raw)
		c, known := codecs[format]
		if !known || format == "avif" || format == "jxl" { // their decoders run in a sandbox, too slowly for this
			return
		}
		if h, err := c.header(raw); err == nil && (h.width > 1<<32 || h.height > 1<<32 || h.orientation < 0 || h.orientation > 8) {
			t.Errorf("%s: %+v", format, h)
		}
		if format == "webp" {
			for kind, payload := range riff(raw[12:]) {
				if kind == "ANMF" && len(payload) > 16 {
					_, _ = firstOfWebP(payload, header{width: 1, height: 1})
				}
			}
		}
	})
}
