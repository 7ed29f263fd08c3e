package kept

import "time"

// PageWhy says why somebody is paged.
type PageWhy string

// Why somebody is paged.
const (
	PageBroken PageWhy = "broken" // a promise broke
	PageUrgent PageWhy = "urgent" // a conversation is urgent
)

// PageEnd says how a page ended.
type PageEnd string

// How a page ends.
const (
	EndTaken    PageEnd = "taken"    // somebody took it
	EndAnswered PageEnd = "answered" // a person answered, or made it good
	EndNoNeed   PageEnd = "no_need"  // closed, spam, merged, or not urgent any more
	EndNobody   PageEnd = "nobody"   // a whole day long, nobody took it
	EndNoDuty   PageEnd = "no_duty"  // the rotation has nobody any more
)

// Page is a call for somebody on duty, repeated until it ends.
type Page struct {
	ID           ID        `json:"id"`
	Conversation ID        `json:"conversation"`
	Promise      ID        `json:"promise,omitempty"` // the broken one; zero: it is urgent
	Rotation     ID        `json:"rotation"`
	Why          PageWhy   `json:"why"`
	By           []Medium  `json:"by"`
	BegunAt      time.Time `json:"begun_at"`
	Agent        ID        `json:"agent,omitempty"` // who is paged now
	Duty         ID        `json:"duty,omitempty"`  // who had the duty when they were
	Turn         int       `json:"turn"`            // how far after the one on duty: 0 is them
	Since        time.Time `json:"since,omitzero"`  // since when this person is paged
	AskedAt      time.Time `json:"asked_at,omitzero"`
	Asked        int       `json:"asked"` // how often somebody was
	TakenBy      ID        `json:"taken_by,omitempty"`
	EndedAt      time.Time `json:"ended_at,omitzero"`
	Ended        PageEnd   `json:"ended,omitempty"`
}

// Alert is a word to one of our own by web push or by a rotation's webhook. It is durable, and is tried
// until it arrived or there is no hope.
type Alert struct {
	ID           ID        `json:"id"`
	By           Medium    `json:"by"`
	Agent        ID        `json:"agent"`                  // whom it is for
	Subscription ID        `json:"subscription,omitempty"` // by push: the browser
	Rotation     ID        `json:"rotation,omitempty"`     // by hook: whose
	Page         ID        `json:"page,omitempty"`         // the page that it is part of; it isn't sent once that ended
	Conversation ID        `json:"conversation"`
	Promise      ID        `json:"promise,omitempty"`
	Title        string    `json:"title"`
	Text         string    `json:"text"`
	URL          string    `json:"url"` // where to look
	CreatedAt    time.Time `json:"created_at"`
	SentAt       time.Time `json:"sent_at,omitzero"`
	Trouble      string    `json:"trouble,omitempty"`
}

// Subscription is a browser in which one of our own allowed push (RFC 8030, RFC 8291).
type Subscription struct {
	ID        ID        `json:"id"`
	Agent     ID        `json:"agent"`
	Session   ID        `json:"-"` // the sign-in there: it is told of nothing once that is over
	Endpoint  string    `json:"-"`
	P256dh    string    `json:"-"` // the browser's public key, base64url
	Auth      string    `json:"-"` // its secret, base64url
	CreatedAt time.Time `json:"created_at"`
}
