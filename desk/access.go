package desk

import (
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
)

// Operation names one thing that can be done. Doors know the access table by these names.
type Operation = access.Operation

// Check reports whether an actor may do an operation: SignedOut, Forbidden or nil. The verbs check it
// themselves; a door asks before it reads a body.
func Check(who kept.Actor, op Operation) error { return access.Check(who, op) }

// Allowed lists what an actor may do.
func Allowed(who kept.Actor) []Operation { return access.Allowed(who) }

// Operations lists the whole access table.
func Operations() []Operation { return access.Operations() }
