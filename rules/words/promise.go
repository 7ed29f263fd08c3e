package words

import (
	"strings"

	"github.com/kept-desk/kept/kept"
)

// Does is what is promised as a whole sentence with who does it: "Aoife Brennan answers you." A
// promise with words of its own is said in those.
func (r Reader) Does(p kept.Promise, who string) string {
	if p.Words != "" {
		return p.Words
	}
	return r.Say("promise.does."+kindOf(p), "who", who)
}

// Thing is what is promised, in a list: "An answer.", or the promise's own words.
func (r Reader) Thing(p kept.Promise) string {
	if p.Words != "" {
		return p.Words
	}
	return r.Say("promise.thing." + kindOf(p))
}

// NotHad says plainly what the customer was to have by the due time of a broken promise, and had
// not. The sentence closes after the promise's own words, whether or not they bring a full stop.
func (r Reader) NotHad(p kept.Promise) string {
	if p.Words != "" {
		return r.Say("promise.not_had.custom", "words", strings.TrimRight(p.Words, ". "))
	}
	if p.Kind == kept.Custom {
		return r.Say("promise.missed_still")
	}
	return r.Say("promise.not_had." + kindOf(p))
}

// kindOf is the kind as the catalogues name it; one that they don't know is a custom promise.
func kindOf(p kept.Promise) string {
	if Has("promise.does." + string(p.Kind)) {
		return string(p.Kind)
	}
	return string(kept.Custom)
}
