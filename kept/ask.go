package kept

import "time"

// Asked is what stands beside a promise of kind ask: what one of us asked another, and what came of it. The
// promise says who asked (ToAgent), who was asked (By, Team), and by when.
type Asked struct {
	ID          ID        `json:"id"` // the promise
	Question    string    `json:"question"`
	Answer      string    `json:"answer,omitempty"`
	AnsweredBy  ID        `json:"answered_by,omitempty"` // the agent; zero: nobody has
	AnsweredAt  time.Time `json:"answered_at,omitzero"`
	Answers     int       `json:"-"`              // how many words Answer is of: the first, and what they thought of later
	Note        ID        `json:"note,omitempty"` // the note in the conversation that holds the answer
	TakenAt     time.Time `json:"taken_at,omitzero"`
	RemindedAt  time.Time `json:"reminded_at,omitzero"` // the last reminder
	Reminders   int       `json:"reminders,omitempty"`
	LeadToldAt  time.Time `json:"lead_told_at,omitzero"`
	Away        string    `json:"away,omitempty"` // what an out-of-office said; it is no answer
	AwayAt      time.Time `json:"away_at,omitzero"`
	Withdrawn   string    `json:"withdrawn,omitempty"` // why the asker no longer needs it
	WithdrawnAt time.Time `json:"withdrawn_at,omitzero"`
}
