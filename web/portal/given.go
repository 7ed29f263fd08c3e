package portal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// given is one promise in the list of what we promised.
type given struct {
	Dial dial
	Head string // the state by name, and when
	Body string // what, and what became of it
	Time string // the instant, for machines
	Href string // where they say that they no longer need it; empty: not by itself
	Link string
	Name string // the link's, for who hears it alone
}

// dial is the small clock before it. Kind is its shape: far, run, theirs, kept, broken, moved,
// released.
type dial struct {
	Kind  string
	Begin string // run: where the wedge begins, in degrees from three o'clock
	Hours string // run: how many hours it spans
	Due   string // far, run: where the hand points, in degrees from the top
}

// givenOf lists the promises to the customer: what is open by its due time, then what is settled,
// latest first.
func givenOf(r words.Reader, v View, base string) []given {
	promises := v.Promises
	alone := releasable(v)
	var all []given
	for _, p := range openOnes(promises) {
		g := openOne(r, p)
		if slices.ContainsFunc(alone, func(q kept.Promise) bool { return q.ID == p.ID }) {
			g.Href, g.Link = base+"/not-needed?promise="+ref(p.ID), r.Say("portal.not_needed_one")
			g.Name = g.Link + ": " + words.Line(r.Thing(p), 80)
		}
		all = append(all, g)
	}
	settled := shown(promises, func(p kept.Promise) bool { return p.State != kept.PromiseOpen })
	slices.SortStableFunc(settled, func(a, b kept.Promise) int { return b.SettledAt.Compare(a.SettledAt) })
	for _, p := range settled {
		all = append(all, settledOne(r, p, promises))
	}
	return all
}

// shown are the promises given to the customer that pass; asks among ourselves are none.
func shown(promises []kept.Promise, pass func(kept.Promise) bool) []kept.Promise {
	var all []kept.Promise
	for _, p := range promises {
		if p.Kind != kept.Ask && pass(p) {
			all = append(all, p)
		}
	}
	return all
}

// openOnes are the open promises by due time.
func openOnes(promises []kept.Promise) []kept.Promise {
	all := shown(promises, func(p kept.Promise) bool { return p.State == kept.PromiseOpen })
	slices.SortStableFunc(all, func(a, b kept.Promise) int { return a.Due.Compare(b.Due) })
	return all
}

func openOne(r words.Reader, p kept.Promise) given {
	if !p.HeldAt.IsZero() { // it is their turn: no time would be true
		return given{Dial: dial{Kind: "theirs"}, Head: r.Say("promise.held"), Body: stop(r.Thing(p)) + " " + r.Say("promise.held_how"), Time: iso(r, p.Due)}
	}
	return given{Dial: dialOf(r, p), Head: words.First(due(r, p)), Body: r.Thing(p), Time: iso(r, p.Due)}
}

func settledOne(r words.Reader, p kept.Promise, all []kept.Promise) given {
	thing := stop(r.Thing(p))
	if p.Words != "" && p.State != kept.PromiseKept {
		thing = r.Say("promise.quoted", "words", thing) // else it would read as if it were so
	}
	switch p.State {
	case kept.PromiseKept:
		return given{
			Dial: dial{Kind: "kept"}, Head: r.Say("promise.kept", "when", r.When(p.SettledAt)),
			Body: thing + " " + r.Say("promise.said_for", "when", r.When(p.Due)), Time: iso(r, p.SettledAt),
		}
	case kept.PromiseMoved:
		body := thing + " " + r.Say("promise.moved_was", "by", due(r, p))
		if i := slices.IndexFunc(all, func(q kept.Promise) bool { return p.MovedTo != 0 && q.ID == p.MovedTo }); i >= 0 {
			body += " " + r.Say("promise.moved_to", "by", due(r, all[i]))
		}
		return given{Dial: dial{Kind: "moved"}, Head: r.Say("promise.moved", "when", r.When(p.SettledAt)), Body: body, Time: iso(r, p.SettledAt)}
	case kept.PromiseReleased:
		return given{
			Dial: dial{Kind: "released"}, Head: r.Say("promise.released", "when", r.When(p.SettledAt)),
			Body: thing + " " + r.Say("promise.released_was", "by", due(r, p)), Time: iso(r, p.SettledAt),
		}
	}
	return given{Dial: dial{Kind: "broken"}, Head: r.Say("promise.missed", "when", r.On(p.Due)), Body: thing + " " + became(r, p), Time: iso(r, p.Due)}
}

// became says what became of a broken promise: done late, a new time told, or nothing yet.
func became(r words.Reader, p kept.Promise) string {
	switch {
	case !p.FulfilledAt.IsZero():
		return r.Say("promise.missed_until", "when", r.When(p.FulfilledAt), "late", r.Late(p.Due, p.FulfilledAt))
	case !p.MadeGoodAt.IsZero():
		return r.Say("promise.missed_told", "when", r.When(p.MadeGoodAt))
	}
	return r.Say("promise.missed_still")
}

// dialOf is the small clock of an open promise: a wedge of the hours that are left, or only the
// hand where they are more than the face has.
func dialOf(r words.Reader, p kept.Promise) dial {
	if p.Kind == kept.CheckIn || p.Kind == kept.FollowUp {
		return dial{Kind: "theirs"}
	}
	d := dial{Kind: "far", Due: short(angle(r.Local(p.Due)))}
	left := p.Due.Sub(r.Now)
	if left > 0 && left <= 12*time.Hour {
		d.Kind, d.Begin, d.Hours = "run", short(angle(r.Now.In(r.Zone))-90), fmt.Sprintf("%.2f", left.Hours())
	}
	return d
}

// onTime reports whether a kind is done at its time, not by it.
func onTime(kind kept.PromiseKind) bool {
	return kind == kept.Callback || kind == kept.CheckIn || kind == kept.FollowUp
}

// due is a promise's time: "today by 16:30", or "today 16:30" for what is done at its time.
func due(r words.Reader, p kept.Promise) string {
	if p.Kind == kept.Callback && !p.From.IsZero() {
		return r.Window(p.From, p.Due)
	}
	if onTime(p.Kind) {
		return r.When(p.Due)
	}
	return r.By(p.Due)
}

// stop ends a sentence that has no end.
func stop(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?:") || strings.HasSuffix(text, "…") || strings.HasSuffix(text, "。") || strings.HasSuffix(text, "؟") {
		return text
	}
	return text + "."
}

func iso(r words.Reader, t time.Time) string { return t.In(r.Zone).Format(time.RFC3339) }
