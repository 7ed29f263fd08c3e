package oncall

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// Ask says whom a page goes to at an instant: who has the duty, then, each after Next minutes without an answer,
// the one after them, and round again. A hand-over begins anew with who has the duty from then on. It is false
// where the rotation has nobody.
func Ask(r kept.Rotation, p kept.Page, at time.Time, here func(kept.ID) bool) (kept.Page, bool) {
	line := Line(r, at, here)
	if len(line) == 0 {
		return p, false
	}
	switch {
	case p.Asked == 0 || line[0] != p.Duty:
		p.Duty, p.Turn, p.Since = line[0], 0, at
	case at.Sub(p.Since) >= minutes(r.Next):
		p.Turn, p.Since = p.Turn+1, at
	}
	p.Agent = line[p.Turn%len(line)]
	p.AskedAt, p.Asked = at, p.Asked+1
	return p, true
}

// AskAgain is when a page is to be sent the next time, if nobody takes it: repeated, the next person's, or
// at the hand-over.
func AskAgain(r kept.Rotation, p kept.Page, at time.Time, here func(kept.ID) bool) time.Time {
	again := at.Add(minutes(r.Repeat))
	if next := p.Since.Add(minutes(r.Next)); next.After(at) && next.Before(again) {
		again = next
	}
	if d, ok := OnDuty(r, at, here); ok && d.Until.After(at) && d.Until.Before(again) {
		again = d.Until
	}
	return again
}

// longest is how long a page is repeated before it is told to those who lead that nobody takes it.
const longest = 24 * time.Hour

// Over says whether a page is needed no more, and how it ends. Promise is the broken one that it is for; it is
// not asked where the page is for an urgent conversation.
func Over(p kept.Page, c kept.Conversation, promise kept.Promise, at time.Time) (how kept.PageEnd, over bool) {
	switch {
	case !c.Status.Live() || c.MergedInto != 0:
		return kept.EndNoNeed, true
	case p.Why == kept.PageBroken && (promise.State != kept.PromiseBroken || !promise.MadeGoodAt.IsZero()):
		return kept.EndAnswered, true
	case p.Why == kept.PageUrgent && c.LastOutboundAt.After(p.BegunAt):
		return kept.EndAnswered, true
	case p.Why == kept.PageUrgent && (c.Priority != kept.Urgent || c.Status == kept.Solved): // they say themselves that it works
		return kept.EndNoNeed, true
	case !at.Before(p.BegunAt.Add(longest)):
		return kept.EndNobody, true
	}
	return "", false
}

func minutes(n int) time.Duration { return time.Duration(max(n, 1)) * time.Minute }
