package mail

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding; an unknown one is taken as it is.
func decodeTransfer(encoding string, b []byte) []byte {
	encoding = strings.ToLower(strings.TrimSpace(encoding))
	encoding, _, _ = strings.Cut(encoding, ";")
	switch strings.Trim(encoding, ` "'`) {
	case "base64", "base-64", "b64":
		return decodeBase64(b)
	case "quoted-printable", "quotedprintable", "quoted/printable", "qp":
		return decodeQuotedPrintable(b)
	case "x-uuencode", "uuencode", "x-uue", "uue":
		if files, _ := uuFiles(b); len(files) > 0 {
			return files[0].body
		}
	}
	return b
}

// base64Values holds 0–63 for letters of the alphabet (the URL-safe ones too), 64 for padding,
// 255 for noise.
var base64Values = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(letters) {
		t[letters[i]] = byte(i)
	}
	t['-'], t['_'], t['='] = 62, 63, 64
	return t
}()

// decodeBase64 reads base64 with whatever stands in it: line ends and noise are passed over, missing
// padding is no fault, and the text that lists and virus scanners put after the end is left out.
func decodeBase64(b []byte) []byte {
	b = base64Extent(b)
	out := make([]byte, 0, base64.RawStdEncoding.DecodedLen(len(b)))
	var acc uint32
	bits := 0
	for _, c := range b {
		v := base64Values[c]
		if v == 64 { // padding ends a run; some mailers join two encoded pieces
			acc, bits = 0, 0
			continue
		}
		if v == 255 {
			continue
		}
		acc = acc<<6 | uint32(v)
		bits += 6
		if bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
			acc &= 1<<bits - 1
		}
	}
	return out
}

// base64Extent cuts off the lines after the end of the encoding: after a line that ends in padding,
// or from the first line of words with blanks between them.
func base64Extent(b []byte) []byte {
	rest := b
	for len(rest) > 0 {
		line, next := cutLine(rest)
		text := bytes.TrimSpace(line)
		if bytes.ContainsAny(text, " \t") && !allBase64(bytes.ReplaceAll(text, []byte(" "), nil)) {
			return b[:len(b)-len(rest)]
		}
		if bytes.HasSuffix(text, []byte("=")) {
			tail := bytes.TrimSpace(next)
			first, _ := cutLine(tail)
			if len(tail) > 0 && !goesOn(bytes.TrimSpace(first)) {
				return b[:len(b)-len(next)]
			}
		}
		rest = next
	}
	return b
}

// goesOn reports whether a line after padding is another run of base64, and no rule of underscores.
func goesOn(line []byte) bool {
	return len(line)%4 == 0 && allBase64(line) && len(bytes.Trim(line, "_-=")) > 0
}

func allBase64(line []byte) bool {
	for _, c := range line {
		if base64Values[c] == 255 {
			return false
		}
	}
	return true
}

// decodeQuotedPrintable reads RFC 2045 6.7; what isn't an escape stands for itself.
func decodeQuotedPrintable(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		line, ending := b, ""
		if i >= 0 {
			line, b = b[:i], b[i+1:]
			ending = "\n"
			if bytes.HasSuffix(line, []byte("\r")) {
				line, ending = line[:len(line)-1], "\r\n"
			}
		} else {
			b = nil
		}
		line = bytes.TrimRight(line, " \t")
		soft := bytes.HasSuffix(line, []byte("="))
		if soft {
			line = line[:len(line)-1]
		}
		for j := 0; j < len(line); j++ {
			if line[j] == '=' && j+2 < len(line) && unhex(line[j+1]) >= 0 && unhex(line[j+2]) >= 0 {
				out = append(out, byte(unhex(line[j+1])<<4|unhex(line[j+2])))
				j += 2
				continue
			}
			out = append(out, line[j])
		}
		if !soft {
			out = append(out, ending...)
		}
	}
	return out
}

// uuFile is a file found uuencoded in a text.
type uuFile struct {
	name string
	body []byte
}

// uuFiles takes uuencoded files ("begin 644 name" … "end") out of a text.
func uuFiles(b []byte) (files []uuFile, text []byte) {
	if !bytes.HasPrefix(b, []byte("begin ")) && !bytes.Contains(b, []byte("\nbegin ")) {
		return nil, b
	}
	rest := b
	for len(rest) > 0 {
		line, next := cutLine(rest)
		if name, ok := uuBegin(line); ok && len(files) < maxAttachments {
			if body, after, ok := uuBody(next); ok {
				files = append(files, uuFile{name: name, body: body})
				rest = after
				continue
			}
		}
		text = append(append(text, line...), '\n')
		rest = next
	}
	if len(files) == 0 {
		return nil, b
	}
	return files, text
}

func uuBegin(line []byte) (name string, ok bool) {
	words := strings.SplitN(string(bytes.TrimSpace(line)), " ", 3)
	if len(words) != 3 || words[0] != "begin" || len(words[1]) < 3 || len(words[1]) > 4 || strings.Trim(words[1], "01234567") != "" {
		return "", false
	}
	return words[2], true
}

func uuBody(b []byte) (body, rest []byte, ok bool) {
	for lines := 0; len(b) > 0; lines++ {
		line, next := cutLine(b)
		if string(bytes.TrimSpace(line)) == "end" {
			return body, next, lines > 0
		}
		if len(line) > 0 && (line[0] < ' ' || line[0] > '`') {
			return nil, nil, false
		}
		body = uuLine(body, line)
		b = next
	}
	return nil, nil, false
}

func uuLine(out, line []byte) []byte {
	if len(line) == 0 {
		return out
	}
	n := int(line[0]-' ') & 63
	line = line[1:]
	at := func(i int) byte {
		if i < len(line) && line[i] >= ' ' {
			return (line[i] - ' ') & 63
		}
		return 0
	}
	for i := 0; n > 0; i += 4 {
		three := [3]byte{at(i)<<2 | at(i+1)>>4, at(i+1)<<4 | at(i+2)>>2, at(i+2)<<6 | at(i+3)}
		take := min(n, 3)
		out = append(out, three[:take]...)
		n -= take
	}
	return out
}
