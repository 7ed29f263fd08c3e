// Package blob keeps bodies (raw mails, attachments) by their content: a body's name is its SHA-256.
// It does not know what a body is, who may see it, or which rows point to it.
package blob

import (
	"bytes"
	"context"
	"fmt"
	"io"
)

// Store keeps bodies. Folder is the one on a disk; an S3 bucket fits the same seam, as nothing here
// promises more than an object store can: whole bodies, written once, never changed.
type Store interface {
	// Put keeps a body and names it, durably: it survives a power cut once Put has returned. The
	// same body again is kept once.
	Put(ctx context.Context, body []byte) (sha string, err error)

	// PutReader keeps what r gives, without holding it in memory. More than limit bytes is
	// kept.TooLarge, and nothing is kept.
	PutReader(ctx context.Context, r io.Reader, limit int64) (sha string, size int64, err error)

	// Open reads a body, and tells its size in bytes. A name that isn't here is kept.NotFound. Where
	// the bytes are no longer those of the name, the reader ends with a *DamagedError, not io.EOF.
	Open(ctx context.Context, sha string) (io.ReadCloser, int64, error)

	// Walk visits every body, in the order of names. An error of visit ends the walk.
	Walk(ctx context.Context, visit func(sha string, size int64) error) error
}

// DamagedError says that a body's bytes are not the ones that were kept.
type DamagedError struct {
	SHA string // the name: what the SHA-256 should be
	Got string // what it is
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the blob %s is damaged: its bytes have the SHA-256 %s; restore it from a backup", e.SHA, e.Got)
}

// Read gives a whole body, verified.
func Read(ctx context.Context, s Store, sha string) ([]byte, error) {
	r, size, err := s.Open(ctx, sha)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	body := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	if _, err := body.ReadFrom(r); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}

// Verify reads a body and throws it away: nil, kept.NotFound, a *DamagedError, or a fault of the disk.
func Verify(ctx context.Context, s Store, sha string) error {
	r, _, err := s.Open(ctx, sha)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}
