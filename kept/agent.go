package kept

import "time"

// Agent is a person of ours. Those who serve customers sign in; a coworker can only be asked.
type Agent struct {
	ID        ID        `json:"id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      Role      `json:"role"`
	Zone      string    `json:"zone"`               // IANA name
	Language  string    `json:"language"`           // of the UI, BCP 47
	Password  string    `json:"-"`                  // argon2id, PHC string; empty: cannot sign in by password
	Calendar  ID        `json:"calendar,omitempty"` // their shifts; zero: their team's hours
	Lead      ID        `json:"lead,omitempty"`     // the agent who is told when they don't answer; zero: their team's
	CreatedAt time.Time `json:"created_at"`
	GoneAt    time.Time `json:"gone_at,omitzero"` // deactivated; zero: here
}

// Actor is the agent as one who acts.
func (a Agent) Actor() Actor { return Actor{Kind: ByAgent, ID: a.ID, Name: a.Name, Role: a.Role} }

// Session is one sign-in of an agent. The token itself is never stored, only its SHA-256.
type Session struct {
	ID        ID        `json:"id"`
	Agent     ID        `json:"agent"`
	TokenHash string    `json:"-"`
	UserAgent string    `json:"user_agent"`
	CreatedAt time.Time `json:"created_at"`
	SeenAt    time.Time `json:"seen_at"`
	ExpiresAt time.Time `json:"expires_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
}
