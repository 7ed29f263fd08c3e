package email

import "time"

// Observer is told what happens, for counting. Each function may be nil, and is called from many
// goroutines at once.
type Observer struct {
	// Connections is told of each connection that comes (+1) and goes (-1).
	Connections func(change int)

	// Accepted is told of each mail that we answered for: its bytes, and how long it took from its
	// first byte until it was durable.
	Accepted func(bytes int, took time.Duration)

	// Refused is told why a connection, recipient or mail was turned away: one of Refusals.
	Refused func(why string)
}

// Refusals are the words that Observer.Refused is told.
var Refusals = []string{
	"connections", // too many at once
	"rate",        // too many mails a minute
	"recipient",   // no inbox of ours
	"lookup",      // we couldn't tell whether it is one
	"errors",      // too many refusals on one connection
	"size",        // too large
	"memory",      // too many large mails at once
	"loop",        // went round in circles
	"broken",      // the client broke off, or was too slow, within the mail
	"store",       // we couldn't store it
}

func (o Observer) connections(change int) {
	if o.Connections != nil {
		o.Connections(change)
	}
}

func (o Observer) accepted(bytes int, took time.Duration) {
	if o.Accepted != nil {
		o.Accepted(bytes, took)
	}
}

func (o Observer) refused(why string) {
	if o.Refused != nil {
		o.Refused(why)
	}
}
