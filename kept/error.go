package kept

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an Error is; a door maps it to its own code once.
type Kind string

// The kinds of failure that a person can be told about. Anything else is a fault of ours.
const (
	Invalid     Kind = "invalid"     // the input is wrong; Field names which
	NotFound    Kind = "not_found"   // it isn't there, or not for this actor
	Forbidden   Kind = "forbidden"   // the actor may see it but not do this
	Conflict    Kind = "conflict"    // somebody else was first; look again
	SignedOut   Kind = "signed_out"  // no valid session or token
	TooMany     Kind = "too_many"    // rate limited; try later
	Unavailable Kind = "unavailable" // a thing we depend on is down; nothing was lost
	TooLarge    Kind = "too_large"   // more bytes than we take
)

// Error is a failure with a sentence for the person who caused or met it.
type Error struct {
	Kind  Kind
	Field string // the input's name, where Kind is Invalid
	Say   string // what happened and what to do, in plain words
	Err   error  // the cause, for the log only
}

func (e *Error) Error() string {
	s := string(e.Kind) + ": " + e.Say
	if e.Field != "" {
		s = string(e.Kind) + " " + e.Field + ": " + e.Say
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Fail makes an Error of a kind with a sentence.
func Fail(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Say: fmt.Sprintf(format, args...)}
}

// Wrong makes an Invalid error that names the field.
func Wrong(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Say: fmt.Sprintf(format, args...)}
}

// Is reports whether err is an Error of the kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}
