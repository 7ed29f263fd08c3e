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
}

// PolicyWhen are a policy's conditions; an empty one matches everything.
type PolicyWhen struct {
	Inboxes    []ID       `json:"inboxes,omitempty"`
	Channels   []Channel  `json:"channels,omitempty"`
	Priorities []Priority `json:"priorities,omitempty"`
	Languages  []string   `json:"languages,omitempty"`
}

// Times are what a policy promises at one priority. A zero span is not promised.
type Times struct {
	Calendar   ID      `json:"calendar"` // zero: always, round the clock
	FirstReply Span    `json:"first_reply"`
	NextReply  Span    `json:"next_reply"`
	Update     Span    `json:"update"`   // cadence while it is our turn
	Recovery   Span    `json:"recovery"` // the next word after a broken promise
	FollowUp   Span    `json:"follow_up"`
	CheckIns   []Span  `json:"check_ins"`            // while it is the customer's turn, each counted from the turn's start
	WarnShare  float64 `json:"warn_share,omitempty"` // of the time, 0 to 1
	Warn       Span    `json:"warn,omitempty"`       // this long before; the earlier of the two warns
}

// Always is the calendar that never closes.
const Always ID = 0
