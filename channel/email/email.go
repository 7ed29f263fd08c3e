// Package email is the channel between customers' mail servers and the desk: a listener that takes
// mail in by SMTP or LMTP, a sender that hands mail to a relay, and an outbox that keeps it in a
// folder instead. It moves bytes. It does not know what a mail says, which conversation it belongs
// to, or where it is stored: for that it is handed functions.
package email

import (
	"context"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// Transport hands a mail to the next hop. An error is a *SendError.
type Transport interface {
	// Send hands over raw, a whole RFC 5322 message, for the recipients; from is the envelope's
	// sender, empty for the null sender. A Receipt without an error says that the next hop has it
	// for all of them.
	Send(ctx context.Context, raw []byte, from string, rcpts []string) (kept.Receipt, error)
}

// Mailbox splits the address that a mail was sent to into the mailbox, in lower case, and the tag
// after its first plus sign (RFC 5233): "Help+abc@X.test" is "help@x.test" and "abc".
func Mailbox(address string) (mailbox, tag string) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return strings.ToLower(address), ""
	}
	local, domain := address[:at], address[at:]
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local, tag = local[:plus], local[plus+1:]
	}
	return strings.ToLower(local + domain), tag
}
