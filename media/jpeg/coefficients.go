package jpeg

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Block holds the quantised DCT coefficients of 8x8 samples in zig-zag order, as the file has them.
type Block [64]int16

// Coefficients are the quantised DCT coefficients of the first component of a picture.
type Coefficients struct {
	Across, Down int     // blocks, those beyond the edge that fill up the last unit included
	Blocks       []Block // row by row
	Table        Table   // what they are multiples of
}

const (
	maxBlocks = 1 << 18 // 16.8 megapixels, 32 MiB
	maxVisits = 16      // times that the scans may go over all blocks; the usual script of libjpeg does so five times
)

// ErrCoefficients says that the coefficients of a file are not read: for the reason it wraps or names.
var ErrCoefficients = errors.New("the DCT coefficients cannot be read")

func refused(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrCoefficients}, args...)...)
}

// Coefficients decodes the entropy-coded data of the first component (T.81 annexes F and G, Huffman coding, 8 bits, baseline, extended and
// progressive). b is the file that f was parsed from. Pictures of more than 16.8 megapixels and files of less than a byte a block are
// refused, and so is a file whose data ends before the picture does. All errors wrap ErrCoefficients.
func (f *File) Coefficients(b []byte) (*Coefficients, error) {
	d, err := f.decoder(b)
	if err != nil {
		return nil, err
	}
	scans := 0
	for _, s := range f.Segments {
		switch s.Marker {
		case dht:
			err = d.readHuffman(s.Payload)
		case dri:
			if len(s.Payload) >= 2 {
				d.restart = int(binary.BigEndian.Uint16(s.Payload))
			}
		case SOS:
			scans++
			err = d.scan(s.Payload, b[min(len(b), s.PayloadOffset()+len(s.Payload)):])
		}
		if err != nil {
			return nil, err
		}
	}
	if scans == 0 {
		return nil, refused("there is no scan")
	}
	return &Coefficients{d.comps[0].across, d.comps[0].down, d.blocks, *f.Tables[f.Frame.Components[0].Table]}, nil
}

const (
	dht = 0xc4
	dri = 0xdd
)

// component is one colour component with its size in blocks.
type component struct {
	id, h, v     int
	wide, high   int // blocks that hold samples
	across, down int // with those that fill up the last unit
	dc, ac       int // Huffman tables of the running scan
	last         int // DC coefficient before
}

// decoder is the state that goes from scan to scan.
type decoder struct {
	progressive bool
	comps       []component
	unitsX      int // units of all components across
	unitsY      int
	huffman     [2][4]*huffman // DC, AC
	restart     int            // units between restart markers, 0: none
	blocks      []Block        // of the first component
	set         []uint64       // which coefficients of a block are not zero
	visits      int            // blocks that scans may still go over
	bits        entropy
	run         int // blocks of which nothing more comes in this band

	from, to int  // the band of the running scan, zig-zag
	low      uint // its place value
	refine   bool // it adds a bit to what is there
}

func (f *File) decoder(b []byte) (*decoder, error) {
	fr := f.Frame
	switch {
	case fr == nil || len(fr.Components) == 0 || len(fr.Components) > 4 || fr.Width == 0 || fr.Height == 0:
		return nil, refused("there is no complete frame header")
	case fr.Marker > 0xc2 || fr.Precision != 8:
		return nil, refused("neither baseline nor progressive Huffman coding of 8 bits")
	case f.Tables[fr.Components[0].Table] == nil:
		return nil, refused("the quantisation table is missing")
	}
	d := &decoder{progressive: fr.Progressive()}
	hmax, vmax := 1, 1
	for _, c := range fr.Components {
		if c.H < 1 || c.H > 4 || c.V < 1 || c.V > 4 {
			return nil, refused("a sampling factor is %dx%d", c.H, c.V)
		}
		hmax, vmax = max(hmax, c.H), max(vmax, c.V)
	}
	d.unitsX, d.unitsY = (fr.Width+8*hmax-1)/(8*hmax), (fr.Height+8*vmax-1)/(8*vmax)
	for _, c := range fr.Components {
		d.comps = append(d.comps, component{id: c.ID, h: c.H, v: c.V, across: d.unitsX * c.H, down: d.unitsY * c.V,
			wide: (fr.Width*c.H + 8*hmax - 1) / (8 * hmax), high: (fr.Height*c.V + 8*vmax - 1) / (8 * vmax)})
	}
	n := d.comps[0].across * d.comps[0].down
	if n > maxBlocks || n > len(b) {
		return nil, refused("%d blocks in a file of %d bytes are too many", n, len(b))
	}
	d.blocks, d.set, d.visits = make([]Block, n), make([]uint64, n), maxVisits*n
	return d, nil
}

// scan decodes one scan; data is what follows its header.
func (d *decoder) scan(header, data []byte) error {
	if len(header) < 1 || len(header) < 4+2*int(header[0]) || header[0] == 0 || int(header[0]) > len(d.comps) {
		return refused("a scan header is damaged")
	}
	n := int(header[0])
	var order []int
	for k := range n {
		at := -1
		for i := range d.comps {
			if d.comps[i].id == int(header[1+2*k]) {
				at = i
				break
			}
		}
		if at < 0 {
			return refused("a scan is of a component that the frame has not")
		}
		d.comps[at].dc, d.comps[at].ac = int(header[2+2*k]>>4&3), int(header[2+2*k]&3)
		order = append(order, at)
	}
	tail := header[1+2*n:]
	d.from, d.to, d.low, d.refine = int(tail[0]), int(tail[1]), uint(tail[2]&15), tail[2]>>4 != 0
	if !d.progressive {
		d.from, d.to, d.low, d.refine = 0, 63, 0, false
	}
	if d.from > d.to || d.to > 63 || d.low > 13 || d.progressive && (d.from == 0) != (d.to == 0) || d.from > 0 && n > 1 {
		return refused("a scan names coefficients %d to %d", d.from, d.to)
	}
	if n == 1 && order[0] != 0 {
		return nil // another component alone
	}
	if d.visits -= len(d.blocks); d.visits < 0 {
		return refused("more than %d scans go over the picture", maxVisits)
	}
	d.bits = entropy{b: data}
	d.begin()
	if n == 1 {
		return d.alone()
	}
	return d.interleaved(order)
}

// begin sets back what a restart marker sets back.
func (d *decoder) begin() {
	d.run = 0
	for i := range d.comps {
		d.comps[i].last = 0
	}
}

// next is called before every unit but the first.
func (d *decoder) next(unit int) error {
	if d.restart == 0 || unit == 0 || unit%d.restart != 0 {
		return nil
	}
	d.begin()
	return d.bits.marker()
}

// alone decodes a scan of the first component only: a unit is one block, and those beyond the edge are not coded.
func (d *decoder) alone() error {
	c := &d.comps[0]
	for u := range c.wide * c.high {
		if err := d.next(u); err != nil {
			return err
		}
		at := u/c.wide*c.across + u%c.wide
		if err := d.block(c, &d.blocks[at], &d.set[at]); err != nil {
			return err
		}
	}
	return nil
}

// interleaved decodes a scan of several components.
func (d *decoder) interleaved(order []int) error {
	var spare Block
	var spareSet uint64
	for u := range d.unitsX * d.unitsY {
		if err := d.next(u); err != nil {
			return err
		}
		for _, i := range order {
			c := &d.comps[i]
			for k := range c.h * c.v {
				b, set := &spare, &spareSet
				if i == 0 {
					at := (u/d.unitsX*c.v+k/c.h)*c.across + u%d.unitsX*c.h + k%c.h
					b, set = &d.blocks[at], &d.set[at]
				} else {
					spareSet = 0
				}
				if err := d.block(c, b, set); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
