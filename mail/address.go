package mail

import (
	"strings"

	"github.com/kept-desk/kept/kept"
)

// parseAddresses reads an address list as people's mailers write it: groups, comments, quotes that
// never end, semicolons for commas, encoded words around whole addresses, names alone.
func parseAddresses(value string) []kept.Address {
	var out []kept.Address
	for _, item := range splitAddresses(value) {
		if a, ok := parseAddress(item); ok {
			out = append(out, a)
		}
		if len(out) >= maxAddresses {
			break
		}
	}
	return out
}

// splitAddresses cuts a list at commas and semicolons outside of quotes, comments and brackets, and
// takes the names of groups ("Team: a@x, b@x;") off.
func splitAddresses(s string) []string {
	var items []string
	start, depth := 0, 0
	quoted, angle := false, false
	closing := quotesClose(s)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && depth == 0 && closing:
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == ':' && !angle && groupName(s[start:i]):
			start = i + 1
		case (c == ',' || c == ';') && (!angle || !strings.Contains(s[i:], ">")):
			items, start, angle = append(items, s[start:i]), i+1, false
		}
	}
	return append(items, s[min(start, len(s)):])
}

// quotesClose reports whether every quote has its end: one without would swallow the rest, and then
// none counts.
func quotesClose(s string) bool {
	open := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && open:
			i++
		case s[i] == '"':
			open = !open
		}
	}
	return !open
}

// groupName reports whether what stands before a colon names a group, and is no address.
func groupName(s string) bool {
	return strings.TrimSpace(s) != "" && !strings.ContainsAny(s, "@<[")
}

// parseAddress reads one "Name <local@domain>" in any of its shapes.
func parseAddress(item string) (kept.Address, bool) {
	item = strings.TrimSpace(item)
	if item == "" {
		return kept.Address{}, false
	}
	name, addr := "", item
	if i, j := angles(item); i >= 0 {
		name, addr = item[:i], item[i+1:j]
		if strings.TrimSpace(name) == "" && j+1 < len(item) { // <a@x> (Name)
			name = item[j+1:]
		}
	} else if strings.Contains(item, "=?") && !strings.Contains(bareComments(item), "@") {
		// The whole address went into an encoded word.
		plain := decodeWords(item)
		if strings.Contains(plain, "@") && !strings.Contains(plain, "=?") {
			return parseAddress(plain)
		}
	}
	addr, comment := takeComment(addr)
	if strings.TrimSpace(name) == "" {
		name = comment
	}
	addr = trimRoute(strings.Trim(strings.TrimSpace(addr), "<>"))
	if strings.Contains(addr, "=?") {
		addr = decodeWords(addr)
	}
	if !strings.HasPrefix(addr, `"`) && strings.ContainsAny(addr, " \t") && strings.Contains(addr, "@") {
		name, addr = looseName(name, addr)
	}
	addr = strings.TrimPrefix(strings.TrimSpace(guess([]byte(addr))), "mailto:")
	addr = clean(strings.Trim(addr, "<>'` \t"))
	name = displayName(name)
	if addr == "" && (name == "" || strings.HasPrefix(item, "(")) {
		return kept.Address{}, false
	}
	return kept.Address{Name: name, Email: lowerDomain(addr)}, true
}

// angles finds the angle brackets around the address outside of quotes: the first with an @ in them,
// else the last. An open one ends with the text.
func angles(s string) (open, end int) {
	open, end = -1, -1
	quoted := false
	closing := quotesClose(s)
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"' && closing:
			quoted = !quoted
		case quoted:
		case s[i] == '<':
			if open < 0 || !strings.Contains(s[open:i], "@") {
				open, end = i, -1
			}
		case s[i] == '>' && open >= 0 && end < 0:
			end = i
		}
	}
	if open >= 0 && end < 0 {
		end = len(s)
	}
	return open, end
}

// looseName parts "Ana Lee ana@x.test", which someone wrote without brackets.
func looseName(name, addr string) (string, string) {
	words := strings.Fields(addr)
	for i, w := range words {
		if strings.Contains(w, "@") && len(w) > 2 {
			if strings.TrimSpace(name) == "" {
				name = strings.Join(words[:i], " ")
			}
			return name, w
		}
	}
	return name, strings.Join(words, "")
}

// trimRoute drops the obsolete source route of RFC 822, "@relay,@relay:local@domain".
func trimRoute(s string) string {
	if strings.HasPrefix(s, "@") {
		if i := strings.IndexByte(s, ':'); i >= 0 {
			return s[i+1:]
		}
	}
	return s
}

// takeComment parts an address from the comments in it; the last comment is often the name.
func takeComment(s string) (rest, comment string) {
	if !strings.Contains(s, "(") {
		return s, ""
	}
	var b, c strings.Builder
	depth, quoted := 0, false
	for _, r := range s {
		switch {
		case r == '"' && depth == 0:
			quoted = !quoted
			b.WriteRune(r)
		case r == '(' && !quoted:
			if depth == 0 {
				c.Reset()
			}
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth > 0:
			c.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), c.String()
}

func bareComments(s string) string {
	rest, _ := takeComment(s)
	return rest
}

// displayName reads a phrase: quotes off, escapes undone, encoded words read, comments kept out.
func displayName(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && len(s) > 2 {
		s = s[1 : len(s)-1]
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
		default:
			b.WriteByte(s[i])
		}
	}
	return strings.TrimSpace(strings.Trim(decodeWords(b.String()), `"'`))
}

// lowerDomain lowers the domain alone: a local part belongs to its host.
func lowerDomain(addr string) string {
	i := strings.LastIndexByte(addr, '@')
	if i < 0 {
		return addr
	}
	return addr[:i+1] + strings.ToLower(strings.TrimRight(addr[i+1:], "."))
}
