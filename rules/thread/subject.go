package thread

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefixes that mail programs put before a subject when one replies or forwards, by language.
var prefixes = map[string]bool{
	"re": true, "fwd": true, "fw": true, "aw": true, "wg": true, "antw": true, "antwort": true, "wtr": true, "weitergeleitet": true, // en de
	"ref": true, "tr": true, "rép": true, "rep": true, "réf": true, // fr
	"rv": true, "res": true, "enc": true, "rif": true, "r": true, "i": true, "inoltra": true, "inoltro": true, // es pt it
	"sv": true, "vs": true, "vl": true, "vb": true, "vid": true, "doorst": true, "vá": true, "továbbítás": true, "vá ": true, // sv da no fi nl hu
	"odp": true, "pd": true, "ynt": true, "ilt": true, "atb": true, "yml": true, "bls": true, "trs": true, // pl tr cy id
	"απ": true, "σχετ": true, "πρθ": true, "на": true, "отв": true, "ответ": true, "пересл": true, "hа": true, // el ru
	"回复": true, "回覆": true, "答复": true, "转发": true, "轉寄": true, "返信": true, "転送": true, "답장": true, "전달": true, "回信": true, // zh ja ko
	"رد": true, "השב": true, "הועבר": true, "automatic reply": true, "automatische antwort": true, "réponse automatique": true, "respuesta automática": true, "resposta automática": true,
}

// Subject is what a subject is about: without the prefixes of replies and forwards ("Re:", "AW:",
// "SV:", "Re[2]:"), a list's or inbox's tag in front of them, and blanks. It is idempotent. Compare two
// by strings.EqualFold.
func Subject(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for {
		next := dropPrefix(s)
		if next == s {
			return s
		}
		s = next
	}
}

// dropPrefix takes one prefix off; a tag in brackets goes only when a prefix follows it.
func dropPrefix(s string) string {
	if rest, ok := afterPrefix(s); ok {
		return rest
	}
	if strings.HasPrefix(s, "[") {
		if i := strings.IndexByte(s, ']'); i > 0 {
			tag := s[:i+1]
			if rest, ok := afterPrefix(strings.TrimSpace(s[i+1:])); ok {
				return strings.TrimSpace(tag + " " + rest)
			}
		}
	}
	if inner, ok := strings.CutPrefix(s, "("); ok && len(s) > 6 && strings.EqualFold(s[len(s)-5:], "(fwd)") {
		return strings.TrimSpace("(" + inner[:len(inner)-5])
	}
	if len(s) > 5 && strings.EqualFold(s[len(s)-5:], "(fwd)") {
		return strings.TrimSpace(s[:len(s)-5])
	}
	return s
}

// afterPrefix reads "Re:", "Re :", "RE[2]:", "Re(2):", "Re^2:", "回复：".
func afterPrefix(s string) (rest string, ok bool) {
	end := strings.IndexAny(s, ":：")
	if end <= 0 || end > 40 {
		return "", false
	}
	word := strings.ToLower(strings.TrimSpace(s[:end]))
	word = strings.TrimSpace(strings.TrimRightFunc(word, func(r rune) bool {
		return unicode.IsDigit(r) || strings.ContainsRune("[]()^*", r)
	}))
	if !prefixes[word] {
		return "", false
	}
	_, n := utf8.DecodeRuneInString(s[end:])
	return strings.TrimSpace(s[end+n:]), true
}
