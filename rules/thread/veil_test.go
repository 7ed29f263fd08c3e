package thread_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
)

// ours knows what is signed by the page's key, as the desk does.
func ours(token string) bool {
	_, _, ok := thread.ReadToken([]byte("page"), token)
	return ok
}

func TestNoLinkToACustomersPageIsLeft(t *testing.T) {
	token, view := thread.Token([]byte("page"), 7, 3), thread.Token([]byte("view"), 7, 3)
	another := thread.Token([]byte("another desk"), 7, 3)
	for _, c := range []struct{ text, want string }{
		{"https://help.test/c/TOKEN", "https://help.test/c/VIEW"},
		{"See https://help.test/c/TOKEN/sooner, or (https://help.test/c/TOKEN).", "See https://help.test/c/VIEW/sooner, or (https://help.test/c/VIEW)."},
		{`<a href="https://help.test/c/TOKEN?done=words">here</a>`, `<a href="https://help.test/c/VIEW?done=words">here</a>`},
		{"https://safe.test/?url=https%3A%2F%2Fhelp.test%2Fc%2FTOKEN%2Fcall&d=1", "https://safe.test/?url=https%3A%2F%2Fhelp.test%2Fc%2FVIEW%2Fcall&d=1"},
		{"https://urldefense.test/v2/url?u=https-3A__help.test_c_TOKEN", "https://urldefense.test/v2/url?u=https-3A__help.test_c_VIEW"},
		{"https://count.test/u=https-3A-2F-2Fhelp.test-2Fc-2FTOKEN", "https://count.test/u=https-3A-2F-2Fhelp.test-2Fc-2FVIEW"},
		{"https://help.test/c/TOKENRegards", "https://help.test/c/VIEWRegards"},
		{"/c/short and /c/ and /contacts/7 stay", "/c/short and /c/ and /contacts/7 stay"},
		{"https://www.youtube.com/c/FreeCodeCampOrganization stays", "https://www.youtube.com/c/FreeCodeCampOrganization stays"},
		{"https://shop.test/c/womenswinterjacketsandcoats?page=2 stays", "https://shop.test/c/womenswinterjacketsandcoats?page=2 stays"},
		{"cust_c_internationalorganization stays", "cust_c_internationalorganization stays"},
		{"/c/" + another + " of another desk stays", "/c/" + another + " of another desk stays"},
	} {
		for _, spelt := range []string{token, strings.ToUpper(token)} {
			text, want := strings.ReplaceAll(c.text, "TOKEN", spelt), strings.ReplaceAll(c.want, "VIEW", view)
			if got := kept.Veil(text, view, ours); got != want {
				t.Errorf("%s\nbecame %s\nwant   %s", text, got, want)
			}
		}
	}
}

func TestARawMailKeepsAllButTheTokens(t *testing.T) {
	token := thread.Token([]byte("page"), 7, 3)
	link := "https://help.test/c/" + token + "/sooner"
	folded := link[:20] + "=\r\n" + link[20:26] + "=\r\n" + link[26:]
	lines := func(text string) string {
		packed, out := base64.StdEncoding.EncodeToString([]byte(text)), ""
		for len(packed) > 76 {
			out, packed = out+packed[:76]+"\r\n", packed[76:]
		}
		return out + packed + "\r\n"
	}
	long := "It works, thank you. " + strings.Repeat("Grüße. ", 30)
	mail := "Subject: Re: c\r\n\r\n--b\r\n\r\n> " + link + "\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n> " + folded +
		"\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines(long+link+long) + "Regards\r\n--b--\r\n"
	got := string(thread.VeilMail([]byte(mail), ours))
	if len(got) != len(mail) {
		t.Errorf("%d bytes became %d", len(mail), len(got))
	}
	x := strings.ReplaceAll(link, token, strings.Repeat("x", len(token)))
	for _, want := range []string{"> " + x + "\r\n", x[:20] + "=\r\n" + x[20:26] + "=\r\n" + x[26:], lines(long + x + long)} {
		if !strings.Contains(got, want) {
			t.Errorf("without %q:\n%s", want, got)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"> https://help.test/c/" + token[:15] + "\r\n> " + token[15:] + "and", "> https://help.test/c/" + strings.Repeat("x", 15) + "\r\n> " + strings.Repeat("x", len(token)-15) + "and"},
		{"https://www.youtube.com/c/FreeCodeCampOrganization", "https://www.youtube.com/c/FreeCodeCampOrganization"},
	} {
		if got := string(thread.VeilMail([]byte(c.text), ours)); got != c.want {
			t.Errorf("%q\nbecame %q", c.text, got)
		}
	}
	whole := "Subject: A picture\r\n\r\n" + lines(strings.Repeat("\x00\x01\x02/c/", 500))
	if string(thread.VeilMail([]byte(whole), ours)) != whole {
		t.Error("a file that holds no link was changed")
	}
}
