package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// confirmations are the automatic mails about calls in a conversation, oldest first.
func (w *world) confirmations(id kept.ID) (list []kept.Message) {
	w.Helper()
	for _, e := range w.read(id).Timeline {
		if e.Message != nil && slices.Contains(e.Message.Warnings, "booked") {
			list = append(list, *e.Message)
		}
	}
	return list
}

func TestABookedCallIsConfirmedByMailAndSoIsItsChange(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		c, err := w.desk.Callbacks(w.ctx, w.token(f))
		w.ok(err)
		book := func(n int, key string) {
			w.Helper()
			w.ok(w.desk.BookCall(w.ctx, w.token(f), desk.Booking{Number: "+353 86 123 4567", From: c.Slots[n].From, Key: key}))
		}
		book(2, "one")
		book(2, "one") // the same form again
		list := w.confirmations(f.ID)
		if len(list) != 1 || !list[0].Automatic || list[0].Author != kept.System || list[0].To[0] != "marta@example.test" ||
			!strings.HasPrefix(list[0].Subject, "We call you: ") || !strings.Contains(list[0].Text, "+353 86 123 4567") ||
			list[0].InReplyTo == "" {
			t.Fatalf("booked: %+v", list)
		}
		s, err := w.desk.BeginSending(w.ctx, list[0].ID)
		w.ok(err)
		if s.Mail.Automatic != "auto-generated" || !strings.Contains(s.Mail.Text, w.token(f)+"/call") {
			t.Errorf("it says of itself %q, and %s", s.Mail.Automatic, s.Mail.Text)
		}
		w.deliver()
		w.state(f.ID, kept.Reply, kept.PromiseOpen) // it is no answer

		book(4, "two")
		if list = w.confirmations(f.ID); len(list) != 2 || !strings.HasPrefix(list[1].Subject, "Another time") || !strings.Contains(list[1].Text, "instead of our call") {
			t.Fatalf("another time: %+v", list)
		}
		w.ok(w.desk.CancelCall(w.ctx, w.token(f), "three"))
		w.ok(w.desk.CancelCall(w.ctx, w.token(f), "four")) // there is none any more
		if list = w.confirmations(f.ID); len(list) != 3 || !strings.HasPrefix(list[2].Subject, "No call any more") {
			t.Fatalf("taken back: %+v", list)
		}
	})
}

func TestAConfirmationKeepsNoCheckIn(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "Which colour is the light?", desk.Wait)
		w.deliver()
		w.turns(time.Minute)
		_, err := w.desk.Give(w.ctx, w.bo, f.ID, desk.Next{Due: w.at.Add(2 * time.Hour), Call: &desk.Calling{Number: "+353 86 123 4567"}})
		w.ok(err)
		w.state(f.ID, kept.CheckIn, kept.PromiseOpen)
		w.turns(time.Minute)
		w.ok(w.desk.CancelCall(w.ctx, w.token(f), "k"))
		w.deliver()
		w.state(f.ID, kept.CheckIn, kept.PromiseOpen)
		if list := w.confirmations(f.ID); len(list) != 1 || !strings.Contains(list[0].Subject, " by ") {
			t.Errorf("of a call by a time: %+v", list)
		}
	})
}

func TestNoMachineIsSentAConfirmationAndNobodyTooMany(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("noreply@shop.test", "Order", "An order came in.")
		w.books(f, 2)
		if list := w.confirmations(f.ID); len(list) != 0 {
			t.Errorf("a machine was written: %+v", list)
		}
		g := w.writes("marta@example.test", "Line down", "It is down again.")
		for n := range 8 {
			w.books(g, n)
		}
		if n := len(w.confirmations(g.ID)); n != 5 { // and the acknowledgement
			t.Errorf("%d confirmations in a day", n)
		}

		h, err := w.desk.StartCall(w.ctx, w.bo, desk.NewCall{Name: "Hilda", Subject: "Line down", Log: desk.CallLog{
			Direction: kept.CallIn, Outcome: kept.Voicemail, Number: "+353 86 765 4321",
		}})
		w.ok(err)
		w.books(h, 9)
		if list := w.confirmations(h.ID); len(list) != 0 {
			t.Errorf("somebody without an address was written: %+v", list)
		}
	})
}
