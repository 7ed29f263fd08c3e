package promise

import (
	"slices"

	"github.com/kept-desk/kept/kept"
)

// SeniorsWord reports whether a promise is the word of somebody senior, for whom the customer asked.
func SeniorsWord(p kept.Promise) bool { return p.Kind == kept.Update && p.Source == kept.FromCustomer }

// SpeaksFor reports whether the words of one of us can keep a promise, or put it off. Anybody's can, except
// that who asked for somebody senior gets the word of the one it was promised of, or who accepted it from
// them, or of another who leads. Where nobody leads, nobody is more senior, and anybody's words do.
func SpeaksFor(p kept.Promise, who kept.ID, leads []kept.ID) bool {
	return !SeniorsWord(p) || len(leads) == 0 || p.By == who || slices.Contains(leads, who)
}
