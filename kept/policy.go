package kept

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Span is a length of open time: minutes of open time, or open days, never both.
// An open day is "the same time of day on the next open day" (spec, Calendars). Written "90m", "4h", "1d".
type Span struct {
	Minutes int
	Days    int
}

// Zero reports whether the span is empty: the thing it measures isn't promised.
func (s Span) Zero() bool { return s == Span{} }

func (s Span) String() string {
	switch {
	case s.Days > 0:
		return strconv.Itoa(s.Days) + "d"
	case s.Minutes > 0 && s.Minutes%60 == 0:
		return strconv.Itoa(s.Minutes/60) + "h"
	case s.Minutes > 0:
		return strconv.Itoa(s.Minutes) + "m"
	}
	return ""
}

// ParseSpan reads "90m", "4h" or "1d"; empty is the zero span.
func ParseSpan(text string) (Span, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Span{}, nil
	}
	n, err := strconv.Atoi(text[:len(text)-1])
	if err != nil || n <= 0 || n > 1_000_000 {
		return Span{}, fmt.Errorf("%q is no length of time: write 90m, 4h or 1d", text)
	}
	switch text[len(text)-1] {
	case 'm':
		return Span{Minutes: n}, nil
	case 'h':
		return Span{Minutes: n * 60}, nil
	case 'd':
		return Span{Days: n}, nil
	}
	return Span{}, fmt.Errorf("%q is no length of time: write 90m, 4h or 1d", text)
}

// MarshalJSON writes the span as text.
func (s Span) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// UnmarshalJSON reads the span from text.
func (s *Span) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return err
	}
	var err error
	*s, err = ParseSpan(text)
	return err
}

// Policy is the SLA policy that opens promises: the first whose When matches applies.
type Policy struct {
	ID       ID                 `json:"id"`
	Name     string             `json:"name"`
	Position int                `json:"position"` // the order in which policies are tried
	When     PolicyWhen         `json:"when"`
	Times    map[Priority]Times `json:"times"`
	Confirm  Span               `json:"confirm_window"` // after this without an objection, solved becomes closed

	// SecondTime is by how many steps a customer whose promise was broken within 90 days, or whose
	// solution was none, is treated as more pressing than the priority says.
	SecondTime int `json:"second_time"`

	// Urgency is what a customer's word weighs who needs it sooner; nil: the usual.
	Urgency *Urgency `json:"urgency,omitempty"`
}

// Urgency is how much more pressing a matter becomes by the facts of a customer who needs it sooner. All
// zero, their word alone makes nothing more pressing.
type Urgency struct {
	Deadline int `json:"deadline"`               // steps up for a deadline of theirs before our next word
	Pressing int `json:"cant_work_hours"`        // they can't work, and depend on it for so many hours a day: a step up; zero: none
	Urgent   int `json:"cant_work_urgent_hours"` // and for so many: urgent; zero: never
}

// PolicyWhen are a policy's conditions; an empty one matches everything.
type PolicyWhen struct {
	Inboxes    []ID       `json:"inboxes,omitempty"`
	Channels   []Channel  `json:"channels,omitempty"`
	Priorities []Priority `json:"priorities,omitempty"`
	Languages  []string   `json:"languages,omitempty"`
	Tiers      []string   `json:"tiers,omitempty"` // of the contact's company
	Tags       []string   `json:"tags,omitempty"`  // any of them

	Attributes map[string]string `json:"attributes,omitempty"` // of the contact, each as named
}

// Times are what a policy promises at one priority. A zero span is not promised.
type Times struct {
	Calendar   ID      `json:"calendar"` // Always, CustomersHours, TeamHours, or a calendar's id
	FirstReply Span    `json:"first_reply"`
	NextReply  Span    `json:"next_reply"`
	Update     Span    `json:"update"`   // cadence while it is our turn
	Recovery   Span    `json:"recovery"` // the next word after a broken promise
	Workaround Span    `json:"workaround"`
	Resolution Span    `json:"resolution"`
	FollowUp   Span    `json:"follow_up"`
	CheckIns   []Span  `json:"check_ins"`            // while it is the customer's turn, each counted from the turn's start
	WarnShare  float64 `json:"warn_share,omitempty"` // of the time, 0 to 1
	Warn       Span    `json:"warn,omitempty"`       // this long before

	// Grace is how long after a break a person has to tell the customer before Kept says plainly that
	// it was missed; zero: Kept never does. It runs round the clock.
	Grace      Span       `json:"grace,omitempty"`
	Escalation []Escalate `json:"escalation,omitempty"` // who is told of a break, and when
}

// Escalate is one step after a promise broke.
type Escalate struct {
	After    Span     `json:"after"`              // since the break, round the clock; zero: at once
	To       Level    `json:"to"`                 // who is told
	Rotation ID       `json:"rotation,omitempty"` // with LevelOnCall; zero: the first that has anybody
	By       []Medium `json:"by,omitempty"`       // how; empty: in the desk alone
}

// Level is who an escalation reaches.
type Level string

// The levels of escalation, in their usual order.
const (
	LevelOwner    Level = "owner"    // whose promise it is
	LevelTeam     Level = "team"     // their team
	LevelLead     Level = "lead"     // the team's lead
	LevelOnCall   Level = "on_call"  // whoever has the duty: paged until somebody takes it
	LevelBusiness Level = "business" // the owner of the business
)

// Levels lists them in their usual order.
var Levels = []Level{LevelOwner, LevelTeam, LevelLead, LevelOnCall, LevelBusiness}

// Medium is a way to reach one of us.
type Medium string

// The media.
const (
	ByMail Medium = "mail"
	ByPush Medium = "push" // web push, to every browser that they allowed it in
	ByHook Medium = "hook" // the rotation's webhook
)

// Calendars that a policy can name without their being a row.
const (
	Always         ID = 0  // never closes
	CustomersHours ID = -1 // the contact's, else the company's, else the organization's
	TeamHours      ID = -2 // of the conversation's team, else the organization's
)
