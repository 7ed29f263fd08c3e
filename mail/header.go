package mail

import (
	"bytes"
	"strings"
)

// field is one header field, unfolded, its value as it came.
type field struct {
	name  string // lower case
	value string
}

// header is a header block in the order it was written.
type header []field

// first is the value of the first field of that lower-case name, empty where there is none.
func (h header) first(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// has reports whether a field of that lower-case name is there at all.
func (h header) has(name string) bool {
	for _, f := range h {
		if f.name == name {
			return true
		}
	}
	return false
}

// filled is the value of the first field of that name that isn't blank: some mailers write an empty
// one first.
func (h header) filled(name string) string {
	for _, f := range h {
		if f.name == name && strings.TrimSpace(f.value) != "" {
			return f.value
		}
	}
	return ""
}

// joined is all fields of that name as one list, for mails that repeat To or Cc against RFC 5322.
func (h header) joined(name string) string {
	var all []string
	for _, f := range h {
		if f.name == name && strings.TrimSpace(f.value) != "" {
			all = append(all, f.value)
		}
	}
	return strings.Join(all, ", ")
}

// readHeader takes the header block off the front of b and returns what follows it. Lines that are
// no fields are passed over when fields go on after them, else the body begins there; odd says so.
func readHeader(b []byte) (h header, body []byte, odd bool) {
	rest := b
	read, size := 0, 0
	var more []byte // of the last field's folded lines
	fold := func() {
		if len(more) > 0 {
			h[len(h)-1].value += string(more)
			more = more[:0]
		}
	}
	defer fold()
	for len(rest) > 0 {
		line, next := cutLine(rest)
		read += len(rest) - len(next)
		if len(line) == 0 {
			return h, next, odd
		}
		if read > maxHeader || len(h) >= maxFields {
			return h, afterBlank(rest), true
		}
		switch name, value, ok := splitField(line); {
		case isSpace(line[0]) && len(h) > 0:
			if len(bytes.TrimSpace(line)) == 0 && !continues(next) && !folded(next) {
				return h, next, true // a line of blanks ends the header in practice
			}
			if size += len(line); size < maxField {
				more = append(append(more, ' '), bytes.TrimSpace(line)...)
			}
			rest = next
			continue
		case ok:
			fold()
			h, size = append(h, field{name: name, value: value}), 0
		case len(h) == 0 && envelopeLine(line):
			// An mbox "From " line or a transport's remark in front of the mail.
		case continues(next):
			odd = true
		default:
			return h, rest, true
		}
		rest = next
	}
	return h, nil, odd
}

// cutLine splits off the first line, without its ending.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return bytes.TrimSuffix(b, []byte("\r")), nil
	}
	return bytes.TrimRight(b[:i], "\r"), b[i+1:]
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// splitField reads "Name: value"; blanks before the colon are tolerated.
func splitField(line []byte) (name, value string, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > 100 {
		return "", "", false
	}
	raw := bytes.TrimRight(line[:i], " \t")
	if len(raw) == 0 {
		return "", "", false
	}
	for _, c := range raw {
		if c <= ' ' || c >= 0x7f {
			return "", "", false
		}
	}
	if len(line) > maxField {
		line = line[:maxField]
	}
	return strings.ToLower(string(raw)), string(bytes.TrimSpace(line[i+1:])), true
}

// continues reports whether the next line goes on with the header.
func continues(next []byte) bool {
	line, _ := cutLine(next)
	if len(line) == 0 {
		return false
	}
	_, _, ok := splitField(line)
	return ok
}

// folded reports whether the next line is the continuation of a field.
func folded(next []byte) bool {
	line, _ := cutLine(next)
	return len(line) > 0 && isSpace(line[0]) && len(bytes.TrimSpace(line)) > 0
}

// envelopeLine knows the lines that stores and transports put before a header.
func envelopeLine(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

// afterBlank skips to what follows the next empty line.
func afterBlank(b []byte) []byte {
	for len(b) > 0 {
		line, next := cutLine(b)
		if len(line) == 0 {
			return next
		}
		b = next
	}
	return nil
}
