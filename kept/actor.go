package kept

// ActorKind says who acts: a person of ours, a customer, or Kept itself.
type ActorKind string

// Who can act.
const (
	ByAgent   ActorKind = "agent"
	ByContact ActorKind = "contact"
	BySystem  ActorKind = "system"
)

// Role is what an agent may do, as rules/access defines it.
type Role string

// The roles.
const (
	RoleAgent Role = "agent"
	RoleAdmin Role = "admin"
)

// Actor is who does or reads something. Every verb and every reader takes one.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   ID        `json:"id,omitempty"` // the agent or contact; zero for the system
	Name string    `json:"name,omitempty"`
	Role Role      `json:"role,omitempty"` // agents only

	// Conversation is the one conversation that a contact's signed link opens.
	Conversation ID `json:"conversation,omitempty"`
}

// System is Kept itself: the clockwork, acknowledgements, jobs.
var System = Actor{Kind: BySystem, Name: "Kept"}
