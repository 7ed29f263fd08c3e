package api

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

// Outbox is where mails lie that were delivered to this machine instead of the world.
type Outbox struct {
	List func(cursor string, limit int) (items []OutboxItem, next string, err error) // newest first
	Open func(id string) (io.ReadCloser, error)                                      // kept.NotFound for one that isn't there
	Read func(raw []byte) (text, html string)                                        // what a mail says; the HTML sanitised
}

// OutboxItem is a mail in the outbox.
type OutboxItem struct {
	ID      string
	At      time.Time
	From    string
	To      []string
	Subject string
}

// OutboxMail is a mail as the outbox shows it.
type OutboxMail struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
	RawURL  string    `json:"raw_url"`
}

type outboxQuery struct {
	Cursor string `query:"cursor" doc:"next_cursor of the part before."`
}

var errNoOutbox = kept.Fail(kept.NotFound, "Mails really leave this desk, so there is no outbox to look into.")

// outboxPage is how many mails a part of the outbox holds, and mostRead how many bytes of each are read.
const (
	outboxPage = 20
	mostRead   = 4 << 20
)

func (d *door) outbox(_ context.Context, in *outboxQuery) (*body[Page[OutboxMail]], error) {
	if d.Outbox == nil {
		return nil, errNoOutbox
	}
	items, next, err := d.Outbox.List(in.Cursor, outboxPage)
	if err != nil {
		return nil, err
	}
	out := Page[OutboxMail]{Items: make([]OutboxMail, 0, len(items)), NextCursor: next}
	for _, item := range items {
		m := OutboxMail{
			ID: item.ID, At: item.At, From: item.From, To: strings.Join(item.To, ", "), Subject: item.Subject,
			RawURL: "/api/outbox/" + url.PathEscape(item.ID),
		}
		raw, err := d.outboxRaw(item.ID)
		if kept.Is(err, kept.NotFound) {
			continue // thrown away meanwhile
		}
		if err != nil {
			return nil, err
		}
		m.Text, m.HTML = d.Outbox.Read(raw)
		out.Items = append(out.Items, m)
	}
	return &body[Page[OutboxMail]]{out}, nil
}

func (d *door) outboxRaw(id string) ([]byte, error) {
	r, err := d.Outbox.Open(id)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // it was only read
	return io.ReadAll(io.LimitReader(r, mostRead))
}

type outboxMailInput struct {
	ID string `path:"id" doc:"The id."`
}

func (d *door) outboxMail(_ context.Context, in *outboxMailInput) (stream, error) {
	if d.Outbox == nil {
		return nil, errNoOutbox
	}
	mail, err := d.Outbox.Open(in.ID)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter, r *http.Request) {
		defer mail.Close() //nolint:errcheck // it was only read
		httpx.Unhurried(w, slowestFile)
		download(w, in.ID+".eml", "message/rfc822", -1)
		w.WriteHeader(http.StatusOK)
		if r.Method != http.MethodHead {
			_, _ = io.Copy(w, mail) // who has gone needs no answer
		}
	}, nil
}
