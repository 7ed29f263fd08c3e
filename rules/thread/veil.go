package thread

import (
	"bytes"
	"encoding/base64"
	"regexp"

	"github.com/kept-desk/kept/kept"
)

var base64Line = regexp.MustCompile(`(?m)(?:^[A-Za-z0-9+/]{2,}={0,2}(?:\r?\n|\z))+`)

// VeilMail takes the tokens out of the links to customers' pages in a mail's bytes, or a file's: also in parts that
// are written as quoted-printable or base64. Nothing else changes, nor the length. Signed is as with kept.Veil.
func VeilMail(raw []byte, signed func(token string) bool) []byte {
	raw = veiled(raw, signed)
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
		if !kept.PageLink.Match(plain[:n]) {
			return lines
		}
		base64.StdEncoding.Encode(packed, veiled(plain[:n], signed))
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
func veiled(raw []byte, signed func(token string) bool) []byte {
	return kept.PageLink.ReplaceAllFunc(raw, func(link []byte) []byte {
		parts := kept.PageLink.FindSubmatch(link)
		out, from := bytes.Clone(link), len(parts[1])
		for i := from; i < from+kept.TokenAt(string(parts[2]), signed); i++ {
			if letter := out[i] | 0x20; letter >= 'a' && letter <= 'z' || out[i] >= '2' && out[i] <= '7' {
				out[i] = 'x'
			}
		}
		return out
	})
}
