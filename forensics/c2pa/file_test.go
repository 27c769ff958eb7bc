package c2pa

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
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
	"mp4": func(store []byte) ([]byte, int, int) {
		ftyp, mdat := boxOf("ftyp", []byte("isom\x00\x00\x02\x00isom")), boxOf("mdat", bytes.Repeat([]byte("frames"), 100))
		uuid := boxOf("uuid", []byte(isobmffC2PA), make([]byte, 4), []byte("manifest\x00"), make([]byte, 8), store)
		return bytes.Join([][]byte{ftyp, uuid, boxOf("moov", boxOf("free")), mdat}, nil), len(ftyp), len(uuid)
	},
}

const isobmffC2PA = "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81"

// bound makes a file with a manifest that is bound to it: by its boxes where it has some, otherwise by its bytes. More is added to what is left
// out of the digest.
func (s signer) bound(t testing.TB, ext string, p plan, more ...span) []byte {
	t.Helper()
	const length = 6000 // of the store, which must not change with the digest in it
	label := "c2pa.hash.data"
	if ext == "mp4" {
		label = "c2pa.hash.bmff.v2"
	}
	p.order = append([]string{label}, p.order...)
	values := map[string]any{}
	for k, v := range p.assertions {
		values[k] = v
	}
	p.assertions = values
	build := func(binding any) []byte {
		p.assertions[label] = binding
		m := s.manifest(t, p)
		store := super(jumbf.Store, "c2pa", m)
		pad := length - len(store) - 8
		if pad < 0 {
			t.Fatal("the store is too long")
		}
		return super(jumbf.Store, "c2pa", boxOf("free", make([]byte, pad)), m)
	}
	file, from, n := carriers[ext](build(map[string]any{}))
	if ext == "mp4" {
		h := sha256.New()
		for _, b := range []string{"ftyp", "moov", "mdat"} {
			at := bytes.Index(file, []byte(b)) - 4
			h.Write(offsetMark(int64(at)))
			h.Write(file[at : at+int(binary.BigEndian.Uint32(file[at:]))])
		}
		file, _, _ = carriers[ext](build(map[string]any{"alg": "sha256", "hash": h.Sum(nil), "name": "boxes",
			"exclusions": []any{map[string]any{"xpath": "/uuid", "data": []any{map[string]any{"offset": 8, "value": []byte(isobmffC2PA)}}}}}))
		return file
	}
	out := append([]span{{int64(from), int64(from + n)}}, more...)
	a := asset{r: bytes.NewReader(file), size: int64(len(file))}
	h := sha256.New()
	if err := a.digest(h, out); err != nil {
		t.Fatal(err)
	}
	var exclusions []any
	for _, x := range out {
		exclusions = append(exclusions, map[string]any{"start": x.from, "length": x.to - x.from})
	}
	file, _, _ = carriers[ext](build(map[string]any{"alg": "sha256", "hash": h.Sum(nil), "exclusions": exclusions, "pad": []byte{}}))
	return file
}

// actions is a plan with a source type.
func actions(term string) plan {
	return plan{label: "urn:uuid:1", order: []string{"c2pa.actions"}, assertions: map[string]any{"c2pa.actions": map[string]any{"actions": []any{
		map[string]any{"action": "c2pa.created", "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/" + term, "softwareAgent": "Paint 3"}}}}}
}

func see(t testing.TB, name string, file []byte, trust []byte) ([]string, forensics.Claim) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, file, 0o644); err != nil {
		t.Fatal(err)
	}
	res, findings, claims := inspect(t, path, forensics.Env{Trust: trust})
	if res.Status != forensics.Done {
		t.Fatalf("%s: %+v", name, res)
	}
	var c forensics.Claim
	if len(claims) > 0 {
		c = claims[0]
	}
	return codes(findings), c
}
