// Package call knows telephone numbers as people write them, and a voicemail when one comes by mail. It is
// pure, and knows nothing of who is called, of promises or of telephone systems.
package call

import (
	"strings"
)

// Digits a number that can be called has, at least and at most (ITU-T E.164, and an extension).
const (
	fewestDigits = 5
	mostDigits   = 20
)

// Number reads a telephone number loosely: as somebody writes it, with what is between the digits kept as
// single spaces and signs. Of what can't be dialled it says false, and
// nothing else.
func Number(text string) (string, bool) {
	var b strings.Builder
	digits := 0
	for _, r := range strings.Join(strings.Fields(text), " ") {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && b.Len() == 0, strings.ContainsRune(" ()-./", r):
		default:
			return "", false
		}
		b.WriteRune(r)
	}
	if digits < fewestDigits || digits > mostDigits {
		return "", false
	}
	return b.String(), true
}

// Digits are the digits of a number without what only says how it is dialled: the plus, the double zero
// before a country and the single zero before an area ("+353 (0)86 …").
func Digits(number string) string {
	number = strings.ReplaceAll(number, "(0)", "")
	d := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return strings.TrimLeft(d, "0")
}

// tellingDigits are how many last digits tell two numbers apart, where one is written without its country.
const tellingDigits = 8

// Tail are the last digits by which a number is looked for; empty where it is too short to mean anybody.
func Tail(number string) string {
	d := Digits(number)
	if len(d) < tellingDigits {
		return ""
	}
	return d[len(d)-tellingDigits:]
}

// Same reports whether two numbers are one telephone: their digits are the same, or one is the other
// without its country.
func Same(a, b string) bool {
	a, b = Digits(a), Digits(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a == b && a != "" || len(a) >= tellingDigits && strings.HasSuffix(b, a)
}
