package mail

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTMLFromText is plain text as HTML: escaped, its lines kept, its addresses made links.
func HTMLFromText(text string) string {
	text = plainLines(strings.ToValidUTF8(text, "\uFFFD"))
	var b strings.Builder
	for i, para := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString("<p>")
		for j, line := range strings.Split(para, "\n") {
			if j > 0 {
				b.WriteString("<br>\n")
			}
			b.WriteString(linked(line))
		}
		b.WriteString("</p>")
	}
	return b.String()
}

var webAddress = regexp.MustCompile(`https?://[^\s<>"'` + "`" + `]+`)

// linked escapes a line and makes links of the web addresses in it.
func linked(line string) string {
	var b strings.Builder
	last := 0
	for _, m := range webAddress.FindAllStringIndex(line, -1) {
		end := m[0] + len(strings.TrimRight(line[m[0]:m[1]], ".,;:!?)]}"))
		b.WriteString(spaced(line[last:m[0]]))
		url := html.EscapeString(line[m[0]:end])
		b.WriteString(`<a href="` + url + `">` + url + `</a>`)
		last = end
	}
	b.WriteString(spaced(line[last:]))
	return b.String()
}

// spaced escapes and keeps runs of blanks, which indent what people paste.
func spaced(s string) string {
	s = strings.ReplaceAll(html.EscapeString(s), "\t", "    ")
	return strings.ReplaceAll(s, "  ", "\u00a0 ")
}

// TextFromHTML is what a person would read: blocks on their own lines, cells apart, lists marked,
// links with where they lead, quotes with "> ", and nothing that is hidden.
func TextFromHTML(source string) string {
	w := reader{}
	z := html.NewTokenizer(strings.NewReader(clip(source, maxText)))
	z.SetMaxBuf(maxText)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.finish()
		case html.TextToken:
			w.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			w.open(t, t.Type == html.SelfClosingTagToken)
		case html.EndTagToken:
			t := z.Token()
			w.close(t)
		}
	}
}

// reader writes the text of a document token by token: no tree, so that no document can be too deep.
type reader struct {
	out     strings.Builder
	line    strings.Builder
	space   bool
	quote   int
	pre     int
	skipped atom.Atom // inside of this element nothing is read
	depth   int       // of the same element within it
	hidden  []atom.Atom
	lists   []int // -1: bullets, else the next number
	href    string
	label   strings.Builder
	blank   int
}

const maxNesting = 200

func (w *reader) text(s string) {
	if w.skipped != 0 || len(w.hidden) > 0 {
		return
	}
	if w.pre > 0 {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				w.newline()
			}
			w.line.WriteString(l)
		}
		return
	}
	for _, r := range s {
		switch {
		case r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f':
			w.space = true
		case r == '\u00ad' || r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\ufeff' || r == '\u034f' || r == '\u2007':
			// What preheaders are padded with.
		default:
			if w.space && w.line.Len() > 0 {
				w.line.WriteByte(' ')
				if w.href != "" {
					w.label.WriteByte(' ')
				}
			}
			w.space = false
			if r == '\u00a0' {
				r = ' '
			}
			w.line.WriteRune(r)
			if w.href != "" {
				w.label.WriteRune(r)
			}
		}
	}
}

func (w *reader) open(t html.Token, selfClosing bool) {
	if w.skipped != 0 {
		if t.DataAtom == w.skipped && !selfClosing {
			w.depth++
		}
		return
	}
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Noscript, atom.Template, atom.Object, atom.Iframe, atom.Svg, atom.Math, atom.Select:
		if !selfClosing {
			w.skipped, w.depth = t.DataAtom, 1
		}
		return
	case atom.Body: // a head that never closed
		w.hidden = nil
	}
	if !void(t.DataAtom) && !selfClosing {
		if len(w.hidden) > 0 {
			if len(w.hidden) < maxNesting {
				w.hidden = append(w.hidden, t.DataAtom)
			}
			return
		}
		if hides(t) {
			w.hidden = append(w.hidden, t.DataAtom)
			return
		}
	} else if len(w.hidden) > 0 {
		return
	}
	w.begin(t)
}

// begin is what the start of a visible element writes.
func (w *reader) begin(t html.Token) {
	switch t.DataAtom {
	case atom.Br:
		w.newline()
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table:
		w.paragraph()
	case atom.Pre:
		w.paragraph()
		w.pre++
	case atom.Blockquote:
		w.paragraph()
		w.quote = min(w.quote+1, 20)
	case atom.Ul:
		w.list(-1)
	case atom.Ol:
		w.list(1)
	case atom.Li:
		w.item()
	case atom.Hr:
		w.fresh()
		w.line.WriteString("---")
		w.newline()
	case atom.Td, atom.Th:
		if w.line.Len() > 0 {
			w.line.WriteString("  ")
		}
		w.space = false
	case atom.A:
		w.href = attribute(t, "href")
		w.label.Reset()
	case atom.Img:
		if alt := strings.TrimSpace(attribute(t, "alt")); alt != "" && !tiny(t) {
			w.text(" [" + clip(clean(alt), 200) + "] ")
		}
	default:
		if block(t.DataAtom) {
			w.fresh()
		}
	}
}

func (w *reader) list(first int) {
	w.fresh()
	if len(w.lists) < maxNesting {
		w.lists = append(w.lists, first)
	}
}

func (w *reader) item() {
	w.fresh()
	mark := "- "
	if n := len(w.lists); n > 0 {
		w.line.WriteString(strings.Repeat("  ", min(n-1, 8)))
		if w.lists[n-1] > 0 {
			mark = itoa(w.lists[n-1]) + ". "
			w.lists[n-1]++
		}
	}
	w.line.WriteString(mark)
	w.space = false
}

func (w *reader) close(t html.Token) {
	if w.skipped != 0 {
		if t.DataAtom == w.skipped {
			if w.depth--; w.depth <= 0 {
				w.skipped = 0
			}
		} else if w.skipped == atom.Head && t.DataAtom == atom.Html {
			w.skipped = 0
		}
		return
	}
	if len(w.hidden) > 0 {
		w.reveal(t.DataAtom)
		return
	}
	switch t.DataAtom {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table:
		w.paragraph()
	case atom.Pre:
		w.pre = max(0, w.pre-1)
		w.paragraph()
	case atom.Blockquote:
		w.fresh()
		w.quote = max(0, w.quote-1)
		w.paragraph()
	case atom.Ul, atom.Ol:
		if n := len(w.lists); n > 0 {
			w.lists = w.lists[:n-1]
		}
		w.fresh()
	case atom.A:
		w.link()
	default:
		if block(t.DataAtom) {
			w.fresh()
		}
	}
}

// reveal ends a hidden element; those that were never closed within it end with it.
func (w *reader) reveal(a atom.Atom) {
	for i := len(w.hidden) - 1; i >= 0; i-- {
		if w.hidden[i] == a {
			w.hidden = w.hidden[:i]
			return
		}
	}
}

// link writes where a link leads, unless its words say so.
func (w *reader) link() {
	href, label := strings.TrimSpace(w.href), strings.TrimSpace(w.label.String())
	w.href = ""
	target := strings.TrimPrefix(href, "mailto:")
	if href == "" || label == "" || len(href) > 500 || strings.HasPrefix(href, "#") || !strings.Contains(href, ":") ||
		strings.HasPrefix(strings.ToLower(href), "javascript:") || strings.HasPrefix(strings.ToLower(href), "data:") {
		return
	}
	if bareLink(label) == bareLink(target) {
		return
	}
	w.line.WriteString(" <" + clean(target) + ">")
}

func bareLink(s string) string {
	s = strings.ToLower(s)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	return strings.TrimRight(strings.TrimPrefix(s, "www."), "/")
}

// fresh starts a new line unless the current one is empty.
func (w *reader) fresh() {
	if strings.TrimSpace(w.line.String()) != "" {
		w.newline()
	} else {
		w.line.Reset()
	}
	w.space = false
}

func (w *reader) paragraph() {
	w.fresh()
	if w.out.Len() > 0 && w.blank == 0 {
		w.newline()
	}
}

func (w *reader) newline() {
	line := strings.TrimRight(w.line.String(), " \t")
	w.line.Reset()
	w.space = false
	if line == "" {
		if w.blank++; w.blank > 2 || w.out.Len() == 0 {
			return
		}
	} else {
		w.blank = 0
	}
	if w.quote > 0 {
		w.out.WriteString(strings.Repeat(">", w.quote))
		if line != "" {
			w.out.WriteByte(' ')
		}
	}
	w.out.WriteString(line)
	w.out.WriteByte('\n')
}

func (w *reader) finish() string {
	w.fresh()
	return strings.Trim(w.out.String(), "\n")
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// hides reports whether an element is not shown: preheaders, tracking copies, other readers' parts.
func hides(t html.Token) bool {
	for _, a := range t.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			style := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") ||
				strings.Contains(style, "mso-hide:all") || strings.Contains(style, "max-height:0") && strings.Contains(style, "overflow:hidden") ||
				zeroFont(style) {
				return true
			}
		}
	}
	return false
}

// zeroFont knows text too small to be seen; a font size of 0 on a table cell only kills gaps, and
// its children set their own, so it counts only together with other hiding.
func zeroFont(style string) bool {
	return (strings.Contains(style, "font-size:0;") || strings.Contains(style, "font-size:0px") || strings.Contains(style, "font-size:1px")) &&
		(strings.Contains(style, "line-height:0") || strings.Contains(style, "line-height:1px") || strings.Contains(style, "max-height:") || strings.Contains(style, "opacity:0;") || strings.HasSuffix(style, "opacity:0"))
}

// tiny reports an image that only counts readers.
func tiny(t html.Token) bool {
	w, h := attribute(t, "width"), attribute(t, "height")
	return (w == "1" || w == "0") && (h == "1" || h == "0")
}

func void(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

func block(a atom.Atom) bool {
	switch a {
	case atom.Div, atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside,
		atom.Center, atom.Address, atom.Dl, atom.Dt, atom.Dd, atom.Figure, atom.Figcaption, atom.Form, atom.Fieldset, atom.Caption, atom.Body:
		return true
	}
	return false
}
