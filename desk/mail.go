package desk

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// smallMail is how large a raw mail may be to lie in the database; a larger one goes to the blobs.
const smallMail = 256 << 10

// StoreMail writes a mail's raw bytes and its row in the ledger, durably, before anything of it is
// understood, and a job that will. The mail's SHA256 is of the bytes as they were sent.
func (d *Desk) StoreMail(ctx context.Context, m kept.Mail, raw []byte) (id kept.ID, err error) {
	m.ReceivedAt, m.Size = d.now(), int64(len(raw))
	body := raw
	if len(raw) > smallMail {
		sha, err := d.blobs.Put(ctx, raw)
		if err != nil {
			return 0, err
		}
		body, m.SHA256 = nil, sha
	}
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		if id, err = tx.AddMail(m, body); err != nil {
			return err
		}
		return tx.AddJob(JobReceive, Of{id}, fmt.Sprintf("%s %d", JobReceive, id), m.ReceivedAt)
	})
	return id, err
}

// RawMail reads a mail's row of the ledger and its bytes.
func (d *Desk) RawMail(ctx context.Context, id kept.ID) (m kept.Mail, raw []byte, err error) {
	var here bool
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		if m, err = tx.Mail(id); err != nil {
			return err
		}
		raw, here, err = tx.MailBody(id)
		return err
	})
	if err != nil || here {
		return m, raw, err
	}
	r, _, err := d.openBlob(ctx, m.SHA256)
	if err != nil {
		return m, nil, err
	}
	defer r.Close() //nolint:errcheck // it was read
	raw, err = io.ReadAll(r)
	return m, raw, err
}

// RawMessage reads the raw mail behind a message: as it came for admins, without the customer's links for others.
func (d *Desk) RawMessage(ctx context.Context, who kept.Actor, id kept.ID) (io.ReadSeeker, error) {
	var m kept.Message
	err := d.read(ctx, who, "read-raw-mail", func(tx *store.Tx) (err error) {
		m, err = tx.Message(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if m.Mail == 0 {
		return nil, kept.Fail(kept.NotFound, "This message did not come by mail.")
	}
	_, raw, err := d.RawMail(ctx, m.Mail)
	if err == nil && !who.Role.Administers() {
		raw, err = d.veilMail(ctx, raw)
	}
	return bytes.NewReader(raw), err
}

// Message reads one message.
func (d *Desk) Message(ctx context.Context, who kept.Actor, id kept.ID) (m kept.Message, err error) {
	err = d.read(ctx, who, "read-message", func(tx *store.Tx) error {
		if m, err = tx.Message(id); err != nil {
			return err
		}
		c, err := tx.Conversation(m.Conversation)
		if err != nil {
			return err
		}
		view, err := d.viewToken(tx, c)
		veil(&m, view, d.signed(tx))
		return err
	})
	return m, err
}
