package letter

import (
	"time"

	"github.com/kept-desk/kept/rules/words"
)

// Ack says that a first message arrived, who answers, and by what exact time.
type Ack struct {
	Letter
	Due time.Time // of the promised answer
}

// Acknowledgement is the mail for it. It says of itself that it is no answer.
func Acknowledgement(a Ack) Mail {
	r := a.reader()
	s := a.sheet(r)
	by := r.By(a.Due)
	s.Title = a.say(r, "mail.ack_subject", "who", a.shortly(r), "by", by)
	s.Preview = r.Say("mail.ack_preview", "who", a.who(), "by", by)
	s.Lead = a.say(r, "mail.ack_have")
	s.Before, s.Big, s.Below = r.Say("mail.ack_answers", "who", a.who()), by, r.Where(a.Due)
	if s.Page != "" {
		s.Lines = []string{r.Say("mail.see")}
		s.Ask, s.AskLink, s.AskPage = r.Say("mail.sooner"), r.Say("mail.sooner_link"), a.Page+"/sooner"
	}
	s.Foot = r.Say("mail.itself")
	return s.mail()
}

// shortly is who answers, for a subject line, where room is short: a person by the name they are
// called by.
func (l Letter) shortly(r words.Reader) string {
	name := words.Called(r.Language, l.Who)
	if name == "" || l.Who == l.Organization.Name {
		return l.who()
	}
	return name
}
