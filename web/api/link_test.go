package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/api"
)

func TestNoAgentIsToldTheCustomersOwnLink(t *testing.T) {
	each(t, func(w *world) {
		bo, ear := w.as(w.bo), w.as(w.bo).listens("")
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		token, ack := w.acknowledged(row)
		link := "https://help.northlight.test/c/" + token
		quoted := "> " + strings.ReplaceAll(ack, "\n", "\n> ")
		raw := []byte("Subject: Re\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(quoted)) + "\r\n" + link)
		text := link + " shows nothing yet. Is fibre street in it?\n\nOn Mon, 16 Nov 2026, Northlight wrote:\n" + quoted
		w.arrives("marta@example.test", "Re: Line down", text, raw, func(in *kept.Inbound) {
			in.HTML = `<p>See <a href="` + link + `">my page</a></p>`
			in.Attachments = []kept.Attachment{{Name: "ours.eml", Type: "message/rfc822", Bytes: []byte("Subject: We have it\r\n\r\n" + ack)}}
			in.InReplyTo = []string{"m1@customer.test"}
		})
		full := into[api.ConversationFull](bo.ask("GET", talk(row.ID), nil).is(200))
		var last *kept.Message
		for _, e := range full.Timeline {
			if e.Message != nil && e.Message.Kind == kept.MessageIn {
				last = e.Message
			}
		}
		view := full.Page[strings.LastIndex(full.Page, "/")+1:]
		if view == token || !strings.Contains(last.HTML, full.Page) || !strings.Contains(last.Visible, full.Page) || !strings.Contains(last.Quoted, full.Page) {
			w.Errorf("%s is not what stands in its place: %+v", full.Page, last)
		}
		bo.ask("POST", talk(row.ID, "/reply"), api.Answer{HTML: "<p>It runs again. Does it?</p>", Then: "solve"}).is(200)
		for _, path := range []string{
			talk(row.ID), talk(row.ID, "/row"), "/api/conversations?list=unassigned", "/api/conversations?list=solved", "/api/search?q=fibre", "/api/search?q=northlight",
			fmt.Sprintf("/api/messages/%d/html", last.ID), fmt.Sprintf("/api/messages/%d/raw", last.ID), fmt.Sprintf("/api/attachments/%d", last.Attachments[0].ID),
		} {
			got := bo.ask("GET", path, nil).is(200)
			if lower := bytes.ToLower(got.body); bytes.Contains(lower, []byte(token)) || len(lower) == 0 {
				w.Errorf("%s tells it: %s", path, got.body)
			}
			if plain, err := base64.StdEncoding.DecodeString(between(string(got.body), "\r\n\r\n", "\r\n")); err == nil && bytes.Contains(plain, []byte(token)) {
				w.Errorf("%s tells it in base64", path)
			}
		}
		for _, q := range []string{token, token[:8], token[:4]} { // letter by letter, a search would tell it too
			if found := into[api.Page[api.Hit]](bo.ask("GET", "/api/search?q="+q, nil).is(200)).Items; len(found) != 0 {
				w.Errorf("a search for %s finds %+v", q, found)
			}
		}
		ear.until("the answer", func(h heard) bool {
			if strings.Contains(h.data, token) {
				w.Errorf("the stream tells it: %s", h.data)
			}
			return eventOf(h).Type == kept.MessageWritten && eventOf(h).Actor.ID == w.bo.ID
		})

		ana := w.as(w.ana) // an admin sees what came, as it came
		if raw := ana.ask("GET", fmt.Sprintf("/api/messages/%d/raw", last.ID), nil).is(200); !strings.HasSuffix(string(raw.body), link) {
			w.Errorf("the raw mail: %s", raw.body)
		}
		var answer kept.ID
		for _, e := range into[api.ConversationFull](bo.ask("GET", talk(row.ID), nil).is(200)).Timeline {
			if e.Message != nil && e.Message.Author.ID == w.bo.ID && e.Message.Kind == kept.MessageOut {
				answer = e.Message.ID
			}
		}
		if s, err := w.desk.BeginSending(context.Background(), answer); err != nil || !strings.Contains(s.Mail.Text, link) || strings.Contains(s.Mail.Text, view) {
			w.Errorf("our mail to her carries another link: %s (%v)", s.Mail.Text, err)
		}
	})
}

// between is the text after one mark and before the next.
func between(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}
