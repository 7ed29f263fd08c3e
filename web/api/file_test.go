package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web"
	"github.com/kept-desk/kept/web/api"
)

// brings uploads a file as a browser's form does.
func (b *browser) brings(field, name, mediaType string, body []byte) *answer {
	b.w.Helper()
	return b.bringsTo("/api/uploads", field, name, mediaType, body)
}

func (b *browser) bringsTo(path, field, name, mediaType string, body []byte) *answer {
	b.w.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	part, err := m.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename=%q`, field, name)}, "Content-Type": {mediaType},
	})
	b.w.ok(err)
	_, err = part.Write(body)
	b.w.ok(err)
	b.w.ok(m.Close())
	r := b.request(http.MethodPost, path, form.String())
	r.Header.Set("Content-Type", m.FormDataContentType())
	return b.send(r)
}

func TestAFileGoesOutAndIsReadBack(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		bo := w.as(w.bo)
		bytes := []byte("%PDF-1.7 a plan of the street")
		up := into[api.Upload](bo.brings("file", "../Straßenplan <1>.pdf", "application/pdf", bytes).is(200))
		if up.ID == 0 || up.Size != int64(len(bytes)) || up.Type != "application/pdf" {
			w.Errorf("brought %+v", up)
		}
		path := fmt.Sprintf("/api/attachments/%d", up.ID)
		bo.ask("GET", path, nil).is(200)
		w.as(w.ana).ask("GET", path, nil).problem(404) // not sent yet: Bo's own
		full := into[api.ConversationFull](bo.ask("POST", talk(row.ID, "/reply"), api.Answer{HTML: "<p>The plan.</p>", Then: "wait", Attachments: []kept.ID{up.ID}}).is(200))
		var sent []kept.Attachment
		for _, e := range full.Timeline {
			if e.Message != nil && e.Message.Kind == kept.MessageOut && !e.Message.Automatic {
				sent = e.Message.Attachments
			}
		}
		if len(sent) != 1 || sent[0].ID != up.ID {
			w.Fatalf("sent %+v", sent)
		}
		got := w.as(w.ana).ask("GET", path, nil).is(200)
		if string(got.body) != string(bytes) || got.header.Get("Content-Type") != "application/octet-stream" {
			w.Errorf("read %s: %q", got.header.Get("Content-Type"), got.body)
		}
		if d := got.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename*=utf-8''") || strings.Contains(d, "/") {
			w.Errorf("it is saved as %q", d)
		}
	})
}

func TestAFormWithoutItsFileIsRefused(t *testing.T) {
	each(t, func(w *world) {
		bo := w.as(w.bo)
		bo.brings("other", "x.txt", "text/plain", []byte("x")).problem(422)
		bo.ask("POST", "/api/uploads", `{"file": "x"}`).problem(422)
		bo.ask("POST", "/api/uploads", nil).problem(422)
		cut := bo.request("POST", "/api/uploads", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nhalf a fi")
		cut.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		bo.send(cut).problem(422)
		bo.brings("file", "much.bin", "application/zip", make([]byte, 26<<20)).problem(413)
	})
}

func TestAMailsPicturesAreItsAttachments(t *testing.T) {
	png := []byte("\x89PNG\r\n\x1a\n")
	evil := []byte("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Pictures", "Look.", func(in *kept.Inbound) {
			in.HTML = `<p>Look <img src="cid:router@home"> <img src="cid:gone"> <img data-src="https://track.example/x.png"></p>`
			in.Attachments = []kept.Attachment{
				{Name: "router.png", Type: "image/png", Inline: true, CID: "Router@home", Bytes: png},
				{Name: "evil.svg", Type: "image/svg+xml", Bytes: evil},
				{Name: "page.html", Type: "text/html", Bytes: evil},
			}
		})
		bo := w.as(w.bo)
		full := into[api.ConversationFull](bo.ask("GET", talk(row.ID), nil).is(200))
		m := full.Timeline[0].Message
		want := fmt.Sprintf(`<p>Look <img src="/api/attachments/%d"> <img data-cid="gone"> <img data-src="https://track.example/x.png"></p>`, m.Attachments[0].ID)
		if m.HTML != want {
			w.Errorf("shown: %s\n want: %s", m.HTML, want)
		}
		for i, c := range []struct{ disposition, mediaType string }{{"inline", "image/png"}, {"attachment", "application/octet-stream"}, {"attachment", "application/octet-stream"}} {
			got := bo.ask("GET", fmt.Sprintf("/api/attachments/%d", m.Attachments[i].ID), nil).is(200)
			h := got.header
			if !strings.HasPrefix(h.Get("Content-Disposition"), c.disposition) || h.Get("Content-Type") != c.mediaType {
				w.Errorf("%s is served as %s, %s", m.Attachments[i].Name, h.Get("Content-Type"), h.Get("Content-Disposition"))
			}
			if h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
				w.Errorf("%s may do something: %v", m.Attachments[i].Name, h)
			}
		}
		frame := bo.ask("GET", fmt.Sprintf("/api/messages/%d/html", m.ID), nil).is(200)
		if !bytes.Contains(frame.body, []byte(want)) || !strings.Contains(frame.header.Get("Content-Security-Policy"), "default-src 'none'") {
			w.Errorf("the frame under %q shows %s", frame.header.Get("Content-Security-Policy"), frame.body)
		}
		loaded := bo.ask("GET", fmt.Sprintf("/api/messages/%d/html?images=true", m.ID), nil).is(200)
		if !bytes.Contains(loaded.body, []byte(` src="https://track.example/x.png"`)) {
			w.Errorf("asked for its pictures, it shows %s", loaded.body)
		}
		raw := bo.ask("GET", fmt.Sprintf("/api/messages/%d/raw", m.ID), nil).is(200)
		if raw.header.Get("Content-Type") != "message/rfc822" || !strings.HasPrefix(raw.header.Get("Content-Disposition"), "attachment") || !bytes.HasPrefix(raw.body, []byte("Subject: Pictures")) {
			w.Errorf("the raw mail: %s %s", raw.header.Get("Content-Type"), raw.body)
		}
	})
}

func TestTheOutboxIsLookedInto(t *testing.T) {
	const raw = "Subject: Hello\r\n\r\nHello Marta"
	box := &api.Outbox{
		List: func(cursor string, _ int) ([]api.OutboxItem, string, error) {
			if cursor != "" {
				return nil, "", nil
			}
			return []api.OutboxItem{
				{ID: "b", At: monday, From: "help@northlight.test", To: []string{"marta@example.test", "jo@example.test"}, Subject: "Hello"},
				{ID: "thrown-away", At: monday},
			}, "a", nil
		},
		Open: func(id string) (io.ReadCloser, error) {
			if id != "b" {
				return nil, kept.Fail(kept.NotFound, "There is no such mail.")
			}
			return io.NopCloser(strings.NewReader(raw)), nil
		},
		Read: func(raw []byte) (string, string) {
			_, text, _ := strings.Cut(string(raw), "\r\n\r\n")
			return text, "<p>" + text + "</p>"
		},
	}
	each(t, func(w *world) {
		ana := w.as(w.ana)
		page := into[api.Page[api.OutboxMail]](ana.ask("GET", "/api/outbox", nil).is(200))
		if len(page.Items) != 1 || page.NextCursor != "a" || page.Items[0].Text != "Hello Marta" || page.Items[0].To != "marta@example.test, jo@example.test" {
			w.Errorf("the outbox shows %+v", page)
		}
		mail := ana.ask("GET", page.Items[0].RawURL, nil).is(200)
		if string(mail.body) != raw || mail.header.Get("Content-Type") != "message/rfc822" {
			w.Errorf("the mail: %s %q", mail.header.Get("Content-Type"), mail.body)
		}
		ana.ask("GET", "/api/outbox/nothing", nil).problem(404)

		bo := w.as(w.bo) // there lie mails to customers with their links, and to colleagues
		bo.ask("GET", "/api/outbox", nil).problem(403)
		bo.ask("GET", page.Items[0].RawURL, nil).problem(403)
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		bo.ask("POST", talk(row.ID, "/reply"), api.Answer{HTML: "<p>We found it.</p>", Then: "wait"}).is(200)
		var mine *kept.Message
		for _, e := range into[api.ConversationFull](bo.ask("GET", talk(row.ID), nil).is(200)).Timeline {
			if e.Message != nil && e.Message.Author.ID == w.bo.ID {
				mine = e.Message
			}
		}
		if mine == nil || mine.Delivery != kept.Queued {
			w.Errorf("what became of Bo's own mail: %+v", mine)
		}
	}, func(d *web.Deps) { d.Outbox = box })
}

func TestJSONIsPackedWhereItIsWorthIt(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", strings.Repeat("It is down again. ", 200))
		bo := w.as(w.bo)
		plain := bo.ask("GET", talk(row.ID), nil)
		r := bo.request("GET", talk(row.ID), nil)
		r.Header.Set("Accept-Encoding", "gzip")
		resp, err := bo.client.Do(r)
		w.ok(err)
		defer resp.Body.Close()
		packed, err := io.ReadAll(resp.Body)
		w.ok(err)
		if resp.Header.Get("Content-Encoding") != "gzip" || len(packed) >= len(plain.body)/2 || resp.Header.Get("Vary") != "Accept-Encoding" {
			w.Fatalf("%d bytes of %d, %v", len(packed), len(plain.body), resp.Header)
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		w.ok(err)
		var a, b any
		w.ok(json.NewDecoder(z).Decode(&a))
		w.ok(json.Unmarshal(plain.body, &b))
		if fmt.Sprint(a) != fmt.Sprint(b) {
			w.Error("packed, it says something else")
		}
		small := bo.request("GET", "/api/setup", nil)
		small.Header.Set("Accept-Encoding", "gzip")
		if got := bo.send(small); got.header.Get("Content-Encoding") != "" {
			w.Error("a few bytes are packed")
		}
	})
}
