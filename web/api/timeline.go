package api

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// Entry is one thing in a conversation's timeline: a message, what became of a promise, a change of
// the conversation, a chase, or a merge.
type Entry struct {
	At      time.Time     `json:"at"`
	Type    string        `json:"type" enum:"message,call,promise,change,chase,merge,ask"`
	Message *kept.Message `json:"message,omitempty"`
	Call    *kept.Call    `json:"call,omitempty"`
	Promise *kept.Promise `json:"promise,omitempty" doc:"One that was settled then."`
	Event   *EntryEvent   `json:"event,omitempty" doc:"Of a change, chase or merge."`
	Ask     *desk.Ask     `json:"ask,omitempty" doc:"One that was asked among ourselves then."`
}

// EntryEvent is who changed what.
type EntryEvent struct {
	ID    kept.ID        `json:"id"`
	Type  kept.EventType `json:"type"`
	Actor kept.Actor     `json:"actor"`
	Data  *FieldChange   `json:"data,omitempty"`
	To    []kept.ID      `json:"to,omitempty" doc:"Who was told of a miss, or paged: agents."`
	With  *MergedWith    `json:"with,omitempty" doc:"Of a merge, or of its undoing."`
}

// MergedWith is the other conversation of a merge.
type MergedWith struct {
	Conversation kept.ID `json:"conversation"`
	Subject      string  `json:"subject"`
	Away         bool    `json:"away" doc:"This one goes on there; else that one goes on here."`
}

// mergedWith reads the other conversation of a merge from the log.
func mergedWith(e kept.Event) *MergedWith {
	var data struct {
		Conversation kept.ID
		Subject      string
		Into         struct {
			ID      kept.ID
			Subject string
		}
	}
	if json.Unmarshal(e.Data, &data) != nil {
		return nil
	}
	if data.Into.ID != 0 {
		return &MergedWith{data.Into.ID, data.Into.Subject, true}
	}
	return &MergedWith{Conversation: data.Conversation, Subject: data.Subject}
}

// FieldChange is a change of one field.
type FieldChange struct {
	Field string `json:"field" enum:"status,assignee,priority"`
	From  any    `json:"from"`
	To    any    `json:"to"`
}

// toldFields are the changes that a timeline tells, in this order where they came together.
var toldFields = []string{"status", "assignee", "priority"}

// told makes entries of what the desk tells: pictures in mails point at our attachments, and a change
// of several fields is several entries.
func told(entries []desk.Entry) []Entry {
	out := make([]Entry, 0, len(entries))
	for _, e := range entries {
		shown := Entry{At: e.At, Type: e.Type, Call: e.Call, Promise: e.Promise, Ask: e.Ask}
		if e.Message != nil {
			m := shownMessage(*e.Message)
			shown.Message = &m
		}
		if e.Event == nil {
			out = append(out, shown)
			continue
		}
		for _, event := range apart(*e.Event) {
			shown.Event = &event
			out = append(out, shown)
		}
	}
	return out
}

// apart makes an event for each field that a change tells of. A chase changes none.
func apart(e kept.Event) []EntryEvent {
	one := EntryEvent{ID: e.ID, Type: e.Type, Actor: e.Actor}
	if e.Type == kept.ConversationMerged || e.Type == kept.ConversationUnmerged {
		one.With = mergedWith(e)
	}
	if e.Type != kept.ConversationChanged {
		one.To = reached(e)
		return []EntryEvent{one}
	}
	var data struct{ Was, Set map[string]any }
	if json.Unmarshal(e.Data, &data) != nil {
		return nil
	}
	var out []EntryEvent
	for _, field := range toldFields {
		if to, ok := data.Set[field]; ok {
			change := one
			change.Data = &FieldChange{field, data.Was[field], to}
			out = append(out, change)
		}
	}
	return out
}

// reached is who was told of a miss, or paged.
func reached(e kept.Event) []kept.ID {
	var data struct {
		Agents []kept.ID
		Agent  kept.ID
	}
	if e.Type != kept.PromiseEscalated && e.Type != kept.PageSent || json.Unmarshal(e.Data, &data) != nil {
		return nil
	}
	if data.Agent != 0 {
		return []kept.ID{data.Agent}
	}
	return data.Agents
}

// shownMessage is a message as a screen may show it. Its words go out once: what is visible and what is
// quoted are the whole text together, and what a machine wrote isn't folded.
func shownMessage(m kept.Message) kept.Message {
	m.To, m.CC = list(m.To), list(m.CC)
	switch {
	case m.Automatic && m.Text != "":
		m.Visible = ""
	case m.Visible != "":
		m.Text = ""
	}
	m.HTML = pictured(m.HTML, m.Attachments)
	return m
}

var cidSource = regexp.MustCompile(`(?i)\bsrc="cid:([^"]*)"`)

// pictured points the pictures that a mail brought with it (cid:, RFC 2392) at its attachments. One
// that isn't there keeps its name aside, so that nothing is asked for.
func pictured(body string, files []kept.Attachment) string {
	if !strings.Contains(strings.ToLower(body), `"cid:`) {
		return body
	}
	return cidSource.ReplaceAllStringFunc(body, func(src string) string {
		name := cidSource.FindStringSubmatch(src)[1]
		cid := html.UnescapeString(name)
		if plain, err := url.PathUnescape(cid); err == nil {
			cid = plain
		}
		for _, a := range files {
			if a.CID != "" && strings.EqualFold(strings.Trim(a.CID, "<>"), strings.Trim(cid, "<>")) {
				return fmt.Sprintf(`src="/api/attachments/%d"`, a.ID)
			}
		}
		return `data-cid="` + name + `"`
	})
}
