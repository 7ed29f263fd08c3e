package mail

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// dangers lists what in a document could run, load or leave its place, as a browser's parser sees it.
func dangers(t testing.TB, document string) (found []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(document))
	if err != nil {
		return nil // too deep for the checker
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			if n.Type == html.CommentNode {
				found = append(found, "comment "+n.Data)
			}
			continue
		}
		switch n.Data {
		case "html", "head", "body", "tbody", "tr", "colgroup":
		case "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "link", "meta", "base", "form", "input", "button", "textarea",
			"select", "svg", "math", "template", "noscript", "video", "audio", "source", "track", "canvas", "portal", "dialog", "title", "xmp", "plaintext", "noembed", "noframes", "marquee", "bgsound", "isindex":
			found = append(found, "<"+n.Data+">")
		}
		if n.Namespace != "" {
			found = append(found, "namespace "+n.Namespace)
		}
		for _, a := range n.Attr {
			found = append(found, dangerOf(n.Data, a)...)
		}
	}
	return found
}

var badStyle = regexp.MustCompile(`(?i)url\s*\(|expression\s*\(|image(-set)?\s*\(|script:|(^|;)\s*(position|z-index|float|overflow[a-z-]*|transform|animation[a-z-]*|behavior|-moz-binding|content)\s*:|@|\\|/\*`)

func dangerOf(element string, a html.Attribute) (found []string) {
	if strings.HasPrefix(a.Key, "on") || a.Namespace != "" {
		return []string{a.Key}
	}
	switch a.Key {
	case "style":
		if badStyle.MatchString(a.Val) {
			return []string{"style " + a.Val}
		}
	case "src":
		if element != "img" || !localSource.MatchString(a.Val) {
			return []string{"src " + a.Val}
		}
	case "href":
		u, err := url.Parse(a.Val)
		if err != nil || element != "a" {
			return []string{"href " + a.Val}
		}
		switch u.Scheme {
		case "http", "https", "mailto", "tel":
		default:
			return []string{"href " + a.Val}
		}
	case "srcset", "background", "poster", "action", "formaction", "data", "code", "codebase", "archive", "lowsrc", "dynsrc", "longdesc", "usemap", "cite", "ping", "srcdoc", "xlink:href", "id", "name", "is", "slot", "contenteditable", "autofocus", "tabindex", "accesskey":
		return []string{a.Key}
	}
	return nil
}

func TestNoPayloadRunsOrLoads(t *testing.T) {
	payloads := 0
	for line := range strings.SplitSeq(strings.TrimSpace(string(corpusFile(t, "html/payloads.jsonl"))), "\n") {
		var p struct{ ID, Title, Payload string }
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		payloads++
		safe := Sanitise(p.Payload, Options{})
		for _, d := range dangers(t, safe) {
			t.Errorf("%s %s: %s in %q", p.ID, p.Title, d, safe)
		}
		if again := Sanitise(safe, Options{}); again != safe {
			t.Errorf("%s: %q becomes %q", p.ID, safe, again)
		}
	}
	t.Logf("%d payloads", payloads)
}

func TestNoMailOfTheCorpusRunsOrLoads(t *testing.T) {
	shown := 0
	for _, path := range corpusMails(t) {
		in := Parse(corpusFile(t, "mail/"+path))
		if in.HTML == "" {
			continue
		}
		shown++
		for _, d := range dangers(t, in.HTML) {
			t.Errorf("%s: %s", path, d)
		}
	}
	t.Logf("%d mails with HTML", shown)
}

func TestWhatIsSafeStays(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"words", `<p>Hello <b>you</b> &amp; me</p>`, `<p>Hello <b>you</b> &amp; me</p>`},
		{"a link", `<a href="https://x.test/?a=1&amp;b=2" onclick="x()">go</a>`, `<a href="https://x.test/?a=1&amp;b=2" rel="noopener noreferrer nofollow" target="_blank">go</a>`},
		{"a script link", `<a href="java` + "\n" + `script:alert(1)">go</a>`, `<a>go</a>`},
		{"a remote image", `<img src="https://x.test/p.png" alt="p" width="40px">`, `<img data-src="https://x.test/p.png" alt="p" width="40">`},
		{"an image without a scheme", `<img src="//x.test/p.png">`, `<img data-src="https://x.test/p.png">`},
		{"an inline image", `<img src="cid:a@b">`, `<img src="cid:a@b">`},
		{"a picture in the mail", `<img src="data:image/png;base64,AAAA">`, `<img src="data:image/png;base64,AAAA">`},
		{"an SVG in the mail", `<img src="data:image/svg+xml;base64,AAAA">`, `<img>`},
		{"colours", `<p style="color: red; position:fixed; background:url(https://x.test/a); font-family: &quot;Segoe UI&quot;, Arial">x</p>`, `<p style="color:red;font-family:&#39;Segoe UI&#39;, Arial">x</p>`},
		{"a style that hides its address", `<p style="background:u\72l(//x)">x</p>`, `<p>x</p>`},
		{"a cell left open", `<table><tr><td>a<td>b</table></b>c`, `<table><tr><td>a<td>b</td></td></tr></table>c`},
		{"what quotes", `<div class="gmail_quote evil" id="divRplyFwdMsg">x</div>`, `<div class="gmail_quote divRplyFwdMsg">x</div>`},
		{"a style sheet", `<style>@import url(//x)</style><title>t</title>y`, `y`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Sanitise(c.in, Options{}); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestImagesComeFromWhereTheReaderAllows(t *testing.T) {
	source := `<img src="cid:logo@x"><img src="https://x.test/a.png"><img data-src="https://x.test/b.png"><img src="/api/me">`
	blocked := Sanitise(source, Options{CID: func(cid string) string { return "/api/attachments/cid?id=" + url.QueryEscape(cid) }})
	if want := `<img src="/api/attachments/cid?id=logo%40x"><img data-src="https://x.test/a.png"><img data-src="https://x.test/b.png"><img>`; blocked != want {
		t.Errorf("got %s", blocked)
	}
	if n := RemoteImages(blocked); n != 2 {
		t.Errorf("%d blocked", n)
	}
	allowed := Sanitise(blocked, Options{Images: func(u string) string { return "/api/images?url=" + url.QueryEscape(u) }})
	if want := `<img src="/api/attachments/cid?id=logo%40x"><img src="/api/images?url=https%3A%2F%2Fx.test%2Fa.png"><img src="/api/images?url=https%3A%2F%2Fx.test%2Fb.png"><img>`; allowed != want {
		t.Errorf("got %s", allowed)
	}
	if evil := Sanitise(source, Options{Images: func(u string) string { return u }}); strings.Contains(evil, `src="https`) && !strings.Contains(evil, `data-src="https`) {
		t.Errorf("a remote address came through: %s", evil)
	}
}

func TestTextIsReadFromHTMLAsAPersonWould(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"cells", `<table><tr><td>Total</td><td>12 €</td></tr><tr><td>VAT</td><td>2 €</td></tr></table>`, "Total  12 €\nVAT  2 €"},
		{"a preheader", `<div style="display:none;max-height:0">Save now!</div><p>Hello</p>`, "Hello"},
		{"lists", `<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>`, "- a\n- b\n  1. c\n  2. d"},
		{"links", `<a href="https://x.test/a">here</a> <a href="https://x.test/">x.test</a> <a href="mailto:a@x.test">a@x.test</a>`, "here <https://x.test/a> x.test a@x.test"},
		{"a quote", `<p>Yes</p><blockquote>Shall<br>we?</blockquote>`, "Yes\n\n> Shall\n> we?"},
		{"script and style", `<head><title>t</title><style>p{}</style></head><body>x<script>1</script></body>`, "x"},
		{"blanks", "<p>a\n  b</p>\n<p>c&nbsp;d</p>", "a b\n\nc d"},
		{"code", "<pre>a\n  b</pre>", "a\n  b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := TextFromHTML(c.in); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestTextBecomesHTMLThatSaysTheSame(t *testing.T) {
	got := HTMLFromText("Hi <b> & you,\nsee https://x.test/a?b=1&c=2.\n\n  bye")
	want := "<p>Hi &lt;b&gt; &amp; you,<br>\nsee <a href=\"https://x.test/a?b=1&amp;c=2\">https://x.test/a?b=1&amp;c=2</a>.</p>\n<p>\u00a0 bye</p>"
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func FuzzSanitise(f *testing.F) {
	f.Add(`<p style="color:red">a<img src=x onerror=1><a href="javascript:1">`)
	f.Add(`<svg><style><img src=x onerror=alert(1)></style></svg>`)
	f.Add(`<table><td><form><math><mtext></form><form><mglyph><style></math><img src onerror=1>`)
	f.Add(`<div style="background:url('http://x')" class="gmail_quote">`)
	f.Fuzz(func(t *testing.T, source string) {
		safe := Sanitise(source, Options{})
		for _, d := range dangers(t, safe) {
			t.Errorf("%s in %q of %q", d, safe, source)
		}
		TextFromHTML(source)
		HTMLFromText(source)
	})
}
