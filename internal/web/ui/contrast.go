package ui

import "math"

// The contrasts of WCAG 2.2.
const (
	readable    = 4.5 // of text (1.4.3)
	discernible = 3.0 // of the outline of a control (1.4.11)
	easy        = 7.0 // of text, enhanced (1.4.6)
)

// Mix is c with a share of another colour, from 0 to 1.
func (c Color) Mix(with Color, share float64) Color {
	part := func(a, b uint8) uint8 { return uint8(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return Color{part(c.R, with.R), part(c.G, with.G), part(c.B, with.B)}
}

// luminance is WCAG's relative luminance, from 0 to 1.
func (c Color) luminance() float64 {
	linear := func(level uint8) float64 {
		n := float64(level) / 255
		if n <= 0.04045 {
			return n / 12.92
		}
		return math.Pow((n+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Contrast is WCAG's ratio of two colours, from 1 to 21.
func Contrast(a, b Color) float64 {
	light, dark := a.luminance(), b.luminance()
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// reaches reports whether c has the contrast on all of the surfaces.
func (c Color) reaches(ratio float64, surfaces ...Color) bool {
	for _, surface := range surfaces {
		if Contrast(c, surface) < ratio {
			return false
		}
	}
	return true
}

// towards is c, as little darker or lighter as the contrast on the surfaces
// needs. One surface can always be served, because every colour has a contrast
// of at least 4.58 with black or with white. When several cannot be served
// together it reports false.
func (c Color) towards(ratio float64, surfaces ...Color) (Color, bool) {
	const steps = 50
	for step := range steps + 1 {
		share := float64(step) / steps
		for _, end := range []Color{black, white} {
			if moved := c.Mix(end, share); moved.reaches(ratio, surfaces...) {
				return moved, true
			}
		}
	}
	return c, false
}

// paler is c, which can be read on a surface, with as much of the surface in it
// as is wished and as the contrast leaves.
func (c Color) paler(share, ratio float64, surface Color) Color {
	const step = 0.02
	for ; share > 0; share -= step {
		if mixed := c.Mix(surface, share); mixed.reaches(ratio, surface) {
			return mixed
		}
	}
	return c
}

// inkOn is the colour of words on a filled control: white where it can be
// read, else black, one of which always can.
func inkOn(fill Color) Color {
	if white.reaches(readable, fill) {
		return white
	}
	return black
}
