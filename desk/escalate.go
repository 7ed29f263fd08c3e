package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/letter"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// A burst is more breaks in one sweep than people break: what follows from them waits a moment, so that all of
// them are settled and announced before anybody is told of the first.
const (
	burst      = 100
	afterBurst = 5 * time.Second
)

// escalations are the jobs that follow from breaks: one for a promise, however many steps it will take.
func escalations(broken []kept.Promise, now time.Time) (jobs []store.NewJob) {
	if len(broken) >= burst {
		now = now.Add(afterBurst)
	}
	for _, p := range broken {
		if promise.Escalates(p.Kind) {
			jobs = append(jobs, store.NewJob{Args: Of{p.ID}, Key: fmt.Sprintf("%s %d", JobEscalate, p.ID), At: now})
		}
	}
	return jobs
}

// escalateAnew begins the escalation of a promise that no sweep broke: a correction did, or what had made it good
// turned out untrue.
func (h *hand) escalateAnew(p kept.Promise) error {
	e, begun, err := h.tx.Escalation(p.ID)
	if err != nil {
		return err
	}
	if begun {
		e.BegunAt, e.Steps = h.now, 0
		if err := h.tx.PutEscalation(e); err != nil {
			return err
		}
	}
	return h.tx.AddJobs(JobEscalate, escalations([]kept.Promise{p}, h.now))
}

// Escalate does what is due of a broken promise's escalation: a draft for its owner, the policy's steps, and,
// when the grace is over and no person wrote, Kept's own honest word. It says when to look again; zero: there is
// nothing left to do, because it was made good, the matter needs it no more, or everybody knows. It may run
// at any time, and again.
func (d *Desk) Escalate(ctx context.Context, id kept.ID) (again time.Time, err error) {
	now := d.now()
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		again = time.Time{}
		p, err := tx.Promise(id)
		if err != nil {
			return err
		}
		h, err := d.take(tx, p.Conversation, kept.System, now)
		if err != nil {
			return err
		}
		if p, err = tx.Promise(id); err != nil || !promise.Stands(p, h.is) {
			return err
		}
		if again, err = h.escalate(p); err != nil {
			return err
		}
		return h.put()
	})
	return again, err
}

// justNow is how late an escalation may begin and still count from the break: what broke while nobody
// ran is escalated step by step all the same, not everybody at once.
const justNow = time.Minute

func (h *hand) escalate(p kept.Promise) (again time.Time, err error) {
	e, begun, err := h.tx.Escalation(p.ID)
	if err != nil {
		return again, err
	}
	if !begun {
		e = store.Escalation{Promise: p.ID, Conversation: h.is.ID, BegunAt: p.SettledAt}
		if h.now.Sub(p.SettledAt) > justNow {
			e.BegunAt = h.now
		}
		if err := h.draftRecovery(p); err != nil {
			return again, err
		}
	}
	_, t, _ := h.times()
	due, next := promise.DueSteps(t.Escalation, e.BegunAt, h.now, e.Steps)
	for _, step := range due {
		if err := h.step(p, step); err != nil {
			return again, err
		}
		e.Steps++
	}
	word, err := h.honestWord(p, t, &e)
	if err != nil {
		return again, err
	}
	return earliest(next, word), h.tx.PutEscalation(e)
}

// earliest is the first of the instants that are none; zero where all are.
func earliest(times ...time.Time) (first time.Time) {
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

// Escalated is what the event of a step says: who was told of a break, and how.
type Escalated struct {
	To     kept.Level    `json:"to"`
	Agents []kept.ID     `json:"agents"` // who was reached; empty: there is nobody at this level
	By     []kept.Medium `json:"by,omitempty"`
	Page   kept.ID       `json:"page,omitempty"` // with on_call

	// Later are who hears of it in one word of many breaks, which hasn't gone yet. When it goes, an event of its own
	// says that they were reached, and by which gathering.
	Later     []kept.ID `json:"later,omitempty"`
	Gathering kept.ID   `json:"gathering,omitempty"`
}

// step tells one level of a break. What is too much to tell each by itself is gathered.
func (h *hand) step(p kept.Promise, s kept.Escalate) error {
	if s.To == kept.LevelOnCall {
		return h.stepOnCall(p, s)
	}
	return h.tell(p, s, true)
}

// tell tells a level of a break: all at once, or what is too much for somebody later, in one word of many.
func (h *hand) tell(p kept.Promise, s kept.Escalate, gathers bool) error {
	people, err := h.level(p, s.To)
	if err != nil {
		return err
	}
	told := Escalated{To: s.To, Agents: []kept.ID{}}
	for _, a := range people {
		var now []kept.Medium
		for _, by := range s.By {
			waits := false
			if gathers {
				if waits, err = h.gather(store.Telling{Agent: a.ID, Level: s.To, By: by}, p.ID); err != nil {
					return err
				}
			}
			if !waits {
				now = append(now, by)
			}
		}
		if len(now) < len(s.By) {
			told.Later = append(told.Later, a.ID)
		}
		if len(now) == 0 && len(s.By) > 0 {
			continue
		}
		told.Agents, told.By = append(told.Agents, a.ID), union(told.By, now)
		if err := h.reach(a, now, h.missedNotice(a, p, s.To)); err != nil {
			return err
		}
	}
	h.note(kept.PromiseEscalated, 0, p.ID, told)
	return nil
}

// union is a, and what of b is not in it.
func union[T comparable](a, b []T) []T {
	for _, v := range b {
		if !slices.Contains(a, v) {
			a = append(a, v)
		}
	}
	return a
}

// stepOnCall pages whoever has the duty. Where no rotation has anybody, those who lead are told instead: a
// break that was to wake somebody must not wake nobody.
func (h *hand) stepOnCall(p kept.Promise, s kept.Escalate) error {
	page, ok, err := h.page(kept.PageBroken, p, s, restAfterTaking)
	if err != nil {
		return err
	}
	if !ok {
		if len(s.By) == 0 {
			s.By = []kept.Medium{kept.ByMail}
		}
		return h.tell(p, kept.Escalate{To: kept.LevelLead, By: s.By}, false) // it stands in for a page
	}
	h.note(kept.PromiseEscalated, 0, p.ID, Escalated{To: s.To, Agents: []kept.ID{page.Agent}, By: page.By, Page: page.ID})
	return nil
}

// level are the people of ours that a level means, those who left not.
func (h *hand) level(p kept.Promise, l kept.Level) ([]kept.Agent, error) {
	if l == kept.LevelLead {
		return h.leads()
	}
	all, err := h.tx.Agents()
	if err != nil {
		return nil, err
	}
	owner := h.ownerOf(p)
	members := h.house.team(cmp.Or(p.Team, h.is.Team)).Members
	return slices.DeleteFunc(all, func(a kept.Agent) bool {
		if !a.GoneAt.IsZero() || !a.Role.Serves() {
			return true
		}
		switch l {
		case kept.LevelOwner:
			return a.ID != owner
		case kept.LevelTeam:
			return !slices.Contains(members, a.ID)
		case kept.LevelBusiness:
			return a.Role != kept.RoleOwner
		}
		return true
	}), nil
}

// missedNotice tells one of ours of a break, in their language and time.
func (h *hand) missedNotice(a kept.Agent, p kept.Promise, l kept.Level) notice {
	r := words.For(a.Language, a.Zone, h.house.organization.Zone, h.now)
	subject := words.Line(h.is.Subject, 100)
	text := r.Say("notice.missed_what", "when", r.On(p.Due), "thing", words.Line(r.Thing(p), 300))
	if next, ok := h.nextTold(); ok {
		text += "\n" + r.Say("notice.missed_next", "by", r.By(next.Due))
	}
	return notice{
		Title: r.Say("notice.missed", "when", r.On(p.Due), "subject", subject),
		Text:  text + "\n\n" + r.Say("notice.missed_for."+string(l)),
		URL:   h.d.DeskURL(h.house.organization, h.is.ID), Promise: p.ID,
	}
}

// nextTold is the open promise that the customer hears from us by first.
func (h *hand) nextTold() (kept.Promise, bool) {
	var next kept.Promise
	for _, p := range h.leading {
		word := p.Kind == kept.Reply || p.Kind == kept.Update
		if word && p.State == kept.PromiseOpen && p.Due.After(h.now) && (next.ID == 0 || p.Due.Before(next.Due)) {
			next = p
		}
	}
	return next, next.ID != 0
}

// nextWord is nextTold; where there is none, one is opened at the policy's recovery time.
func (h *hand) nextWord(misses int) (kept.Promise, error) {
	if p, ok := h.nextTold(); ok {
		return p, nil
	}
	policy, t, cal := h.times()
	due, err := cal.Add(h.now, promise.Recovery(t, misses))
	if err != nil {
		return kept.Promise{}, err
	}
	return h.open(kept.Promise{Kind: kept.Update, Due: due, Source: kept.FromPolicy, Policy: policy.ID, Misses: misses + 1})
}

// draftRecovery prepares the words that say what was missed and give the new time, and with them the promise of
// it. They lie in the conversation for whoever opens it, and never over what somebody has begun to write.
func (h *hand) draftRecovery(p kept.Promise) error {
	contact, err := h.tx.Contact(h.is.Contact)
	if err != nil || contact.Email == "" {
		return err
	}
	next, err := h.nextWord(p.Misses)
	if err != nil {
		return err
	}
	l, err := h.letter(contact)
	if err != nil {
		return err
	}
	html := letter.RecoveryDraft(letter.Missed{Letter: l, Promise: p, Due: next.Due})
	return h.tx.PutDraft(kept.Draft{Conversation: h.is.ID, HTML: html, Next: &kept.DraftNext{Due: next.Due}, SavedAt: h.now})
}

// honestWord says to the customer that we missed it, when the grace is over and no person wrote. It says when
// to look again for that; zero: never. It keeps nothing and makes nothing good: it is automatic.
func (h *hand) honestWord(p kept.Promise, t kept.Times, e *store.Escalation) (again time.Time, err error) {
	at := promise.HonestWordAt(t, e.BegunAt)
	if at.IsZero() || !e.SaidAt.IsZero() || h.is.LastOutboundAt.After(p.SettledAt) {
		return time.Time{}, nil
	}
	if at.After(h.now) {
		return at, nil
	}
	contact, err := h.tx.Contact(h.is.Contact)
	if err != nil {
		return again, err
	}
	if ok, err := h.mayHear(contact, p); err != nil || !ok {
		return again, err
	}
	next, err := h.nextWord(p.Misses)
	if err != nil {
		return again, err
	}
	l, err := h.letter(contact)
	if err != nil {
		return again, err
	}
	mail := letter.HonestWord(letter.Missed{Letter: l, Promise: p, Due: next.Due})
	id, err := h.sendLetter(mail, contact, "auto-generated", "", promise.Missed)
	if err != nil {
		return again, err
	}
	e.SaidAt = h.now
	if next.ToldIn != 0 {
		return again, nil
	}
	is := next
	is.ToldIn, is.Zone = id, cmp.Or(contact.Zone, is.Zone)
	return again, h.settle(next, is, kept.PromiseTold)
}

// mayHear reports whether Kept may write to a customer by itself of a break: a person reads there, hears it once,
// and not more than a few automatic mails a day.
func (h *hand) mayHear(contact kept.Contact, p kept.Promise) (bool, error) {
	if contact.Email == "" || h.house.nobodys(kept.Address{Email: contact.Email}) {
		return false, nil
	}
	if said, err := h.tx.SaidSince(h.is.ID, p.SettledAt); err != nil || said {
		return false, err
	}
	n, err := h.tx.AutomaticSince(contact.ID, h.now.Add(-24*time.Hour))
	return n < automaticPerDay, err
}
