package email

import (
	"bytes"
	"crypto/rand"
	"strings"
	"time"
)

// maxReceived is how many servers a mail may have passed. RFC 5321 §6.3 asks for a large number,
// at least 100 for relays; a mail that comes to its end has passed few, and one that has passed 50
// goes round in circles.
const maxReceived = 50

// received is the trace line (RFC 5321 §4.4) that we put before a mail, so that the chain of
// servers is whole for whoever judges it: the sender's checks stand on the line of our own hop.
func received(e Envelope, domain, protocol string, at time.Time) []byte {
	var b bytes.Buffer
	b.WriteString("Received: from " + plain(e.Helo))
	if e.Remote != "" {
		literal := e.Remote
		if strings.Contains(literal, ":") {
			literal = "IPv6:" + literal
		}
		b.WriteString(" ([" + literal + "])")
	}
	b.WriteString("\r\n\tby " + plain(domain) + " with " + protocol + " id " + strings.ToLower(rand.Text()))
	if len(e.Rcpts) == 1 { // with more, the line would tell each recipient of the others (§7.2)
		b.WriteString("\r\n\tfor <" + plain(e.Rcpts[0]) + ">")
	}
	b.WriteString(";\r\n\t" + at.UTC().Format("Mon, 2 Jan 2006 15:04:05 -0700") + "\r\n")
	return b.Bytes()
}

// plain keeps a stranger's word from breaking the line: what has a meaning there, or isn't printable,
// becomes a question mark. Words of other scripts stay, as SMTPUTF8 allows them.
func plain(word string) string {
	word = strings.ToValidUTF8(word, "?")
	if len(word) > 255 {
		word = strings.ToValidUTF8(word[:255], "")
	}
	word = strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || strings.ContainsRune(`()<>;,"\`, r) {
			return '?'
		}
		return r
	}, word)
	if word == "" {
		return "unknown"
	}
	return word
}

// hops counts the Received lines in a mail's header.
func hops(raw []byte) int {
	n := 0
	for len(raw) > 0 {
		line, rest, _ := bytes.Cut(raw, []byte("\n"))
		if len(bytes.TrimRight(line, "\r")) == 0 {
			break
		}
		if name, _, ok := bytes.Cut(line[:min(len(line), 40)], []byte(":")); ok &&
			bytes.EqualFold(bytes.TrimRight(name, " \t"), []byte("Received")) {
			n++
		}
		raw = rest
	}
	return n
}

// protocol names how a mail came (RFC 3848, RFC 6531).
func protocol(lmtp, utf8, secure bool) string {
	name := "ESMTP"
	if lmtp {
		name = "LMTP"
	}
	if utf8 {
		name = "UTF8" + strings.TrimPrefix(name, "E")
	}
	if secure {
		name += "S"
	}
	return name
}
