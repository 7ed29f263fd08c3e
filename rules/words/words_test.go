package words_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/kept-desk/kept/rules/words"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// forms are all the texts of one catalogue, plural forms apart: "key" or "key/one".
func forms(t *testing.T, language string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(language, err)
	}
	all := map[string]string{}
	for key, value := range raw {
		switch value := value.(type) {
		case string:
			all[key] = value
		case map[string]any:
			for category, text := range value {
				all[key+"/"+category] = text.(string)
			}
		}
	}
	return all
}

func TestEveryLanguageSaysTheSameThings(t *testing.T) {
	ours := forms(t, words.Fallback)
	for _, language := range words.Languages() {
		theirs := forms(t, language)
		for key, text := range ours {
			other, ok := theirs[key]
			if !ok || strings.TrimSpace(other) == "" {
				t.Errorf("%s doesn't say %s", language, key)
				continue
			}
			a, b := placeholder.FindAllString(text, -1), placeholder.FindAllString(other, -1)
			slices.Sort(a)
			slices.Sort(b)
			sameLength := len(strings.Fields(text)) == len(strings.Fields(other))
			if strings.HasPrefix(key, "time.weekdays") || strings.HasPrefix(key, "time.months") {
				if !sameLength {
					t.Errorf("%s has another number of %s", language, key)
				}
			} else if !slices.Equal(slices.Compact(a), slices.Compact(b)) && key != "time.clock" {
				t.Errorf("%s fills %s with %v, not %v", language, key, b, a)
			}
		}
		for key := range theirs {
			if _, ok := ours[key]; !ok {
				t.Errorf("only %s says %s", language, key)
			}
		}
	}
}

// TestEveryKeyIsSaidAndEverySaidKeyIsThere holds the catalogues against the sources that speak.
func TestEveryKeyIsSaidAndEverySaidKeyIsThere(t *testing.T) {
	said := map[string]bool{}
	name := regexp.MustCompile("[\"`]((?:time|promise|portal|mail|notice)\\.[a-z_.]+)[\"`]")
	for _, pattern := range []string{"*.go", "../letter/*", "../../web/portal/*", "../../desk/*.go", "../../notify/*/*.go"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") || !slices.Contains([]string{".go", ".html", ".txt"}, filepath.Ext(path)) {
				continue
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range name.FindAllSubmatch(b, -1) {
				said[string(m[1])] = true
			}
		}
	}
	there := map[string]bool{}
	for key := range forms(t, words.Fallback) {
		key, _, _ = strings.Cut(key, "/")
		there[key] = true
		prefix := key[:strings.LastIndex(key, ".")+1]
		nameless := strings.TrimSuffix(strings.TrimSuffix(key, "_nameless"), "_bare")
		if !said[key] && !said[prefix] && !said[nameless] && !said[strings.TrimSuffix(key, "_what")] && !(said["portal.ask_"] && strings.HasPrefix(key, "portal.ask_")) {
			t.Errorf("nobody says %s", key)
		}
	}
	for key := range said {
		if !there[key] && !strings.HasSuffix(key, ".") && key != "portal.ask_" {
			t.Errorf("no catalogue has %s", key)
		}
	}
}

func TestSayingChoosesTheFormAndFillsOnce(t *testing.T) {
	for _, c := range []struct {
		language, key string
		pairs         []any
		should        string
	}{
		{"en", "time.in_days", []any{"n", 1}, "in 1 day"},
		{"en", "time.in_days", []any{"n", 3}, "in 3 days"},
		{"de", "time.in_days", []any{"n", 3}, "in 3 Tagen"},
		{"DE_ch", "time.late_days", []any{"n", 1}, "1 Tag zu spät"},
		{"fr", "time.today", nil, "today"},
		{"en", "promise.does.reply", []any{"who", "{who} & <Co>"}, "{who} & <Co> answers you."},
		{"en", "promise.does.reply", []any{"who", "محمد"}, "\u2068محمد\u2069 answers you."},
		{"en", "no.such.key", nil, "no.such.key"},
	} {
		if got := words.Say(c.language, c.key, c.pairs...); got != c.should {
			t.Errorf("%s in %s says %q, should say %q", c.key, c.language, got, c.should)
		}
	}
}

func TestTheFirstLanguageThatWeSpeakIsTaken(t *testing.T) {
	for should, tags := range map[string][]string{"de": {"ar", "de-AT", "en"}, "en": {"", "xx", "EN-gb"}} {
		if got := words.Best(tags...); got != should {
			t.Errorf("of %v we speak %q, not %q", tags, should, got)
		}
	}
	if got := words.Best(); got != words.Fallback {
		t.Error(got)
	}
}

func TestPeopleAreCalledByTheirNames(t *testing.T) {
	for name, should := range map[string][2]string{
		"Marta Oliveira":                      {"Marta", "Marta Oliveira"},
		"Jean-Luc van Beek":                   {"Jean-Luc van Beek", "Jean-Luc van Beek"},
		"Dr. Ruth Okafor":                     {"Dr. Ruth Okafor", "Dr. Ruth Okafor"},
		"Oliveira, Marta":                     {"Oliveira, Marta", "Oliveira, Marta"},
		"J. Smith":                            {"J. Smith", "J. Smith"},
		"Acme Support":                        {"Acme Support", "Acme Support"},
		"ACME GmbH":                           {"ACME GmbH", "ACME GmbH"},
		"王芳":                                  {"王芳", "王芳"},
		"marta@example.com":                   {"", ""},
		"":                                    {"", ""},
		"+353 91 555":                         {"", ""},
		"Cher":                                {"Cher", "Cher"},
		"Marta\r\nBcc: x Oliveira":            {"Marta Bcc: x Oliveira", "Marta Bcc: x Oliveira"},
		"Annegret Freifrau von und zu Hohenz": {"Annegret Freifrau von und zu Hohenz", "Annegret Freifrau von und zu Hohenz"},
	} {
		if en, de := words.Called("en", name), words.Called("de", name); en != should[0] || de != should[1] {
			t.Errorf("%q is called %q and %q, should be %q", name, en, de, should)
		}
	}
}

func TestALineStaysALine(t *testing.T) {
	for text, should := range map[string]string{
		"  Line is\r\ndown\t again ": "Line is down again",
		"a\u202egnp.exe":             "a gnp.exe",
		"\xff ok":                    "\ufffd ok",
		"abcdefghijklmnop":           "abcdefghi…",
	} {
		limit := 40
		if should == "abcdefghi…" {
			limit = 10
		}
		if got := words.Line(text, limit); got != should {
			t.Errorf("%q becomes %q, should be %q", text, got, should)
		}
	}
}
