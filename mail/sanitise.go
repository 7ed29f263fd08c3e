package mail

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Options say where the images of a mail may come from.
type Options struct {
	CID    func(cid string) string // where an inline image lies with us; nil: cid: stays as it is, and loads nothing
	Images func(url string) string // our proxy's address for a remote image; nil: remote images are blocked
}

// Sanitise makes HTML that can be shown: nothing in it runs, nothing in it loads from elsewhere, and
// nothing in it leaves its place. A remote image keeps its address in data-src (RemoteImages counts
// them), so that a reader may allow it. What was sanitised before stays as it is.
func Sanitise(source string, o Options) string {
	return strict().Sanitize(prepare(clip(source, maxText), o))
}

// RemoteImages counts the images that Sanitise blocked.
func RemoteImages(safe string) int { return strings.Count(safe, ` data-src="`) }

// strict is the allow-list that everything has to pass, whatever our own pass did.
var strict = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "div", "span", "br", "hr", "wbr", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "small", "big", "sub", "sup",
		"tt", "code", "pre", "kbd", "samp", "var", "cite", "q", "abbr", "mark", "center", "font", "blockquote", "address",
		"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
		"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th", "figure", "figcaption",
		"section", "article", "header", "footer", "main", "aside", "nav", "details", "summary", "a", "img")
	number := regexp.MustCompile(`^\d{1,4}%?$`)
	colour := regexp.MustCompile(`^(#?[0-9A-Fa-f]{3,8}|[A-Za-z]{3,24})$`)
	p.AllowAttrs("style").Matching(safeStyle).Globally()
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^[A-Za-z0-9_ -]{1,120}$`)).Globally()
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`(?i)^(ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z0-9-]{2,20}$`)).Globally()
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("align").Matching(regexp.MustCompile(`(?i)^(left|right|center|justify|char)$`)).Globally()
	p.AllowAttrs("valign").Matching(regexp.MustCompile(`(?i)^(top|middle|bottom|baseline)$`)).Globally()
	p.AllowAttrs("bgcolor").Matching(colour).Globally()
	p.AllowAttrs("width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "span", "hspace", "vspace", "start", "value").Matching(number).Globally()
	p.AllowAttrs("color").Matching(colour).OnElements("font")
	p.AllowAttrs("face").Matching(regexp.MustCompile(`^[\p{L}0-9 ,'-]{1,100}$`)).OnElements("font")
	p.AllowAttrs("size").Matching(regexp.MustCompile(`^[+-]?\d$`)).OnElements("font")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^(1|a|A|i|I|disc|circle|square|cite)$`)).OnElements("ol", "ul", "li", "blockquote")
	p.AllowAttrs("nowrap").Matching(regexp.MustCompile(`(?i)^(|nowrap)$`)).OnElements("td", "th")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^noopener noreferrer nofollow$`)).OnElements("a")
	p.AllowAttrs("target").Matching(regexp.MustCompile(`^_blank$`)).OnElements("a")
	p.AllowAttrs("src").Matching(localSource).OnElements("img")
	p.AllowAttrs("data-src").Matching(regexp.MustCompile(`(?i)^https?://`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.AllowDataURIImages()
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AllowNoAttrs().OnElements("span", "font", "a", "img")
	return p
})

// localSource is what an image may load without asking: our own paths, parts of the mail, small
// pictures in the mail itself. SVG can hold script and is not among them.
var localSource = regexp.MustCompile(`(?i)^(/[^/\\][^\\]*|cid:[^\s"'<>]+|data:image/(png|gif|jpe?g|webp);base64,[a-z0-9+/=]+)$`)

// quoteMarks are the classes and ids by which mailers mark what they quote and sign; the fold needs them.
var quoteMarks = regexp.MustCompile(`^(gmail_(quote|attr|signature|extra|quote_container|signature_prefix)|moz-(cite-prefix|signature|forward-container)|yahoo_quoted|yahoo-quoted-begin|yahoo_quoted_[0-9]+|protonmail_(quote|signature_block)|zmail_extra|tutanota_quote|OutlookMessageHeader|divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|AppleMailSignature|Signature|reply-intro|WordSection1|MsoSignature|x_gmail_quote|x_divRplyFwdMsg|x_appendonsend|stopSpelling|ms-outlook-mobile-reference-message|mail_quote|cite|quote|quoteheader|signature)$`)

// swallowed are elements whose content is no text of the mail.
func swallowed(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Noscript, atom.Template, atom.Object, atom.Iframe, atom.Noembed, atom.Noframes,
		atom.Applet, atom.Embed, atom.Svg, atom.Math, atom.Textarea, atom.Xmp, atom.Plaintext, atom.Select, atom.Video, atom.Audio, atom.Canvas, atom.Frameset:
		return true
	}
	return false
}

// prepare writes the document anew: attributes narrowed, links marked, images blocked or led to us,
// elements closed in order.
func prepare(source string, o Options) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(maxText)
	var open []atom.Atom
	var skip atom.Atom
	depth := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			for i := len(open) - 1; i >= 0; i-- {
				b.WriteString("</" + open[i].String() + ">")
			}
			return b.String()
		case html.TextToken:
			if skip == 0 {
				b.WriteString(html.EscapeString(string(z.Text())))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			a := t.DataAtom
			switch {
			case skip != 0:
				if a == skip && t.Type == html.StartTagToken {
					depth++
				} else if skip == atom.Head && a == atom.Body {
					skip = 0
				}
			case swallowed(a):
				if t.Type == html.StartTagToken && a != atom.Embed {
					skip, depth = a, 1
				}
			case a == 0 || !shown(a):
			case void(a):
				b.WriteString(element(t, o))
			case len(open) < maxNesting:
				b.WriteString(element(t, o))
				open = append(open, a)
			}
		case html.EndTagToken:
			t := z.Token()
			if skip != 0 {
				if t.DataAtom == skip {
					if depth--; depth <= 0 {
						skip = 0
					}
				}
				continue
			}
			open = closeElement(&b, open, t.DataAtom)
		}
	}
}

// closeElement closes an element and those left open in it; one that isn't open closes nothing.
func closeElement(b *strings.Builder, open []atom.Atom, a atom.Atom) []atom.Atom {
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] != a {
			// A cell or a block is never closed by a stray inline end tag from outside of it.
			if (open[i] == atom.Td || open[i] == atom.Th) && a != atom.Tr && a != atom.Table && a != atom.Tbody {
				return open
			}
			continue
		}
		for j := len(open) - 1; j >= i; j-- {
			b.WriteString("</" + open[j].String() + ">")
		}
		return open[:i]
	}
	return open
}

// shown are the elements of the allow-list; the strict policy has the last word.
func shown(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Span, atom.Br, atom.Hr, atom.Wbr, atom.B, atom.Strong, atom.I, atom.Em, atom.U, atom.S, atom.Strike, atom.Del, atom.Ins,
		atom.Small, atom.Big, atom.Sub, atom.Sup, atom.Tt, atom.Code, atom.Pre, atom.Kbd, atom.Samp, atom.Var, atom.Cite, atom.Q, atom.Abbr, atom.Mark,
		atom.Center, atom.Font, atom.Blockquote, atom.Address, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Li, atom.Dl,
		atom.Dt, atom.Dd, atom.Table, atom.Caption, atom.Colgroup, atom.Col, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Figure,
		atom.Figcaption, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Aside, atom.Nav, atom.Details, atom.Summary, atom.A, atom.Img:
		return true
	}
	return false
}

// element writes a start tag with the attributes that it may keep.
func element(t html.Token, o Options) string {
	var b strings.Builder
	b.WriteString("<" + t.Data)
	put := func(name, value string) {
		b.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
	}
	seen := map[string]bool{}
	var marks []string
	for _, a := range t.Attr {
		if seen[a.Key] || a.Namespace != "" {
			continue
		}
		seen[a.Key] = true
		switch a.Key {
		case "class", "id":
			marks = append(marks, keptMarks(a.Val)...)
		case "style":
			if s := narrowStyle(a.Val); s != "" {
				put("style", s)
			}
		case "href":
			if t.DataAtom == atom.A && safeLink(a.Val) {
				put("href", strings.TrimSpace(a.Val))
				put("rel", "noopener noreferrer nofollow")
				put("target", "_blank")
			}
		case "src", "data-src":
			if t.DataAtom == atom.Img && !seen["image"] {
				if name, value := imageSource(a.Key, a.Val, o); value != "" {
					seen["image"] = true
					put(name, value)
				}
			}
		case "align", "valign", "dir", "lang", "title", "bgcolor", "width", "height", "border", "cellpadding", "cellspacing", "colspan", "rowspan",
			"span", "hspace", "vspace", "start", "value", "color", "face", "size", "type", "nowrap", "alt":
			put(a.Key, strings.TrimSpace(strings.TrimSuffix(a.Val, "px")))
		}
	}
	if len(marks) > 0 {
		put("class", strings.Join(marks[:min(len(marks), 4)], " "))
	}
	b.WriteString(">")
	return b.String()
}

func keptMarks(value string) (marks []string) {
	for _, m := range strings.Fields(clip(value, 500)) {
		if quoteMarks.MatchString(m) {
			marks = append(marks, m)
		}
	}
	return marks
}

// safeLink allows what a person may follow: the web, mail, telephone.
func safeLink(href string) bool {
	scheme, _, ok := strings.Cut(strings.TrimSpace(href), ":")
	if !ok || len(href) > 8000 || strings.ContainsAny(href, "\x00\t\n\r") {
		return false
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return true
	}
	return false
}

// imageSource decides where an image loads from: not at all, until somebody allows it.
func imageSource(key, src string, o Options) (name, value string) {
	src = strings.TrimSpace(src)
	if strings.HasPrefix(src, "//") {
		src = "https:" + src
	}
	lower := strings.ToLower(clip(src, 40))
	switch {
	case strings.HasPrefix(lower, "cid:"):
		cid := strings.Trim(src[4:], "<> ")
		if o.CID == nil {
			return "src", "cid:" + cid
		}
		return ownPath(o.CID(cid))
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		if o.Images == nil {
			return "data-src", clip(src, 8000)
		}
		return ownPath(o.Images(src))
	case key == "src" && strings.HasPrefix(lower, "data:image/"), key == "src" && o.ours(src):
		if localSource.MatchString(src) {
			return "src", src
		}
	}
	return "", ""
}

// ours reports a path that an earlier pass put in; a stranger's relative path is indistinguishable
// and harmless only below the attachments' own address.
func (o Options) ours(src string) bool {
	return strings.HasPrefix(src, "/api/attachments/") && !strings.Contains(src, "..")
}

func ownPath(p string) (name, value string) {
	if !localSource.MatchString(p) {
		return "", ""
	}
	return "src", p
}

// safeStyle is what a style attribute may be once narrowed; the strict policy checks it again.
var safeStyle = regexp.MustCompile(`^(?:[a-z-]+:[\p{L}0-9 #%.,'()-]+;?)+$`)

var (
	styleName = map[string]bool{
		"color": true, "background-color": true, "background": true, "font": true, "font-family": true, "font-size": true, "font-style": true,
		"font-weight": true, "font-variant": true, "text-align": true, "text-decoration": true, "text-indent": true, "text-transform": true,
		"line-height": true, "letter-spacing": true, "word-spacing": true, "white-space": true, "vertical-align": true, "direction": true,
		"width": true, "max-width": true, "min-width": true, "height": true, "max-height": true, "border": true, "border-top": true, "border-right": true,
		"border-bottom": true, "border-left": true, "border-color": true, "border-style": true, "border-width": true, "border-collapse": true,
		"border-spacing": true, "border-radius": true, "border-top-color": true, "border-top-style": true, "border-top-width": true,
		"border-left-color": true, "border-left-style": true, "border-left-width": true, "padding": true, "padding-top": true, "padding-right": true,
		"padding-bottom": true, "padding-left": true, "margin": true, "margin-top": true, "margin-right": true, "margin-bottom": true,
		"margin-left": true, "list-style-type": true, "display": true, "table-layout": true, "word-break": true, "overflow-wrap": true, "word-wrap": true,
		"visibility": true, "mso-hide": true,
	}
	styleValue = regexp.MustCompile(`^[\p{L}0-9 #%.,'()-]+$`)
	styleCall  = regexp.MustCompile(`[a-z-]*\(`)
	bigLength  = regexp.MustCompile(`\d{5,}|\d{2,}(?:em|rem|vw|vh|ex|ch|in|cm)\b|\d(?:vw|vh|vmin|vmax)\b`)
)

// narrowStyle keeps the declarations that colour, size and space text within its place: none that
// load, move, cover, or reach out of the mail.
func narrowStyle(style string) string {
	if len(style) > 4000 {
		return ""
	}
	var out []string
	for _, declaration := range strings.Split(style, ";") {
		name, value, ok := strings.Cut(declaration, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		value = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(value, `"`, "'"), "!important", ""))
		value = strings.Join(strings.Fields(value), " ")
		if ok && styleName[name] && safeValue(name, strings.ToLower(value)) && len(out) < 60 {
			out = append(out, name+":"+value)
		}
	}
	return strings.Join(out, ";")
}

func safeValue(name, value string) bool {
	if value == "" || len(value) > 300 || !styleValue.MatchString(value) || bigLength.MatchString(value) {
		return false
	}
	for _, call := range styleCall.FindAllString(value, -1) {
		switch call {
		case "rgb(", "rgba(", "hsl(", "hsla(":
		default:
			return false
		}
	}
	switch {
	case name == "display":
		switch value {
		case "none", "block", "inline", "inline-block", "table", "table-row", "table-cell", "table-row-group", "list-item":
			return true
		}
		return false
	case strings.HasPrefix(name, "margin"), name == "text-indent", name == "letter-spacing", name == "word-spacing", strings.HasPrefix(name, "padding"):
		return !strings.Contains(value, "-")
	case name == "background":
		return !strings.Contains(value, "fixed")
	}
	return true
}
