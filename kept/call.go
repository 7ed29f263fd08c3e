package kept

import "time"

// Direction says who called whom.
type Direction string

// The directions.
const (
	CallIn  Direction = "in"  // the customer called us
	CallOut Direction = "out" // we called the customer
)

// Outcome says how far a call came.
type Outcome string

// The outcomes of a call.
const (
	Reached   Outcome = "reached" // the two spoke with each other
	Voicemail Outcome = "voicemail"
	NoAnswer  Outcome = "no_answer"
)

// Call is one telephone call with a customer: logged by one of us, told by the telephone system, or a
// voicemail that came by mail.
type Call struct {
	ID           ID        `json:"id"`
	Conversation ID        `json:"conversation"`
	Direction    Direction `json:"direction"`
	By           Actor     `json:"by"`     // who of us spoke or dialled; the system where it isn't known
	Number       string    `json:"number"` // the customer's
	At           time.Time `json:"at"`     // when it began
	Seconds      int       `json:"seconds"`
	Outcome      Outcome   `json:"outcome"`
	Words        string    `json:"words,omitempty"`         // what was said, inside: never sent
	Recording    ID        `json:"recording,omitempty"`     // an attachment
	RecordingURL string    `json:"recording_url,omitempty"` // where the telephone system keeps it; never fetched by us
	Message      ID        `json:"message,omitempty"`       // the mail that a voicemail came as
	Told         bool      `json:"told,omitempty"`          // the telephone system says so: its time can be believed
	LoggedAt     time.Time `json:"logged_at"`
}

// Ended is when the call was over.
func (c Call) Ended() time.Time { return c.At.Add(time.Duration(c.Seconds) * time.Second) }

// Attempt reports whether we tried to call and reached nobody.
func (c Call) Attempt() bool { return c.Direction == CallOut && c.Outcome != Reached }

// Slot is a window in which we can call.
type Slot struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}
