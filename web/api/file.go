package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

// slowestFile is how long a file may take on its way, over a slow telephone.
const slowestFile = 15 * time.Minute

// pictures are the types that a browser may show in place: they can't carry a program. Everything else
// is handed over as bytes to be saved.
var pictures = map[string]bool{"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true}

// sounds are the types that a browser may play in place, under the names that players know.
var sounds = map[string]string{
	"audio/mpeg": "audio/mpeg", "audio/mp3": "audio/mpeg", "audio/wav": "audio/wav", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav",
	"audio/vnd.wave": "audio/wav", "audio/ogg": "audio/ogg", "audio/opus": "audio/ogg", "audio/webm": "audio/webm", "audio/mp4": "audio/mp4",
	"audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4", "audio/aac": "audio/aac", "audio/amr": "audio/amr", "audio/3gpp": "audio/3gpp",
}

// download sets the headers of a file that strangers may have made: shown by itself it can do nothing.
func download(w http.ResponseWriter, name, mediaType string, size int64) {
	h := w.Header()
	disposition := "attachment"
	mediaType, _, _ = mime.ParseMediaType(mediaType) //nolint:errcheck // unreadable is no picture
	if sound := sounds[mediaType]; sound != "" {
		disposition, mediaType = "inline", sound
	} else if pictures[mediaType] {
		disposition = "inline"
	} else if mediaType != "message/rfc822" {
		mediaType = "application/octet-stream"
	}
	h.Set("Content-Type", mediaType)
	if named := mime.FormatMediaType(disposition, map[string]string{"filename": name}); named != "" {
		disposition = named
	}
	h.Set("Content-Disposition", disposition)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", httpx.DataPolicy)
	if size >= 0 {
		h.Set("Content-Length", strconv.FormatInt(size, 10))
	}
}

func (d *door) attachment(ctx context.Context, in *ByID) (stream, error) {
	a, file, err := d.Desk.Attachment(ctx, caller(ctx).Actor(), in.ID)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter, r *http.Request) {
		defer file.Close() //nolint:errcheck // it was only read
		httpx.Unhurried(w, slowestFile)
		download(w, a.Name, a.Type, a.Size)
		w.Header().Set("Cache-Control", "private, max-age=31536000, immutable") // an id's bytes never change
		if whole, ok := file.(io.ReadSeeker); ok {
			w.Header().Del("Content-Length") // of a part, it is the part's
			http.ServeContent(w, r, "", time.Time{}, whole)
			return
		}
		w.WriteHeader(http.StatusOK)
		if r.Method == http.MethodHead {
			return
		}
		if _, err := io.Copy(w, file); err != nil && r.Context().Err() == nil {
			d.Log.WarnContext(ctx, "a file could not be sent to its end", "attachment", a.ID, "err", err)
			panic(http.ErrAbortHandler) // so that half a file isn't taken for a whole one
		}
	}, nil
}

func (d *door) rawMail(ctx context.Context, in *ByID) (stream, error) {
	raw, err := d.Desk.RawMessage(ctx, caller(ctx).Actor(), in.ID)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter, r *http.Request) {
		httpx.Unhurried(w, slowestFile)
		download(w, fmt.Sprintf("message-%d.eml", in.ID), "message/rfc822", -1)
		http.ServeContent(w, r, "", time.Time{}, raw)
	}, nil
}

// Upload is a file that was brought, to be named by an answer.
type Upload struct {
	ID   kept.ID `json:"id"`
	Name string  `json:"name"`
	Type string  `json:"type"`
	Size int64   `json:"size" doc:"In bytes."`
}

func (d *door) upload(ctx context.Context, in *Request) (*body[Upload], error) {
	const frame = 64 << 10 // what a form adds to its file
	form := http.MaxBytesReader(nil, in.r.Body, desk.MaxUpload+frame)
	defer form.Close() //nolint:errcheck // it was only read
	in.r.Body = form
	parts, err := in.r.MultipartReader()
	if err != nil {
		return nil, kept.Wrong("file", "Send the file as multipart/form-data.")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, kept.Wrong("file", "There is no file in this form.")
		}
		if err != nil {
			return nil, unread(err)
		}
		if part.FormName() != "file" {
			continue
		}
		mediaType, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || !strings.Contains(mediaType, "/") {
			mediaType = "application/octet-stream"
		}
		file := &reading{from: part}
		a, err := d.Desk.Upload(ctx, caller(ctx).Actor(), part.FileName(), mediaType, file)
		if file.err != nil {
			return nil, unread(file.err)
		}
		return &body[Upload]{Upload{a.ID, a.Name, a.Type, a.Size}}, err
	}
}

// unread is the error of a form that could not be read: too large, or cut off.
func unread(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return kept.Fail(kept.TooLarge, "A file may have at most %d MB. Share a larger one by a link.", desk.MaxUpload>>20)
	}
	return kept.Wrong("file", "The file did not arrive whole. Try again.")
}

// reading remembers why a body could not be read, so that it isn't taken for a failure of ours.
type reading struct {
	from io.Reader
	err  error
}

func (r *reading) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}
