package mail

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
)

// word draws text as people and attackers write it.
func drawn(t *rapid.T, label string) string {
	return rapid.StringOf(rapid.SampledFrom([]rune("abcXYZ 019äöüßéñ日本語😀<>&\"'\\(),;:@=?_-.+%\r\n\t\x00"))).Draw(t, label)
}

func drawnID(t *rapid.T, label string) string {
	return rapid.StringMatching(`[a-z0-9.]{1,40}@[a-z0-9]{1,20}\.test`).Draw(t, label)
}

func drawnAddress(t *rapid.T, label string) kept.Address {
	return kept.Address{Name: drawn(t, label+" name"), Email: rapid.StringMatching(`[a-z0-9]{1,10}([.+_-][a-z0-9]{1,10}){0,2}@[a-z0-9]{1,10}\.test`).Draw(t, label)}
}

func drawnOutbound(t *rapid.T) kept.Outbound {
	out := kept.Outbound{
		From: drawnAddress(t, "from"), Subject: drawn(t, "subject"), MessageID: drawnID(t, "id"), Text: drawn(t, "text"),
		Language: "de", At: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), 0).UTC(),
	}
	for range rapid.IntRange(1, 3).Draw(t, "recipients") {
		out.To = append(out.To, drawnAddress(t, "to"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "copies") {
		out.CC = append(out.CC, drawnAddress(t, "cc"))
	}
	for range rapid.IntRange(0, 30).Draw(t, "references") {
		out.References = append(out.References, drawnID(t, "reference"))
	}
	if len(out.References) > 0 {
		out.InReplyTo = out.References[len(out.References)-1]
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "files") {
		out.Attachments = append(out.Attachments, kept.Attachment{
			Name: drawn(t, "file"), Type: rapid.SampledFrom([]string{"image/png", "text/plain", "text/html", "message/rfc822", "", "x\r\ny/z", "application/pdf"}).Draw(t, "type"),
			Bytes: rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"), Inline: i == 0, CID: rapid.SampledFrom([]string{"", "logo@northlight.test", "a b"}).Draw(t, "cid"),
		})
	}
	out.ReplyTo = rapid.SampledFrom([]string{"", "help+abcdefg234567@northlight.test"}).Draw(t, "reply to")
	out.Automatic = rapid.SampledFrom([]string{"", "auto-replied", "auto-generated"}).Draw(t, "automatic")
	return out
}

func TestWhatIsBuiltIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		out := drawnOutbound(t)
		raw, err := Build(out, BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		again, err := Build(out, BuildOptions{})
		if err != nil || !bytes.Equal(raw, again) {
			t.Fatalf("the same mail is not the same bytes (%v)", err)
		}
		in := Parse(raw)
		if want := clip(clean(out.Subject), 500); in.Subject != want {
			t.Errorf("subject %q, want %q", in.Subject, want)
		}
		if want := strings.Trim(plainLines(out.Text), "\n"); strings.TrimSpace(want) != "" && in.Text != want {
			t.Errorf("text %q, want %q", in.Text, want)
		}
		if in.MessageID != out.MessageID || len(in.InReplyTo) > 0 && in.InReplyTo[0] != out.InReplyTo || len(in.InReplyTo) == 0 && out.InReplyTo != "" {
			t.Errorf("ids %q %q", in.MessageID, in.InReplyTo)
		}
		for _, r := range in.References {
			if !slices.Contains(out.References, r) {
				t.Errorf("reference %q", r)
			}
		}
		if len(out.References) > 0 && (in.References[0] != out.References[0] || len(in.References) > shownReferences) {
			t.Errorf("references %q of %q", in.References, out.References)
		}
		for _, pair := range [][2][]kept.Address{{in.From, {out.From}}, {in.To, out.To}, {in.CC, out.CC}} {
			if !sameAddresses(pair[0], pair[1]) {
				t.Errorf("addresses %q, want %q", pair[0], pair[1])
			}
		}
		if !in.SentAt.Equal(out.At) {
			t.Errorf("date %v, want %v", in.SentAt, out.At)
		}
		checkFiles(t, in, out)
		checkLines(t, raw)
		if automatic := in.Kind == kept.MailAutoReply; automatic != (out.Automatic != "") && !awayPhrase(in.Subject) {
			t.Errorf("kind %q of %q", in.Kind, out.Automatic)
		}
	})
}

func sameAddresses(got, want []kept.Address) bool {
	return slices.EqualFunc(got, want, func(a, b kept.Address) bool {
		return a.Email == b.Email && letters(a.Name, 1000) == letters(clip(clean(b.Name), 200), 1000)
	})
}

func checkFiles(t *rapid.T, in kept.Inbound, out kept.Outbound) {
	var got, want []string
	for _, a := range in.Attachments {
		got = append(got, string(a.Bytes))
	}
	for _, a := range out.Attachments {
		if len(a.Bytes) > 0 || !(a.Inline && bracketed(a.CID) != "") {
			want = append(want, string(a.Bytes))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

// checkLines holds the form of RFC 5322: lines end with CRLF and are no longer than 998 bytes.
func checkLines(t *rapid.T, raw []byte) {
	for line := range bytes.SplitSeq(raw, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
			t.Errorf("a line of %d bytes: %.100q", len(line), line)
		}
	}
}

func TestNoFieldSmugglesAHeader(t *testing.T) {
	const evil = "x\r\nBcc: eve@y.test\r\n\r\n<script>"
	raw, err := Build(kept.Outbound{
		From: kept.Address{Name: evil, Email: "help@northlight.test"}, To: []kept.Address{{Name: evil, Email: "ana@x.test"}}, Subject: evil, MessageID: "a@b" + evil,
		InReplyTo: evil, References: []string{evil, "ok@x.test"}, Text: "t", Language: evil, Automatic: evil, At: time.Unix(0, 0),
		Attachments: []kept.Attachment{{Name: evil, Type: evil, CID: evil, Inline: true, Bytes: []byte("b")}},
	}, BuildOptions{Unsubscribe: "https://x.test/" + evil})
	if err != nil {
		t.Fatal(err)
	}
	h, _, _ := readHeader(raw)
	if h.has("bcc") || bytes.Contains(raw, []byte("\r\nBcc:")) {
		t.Errorf("%s", raw)
	}
	for _, a := range []string{"", "a", "a@", "@b", "a@b\r\nBcc: c@d", "a b@c d", "<a@b>", "a@b,c@d"} {
		if _, err := Build(kept.Outbound{From: kept.Address{Email: "h@x.test"}, To: []kept.Address{{Email: a}}}, BuildOptions{}); err == nil {
			t.Errorf("%q is taken for an address", a)
		}
	}
}

func TestAnAutomaticMailSaysSo(t *testing.T) {
	raw, err := Build(kept.Outbound{
		From: kept.Address{Name: "Ana at Bücher", Email: "hilfe@bücher.test"}, To: []kept.Address{{Email: "ana@x.test"}}, Subject: "Grüße", MessageID: "m@bücher",
		Text: "Wir haben Ihre Nachricht.", Language: "de-AT", Automatic: "auto-replied", At: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC),
	}, BuildOptions{Unsubscribe: "https://desk.test/u/1"})
	if err != nil {
		t.Fatal(err)
	}
	h, _, _ := readHeader(raw)
	for name, want := range map[string]string{
		"auto-submitted": "auto-replied", "x-auto-response-suppress": "All", "precedence": "auto_reply", "content-language": "de-AT",
		"list-unsubscribe": "<https://desk.test/u/1>", "date": "Sat, 21 Nov 2026 12:00:00 +0000", "mime-version": "1.0",
	} {
		if got := h.first(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if in := Parse(raw); in.From[0].Email != "hilfe@xn--bcher-kva.test" || in.Kind != kept.MailAutoReply {
		t.Errorf("%+v %s", in.From, in.Kind)
	}
}
