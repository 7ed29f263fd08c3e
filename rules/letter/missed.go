package letter

import (
	"html"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Missed says to a customer that we broke our word, before they have to.
type Missed struct {
	Letter
	Promise kept.Promise // the broken one
	Due     time.Time    // the new time
}

// HonestWord is the mail for it: what we said and missed, who is on it, and the new time. No excuse.
func HonestWord(m Missed) Mail {
	r := m.reader()
	s := m.sheet(r)
	by := r.By(m.Due)
	s.Title = r.Say("mail.missed_subject", "when", r.On(m.Promise.Due))
	s.Missed = r.Say("promise.was_missed", "when", r.On(m.Promise.Due))
	s.MissedWhy = r.NotHad(m.Promise)
	s.Lead = m.say(r, "mail.missed_lead")
	s.Before, s.Big, s.Below = r.Say("mail.missed_new", "who", m.who()), by, r.Where(m.Due)
	s.Preview = r.Say("mail.missed_new_line", "who", m.who(), "by", by)
	if s.Page != "" {
		s.Ask, s.AskLink, s.AskPage = r.Say("mail.missed_not_enough"), r.Say("mail.sooner_link"), m.Page+"/sooner"
	}
	s.Foot = r.Say("mail.missed_itself")
	return s.mail()
}

// RecoveryDraft are the words that a person may send after a miss, as HTML: what we said and missed, and the new
// time. No excuse, and nothing that only they can know: they go on from there.
func RecoveryDraft(m Missed) string {
	r := m.reader()
	lines := []string{
		strings.TrimSpace(m.say(r, "mail.recovery_missed", "when", r.On(m.Promise.Due)) + " " + r.NotHad(m.Promise)),
		r.Say("mail.recovery_next", "by", r.By(m.Due)),
	}
	var htm strings.Builder
	for _, line := range lines {
		htm.WriteString("<p>" + html.EscapeString(line) + "</p>")
	}
	return htm.String()
}
