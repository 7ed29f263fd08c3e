package email

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Outbox is a Transport that goes nowhere: each mail becomes an .eml file in a folder, with its
// envelope in lines of its own at the top (Return-Path, Delivered-To), as a mailbox server writes
// them. It lets the product be tried without mailing anybody.
type Outbox struct {
	dir string
	now func() time.Time
}

// Sent is a mail in the outbox.
type Sent struct {
	ID      string
	At      time.Time
	From    string   // the envelope's
	To      []string // the envelope's
	Subject string
}

var _ = []Transport{(*Sender)(nil), (*Outbox)(nil)}

// idTime is how an id begins, so that the names of files are in the order of time.
const idTime = "20060102T150405.000000Z"

// OpenOutbox opens the outbox in dir, which is made where it is missing.
func OpenOutbox(dir string, now func() time.Time) (*Outbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the outbox: %w", err)
	}
	return &Outbox{dir: dir, now: now}, nil
}

// Send implements Transport.
func (o *Outbox) Send(ctx context.Context, raw []byte, from string, rcpts []string) (kept.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return kept.Receipt{}, about("writing to the outbox", err)
	}
	if err := sendable(from, rcpts); err != nil {
		return kept.Receipt{}, err
	}
	var mail bytes.Buffer
	fmt.Fprintf(&mail, "Return-Path: <%s>\r\n", from)
	for _, rcpt := range rcpts {
		fmt.Fprintf(&mail, "Delivered-To: %s\r\n", rcpt)
	}
	mail.Write(crlf(raw))
	id := o.now().UTC().Format(idTime) + "-" + strings.ToLower(rand.Text()[:8])
	if err := writeWhole(o.path(id), mail.Bytes()); err != nil {
		return kept.Receipt{}, about("writing to the outbox", err)
	}
	return kept.Receipt{Relay: "outbox", Said: "250 2.0.0 kept as " + id}, nil
}

// List gives the latest mails first, at most limit, from the cursor on: empty for the start. Next
// is the cursor of what follows, empty at the end.
func (o *Outbox) List(cursor string, limit int) (items []Sent, next string, err error) {
	entries, err := os.ReadDir(o.dir)
	if err != nil {
		return nil, "", fmt.Errorf("reading the outbox: %w", err)
	}
	for _, entry := range slices.Backward(entries) {
		id, ok := strings.CutSuffix(entry.Name(), ".eml")
		if !ok || !validID(id) || cursor != "" && id >= cursor {
			continue
		}
		if len(items) == limit {
			return items, items[limit-1].ID, nil
		}
		r, sent, err := o.Open(id)
		if kept.Is(err, kept.NotFound) { // removed by hand in between
			continue
		}
		if err != nil {
			return nil, "", err
		}
		r.Close()
		items = append(items, sent)
	}
	return items, "", nil
}

// Open gives a mail's file and what its top says. An id that isn't here is kept.NotFound.
func (o *Outbox) Open(id string) (io.ReadCloser, Sent, error) {
	if !validID(id) {
		return nil, Sent{}, kept.Fail(kept.NotFound, "This mail is not in the outbox.")
	}
	file, err := os.Open(o.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Sent{}, kept.Fail(kept.NotFound, "This mail is not in the outbox.")
	}
	if err != nil {
		return nil, Sent{}, fmt.Errorf("opening a mail of the outbox: %w", err)
	}
	sent := top(io.LimitReader(file, 1<<20))
	sent.ID = id
	sent.At, _ = time.Parse(idTime, id[:len(idTime)]) // validID has tried
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		file.Close()
		return nil, Sent{}, fmt.Errorf("opening a mail of the outbox: %w", err)
	}
	return file, sent, nil
}

// top reads the envelope and the subject. Of a header that it can't read it gives what it could.
func top(r io.Reader) Sent {
	header, _ := textproto.NewReader(bufio.NewReader(r)).ReadMIMEHeader()
	sent := Sent{From: strings.Trim(header.Get("Return-Path"), "<>"), To: header["Delivered-To"]}
	sent.Subject = header.Get("Subject")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(sent.Subject); err == nil {
		sent.Subject = decoded
	}
	return sent
}

func (o *Outbox) path(id string) string { return filepath.Join(o.dir, id+".eml") }

func validID(id string) bool {
	if len(id) != len(idTime)+9 || strings.ContainsAny(id, `/\`) {
		return false
	}
	_, err := time.Parse(idTime, id[:len(idTime)])
	return err == nil
}
