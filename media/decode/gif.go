package decode

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"
	"io"

	"unmask/media"
)

func gifHeader(raw []byte) (header, error) {
	c, err := gif.DecodeConfig(bytes.NewReader(raw))
	return header{width: c.Width, height: c.Height, cut: gifCut(raw)}, err
}

// gifCut tells whether a file ends within its blocks (GIF89a appendix B). One with a block that does not exist is damaged, not cut.
func gifCut(raw []byte) bool {
	const screen, descriptor = 13, 10
	if len(raw) < screen {
		return true
	}
	at := screen + colours(raw[10])
	for at < len(raw) {
		switch raw[at] {
		case ';':
			return false
		case '!':
			at += 2
		case ',':
			if at+descriptor > len(raw) {
				return true
			}
			at += descriptor + colours(raw[at+descriptor-1]) + 1
		default:
			return false
		}
		for at < len(raw) && raw[at] != 0 {
			at += 1 + int(raw[at])
		}
		at++
	}
	return true
}

// colours is the length in bytes of the colour table that a packed field announces.
func colours(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}

// gifFrame decodes the first picture onto its logical screen, which is white where nothing covers it.
func gifFrame(raw []byte, h header) (media.Frame, error) {
	return decoded(func(r io.Reader) (image.Image, error) {
		first, err := gif.Decode(r)
		if err != nil {
			return nil, err
		}
		screen := image.NewRGBA(image.Rect(0, 0, h.width, h.height))
		draw.Draw(screen, screen.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(screen, screen.Rect, first, image.Point{}, draw.Over)
		return screen, nil
	}, raw)
}
