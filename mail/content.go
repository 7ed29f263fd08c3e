package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Content names what a mail is, whichever way it came: the SHA-256 of its bytes without the header
// fields that servers add on the way (RFC 5321 §4.4, RFC 8601, RFC 8617, and everything X-). Two
// deliveries of one mail have the same; two mails that differ in a word, an address or a file don't.
func Content(raw []byte) string {
	sum := sha256.New()
	traced := false // the field in hand is a trace, and so are its folded lines
	for len(raw) > 0 {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, isField := bytes.Cut(line, []byte(":"))
			if !isField {
				break // no header any more
			}
			traced = isTrace(strings.ToLower(string(bytes.TrimSpace(name))))
		}
		if !traced {
			sum.Write(line)
			sum.Write([]byte("\n"))
		}
		raw = rest
	}
	sum.Write(bytes.TrimRight(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), "\n"))
	return hex.EncodeToString(sum.Sum(nil))
}

func isTrace(name string) bool {
	switch name {
	case "received", "return-path", "delivered-to", "envelope-to", "authentication-results", "received-spf", "dkim-signature", "domainkey-signature":
		return true
	}
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "arc-")
}
