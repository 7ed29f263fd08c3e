package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/oncall"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// Paged is what the events of a page say.
type Paged struct {
	Page     kept.ID       `json:"page"`
	Rotation kept.ID       `json:"rotation"`
	Why      kept.PageWhy  `json:"why"`
	Agent    kept.ID       `json:"agent,omitempty"` // who was paged, or took it
	By       []kept.Medium `json:"by,omitempty"`
	Asked    int           `json:"asked,omitempty"` // how often somebody was paged so far
	How      kept.PageEnd  `json:"how,omitempty"`   // ended
}

// restAfterTaking is how long after somebody took a page the same conversation doesn't page again: they
// are on it.
const restAfterTaking = time.Hour

// page begins to page whoever has the duty of a step's rotation (zero: the first there is). It is false where
// no rotation has anybody. Where this rotation is being paged for the conversation already, or anybody took it
// within the rest, that page stands.
func (h *hand) page(why kept.PageWhy, p kept.Promise, s kept.Escalate, rest time.Duration) (kept.Page, bool, error) {
	r, here, ok, err := h.rotation(s.Rotation)
	if err != nil || !ok {
		return kept.Page{}, false, err
	}
	before, err := h.tx.PagesOf(h.is.ID)
	if err != nil {
		return kept.Page{}, false, err
	}
	for _, b := range slices.Backward(before) {
		switch {
		case b.EndedAt.IsZero() && b.Rotation == r.ID:
			b, err = h.pageFor(b, why, p.ID)
			return b, true, err
		case takenWithin(rest, b, h.now):
			return b, true, nil
		}
	}
	page := kept.Page{Conversation: h.is.ID, Promise: p.ID, Rotation: r.ID, Why: why, By: s.By, BegunAt: h.now}
	if len(page.By) == 0 {
		page.By = []kept.Medium{kept.ByMail, kept.ByPush, kept.ByHook} // at night nobody looks at the desk
	}
	if page.ID, ok, err = h.tx.AddPage(page); err != nil || !ok {
		return page, ok, err
	}
	page, again, err := h.ring(r, page, here)
	if err != nil {
		return page, false, err
	}
	return page, true, h.tx.AddJob(JobPage, Of{page.ID}, fmt.Sprintf("%s %d", JobPage, page.ID), again)
}

func takenWithin(rest time.Duration, page kept.Page, now time.Time) bool {
	return page.Ended == kept.EndTaken && now.Sub(page.EndedAt) < rest
}

// pageFor makes a page that rings because it is urgent that of a promise which has broken meanwhile: now it rings
// until somebody takes it, or the promise is made good.
func (h *hand) pageFor(page kept.Page, why kept.PageWhy, p kept.ID) (kept.Page, error) {
	if page.Why != kept.PageUrgent || why != kept.PageBroken {
		return page, nil
	}
	page.Why, page.Promise = why, p
	return page, h.tx.PageFor(page)
}

// rotation finds the one that a step names, or the first that has anybody.
func (h *hand) rotation(id kept.ID) (r kept.Rotation, here func(kept.ID) bool, ok bool, err error) {
	if here, err = present(h.tx); err != nil {
		return r, here, false, err
	}
	all, err := h.tx.Rotations()
	if err != nil {
		return r, here, false, err
	}
	slices.SortStableFunc(all, func(a, b kept.Rotation) int { // the named one first
		switch id {
		case a.ID:
			return -1
		case b.ID:
			return 1
		}
		return 0
	})
	for _, r := range all {
		if _, ok := oncall.OnDuty(r, h.now, here); ok {
			return r, here, true, nil
		}
	}
	return r, here, false, nil
}

// ring pages the person whose turn it is, and says when to do so again.
func (h *hand) ring(r kept.Rotation, page kept.Page, here func(kept.ID) bool) (kept.Page, time.Time, error) {
	is, ok := oncall.Ask(r, page, h.now, here)
	if !ok {
		return page, time.Time{}, h.endPage(page, kept.EndNoDuty)
	}
	if ok, err := h.tx.AskPage(is); err != nil || !ok {
		return page, time.Time{}, err
	}
	a, err := h.tx.Agent(is.Agent)
	if err != nil {
		return is, time.Time{}, err
	}
	p, err := h.promiseOf(is)
	if err != nil {
		return is, time.Time{}, err
	}
	n := h.pageNotice(a, r, is, p)
	if err := h.reach(a, is.By, n); err != nil {
		return is, time.Time{}, err
	}
	if slices.Contains(is.By, kept.ByHook) && r.URL != "" {
		if err := h.alert(n.alert(kept.Alert{By: kept.ByHook, Agent: a.ID, Rotation: r.ID})); err != nil {
			return is, time.Time{}, err
		}
	}
	h.note(kept.PageSent, 0, is.Promise, Paged{Page: is.ID, Rotation: r.ID, Why: is.Why, Agent: a.ID, By: is.By, Asked: is.Asked})
	return is, oncall.AskAgain(r, is, h.now, here), nil
}

// promiseOf is the broken promise that a page is for; the zero one where it is for an urgent conversation.
func (h *hand) promiseOf(page kept.Page) (kept.Promise, error) {
	if page.Promise == 0 {
		return kept.Promise{}, nil
	}
	return h.tx.Promise(page.Promise)
}

// pageNotice is the word to who is paged, in their language and time.
func (h *hand) pageNotice(a kept.Agent, r kept.Rotation, page kept.Page, p kept.Promise) notice {
	to := words.For(a.Language, a.Zone, h.house.organization.Zone, h.now)
	subject := words.Line(h.is.Subject, 100)
	n := notice{Page: page.ID, Promise: page.Promise, URL: h.d.pageURL(h.house.organization, page.ID)}
	if page.Why == kept.PageUrgent {
		n.Title, n.Text = to.Say("notice.page_urgent", "subject", subject), to.Say("notice.page_urgent_what", "when", to.When(page.BegunAt))
	} else {
		n.Title = to.Say("notice.page_broken", "when", to.On(p.Due), "subject", subject)
		n.Text = to.Say("notice.missed_what", "when", to.On(p.Due), "thing", words.Line(to.Thing(p), 300))
	}
	n.Text += "\n\n" + to.Say("notice.page_take", "rotation", r.Name, "repeat", to.Span(minutes(r.Repeat)), "next", to.Span(minutes(r.Next)))
	return n
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// pageURL is where who is paged takes it.
func (d *Desk) pageURL(o kept.Organization, page kept.ID) string {
	return fmt.Sprintf("%s/page/%d", d.base(o), page)
}

// Page asks once more whoever is to be paged now, and says when the next time is; zero: it is over.
func (d *Desk) Page(ctx context.Context, id kept.ID) (again time.Time, err error) {
	now := d.now()
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		again = time.Time{}
		page, h, err := d.takeForPage(tx, id, kept.System, now)
		if err != nil || !page.EndedAt.IsZero() {
			return err
		}
		if again, err = h.pageAgain(page); err != nil {
			return err
		}
		return h.put()
	})
	return again, err
}

// takeForPage takes the conversation of a page in hand, and reads the page as it is then.
func (d *Desk) takeForPage(tx *store.Tx, id kept.ID, who kept.Actor, now time.Time) (page kept.Page, h *hand, err error) {
	if page, err = tx.Page(id); err != nil {
		return page, nil, err
	}
	if h, err = d.take(tx, page.Conversation, who, now); err != nil {
		return page, nil, err
	}
	page, err = tx.Page(id)
	if err == nil && page.EndedAt.IsZero() && page.Conversation != h.is.ID {
		err = kept.Fail(kept.Conflict, "This conversation was merged at this moment. Please try again.")
	}
	return page, h, err
}

func (h *hand) pageAgain(page kept.Page) (time.Time, error) {
	over, err := h.over(page)
	if err != nil || over {
		return time.Time{}, err
	}
	r, err := h.tx.Rotation(page.Rotation)
	if err != nil {
		return time.Time{}, err
	}
	if !r.GoneAt.IsZero() {
		return time.Time{}, h.endPage(page, kept.EndNoDuty)
	}
	here, err := present(h.tx)
	if err != nil {
		return time.Time{}, err
	}
	if due := oncall.AskAgain(r, page, page.AskedAt, here); page.Asked > 0 && due.After(h.now) {
		return due, nil // this job ran twice
	}
	_, again, err := h.ring(r, page, here)
	return again, err
}

// over ends a page that is needed no more, and says whether it was.
func (h *hand) over(page kept.Page) (bool, error) {
	p, err := h.promiseOf(page)
	if err != nil {
		return false, err
	}
	for _, now := range h.leading { // as this verb has made it
		if now.ID == p.ID {
			p = now
		}
	}
	how, over := oncall.Over(page, h.is, p, h.now)
	if !over {
		return false, nil
	}
	return true, h.endPage(page, how)
}

// endPage ends a page that nobody took, and tells those who lead where nobody did.
func (h *hand) endPage(page kept.Page, how kept.PageEnd) error {
	ended, err := h.tx.EndPage(page.ID, how, 0, h.now)
	if err != nil || !ended {
		return err
	}
	h.note(kept.PageEnded, 0, page.Promise, Paged{Page: page.ID, Rotation: page.Rotation, Why: page.Why, Asked: page.Asked, How: how})
	if how == kept.EndNobody || how == kept.EndNoDuty {
		return h.tellLead("page_untaken", page.Promise)
	}
	return nil
}

// urgent pages at once when a conversation has become urgent, or came as that: by the policy's step that wakes
// whoever is on call.
func (h *hand) urgent() error {
	if h.is.Priority != kept.Urgent || h.is.Status != kept.Open {
		return nil
	}
	fresh := slices.ContainsFunc(h.events, func(e kept.Event) bool { return e.Type == kept.ConversationCreated })
	if h.was.Priority == kept.Urgent && !fresh {
		return nil
	}
	return h.pageUrgent(restAfterTaking)
}

// urgentAgain pages once more when the latest words to an urgent conversation never arrived: whoever wrote them, or
// took the page, believes that it is answered.
func (h *hand) urgentAgain(m kept.Message) error {
	if h.is.Priority != kept.Urgent || m.CreatedAt.Before(h.is.LastOutboundAt) {
		return nil
	}
	if err := h.endNeedless(); err != nil { // one that the words had answered
		return err
	}
	return h.pageUrgent(0)
}

func (h *hand) pageUrgent(rest time.Duration) error {
	_, t, _ := h.times()
	i := slices.IndexFunc(t.Escalation, func(s kept.Escalate) bool { return s.To == kept.LevelOnCall })
	if i < 0 {
		return nil
	}
	_, ok, err := h.page(kept.PageUrgent, kept.Promise{}, t.Escalation[i], rest)
	if err == nil && !ok {
		return h.tellLead("urgent", 0)
	}
	return err
}

// eases are what may make a page needless.
var eases = []kept.EventType{
	kept.PromiseWasKept, kept.PromiseFulfilledLate, kept.PromiseMadeGood, kept.PromiseCorrected, kept.PromiseWasReleased,
	kept.MessageAccepted, kept.ConversationMerged,
}

// ease ends the pages that what happened has made needless, and forgets the words that were prepared for a miss
// which is made good.
func (h *hand) ease() error {
	eased := h.was.Status != h.is.Status || h.was.Priority == kept.Urgent && h.is.Priority != kept.Urgent ||
		slices.ContainsFunc(h.events, func(e kept.Event) bool { return slices.Contains(eases, e.Type) })
	if !eased {
		return nil
	}
	if !slices.ContainsFunc(h.leading, func(p kept.Promise) bool { return promise.Stands(p, h.is) }) {
		if err := h.tx.DropDraft(0, h.is.ID); err != nil {
			return err
		}
	}
	return h.endNeedless()
}

// endNeedless ends the pages that are needed no more.
func (h *hand) endNeedless() error {
	pages, err := h.tx.PagesOf(h.is.ID)
	if err != nil {
		return err
	}
	for _, page := range pages {
		if page.EndedAt.IsZero() {
			if _, err := h.over(page); err != nil {
				return err
			}
		}
	}
	return nil
}

// carryPages carries pages over to another conversation, and says which. Where that rings the same rotation
// already, its page is for what broke here, too.
func (h *hand) carryPages(to *hand, which func(kept.Page) bool) (carried []kept.ID, err error) {
	here, err := h.tx.PagesOf(h.is.ID)
	if err != nil {
		return nil, err
	}
	there, err := h.tx.PagesOf(to.is.ID)
	if err != nil {
		return nil, err
	}
	for _, page := range here {
		if !which(page) {
			continue
		}
		twin := slices.IndexFunc(there, func(b kept.Page) bool {
			return page.EndedAt.IsZero() && b.EndedAt.IsZero() && b.Rotation == page.Rotation
		})
		if twin >= 0 {
			_, err = to.pageFor(there[twin], page.Why, page.Promise)
		} else {
			carried, err = append(carried, page.ID), h.tx.CarryPage(page.ID, to.is.ID)
		}
		if err != nil {
			return nil, err
		}
	}
	return carried, nil
}

// TakePage is somebody's word that they are on it: the page ends, with those of other rotations for the same
// conversation, and that is theirs where it was nobody's. The first who says so has it.
func (d *Desk) TakePage(ctx context.Context, who kept.Actor, id kept.ID) (PageView, error) {
	now := d.now()
	err := d.write(ctx, who, "take-page", func(tx *store.Tx) error {
		page, h, err := d.takeForPage(tx, id, who, now)
		if err != nil {
			return err
		}
		ok, err := tx.EndPage(id, kept.EndTaken, who.ID, now)
		if err != nil {
			return err
		}
		if !ok {
			return d.tooLate(tx, id, who)
		}
		if h.is.Assignee == 0 {
			h.is.Assignee = who.ID
		}
		h.noteTaken(page)
		if err := h.takeOthers(); err != nil {
			return err
		}
		return h.put()
	})
	if err != nil {
		return PageView{}, err
	}
	return d.ReadPage(ctx, who, id)
}

func (h *hand) noteTaken(page kept.Page) {
	h.note(kept.PageTaken, 0, page.Promise, Paged{Page: page.ID, Rotation: page.Rotation, Why: page.Why, Agent: h.who.ID, Asked: page.Asked, How: kept.EndTaken})
}

// takeOthers takes what still rings for the conversation, in other rotations: somebody is on it.
func (h *hand) takeOthers() error {
	pages, err := h.tx.PagesOf(h.is.ID)
	if err != nil {
		return err
	}
	for _, page := range pages {
		ok, err := h.tx.EndPage(page.ID, kept.EndTaken, h.who.ID, h.now) // false: it has ended
		if err != nil {
			return err
		}
		if ok {
			h.noteTaken(page)
		}
	}
	return nil
}

// tooLate says why a page can't be taken any more. Who took it before may say so again.
func (d *Desk) tooLate(tx *store.Tx, id kept.ID, who kept.Actor) error {
	page, err := tx.Page(id)
	if err != nil || page.TakenBy == who.ID {
		return err
	}
	if page.TakenBy == 0 {
		return kept.Fail(kept.Conflict, "This page is over; nobody is needed any more.")
	}
	a, err := tx.Agent(page.TakenBy)
	if err != nil {
		return err
	}
	return kept.Fail(kept.Conflict, "%s has taken it already.", a.Name)
}

// PageView is a page with what it is about.
type PageView struct {
	kept.Page
	RotationName string        `json:"rotation_name"`
	About        Row           `json:"about"`
	Broken       *kept.Promise `json:"broken,omitempty"` // the promise that it is for
	Next         *kept.Promise `json:"next,omitempty"`   // the open promise that the customer hears from us by
}

// ReadPage reads a page with what it is about.
func (d *Desk) ReadPage(ctx context.Context, who kept.Actor, id kept.ID) (v PageView, err error) {
	err = d.read(ctx, who, "read-page", func(tx *store.Tx) error {
		if v.Page, err = tx.Page(id); err != nil {
			return err
		}
		v, err = pageView(tx, v.Page)
		return err
	})
	return v, err
}

// Pages lists the pages that nobody has taken yet, oldest first.
func (d *Desk) Pages(ctx context.Context, who kept.Actor) (list []PageView, err error) {
	const most = 50
	err = d.read(ctx, who, "list-pages", func(tx *store.Tx) error {
		pages, err := tx.OpenPages(most)
		if err != nil {
			return err
		}
		list = make([]PageView, len(pages))
		for i, p := range pages {
			if list[i], err = pageView(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

func pageView(tx *store.Tx, p kept.Page) (v PageView, err error) {
	v.Page = p
	r, err := tx.Row(p.Conversation)
	if err != nil {
		return v, err
	}
	v.About = row(r)
	rotation, err := tx.Rotation(p.Rotation)
	if err != nil {
		return v, err
	}
	v.RotationName = rotation.Name
	leading, err := tx.Leading(p.Conversation)
	if err != nil {
		return v, err
	}
	for _, q := range leading {
		if q.State == kept.PromiseOpen && promise.Escalates(q.Kind) {
			v.Next = &q
			break
		}
	}
	if p.Promise != 0 {
		broken, err := tx.Promise(p.Promise)
		if err != nil {
			return v, err
		}
		v.Broken = &broken
	}
	return v, nil
}
