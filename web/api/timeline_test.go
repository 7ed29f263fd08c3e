package api

import (
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
)

// A mail's HTML is a stranger's. Whatever it holds, no picture is left that asks for a part of a mail.
func FuzzPicturesOfAMail(f *testing.F) {
	for _, seed := range []string{
		`<img src="cid:a@b">`, `<IMG SRC="CID:a%40b" alt="x">`, `<img src="cid:">`, `<img src="cid:%zz&amp;&#34;">`, `<p>src="cid:a"</p>`, ``,
	} {
		f.Add(seed, "a@b")
	}
	f.Fuzz(func(t *testing.T, body, cid string) {
		out := pictured(body, []kept.Attachment{{ID: 7, CID: cid}, {ID: 8}})
		if cidSource.MatchString(out) {
			t.Errorf("%q becomes %q", body, out)
		}
		if !strings.Contains(strings.ToLower(body), "cid:") && out != body {
			t.Errorf("%q was changed to %q", body, out)
		}
	})
}
