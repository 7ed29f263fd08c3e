// Package story is what the demo plays: a small internet provider, its people, its customers and their
// weeks, as scripts that a person can read and change. It knows who says what and when; it knows no
// door, no database and no clock, and is told the present.
package story

import (
	"embed"
	"fmt"
	"io/fs"
	"net/mail"
	"path"
	"slices"
	"strings"
	"time"
)

//go:embed scenes/*.txt arrivals/*.txt files/*
var files embed.FS

// Home is where the company is, and the zone that its scripts count in.
const Home = "Europe/Dublin"

// Person is a customer.
type Person struct {
	Name, Email string
	Zone        string // IANA name; their mails are dated in it
	Language    string // BCP 47
}

// Scene is one matter of one customer.
type Scene struct {
	Place    string // file and line, for errors
	Subject  string
	Customer Person
	Inbox    string // the part before the @
	Card     Card
	Acts     []Act
}

// Card is what the agents note of a customer.
type Card struct{ Company, Phone, Notes string }

// Act is one thing that somebody does in a scene.
type Act struct {
	Place   string
	When    string // as written: "wd-3 09:12", "+20m"
	Who     string // an agent's first name; empty: the customer
	Verb    Verb
	Body    string
	HTML    bool     // of a customer's mail: Body is HTML
	Files   []string // that the mail carries
	By      string   // when what is promised, moved or snoozed is due, as written; from when a call suits them
	Promise string   // its words
	Object  string   // the colleague, the priority, the reason
	Hours   int      // of a need: how many hours a day they depend on it
	Stuck   bool     // of a need: they can't work meanwhile
	Then    string   // of a reply: wait, ours, solve

	// Set by Resolve.
	At, Due time.Time
}

// Verb is what is done.
type Verb string

// What customers do.
const (
	Writes    Verb = "writes"
	Works     Verb = "says that it works"
	NotSolved Verb = "says that it is not solved"
	Adds      Verb = "adds on their page"
	Needs     Verb = "needs it sooner"
	Senior    Verb = "asks for somebody senior"
	Books     Verb = "books a call"
	Away      Verb = "is away"
	Bounces   Verb = "can't be reached"
)

// What agents do.
const (
	Replies    Verb = "replies"
	Bridges    Verb = "replies with a workaround"
	Moves      Verb = "replies, moving it to"
	Begins     Verb = "writes first"
	Notes      Verb = "notes"
	Asks       Verb = "asks"
	Tells      Verb = "answers what was asked"
	Drafts     Verb = "drafts"
	Hands      Verb = "hands it to"
	Offers     Verb = "offers it to"
	Ranks      Verb = "calls it"
	Snoozes    Verb = "snoozes it until"
	Spams      Verb = "marks it as spam"
	Gives      Verb = "promises by phone"
	Finishes   Verb = "has done it"
	Releases   Verb = "releases it"
	ByCustomer      = ""
)

// Scenes reads all scripts, in the order of their names.
func Scenes() ([]Scene, error) {
	var out []Scene
	err := each("scenes", func(name, text string) error {
		blocks, err := parseBlocks(name, text)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			s, err := parseScene(b)
			if err != nil {
				return err
			}
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// File is a file that a mail carries.
func File(name string) ([]byte, error) { return files.ReadFile("files/" + name) }

func each(folder string, f func(name, text string) error) error {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		raw, err := files.ReadFile(path.Join(folder, e.Name()))
		if err != nil {
			return err
		}
		if err := f(e.Name(), string(raw)); err != nil {
			return err
		}
	}
	return nil
}

// person reads "Name <address>", a zone and a language.
func person(from, zone, language string) (Person, error) {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return Person{}, fmt.Errorf("%q is no person: %w", from, err)
	}
	if zone == "" {
		zone = Home
	}
	if _, err := time.LoadLocation(zone); err != nil {
		return Person{}, err
	}
	if language == "" {
		language = "en"
	}
	return Person{Name: a.Name, Email: a.Address, Zone: zone, Language: language}, nil
}

// Colleague is one of the company's people.
type Colleague struct {
	Name, Email, Password string // without a password they don't sign in, and are asked by mail
	Job                   string
	Role                  string // as the desk names it
	Team                  string // empty: none
	Duty                  bool   // on call, in turn
}

// First is the name that the scripts call them by.
func (c Colleague) First() string { return strings.Fields(c.Name)[0] }

// Colleagues are the company's people; the first sets the desk up, the second is who a visitor is.
var Colleagues = []Colleague{
	{"Maeve Kelly", "maeve@northlight.test", "eight hens and a lighthouse", "owner", "owner", "", false},
	{"Aoife Brennan", "aoife@northlight.test", "the tide is out till four", "agent", "agent", "Support", false},
	{"Jonas Weber", "jonas@northlight.test", "gravel bikes go anywhere", "agent", "agent", "Support", true},
	{"Sara Lindqvist", "sara@northlight.test", "cinnamon buns on friday", "lead", "lead", "Support", true},
	{"Declan Foy", "declan@northlight.test", "a ladder and a long spoon", "field lead", "lead", "Field", false},
	{"Nuala Byrne", "nuala@northlight.test", "", "warehouse", "coworker", "", false},
}

// known reports whether the scripts may call somebody so.
func known(first string) bool {
	return slices.ContainsFunc(Colleagues, func(c Colleague) bool { return c.First() == first })
}
