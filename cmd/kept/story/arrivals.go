package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Matter is what somebody may write about.
type Matter struct {
	Subject, Inbox, Language, Body string
}

// Cast is who writes while the demo runs, and what about.
type Cast struct {
	People          []Person
	Matters         []Matter
	known           []Person            // from the scenes: they answer, and begin nothing
	answers, chases map[string][]string // by language
}

// Arrivals reads the cast.
func Arrivals() (c Cast, err error) {
	c = Cast{answers: map[string][]string{}, chases: map[string][]string{}}
	scenes, err := Scenes()
	if err != nil {
		return c, err
	}
	for _, s := range scenes {
		c.known = append(c.known, s.Customer)
	}
	err = each("arrivals", func(name, text string) error {
		if name == "people.txt" {
			c.People, err = people(text)
			return err
		}
		blocks, err := parseBlocks(name, text)
		if err != nil {
			return err
		}
		for _, b := range blocks {
			language := b.head["language"]
			if language == "" {
				language = "en"
			}
			switch name {
			case "answers.txt":
				c.answers[language] = append(c.answers[language], b.text())
			case "chases.txt":
				c.chases[language] = append(c.chases[language], b.text())
			default:
				m := Matter{Subject: b.title, Inbox: "help", Language: language, Body: b.text()}
				if b.head["inbox"] != "" {
					m.Inbox = b.head["inbox"]
				}
				c.Matters = append(c.Matters, m)
			}
		}
		return nil
	})
	return c, err
}

// people reads lines "Name <address>, zone, language".
func people(text string) (out []Person, err error) {
	for l := range strings.SplitSeq(text, "\n") {
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		parts := strings.Split(l, ", ")
		if len(parts) != 3 {
			return nil, fmt.Errorf("people.txt: %q is no \"Name <address>, zone, language\"", l)
		}
		p, err := person(parts[0], parts[1], parts[2])
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// Next is who writes about what as the n-th: every matter once before any comes again, in an order that
// the seed gives, from somebody who speaks its language.
func (c Cast) Next(seed uint64, n int) (Person, Matter) {
	round := n / len(c.Matters)
	dice := rand.New(rand.NewPCG(seed, uint64(round))) //nolint:gosec // a story, no secret
	m := c.Matters[dice.Perm(len(c.Matters))[n%len(c.Matters)]]
	can := slices.DeleteFunc(slices.Clone(c.People), func(p Person) bool { return p.Language != m.Language })
	return can[(n+round)%len(can)], m
}

// Person finds who has an address; a stranger in Home, who writes English, where nobody of the cast does.
func (c Cast) Person(email string) Person {
	for _, p := range slices.Concat(c.People, c.known) {
		if strings.EqualFold(p.Email, email) {
			return p
		}
	}
	return Person{Email: email, Zone: Home, Language: "en"}
}

// Answer is what somebody answers to an agent.
func (c Cast) Answer(dice *rand.Rand, language string) string { return pick(dice, c.answers, language) }

// Chase is what somebody writes who waits.
func (c Cast) Chase(dice *rand.Rand, language string) string { return pick(dice, c.chases, language) }

// pick throws the dice among the texts in a language, or else in English.
func pick(dice *rand.Rand, texts map[string][]string, language string) string {
	list := texts[language]
	if len(list) == 0 {
		list = texts["en"]
	}
	return list[dice.IntN(len(list))]
}
