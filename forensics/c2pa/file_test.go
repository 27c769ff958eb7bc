package c2pa

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"unmask/forensics"
	"unmask/media/jumbf"
)

// pixels is a picture with some detail.
func pixels() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		img.Set(i%64, i/64, color.RGBA{uint8(i * 7), uint8(i / 5), uint8(i % 200), 255})
	}
	return img
}

func plainJPEG() []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, pixels(), nil)
	return b.Bytes()
}

func plainPNG() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, pixels())
	return b.Bytes()
}

// carriers put a store into a file, and tell at which offset and how long what holds it is.
var carriers = map[string]func(store []byte) (file []byte, from, length int){
	"jpg": func(store []byte) ([]byte, int, int) {
		var segments []byte
		const piece = 1000 // several segments
		for i, n := 0, uint32(1); i < len(store); n++ {
			head := []byte(nil)
			if i > 0 {
				head = store[:8]
			}
			part := store[i:min(len(store), i+piece)]
			payload := append(append(binary.BigEndian.AppendUint32([]byte("JP\x00\x01"), n), head...), part...)
			segments = append(binary.BigEndian.AppendUint16(append(segments, 0xff, 0xeb), uint16(len(payload)+2)), payload...)
			i += len(part)
		}
		b := plainJPEG()
		return append(append(append([]byte{}, b[:2]...), segments...), b[2:]...), 2, len(segments)
	},
	"png": func(store []byte) ([]byte, int, int) {
		chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(store))), append([]byte("caBX"), store...)...)
		chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
		b := plainPNG()
		const afterIHDR = 8 + 25
		return append(append(append([]byte{}, b[:afterIHDR]...), chunk...), b[afterIHDR:]...), afterIHDR, len(chunk)
	},
	"webp": func(store []byte) ([]byte, int, int) {
		return inRIFF("WEBP", chunkOf("VP8 ", bytes.Repeat([]byte("pixels"), 50)), chunkOf("C2PA", store))
	},
	"avi": func(store []byte) ([]byte, int, int) {
		return inRIFF("AVI ", chunkOf("LIST", []byte("movi"), chunkOf("00dc", bytes.Repeat([]byte("pixels"), 50))), chunkOf("C2PA", store))
	},
	"gif": func(store []byte) ([]byte, int, int) {
		var b bytes.Buffer
		_ = gif.Encode(&b, pixels(), nil)
		extension := []byte("\x21\xff\x0bC2PA_GIF\x01\x00\x00")
		for i := 0; i < len(store); i += 255 {
			piece := store[i:min(len(store), i+255)]
			extension = append(append(extension, byte(len(piece))), piece...)
		}
		extension = append(extension, 0)
		at := b.Len() - 1 // before the trailer
		return slices.Concat(b.Bytes()[:at], extension, []byte{0x3b}), at, len(extension)
	},
	"tif": func(store []byte) ([]byte, int, int) {
		const data = 8 + 2 + 12 + 4
		b := append([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x41\xcd\x07\x00"), binary.LittleEndian.AppendUint32(nil, uint32(len(store)))...)
		b = append(b, data, 0, 0, 0, 0, 0, 0, 0)
		return slices.Concat(b, store, bytes.Repeat([]byte("pixels"), 50)), data, len(store)
	},
	"jxl": func(store []byte) ([]byte, int, int) {
		head := append(boxOf("JXL ", []byte("\r\n\x87\n")), boxOf("ftyp", []byte("jxl \x00\x00\x00\x00jxl "))...)
		return slices.Concat(head, store, boxOf("jxlc", bytes.Repeat([]byte("pixels"), 50))), len(head), len(store)
	},
	"mp4":  func(store []byte) ([]byte, int, int) { return inBoxes("isom", store) },
	"heic": func(store []byte) ([]byte, int, int) { return inBoxes("heic", store) },
	"avif": func(store []byte) ([]byte, int, int) { return inBoxes("avif", store) },
}

func inBoxes(brand string, store []byte) ([]byte, int, int) {
	ftyp, mdat := boxOf("ftyp", []byte(brand+"\x00\x00\x02\x00"+brand)), boxOf("mdat", bytes.Repeat([]byte("frames"), 100))
	uuid := boxOf("uuid", []byte(isobmffC2PA), make([]byte, 4), []byte("manifest\x00"), make([]byte, 8), store)
	return slices.Concat(ftyp, uuid, boxOf("moov", boxOf("free")), boxOf("free", []byte("padding")), mdat), len(ftyp), len(uuid)
}

const isobmffC2PA = "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81"

func chunkOf(kind string, data ...[]byte) []byte {
	b := bytes.Join(data, nil)
	return append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(b))), append(b, make([]byte, len(b)%2)...)...)
}

func inRIFF(kind string, pixels, store []byte) ([]byte, int, int) {
	return chunkOf("RIFF", []byte(kind), pixels, store), 12 + len(pixels), len(store)
}

// bindings are the assertions that bind a manifest to a file, of the formats that do not use c2pa.hash.data.
var bindings = map[string]string{"mp4": "c2pa.hash.bmff.v2", "heic": "c2pa.hash.bmff.v3", "avif": "c2pa.hash.bmff"}

// bound makes a file with a manifest that is bound to it: by its boxes where it has some, otherwise by its bytes. More is added to what is left
// out of the digest.
func (s signer) bound(t testing.TB, ext string, p plan, more ...span) []byte {
	t.Helper()
	label := first(bindings[ext], "c2pa.hash.data")
	return s.boundBy(t, label, p, carriers[ext], func(file []byte, store span) map[string]any {
		if ext == "mp4" || ext == "heic" || ext == "avif" {
			return byBoxes(file, label)
		}
		return byBytes(t, file, append([]span{store}, more...))
	})
}

// boundBy makes a file with a manifest that has the binding that is made for it.
func (s signer) boundBy(t testing.TB, label string, p plan, carrier func([]byte) ([]byte, int, int), binding func(file []byte, store span) map[string]any) []byte {
	t.Helper()
	length := 6000 + len(bytes.Join(p.before, nil)) // of the store, which must not change with the digest in it
	p.order = append([]string{label}, p.order...)
	values := map[string]any{}
	for k, v := range p.assertions {
		values[k] = v
	}
	p.assertions = values
	build := func(binding any) []byte {
		p.assertions[label] = binding
		m := append(slices.Clone(p.before), s.manifest(t, p))
		pad := length - len(super(jumbf.Store, "c2pa", m...)) - 8
		if pad < 0 {
			t.Fatal("the store is too long")
		}
		return super(jumbf.Store, "c2pa", append([][]byte{boxOf("free", make([]byte, pad))}, m...)...)
	}
	file, from, n := carrier(build(map[string]any{}))
	file, _, _ = carrier(build(binding(file, span{int64(from), int64(from + n)})))
	return file
}

func byBytes(t testing.TB, file []byte, out []span) map[string]any {
	t.Helper()
	a := asset{r: bytes.NewReader(file), size: int64(len(file))}
	h := sha256.New()
	if err := a.digest(h, out); err != nil {
		t.Fatal(err)
	}
	var exclusions []any
	for _, x := range out {
		exclusions = append(exclusions, map[string]any{"start": x.from, "length": x.to - x.from})
	}
	return map[string]any{"alg": "sha256", "hash": h.Sum(nil), "exclusions": exclusions, "pad": []byte{}}
}

// byBoxes digests a file of boxes but for its manifest, ftyp and more boxes of the top level.
func byBoxes(file []byte, label string, more ...string) map[string]any {
	h := sha256.New()
	rules := []any{map[string]any{"xpath": "/uuid", "data": []any{map[string]any{"offset": 8, "value": []byte(isobmffC2PA)}}}}
	for _, kind := range append([]string{"ftyp"}, more...) {
		rules = append(rules, map[string]any{"xpath": "/" + kind})
	}
	for at := 0; at < len(file); {
		n := int(binary.BigEndian.Uint32(file[at:]))
		if kind := string(file[at+4 : at+8]); kind != "uuid" && kind != "ftyp" && !slices.Contains(more, kind) {
			if label != "c2pa.hash.bmff" {
				h.Write(binary.BigEndian.AppendUint64(nil, uint64(at)))
			}
			h.Write(file[at : at+n])
		}
		at += n
	}
	return map[string]any{"alg": "sha256", "hash": h.Sum(nil), "name": "boxes", "exclusions": rules}
}

// actions is a plan with a source type.
func actions(term string) plan {
	return plan{label: "urn:uuid:1", order: []string{"c2pa.actions"}, assertions: map[string]any{"c2pa.actions": map[string]any{"actions": []any{
		map[string]any{"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/" + term, "softwareAgent": "Paint 3"}}}}}
}

func see(t testing.TB, name string, file []byte, trust []byte) ([]string, forensics.Claim) {
	t.Helper()
	res, findings, claims := inspect(t, written(t, name, file), forensics.Env{Trust: trust})
	if res.Status != forensics.Done {
		t.Fatalf("%s: %+v", name, res)
	}
	var c forensics.Claim
	if len(claims) > 0 {
		c = claims[0]
	}
	return codes(findings), c
}

func written(t testing.TB, name string, file []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
