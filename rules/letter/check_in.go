package letter

import "time"

// CheckIn asks a customer whose turn it is whether to go on.
type CheckIn struct {
	Letter
	Next time.Time // when we ask again, or, where Last, close; zero: not said
	Last bool
}

// Question is the mail for it.
func Question(c CheckIn) Mail {
	r := c.reader()
	s := c.sheet(r)
	s.Title = c.say(r, "mail.check_subject")
	s.Lead = c.say(r, "mail.check_wait")
	s.Big = r.Say("mail.check_big")
	s.Preview = r.Say("mail.check_how")
	s.Lines = []string{r.Say("mail.check_how")}
	if !c.Next.IsZero() {
		key := "mail.check_again"
		if c.Last {
			key = "mail.check_close"
		}
		s.Below = r.Say(key, "when", r.When(c.Next))
	}
	s.Foot = r.Say("mail.check_itself")
	return s.mail()
}
