package jpeghistory

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	stdjpeg "image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"

	"unmask/forensics"
	"unmask/forensics/detectortest"
	"unmask/media"

	"github.com/disintegration/imaging"
)

// scene is a picture of rectangles that depends on the seed only.
func scene(seed uint64, w, h int) *image.NRGBA {
	rnd := rand.New(rand.NewPCG(seed, 1))
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(color.Gray{120}), image.Point{}, draw.Src)
	for range 40 {
		x, y := rnd.IntN(w), rnd.IntN(h)
		c := color.RGBA{uint8(rnd.UintN(256)), uint8(rnd.UintN(256)), uint8(rnd.UintN(256)), 255}
		draw.Draw(img, image.Rect(x, y, x+w/8+rnd.IntN(w/4), y+h/8+rnd.IntN(h/4)), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

func encode(img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := stdjpeg.Encode(&b, img, &stdjpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func segment(marker byte, payload string) string {
	return string(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))) + payload
}

// with puts segments behind the first marker.
func with(file []byte, segments ...string) []byte {
	return []byte(string(file[:2]) + strings.Join(segments, "") + string(file[2:]))
}

// exif is an EXIF segment with a thumbnail.
func exif(thumbnail []byte) string {
	b := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x0e\x00\x02\x02\x01\x00\x04\x00\x00\x00\x01\x00\x00\x00\x2c\x02\x02\x00\x04\x00\x00\x00\x01")
	b = binary.BigEndian.AppendUint32(b, uint32(len(thumbnail)))
	return segment(0xe1, string(append(b, 0, 0, 0, 0))+string(thumbnail))
}

// letterboxed is a thumbnail of 160x120 pixels with black bars.
func letterboxed(img image.Image) image.Image {
	black := image.NewNRGBA(image.Rect(0, 0, 160, 120))
	draw.Draw(black, black.Rect, image.Black, image.Point{}, draw.Src)
	return imaging.PasteCenter(black, imaging.Fit(img, 160, 120, imaging.Linear))
}

func sample(t testing.TB, file []byte) *media.Sample {
	t.Helper()
	return detectortest.Load(t, file)
}

func examine(t testing.TB, s *media.Sample) (forensics.Result, []forensics.Finding) {
	t.Helper()
	p := forensics.NewPass(s, forensics.Env{})
	res, err := p.Detect(&Detector, run)
	if err != nil {
		t.Fatal(err)
	}
	return res, p.Findings()
}

func TestContract(t *testing.T) {
	picture := scene(1, 480, 320)
	file := encode(picture, 90)
	detectortest.Run(t, Detector, forensics.Env{},
		detectortest.Case{Name: "without a thumbnail", Sample: sample(t, file), Clean: true},
		detectortest.Case{Name: "own thumbnail", Sample: sample(t, with(file, exif(encode(letterboxed(picture), 80)))), Clean: true},
		detectortest.Case{Name: "thumbnail of another picture", Sample: sample(t, with(file, exif(encode(letterboxed(scene(2, 480, 320)), 80))))},
		detectortest.Case{Name: "trailing archive", Sample: sample(t, append(bytes.Clone(file), "\x00\x00PK\x03\x04hidden"...))})
}

// The thumbnail may be turned against the picture, have bars, or be cropped to another shape.
func TestThumbnailsOfTheSamePicture(t *testing.T) {
	for seed := range uint64(4) {
		picture := scene(seed, 600, 400)
		for name, thumb := range map[string]image.Image{
			"small":         imaging.Fit(picture, 160, 160, imaging.Linear),
			"with bars":     letterboxed(picture),
			"cropped":       imaging.Fill(picture, 160, 120, imaging.Center, imaging.Linear),
			"square":        imaging.Fill(picture, 120, 120, imaging.Center, imaging.Linear),
			"turned":        imaging.Rotate90(imaging.Fit(picture, 160, 160, imaging.Linear)),
			"turned, bars":  imaging.Rotate270(letterboxed(picture)),
			"mirrored":      imaging.FlipH(letterboxed(picture)),
			"upside down":   imaging.Rotate180(imaging.Fill(picture, 160, 120, imaging.Center, imaging.Linear)),
			"large":         imaging.Fit(picture, 512, 512, imaging.Linear),
			"of an edit":    imaging.Paste(imaging.Fit(picture, 160, 160, imaging.Linear), scene(9, 24, 24), image.Pt(60, 40)),
			"other quality": imaging.Blur(imaging.Fit(picture, 160, 160, imaging.Linear), 1),
		} {
			res, found := examine(t, sample(t, with(encode(picture, 85), exif(encode(thumb, 75)))))
			if len(found) > 0 {
				t.Errorf("%s: %s", name, found[0].Text)
			}
			if _, ok := res.Features["thumbnail_distance"]; !ok {
				t.Errorf("%s was not compared: %+v", name, res)
			}
		}
	}
}

func TestThumbnailsOfAnotherPicture(t *testing.T) {
	picture := encode(scene(1, 600, 400), 85)
	for seed := range uint64(20) {
		_, found := examine(t, sample(t, with(picture, exif(encode(letterboxed(scene(seed+10, 600, 400)), 75)))))
		if len(found) != 1 || found[0].Code != "jpeg.thumbnail_mismatch" || len(found[0].Evidence) != 1 {
			t.Errorf("seed %d: %+v", seed, found)
		}
	}
}

func TestWhereTheThumbnailStands(t *testing.T) {
	thumb := encode(letterboxed(scene(2, 480, 320)), 80)
	file := with(encode(scene(1, 480, 320), 90), exif(thumb))
	_, found := examine(t, sample(t, file))
	if len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	from := *found[0].Where.Offset
	if !bytes.Equal(file[from:from+*found[0].Where.Length], thumb) {
		t.Errorf("not at %d", from)
	}
}

func TestThumbnailsThatAreNotCompared(t *testing.T) {
	file := encode(scene(1, 480, 320), 90)
	for name, thumb := range map[string][]byte{
		"plain": encode(image.NewGray(image.Rect(0, 0, 160, 120)), 80), "no JPEG": []byte("thumbnail"), "cut": encode(scene(2, 160, 120), 80)[:300],
		"too large": encode(image.NewGray(image.Rect(0, 0, 1025, 8)), 80), "one pixel": encode(image.NewGray(image.Rect(0, 0, 1, 1)), 80),
	} {
		if _, found := examine(t, sample(t, with(file, exif(thumb)))); len(found) > 0 {
			t.Errorf("%s: %s", name, found[0].Text)
		}
	}
}

func TestEncoding(t *testing.T) {
	res, found := examine(t, sample(t, encode(scene(1, 64, 64), 77)))
	for name, want := range map[string]float64{"tables": standard, "luma_quality": 77, "chroma_quality": 77, "luma_error": 0, "subsampling": 420, "progressive": 0, "thumbnail": 0} {
		if got, ok := res.Features[name]; !ok || got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if len(found) > 0 {
		t.Errorf("%+v", found)
	}
	changed := encode(scene(1, 64, 64), 77)
	changed[bytes.Index(changed, []byte("\xff\xdb"))+8] += 3
	if res, _ := examine(t, sample(t, changed)); res.Features["tables"] != other || res.Features["luma_error"] == 0 || res.Features["luma_quality"] != 77 {
		t.Errorf("%+v", res.Features)
	}
}

func TestTrailing(t *testing.T) {
	file := encode(scene(1, 64, 64), 80)
	video := "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
	for _, c := range []struct {
		name, rest string
		segments   []string
		want       string // in the text; "" for no finding
	}{
		{"nothing", "", nil, ""},
		{"padding", "\x00\x00\xff\xff\r\n", nil, ""},
		{"archive", "PK\x03\x04", nil, "4 bytes of a ZIP archive"},
		{"picture", "\x00" + string(file), nil, "of jpeg data"},
		{"video", video, nil, "of mp4 data"},
		{"text", "hidden", nil, "6 bytes follow"},
		{"multi-picture file", string(file), []string{segment(0xe2, "MPF\x00")}, ""},
		{"motion photo", video, []string{segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<a GCamera:MotionPhoto='1'/>")}, ""},
	} {
		b := append(with(file, c.segments...), c.rest...)
		_, found := examine(t, sample(t, b))
		if (len(found) == 1) != (c.want != "") || len(found) == 1 && !strings.Contains(found[0].Text, c.want) {
			t.Errorf("%s: %+v", c.name, found)
		}
		if len(found) == 1 {
			if from := *found[0].Where.Offset; !strings.HasSuffix(c.rest, string(b[from:from+*found[0].Where.Length])) {
				t.Errorf("%s is not at %d", c.name, from)
			}
		}
	}
}

func TestOtherFormats(t *testing.T) {
	res, found := examine(t, &media.Sample{Info: media.Info{Kind: media.Image, Format: "png"}})
	if res.Status != forensics.NotApplied || found != nil {
		t.Errorf("%+v %+v", res, found)
	}
}
