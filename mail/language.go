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
	if info.Confidence < 0.3 && n < 200 || info.Confidence < 0.1 {
		return ""
	}
	return languages[info.Lang]
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
