// Package access says who may do what: one table, asked by every door and every reader. It knows the
// names of operations and roles, and nothing of how either is stored.
package access

import (
	"sort"

	"github.com/kept-desk/kept/kept"
)

// Operation names one thing that can be done; the API's operation ids are these.
type Operation string

// who is a set of those who may.
type who uint8

const (
	anyone   who = 1 << iota // without signing in
	customer                 // by the signed link of one conversation
	agent
	lead
	admin

	signedIn = agent | leads
	leads    = lead | admin
)

// table is the whole of it. An operation that doesn't stand here is nobody's.
var table = map[Operation]who{
	"setup-needed": anyone,
	"set-up":       anyone, // refused once the desk has an agent
	"sign-in":      anyone,
	"sign-in-link": anyone,
	"sign-out":     anyone,

	"telephone-call": anyone, // who knows the inbox's secret address

	"customer-page":       customer,
	"customer-works":      customer,
	"customer-not-solved": customer,
	"customer-words":      customer,
	"customer-sooner":     customer,
	"customer-senior":     customer,
	"customer-not-needed": customer,
	"customer-reach":      customer,
	"customer-call":       customer,
	"customer-no-call":    customer,

	"customer-workaround-fails": customer,

	"me":        signedIn,
	"change-me": signedIn,
	"events":    signedIn,

	"list-conversations":  signedIn,
	"count-conversations": signedIn,
	"read-conversation":   signedIn,
	"read-row":            signedIn,
	"next-conversation":   signedIn,
	"search":              signedIn,
	"start-conversation":  signedIn,
	"change-conversation": signedIn,
	"reply":               signedIn,
	"add-note":            signedIn,
	"put-draft":           signedIn,
	"drop-draft":          signedIn,
	"look":                signedIn,
	"leave":               signedIn,
	"list-promises":       signedIn,
	"read-forecast":       signedIn,
	"safe-time":           signedIn,
	"read-calibration":    signedIn,
	"give-promise":        signedIn,
	"log-call":            signedIn,
	"start-call":          signedIn,
	"list-slots":          signedIn,
	"finish-promise":      signedIn,
	"release-promise":     admin, // an agent can't release a promise to a customer on their own
	"due":                 signedIn,
	"day-check":           signedIn,
	"day-of-teams":        signedIn, // who leads, or leads a team
	"sign-off":            signedIn,
	"short-word":          signedIn,
	"ask-customer":        signedIn,
	"hand-over":           signedIn,
	"hand-over-to":        signedIn,
	"accept-hand-over":    signedIn,
	"decline-hand-over":   signedIn,
	"take-back-hand-over": signedIn,
	"proposals":           signedIn,
	"list-asks":           signedIn,
	"read-ask":            signedIn,
	"whom-to-ask":         signedIn,
	"ask":                 signedIn,
	"propose-ask":         signedIn,
	"answer-ask":          signedIn, // who was asked, or is of the team that was
	"take-ask":            signedIn,
	"withdraw-ask":        signedIn, // who asked, or a lead
	"add-coworker":        leads,    // somebody who can be asked, and doesn't sign in
	"retry-message":       signedIn,
	"read-message":        signedIn,
	"read-raw-mail":       signedIn,
	"read-attachment":     signedIn,
	"upload":              signedIn,
	"change-contact":      signedIn,
	"revoke-links":        signedIn,
	"read-outbox":         admin, // there lie the customers' own links, and mails to every colleague
	"read-outbox-mail":    admin,
	"list-agents":         signedIn,
	"list-inboxes":        signedIn,
	"read-organization":   signedIn,
	"read-calendar":       signedIn,
	"list-calendars":      signedIn,
	"list-teams":          signedIn,
	"list-companies":      signedIn,
	"my-shift":            signedIn,
	"list-policies":       signedIn,
	"add-agent":           admin,
	"change-agent":        admin,
	"add-inbox":           admin,
	"change-inbox":        admin,
	"read-telephone":      admin, // the address is a secret
	"renew-telephone":     admin,
	"change-organization": admin,
	"put-calendar":        admin,
	"add-calendar":        admin,
	"change-calendar":     admin,
	"drop-calendar":       admin,
	"list-holidays":       admin,
	"read-ics":            admin,
	"put-policy":          admin,
	"drop-policy":         admin,
	"order-policies":      admin,
	"preview-policy":      admin,
	"export-policies":     admin,
	"import-policies":     admin,
	"put-team":            admin,
	"drop-team":           admin,
	"put-company":         admin,
	"drop-company":        admin,

	"on-call":         signedIn,
	"list-pages":      signedIn,
	"read-page":       signedIn,
	"take-page":       signedIn,
	"push-key":        signedIn,
	"subscribe":       signedIn,
	"unsubscribe":     signedIn,
	"list-rotations":  admin,
	"add-rotation":    admin,
	"change-rotation": admin,
	"renew-secret":    admin,
	"drop-rotation":   admin,

	"merge-conversation":   signedIn, // within one customer, and undone by the same
	"unmerge-conversation": signedIn,
}

func of(a kept.Actor) who {
	if a.Kind == kept.ByContact && a.ID != 0 && a.Conversation != 0 {
		return anyone | customer
	}
	if a.Kind != kept.ByAgent || a.ID == 0 {
		return anyone
	}
	switch a.Role {
	case kept.RoleAdmin, kept.RoleOwner:
		return anyone | admin
	case kept.RoleLead:
		return anyone | lead
	case kept.RoleAgent:
		return anyone | agent
	}
	return anyone
}

// May reports whether the actor may do the operation. The system may do everything.
func May(a kept.Actor, op Operation) bool {
	if a.Kind == kept.BySystem {
		return true
	}
	return of(a)&table[op] != 0
}

// Check is May as an error: SignedOut where signing in could help, else Forbidden.
func Check(a kept.Actor, op Operation) error {
	if May(a, op) {
		return nil
	}
	if a.Kind != kept.ByAgent || a.ID == 0 {
		return kept.Fail(kept.SignedOut, "Please sign in.")
	}
	return kept.Fail(kept.Forbidden, "Your role doesn't allow this. An admin of your desk can do it, or change your role.")
}

// Allowed lists what the actor may do, by name.
func Allowed(a kept.Actor) []Operation {
	var out []Operation
	for op := range table {
		if May(a, op) {
			out = append(out, op)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}

// Operations lists the whole table's names.
func Operations() []Operation {
	out := make([]Operation, 0, len(table))
	for op := range table {
		out = append(out, op)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}
