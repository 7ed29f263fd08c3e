package words

import (
	"strings"
	"unicode"

	"github.com/kept-desk/kept/kept"
)

// titles begin names that aren't called by their first word.
const titles = " mr mrs ms miss mx dr prof sir dame lord lady herr frau the "

// firms are words of names that no person has.
const firms = " ltd inc llc gmbh ag kg co plc corp company group team support sales office accounts accounting billing info service services admin customer help desk the and & "

// Called is how a letter addresses a person in the language: by the first word of a plain name of
// two or three words in English ("Marta"), by the whole name otherwise. Where it can't be sure it
// takes the whole, which is never wrong; and nothing for what is no name, such as a mail address.
func Called(language, name string) string {
	name = Line(name, 60)
	if strings.ContainsAny(name, "@<>") || !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	parts := strings.Fields(name)
	if Best(language) != "en" || len(parts) < 2 || len(parts) > 3 || strings.Contains(name, ",") {
		return name
	}
	if strings.Contains(titles, " "+strings.ToLower(strings.Trim(parts[0], "."))+" ") {
		return name
	}
	for _, part := range parts {
		letters := []rune(part)
		plain := len(letters) > 1 && unicode.IsUpper(letters[0]) && unicode.In(letters[0], unicode.Latin) && !unicode.IsUpper(letters[1])
		if !plain || strings.Contains(part, ".") || strings.Contains(firms, " "+strings.ToLower(part)+" ") {
			return name
		}
	}
	return parts[0]
}

// Imprint is the line at the foot of customers' pages and mails: the organization's name and its
// address, the name once.
func Imprint(o kept.Organization) string {
	name, address := Line(o.Name, 80), Line(o.Address, 200)
	switch {
	case address == "":
		return name
	case strings.Contains(address, name):
		return address
	}
	return name + ", " + address
}
