package desk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// PutDraft keeps what an agent is writing.
func (d *Desk) PutDraft(ctx context.Context, who kept.Actor, draft kept.Draft) (kept.Draft, error) {
	if len(draft.HTML) > 1<<20 {
		return draft, kept.Wrong("html", "This draft is longer than a mail can sensibly be. Attach it as a file instead.")
	}
	draft.Agent, draft.SavedAt = who.ID, d.now()
	return draft, d.write(ctx, who, "put-draft", func(tx *store.Tx) error {
		if _, err := tx.Conversation(draft.Conversation); err != nil {
			return err
		}
		return tx.PutDraft(draft)
	})
}

// DropDraft forgets what an agent was writing.
func (d *Desk) DropDraft(ctx context.Context, who kept.Actor, conversation kept.ID) error {
	return d.write(ctx, who, "drop-draft", func(tx *store.Tx) error {
		// Who empties the composer has seen what was prepared for a miss, and doesn't want it.
		return errors.Join(tx.DropDraft(who.ID, conversation), tx.DropDraft(0, conversation))
	})
}

// MaxUpload is the largest file that an agent may attach, in bytes.
const MaxUpload = 25 << 20

// Upload keeps a file that an agent will attach.
func (d *Desk) Upload(ctx context.Context, who kept.Actor, name, contentType string, body io.Reader) (a kept.Attachment, err error) {
	sha, size, err := d.blobs.PutReader(ctx, body, MaxUpload)
	if err != nil {
		return a, err
	}
	a = kept.Attachment{Name: fileName(name), Type: contentType, Size: size, SHA256: sha}
	now := d.now()
	err = d.write(ctx, who, "upload", func(tx *store.Tx) error {
		a.ID, err = tx.AddUpload(who.ID, a, now)
		return err
	})
	return a, err
}

// fileName is a file's name without what could lead elsewhere.
func fileName(name string) string {
	const most = 200
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_")))
	if name == "" {
		return "file"
	}
	if letters := []rune(name); len(letters) > most {
		return string(letters[:most])
	}
	return name
}

// Attachment opens a file of a message.
func (d *Desk) Attachment(ctx context.Context, who kept.Actor, id kept.ID) (a kept.Attachment, r io.ReadCloser, err error) {
	err = d.read(ctx, who, "read-attachment", func(tx *store.Tx) error {
		if a, err = tx.Attachment(id); err != nil {
			return err
		}
		if a.Message != 0 {
			return nil
		}
		if recorded, err := tx.Recorded(id); err != nil || recorded {
			return err
		}
		_, err = tx.Upload(who.ID, id) // somebody's own, not sent yet
		return err
	})
	if err != nil {
		return a, nil, err
	}
	if r, _, err = d.openBlob(ctx, a.SHA256); err != nil || who.Role.Administers() || !mayQuote(a.Type) {
		return a, r, err
	}
	defer r.Close() //nolint:errcheck // it was read
	raw, err := io.ReadAll(r)
	if err == nil {
		raw, err = d.veilMail(ctx, raw)
	}
	return a, unlocked{bytes.NewReader(raw)}, err
}

// mayQuote reports a kind of file in which a mail of ours may lie with its link: one that came back, or was
// forwarded.
func mayQuote(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "message/")
}

// unlocked is what was read whole, to be read like a file.
type unlocked struct{ *bytes.Reader }

func (unlocked) Close() error { return nil }

// ContactChange is what may change in what is known of a customer; nil leaves it.
type ContactChange struct {
	Name, Company, Phone, Zone, Language, Notes *string

	Calendar   *kept.ID           // their hours; zero: their company's
	Attributes *map[string]string // all of them
}

// ChangeContact notes what an agent learned of a customer.
func (d *Desk) ChangeContact(ctx context.Context, who kept.Actor, id kept.ID, c ContactChange) (k kept.Contact, err error) {
	now := d.now()
	err = d.write(ctx, who, "change-contact", func(tx *store.Tx) error {
		if k, err = tx.Contact(id); err != nil {
			return err
		}
		for _, f := range []struct {
			to   *string
			from *string
		}{{&k.Name, c.Name}, {&k.Company, c.Company}, {&k.Phone, c.Phone}, {&k.Zone, c.Zone}, {&k.Language, c.Language}, {&k.Notes, c.Notes}} {
			if f.from != nil {
				*f.to = strings.TrimSpace(strings.Map(func(r rune) rune {
					if unicode.IsControl(r) && (r != '\n' || f.to != &k.Notes) {
						return ' '
					}
					return r
				}, *f.from))
			}
		}
		if c.Phone != nil {
			k.PhoneSaidAt = time.Time{} // one of us stands for it
		}
		if err := checkZone(k.Zone); err != nil {
			return err
		}
		if err := d.know(tx, &k, c); err != nil {
			return err
		}
		if err := tx.SaveContact(k); err != nil {
			return err
		}
		if c.Company == nil && c.Calendar == nil && c.Attributes == nil {
			return nil
		}
		return d.reviseOf(tx, k.ID, now)
	})
	return k, err
}

// mostAttributes is how much else may be known of a contact.
const mostAttributes = 30

// know notes a contact's hours and attributes.
func (d *Desk) know(tx *store.Tx, k *kept.Contact, c ContactChange) error {
	if c.Calendar != nil {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if err := h.knownCalendar(*c.Calendar); err != nil {
			return err
		}
		k.Calendar = *c.Calendar
	}
	if c.Attributes == nil {
		return nil
	}
	k.Attributes = map[string]string{}
	for name, value := range *c.Attributes {
		name, value = oneLine(name), oneLine(value)
		switch {
		case name == "" || value == "":
			continue
		case len([]rune(name)) > mostName || len([]rune(value)) > 200:
			return kept.Wrong("attributes", "%q is too long: a name has at most %d letters, a value 200.", name, mostName)
		}
		k.Attributes[name] = value
	}
	if len(k.Attributes) > mostAttributes {
		return kept.Wrong("attributes", "At most %d attributes can be kept of a contact.", mostAttributes)
	}
	return nil
}

// reviseOf gives a contact's live conversations what the house promises them now.
func (d *Desk) reviseOf(tx *store.Tx, contact kept.ID, now time.Time) error {
	ids, err := tx.LiveOf(contact, partLive)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.revise(tx, id, now); err != nil {
			return err
		}
	}
	return nil
}
