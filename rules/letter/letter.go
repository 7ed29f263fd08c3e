// Package letter writes the mails that Kept sends by itself: the acknowledgement, the check-in, and
// the honest word after a miss. Each comes as text and as HTML, in the customer's language and
// their time. It is pure, and knows nothing of addresses, headers, promises' rules or sending.
package letter

import (
	"bytes"
	"embed"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/brand"
	"github.com/kept-desk/kept/rules/words"
)

// Letter is what every letter needs to know.
type Letter struct {
	Organization kept.Organization
	Name         string // the contact's, as far as it is known
	Language     string // the customer's, BCP 47; the organization's where it isn't known or shipped
	Zone         string // the customer's, IANA or "UTC+05:30"; the organization's where it isn't known
	Subject      string // the conversation's
	Who          string // the agent or team who answers; empty: the organization
	Page         string // the address of the customer's page; empty: nothing is said of it
	Now          time.Time
}

// Mail is a letter that is written. HTML stands by itself: it loads nothing.
type Mail struct {
	Subject  string
	Text     string
	HTML     string
	Language string // BCP 47, what it is written in
}

// Limits of what a stranger's words may take up in a letter, in letters.
const (
	longestSubject = 70
	longestName    = 60
)

// sheet is what the templates fill in; every text is plain.
type sheet struct {
	Language, Title, Preview string
	House, Imprint           string
	Colours                  brand.Colours
	Missed, MissedWhy        string // said first, where something was missed
	Lead                     string
	Before, Big, Below       string // the one thing to see
	Lines                    []string
	Page, Open               string
	Ask, AskLink, AskPage    string // "Need it sooner?" "Tell us when."
	Foot                     string
}

//go:embed letter.html
var files embed.FS

var page = template.Must(template.ParseFS(files, "letter.html"))

// mail writes the sheet both ways.
func (s sheet) mail() Mail {
	var html bytes.Buffer
	if err := page.Execute(&html, s); err != nil {
		panic(err) // the template is part of the program, and a buffer takes all
	}
	return Mail{Subject: s.Title, Text: s.text(), HTML: html.String(), Language: s.Language}
}

// text is the letter for who reads plain text: the same words in the same order.
func (s sheet) text() string {
	big := s.Big
	if !strings.HasSuffix(big, "?") {
		big = strings.TrimSpace(s.Before+" "+big) + "."
	}
	parts := []string{
		strings.TrimSpace(s.Missed + " " + s.MissedWhy), s.Lead,
		strings.TrimSpace(big + "\n" + s.Below), strings.Join(s.Lines, "\n"),
	}
	if s.Page != "" {
		parts = append(parts, s.Open+":\n"+s.Page)
		if s.Ask != "" {
			parts = append(parts, s.Ask+" "+s.AskLink+"\n"+s.AskPage)
		}
	}
	parts = append(parts, s.Foot, "-- \n"+s.Imprint) // RFC 3676, section 4.3
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return strings.Join(parts, "\n\n") + "\n"
}

// reader is the customer as one who is told times.
func (l Letter) reader() words.Reader {
	return words.For(words.Best(l.Language, l.Organization.Language), l.Zone, l.Organization.Zone, l.Now)
}

// who answers: the person or team, or else the house.
func (l Letter) who() string {
	if who := words.Line(l.Who, longestName); who != "" {
		return who
	}
	return words.Line(l.Organization.Name, longestName)
}

// sheet begins one with what all letters share.
func (l Letter) sheet(r words.Reader) sheet {
	s := sheet{
		Language: r.Language,
		House:    words.Line(l.Organization.Name, longestSubject),
		Imprint:  words.Imprint(l.Organization),
		Colours:  brand.Of(l.Organization.Brand),
	}
	if l.Page != "" {
		s.Page, s.Open = l.Page, r.Say("mail.open")
	}
	return s
}

// say chooses among a sentence's forms: with or without the subject ("_bare"), with or without the
// contact's name ("_nameless").
func (l Letter) say(r words.Reader, key string, pairs ...any) string {
	subject, name := words.Line(l.Subject, longestSubject), words.Called(r.Language, l.Name)
	if bare := key + "_bare"; subject == "" && words.Has(bare) {
		key = bare
	}
	if nameless := key + "_nameless"; name == "" && words.Has(nameless) {
		key = nameless
	}
	return r.Say(key, append(pairs, "subject", subject, "name", name)...)
}
