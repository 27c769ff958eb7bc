package forensics

import (
	"image"
	"image/draw"
	"testing"

	"unmask/media"
)

func TestMarkedRegions(t *testing.T) {
	frame := media.Frame{Width: 1024, Height: 512, Pix: make([]byte, 3*1024*512)}
	for _, c := range []struct {
		white []image.Rectangle
		box   *[4]int
		share float64
	}{
		{[]image.Rectangle{image.Rect(0, 0, 512, 256)}, &[4]int{0, 0, 1024, 512}, 1},
		{[]image.Rectangle{image.Rect(10, 20, 30, 60)}, &[4]int{20, 40, 40, 80}, .00610352},
		{[]image.Rectangle{image.Rect(10, 20, 30, 60), image.Rect(100, 20, 110, 30)}, &[4]int{20, 40, 40, 80}, .00686646},
		{nil, nil, 0},
	} {
		p := NewPass(&media.Sample{Frames: []media.Frame{frame}}, Env{})
		mask := p.NewMask(0)
		for _, r := range c.white {
			draw.Draw(mask, r, image.White, image.Point{}, draw.Src)
		}
		where, ref, err := p.Marked(0, mask)
		if err != nil || ref == "" {
			t.Fatal(ref, err)
		}
		if where.Share != c.share || (where.Box == nil) != (c.box == nil) || where.Box != nil && *where.Box != *c.box {
			t.Errorf("%v: box %v, share %v", c.white, where.Box, where.Share)
		}
	}
}
