package email

import (
	"bytes"
	"strings"

	"golang.org/x/net/idna"
)

// ascii reports whether the words need no SMTPUTF8.
func ascii(words ...string) bool {
	for _, word := range words {
		if strings.ContainsFunc(word, func(r rune) bool { return r > 0x7e }) {
			return false
		}
	}
	return true
}

// inASCII writes the addresses for a relay that takes ASCII only: a domain has such a form (RFC
// 5891), the part before the @ has none.
func inASCII(from string, rcpts []string) (string, []string, *SendError) {
	addresses := append([]string{from}, rcpts...)
	for i, address := range addresses {
		at := strings.LastIndexByte(address, '@')
		if at < 0 || ascii(address) {
			continue
		}
		domain, err := idna.Lookup.ToASCII(address[at+1:])
		if err != nil || !ascii(address[:at]) {
			return "", nil, impossible(553, "5.6.7", "the relay takes no mail for addresses beyond ASCII, such as "+address)
		}
		addresses[i] = address[:at+1] + domain
	}
	return addresses[0], addresses[1:], nil
}

// crlf ends every line with CR LF, and nothing else in one: a bare CR or LF must not be sent (RFC
// 5321 §2.3.8), as servers disagree on where such a mail ends. A mail that is right stays as it is.
func crlf(raw []byte) []byte {
	if clean(raw) {
		return raw
	}
	out := make([]byte, 0, len(raw)+len(raw)/32)
	for i, c := range raw {
		switch {
		case c == '\n' && i > 0 && raw[i-1] == '\r': // its CR has written both
		case c == '\r' || c == '\n':
			out = append(out, '\r', '\n')
		default:
			out = append(out, c)
		}
	}
	return out
}

// clean reports whether CR and LF come in pairs only.
func clean(raw []byte) bool {
	pairs := bytes.Count(raw, []byte("\r\n"))
	return bytes.Count(raw, []byte("\r")) == pairs && bytes.Count(raw, []byte("\n")) == pairs
}
