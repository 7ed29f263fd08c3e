package desk

import (
	"fmt"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// sweepAlone is the sweep of promises that belong to no conversation: asks among ourselves.
func (d *Desk) sweepAlone(tx *store.Tx, now time.Time) (int, error) {
	ids, err := tx.DueAlone(now, sweepSize)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	broken, err := tx.BreakDueAlone(ids, now)
	if err != nil {
		return 0, err
	}
	warned, err := tx.WarnAlone(ids, now)
	if err != nil || len(broken)+len(warned) == 0 {
		return 0, err
	}
	house, err := d.at(tx)
	if err != nil {
		return 0, err
	}
	h := alone(d, tx, house, kept.System, now)
	if err := h.unanswered(broken, warned); err != nil {
		return 0, err
	}
	return len(broken) + len(warned), h.put()
}

// apart divides promises into asks among ourselves and what was promised to the customer.
func apart(list []kept.Promise) (asks, given []kept.Promise) {
	for _, p := range list {
		if p.Kind == kept.Ask {
			asks = append(asks, p)
		} else {
			given = append(given, p)
		}
	}
	return asks, given
}

// unanswered follows asks whose due has passed, or whose reminder has come: who was asked is reminded, and
// after the due their lead is told, once. Nothing is promised to the customer for it.
func (h *hand) unanswered(broken, warned []kept.Promise) error {
	for _, p := range warned {
		h.note(kept.PromiseWarned, 0, p.ID, p)
		a, err := h.tx.AskOf(p.ID)
		if err != nil {
			return err
		}
		if err := h.remind(p, a, noticeReminder); err != nil {
			return err
		}
	}
	for _, p := range broken {
		e := event(p.SettledAt, h.who, kept.PromiseWasBroken, h.is.ID, p)
		e.Promise = p.ID
		h.events = append(h.events, e)
		a, err := h.tx.AskOf(p.ID)
		if err != nil {
			return err
		}
		if a.LeadToldAt.IsZero() {
			told, err := h.tellLeadOfAsk(p, a)
			if err != nil {
				return err
			}
			if told {
				a.LeadToldAt = h.now
			}
		}
		if err := h.remind(p, a, noticeOverdue); err != nil {
			return err
		}
	}
	return nil
}

// remind writes to who was asked once more.
func (h *hand) remind(p kept.Promise, a kept.Asked, kind askNotice) error {
	a.RemindedAt, a.Reminders = h.now, a.Reminders+1
	if err := h.tx.SaveAsked(a); err != nil {
		return err
	}
	h.note(kept.AskReminded, 0, p.ID, p)
	return h.tellAsked(p, a, kind)
}

// askNotice is what a mail about an ask is for; its value begins the catalogue's keys.
type askNotice int

const (
	noticeAsk       askNotice = iota // the question
	noticeReminder                   // the due is near
	noticeOverdue                    // the due has passed
	noticeWithdrawn                  // the asker no longer needs it
	noticeClosed                     // the conversation it is about was closed
	noticeSpam                       // the conversation it is about is spam
)

// tellAsked writes to who was asked: the one, or everybody of the team while nobody has taken it.
func (h *hand) tellAsked(p kept.Promise, a kept.Asked, kind askNotice) error {
	people, err := h.askedPeople(p)
	if err != nil {
		return err
	}
	for _, to := range people {
		n, err := h.askMail(p, a, to, kind)
		if err != nil {
			return err
		}
		if _, err := h.d.notify(h.tx, h.house, n); err != nil {
			return err
		}
	}
	return nil
}

// askedPeople are who must answer, without the one who asks.
func (h *hand) askedPeople(p kept.Promise) ([]kept.Agent, error) {
	if p.By != 0 {
		a, err := h.tx.Agent(p.By)
		if err != nil || !a.GoneAt.IsZero() {
			return nil, err
		}
		return []kept.Agent{a}, nil
	}
	people, err := h.members(p.Team)
	return slices.DeleteFunc(people, func(a kept.Agent) bool { return a.ID == p.ToAgent }), err
}

// askMail is a mail about an ask, in its reader's language, hours and zone. An answer to it comes back to us,
// signed for this ask and this reader.
func (h *hand) askMail(p kept.Promise, a kept.Asked, to kept.Agent, kind askNotice) (kept.Notice, error) {
	r := words.For(to.Language, to.Zone, h.house.organization.Zone, h.now)
	asker := h.nameOf(p.ToAgent)
	about := words.Line(h.is.Subject, 120)
	if h.is.ID == 0 {
		about = words.Line(a.Question, 70)
	}
	n := kept.Notice{
		Agent: to.ID, Conversation: h.is.ID, Promise: p.ID, CreatedAt: h.now,
		ReplyTo: thread.Address(h.inbox().Address, thread.Token(h.d.keys.ask, p.ID, to.ID)),
	}
	first, ok, err := h.tx.FirstNotice(p.ID, to.ID)
	if err != nil {
		return n, err
	}
	if ok {
		n.InReplyTo = first.MessageID
	}
	var opening string
	switch kind {
	case noticeAsk:
		n.Subject = r.Say("notice.ask.subject", "asker", asker, "about", about)
		opening = r.Say("notice.ask.opening", "asker", asker, "by", r.By(p.Due))
	case noticeReminder:
		n.Subject = r.Say("notice.ask.reminder", "asker", asker, "about", about)
		opening = r.Say("notice.ask.reminder_what", "asker", asker, "by", r.By(p.Due))
	case noticeOverdue:
		n.Subject = r.Say("notice.ask.overdue", "asker", asker, "about", about)
		opening = r.Say("notice.ask.overdue_what", "asker", asker, "when", r.On(p.Due))
	case noticeWithdrawn:
		n.Subject, n.ReplyTo = r.Say("notice.ask.withdrawn", "asker", asker, "about", about), ""
		n.Text = r.Say("notice.ask.withdrawn_what", "asker", asker) + "\n\n" + a.Withdrawn + "\n\n" + indent(a.Question)
		return n, nil
	case noticeClosed, noticeSpam:
		n.Subject, n.ReplyTo = r.Say("notice.ask.withdrawn", "about", about), ""
		n.Text = r.Say("notice.ask.closed_what", "subject", about) + "\n\n" + indent(a.Question)
		if kind == noticeSpam {
			n.Text = r.Say("notice.ask.spam_what", "subject", about) + "\n\n" + indent(a.Question)
		}
		return n, nil
	}
	n.Text = opening + "\n\n" + indent(a.Question) + "\n\n"
	if h.is.ID != 0 {
		n.Text += r.Say("notice.ask.conversation", "subject", about) + "\n\n"
	}
	if p.By == 0 {
		n.Text += r.Say("notice.ask.team", "team", h.house.team(p.Team).Name) + "\n\n"
	}
	n.Text += r.Say("notice.ask.how", "asker", asker)
	if to.Role.Serves() {
		n.Text += "\n\n" + r.Say("notice.ask.desk") + "\n" + h.d.AskURL(h.house.organization, p.ID)
	}
	return n, nil
}

// tellAsker writes to who asked that they were answered, with the words and where to read on. An answer to
// this mail is none to the ask, so the notice isn't of its promise.
func (h *hand) tellAsker(p kept.Promise, a kept.Asked, answer string) error {
	to, err := h.tx.Agent(p.ToAgent)
	if err != nil || !to.GoneAt.IsZero() || to.Email == "" || to.ID == h.who.ID {
		return err
	}
	r := words.For(to.Language, to.Zone, h.house.organization.Zone, h.now)
	about, link := words.Line(h.is.Subject, 120), h.d.DeskURL(h.house.organization, h.is.ID)
	if h.is.ID == 0 {
		about, link = words.Line(a.Question, 70), h.d.AskURL(h.house.organization, p.ID)
	}
	_, err = h.d.notify(h.tx, h.house, kept.Notice{
		Agent: to.ID, Conversation: h.is.ID, CreatedAt: h.now,
		Subject: r.Say("notice.ask.answered", "name", h.who.Name, "about", about),
		Text: r.Say("notice.ask.answered_what", "name", h.who.Name) + "\n\n" + indent(answer) + "\n\n" +
			r.Say("notice.ask.answered_to") + "\n\n" + indent(a.Question) + "\n\n" + link,
	})
	return err
}

// indent sets words apart from those around them.
func indent(text string) string {
	out := make([]byte, 0, len(text)+len(text)/16)
	out = append(out, "    "...)
	for _, b := range []byte(text) {
		out = append(out, b)
		if b == '\n' {
			out = append(out, "    "...)
		}
	}
	return string(out)
}

// inbox is where answers to this hand's mails arrive: the conversation's inbox, else the house's first.
func (h *hand) inbox() kept.Inbox {
	if i := h.house.inbox(h.is.Inbox); i.ID != 0 || len(h.house.inboxes) == 0 {
		return i
	}
	return h.house.inboxes[0]
}

// AskURL is where our own people open an ask.
func (d *Desk) AskURL(o kept.Organization, id kept.ID) string {
	return fmt.Sprintf("%s/asks/%d", d.base(o), id)
}

// tellLeadOfAsk tells the lead of who was asked that there is no answer; false where nobody leads them.
func (h *hand) tellLeadOfAsk(p kept.Promise, a kept.Asked) (bool, error) {
	leads, err := h.askLeads(p)
	if err != nil || len(leads) == 0 {
		return false, err
	}
	asked := h.askedName(p)
	var told []kept.ID
	for _, to := range leads {
		r := words.For(to.Language, to.Zone, h.house.organization.Zone, h.now)
		n := kept.Notice{
			Agent: to.ID, Conversation: h.is.ID, Promise: p.ID, CreatedAt: h.now,
			Subject: r.Say("notice.ask.lead", "asked", asked, "asker", h.nameOf(p.ToAgent)),
			Text: r.Say("notice.ask.lead_what", "asked", asked, "asker", h.nameOf(p.ToAgent), "when", r.On(p.Due)) +
				"\n\n" + indent(a.Question) + "\n\n" + h.d.AskURL(h.house.organization, p.ID),
		}
		if _, err := h.d.notify(h.tx, h.house, n); err != nil {
			return false, err
		}
		told = append(told, to.ID)
	}
	h.note(kept.LeadTold, 0, 0, map[string]any{"why": "ask_unanswered", "ask": p.ID, "agents": told})
	return true, nil
}

// askedName is who was asked, as people say it.
func (h *hand) askedName(p kept.Promise) string {
	if p.By != 0 {
		return h.nameOf(p.By)
	}
	return h.house.team(p.Team).Name
}

// askLeads are who is told that an ask was not answered: the lead of the person, else of their team, else who
// leads at all. Who was asked is told by the reminder already.
func (h *hand) askLeads(p kept.Promise) ([]kept.Agent, error) {
	all, err := h.tx.Agents()
	if err != nil {
		return nil, err
	}
	find := func(id kept.ID) []kept.Agent {
		return slices.DeleteFunc(slices.Clone(all), func(a kept.Agent) bool {
			return a.ID != id || id == p.By || !a.GoneAt.IsZero() || !a.Role.Serves()
		})
	}
	teams := []kept.ID{p.Team}
	if p.By != 0 {
		i := slices.IndexFunc(all, func(a kept.Agent) bool { return a.ID == p.By })
		if i >= 0 {
			if lead := find(all[i].Lead); len(lead) > 0 {
				return lead, nil
			}
		}
		teams = append(teams, h.house.teamsOf(p.By)...)
	}
	for _, id := range teams {
		if lead := find(h.house.team(id).Lead); len(lead) > 0 {
			return lead, nil
		}
	}
	leads, err := h.leads()
	return slices.DeleteFunc(leads, func(a kept.Agent) bool { return a.ID == p.By }), err
}
