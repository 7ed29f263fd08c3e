package kept

import "time"

// Status says whose turn it is, or that nobody's is.
type Status string

// The statuses.
const (
	Open    Status = "open"    // our turn
	Pending Status = "pending" // the customer's turn
	Solved  Status = "solved"  // we say so; the customer has not yet
	Closed  Status = "closed"  // confirmed by the customer, or unconfirmed after the check-ins
	Spam    Status = "spam"
)

// Live reports whether the conversation must have an open promise.
func (s Status) Live() bool { return s == Open || s == Pending || s == Solved }

// Turn is whose move it is; it orders lists: what waits for us comes first.
type Turn int

// Whose turn it can be.
const (
	Ours   Turn = 0
	Theirs Turn = 1
	Nobody Turn = 2
)

// Turn says whose turn it is in a conversation of this status.
func (s Status) Turn() Turn {
	switch s {
	case Open:
		return Ours
	case Pending, Solved:
		return Theirs
	}
	return Nobody
}

// Priority changes due times and nothing else.
type Priority string

// The priorities.
const (
	Low    Priority = "low"
	Normal Priority = "normal"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Priorities lists them from least to most pressing.
var Priorities = []Priority{Low, Normal, High, Urgent}

// Conversation is one matter with one contact.
type Conversation struct {
	ID        ID        `json:"id"`
	Inbox     ID        `json:"inbox"`
	Contact   ID        `json:"contact"`
	Subject   string    `json:"subject"`
	Status    Status    `json:"status"`
	Turn      Turn      `json:"turn"` // whose move it is: a promise of ours that is pressing or missed makes it ours in any status
	Priority  Priority  `json:"priority"`
	Assignee  ID        `json:"assignee,omitempty"` // the agent; zero: unassigned
	Team      ID        `json:"team,omitempty"`     // whose it is while nobody has it; zero: everybody's
	Tags      []string  `json:"tags,omitempty"`     // sorted, each once
	Language  string    `json:"language"`           // of the customer's words, BCP 47; empty: not known
	CreatedAt time.Time `json:"created_at"`

	// QueueDue is the place in the queue: the earliest due among the open promises and the broken
	// ones not yet made good. Zero: nothing is promised.
	QueueDue     time.Time `json:"queue_due,omitzero"`
	QueuePromise ID        `json:"queue_promise,omitempty"` // the promise that gives QueueDue

	OurTurnSince   time.Time `json:"our_turn_since,omitzero"`   // zero: it isn't our turn
	TouchedAt      time.Time `json:"touched_at"`                // the last message or change of status
	LastInboundAt  time.Time `json:"last_inbound_at,omitzero"`  // the customer's last message
	LastOutboundAt time.Time `json:"last_outbound_at,omitzero"` // our last human message that was written
	LastWords      string    `json:"last_words"`                // the start of the latest message, one line
	LastBy         ActorKind `json:"last_by"`                   // who wrote it
	Chases         int       `json:"chases"`                    // customer's messages while we kept them waiting, this turn
	SecondTime     bool      `json:"second_time"`               // a promise to this contact was broken before, or it was reopened
	SnoozedUntil   time.Time `json:"snoozed_until,omitzero"`    // a snooze never stops a clock
	SolvedAt       time.Time `json:"solved_at,omitzero"`        // when we last said so; it stands until the customer or we take it back
	ConfirmedAt    time.Time `json:"confirmed_at,omitzero"`     // the customer says that it works; something may still be owed
	ClosedAt       time.Time `json:"closed_at,omitzero"`
	DisputedAt     time.Time `json:"disputed_at,omitzero"`   // the customer says that our solution is none; zero: not since it was last solved
	WorkaroundAt   time.Time `json:"workaround_at,omitzero"` // working again, for now: a workaround was told; zero: none, or it didn't help
	SeniorAt       time.Time `json:"senior_at,omitzero"`     // the customer asked for somebody senior
	Need           *Need     `json:"need,omitempty"`         // what the customer says of how pressing it is
	MergedInto     ID        `json:"merged_into,omitempty"`  // this matter goes on in another conversation
}

// Need is a customer's own word on how pressing their matter is.
type Need struct {
	By      time.Time `json:"by,omitzero"` // their deadline
	Why     string    `json:"why"`         // in their words
	Hours   int       `json:"hours"`       // how many hours a day they depend on it, 0 to 24
	CanWork bool      `json:"can_work"`    // whether they can work meanwhile
	At      time.Time `json:"at"`          // when they said so
}

// Sooner is one time that a customer said they need it sooner, and what came of it.
type Sooner struct {
	Conversation ID        `json:"conversation"`
	Message      ID        `json:"message"` // their words
	At           time.Time `json:"at"`
	Before       time.Time `json:"before,omitzero"` // our promise due first, as it was; zero: there was none
	After        time.Time `json:"after,omitzero"`  // and as it became
	Was          Priority  `json:"was"`
	Became       Priority  `json:"became"`
	Lead         ID        `json:"lead,omitempty"` // who was told, and decides who does what; zero: nobody leads
}

// Raised reports whether their word made the matter more pressing.
func (s Sooner) Raised() bool { return s.Was != s.Became }

// Solution says how far a solution can be believed.
type Solution string

// What a solution can be.
const (
	Unsolved  Solution = ""
	Proposed  Solution = "proposed"  // we say so; the customer may still object
	Assumed   Solution = "assumed"   // nobody objected within the confirmation window
	Confirmed Solution = "confirmed" // the customer says that it works
	Disputed  Solution = "disputed"  // the customer says that it doesn't
)

// Solution says how far this conversation's solution can be believed.
func (c Conversation) Solution() Solution {
	switch {
	case !c.ConfirmedAt.IsZero():
		return Confirmed
	case !c.DisputedAt.IsZero():
		return Disputed
	case c.SolvedAt.IsZero():
		return Unsolved
	case c.Status == Closed:
		return Assumed
	}
	return Proposed
}
