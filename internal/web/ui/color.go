package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Color is an opaque sRGB colour, as a screen shows it.
type Color struct{ R, G, B uint8 }

// String is the colour in CSS.
func (c Color) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

var (
	black = Color{}
	white = Color{255, 255, 255}
)

// ParseColor reads a CSS colour: hexadecimal, by name, or one of rgb, hsl, hwb,
// lab, lch, oklab and oklch. What is translucent is laid over under, because
// its contrast is known only then. It reports false for what it cannot read,
// such as currentcolor and calc().
func ParseColor(css string, under Color) (Color, bool) {
	css = strings.ToLower(strings.TrimSpace(css))
	if digits, ok := strings.CutPrefix(css, "#"); ok {
		return parseHex(digits, under)
	}
	if name, arguments, ok := strings.Cut(strings.TrimSuffix(css, ")"), "("); ok && strings.HasSuffix(css, ")") {
		return parseFunction(name, arguments, under)
	}
	if css == "transparent" {
		return under, true
	}
	named, ok := colorNames[css]
	if !ok {
		return Color{}, false
	}
	return parseHex(named, under)
}

func parseHex(digits string, under Color) (Color, bool) {
	if len(digits) == 3 || len(digits) == 4 {
		var long strings.Builder
		for _, r := range digits {
			long.WriteRune(r)
			long.WriteRune(r)
		}
		digits = long.String()
	}
	if len(digits) == 6 {
		digits += "ff"
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || len(digits) != 8 {
		return Color{}, false
	}
	solid := Color{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8)}
	return under.Mix(solid, float64(n&0xff)/255), true
}

// colorSpace turns the three numbers of a function into gamma-encoded sRGB.
// scales say what 100 % of each number is.
type colorSpace struct {
	scales [3]float64
	hue    int // which of the three is an angle, -1 is none
	toRGB  func(a, b, c float64) [3]float64
}

var colorSpaces = map[string]colorSpace{
	"rgb":   {[3]float64{255, 255, 255}, -1, func(r, g, b float64) [3]float64 { return [3]float64{r / 255, g / 255, b / 255} }},
	"hsl":   {[3]float64{360, 100, 100}, 0, fromHSL},
	"hwb":   {[3]float64{360, 100, 100}, 0, fromHWB},
	"lab":   {[3]float64{100, 125, 125}, -1, fromLab},
	"lch":   {[3]float64{100, 150, 360}, 2, func(l, c, h float64) [3]float64 { a, b := polar(c, h); return fromLab(l, a, b) }},
	"oklab": {[3]float64{1, 0.4, 0.4}, -1, fromOKLab},
	"oklch": {[3]float64{1, 0.4, 360}, 2, func(l, c, h float64) [3]float64 { a, b := polar(c, h); return fromOKLab(l, a, b) }},
}

func parseFunction(name, arguments string, under Color) (Color, bool) {
	space, ok := colorSpaces[name]
	if !ok {
		if space, ok = colorSpaces[strings.TrimSuffix(name, "a")]; !ok {
			return Color{}, false
		}
	}
	parts := strings.Fields(strings.NewReplacer(",", " ", "/", " ").Replace(arguments))
	if len(parts) != 3 && len(parts) != 4 {
		return Color{}, false
	}
	var n [3]float64
	for i := range n {
		if n[i], ok = parseNumber(parts[i], space.scales[i], i == space.hue); !ok {
			return Color{}, false
		}
	}
	alpha := 1.0
	if len(parts) == 4 {
		if alpha, ok = parseNumber(parts[3], 1, false); !ok {
			return Color{}, false
		}
	}
	rgb := space.toRGB(n[0], n[1], n[2])
	return under.Mix(Color{level(rgb[0]), level(rgb[1]), level(rgb[2])}, min(max(alpha, 0), 1)), true
}

// angles are the units of a hue in degrees.
var angles = []struct {
	unit    string
	degrees float64
}{{"grad", 0.9}, {"turn", 360}, {"deg", 1}, {"rad", 180 / math.Pi}}

func parseNumber(text string, hundred float64, hue bool) (float64, bool) {
	if text == "none" {
		return 0, true
	}
	factor := 1.0
	if number, ok := strings.CutSuffix(text, "%"); ok {
		text, factor = number, hundred/100
	} else if hue {
		for _, angle := range angles {
			if number, ok := strings.CutSuffix(text, angle.unit); ok {
				text, factor = number, angle.degrees
				break
			}
		}
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, false
	}
	return n * factor, true
}

func fromHSL(h, s, l float64) [3]float64 {
	h, s, l = math.Mod(math.Mod(h, 360)+360, 360), min(max(s/100, 0), 1), min(max(l/100, 0), 1)
	part := func(n float64) float64 {
		k := math.Mod(n+h/30, 12)
		return l - s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1))
	}
	return [3]float64{part(0), part(8), part(4)}
}

func fromHWB(h, w, b float64) [3]float64 {
	w, b = min(max(w/100, 0), 1), min(max(b/100, 0), 1)
	if w+b >= 1 {
		grey := w / (w + b)
		return [3]float64{grey, grey, grey}
	}
	rgb := fromHSL(h, 100, 50)
	for i := range rgb {
		rgb[i] = rgb[i]*(1-w-b) + w
	}
	return rgb
}

func polar(chroma, hue float64) (a, b float64) {
	sin, cos := math.Sincos(hue * math.Pi / 180)
	return chroma * cos, chroma * sin
}

// fromLab goes over CIE XYZ with the white point D50 (CSS Color 4, §10).
func fromLab(l, a, b float64) [3]float64 {
	const kappa, epsilon = 24389.0 / 27, 216.0 / 24389
	fy := (l + 16) / 116
	cube := func(f float64) float64 {
		if f*f*f > epsilon {
			return f * f * f
		}
		return (116*f - 16) / kappa
	}
	x, y, z := 0.96429568*cube(fy+a/500), cube(fy), 0.82510460*cube(fy-b/200)
	return encoded(
		3.1341359*x-1.6173863*y-0.4906619*z,
		-0.9787955*x+1.9162544*y+0.0334427*z,
		0.0719554*x-0.2289768*y+1.4053860*z,
	)
}

func fromOKLab(lightness, a, b float64) [3]float64 {
	cube := func(f float64) float64 { return f * f * f }
	l := cube(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(lightness - 0.0894841775*a - 1.2914855480*b)
	return encoded(
		4.0767416621*l-3.3077115913*m+0.2309699292*s,
		-1.2684380046*l+2.6097574011*m-0.3413193965*s,
		-0.0041960863*l-0.7034186147*m+1.7076147010*s,
	)
}

// encoded applies the sRGB transfer function to linear light.
func encoded(linear ...float64) (rgb [3]float64) {
	for i, n := range linear {
		if n <= 0.0031308 {
			rgb[i] = n * 12.92
		} else {
			rgb[i] = 1.055*math.Pow(n, 1/2.4) - 0.055
		}
	}
	return rgb
}

// level is a share of 1 in the 256 steps of a screen; what the screen cannot
// show is cut off.
func level(share float64) uint8 { return uint8(math.Round(min(max(share, 0), 1) * 255)) }
