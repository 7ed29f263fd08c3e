// Package words is what Kept says to people, in every shipped language: sentences by key from the
// JSON catalogues beside it, and times told as a person tells them ("today by 9:45", "in 2 h 10
// min"). It is pure: the hour and the zone are handed in. It knows nothing of pages or mails, and
// nothing of the desk's own screens, whose catalogue is web/catalogue.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Fallback is the language of whoever speaks none of ours.
const Fallback = "en"

// Languages are the shipped ones, the fallback first.
func Languages() []string { return []string{"en", "de"} }

//go:embed en.json de.json
var files embed.FS

// catalogues hold every language's sentences. They are read once, never written.
var catalogues = load()

// sentence has one form, or one for each plural category of CLDR ("one", "other").
type sentence map[string]string

// UnmarshalJSON reads a plain text, or an object of plural forms.
func (s *sentence) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*s = sentence{"other": text}
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(b, &forms); err != nil {
		return err
	}
	if forms["other"] == "" {
		return fmt.Errorf("plural forms without %q: %s", "other", b)
	}
	*s = forms
	return nil
}

// load reads the embedded catalogues. They are part of the program and tested, so a broken one
// stops it at once.
func load() map[string]map[string]sentence {
	all := map[string]map[string]sentence{}
	for _, language := range Languages() {
		b, err := files.ReadFile(language + ".json")
		if err != nil {
			panic(err)
		}
		var catalogue map[string]sentence
		if err := json.Unmarshal(b, &catalogue); err != nil {
			panic(language + ".json: " + err.Error())
		}
		all[language] = catalogue
	}
	return all
}

// Best is the first of the BCP 47 tags whose language is shipped ("de-AT" is spoken as "de"), or
// the fallback.
func Best(tags ...string) string {
	for _, tag := range tags {
		primary, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(tag)), "_", "-"), "-")
		if _, ok := catalogues[primary]; ok {
			return primary
		}
	}
	return Fallback
}

// Has reports whether the catalogues have a sentence for the key.
func Has(key string) bool { return catalogues[Fallback][key] != nil }

// Say is the catalogue's sentence for a key, in the best shipped language for the tag, with its
// {placeholders} filled from pairs of name and value. The value of "n", where it is an int, chooses
// the plural form. Values are put in as they are, and once: braces in them mean nothing. A value
// that is written from right to left is isolated, so that it can't reorder the sentence. A key that
// no catalogue has is said as itself, which a test would notice before a customer does.
func Say(language, key string, pairs ...any) string {
	forms, ok := catalogues[Best(language)][key]
	if !ok {
		return key
	}
	form := forms["other"]
	if len(pairs) == 0 {
		return form
	}
	fill := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		name := fmt.Sprint(pairs[i])
		if n, isInt := pairs[i+1].(int); isInt && name == "n" && n == 1 && forms["one"] != "" {
			form = forms["one"] // English and German have no other category
		}
		fill = append(fill, "{"+name+"}", isolate(fmt.Sprint(pairs[i+1])))
	}
	return strings.NewReplacer(fill...).Replace(form)
}

// isolate wraps text that has letters written from right to left in FIRST STRONG ISOLATE and POP
// DIRECTIONAL ISOLATE (UAX #9), which plain text, mail subjects and pages all understand.
func isolate(text string) string {
	for _, r := range text {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return "\u2068" + text + "\u2069"
		}
	}
	return text
}

// First is the sentence with its first letter large, for where one begins with "today".
func First(text string) string {
	for i, r := range text {
		return text[:i] + string(unicode.ToUpper(r)) + text[i+len(string(r)):]
	}
	return text
}

// Line is text on one line: line breaks, control characters and those that
// turn the direction of text become spaces, and it ends in "…"
// where it has more than limit letters. A stranger's name or subject goes through it before it
// stands in a heading or a mail's subject.
func Line(text string, limit int) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, "\ufffd"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
	letters := []rune(text)
	if len(letters) <= limit {
		return text
	}
	return strings.TrimSpace(string(letters[:limit-1])) + "…"
}
