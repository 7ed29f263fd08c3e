package thread

import (
	"regexp"
	"strings"
	"testing"
)

var tags = regexp.MustCompile(`<[^>]*>`)

// seen is the text of HTML, for comparing.
func seen(h string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(tags.ReplaceAllString(h, " "), "&nbsp;", " ")), " ")
}

func TestHTMLRepliesOfMailProgramsAreFolded(t *testing.T) {
	for _, c := range []struct{ name, html, visible, quoted, signature string }{
		{
			"gmail", `<div dir="ltr">It works now.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 2 Nov 2026 at 09:12, Help &lt;help@northlight.test&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0"><p>Please try again.</p></blockquote></div>`,
			"It works now.", "On Mon, 2 Nov 2026 at 09:12, Help &lt;help@northlight.test&gt; wrote: Please try again.", "",
		},
		{
			"gmail with answers between", `<div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Nov 2026, Help wrote:</div><blockquote class="gmail_quote">Which router?</blockquote></div><div>The black one.</div><blockquote class="gmail_quote">Since when?</blockquote><div>Since Friday.</div>`,
			"The black one. Since Friday.", "On Mon, 2 Nov 2026, Help wrote: Which router? Since when?", "",
		},
		{
			"outlook", `<div class="WordSection1"><p>Thanks, that is fine.</p><p>Ana</p><div><div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Help &lt;help@northlight.test&gt;<br><b>Sent:</b> Monday, 2 November 2026 09:12<br><b>To:</b> Ana<br><b>Subject:</b> RE: router</p></div></div><p>Old words.</p></div>`,
			"Thanks, that is fine. Ana", "From: Help &lt;help@northlight.test&gt; Sent: Monday, 2 November 2026 09:12 To: Ana Subject: RE: router Old words.", "",
		},
		{
			"outlook on the web, german", `<div>Danke!</div><div class="appendonsend"></div><hr><div class="divRplyFwdMsg"><b>Von:</b> Hilfe<br><b>Gesendet:</b> Montag<br><b>An:</b> Ana<br><b>Betreff:</b> Router</div><div>Alte Worte</div>`,
			"Danke!", "Von: Hilfe Gesendet: Montag An: Ana Betreff: Router Alte Worte", "",
		},
		{
			"apple", `<html><body>Yes, please.<br><br>Sent from my iPhone<br><div><br><blockquote type="cite">On 2 Nov 2026, at 09:12, Help &lt;help@northlight.test&gt; wrote:<br><br>Shall we?</blockquote></div></body></html>`,
			"Yes, please.", "On 2 Nov 2026, at 09:12, Help &lt;help@northlight.test&gt; wrote: Shall we?", "Sent from my iPhone",
		},
		{
			"thunderbird", `<p>Ja.</p><div class="moz-cite-prefix">Am 02.11.26 um 09:12 schrieb Hilfe:<br></div><blockquote type="cite">Geht es?</blockquote><p>Danke</p><pre class="moz-signature">-- 
Ana Lee</pre>`,
			"Ja. Danke", "Am 02.11.26 um 09:12 schrieb Hilfe: Geht es?", "-- Ana Lee",
		},
		{
			"lines alone", `Hello,<br>it broke again.<br><br>Le lun. 2 nov. 2026 à 09:12, Aide &lt;aide@northlight.test&gt; a écrit :<br>Bonjour<br>tout va bien`,
			"Hello, it broke again.", "Le lun. 2 nov. 2026 à 09:12, Aide &lt;aide@northlight.test&gt; a écrit : Bonjour tout va bien", "",
		},
		{"no quote at all", `<p>Hello</p><table><tr><td>a</td><td>b</td></tr></table>`, "Hello a b", "", ""},
		{"a quote alone", `<blockquote>To be</blockquote>`, "To be", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			visible, quoted, signature := FoldHTML(c.html)
			if seen(visible) != c.visible || seen(quoted) != c.quoted || seen(signature) != c.signature {
				t.Errorf("visible   %q\nquoted    %q\nsignature %q", seen(visible), seen(quoted), seen(signature))
			}
		})
	}
}

func FuzzFoldHTMLLosesNoText(f *testing.F) {
	f.Add(`<div>a<blockquote>b</blockquote>c</div>`)
	f.Add(`<pre>-- ` + "\n" + `x</pre>On 1/1/2026 a@x.test wrote:<br>b`)
	f.Fuzz(func(t *testing.T, source string) {
		if strings.ContainsAny(source, "\x00\r") {
			return
		}
		visible, quoted, signature := FoldHTML(source)
		count := func(s string) (n int) {
			for _, r := range grow(s).leaves(nil) {
				n += strings.Count(r.token.Data, "x")
			}
			return n
		}
		if visible == source && quoted == "" {
			return
		}
		if got := count(visible) + count(quoted) + count(signature); got < count(source) && !strings.Contains(strings.ToLower(source), "<script") {
			t.Errorf("%d of %d are left of %q: %q %q %q", got, count(source), source, visible, quoted, signature)
		}
	})
}
