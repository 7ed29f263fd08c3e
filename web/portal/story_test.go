package portal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/portal"
)

// The story: Northlight Broadband, Monday 18 May 2026, 14:20 in Dublin. Aoife serves Marta, whose
// line is down for the second time.

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

const (
	marta = kept.ID(7)
	aoife = kept.ID(3)
)

func ours() portal.View {
	return portal.View{
		Organization: kept.Organization{
			Name: "Northlight Broadband", Zone: "Europe/Dublin", Language: "en", Brand: "#2c478c",
			Address: "Northlight Broadband, 12 Dock Road, Galway, 091 555 0140",
		},
		Conversation: kept.Conversation{ID: 12, Contact: marta, Subject: "Line down again", Status: kept.Open, CreatedAt: at("2026-04-28T09:00:00Z"), LastOutboundAt: at("2026-05-18T13:19:00Z")},
		Contact:      kept.Contact{ID: marta, Name: "Marta Oliveira", Email: "marta@example.com", Zone: "Europe/Dublin", Language: "en"},
		Agent:        "Aoife Brennan",
		Now:          at("2026-05-18T13:20:00Z"),
		Promises: []kept.Promise{
			{ID: 1, Kind: kept.Resolution, Words: "Your line works again", Due: at("2026-05-03T17:00:00Z"), State: kept.PromiseBroken, SettledAt: at("2026-05-03T17:00:00Z"), FulfilledAt: at("2026-05-08T18:30:00Z"), MadeGoodAt: at("2026-05-08T18:30:00Z")},
			{ID: 2, Kind: kept.Custom, Words: "A 5G router at your door.", Due: at("2026-05-15T16:00:00Z"), State: kept.PromiseKept, SettledAt: at("2026-05-15T14:52:00Z")},
			{ID: 3, Kind: kept.Update, Words: "What the line test found", Due: at("2026-05-18T15:30:00Z"), State: kept.PromiseMoved, SettledAt: at("2026-05-18T13:19:00Z"), MovedTo: 4},
			{ID: 4, Kind: kept.Callback, Words: "Aoife Brennan calls you with what we found at the cabinet in your street.", Due: at("2026-05-19T09:00:00Z"), State: kept.PromiseOpen},
			{ID: 5, Kind: kept.Resolution, Words: "Your line works again.", Due: at("2026-05-19T16:00:00Z"), State: kept.PromiseOpen},
			{ID: 6, Kind: kept.Ask, Words: "Declan, what is wrong at the cabinet?", Due: at("2026-05-18T14:00:00Z"), State: kept.PromiseOpen},
			{ID: 8, Kind: kept.Callback, Due: at("2026-05-14T10:00:00Z"), State: kept.PromiseReleased, SettledAt: at("2026-05-13T09:10:00Z")},
		},
		Messages: []kept.Message{
			says(kept.MessageIn, "Marta Oliveira", marta, "2026-05-13T09:10:00Z", "Please don't call, I sit in court on Thursday."),
			says(kept.MessageOut, "Aoife Brennan", aoife, "2026-05-15T08:31:00Z", "You will work tomorrow at nine, Marta. A courier brings you a 5G router by 17:00 today.\n\nWe said 3 May and it became 8 May; that was our miss. You can follow it on https://track.example.com/NB-118."),
			note("Router NB-118 paid from goodwill. Mother of a councillor!"),
			itself("We have it, Marta: you hear from Aoife today by 14:45."),
			says(kept.MessageIn, "Marta Oliveira", marta, "2026-05-18T12:47:00Z", "The router saved my weekend, thank you. Only the upload drops at eleven, when the whole street is awake.\n\nOn Wednesday at nine I have a court hearing that can’t drop. Will the line be back by then?"),
			says(kept.MessageOut, "Aoife Brennan", aoife, "2026-05-18T13:19:00Z", "Good to hear that it held, Marta. I’ll call you tomorrow at 10 with what Declan found, and your line works again by Tuesday 17:00."),
			bounced("This never reached you"),
		},
	}
}

func says(kind kept.MessageKind, name string, id kept.ID, when, text string) kept.Message {
	by := kept.ByAgent
	if kind == kept.MessageIn {
		by = kept.ByContact
	}
	return kept.Message{Kind: kind, Author: kept.Actor{Kind: by, ID: id, Name: name}, Visible: text, Text: text, CreatedAt: at(when), Delivery: kept.Accepted}
}

func note(text string) kept.Message {
	return says(kept.MessageNote, "Aoife Brennan", aoife, "2026-05-15T08:35:00Z", text)
}

func itself(text string) kept.Message {
	m := says(kept.MessageOut, "Kept", 0, "2026-05-18T12:47:05Z", text)
	m.Automatic = true
	return m
}

func bounced(text string) kept.Message {
	m := says(kept.MessageOut, "Aoife Brennan", aoife, "2026-05-18T13:19:30Z", text)
	m.Delivery = kept.Bounced
	return m
}

// missed is Tomasz, who waits for a tracking number since eleven.
func missed() portal.View {
	v := ours()
	v.Contact = kept.Contact{ID: 8, Name: "Tomasz Wieczorek", Zone: "Europe/Dublin", Language: "en"}
	v.Conversation.Subject = "Second router"
	v.Promises = []kept.Promise{
		{ID: 1, Kind: kept.Custom, Words: "The tracking number of the second router.", Due: at("2026-05-18T10:00:00Z"), State: kept.PromiseBroken, SettledAt: at("2026-05-18T10:00:00Z")},
		{ID: 2, Kind: kept.Update, Due: at("2026-05-18T14:30:00Z"), State: kept.PromiseOpen},
		{ID: 3, Kind: kept.Custom, Words: "The router at 14 Quay Street.", Due: at("2026-05-19T12:00:00Z"), State: kept.PromiseOpen},
	}
	return v
}

// german is a long name in another zone.
func german() portal.View {
	v := ours()
	v.Contact = kept.Contact{ID: 9, Name: "Annegret Freifrau von Hohenstein-Schwarzenbach", Zone: "Europe/Berlin", Language: "de-DE"}
	v.Conversation.Subject = "Anschluss im Ferienhaus"
	v.Promises = []kept.Promise{
		{ID: 1, Kind: kept.Resolution, Due: at("2026-05-14T16:00:00Z"), State: kept.PromiseBroken, SettledAt: at("2026-05-14T16:00:00Z"), MadeGoodAt: at("2026-05-18T12:12:00Z")},
		{ID: 2, Kind: kept.Reply, Due: at("2026-05-18T13:00:00Z"), State: kept.PromiseKept, SettledAt: at("2026-05-18T12:12:00Z")},
		{ID: 3, Kind: kept.Callback, Words: "Aoife Brennan ruft Sie an und sagt Ihnen, was wir am Verteilerkasten Ihres Ferienhauses gefunden haben.", Due: at("2026-05-19T09:00:00Z"), State: kept.PromiseOpen},
	}
	v.Messages = []kept.Message{
		says(kept.MessageIn, "Annegret Freifrau von Hohenstein-Schwarzenbach", 9, "2026-05-18T07:05:00Z", "Am Mittwoch kommen die ersten Gäste. Ohne Anschluss funktioniert das Türschloss nicht: Glasfaserhausübergabepunktbeleuchtung dunkel."),
		says(kept.MessageOut, "Aoife Brennan", aoife, "2026-05-18T12:12:00Z", "Guten Tag, Frau von Hohenstein-Schwarzenbach, wir hatten Ihnen Donnerstag zugesagt und das nicht gehalten. Ich rufe Sie morgen um 11:00 Uhr Ihrer Zeit an, mit dem Ergebnis der Leitungsprüfung."),
	}
	return v
}

// arabic is words from right to left on a page from left to right.
func arabic() portal.View {
	v := ours()
	v.Contact = kept.Contact{ID: 10, Name: "ليلى الحدّاد", Zone: "UTC+03:00", Language: "ar"}
	v.Conversation.Subject = "الإنترنت لا يعمل منذ الصباح"
	v.Promises = []kept.Promise{{ID: 1, Kind: kept.Reply, Due: at("2026-05-18T15:30:00Z"), State: kept.PromiseOpen}}
	v.Messages = []kept.Message{
		says(kept.MessageIn, "ليلى الحدّاد", 10, "2026-05-18T12:47:00Z", "مرحباً، الإنترنت لا يعمل منذ الساعة 9:00 صباحاً.\nهل يمكنكم المساعدة؟ رقم العميل NB-4471."),
	}
	return v
}

func pending() portal.View {
	v := ours()
	v.Conversation.Status = kept.Pending
	v.Promises = []kept.Promise{{ID: 1, Kind: kept.CheckIn, Due: at("2026-05-21T09:00:00Z"), State: kept.PromiseOpen}}
	return v
}

func solved() portal.View {
	v := ours()
	v.Conversation.Status, v.Conversation.SolvedAt, v.ObjectBy = kept.Solved, at("2026-05-18T12:00:00Z"), at("2026-05-27T12:00:00Z")
	v.Promises = []kept.Promise{
		{ID: 1, Kind: kept.FollowUp, Due: at("2026-05-21T09:00:00Z"), State: kept.PromiseOpen},
		{ID: 2, Kind: kept.Reply, Due: at("2026-05-18T13:00:00Z"), State: kept.PromiseKept, SettledAt: at("2026-05-18T12:00:00Z")},
	}
	return v
}

func closed() portal.View {
	v := solved()
	v.Conversation.Status, v.Conversation.ClosedAt = kept.Closed, at("2026-05-18T13:00:00Z")
	v.Promises = v.Promises[1:]
	return v
}

// farAway is a due time that the face has no room for.
func farAway() portal.View {
	v := ours()
	v.Promises = []kept.Promise{{ID: 1, Kind: kept.Reply, Due: at("2026-05-26T09:00:00Z"), State: kept.PromiseOpen}}
	return v
}

// first is before we said anything.
func first() portal.View {
	v := farAway()
	v.Conversation.LastOutboundAt = time.Time{}
	v.Messages = v.Messages[:1]
	return v
}

// pressing is Marta with a workaround that holds, who needs it sooner and asked for somebody senior.
func pressing() portal.View {
	v := ours()
	v.Conversation.Priority, v.Conversation.WorkaroundAt, v.Conversation.SeniorAt = kept.Urgent, at("2026-05-15T15:00:00Z"), at("2026-05-18T13:10:00Z")
	v.Conversation.Need = &kept.Need{By: at("2026-05-19T08:00:00Z"), Hours: 5, At: at("2026-05-18T13:18:00Z")}
	v.Lead, v.Names = "Sara Okafor", map[kept.ID]string{11: "Sara Okafor"}
	v.Sooner = &kept.Sooner{Before: at("2026-05-18T20:00:00Z"), After: at("2026-05-18T14:00:00Z"), Was: kept.Normal, Became: kept.Urgent, Lead: 11}
	v.Promises = append(v.Promises, kept.Promise{ID: 9, Kind: kept.Update, By: 11, Due: at("2026-05-18T14:00:00Z"), State: kept.PromiseOpen})
	return v
}

// desk is a desk for one view. Its verbs fail the test unless they are set.
func desk(t *testing.T, v portal.View) portal.Deps {
	t.Helper()
	told := func(what string) error {
		t.Errorf("the desk was told %q", what)
		return nil
	}
	return portal.Deps{
		View:            func(context.Context, string) (portal.View, error) { return v, nil },
		Works:           func(context.Context, string, string) error { return told("works") },
		NotSolved:       func(context.Context, string, string, string) error { return told("not solved") },
		AddWords:        func(context.Context, string, string, string, []kept.Attachment) error { return told("words") },
		AskSenior:       func(context.Context, string, string, string) error { return told("senior") },
		NotNeeded:       func(context.Context, string, string, kept.ID, string) error { return told("not needed") },
		NeedSooner:      func(context.Context, string, kept.Need, string) error { return told("sooner") },
		WorkaroundFails: func(context.Context, string, string, string) error { return told("no help") },
		ChangeReach:     func(context.Context, string, portal.Reach) error { return told("reach") },
		MaxFiles:        1 << 20,
	}
}

func get(t *testing.T, deps portal.Deps, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return send(t, deps, http.MethodGet, path, nil, header...)
}

func post(t *testing.T, deps portal.Deps, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return send(t, deps, http.MethodPost, path, form, header...)
}

func send(t *testing.T, deps portal.Deps, method, path string, form url.Values, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	portal.Handler(deps).ServeHTTP(w, r)
	return w
}
