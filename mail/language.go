package mail

import (
	"strings"
	"unicode"

	"github.com/abadojack/whatlanggo"
)

// languages are those that the desk speaks.
var languages = map[whatlanggo.Lang]string{
	whatlanggo.Eng: "en", whatlanggo.Deu: "de", whatlanggo.Fra: "fr", whatlanggo.Spa: "es", whatlanggo.Por: "pt",
}

var known = whatlanggo.Options{Whitelist: map[whatlanggo.Lang]bool{
	whatlanggo.Eng: true, whatlanggo.Deu: true, whatlanggo.Fra: true, whatlanggo.Spa: true, whatlanggo.Por: true,
}}

// longText is how many letters tell a language by their sequences alone; below, words must confirm it.
const longText = 200

// Language is the language of a text as a BCP 47 tag, out of en, de, fr, es and pt; empty where the
// text is too short, too unclear or in no Latin script. Below about twenty letters the contact's known
// language says more than the text.
func Language(text string) string {
	words := prose(text)
	n, latin := 0, 0
	for _, r := range words {
		if unicode.IsLetter(r) {
			n++
			if unicode.Is(unicode.Latin, r) {
				latin++
			}
		}
	}
	if n < 20 || latin*10 < n*9 {
		return ""
	}
	info := whatlanggo.DetectWithOptions(words, known)
	guess := languages[info.Lang]
	if n < longText {
		return confirmed(guess, words)
	}
	if info.Confidence < 0.1 {
		return ""
	}
	return guess
}

// confirmed is the language that the small words of a short text speak for, or empty. Letters alone are
// a poor witness there (a router's name outweighs a sentence), so two words of one language must agree
// with the guess, or four be too many for an accident; words of another language spoil either.
func confirmed(guess, text string) string {
	found := spoken(text)
	best, most, rest := "", 0, 0
	for language, n := range found {
		if n > most {
			best, most = language, n
		}
	}
	for language, n := range found {
		if language != best {
			rest += n
		}
	}
	if best == "" || most < 2 || most < 3*rest || languageIsForeign(best) || best != guess && most < 4 {
		return ""
	}
	return best
}

// prose is the start of the text without quotes, addresses and links.
func prose(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(clip(text, 8<<10), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), ">") {
			continue
		}
		if strings.TrimRight(line, " ") == "--" {
			break
		}
		for _, w := range strings.Fields(line) {
			if !strings.ContainsAny(w, "@/\\<>=_") {
				b.WriteString(w)
				b.WriteByte(' ')
			}
		}
		if b.Len() > 500 { // enough to tell by, and the most costly step of reading a mail
			break
		}
	}
	return b.String()
}
