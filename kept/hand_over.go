package kept

import (
	"slices"
	"time"
)

// HandOverState is open, or the one outcome, written once.
type HandOverState string

// The states of a hand-over.
const (
	HandOverOpen  HandOverState = "offered"
	HandOverTaken HandOverState = "accepted"
	HandOverNo    HandOverState = "declined"
	HandOverBack  HandOverState = "taken_back" // by who offered it, or because somebody else has it meanwhile
)

// HandOver is one who waits, offered to somebody else. Until it is accepted, what was promised stays with
// who offered it.
type HandOver struct {
	ID           ID            `json:"id"`
	Conversation ID            `json:"conversation,omitempty"`
	Ask          ID            `json:"ask,omitempty"`  // the promise, where a coworker waits; zero: a customer does
	From         ID            `json:"from"`           // the agent who offers it
	To           ID            `json:"to,omitempty"`   // the agent it is offered to; zero: the next shift of Team
	Team         ID            `json:"team,omitempty"` // zero, without To: the next shift of everybody
	Lead         ID            `json:"lead,omitempty"` // who answers for it, since From has left for the day; they may accept it too
	Note         string        `json:"note"`
	State        HandOverState `json:"state"`
	OfferedAt    time.Time     `json:"offered_at"`
	LeftAt       time.Time     `json:"left_at,omitzero"` // when From left for the day with it
	SettledAt    time.Time     `json:"settled_at,omitzero"`
	SettledBy    ID            `json:"settled_by,omitempty"` // an agent; zero: nobody had to
	Reason       string        `json:"reason,omitempty"`     // why it was declined
}

// For reports whether the hand-over is offered to an agent of these teams.
func (h HandOver) For(agent ID, teams []ID) bool {
	switch {
	case h.State != HandOverOpen || h.From == agent:
		return false
	case h.To == agent || h.Lead == agent:
		return true
	}
	return h.To == 0 && (h.Team == 0 || slices.Contains(teams, h.Team))
}

// SignOff is the end of an agent's day, once a day.
type SignOff struct {
	Agent ID        `json:"agent"`
	Day   string    `json:"day"` // the date on which it began, "2026-05-18", where they are
	At    time.Time `json:"at"`
	Clear bool      `json:"clear"`          // nobody waited for a word from them
	Left  int       `json:"left,omitempty"` // how many were handed to the lead
	Lead  ID        `json:"lead,omitempty"` // to whom
}
