package kept

import "time"

// Rotation is people who take turns at the duty: who has it is paged until somebody takes the page.
type Rotation struct {
	ID        ID         `json:"id"`
	Name      string     `json:"name"`
	People    []ID       `json:"people"` // agents, in the order of their turns
	Zone      string     `json:"zone"`   // IANA name; hand-overs are at its wall time
	From      string     `json:"from"`   // the date ("2026-05-18") on which the first person's turn begins
	At        string     `json:"at"`     // when the duty is handed over ("09:00")
	Every     int        `json:"every"`  // days between two hand-overs; 7: on the weekday of From
	Overrides []Override `json:"overrides"`
	Repeat    int        `json:"repeat"`           // minutes between two pages to the same person
	Next      int        `json:"next"`             // minutes until the next person is paged
	URL       string     `json:"url,omitempty"`    // the webhook that each page goes to; empty: none
	Secret    string     `json:"-"`                // signs what goes there; shown once, when it is made
	Signed    bool       `json:"signed,omitempty"` // there is a secret
	GoneAt    time.Time  `json:"gone_at,omitzero"` // no longer in use; its pages stay in the log
}

// Override is somebody who has the duty instead, for a while.
type Override struct {
	From  time.Time `json:"from"`
	To    time.Time `json:"to"` // not part of it
	Agent ID        `json:"agent"`
}

// Duty is who has it, and until when.
type Duty struct {
	Agent    ID        `json:"agent"`
	Since    time.Time `json:"since"`
	Until    time.Time `json:"until,omitzero"` // zero: for ever, as nobody else takes turns
	Then     ID        `json:"then,omitempty"` // who has it after that
	Override bool      `json:"override,omitempty"`
}
