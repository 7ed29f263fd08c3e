package letter

import (
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// Callback is a call that a customer chose on their page, or took back.
type Callback struct {
	Letter
	From, To time.Time // From is zero where it was promised by a time only
	Number   string    // theirs
	Instead  kept.Slot // of this time, which was promised before; zero: of none
	Off      bool      // they need no call any more
}

// Confirmation is the mail for it: who calls which number and when, in their time, and where to change it.
func Confirmation(c Callback) Mail {
	r := c.reader()
	s := c.sheet(r)
	window, where := windowOf(r, c.From, c.To), r.Where(c.To)
	if !c.From.IsZero() {
		where = r.Where(c.From)
	}
	s.Lead = c.say(r, "mail.call_about")
	s.Foot = r.Say("mail.call_itself")
	if c.Off {
		s.Title = r.Say("mail.call_off_subject", "when", window)
		s.Before, s.Big, s.Below = r.Say("mail.call_off", "who", c.who()), window, where
		s.Preview = r.Say("mail.call_off_rest")
		s.Lines = []string{s.Preview}
		if s.Page != "" {
			s.Ask, s.AskLink, s.AskPage = r.Say("mail.call_again"), r.Say("mail.call_choose"), c.Page+"/call"
		}
		return s.mail()
	}
	s.Title = r.Say("mail.call_subject", "when", window)
	s.Before, s.Big, s.Below = r.Say("mail.call_calls", "who", c.who(), "number", c.Number), window, where
	s.Preview = s.Before + " " + window
	if !c.Instead.To.IsZero() {
		s.Title = r.Say("mail.call_moved_subject", "when", window)
		s.Lines = []string{r.Say("mail.call_instead", "when", windowOf(r, c.Instead.From, c.Instead.To))}
	}
	if s.Page != "" {
		s.Ask, s.AskLink, s.AskPage = r.Say("mail.call_change"), r.Say("mail.call_choose"), c.Page+"/call"
	}
	return s.mail()
}

// windowOf is a call's time in a line: "Tue 19 May, 10:00–10:30", or by when where it has no window.
func windowOf(r words.Reader, from, to time.Time) string {
	if from.IsZero() {
		return r.By(to)
	}
	return r.Window(from, to)
}
