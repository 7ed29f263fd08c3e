package mail

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// parseMedia reads a Content-Type or Content-Disposition value, however malformed: the lower-case
// type and its parameters by lower-case name, RFC 2231 continuations and charsets resolved, encoded
// words in values read although RFC 2047 forbids them.
func parseMedia(value string) (media string, params map[string]string) {
	params = map[string]string{}
	head, rest, _ := strings.Cut(value, ";")
	words := strings.Fields(strings.ToLower(head))
	for len(words) > 0 && !strings.Contains(words[0], "=") {
		media += words[0]
		words = words[1:]
		if !strings.HasSuffix(media, "/") && (len(words) == 0 || !strings.HasPrefix(words[0], "/")) {
			break
		}
	}
	if i := strings.IndexByte(head, '='); i >= 0 { // a missing semicolon
		rest = head[strings.LastIndexAny(head[:i], " \t")+1:] + ";" + rest
	}
	media = strings.Trim(media, `"'<>,`)
	pieces := map[string][]piece{}
	for n := 0; rest != "" && n < 200; n++ {
		var name, val string
		name, val, rest = nextParam(rest)
		if name != "" {
			collect(params, pieces, name, val)
		}
	}
	for base, list := range pieces {
		params[base] = joinPieces(list)
	}
	return media, params
}

// piece is one part of a parameter that RFC 2231 splits or encodes.
type piece struct {
	number  int
	encoded bool
	text    string
}

func collect(params map[string]string, pieces map[string][]piece, name, val string) {
	base, tail, starred := strings.Cut(name, "*")
	if !starred {
		if _, taken := params[name]; !taken || params[name] == "" {
			params[name] = decodeWords(val)
		}
		return
	}
	p := piece{text: val}
	if tail == "" {
		p.encoded = true
	} else {
		digits := strings.TrimSuffix(tail, "*")
		p.encoded = digits != tail
		p.number, _ = strconv.Atoi(digits)
	}
	if len(pieces[base]) < 200 {
		pieces[base] = append(pieces[base], p)
	}
}

func joinPieces(list []piece) string {
	sort.SliceStable(list, func(i, j int) bool { return list[i].number < list[j].number })
	charset := ""
	var raw []byte
	for i, p := range list {
		text := p.text
		if p.encoded {
			if i == 0 {
				if parts := strings.SplitN(text, "'", 3); len(parts) == 3 {
					charset, text = parts[0], parts[2]
				}
			}
			text = percent(text)
		}
		raw = append(raw, text...)
	}
	s, _ := decodeCharset(charset, raw)
	if strings.Contains(s, "=?") {
		return decodeWords(s)
	}
	return clean(s)
}

// percent undoes %XX and leaves what isn't an escape.
func percent(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			b.WriteByte(byte(unhex(s[i+1])<<4 | unhex(s[i+2])))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// nextParam reads one "name=value" and what follows it.
func nextParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t;,")
	end := strings.IndexAny(s, "=;")
	if end < 0 {
		return "", "", ""
	}
	if s[end] == ';' {
		return "", "", s[end+1:]
	}
	name = strings.ToLower(strings.TrimSpace(s[:end]))
	s = strings.TrimLeft(s[end+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		value, rest = readQuoted(s)
		if i := strings.IndexByte(rest, ';'); i >= 0 {
			return name, value, rest[i+1:]
		}
		return name, value, rest // a missing semicolon
	}
	if i := strings.IndexByte(s, ';'); i >= 0 {
		return name, bare(s[:i]), s[i+1:]
	}
	return name, bare(s), ""
}

// bare is a value without quotes; a comment or a second parameter glued on with a blank is left in
// file names and cut off elsewhere by those who read them.
func bare(s string) string {
	return strings.Trim(strings.TrimSpace(s), `"`)
}

// readQuoted reads a quoted string; a quote that never ends takes everything.
func readQuoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			// Windows paths come unescaped: only a quote or a backslash is an escape.
			if i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
				i++
			}
			b.WriteByte(s[i])
		case '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}
