package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"unmask/forensics/detectortest"
	"unmask/media"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/sys/unix"
)

var plan = media.Plan{Bursts: 8, Length: 2, MaxPixels: 134e6, MaxBytes: 64 << 20}

// corners is a picture of 48x32 pixels with red, green, blue and white quarters, in reading order.
func corners() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, 48, 32))
	for y := range 32 {
		for x := range 48 {
			c := [...]color.NRGBA{{200, 0, 0, 255}, {0, 200, 0, 255}, {0, 0, 200, 255}, {200, 200, 200, 255}}[2*(y/16)+x/24]
			img.Set(x, y, c)
		}
	}
	return img
}

// quarters names the colours of the four quarters of a frame.
func quarters(f media.Frame) string {
	var out strings.Builder
	for _, at := range [][2]int{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		p := f.Pix[3*(at[1]*f.Height/4*f.Width+at[0]*f.Width/4):]
		out.WriteByte(map[[3]bool]byte{{true, false, false}: 'b', {false, true, false}: 'g', {false, false, true}: 'r', {true, true, true}: 'w'}[[3]bool{p[0] > 100, p[1] > 100, p[2] > 100}])
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

func open(t testing.TB, name string, data []byte) (*media.Sample, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return Open(media.Item{Path: media.Path(path), Size: int64(len(data))}, plan)
}

func TestStills(t *testing.T) {
	img := corners()
	for format, data := range map[string][]byte{
		"jpeg": jpegOf(t, img),
		"png":  encode(t, func(b *bytes.Buffer) error { return png.Encode(b, img) }),
		"bmp":  encode(t, func(b *bytes.Buffer) error { return bmp.Encode(b, img) }),
		"tiff": encode(t, func(b *bytes.Buffer) error { return tiff.Encode(b, img, nil) }),
		"gif":  encode(t, func(b *bytes.Buffer) error { return gif.Encode(b, img, nil) }),
	} {
		s, err := open(t, "wrong.mp4", data)
		if err != nil || s.Info.Format != format || s.Info.Kind != media.Image || s.Info.Width != 48 || s.Info.Height != 32 || len(s.Item.SHA256) != 64 {
			t.Errorf("%s: %v %+v", format, err, s.Info)
		} else if got := quarters(s.Frames[0]); got != "rgbw" || s.Partial != nil {
			t.Errorf("%s: quarters %s, partial %v", format, got, s.Partial)
		}
	}
}

// withOrientation puts an EXIF segment with an orientation into a JPEG.
func withOrientation(b []byte, o byte) []byte {
	exif := append([]byte("\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00"), o, 0, 0, 0, 0, 0, 0, 0)
	return slices.Concat(b[:2], exif, b[2:])
}

func TestOrientationIsAppliedOnce(t *testing.T) {
	stored := jpegOf(t, corners())
	for o, want := range map[byte]string{1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb", 9: "rgbw"} {
		s, err := open(t, "x.jpg", withOrientation(stored, o))
		if err != nil {
			t.Fatal(err)
		}
		if got := quarters(s.Frames[0]); got != want || (s.Info.Width < s.Info.Height) != (o >= 5 && o <= 8) {
			t.Errorf("orientation %d: %s in %dx%d, not %s", o, got, s.Info.Width, s.Info.Height, want)
		}
	}
}

// pngClaiming is a PNG whose header claims a size that its data does not have.
func pngClaiming(w, h uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	ihdr = append(ihdr, 8, 2, 0, 0, 0)
	out := slices.Concat([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(ihdr)))
	return append(out, "\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e\x00\x00\x00\x00IEND\xae\x42\x60\x82"...)
}

func TestFailures(t *testing.T) {
	whole := jpegOf(t, corners())
	pngWhole := encode(t, func(b *bytes.Buffer) error { return png.Encode(b, corners()) })
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":           {nil, "item.empty"},
		"text":            {[]byte("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "format.unsupported"},
		"concat":          {[]byte("ffconcat version 1.0\nfile '/etc/passwd'\n"), "format.unsupported"},
		"huge":            {pngClaiming(60000, 60000), "decode.too_large"},
		"no data":         {pngClaiming(30, 30), "decode.failed"},
		"header of JPEG":  {whole[:20], "decode.truncated"},
		"half a PNG":      {pngWhole[:len(pngWhole)/2], "decode.truncated"},
		"Photoshop":       {[]byte("8BPS\x00\x01"), "format.unsupported"},
		"MP4 of nothing":  {[]byte("\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom"), "decode.failed"},
		"HEIC of nothing": {[]byte("\x00\x00\x00\x14ftypheic\x00\x00\x00\x00heic"), "decode.failed"},
	} {
		s, err := open(t, "x", c.data)
		f, ok := errors.AsType[*media.Failure](err)
		if !ok || f.Code != c.want || len(s.Item.SHA256) != 64 || len(s.Frames) != 0 {
			t.Errorf("%s: %v, not %s; %+v", name, err, c.want, s.Item)
		}
	}
}

func TestHalfAJPEGIsExaminedInPart(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 400, 400))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * i >> 7)
	}
	whole := jpegOf(t, img)
	s, err := open(t, "x.jpg", whole[:len(whole)/2])
	if err != nil || s.Partial == nil || s.Partial.Code != "decode.truncated" || len(s.Frames) != 1 {
		t.Errorf("%v, %+v", err, s.Partial)
	}
}

func TestSpecialFilesAreNotWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe.jpg")
	if err := unix.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero", "/nonexistent", "/"} {
		if _, err := Open(media.Item{Path: media.Path(path)}, plan); media.AsFailure(err, "").Code != "item.unreadable" {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestLargeFilesAreDigestedButNotDecoded(t *testing.T) {
	small := plan
	small.MaxBytes = 100
	path := filepath.Join(t.TempDir(), "x.jpg")
	if err := os.WriteFile(path, jpegOf(t, corners()), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Open(media.Item{Path: media.Path(path), Size: 500}, small)
	if media.AsFailure(err, "").Code != "decode.too_large" || s.Item.SHA256 == "" {
		t.Errorf("%v %+v", err, s.Item)
	}
}

// Frame times are those that ffprobe reports, for every video of the corpus that both can read.
func TestFrameTimesAgreeWithFFprobe(t *testing.T) {
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Skip("ffprobe is not installed")
	}
	files, frames, off := 0, 0, 0
	for _, path := range videos(t) {
		s, err := Open(media.Item{Path: media.Path(path), Size: size(t, path)}, plan)
		if err != nil {
			t.Logf("%s: %v", path, err)
			continue
		}
		want := probe(t, path)
		files++
		for _, f := range s.Frames {
			frames++
			if f.Index >= len(want) || abs(f.Time.Seconds()-want[f.Index]) > .0015 { // ffprobe prints milliseconds of Matroska
				off++
				t.Logf("%s frame %d: %.4f s; ffprobe has %d frames", filepath.Base(path), f.Index, f.Time.Seconds(), len(want))
			}
		}
	}
	t.Logf("%d videos, %d frames, %d off", files, frames, off)
	if files < 20 || off*50 > frames {
		t.Errorf("%d of %d frame times differ from ffprobe's", off, frames)
	}
}

func abs(v float64) float64 { return max(v, -v) }

func size(t *testing.T, path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func videos(t *testing.T) (out []string) {
	_ = filepath.WalkDir(detectortest.Corpus(t, "videos"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			out = append(out, path)
		}
		return nil
	})
	return out
}

// probe returns ffprobe's frame times in showing order.
func probe(t *testing.T, path string) (times []float64) {
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0", path).Output()
	if err != nil {
		t.Logf("ffprobe %s: %v", path, err)
	}
	for line := range strings.Lines(string(out)) {
		if v, err := strconv.ParseFloat(strings.TrimRight(line, ",\n"), 64); err == nil {
			times = append(times, v)
		}
	}
	slices.Sort(times)
	return times
}

func TestPlacesStayWithinTheBudget(t *testing.T) {
	for _, n := range []int{0, 1, 5, 100, 100000} {
		for _, pixels := range []int64{1, 1e6, 60e6, 134e6} {
			w := places(n, plan, pixels)
			if len(w) == 0 || int64(len(w))*pixels > plan.MaxPixels {
				t.Errorf("%d frames of %d pixels: %d are wanted", n, pixels, len(w))
			}
			for i, f := range w {
				if i > 0 && f.index <= w[i-1].index || n > 0 && f.index >= n {
					t.Errorf("%d frames: %v", n, w)
				}
			}
		}
	}
}

func BenchmarkDecode12MP(b *testing.B) {
	img := image.NewGray(image.Rect(0, 0, 4000, 3000))
	for i := range img.Pix {
		img.Pix[i] = uint8(i>>4 ^ i>>13)
	}
	path := filepath.Join(b.TempDir(), "x.jpg")
	data := jpegOf(b, img)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Open(media.Item{Path: media.Path(path), Size: int64(len(data))}, plan); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSampleVideo(b *testing.B) {
	path := detectortest.Corpus(b, "videos/gocv/images/small.mp4")
	for b.Loop() {
		if _, err := Open(media.Item{Path: media.Path(path)}, plan); err != nil {
			b.Fatal(err)
		}
	}
}
