package thread

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FoldHTML is Fold for sanitised HTML: it parts the document into the HTML of what was written now, of
// what is quoted, and of the signature. Everything stands in one of them; elements around a fold stand
// in each.
func FoldHTML(source string) (visible, quoted, signature string) {
	root := grow(source)
	f := folder{}
	f.walk(root)
	if f.seen == 0 && f.quotes > 0 && !f.introduced { // nothing but a quote that nobody introduced: it is the message
		return source, "", ""
	}
	root.settle()
	render := func(p place) string {
		var b strings.Builder
		root.write(&b, p)
		return strings.TrimSpace(b.String())
	}
	return render(written), render(quote), render(signed)
}

// node is an element or a text of a document. The tree is our own and plain: an HTML parser that repairs
// like a browser can make many elements of few bytes.
type node struct {
	token    html.Token
	children []*node
	block    bool  // breaks the line, itself or something in it
	ends     bool  // a line of preformatted text ends with it
	part     place // of a leaf
	holds    [signed + 1]bool
}

// deepest is how many elements may stand in one another; deeper ones are taken as siblings.
const deepest = 200

// grow builds the tree in one pass.
func grow(source string) *node {
	root := &node{block: true}
	stack := []*node{root}
	z := html.NewTokenizer(strings.NewReader(source))
	add := func(n *node) {
		top := stack[len(stack)-1]
		top.children = append(top.children, n)
		if n.block {
			for i := len(stack) - 1; i > 0 && !stack[i].block; i-- {
				stack[i].block = true
			}
		}
	}
	for {
		switch z.Next() {
		case html.ErrorToken:
			return root
		case html.TextToken:
			t := z.Token()
			if !preformatted(stack) {
				add(&node{token: t})
				continue
			}
			for line := range strings.SplitAfterSeq(t.Data, "\n") {
				add(&node{token: html.Token{Type: html.TextToken, Data: line}, ends: strings.HasSuffix(line, "\n")})
			}
		case html.SelfClosingTagToken:
			t := z.Token()
			add(&node{token: t, block: t.DataAtom == atom.Hr})
		case html.StartTagToken:
			t := z.Token()
			n := &node{token: t, block: breaksLine(t.DataAtom)}
			add(n)
			if !single(t.DataAtom) && len(stack) < deepest {
				stack = append(stack, n)
			}
		case html.EndTagToken:
			a := z.Token().Data
			for i := len(stack) - 1; i > 0; i-- {
				if stack[i].token.Data == a {
					stack = stack[:i]
					break
				}
			}
		}
	}
}

func preformatted(stack []*node) bool {
	for _, n := range stack {
		if n.token.DataAtom == atom.Pre {
			return true
		}
	}
	return false
}

func single(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// folder marks the leaves of a tree in the order of the document.
type folder struct {
	rest       bool // all that follows is quoted
	introduced bool
	pending    bool // a line said that a quote follows
	seen       int  // texts of the writer so far
	quotes     int
}

// walk goes through the children of an element: text and what is inline by lines, blocks one by one.
func (f *folder) walk(n *node) {
	for i := 0; i < len(n.children); {
		end := i
		for end < len(n.children) && n.children[end].inline() {
			end++
		}
		if end > i {
			f.run(n.children[i:end])
			i = end
			continue
		}
		f.element(n.children[i])
		i++
	}
}

// element decides about a block: quoted, a signature, an introduction, or to be looked into.
func (f *folder) element(c *node) {
	if f.rest {
		c.mark(quote)
		return
	}
	switch c.role() {
	case "quote":
		f.quotes++
		f.introduced = f.introduced || c.says("type", "cite") || f.pending
		f.pending = false
		c.mark(quote)
	case "signature":
		c.mark(signed)
	case "intro":
		f.introduced, f.pending = true, true
		c.mark(quote)
	case "rest":
		f.introduced, f.rest = true, true
		c.mark(quote)
	default:
		f.walk(c)
	}
}

// run reads neighbouring inline nodes as lines of text and marks their leaves line by line.
func (f *folder) run(nodes []*node) {
	var leaves []*node
	for _, n := range nodes {
		leaves = n.leaves(leaves)
	}
	lines, at := textLines(leaves)
	s := scan{lines: lines, part: make([]place, len(lines))}
	for i := 0; i < len(lines); {
		i += f.line(&s, i)
	}
	for k, leaf := range leaves {
		leaf.part = s.part[at[k]]
		if leaf.part == intro {
			leaf.part = quote
		}
	}
}

// line decides about line i and reports how many lines it decided about.
func (f *folder) line(s *scan, i int) int {
	if f.rest {
		s.part[i] = quote
		return 1
	}
	if n, kind := s.opening(i); n > 0 {
		s.fill(i, i+n, intro)
		f.introduced = true
		f.pending = kind == attribution
		f.rest = kind == heading || kind == forwarding && f.seen > 0
		return n
	}
	line := s.lines[i]
	switch {
	case blank(line) && line != picture:
	case deviceLine(line):
		s.part[i] = signed
	case dashes(line) && f.seen > 0 && len(s.lines)-i <= longestSignature:
		s.fill(i, len(s.lines), signed)
		return len(s.lines) - i
	case quotedLine(line):
		f.quotes++
		f.pending = false
		s.part[i] = quote
	case f.pending && f.seen > 0: // what was introduced has no marks: it goes on to the end
		f.pending, f.rest = false, true
		s.part[i] = quote
	default:
		f.pending = false
		f.seen++
	}
	return 1
}

// picture stands for an image in a line.
const picture = "\ufffc"

// textLines is the text of leaves as lines, and the line of each leaf.
func textLines(leaves []*node) (lines []string, at []int) {
	var b strings.Builder
	lines = []string{}
	for _, l := range leaves {
		at = append(at, len(lines))
		switch {
		case l.token.Type == html.TextToken:
			b.WriteString(strings.Map(func(r rune) rune {
				if r == '\n' || r == '\r' || r == '\t' || r == '\u00a0' {
					return ' '
				}
				return r
			}, l.token.Data))
		case l.token.DataAtom == atom.Img:
			b.WriteString(picture)
		}
		if l.token.DataAtom == atom.Br || l.ends {
			lines = append(lines, strings.TrimSpace(b.String()))
			b.Reset()
		}
	}
	return append(lines, strings.TrimSpace(b.String())), at
}

// leaves collects the leaves of a node.
func (n *node) leaves(list []*node) []*node {
	if len(n.children) == 0 {
		return append(list, n)
	}
	for _, c := range n.children {
		list = c.leaves(list)
	}
	return list
}

// mark puts a whole element into one part.
func (n *node) mark(p place) {
	n.part = p
	for _, c := range n.children {
		c.mark(p)
	}
}

// settle notes in each element which parts its leaves belong to.
func (n *node) settle() {
	if len(n.children) == 0 {
		n.holds[n.part] = true
	}
	for _, c := range n.children {
		c.settle()
		for p := range c.holds {
			n.holds[p] = n.holds[p] || c.holds[p]
		}
	}
}

// inline reports text and elements within a line, without any role.
func (n *node) inline() bool { return !n.block && n.role() == "" }

func (n *node) leaf() bool {
	return n.token.Type == html.TextToken || n.token.Type == html.SelfClosingTagToken || single(n.token.DataAtom)
}

func (n *node) says(key, value string) bool {
	for _, a := range n.token.Attr {
		if a.Key == key && strings.EqualFold(a.Val, value) {
			return true
		}
	}
	return false
}

// role is what mail programs say of an element by its class or id.
func (n *node) role() string {
	for _, a := range n.token.Attr {
		if a.Key != "class" && a.Key != "id" {
			continue
		}
		for _, c := range strings.Fields(a.Val) {
			if r := roles[strings.TrimPrefix(strings.ToLower(c), "x_")]; r != "" && (r != "quote" || c != "gmail_quote" || n.token.DataAtom == atom.Blockquote) {
				return r
			}
		}
	}
	if n.token.DataAtom == atom.Blockquote {
		return "quote"
	}
	return ""
}

// roles of classes and ids. A gmail_quote that is no blockquote holds the introduction, the quote and
// the answers below it, and is looked into.
var roles = map[string]string{
	"gmail_quote": "quote", "yahoo_quoted": "quote", "protonmail_quote": "quote", "tutanota_quote": "quote", "zmail_extra": "quote",
	"gmail_attr": "intro", "moz-cite-prefix": "intro", "reply-intro": "intro", "quoteheader": "intro",
	"gmail_signature": "signature", "moz-signature": "signature", "applemailsignature": "signature", "msosignature": "signature",
	"protonmail_signature_block": "signature", "gmail_signature_prefix": "signature", "ms-outlook-mobile-signature": "signature",
	"divrplyfwdmsg": "rest", "outlookmessageheader": "rest", "appendonsend": "rest", "mail-editor-reference-message-container": "rest",
	"ms-outlook-mobile-reference-message": "rest", "moz-forward-container": "rest",
}

// breaksLine are the elements that end the line before them.
func breaksLine(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Td, atom.Th, atom.Tr, atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Pre, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd,
		atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Aside, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote,
		atom.Center, atom.Hr, atom.Address, atom.Body, atom.Html, atom.Figure:
		return true
	}
	return false
}

// write writes what of the tree belongs to one part.
func (n *node) write(b *strings.Builder, p place) {
	if n.token.Type == html.ErrorToken { // the root
		for _, c := range n.children {
			c.write(b, p)
		}
		return
	}
	if !n.holds[p] {
		return
	}
	b.WriteString(n.token.String())
	if n.leaf() {
		return
	}
	for _, c := range n.children {
		c.write(b, p)
	}
	b.WriteString("</" + n.token.Data + ">")
}
