package kept

import "time"

// PromiseKind says what was promised; rules/promise says what fulfils it.
type PromiseKind string

// The kinds of promise.
const (
	Reply      PromiseKind = "reply"
	Update     PromiseKind = "update"
	Workaround PromiseKind = "workaround"
	Resolution PromiseKind = "resolution"
	Callback   PromiseKind = "callback"
	FollowUp   PromiseKind = "follow_up"
	CheckIn    PromiseKind = "check_in"
	Ask        PromiseKind = "ask"
	Custom     PromiseKind = "custom"
)

// PromiseSource says where a promise came from.
type PromiseSource string

// The sources of promises.
const (
	FromPolicy   PromiseSource = "policy"
	FromAgent    PromiseSource = "agent"
	FromText     PromiseSource = "found"
	FromCustomer PromiseSource = "customer"
)

// PromiseState is open, or the one outcome, written once.
type PromiseState string

// The states of a promise.
const (
	PromiseOpen     PromiseState = "open"
	PromiseKept     PromiseState = "kept"
	PromiseBroken   PromiseState = "broken"
	PromiseMoved    PromiseState = "moved"
	PromiseReleased PromiseState = "released"
)

// Cause names what settled a promise: exactly one of the fields is set, or Deadline.
type Cause struct {
	Message  ID     `json:"message,omitempty"`
	Call     ID     `json:"call,omitempty"`
	Actor    *Actor `json:"actor,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Deadline bool   `json:"deadline,omitempty"` // the due instant passed
}

// Promise is what the other side was told we would do, and by when.
type Promise struct {
	ID           ID            `json:"id"`
	Conversation ID            `json:"conversation"`
	To           ID            `json:"to,omitempty"`       // the contact; zero for an ask
	ToAgent      ID            `json:"to_agent,omitempty"` // an ask: who asked, and is owed the answer
	Kind         PromiseKind   `json:"kind"`
	Words        string        `json:"words"`          // what the other side reads; empty: the catalogue's sentence for the kind
	Due          time.Time     `json:"due"`            // UTC, microseconds
	Zone         string        `json:"zone"`           // the IANA zone in which it was told
	By           ID            `json:"by,omitempty"`   // the agent who gave it; for an ask, who was asked
	Team         ID            `json:"team,omitempty"` // whose it is while By is nobody
	Source       PromiseSource `json:"source"`
	Policy       ID            `json:"policy,omitempty"`
	OpenedAt     time.Time     `json:"opened_at"`
	ToldIn       ID            `json:"told_in,omitempty"`      // the message; zero until told
	ToldAt       time.Time     `json:"told_at,omitzero"`       // when that message was accepted by the next hop
	From         time.Time     `json:"from,omitzero"`          // a callback's window begins here and ends at Due; zero: at once
	WarnAt       time.Time     `json:"warn_at,omitzero"`       // the next warning; zero: none is left
	WarnAgainAt  time.Time     `json:"warn_again_at,omitzero"` // the one after it; zero: none
	Warned       int           `json:"warned,omitempty"`       // warnings given
	State        PromiseState  `json:"state"`
	SettledAt    time.Time     `json:"settled_at,omitzero"`
	SettledBy    Cause         `json:"settled_by,omitzero"`
	FulfilledAt  time.Time     `json:"fulfilled_at,omitzero"` // broken: when it was done after all
	MadeGoodAt   time.Time     `json:"made_good_at,omitzero"` // broken: fulfilled late, or a person told a new time
	MovedTo      ID            `json:"moved_to,omitempty"`
	Replaces     ID            `json:"replaces,omitempty"`    // the promise that this one moves, once the customer was told
	Misses       int           `json:"misses,omitempty"`      // how many promises in a row were broken before this recovery
	HeldAt       time.Time     `json:"held_at,omitzero"`      // the customer got the turn, so its clock stands; zero: it runs
	HeldDue      time.Time     `json:"held_due,omitzero"`     // the due that it had then
	HeldMinutes  int           `json:"held_minutes,omitzero"` // how many open minutes its clock stood still in earlier turns of theirs
	Moves        int           `json:"moves,omitempty"`       // how often this matter was moved before
}

// Leads reports whether the promise counts for its conversation's place in the queue. An ask doesn't: it
// is owed to one of us, not to the customer.
func (p Promise) Leads() bool {
	return p.Kind != Ask && (p.State == PromiseOpen || p.State == PromiseBroken && p.MadeGoodAt.IsZero())
}
