package jpeg

// huffman is a table of codes for decoding (T.81 annex C and F.2.2.3).
type huffman struct {
	fast   [256]uint16 // by the next 8 bits: length of the code << 8 | symbol; 0 where it is longer
	top    [17]int     // the largest code of a length, -1 where there is none
	offset [17]int     // of the symbol of code 0 of a length
	values []byte
}

// readHuffman reads the tables of a DHT segment.
func (d *decoder) readHuffman(p []byte) error {
	for len(p) > 0 {
		if len(p) < 17 {
			return refused("a Huffman table is cut off")
		}
		class, id := p[0]>>4, p[0]&15
		total := 0
		for _, n := range p[1:17] {
			total += int(n)
		}
		if class > 1 || id > 3 || total > 256 || len(p) < 17+total {
			return refused("a Huffman table is damaged")
		}
		h, ok := newHuffman(p[1:17], p[17:17+total])
		if !ok {
			return refused("a Huffman table has more codes than there are")
		}
		d.huffman[class][id] = h
		p = p[17+total:]
	}
	return nil
}

func newHuffman(counts, values []byte) (*huffman, bool) {
	h := &huffman{values: values}
	code, at := 0, 0
	for n := 1; n <= 16; n++ {
		count := int(counts[n-1])
		if code+count > 1<<n {
			return nil, false
		}
		h.offset[n], h.top[n] = at-code, -1
		if count > 0 {
			h.top[n] = code + count - 1
		}
		for k := 0; n <= 8 && k < count; k++ {
			for fill := range 1 << (8 - n) {
				h.fast[(code+k)<<(8-n)|fill] = uint16(n)<<8 | uint16(values[at+k])
			}
		}
		code, at = (code+count)<<1, at+count
	}
	return h, true
}

// entropy reads entropy-coded data bit by bit and stops at a marker.
type entropy struct {
	b    []byte
	at   int
	acc  uint64 // the last n bits are still to be read
	n    int
	over int // bits that were made up after the end
}

// padding is how many bits may be made up: what a decoder looks ahead.
const padding = 32

func (r *entropy) fill() {
	for r.n <= 48 {
		c := byte(0)
		switch {
		case r.at >= len(r.b), r.b[r.at] == 0xff && (r.at+1 >= len(r.b) || r.b[r.at+1] != 0):
			r.over += 8
		case r.b[r.at] == 0xff:
			c = 0xff
			r.at += 2
		default:
			c = r.b[r.at]
			r.at++
		}
		r.acc, r.n = r.acc<<8|uint64(c), r.n+8
	}
}

// read returns the next n bits, 16 at most.
func (r *entropy) read(n int) (int, error) {
	if r.n < n {
		r.fill()
	}
	r.n -= n
	if r.n < r.over-padding {
		return 0, refused("the data ends before the picture does")
	}
	return int(r.acc >> r.n & (1<<n - 1)), nil
}

// signed returns the next n bits as a signed number (T.81 F.2.2.1, EXTEND).
func (r *entropy) signed(n int) (int, error) {
	v, err := r.read(n)
	if n > 0 && v < 1<<(n-1) {
		v -= 1<<n - 1
	}
	return v, err
}

// symbol decodes one Huffman code.
func (r *entropy) symbol(h *huffman) (byte, error) {
	if h == nil {
		return 0, refused("a Huffman table is missing")
	}
	if r.n < 16 {
		r.fill()
	}
	if e := h.fast[r.acc>>(r.n-8)&255]; e != 0 {
		_, err := r.read(int(e >> 8))
		return byte(e), err
	}
	for n := 1; n <= 16; n++ {
		if code := int(r.acc >> (r.n - n) & (1<<n - 1)); h.top[n] >= 0 && code <= h.top[n] && code+h.offset[n] >= 0 && code+h.offset[n] < len(h.values) {
			_, err := r.read(n)
			return h.values[code+h.offset[n]], err
		}
	}
	return 0, refused("the data holds a code that no table has")
}

// marker passes over the bits that fill up a byte and a restart marker.
func (r *entropy) marker() error {
	r.acc, r.n, r.over = 0, 0, 0
	if r.at+1 >= len(r.b) || r.b[r.at] != 0xff || r.b[r.at+1]&0xf8 != 0xd0 {
		return refused("a restart marker is missing")
	}
	r.at += 2
	return nil
}
