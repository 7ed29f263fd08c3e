package kept

import (
	"encoding/base32"
	"encoding/binary"
	"math"
	"regexp"
	"slices"
	"strings"
)

// TokenLetters are what tokens are written in, and TokenMAC is how many of their bytes sign them: 80 bits.
var TokenLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const TokenMAC = 10

// A link to a customer's page, wherever it is written: "/c/TOKEN", also within another address, as the programs
// write it that count clicks ("%2Fc%2FTOKEN", "-2Fc-2FTOKEN", "_c_TOKEN"), and broken over lines, quoted, or folded
// as quoted-printable does it (RFC 2045 §6.7).
const (
	linkSlash = `(?:/|_|[%=-]2f)`
	linkFold  = `(?:=?\r?\n[> ]*)?`
	foldBytes = "=\r\n> "
)

// PageLink finds the links, and what only looks like one: TokenAt knows. Its first group is what stands before the
// token, its second the letters that may hold it.
var PageLink = regexp.MustCompile(`(?i)(` + linkSlash + linkFold + `c` + linkFold + linkSlash + linkFold + `)([a-z2-7](?:` + linkFold + `[a-z2-7]){19,63})`)

// hints are what a link has in it, in each case of its letters, since folding a whole text costs more: most texts
// have none, and are seen through fast.
var hints = []string{"/c/", "/C/", "2fc", "2fC", "2Fc", "2FC", "_c_", "_C_"}

// Veil puts another text into each link to a customer's page in place of its token: whoever has the customer's own
// speaks as the customer. What else is written after "/c/" stays: signed reports whether a token is ours; nil where
// nobody knows the keys, and letters that have a token's form are taken for one.
func Veil(text, token string, signed func(token string) bool) string {
	if !slices.ContainsFunc(hints, func(hint string) bool { return strings.Contains(text, hint) }) {
		return text
	}
	return PageLink.ReplaceAllStringFunc(text, func(link string) string {
		parts := PageLink.FindStringSubmatch(link)
		if n := TokenAt(parts[2], signed); n > 0 {
			return parts[1] + token + parts[2][n:]
		}
		return link
	})
}

// TokenAt says where the token ends that letters begin with; zero where they begin with none. Words may stand right
// behind one that is known by its signature; by their form alone, the letters are one token or none.
func TokenAt(letters string, signed func(token string) bool) (end int) {
	var token []byte
	for i := range len(letters) {
		if strings.IndexByte(foldBytes, letters[i]) >= 0 {
			continue
		}
		token = append(token, letters[i])
		if signed == nil && i < len(letters)-1 {
			continue
		}
		if _, _, ok := Claims(string(token)); ok && (signed == nil || signed(string(token))) {
			end = i + 1
		}
	}
	return end
}

// Claims reads what a token speaks of, in any case of letters and whoever signed it; false for what has no token's
// form. It proves nothing.
func Claims(token string) (conversation, contact ID, ok bool) {
	if len(token) > 64 {
		return 0, 0, false
	}
	token = strings.ToLower(token)
	raw, err := TokenLetters.DecodeString(token)
	if err != nil || len(raw) < TokenMAC+2 || TokenLetters.EncodeToString(raw) != token {
		return 0, 0, false
	}
	ids := raw[:len(raw)-TokenMAC]
	a, n := binary.Uvarint(ids)
	if n <= 0 {
		return 0, 0, false
	}
	b, m := binary.Uvarint(ids[n:])
	if m <= 0 || n+m != len(ids) || a == 0 || b == 0 || a > math.MaxInt64 || b > math.MaxInt64 {
		return 0, 0, false
	}
	least := binary.AppendUvarint(binary.AppendUvarint(nil, a), b)
	return ID(a), ID(b), len(least) == len(ids) // the same number in more bytes is another form
}
