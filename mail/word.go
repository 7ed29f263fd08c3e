package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// decodeWords reads the encoded words of RFC 2047 in a header value, the broken ones of the wild
// too: words split inside a character, blanks inside a word, words without a space between them,
// raw 8-bit text.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return clean(guess([]byte(s)))
	}
	var out strings.Builder
	var pending []byte // bytes of neighbouring words in one charset
	var charset string
	flush := func() {
		if pending != nil {
			text, _ := decodeCharset(charset, pending)
			out.WriteString(text)
			pending = nil
		}
	}
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			i = len(s)
		}
		plain := s[:i]
		w, n := readWord(s[i:])
		if n == 0 { // no word after all
			end := min(i+2, len(s))
			plain, s = s[:end], s[end:]
		} else {
			s = s[i+n:]
		}
		if pending == nil || strings.TrimSpace(plain) != "" {
			flush()
			out.WriteString(guess([]byte(plain)))
		}
		if n == 0 {
			flush()
			continue
		}
		if pending != nil && !strings.EqualFold(w.charset, charset) {
			flush()
		}
		charset = w.charset
		pending = append(pending, w.bytes...)
		if pending == nil {
			pending = []byte{} // an empty word is a word
		}
	}
	flush()
	return clean(out.String())
}

type word struct {
	charset string
	bytes   []byte
}

// readWord reads one encoded word at the start of s and its length; 0 where there is none.
func readWord(s string) (w word, n int) {
	if !strings.HasPrefix(s, "=?") {
		return w, 0
	}
	head := s[2:]
	i := strings.IndexByte(head, '?')
	if i <= 0 || i > 60 || strings.ContainsAny(head[:i], " \t<>@") || len(head) < i+3 || head[i+2] != '?' {
		return w, 0
	}
	charset, _, _ := strings.Cut(head[:i], "*") // RFC 2231 5: language
	encoding := head[i+1]
	body := head[i+3:]
	end := strings.Index(body, "?=")
	if end < 0 {
		return w, 0
	}
	w.charset = charset
	switch encoding {
	case 'q', 'Q':
		w.bytes = decodeQ(body[:end])
	case 'b', 'B':
		w.bytes = decodeBase64([]byte(body[:end]))
	default:
		return w, 0
	}
	return w, 2 + i + 3 + end + 2
}

// decodeQ reads the Q encoding: like quoted-printable, with _ for a blank.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out = append(out, ' ')
		case s[i] == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// clean makes one line of a header value: no control characters, no direction tricks, blanks folded.
func clean(s string) string {
	var out strings.Builder
	blank := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) && r != '\u00a0' && r != '\u3000' || r < ' ' || r == 0x7f:
			blank = true
			continue
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			continue
		}
		if blank && out.Len() > 0 {
			out.WriteByte(' ')
		}
		blank = false
		if r == utf8.RuneError {
			r = '\uFFFD'
		}
		out.WriteRune(r)
	}
	return out.String()
}
