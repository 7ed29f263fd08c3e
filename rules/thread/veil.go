package thread

import (
	"bytes"
	"encoding/base64"
	"regexp"
)

// The forms in which a link to a customer's page stands in a mail's bytes: as kept.Veil knows it, and a line of
// quoted-printable may end anywhere in it (RFC 2045 §6.7).
const (
	slash = `(?:/|_|[%=-]2f)`
	fold  = `(?:=\r?\n)?`
)

var (
	foldedLink = regexp.MustCompile(`(?i)(` + fold + slash + fold + `c` + fold + slash + `)((?:` + fold + `[a-z2-7]){20,64})`)
	base64Line = regexp.MustCompile(`(?m)(?:^[A-Za-z0-9+/]{2,}={0,2}(?:\r?\n|\z))+`)
)

// VeilMail takes the tokens out of the links to customers' pages in a mail's bytes, or a file's: also in parts that
// are written as quoted-printable or base64. Nothing else changes, nor the length.
func VeilMail(raw []byte) []byte {
	raw = veiled(raw)
	return base64Line.ReplaceAllFunc(raw, func(lines []byte) []byte {
		packed := bytes.Map(func(c rune) rune {
			if c == '\r' || c == '\n' {
				return -1
			}
			return c
		}, lines)
		plain := make([]byte, base64.StdEncoding.DecodedLen(len(packed)))
		n, err := base64.StdEncoding.Decode(plain, packed)
		if err != nil { // what follows the block looks like it, and is none
			n -= n % 3
		}
		if !foldedLink.Match(plain[:n]) {
			return lines
		}
		base64.StdEncoding.Encode(packed, veiled(plain[:n]))
		out, i := bytes.Clone(lines), 0
		for at, c := range out {
			if c != '\r' && c != '\n' {
				out[at], i = packed[i], i+1
			}
		}
		return out
	})
}

// veiled writes x over each letter of the tokens.
func veiled(raw []byte) []byte {
	return foldedLink.ReplaceAllFunc(raw, func(link []byte) []byte {
		parts := foldedLink.FindSubmatch(link)
		token := bytes.Map(func(c rune) rune {
			if c == '=' || c == '\r' || c == '\n' {
				return c
			}
			return 'x'
		}, parts[2])
		return append(bytes.Clone(parts[1]), token...)
	})
}
