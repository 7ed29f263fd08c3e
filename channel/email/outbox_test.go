package email_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/channel/email"
	"github.com/kept-desk/kept/kept"
)

func outbox(t testing.TB) (*email.Outbox, string, *time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 20, 16, 1, 0, 0, time.UTC)
	dir := filepath.Join(t.TempDir(), "outbox")
	o, err := email.OpenOutbox(dir, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return o, dir, &now
}

func TestTheOutboxShowsWhatWasSentLatestFirst(t *testing.T) {
	o, dir, now := outbox(t)
	for _, subject := range []string{"one", "=?utf-8?q?zwei_=E2=98=95?=", "three"} {
		receipt, err := o.Send(t.Context(), []byte("Subject: "+subject+"\nTo: x\n\nbody of "+subject), ours, []string{theirs, "ben@customer.test"})
		if err != nil || receipt.Relay != "outbox" {
			t.Fatalf("%+v, %v", receipt, err)
		}
		*now = now.Add(time.Minute)
	}
	for _, stray := range []string{"notes.txt", "x.eml", ".writing-1"} {
		if err := os.WriteFile(filepath.Join(dir, stray), []byte("not a mail of ours"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	first, next, err := o.List("", 2)
	if err != nil {
		t.Fatal(err)
	}
	rest, end, err := o.List(next, 2)
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, sent := range append(first, rest...) {
		subjects = append(subjects, sent.Subject)
	}
	if !slices.Equal(subjects, []string{"three", "zwei ☕", "one"}) || next == "" || end != "" {
		t.Errorf("listed %q, next %q, end %q", subjects, next, end)
	}
	one := rest[0]
	if !one.At.Equal(time.Date(2026, 11, 20, 16, 1, 0, 0, time.UTC)) || one.From != ours || !slices.Equal(one.To, []string{theirs, "ben@customer.test"}) {
		t.Errorf("it says %+v", one)
	}
	file, again, err := o.Open(one.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	want := "Return-Path: <" + ours + ">\r\nDelivered-To: " + theirs + "\r\nDelivered-To: ben@customer.test\r\nSubject: one\r\nTo: x\r\n\r\nbody of one"
	if err != nil || string(body) != want || again.ID != one.ID {
		t.Errorf("the file is %q, %v", body, err)
	}
}

func TestTheOutboxKeepsEveryMailOfTheSameInstant(t *testing.T) {
	o, _, _ := outbox(t)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := o.Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := 0
	for cursor := ""; ; {
		items, next, err := o.List(cursor, 7)
		if err != nil {
			t.Fatal(err)
		}
		seen += len(items)
		if cursor = next; next == "" {
			break
		}
	}
	if seen != 50 {
		t.Errorf("%d of 50 are listed", seen)
	}
}

func TestTheOutboxOpensNothingElse(t *testing.T) {
	o, dir, _ := outbox(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "secret.eml"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "../secret", "20261120T160100.000000Z-../.", "20261120T160100.000000Z-abcdefgh", strings.Repeat("x", 32)} {
		if _, _, err := o.Open(id); !kept.Is(err, kept.NotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestAnOutboxThatCannotWriteDefersTheMail(t *testing.T) {
	o, dir, _ := outbox(t)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	_, err := o.Send(context.Background(), []byte(mail), ours, []string{theirs})
	if e := failure(t, err); !e.Temporary {
		t.Errorf("told %+v", e)
	}
}
