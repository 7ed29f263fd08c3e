package kept

import (
	"regexp"
	"slices"
	"strings"
)

// A link to a customer's page, wherever it is written: "/c/TOKEN", also within another address, as the programs
// write it that count clicks ("%2Fc%2FTOKEN", "-2Fc-2FTOKEN", "_c_TOKEN").
var pageLink = regexp.MustCompile(`(?i)((?:/|_|[%=-]2f)c(?:/|_|[%=-]2f))([a-z2-7]{20,64})`)

// hints are what a link has in it: most texts have none, and are seen through fast.
var hints = []string{"/c/", "/C/", "2fc", "2fC", "2Fc", "2FC", "_c_", "_C_"}

// Veil puts another token into each link to a customer's page in a text, whoever signed it: whoever has the
// customer's own speaks as the customer.
func Veil(text, token string) string {
	if !slices.ContainsFunc(hints, func(hint string) bool { return strings.Contains(text, hint) }) {
		return text
	}
	return pageLink.ReplaceAllString(text, "${1}"+token)
}
