package brand_test

import (
	"fmt"
	"testing"

	"github.com/kept-desk/kept/rules/brand"
	"pgregory.net/rapid"
)

func TestAnyColourBecomesReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hex := fmt.Sprintf("#%06x", rapid.IntRange(0, 0xffffff).Draw(t, "colour"))
		c := brand.Of(hex)
		for _, pair := range [][2]string{
			{c.Light, "#f9f7f3"},
			{c.Light, "#fefdfc"},
			{c.Light, c.OnLight},
			{c.Dark, "#1a1714"},
			{c.Dark, "#292521"},
			{c.Dark, c.OnDark},
		} {
			if got := brand.Contrast(pair[0], pair[1]); got < 4.5 {
				t.Fatalf("%s: %s on %s has %.2f", hex, pair[0], pair[1], got)
			}
		}
	})
}

func TestAReadableColourStaysAsItIs(t *testing.T) {
	if got := brand.Of("#2c478c").Light; got != "#2c478c" {
		t.Error(got)
	}
}

func TestWhatIsNoColourIsOurs(t *testing.T) {
	for _, hex := range []string{"", "red", "#12", "#gggggg", "#12345;", "#1234567"} {
		if brand.Of(hex) != brand.Of(brand.Own) {
			t.Errorf("%q is taken for a colour", hex)
		}
	}
}
