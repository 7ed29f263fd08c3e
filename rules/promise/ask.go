package promise

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// What an ask leaves of the time until the customer's promise, for us to tell them: a quarter of it, and at
// least half an hour.
const (
	askBufferShare = 4
	askBufferLeast = 30 * time.Minute
)

// AskTimes are when somebody who was asked is reminded: at three quarters of their time.
var AskTimes = kept.Times{WarnShare: 0.75}

// AskDue proposes by when a colleague should answer: in their own open hours, before the customer's next
// promise, with time left to tell the customer. Where that is too near for it, half of what is left; where
// nothing is promised (next is zero or past), an open day. It is never at or after next.
func AskDue(cal Calendar, now, next time.Time) (time.Time, error) {
	if !next.After(now) {
		due, err := cal.Add(now, kept.Span{Days: 1})
		return whole(now, due), err
	}
	open := cal.Between(now, next)
	left := open - max(open/askBufferShare, askBufferLeast)
	if left < askBufferLeast/2 {
		left = open / 2
	}
	if left < time.Minute { // they aren't there before it: the promise counts all the same
		return whole(now, now.Add(next.Sub(now)/2)), nil
	}
	due, err := cal.Add(now, kept.Span{Minutes: int(left.Minutes())})
	if err == nil && !due.Before(next) {
		due = now.Add(next.Sub(now) / 2)
	}
	return whole(now, due), err
}

// whole is a time brought back to whole five minutes, as people say it, unless that is no longer to come.
func whole(now, due time.Time) time.Time {
	if round := due.Truncate(5 * time.Minute); round.After(now) {
		return round
	}
	return due
}
