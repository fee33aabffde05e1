package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

const (
	logoSide = 96
	logoRim  = 6
)

// logo draws a shield in a colour, with a white band across: invented like
// everything else, since the arms of a region are not ours to hand out.
func logo(field color.RGBA) ([]byte, error) {
	m := image.NewRGBA(image.Rect(0, 0, logoSide, logoSide))
	rim := color.RGBA{0x33, 0x33, 0x33, 0xFF}
	for y := range logoSide {
		for x := range logoSide {
			inside := shield(y, 0)
			switch half := abs(2*x - logoSide + 1); {
			case half > inside:
			case half > shield(y, logoRim) || y < logoRim:
				m.SetRGBA(x, y, rim)
			case y > 40 && y < 54:
				m.SetRGBA(x, y, color.RGBA{0xFF, 0xFF, 0xFF, 0xFF})
			default:
				m.SetRGBA(x, y, field)
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, m)
	return out.Bytes(), err
}

// shield is how wide a shield is in a row, less a rim: straight above, round to
// a point below.
func shield(y, rim int) int {
	below := y - logoSide/2
	if below < 0 {
		return logoSide - 8 - 2*rim
	}
	return logoSide - 8 - 2*rim - (below*below)/26
}

func abs(n int) int { return max(n, -n) }
