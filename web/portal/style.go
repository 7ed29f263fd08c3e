package portal

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/kept-desk/kept/rules/brand"
)

//go:embed customer.css
var customerCSS []byte

// style is the page's own sheet. Its name changes with its content, so it is cached for good.
type style struct {
	href string
	css  []byte
}

func newStyle() style {
	return style{href: "/c/customer-" + digest(customerCSS) + ".css", css: customerCSS}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:5])
}

func (d *door) sheet(w http.ResponseWriter, r *http.Request) { sendCSS(w, r, d.style.css) }

// brandCSS is the tenant's colour as the two names that the page's sheet uses. It is a file because
// the page allows no style of its own.
func brandCSS(colour string) []byte {
	c := brand.Of(colour)
	return []byte(":root{--brand:" + c.Light + ";--on-brand:" + c.OnLight + "}" +
		"@media (prefers-color-scheme:dark){:root{--brand:" + c.Dark + ";--on-brand:" + c.OnDark + "}}\n")
}

// Brand files are named by the colour and by what is made of it.
const (
	brandPrefix = "brand-"
	cssSuffix   = ".css"
)

func brandHref(colour string) string {
	if len(colour) != 7 || colour[0] != '#' {
		colour = brand.Own
	}
	return "/c/" + brandPrefix + strings.ToLower(colour[1:]) + "-" + digest(brandCSS(colour)) + cssSuffix
}

// brandSheet answers for a brand file, and reports whether the name is one. The name says the
// colour, so nothing has to be looked up; a name that we never gave is none.
func (d *door) brandSheet(w http.ResponseWriter, r *http.Request, name string) bool {
	rest, ok := strings.CutPrefix(name, brandPrefix)
	if !ok || len(rest) < 6 {
		return false
	}
	colour := "#" + rest[:6]
	if brandHref(colour) != "/c/"+name {
		return false
	}
	sendCSS(w, r, brandCSS(colour))
	return true
}

func sendCSS(w http.ResponseWriter, r *http.Request, css []byte) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	send(w, r, http.StatusOK, css)
}
