package kept

import "time"

// Contact is a customer person. One person may have several addresses; Email is the one we answer to.
type Contact struct {
	ID        ID        `json:"id"`
	Name      string    `json:"name"`
	Email     string    `json:"email"`
	Company   string    `json:"company"`
	Phone     string    `json:"phone"`
	Zone      string    `json:"zone"`               // IANA name or "UTC+05:30"; empty: not known, the organization's is used
	Language  string    `json:"language"`           // BCP 47; empty: not known
	Notes     string    `json:"notes"`              // how they like to be treated
	Calendar  ID        `json:"calendar,omitempty"` // the hours that we agreed with them; zero: their company's, else not known
	Hours     string    `json:"hours,omitempty"`    // when they want to be reached, as they chose by name on their page ("9-17"), on their clock
	CreatedAt time.Time `json:"created_at"`

	// PhoneSaidAt is when they gave the number on their page: anybody with the link could. It may be called, and says
	// nothing of who calls from it. Zero: one of us wrote it, they called from it, or we reached them there.
	PhoneSaidAt time.Time `json:"phone_said_at,omitzero"`

	Attributes map[string]string `json:"attributes,omitempty"` // what else is known, by name: policies ask for it
}

// Record is what we promised a contact before, and what became of it. A promise to a contact that
// was broken stays broken however late it was fulfilled.
type Record struct {
	Kept       int       `json:"kept"`
	Broken     int       `json:"broken"`
	Moved      int       `json:"moved"`
	LastBroken *Promise  `json:"last_broken,omitempty"`
	Recent     []Promise `json:"recent"` // the latest settled, newest first, at most 12
	Since      time.Time `json:"since,omitzero"`
}
