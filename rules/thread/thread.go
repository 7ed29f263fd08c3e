// Package thread decides which conversation a mail belongs to, and which part of a mail its writer
// wrote now. It is pure: candidates are looked up by others and handed in, and so is the time.
//
// It knows no MIME, no database and no network, and it does not decide what a mail does to a
// conversation.
package thread
