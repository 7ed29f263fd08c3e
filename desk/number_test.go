package desk_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// saysNumber has a customer give a number on their page.
func (w *world) saysNumber(f desk.Full, number string) {
	w.Helper()
	w.ok(w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Phone: number}))
}

// free is the first time at which a customer can be called.
func (w *world) free(f desk.Full) kept.Slot {
	w.Helper()
	c, err := w.desk.Callbacks(w.ctx, w.token(f))
	w.ok(err)
	return c.Slots[0]
}

// callsIn has a telephone system tell of a call to us in vain, and reads where it is logged.
func (w *world) callsIn(token, id, from string) desk.Full {
	w.Helper()
	w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{ID: id, Direction: kept.CallIn, From: from, At: w.at, Outcome: kept.Voicemail}))
	var in kept.ID
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
		c, _, err := tx.CallBySource("telephone calls@northlight.test " + id)
		in = c.Conversation
		return err
	}))
	return w.read(in)
}

func (w *world) isSaid(f desk.Full, want bool) {
	w.Helper()
	if c := w.read(f.ID).ContactCard; c.PhoneSaidAt.IsZero() == want {
		w.Errorf("%s, said at %s, want said: %t", c.Phone, c.PhoneSaidAt, want)
	}
}

func TestANumberThatACustomerOnlySaidBringsThemNobodysCalls(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		marta := w.writes("marta@example.test", "Line down", "It is down again.")
		w.writesNumber(marta, martasNumber)
		thief := w.writes("thief@example.test", "Hello", "A question.")
		w.saysNumber(thief, "0861234567")
		w.isSaid(thief, true)
		if got := w.callsIn(token, "1", martasNumber); got.Contact != marta.Contact {
			t.Errorf("her call is filed under contact %d", got.Contact)
		}
		if got := w.writes("pbx@northlight.test", "Voicemail from 086 1234567", "Duration: 0:32", recording); got.Contact != marta.Contact {
			t.Errorf("her voicemail is filed under contact %d", got.Contact)
		}
		booker := w.writes("booker@example.test", "Call me", "Please.")
		w.ok(w.desk.BookCall(w.ctx, w.token(booker), desk.Booking{Number: martasNumber, From: w.free(booker).From}))
		w.isSaid(booker, true)

		// Nor where nobody else has it: whoever calls from it is somebody new, and known again.
		w.saysNumber(thief, "+49 89 1234567")
		stranger := w.callsIn(token, "2", "+49891234567")
		if stranger.Contact == thief.Contact {
			t.Error("a number that was only said says who calls")
		}
		if again := w.callsIn(token, "3", "+49891234567"); again.Contact != stranger.Contact {
			t.Error("who called before isn't known")
		}
		logged, err := w.desk.StartCall(w.ctx, w.bo, desk.NewCall{Subject: "The bill", Log: desk.CallLog{
			Direction: kept.CallIn, Outcome: kept.Reached, Number: "+49 89 1234567", Then: desk.Wait,
		}})
		w.ok(err)
		if logged.Contact != stranger.Contact {
			t.Errorf("a call that is logged is filed under contact %d", logged.Contact)
		}
	})
}

func TestHoweverManySayANumberWhoseItIsIsFound(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		marta := w.writes("marta@example.test", "Line down", "It is down again.")
		w.writesNumber(marta, martasNumber)
		for i := range 25 {
			w.saysNumber(w.writes(string(rune('a'+i))+"@example.test", "Hello", "A question."), martasNumber)
		}
		if got := w.callsIn(token, "1", martasNumber); got.Contact != marta.Contact {
			t.Errorf("her call is filed under contact %d", got.Contact)
		}
	})
}

func TestANumberIsKnownOnceOneOfUsStandsForIt(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		for i, c := range []struct {
			name  string
			does  func(f desk.Full)
			known bool
		}{
			{"an agent writes it", func(f desk.Full) { w.writesNumber(f, martasNumber) }, true},
			{"we reach them there", func(f desk.Full) { w.calls(f.ID, kept.Reached) }, true},
			{"nobody answers", func(f desk.Full) { w.calls(f.ID, kept.NoAnswer) }, false},
			{"a voice there asks for a message", func(f desk.Full) { w.calls(f.ID, kept.Voicemail) }, false},
			{"we reach them elsewhere", func(f desk.Full) {
				w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Number = "+353 1 765 4321" })
			}, false},
			{"they call, from a number that nobody noted", func(f desk.Full) {
				w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Direction, l.Number = kept.CallIn, "" })
				for _, e := range w.read(f.ID).Timeline {
					if e.Call != nil && e.Call.Number != "" {
						t.Error("a call is logged as from a number that was only said")
					}
				}
			}, false},
			{"they call, as the dialog has it", func(f desk.Full) {
				w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Direction = kept.CallIn })
			}, false},
			{"an agent writes something else of them", func(f desk.Full) {
				notes := "Kind."
				_, err := w.desk.ChangeContact(w.ctx, w.bo, f.Contact, desk.ContactChange{Notes: &notes})
				w.ok(err)
			}, false},
			{"the telephone system says that somebody answered there", func(f desk.Full) {
				w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{ID: "out", Direction: kept.CallOut, To: martasNumber, At: w.at, Outcome: kept.Reached, Seconds: 9}))
			}, false},
		} {
			f := w.writes(string(rune('a'+i))+"@example.test", "Line down", "It is down again.")
			w.saysNumber(f, martasNumber)
			c.does(f)
			if got := w.read(f.ID).ContactCard.PhoneSaidAt.IsZero(); got != c.known {
				t.Errorf("%s: known %t", c.name, got)
			}
			w.saysNumber(f, "00353 86 1234567") // the same, written otherwise
			if got := w.read(f.ID).ContactCard; got.PhoneSaidAt.IsZero() != c.known || got.Phone != "00353 86 1234567" {
				t.Errorf("%s, and said again: %+v", c.name, got)
			}
			w.saysNumber(f, "")
			w.isSaid(f, false)
		}
	})
}

func TestACallAtANumberThatWasSaidKeepsTheWordToWhoSaidIt(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		marta := w.writes("marta@example.test", "Line down", "It is down again.")
		w.writesNumber(marta, martasNumber)
		son := w.writes("son@example.test", "Her line", "Call us at home, please.")
		slot := w.free(son)
		w.ok(w.desk.BookCall(w.ctx, w.token(son), desk.Booking{Number: martasNumber, From: slot.From}))
		w.until(slot.From)
		out := desk.Telephoned{ID: "1", Direction: kept.CallOut, To: "0861234567", At: w.at, Seconds: 60, Outcome: kept.Reached, Agent: "bo@northlight.test"}
		w.turns(2 * time.Minute)
		w.ok(w.desk.Telephoned(w.ctx, token, out))
		w.state(son.ID, kept.Callback, kept.PromiseKept)

		out.ID, out.At = "2", w.at // nobody is owed a call: it is whose the number is
		w.turns(2 * time.Minute)
		w.ok(w.desk.Telephoned(w.ctx, token, out))
		if got := w.callsLogged(marta.ID); got != 1 {
			t.Errorf("%d calls with her", got)
		}
		other := w.writes("other@example.test", "Hello", "A question.")
		w.saysNumber(other, "+49 89 1234567")
		out.ID, out.To, out.At = "3", "+49891234567", w.at
		w.ok(w.desk.Telephoned(w.ctx, token, out))
		if got := w.callsLogged(other.ID); got != 1 {
			t.Errorf("%d calls with who gave us the number", got)
		}
	})
}

func TestWhoIsKnownByNothingButANumberStepsBackOnceItIsSomebodys(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		w.callsIn(token, "1", martasNumber)
		marta := w.writes("marta@example.test", "Line down", "That was me who called.")
		w.saysNumber(marta, martasNumber)
		w.calls(marta.ID, kept.Reached)
		if got := w.callsIn(token, "2", martasNumber); got.Contact != marta.Contact {
			t.Errorf("her call is filed under contact %d", got.Contact)
		}
	})
}
