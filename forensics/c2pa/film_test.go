package c2pa

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
)

// film is a file of boxes whose media data have Merkle trees; the hooks make it lie.
type film struct {
	tracks   int                                       // of a fragmented one; 0 for a file with mdat boxes
	media    [][]byte                                  // payloads: of the mdat boxes, or of the fragments, of the tracks in turn
	sizes    map[string]any                            // blocks of each mdat
	block    func(media []byte) [][]byte               // the same division
	depth    int                                       // of the row that is signed
	proof    func(track, at int, p map[string]any) any // what to write in place of a proof; nil for none
	tree     func(track int, m map[string]any)
	assert   func(b map[string]any)
	large    bool   // mdat has a header of 16 bytes
	trailing []byte // boxes at the end
}

const proofSize = 400 // of each box with a proof, padded

func (f film) proofBox(t testing.TB, p any) []byte {
	if p == nil {
		return nil
	}
	cbor := enc(t, p)
	return boxOf("uuid", []byte(isobmffC2PA), make([]byte, 4), []byte("merkle\x00"), cbor, make([]byte, proofSize-len(cbor)))
}

func (f film) mdat(payload []byte) []byte {
	if !f.large {
		return boxOf("mdat", payload)
	}
	head := binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01mdat"), uint64(16+len(payload)))
	return append(head, payload...)
}

// lay puts a store and proofs into the file. Starts are those of the fragments.
func (f film) lay(t testing.TB, store []byte, proofs []any) (file []byte, from, n int, starts []int) {
	ftyp := boxOf("ftyp", []byte("isom\x00\x00\x02\x00isom"))
	uuid := boxOf("uuid", []byte(isobmffC2PA), make([]byte, 4), []byte("manifest\x00"), make([]byte, 8), store)
	file = slices.Concat(ftyp, uuid, boxOf("moov", boxOf("free")))
	for i, m := range f.media {
		if f.tracks == 0 {
			file = append(file, f.mdat(m)...)
			continue
		}
		file = append(file, f.proofBox(t, proofs[i])...)
		starts = append(starts, len(file))
		file = slices.Concat(file, boxOf("moof", boxOf("free", []byte{byte(i)})), f.mdat(m), boxOf("free", []byte("padding")))
	}
	if f.tracks == 0 {
		for _, p := range proofs {
			file = append(file, f.proofBox(t, p)...)
		}
	}
	return append(file, f.trailing...), len(ftyp), len(uuid), starts
}

// leaves are the digests of the pieces of each track or mdat, of a file that is laid out.
func (f film) leaves(file []byte, starts []int) [][][]byte {
	out := make([][][]byte, max(f.tracks, 1))
	if f.tracks == 0 {
		out = nil
		for _, m := range f.media {
			var leaves [][]byte
			for _, b := range f.block(m) {
				d := sha256.Sum256(b)
				leaves = append(leaves, d[:])
			}
			out = append(out, leaves)
		}
		return out
	}
	for i, at := range starts {
		end := len(file)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		out[i%f.tracks] = append(out[i%f.tracks], marked(file, at, end))
	}
	return out
}

// marked digests boxes with their offsets, but for ftyp and those of C2PA.
func marked(file []byte, at, end int) []byte {
	h := sha256.New()
	for at < end {
		n := int(binary.BigEndian.Uint32(file[at:]))
		if kind := string(file[at+4 : at+8]); kind != "uuid" && kind != "ftyp" {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(at)))
			h.Write(file[at : at+n])
		}
		at += n
	}
	return h.Sum(nil)
}

// bind makes the assertion for a file that is laid out, and its proofs.
func (f film) bind(file []byte, starts []int) (map[string]any, []any) {
	var trees []any
	var proofs []any
	of := map[int][]any{}
	for k, leaves := range f.leaves(file, starts) {
		all := rows(leaves)
		depth := min(f.depth, len(all)-1)
		m := map[string]any{"uniqueId": 5, "localId": k, "count": len(leaves), "hashes": all[depth]}
		if f.tracks > 0 {
			m["localId"], m["initHash"] = k+1, marked(file, 0, starts[0]-proofSize-16-8-4-len("merkle\x00"))
		}
		for key, v := range f.sizes {
			m[key] = v
		}
		for i := range leaves {
			var p any
			if depth > 0 || f.tracks > 0 {
				q := map[string]any{"uniqueId": 5, "localId": m["localId"], "location": i}
				if way := peers(all, i, depth); way != nil {
					q["hashes"] = way
				}
				if p = any(q); f.proof != nil {
					p = f.proof(k, i, q)
				}
			}
			of[k] = append(of[k], p)
		}
		if f.tree != nil {
			f.tree(k, m)
		}
		trees = append(trees, m)
	}
	if f.tracks == 0 {
		for k := range f.media {
			proofs = append(proofs, of[k]...)
		}
	}
	for i := range starts {
		proofs = append(proofs, of[i%f.tracks][i/f.tracks])
	}
	b := byBoxes(nil, "c2pa.hash.bmff.v3")
	delete(b, "hash")
	if b["merkle"] = trees; f.tracks == 0 {
		b["exclusions"] = append(b["exclusions"].([]any), map[string]any{"xpath": "/mdat", "subset": []any{map[string]any{"offset": 16, "length": 0}}})
		b["hash"] = f.whole(file)
	}
	if f.assert != nil {
		f.assert(b)
	}
	return b, proofs
}

// whole digests a file without its media data but for the first 16 bytes of each mdat.
func (f film) whole(file []byte) []byte {
	h := sha256.New()
	for at := 0; at < len(file); {
		n := int(binary.BigEndian.Uint32(file[at:]))
		kind := string(file[at+4 : at+8])
		if n == 1 {
			n = int(binary.BigEndian.Uint64(file[at+8:]))
		}
		if kind != "uuid" && kind != "ftyp" {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(at)))
			if end := at + n; kind == "mdat" {
				h.Write(file[at:min(end, at+16)])
			} else {
				h.Write(file[at:end])
			}
		}
		at += n
	}
	return h.Sum(nil)
}

// signed makes the file.
func (f film) signed(t testing.TB, s signer) []byte {
	t.Helper()
	var proofs []any
	for range maxLeaves { // of which as many as there are pieces are laid
		proofs = append(proofs, map[string]any{})
	}
	n := 0
	for _, m := range f.media {
		if n++; f.tracks == 0 {
			n += len(f.block(m)) - 1
		}
	}
	if f.tracks == 0 && f.depth == 0 {
		n = 0
	}
	proofs = proofs[:n]
	return s.boundBy(t, "c2pa.hash.bmff.v3", actions(ai), func(store []byte) ([]byte, int, int) {
		file, from, length, _ := f.lay(t, store, proofs)
		return file, from, length
	}, func(file []byte, store span) map[string]any {
		var starts []int
		if f.tracks > 0 {
			for i := range f.media {
				starts = append(starts, bytes.Index(file, boxOf("moof", boxOf("free", []byte{byte(i)}))))
			}
		}
		b, made := f.bind(file, starts)
		proofs = made
		return b
	})
}

func cut(n int) func([]byte) [][]byte {
	return func(b []byte) [][]byte { return slices.Collect(slices.Chunk(b, n)) }
}

func whole(b []byte) [][]byte { return [][]byte{b} }

func pieces(n int) (out [][]byte) {
	for i := range n {
		out = append(out, bytes.Repeat(fmt.Appendf(nil, "frames of %d. ", i), 10+i))
	}
	return out
}

func films() map[string]film {
	several := func(b []byte) [][]byte { return [][]byte{b[:7], b[7:7], b[7:100], b[100:]} }
	media := bytes.Repeat([]byte("frames"), 100)
	return map[string]film{
		"one mdat as it is":             {media: pieces(1), block: whole},
		"two mdats as they are":         {media: pieces(2), block: whole},
		"blocks of one size":            {media: pieces(2), block: cut(64), sizes: map[string]any{"fixedBlockSize": 64}},
		"blocks, a row above":           {media: pieces(2), block: cut(64), sizes: map[string]any{"fixedBlockSize": 64}, depth: 1},
		"blocks, the root":              {media: pieces(3), block: cut(19), sizes: map[string]any{"fixedBlockSize": 19}, depth: 9},
		"blocks of several sizes":       {media: [][]byte{media}, block: several, sizes: map[string]any{"variableBlockSizes": []int{7, 0, 93, 500}}},
		"several sizes, the root":       {media: [][]byte{media}, block: several, sizes: map[string]any{"variableBlockSizes": []int{7, 0, 93, 500}}, depth: 2},
		"a header of 16 bytes":          {media: pieces(1), block: cut(64), sizes: map[string]any{"fixedBlockSize": 64}, large: true},
		"fragments of a track":          {media: pieces(5), tracks: 1},
		"fragments of a track, the top": {media: pieces(5), tracks: 1, depth: 3},
		"fragments of three tracks":     {media: pieces(12), tracks: 3, depth: 1},
	}
}
