package thread

import (
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Candidate is a conversation that a mail may belong to. One that was merged away is named by the
// conversation that survived.
type Candidate struct {
	Conversation kept.ID
	Contact      kept.ID   // whose matter it is
	Participants []string  // the addresses that wrote or were written to in it, the contact's own ones too
	Subject      string    // as it stands on the conversation
	LastAt       time.Time // of its latest message
}

// Signed is a candidate that a valid token in a recipient's address names.
type Signed struct {
	Candidate
	For kept.ID // the contact that the token was signed for
}

// Known is what was looked up about a mail before the decision.
type Known struct {
	Sender    kept.ID       // the contact that the From address belongs to; zero: a stranger
	Signed    []Signed      // by token, in the order of the recipients
	ByID      []Candidate   // by MessageIDs(in): conversations that hold one of them
	BySubject []Candidate   // by the base subject
	At        time.Time     // when the mail came
	Window    time.Duration // how long after the last message a subject still counts; zero: never
}

// Reason says why a mail went where it went.
type Reason string

// The reasons, strongest first.
const (
	ByToken   Reason = "token"     // a reply address that we signed for the sender
	ByID      Reason = "reference" // it answers a mail of the conversation, and the sender takes part in it
	BySubject Reason = "subject"   // the same subject among the same people, not long ago
	NewMatter Reason = "new"       // nothing fits
	Outsider  Reason = "outsider"  // something fits, but the sender takes no part in it: a new conversation that mentions it
)

// Decision is which conversation a mail goes to.
type Decision struct {
	Conversation kept.ID // zero: a new one
	Related      kept.ID // what a new conversation is likely related to
	Why          Reason
	Other        bool // the sender takes part, but is not the contact: shown as such
}

// MessageIDs are the identifiers that a mail answers, the nearest first: In-Reply-To, then References
// from the last. None of them is empty.
func MessageIDs(in kept.Inbound) []string {
	refs := slices.Clone(in.References)
	slices.Reverse(refs)
	var ids []string
	for _, id := range append(slices.Clone(in.InReplyTo), refs...) {
		id = strings.TrimSpace(strings.Trim(id, "<>"))
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Match decides where a mail belongs. A candidate counts only if the sender is a participant of it, or
// its token was signed for them; else the mail begins a new conversation that mentions the likely one.
// Where several count, the strongest reason decides, and within it the latest conversation for
// identifiers and subjects, the first for tokens.
func Match(in kept.Inbound, k Known) Decision {
	var related kept.ID
	for _, s := range k.Signed {
		if s.Conversation == 0 {
			continue
		}
		if s.For != 0 && s.For == k.Sender || takesPart(in, s.Candidate, k.Sender) {
			return decide(s.Candidate, ByToken, k)
		}
		related = first(related, s.Conversation)
	}
	if len(MessageIDs(in)) > 0 {
		for _, c := range latestFirst(k.ByID) {
			if takesPart(in, c, k.Sender) {
				return decide(c, ByID, k)
			}
			related = first(related, c.Conversation)
		}
	}
	if related == 0 { // a subject says less than a reference to something else
		for _, c := range latestFirst(k.BySubject) {
			if sameMatter(in, c, k) {
				return decide(c, BySubject, k)
			}
		}
		return Decision{Why: NewMatter}
	}
	return Decision{Related: related, Why: Outsider}
}

func decide(c Candidate, why Reason, k Known) Decision {
	return Decision{Conversation: c.Conversation, Why: why, Other: k.Sender == 0 || c.Contact != k.Sender}
}

func first(have, id kept.ID) kept.ID {
	if have != 0 {
		return have
	}
	return id
}

// takesPart reports whether the sender is the contact of the conversation or one of its addresses.
func takesPart(in kept.Inbound, c Candidate, sender kept.ID) bool {
	if c.Conversation == 0 {
		return false
	}
	if sender != 0 && sender == c.Contact {
		return true
	}
	return len(in.From) > 0 && isAmong(in.From[0].Email, c.Participants)
}

func isAmong(addr string, list []string) bool {
	return strings.Contains(addr, "@") && slices.ContainsFunc(list, func(p string) bool { return strings.EqualFold(p, addr) })
}

// sameMatter reports whether subject, people and time make it likely that a mail without any
// reference goes on with a conversation. A subject must say something, and the mail must look like an
// answer or repeat the subject to the letter.
func sameMatter(in kept.Inbound, c Candidate, k Known) bool {
	base := Subject(in.Subject)
	if k.Window <= 0 || len([]rune(base)) < 3 || !strings.EqualFold(base, Subject(c.Subject)) || !takesPart(in, c, k.Sender) {
		return false
	}
	age := k.At.Sub(c.LastAt)
	return age <= k.Window && age >= -k.Window
}

// latestFirst orders candidates by their last message; equal ones stay as they came.
func latestFirst(list []Candidate) []Candidate {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b Candidate) int { return b.LastAt.Compare(a.LastAt) })
	return out
}
