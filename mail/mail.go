// Package mail turns the bytes of a mail into kept.Inbound and a kept.Outbound into bytes: MIME,
// charsets, delivery reports, automatic replies, and HTML that is safe to show. Whatever it is
// given, it answers: a mail that nobody could understand comes back as Unreadable, never as an error.
//
// It knows no network, no database and no conversation: who sent the mail through which inbox, which
// conversation it belongs to and what of it is quoted are decided by others.
package mail

// Limits within which every mail is read. What lies beyond them is left out of the message with a
// warning, and stays in the raw mail.
const (
	maxHeader      = 512 << 10 // bytes of one header block
	maxFields      = 2000      // fields of one header block
	maxField       = 256 << 10 // bytes of one field
	maxDepth       = 16        // multiparts within multiparts
	maxParts       = 1000      // parts of one mail
	maxText        = 2 << 20   // bytes of plain text shown
	maxHTML        = 1 << 20   // bytes of HTML shown
	maxAddresses   = 1000      // per field
	maxReferences  = 200
	maxWarnings    = 20
	maxAttachments = 500
)
