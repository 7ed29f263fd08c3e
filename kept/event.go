package kept

import (
	"encoding/json"
	"time"
)

// EventType names what happened, noun first: "promise.broken".
type EventType string

// What can happen. An event is written in the transaction of the verb that made it happen.
const (
	ConversationCreated  EventType = "conversation.created"
	ConversationChanged  EventType = "conversation.changed" // status, assignee, priority, snooze, marks
	MessageReceived      EventType = "message.received"
	MessageWritten       EventType = "message.written" // by us; not yet sent
	MessageAccepted      EventType = "message.accepted"
	MessageDeferred      EventType = "message.deferred"
	MessageBounced       EventType = "message.bounced"
	NoteAdded            EventType = "note.added"
	ChaseRecorded        EventType = "chase.recorded"
	PromiseOpened        EventType = "promise.opened"
	PromiseRecomputed    EventType = "promise.recomputed" // priority or policy changed
	PromiseTold          EventType = "promise.told"
	PromiseWarned        EventType = "promise.warned"
	PromiseWasKept       EventType = "promise.kept"
	PromiseWasBroken     EventType = "promise.broken"
	PromiseFulfilledLate EventType = "promise.fulfilled_late"
	PromiseMadeGood      EventType = "promise.made_good"
	PromiseWasMoved      EventType = "promise.moved"
	PromiseWasReleased   EventType = "promise.released"
	PromiseCorrected     EventType = "promise.corrected" // an outcome turned out untrue; the event names its cause
	PromisePaused        EventType = "promise.paused"    // it is the customer's turn
	PromiseResumed       EventType = "promise.resumed"   // and ours again
	PromiseCarried       EventType = "promise.carried"   // it goes on in another conversation, or with somebody else
	PromiseEscalated     EventType = "promise.escalated" // somebody was told of a break: the data says who, and how
	LeadTold             EventType = "lead.told"         // moved twice, a second time: the data says why
	WorkaroundTold       EventType = "workaround.told"   // a message that offers one was accepted
	WorkaroundDisputed   EventType = "workaround.disputed"
	ConversationMerged   EventType = "conversation.merged"
	ConversationUnmerged EventType = "conversation.unmerged"
	AskSent              EventType = "ask.sent"
	AskReminded          EventType = "ask.reminded"
	AskTaken             EventType = "ask.taken"
	AskAway              EventType = "ask.away"      // an out-of-office came: no answer
	AskUnreached         EventType = "ask.unreached" // its mail did not arrive: the data says to whom, and why
	AskAnswered          EventType = "ask.answered"
	CallLogged           EventType = "call.logged"
	PageSent             EventType = "page.sent"
	PageTaken            EventType = "page.taken"
	PageEnded            EventType = "page.ended" // nobody took it, or there was no need any more
	HandOverOffered      EventType = "hand_over.offered"
	HandOverAccepted     EventType = "hand_over.accepted"
	HandOverDeclined     EventType = "hand_over.declined"
	HandOverTakenBack    EventType = "hand_over.taken_back"
	DaySignedOff         EventType = "day.signed_off"
	LinksRevoked         EventType = "links.revoked"   // the customer's page opens by none of the links sent so far
	ContactChanged       EventType = "contact.changed" // by their own word on their page: how and when they are reached
	AgentSignedIn        EventType = "agent.signed_in"
	AgentSignedOut       EventType = "agent.signed_out"
	AgentChanged         EventType = "agent.changed"
	SettingsChanged      EventType = "settings.changed"
)

// Event is one row of the append-only log: outbox, timeline, audit, live feed and source of
// reports. Replaying the log rebuilds the projections (promises, conversations' state) exactly.
type Event struct {
	ID           ID              `json:"id"`
	Position     string          `json:"position"` // where the log can be resumed after this event
	At           time.Time       `json:"at"`
	Type         EventType       `json:"type"`
	Actor        Actor           `json:"actor"`
	Conversation ID              `json:"conversation,omitempty"`
	Message      ID              `json:"message,omitempty"`
	Promise      ID              `json:"promise,omitempty"`
	Data         json.RawMessage `json:"data,omitempty"` // of the type; for projections, the whole new value

	// For is who may hear of what concerns no conversation and isn't for everybody; set for the live feed, not stored.
	For []ID `json:"-"`
}
