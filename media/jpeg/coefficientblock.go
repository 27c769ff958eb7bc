package jpeg

import "math/bits"

// block decodes what the running scan has of one block. set tells which coefficients are not zero.
func (d *decoder) block(c *component, b *Block, set *uint64) error {
	if d.from == 0 {
		if err := d.first(c, b); err != nil || d.to == 0 {
			return err
		}
		return d.band(d.huffman[1][c.ac], 1, b, set)
	}
	if d.refine {
		return d.improve(d.huffman[1][c.ac], b, set)
	}
	return d.band(d.huffman[1][c.ac], d.from, b, set)
}

// first decodes the DC coefficient (T.81 F.2.2.1, G.1.2.1).
func (d *decoder) first(c *component, b *Block) error {
	if d.refine {
		v, err := d.bits.read(1)
		b[0] |= int16(v << d.low)
		return err
	}
	size, err := d.bits.symbol(d.huffman[0][c.dc])
	if err != nil {
		return err
	}
	if size > 11 {
		return refused("a DC difference has %d bits", size)
	}
	v, err := d.bits.signed(int(size))
	c.last += v
	b[0] = int16(c.last << d.low)
	return err
}

// band decodes AC coefficients for the first time (T.81 F.2.2.2, G.1.2.2).
func (d *decoder) band(h *huffman, from int, b *Block, set *uint64) error {
	if d.run > 0 {
		d.run--
		return nil
	}
	for k := from; k <= d.to; {
		s, err := d.bits.symbol(h)
		if err != nil {
			return err
		}
		zeros, size := int(s>>4), int(s&15)
		if size == 0 && zeros < 15 {
			more := 0
			if d.progressive {
				if more, err = d.bits.read(zeros); err != nil {
					return err
				}
				d.run = 1<<zeros + more - 1
			}
			return nil
		}
		k += zeros
		if size > 0 {
			v, err := d.bits.signed(size)
			if err != nil {
				return err
			}
			if k > d.to {
				return refused("a run goes beyond its block")
			}
			if v <<= d.low; v != int(int16(v)) {
				return refused("a coefficient is out of range")
			}
			b[k] = int16(v)
			*set |= 1 << k
		}
		k++
	}
	return nil
}

// improve adds a bit to AC coefficients, and new ones (T.81 G.1.2.3).
func (d *decoder) improve(h *huffman, b *Block, set *uint64) error {
	for k := d.from; k <= d.to && d.run == 0; {
		s, err := d.bits.symbol(h)
		if err != nil {
			return err
		}
		zeros, size := int(s>>4), int(s&15)
		value := int16(0)
		switch {
		case size == 1:
			v, err := d.bits.read(1)
			if err != nil {
				return err
			}
			value = int16(2*v-1) << d.low
		case size > 1:
			return refused("a refinement adds more than a bit")
		case zeros < 15:
			more, err := d.bits.read(zeros)
			if err != nil {
				return err
			}
			d.run = 1<<zeros + more
			return d.correct(k, b, set)
		}
		for ; k <= d.to; k++ {
			if *set>>k&1 == 1 {
				if err := d.nudge(&b[k]); err != nil {
					return err
				}
			} else if zeros--; zeros < 0 {
				break
			}
		}
		if value != 0 {
			if k > d.to {
				return refused("a run goes beyond its block")
			}
			b[k] = value
			*set |= 1 << k
		}
		k++
	}
	if d.run > 0 {
		return d.correct(d.from, b, set)
	}
	return nil
}

// correct adds a bit to what is there from coefficient k on, in a block of a run to which nothing is added.
func (d *decoder) correct(k int, b *Block, set *uint64) error {
	d.run--
	for left := *set >> k << k & (1<<d.to<<1 - 1); left != 0; left &= left - 1 {
		if err := d.nudge(&b[bits.TrailingZeros64(left)]); err != nil {
			return err
		}
	}
	return nil
}

// nudge moves a coefficient away from zero where the next bit says so.
func (d *decoder) nudge(v *int16) error {
	bit, err := d.bits.read(1)
	if bit == 1 && *v>>d.low&1 == 0 {
		if *v > 0 {
			*v += 1 << d.low
		} else {
			*v -= 1 << d.low
		}
	}
	return err
}
