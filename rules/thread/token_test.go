package thread

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
)

var key = []byte("a key of some length, as the desk makes them")

func TestATokenSurvivesTheMailHostsThatChangeCase(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		conversation := kept.ID(rapid.Int64Range(1, 1<<62).Draw(t, "conversation"))
		contact := kept.ID(rapid.Int64Range(1, 1<<62).Draw(t, "contact"))
		token := Token(key, conversation, contact)
		if token != strings.ToLower(token) || len(token) > 50 {
			t.Fatalf("token %q", token)
		}
		base, found := SplitAddress(strings.ToUpper(Address("help@northlight.test", token)))
		if !strings.EqualFold(base, "help@northlight.test") {
			t.Fatalf("base %q", base)
		}
		a, b, ok := ReadToken(key, found)
		if !ok || a != conversation || b != contact {
			t.Fatalf("read %d %d %v, want %d %d", a, b, ok, conversation, contact)
		}
		if _, _, ok := ReadToken([]byte("another key"), found); ok {
			t.Fatal("another key reads it")
		}
	})
}

func TestNoChangedTokenIsRead(t *testing.T) {
	token := Token(key, 123456, 7890)
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	for i := range len(token) {
		for _, c := range alphabet {
			changed := token[:i] + string(c) + token[i+1:]
			if _, _, ok := ReadToken(key, changed); ok && changed != token {
				t.Errorf("%q is read", changed)
			}
		}
	}
	for _, s := range []string{"", token + "a", token[1:], token[:len(token)-1], " " + token, strings.Repeat("a", 1000)} {
		if _, _, ok := ReadToken(key, s); ok {
			t.Errorf("%q is read", s)
		}
	}
	if Token(key, 0, 1) != "" || Token(key, 1, 0) != "" || Token(key, -1, 1) != "" {
		t.Error("a token for nobody")
	}
}

func TestAnAddressWithoutATokenStaysAsItIs(t *testing.T) {
	for addr, want := range map[string][2]string{
		"help@x.test":     {"help@x.test", ""},
		"help+abc@x.test": {"help@x.test", "abc"},
		"a+b+abc@x.test":  {"a+b@x.test", "abc"},
		"+abc@x.test":     {"+abc@x.test", ""},
		"help+@x.test":    {"help+@x.test", ""},
		"nowhere":         {"nowhere", ""},
		"":                {"", ""},
	} {
		base, token := SplitAddress(addr)
		if base != want[0] || token != want[1] {
			t.Errorf("%q: %q %q", addr, base, token)
		}
	}
	if got := Address("help@x.test", ""); got != "help@x.test" {
		t.Error(got)
	}
}

func FuzzReadToken(f *testing.F) {
	f.Add(Token(key, 1, 2))
	f.Add("aaaa")
	f.Fuzz(func(t *testing.T, s string) {
		a, b, ok := ReadToken(key, s)
		if ok && Token(key, a, b) != strings.ToLower(s) {
			t.Errorf("%q is read as %d %d", s, a, b)
		}
		base, token := SplitAddress(s)
		if token != "" && Address(base, token) != s {
			t.Errorf("%q splits into %q %q", s, base, token)
		}
	})
}
