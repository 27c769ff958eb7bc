// Command demo makes the pictures of the demo case from samples that ship with modules this project uses:
// protected originals, copies handled in ordinary ways, copies that declare AI, and pictures that have nothing to do with them.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"

	"github.com/disintegration/imaging"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: demo OUT GOCV-DIR PIGO-DIR IMAGING-DIR")
		os.Exit(2)
	}
	if err := build(os.Args[1], os.Args[2]+"/images", os.Args[3]+"/testdata", os.Args[4]+"/testdata"); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// label is a GB 45438-2025 implicit label as an XMP packet carries it.
const label = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>{"Label":"1","ContentProducer":"demo-generator","ProduceID":"demo-0001",
"ReservedCode1":"","ContentPropagator":"demo-platform","PropagateID":"demo-0001","ReservedCode2":""}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>`

func build(out, gocv, pigo, samples string) error {
	presenter, err := imaging.Open(filepath.Join(gocv, "face.jpg"))
	if err != nil {
		return err
	}
	portrait, err := imaging.Open(filepath.Join(pigo, "sample.jpg"))
	if err != nil {
		return err
	}
	shuttle, err := imaging.Open(filepath.Join(gocv, "space_shuttle.jpg"))
	if err != nil {
		return err
	}
	w, h := presenter.Bounds().Dx(), presenter.Bounds().Dy()
	pasted := imaging.Paste(presenter, imaging.Resize(shuttle, w/12, 0, imaging.Lanczos), image.Pt(w*13/16, h*13/16))
	xmp := segment(0xe1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), label...))
	files := []struct {
		name     string
		img      image.Image
		quality  int
		segments []byte
	}{
		{"protected/presenter/studio.jpg", presenter, 95, nil},
		{"protected/candidate/portrait.jpg", portrait, 95, nil},
		{"evidence/reencoded.jpg", imaging.Resize(presenter, w*2/3, 0, imaging.Linear), 40, nil},
		{"evidence/mirrored.jpg", imaging.FlipH(presenter), 80, nil},
		{"evidence/rotated.jpg", imaging.Rotate90(portrait), 80, nil},
		{"evidence/cropped.jpg", imaging.CropCenter(presenter, w*92/100, h*92/100), 85, nil},
		{"evidence/pasted.jpg", pasted, 85, nil},
		{"evidence/replaced, thumbnail kept.jpg", imaging.Blur(shuttle, 1), 85, exif(imaging.Fit(presenter, 160, 120, imaging.Linear))},
		{"evidence/declared-ai.jpg", imaging.AdjustSaturation(portrait, 10), 85, xmp},
		{"evidence/declared-ai, nobody protected.jpg", shuttle, 85, xmp},
	}
	for _, f := range files {
		if err := write(filepath.Join(out, f.name), f.img, f.quality, f.segments); err != nil {
			return err
		}
	}
	for from, to := range map[string]string{
		filepath.Join(samples, "flowers.png"):  "evidence/holiday/flowers.png",
		filepath.Join(samples, "branches.jpg"): "evidence/holiday/branches.jpg",
		filepath.Join(gocv, "sample.webp"):     "evidence/holiday/sample.webp",
		filepath.Join(gocv, "simple.jpg"):      "evidence/holiday/wrong extension.png",
		filepath.Join(gocv, "small.mp4"):       "protected/campaign/clip.mp4",
	} {
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := put(filepath.Join(out, to), data); err != nil {
			return err
		}
	}
	if err := put(filepath.Join(out, "evidence/note.txt"), []byte("not a picture\n")); err != nil {
		return err
	}
	whole, err := os.ReadFile(filepath.Join(out, "evidence/mirrored.jpg"))
	if err != nil {
		return err
	}
	return put(filepath.Join(out, "evidence/cut off.jpg"), whole[:len(whole)/2])
}

// write encodes a JPEG with more segments put after its start.
func write(path string, img image.Image, quality int, segments []byte) error {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return err
	}
	data := b.Bytes()
	return put(path, append(append(append([]byte(nil), data[:2]...), segments...), data[2:]...))
}

func put(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

// segment is a JPEG marker segment.
func segment(marker byte, payload []byte) []byte {
	n := len(payload) + 2
	return append([]byte{0xff, marker, byte(n >> 8), byte(n)}, payload...)
}

// exif is an APP1 segment whose second directory holds a thumbnail.
func exif(thumbnail image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, thumbnail, &jpeg.Options{Quality: 80}); err != nil {
		panic(err) // a picture in memory always encodes
	}
	const second, data = 14, 14 + 2 + 3*12 + 4
	le := binary.LittleEndian
	t := append([]byte("II*\x00"), le.AppendUint32(nil, 8)...)
	t = append(t, 0, 0) // the first directory is empty
	t = le.AppendUint32(t, second)
	t = le.AppendUint16(t, 3)
	for _, e := range [][3]uint32{{0x103, 3, 6}, {0x201, 4, data}, {0x202, 4, uint32(b.Len())}} {
		t = le.AppendUint16(t, uint16(e[0]))
		t = le.AppendUint16(t, uint16(e[1]))
		t = le.AppendUint32(t, 1)
		t = le.AppendUint32(t, e[2])
	}
	t = append(t, 0, 0, 0, 0)
	return segment(0xe1, append(append([]byte("Exif\x00\x00"), t...), b.Bytes()...))
}
