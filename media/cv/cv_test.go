package cv_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"unmask/media/cv"
)

func TestBuildInfo(t *testing.T) {
	info, err := cv.BuildInfo()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"opencv", "jpeg", "png", "tiff", "webp", "openjpeg", "avcodec", "avformat"} {
		if info[name] == "" {
			t.Errorf("no version of %s in %v", name, info)
		}
	}
}

// pngOf is a picture of one colour.
func pngOf(t *testing.T, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The marks by which a decoder that wrote nothing is found out must not stand in the way of pictures that look like them.
func TestDecodeInto(t *testing.T) {
	for _, c := range []color.NRGBA{{1, 2, 3, 255}, {0x5a, 0x5a, 0x5a, 255}, {0xa5, 0xa5, 0xa5, 255}} {
		pix := make([]byte, 3*5*4)
		if err := cv.DecodeInto(pngOf(t, 5, 4, c), pix, 5, 4); err != nil || !bytes.Equal(pix, bytes.Repeat([]byte{c.B, c.G, c.R}, 20)) {
			t.Errorf("%v: %v %v", c, err, pix[:6])
		}
	}
}

// claiming is a PNG whose header claims a size that its data does not have.
func claiming(w, h uint32) []byte {
	ihdr := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h), 8, 2, 0, 0, 0)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr, binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(ihdr)),
		[]byte("\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e\x00\x00\x00\x00IEND\xae\x42\x60\x82"))
}

func TestDecodeIntoFails(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		pix  int
		want string
	}{
		"another size":         {pngOf(t, 5, 4, color.White), 60, "the header says 4x5 pixels, the decoder gave 5x4"},
		"a room of wrong size": {pngOf(t, 5, 4, color.White), 59, "59 bytes"},
		"nothing":              {nil, 60, "0 bytes"},
		"no picture":           {[]byte("no picture"), 60, "the decoder gave no picture"},
		"no data":              {claiming(4, 5), 60, "the decoder gave no picture"},
		"a bomb":               {claiming(60000, 60000), 60, "CV_IO_MAX_IMAGE_PIXELS"},
		"a JPEG of its ends":   {[]byte("\xff\xd8\xff\xd9"), 60, "the decoder gave no picture"},
	} {
		if err := cv.DecodeInto(c.data, make([]byte, c.pix), 4, 5); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
	}
}

const clip = "../../testdata/pattern.mp4"

func TestVideo(t *testing.T) {
	path, err := filepath.Abs(clip)
	if err != nil {
		t.Fatal(err)
	}
	v, err := cv.OpenVideo(path)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	w, h, n := int(v.Get(cv.FrameWidth)), int(v.Get(cv.FrameHeight)), 0
	for {
		ok, err := v.Grab()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		n++
	}
	if w <= 0 || h <= 0 || n != int(v.Get(cv.FrameCount)) || v.Get(cv.FPS) <= 0 {
		t.Errorf("%d frames of %dx%d", n, w, h)
	}
	if err := v.Seek(500); err != nil {
		t.Fatal(err)
	}
	if ok, err := v.Grab(); !ok || err != nil || v.Get(cv.PosMsec) < 400 || v.Get(cv.PosMsec) > 600 {
		t.Errorf("after a seek to 500 ms: %v, %v, %v ms", ok, err, v.Get(cv.PosMsec))
	}
	pix := make([]byte, 3*w*h)
	if err := v.Retrieve(pix, w, h); err != nil || bytes.Count(pix, pix[:1]) == len(pix) {
		t.Errorf("frame of one colour, or %v", err)
	}
	if err := v.Retrieve(pix, h, w); err == nil || !strings.Contains(err.Error(), "the decoder gave") {
		t.Errorf("another size: %v", err)
	}
}

// A file that only points to a video opens nothing, whatever it is called.
func TestNothingButTheFileIsRead(t *testing.T) {
	path, err := filepath.Abs(clip)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(clip)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, c := range map[string]struct {
		text  string
		opens bool
	}{
		"video.mp4":    {string(data), true},
		"playlist.mp4": {"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2.0,\nfile://" + path + "\n#EXT-X-ENDLIST\n", false},
		"list.mp4":     {"ffconcat version 1.0\nfile '" + path + "'\n", false},
		"list.ffc":     {"ffconcat version 1.0\nfile '" + path + "'\n", false},
		"session.sdp":  {"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\n", false},
		"frame%03d":    {"P6\n1 1\n255\nabc", false},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		v, err := cv.OpenVideo(file)
		if (err == nil) != c.opens {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			v.Close()
		}
	}
	for _, name := range []string{"", "video.mp4", "0", "http://localhost/x.mp4", "videotestsrc ! appsink", "file:" + path, path + "\x00"} {
		if v, err := cv.OpenVideo(name); err == nil {
			v.Close()
			t.Errorf("%q opens", name)
		}
	}
}

// FFmpeg decodes in one thread: with several, damaged videos differ from run to run.
func TestOneThread(t *testing.T) {
	threads := func() int {
		tasks, err := os.ReadDir("/proc/self/task")
		if err != nil {
			t.Skip(err)
		}
		return len(tasks)
	}
	if err := cv.SetThreads(1); err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(clip)
	if err != nil {
		t.Fatal(err)
	}
	before, open := threads(), 8
	for range open {
		v, err := cv.OpenVideo(path)
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		if _, err := v.Grab(); err != nil {
			t.Fatal(err)
		}
	}
	if more := threads() - before; more >= open {
		t.Errorf("%d videos have %d threads", open, more)
	}
}
