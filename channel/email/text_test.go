package email

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// FuzzTheTraceLine: whatever a client says of itself, our line stays one header field of printable text.
func FuzzTheTraceLine(f *testing.F) {
	f.Add("customer.test", "192.0.2.1", "help@northlight.test")
	f.Add("a)\r\nBcc: x", "2001:db8::1", "\"a b\"@x.test")
	f.Add("", "", "\xff\xfe;\x00")
	f.Fuzz(func(t *testing.T, helo, _, rcpt string) {
		line := received(Envelope{Helo: helo, Remote: "2001:db8::1", Rcpts: []string{rcpt}}, "mx.test", "ESMTP", time.Unix(0, 0))
		if !utf8.Valid(line) {
			t.Fatalf("not UTF-8: %q", line)
		}
		m, err := mail.ReadMessage(bytes.NewReader(append(line, "\r\nbody"...)))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if len(m.Header) != 1 || len(m.Header["Received"]) != 1 || hops(line) != 1 {
			t.Fatalf("%q became %v", line, m.Header)
		}
		if got := m.Header.Get("Received"); strings.Count(got, ";") != 1 || !strings.HasSuffix(got, "; Thu, 1 Jan 1970 00:00:00 +0000") {
			t.Fatalf("the date is lost: %q", got)
		}
		for _, physical := range strings.Split(string(line), "\r\n") {
			if len(physical) > 998 {
				t.Fatalf("a line of %d bytes", len(physical))
			}
		}
	})
}

func FuzzCountingHops(f *testing.F) {
	f.Add([]byte("Received: a\r\nReceived: b\r\n\r\nReceived: quoted\r\n"))
	f.Add([]byte("received :\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if n := hops(raw); n < 0 || n > bytes.Count(bytes.ToLower(raw), []byte("received")) {
			t.Fatalf("%d hops in %q", n, raw)
		}
		if got, want := hops(append([]byte("Received: x\r\n"), raw...)), hops(raw)+1; got != want {
			t.Fatalf("one more line makes %d, want %d", got, want)
		}
	})
}

func TestMendedLineEndsArePairsAndNothingElseChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := []byte(rapid.StringOf(rapid.SampledFrom([]rune{'\r', '\n', '.', 'a', 'é'})).Draw(t, "raw"))
		out := crlf(raw)
		if !clean(out) {
			t.Fatalf("%q still has a bare one", out)
		}
		if clean(raw) && !bytes.Equal(out, raw) {
			t.Fatalf("a right mail was changed: %q became %q", raw, out)
		}
		drop := strings.NewReplacer("\r", "", "\n", "")
		if drop.Replace(string(out)) != drop.Replace(string(raw)) {
			t.Fatalf("%q became %q", raw, out)
		}
	})
}

func TestAnAddressIsSplitIntoMailboxAndTag(t *testing.T) {
	for address, want := range map[string][2]string{
		"Help+C7-Token@Northlight.Test": {"help@northlight.test", "C7-Token"},
		"help@northlight.test":          {"help@northlight.test", ""},
		"help+a+b@x.test":               {"help@x.test", "a+b"},
		"+tag@x.test":                   {"+tag@x.test", ""},
		"help+@x.test":                  {"help@x.test", ""},
		`"a@b+c"@x.test`:                {`"a@b@x.test`, `c"`},
		"postmaster":                    {"postmaster", ""},
		"":                              {"", ""},
	} {
		mailbox, tag := Mailbox(address)
		if got := [2]string{mailbox, tag}; got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
