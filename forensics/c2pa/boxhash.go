package c2pa

import (
	"bytes"
	"errors"
	"fmt"

	"unmask/media/jpeg"
	"unmask/media/png"
)

// part is what a box hash calls a box: a segment of a JPEG, a scan with what follows it, or a chunk of a PNG.
type part struct {
	name string
	span
}

var errParts = errors.New("its digests are over parts of the file in a way that this version does not check")

// boxHash checks digests over the parts that a JPEG or PNG is made of (C2PA 2.2 section 18.6). What is called C2PA must be the manifest, and is
// the one thing without a digest.
func (a *asset) boxHash(v *verdict, b *assertion, algorithm string) {
	const family = "assertion.boxesHash"
	parts, err := a.parts()
	if err != nil {
		v.skip(b.box, family, err.Error())
		return
	}
	var harmless, open, end int64
	for _, e := range list(b.value["boxes"]) {
		o := object(e)
		names := list(o["names"])
		if len(names) == 0 || len(names) > len(parts) {
			v.fail(b.box, family+".unknownBox", "it names parts that the file does not have")
			return
		}
		for i, n := range names {
			if parts[i].name != text(n) {
				v.fail(b.box, family+".mismatch", "the file has %q where %q was signed", parts[i].name, text(n))
				return
			}
		}
		at := span{parts[0].from, parts[len(names)-1].to}
		left, _ := o["excluded"].(bool)
		switch {
		case o["exclusions"] != nil:
			v.skip(b.box, family, errParts.Error())
			return
		case left || len(names) == 1 && parts[0].name == "C2PA":
			x, y := a.leftOut([]span{at})
			harmless, open = harmless+x, open+y
		default:
			h := hashes[first(text(o["alg"]), algorithm)]
			if h == 0 {
				v.fail(b.box, "algorithm.unsupported", "a part is bound by %q", text(o["alg"]))
				return
			}
			d := h.New()
			if err := a.feed(d, at.from, at.to); err != nil || !bytes.Equal(d.Sum(nil), octets(o["hash"])) {
				v.fail(b.box, family+".mismatch", "the file was changed after signing, in its part %q", parts[0].name)
				return
			}
		}
		end, parts = at.to, parts[len(names):]
	}
	if len(parts) > 0 {
		v.fail(b.box, family+".unknownBox", "the file has a part %q that was not signed", parts[0].name)
		return
	}
	v.leavesOut(b, family, harmless+a.size-end, open)
	v.pass(family+".match", "digests of all parts of the file", b.box)
}

// parts are those that box hashes name (C2PA 2.2 section 18.6.3).
func (a *asset) parts() ([]part, error) {
	if a.size > maxHead || a.format != "jpeg" && a.format != "png" {
		return nil, errParts
	}
	b := make([]byte, a.size)
	if n, err := a.r.ReadAt(b, 0); n < len(b) {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	if a.format == "jpeg" {
		return segments(b)
	}
	f, err := png.Parse(b)
	if err != nil {
		return nil, err
	}
	out := []part{{"PNGh", span{0, 8}}}
	for _, c := range f.Chunks {
		name := c.Type
		if name == "caBX" {
			name = "C2PA"
		}
		out = append(out, part{name, span{int64(c.Offset), int64(c.DataOffset() + len(c.Data) + 4)}})
	}
	return out, nil
}

func segments(b []byte) (out []part, err error) {
	f, err := jpeg.Parse(b)
	if err != nil {
		return nil, err
	}
	for i, s := range f.Segments {
		end := f.End
		if i+1 < len(f.Segments) {
			end = f.Segments[i+1].Offset
		}
		name := segmentName(s)
		at := span{int64(s.Offset), int64(end)}
		if n := len(out); n > 0 && name == "C2PA" && out[n-1].name == name {
			out[n-1].to = at.to // one box in several segments
			continue
		}
		out = append(out, part{name, at})
	}
	return out, nil
}

// markers are the names of segments that the formats of pictures in use have (ITU-T T.81 table B.1).
var markers = map[byte]string{jpeg.SOI: "SOI", jpeg.EOI: "EOI", jpeg.SOS: "SOS", jpeg.DQT: "DQT",
	0xc4: "DHT", 0xdd: "DRI", jpeg.COM: "COM", 0xc0: "SOF0", 0xc1: "SOF1", 0xc2: "SOF2"}

func segmentName(s jpeg.Segment) string {
	switch {
	case s.Marker == jpeg.APP11 && bytes.HasPrefix(s.Payload, []byte("JP")):
		return "C2PA"
	case s.Marker >= jpeg.APP0 && s.Marker <= jpeg.APP15:
		return fmt.Sprintf("APP%d", s.Marker-jpeg.APP0)
	}
	return first(markers[s.Marker], fmt.Sprintf("%X", s.Marker))
}
