package thread_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
)

func TestNoLinkToACustomersPageIsLeft(t *testing.T) {
	token, view := thread.Token([]byte("page"), 7, 3), thread.Token([]byte("view"), 7, 3)
	for _, c := range []struct{ text, want string }{
		{"https://help.test/c/T", "https://help.test/c/V"},
		{"See https://help.test/c/T/sooner, or (https://help.test/c/T).", "See https://help.test/c/V/sooner, or (https://help.test/c/V)."},
		{`<a href="https://help.test/c/T?done=words">here</a>`, `<a href="https://help.test/c/V?done=words">here</a>`},
		{"https://safe.test/?url=https%3A%2F%2Fhelp.test%2Fc%2FT%2Fcall&d=1", "https://safe.test/?url=https%3A%2F%2Fhelp.test%2Fc%2FV%2Fcall&d=1"},
		{"https://urldefense.test/v2/url?u=https-3A__help.test_c_T", "https://urldefense.test/v2/url?u=https-3A__help.test_c_V"},
		{"https://count.test/u=https-3A-2F-2Fhelp.test-2Fc-2FT", "https://count.test/u=https-3A-2F-2Fhelp.test-2Fc-2FV"},
		{"/c/short and /c/ and /contacts/7 stay", "/c/short and /c/ and /contacts/7 stay"},
	} {
		for _, spelt := range []string{token, strings.ToUpper(token)} {
			text, want := strings.ReplaceAll(c.text, "T", spelt), strings.ReplaceAll(c.want, "V", view)
			if got := kept.Veil(text, view); got != want {
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
	got := string(thread.VeilMail([]byte(mail)))
	if len(got) != len(mail) {
		t.Errorf("%d bytes became %d", len(mail), len(got))
	}
	x := strings.ReplaceAll(link, token, strings.Repeat("x", len(token)))
	for _, want := range []string{"> " + x + "\r\n", x[:20] + "=\r\n" + x[20:26] + "=\r\n" + x[26:], lines(long + x + long)} {
		if !strings.Contains(got, want) {
			t.Errorf("without %q:\n%s", want, got)
		}
	}
	whole := "Subject: A picture\r\n\r\n" + lines(strings.Repeat("\x00\x01\x02/c/", 500))
	if string(thread.VeilMail([]byte(whole))) != whole {
		t.Error("a file that holds no link was changed")
	}
}
