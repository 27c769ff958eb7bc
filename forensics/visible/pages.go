package visible

import "encoding/binary"

// tiffPages writes pictures as the pages of one TIFF (TIFF 6.0, baseline grey, uncompressed), so that one run reads all of them.
func tiffPages(pages []page) []byte {
	out := []byte("II*\x00")
	link := len(out) // where the offset of the next directory goes
	out = binary.LittleEndian.AppendUint32(out, 0)
	for i := range pages {
		p := pages[i].gray
		w, h := uint32(p.Rect.Dx()), uint32(p.Rect.Dy())
		strip := uint32(len(out))
		for y := range int(h) {
			out = append(out, p.Pix[y*p.Stride:y*p.Stride+int(w)]...)
		}
		if len(out)%2 == 1 {
			out = append(out, 0)
		}
		binary.LittleEndian.PutUint32(out[link:], uint32(len(out)))
		fields := [][2]uint32{
			{256, w}, {257, h}, {258, 8}, {259, 1}, {262, 1}, {273, strip}, {277, 1}, {278, h}, {279, w * h}, // size, depth, black is 0, the only strip
		}
		out = binary.LittleEndian.AppendUint16(out, uint16(len(fields)))
		for _, f := range fields {
			out = binary.LittleEndian.AppendUint16(out, uint16(f[0]))
			out = binary.LittleEndian.AppendUint16(out, 4) // LONG
			out = binary.LittleEndian.AppendUint32(out, 1)
			out = binary.LittleEndian.AppendUint32(out, f[1])
		}
		link = len(out)
		out = binary.LittleEndian.AppendUint32(out, 0)
	}
	return out
}
