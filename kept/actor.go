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
	RoleCoworker Role = "coworker" // can be asked, and doesn't sign in
	RoleAgent    Role = "agent"
	RoleLead     Role = "lead"  // an agent who is told what goes wrong, and decides who does what
	RoleAdmin    Role = "admin" // changes the desk
	RoleOwner    Role = "owner" // an admin whose business it is: the last step of an escalation
)

// Roles lists them from least to most that one may.
var Roles = []Role{RoleCoworker, RoleAgent, RoleLead, RoleAdmin, RoleOwner}

// Serves reports whether somebody of this role answers customers.
func (r Role) Serves() bool { return r != RoleCoworker }

// Leads reports whether somebody of this role is told what goes wrong on a team.
func (r Role) Leads() bool { return r == RoleLead || r.Administers() }

// Administers reports whether somebody of this role changes the desk.
func (r Role) Administers() bool { return r == RoleAdmin || r == RoleOwner }

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
