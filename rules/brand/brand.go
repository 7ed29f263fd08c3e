// Package brand makes readable colours from a business's one colour: for light and for dark pages
// and mails, whatever was chosen. It is pure, and knows nothing of pages.
package brand

import (
	"fmt"
	"math"
	"strconv"
)

// Own is Kept's colour, for who has set none.
const Own = "#13593e"

// Surfaces that the colour stands on: the lightest and darkest customers' pages and mails have.
const (
	lightPaper = "#f9f7f3"
	darkRaised = "#292521"
)

// readable is the least contrast of the colour with what it stands on (WCAG 2.2 asks for 4.5).
const readable = 5.2

// Colours are "#rrggbb". Light and Dark are read on light and dark surfaces; OnLight and OnDark are
// read on them, as on a button.
type Colours struct {
	Light, OnLight string
	Dark, OnDark   string
}

// Of makes the colours from "#rrggbb"; from Kept's own where that can't be read. The hue stays; the
// lightness moves only as far as reading needs.
func Of(hex string) Colours {
	c, ok := parse(hex)
	if !ok {
		c, _ = parse(Own)
	}
	paper, _ := parse(lightPaper)
	raised, _ := parse(darkRaised)
	l, chroma, hue := c.lch()
	return Colours{
		Light: toward(l, chroma, hue, -0.01, paper).hex(), OnLight: "#ffffff",
		Dark: toward(max(l, 0.72), chroma, hue, +0.01, raised).hex(), OnDark: "#12100d",
	}
}

// toward moves the lightness by steps until the colour can be read on the surface.
func toward(l, chroma, hue, step float64, on rgb) rgb {
	for ; l > 0 && l < 1; l += step {
		if c := inGamut(l, chroma, hue); contrast(c, on) >= readable {
			return c
		}
	}
	return inGamut(min(1, max(0, l)), 0, 0)
}

// rgb is a colour in linear light, 0 to 1.
type rgb struct{ r, g, b float64 }

func parse(hex string) (rgb, bool) {
	if len(hex) != 7 || hex[0] != '#' {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return rgb{}, false
	}
	linear := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return rgb{linear(n >> 16), linear(n >> 8), linear(n)}, true
}

func (c rgb) hex() string {
	coded := func(v float64) int {
		v = min(1, max(0, v))
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		return int(math.Round(v * 255))
	}
	return fmt.Sprintf("#%02x%02x%02x", coded(c.r), coded(c.g), coded(c.b))
}

// Contrast is WCAG's ratio of two "#rrggbb", 1 to 21; 0 where one can't be read.
func Contrast(a, b string) float64 {
	x, ok := parse(a)
	y, also := parse(b)
	if !ok || !also {
		return 0
	}
	return contrast(x, y)
}

func contrast(a, b rgb) float64 {
	light, dark := a.luminance(), b.luminance()
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func (c rgb) luminance() float64 { return 0.2126*c.r + 0.7152*c.g + 0.0722*c.b }

// lch is the colour in OKLCH: lightness 0 to 1, chroma, hue in radians (Ottosson, "A perceptual
// color space for image processing", 2020).
func (c rgb) lch() (l, chroma, hue float64) {
	x := math.Cbrt(0.4122214708*c.r + 0.5363325363*c.g + 0.0514459929*c.b)
	y := math.Cbrt(0.2119034982*c.r + 0.6806995451*c.g + 0.1073969566*c.b)
	z := math.Cbrt(0.0883024619*c.r + 0.2817188376*c.g + 0.6299787005*c.b)
	a := 1.9779984951*x - 2.4285922050*y + 0.4505937099*z
	b := 0.0259040371*x + 0.7827717662*y - 0.8086757660*z
	return 0.2104542553*x + 0.7936177850*y - 0.0040720468*z, math.Hypot(a, b), math.Atan2(b, a)
}

// inGamut is the colour of that lightness and hue, with as much of the chroma as a screen can show.
func inGamut(l, chroma, hue float64) rgb {
	for {
		a, b := chroma*math.Cos(hue), chroma*math.Sin(hue)
		x := math.Pow(l+0.3963377774*a+0.2158037573*b, 3)
		y := math.Pow(l-0.1055613458*a-0.0638541728*b, 3)
		z := math.Pow(l-0.0894841775*a-1.2914855480*b, 3)
		c := rgb{
			4.0767416621*x - 3.3077115913*y + 0.2309699292*z,
			-1.2684380046*x + 2.6097574011*y - 0.3413193965*z,
			-0.0041960863*x - 0.7034186147*y + 1.7076147010*z,
		}
		if chroma < 0.002 || min(c.r, c.g, c.b) > -0.001 && max(c.r, c.g, c.b) < 1.001 {
			return c
		}
		chroma *= 0.95
	}
}
