package desk

import (
	"slices"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
)

// Operation names one thing that can be done. Doors know the access table by these names.
type Operation = access.Operation

// Check reports whether an actor may do an operation: SignedOut, Forbidden or nil. The verbs check it
// themselves; a door asks before it reads a body.
func Check(who kept.Actor, op Operation) error { return access.Check(who, op) }

// Allowed lists what an actor may do, where these are the teams.
func Allowed(who kept.Actor, teams []kept.Team) []Operation {
	return slices.DeleteFunc(access.Allowed(who), func(op Operation) bool {
		return op == "day-of-teams" && len(daysSeen(who, teams)) == 0 && !who.Role.Leads()
	})
}

// daysSeen are the teams whose days somebody sees: all, who leads by role; else those that they lead.
func daysSeen(who kept.Actor, teams []kept.Team) []kept.Team {
	if who.Role.Leads() {
		return teams
	}
	return slices.DeleteFunc(slices.Clone(teams), func(t kept.Team) bool { return t.Lead != who.ID })
}

// Operations lists the whole access table.
func Operations() []Operation { return access.Operations() }
