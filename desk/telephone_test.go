package desk_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// phone adds an inbox for calls, and says at which secret its telephone system knocks.
func (w *world) phone() (kept.Inbox, string) {
	w.Helper()
	i, err := w.desk.AddInbox(w.ctx, w.ana, kept.Inbox{Name: "Calls", Channel: kept.ChannelPhone, Address: "calls@northlight.test", Number: "+353 1 555 0000"})
	w.ok(err)
	return i, w.knocksAt(i)
}

func (w *world) knocksAt(i kept.Inbox) string {
	w.Helper()
	at, err := w.desk.TelephoneURL(w.ctx, w.ana, i.ID)
	w.ok(err)
	return at[strings.LastIndexByte(at, '/')+1:]
}

const martasNumber = "+353 86 123 4567"

// writesNumber has an agent write a customer's number.
func (w *world) writesNumber(f desk.Full, number string) {
	w.Helper()
	_, err := w.desk.ChangeContact(w.ctx, w.ana, f.Contact, desk.ContactChange{Phone: &number})
	w.ok(err)
}

// callsLogged counts the calls that are logged in a conversation.
func (w *world) callsLogged(id kept.ID) (n int) {
	w.Helper()
	for _, e := range w.read(id).Timeline {
		if e.Call != nil {
			n++
		}
	}
	return n
}

// latest is the conversation that was begun last.
func (w *world) latest() desk.Full {
	w.Helper()
	var id kept.ID
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
		return tx.EachConversation(func(c kept.Conversation) error { id = max(id, c.ID); return nil })
	}))
	return w.read(id)
}

func recording(in *kept.Inbound) {
	in.Attachments = []kept.Attachment{{Name: "msg0001.wav", Type: "audio/x-wav", Bytes: []byte("RIFF")}}
}

func TestAVoicemailByMailIsCalledBack(t *testing.T) {
	each(t, func(w *world) {
		known := w.writes("marta@example.test", "Line down", "It is down again. My number is below.")
		w.writesNumber(known, martasNumber)
		f := w.writes("pbx@northlight.test", "Voicemail from 086 1234567", "Duration: 0:32", recording, kind(kept.MailAutoReply))
		p := w.promise(f, kept.Callback)
		if f.ID == known.ID || f.Contact != known.Contact || f.Status != kept.Open || p.Words != "We call you on 086 1234567." || p.Source != kept.FromPolicy {
			t.Errorf("%+v %+v", f.Conversation, p)
		}
		for _, q := range f.Promises {
			if q.Kind == kept.Reply {
				t.Error("a written answer is promised to a voice")
			}
		}
		w.turns(time.Minute)
		w.calls(f.ID, kept.Reached)
		w.state(f.ID, kept.Callback, kept.PromiseKept)

		stranger := w.writes("pbx@northlight.test", "New voicemail", "From: anonymous", recording)
		if w.promise(stranger, kept.Reply); stranger.Contact == known.Contact {
			t.Error("a withheld number is somebody we know")
		}
		song := w.writes("joe@example.test", "My song", "What do you think of it?", func(in *kept.Inbound) {
			in.Attachments = []kept.Attachment{{Name: "song.mp3", Type: "audio/mpeg", Bytes: []byte("ID3")}}
		})
		w.promise(song, kept.Reply)
	})
}

func TestATelephoneSystemTellsOfCalls(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		missed := desk.Telephoned{
			ID: "1", Direction: kept.CallIn, From: "+353861234567", At: w.at.Add(-time.Minute), Outcome: kept.Voicemail, Seconds: 20,
			Words: "Please call me back.", RecordingURL: "https://pbx.example.test/1.wav",
		}
		w.ok(w.desk.Telephoned(w.ctx, token, missed))
		w.ok(w.desk.Telephoned(w.ctx, token, missed)) // again
		f := w.latest()
		p := w.state(f.ID, kept.Callback, kept.PromiseOpen)
		calls := 0
		for _, e := range f.Timeline {
			if e.Call != nil {
				calls++
			}
		}
		if calls != 1 || f.InboxName != "Calls" || f.ContactCard.Phone != "+353861234567" || f.LastWords != "Please call me back." {
			t.Errorf("%d calls %+v", calls, f.Row)
		}
		// The system saw that we called before the due, and says so only after.
		w.until(p.Due.Add(time.Hour))
		w.state(f.ID, kept.Callback, kept.PromiseBroken)
		w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{
			ID: "2", Direction: kept.CallOut, To: "0861234567", At: p.Due.Add(-time.Minute), Seconds: 300, Outcome: kept.Reached, Agent: "BO@northlight.test",
		}))
		w.state(f.ID, kept.Callback, kept.PromiseKept)
		if got := w.read(f.ID); got.Assignee != w.bo.ID {
			t.Errorf("who called doesn't have it: %+v", got.Row)
		}
		w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{ID: "3", Direction: kept.CallOut, To: "+49891234567", At: w.at, Outcome: kept.NoAnswer}))
		if f = w.latest(); f.Status != kept.Closed {
			t.Errorf("our call to somebody whom we owe nothing: %s", f.Status)
		}
		w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{ID: "4", Direction: kept.CallIn, At: w.at, Outcome: kept.Reached, Seconds: 60}))
		w.state(w.latest().ID, kept.Update, kept.PromiseOpen)
	})
}

func TestOnlyTheSecretAddressOfNowTakesCalls(t *testing.T) {
	each(t, func(w *world) {
		i, old := w.phone()
		in := desk.Telephoned{ID: "1", Direction: kept.CallIn, From: "+353861234567", At: w.at, Outcome: kept.NoAnswer}
		if err := w.desk.Telephoned(w.ctx, "aaaaaaaaaaaaaaaaaaaaaaaa", in); !kept.Is(err, kept.NotFound) {
			t.Errorf("an invented secret: %v", err)
		}
		if _, err := w.desk.TelephoneURL(w.ctx, w.bo, i.ID); !kept.Is(err, kept.Forbidden) {
			t.Errorf("an agent reads the secret: %v", err)
		}
		_, err := w.desk.NewTelephoneURL(w.ctx, w.ana, i.ID)
		w.ok(err)
		if err := w.desk.Telephoned(w.ctx, old, in); !kept.Is(err, kept.NotFound) {
			t.Errorf("the old secret: %v", err)
		}
		w.ok(w.desk.Telephoned(w.ctx, w.knocksAt(i), in))
		for field, change := range map[string]func(*desk.Telephoned){
			"id":            func(t *desk.Telephoned) { t.ID = " " },
			"direction":     func(t *desk.Telephoned) { t.Direction = "up" },
			"outcome":       func(t *desk.Telephoned) { t.Outcome = "busy" },
			"started_at":    func(t *desk.Telephoned) { t.At = w.at.Add(time.Hour) },
			"recording_url": func(t *desk.Telephoned) { t.RecordingURL = "http://169.254.169.254/" },
		} {
			bad := in
			change(&bad)
			if err := w.desk.Telephoned(w.ctx, w.knocksAt(i), bad); err == nil || !strings.Contains(err.Error(), "invalid "+field) {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

func TestACorrectionThatTheTelephoneSystemCausesIsSound(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{ID: "1", Direction: kept.CallIn, From: "+353861234567", At: w.at, Outcome: kept.NoAnswer}))
		f := w.latest()
		p := w.state(f.ID, kept.Callback, kept.PromiseOpen)
		w.until(p.Due.Add(time.Hour))
		w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{
			ID: "2", Direction: kept.CallOut, To: "+353861234567", At: p.Due.Add(-time.Minute), Seconds: 300, Outcome: kept.Reached,
		}))
		w.state(f.ID, kept.Callback, kept.PromiseKept)
	})
}

func TestTheSameCallToldTwiceAtOnceIsOneCall(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		missed := desk.Telephoned{ID: "1", Direction: kept.CallIn, From: "+353861234567", At: w.at, Outcome: kept.NoAnswer}
		answers := make(chan error, 8)
		for range cap(answers) {
			go func() { answers <- w.desk.Telephoned(w.ctx, token, missed) }()
		}
		for range cap(answers) {
			w.ok(<-answers)
		}
		n := 0
		w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
			return tx.EachConversation(func(kept.Conversation) error { n++; return nil })
		}))
		if n != 1 {
			t.Errorf("%d conversations of one call", n)
		}
	})
}

func TestACallOfWhoLeftIsNobodys(t *testing.T) {
	each(t, func(w *world) {
		gone := true
		_, err := w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Gone: &gone})
		w.ok(err)
		_, token := w.phone()
		w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{
			ID: "1", Direction: kept.CallIn, From: "+353861234567", At: w.at, Seconds: 60, Outcome: kept.Reached, Agent: "bo@northlight.test",
		}))
		if f := w.latest(); f.Assignee != 0 {
			t.Errorf("it is given to %d", f.Assignee)
		}
	})
}

func TestACallFromNoNumberIsWithheld(t *testing.T) {
	each(t, func(w *world) {
		_, token := w.phone()
		for i, from := range []string{"100", strings.Repeat("1", 40), "the door"} {
			w.ok(w.desk.Telephoned(w.ctx, token, desk.Telephoned{ID: from, Direction: kept.CallIn, From: from, At: w.at, Outcome: kept.NoAnswer}))
			f := w.latest()
			if f.ContactCard.Phone != "" || f.ContactCard.Name != "" {
				t.Errorf("%d: %+v", i, f.ContactCard)
			}
			w.state(f.ID, kept.Reply, kept.PromiseOpen)
		}
		err := w.desk.Telephoned(w.ctx, token, desk.Telephoned{ID: "long", Direction: kept.CallIn, From: strings.Repeat("1", 5000), At: w.at, Outcome: kept.NoAnswer})
		if !kept.Is(err, kept.Invalid) {
			t.Errorf("a number of 5000 digits: %v", err)
		}
	})
}

func TestAMailOfAPersonIsNoVoicemailOfWhomeverItNames(t *testing.T) {
	each(t, func(w *world) {
		calls, _ := w.phone()
		marta := w.writes("marta@example.test", "Line down", "It is down again.")
		w.writesNumber(marta, martasNumber)
		poses := func(from string, changes ...func(*kept.Inbound)) desk.Full {
			w.Helper()
			return w.writes(from, "Voicemail from +353 86 123 4567", "Please pay the bill to another account.", append(changes, recording)...)
		}
		thief := poses("thief@example.test")
		if thief.Contact == marta.Contact || thief.ContactCard.Email != "thief@example.test" {
			t.Errorf("it is filed under %+v", thief.ContactCard)
		}
		w.promise(thief, kept.Reply)
		for _, from := range []string{"vmiller@example.test", "unity.smith@example.test"} {
			if f := poses(from); f.ContactCard.Email != from {
				t.Errorf("%s is taken for a machine", from)
			}
		}
		for _, from := range []string{"pbx@office.test", "no-reply@carrier.test", w.inbox.Address} {
			f := poses(from)
			if f.Contact != marta.Contact {
				t.Errorf("a voicemail from %s is filed under %+v", from, f.ContactCard)
			}
			w.promise(f, kept.Callback)
		}
		atCalls := poses("office@northlight.test", func(in *kept.Inbound) { in.Rcpts = []string{calls.Address} })
		if atCalls.Contact != marta.Contact {
			t.Errorf("at the address for calls: %+v", atCalls.ContactCard)
		}
	})
}

func TestAMachineThatWritesAsAPersonIsHeardAndNotAnswered(t *testing.T) {
	each(t, func(w *world) {
		calls, _ := w.phone()
		f := w.writes("office@example.test", "Voicemail from +353 86 123 4567", "Duration: 0:32", recording, kind(kept.MailAutoReply))
		if f.ContactCard.Email != "office@example.test" || f.Status != kept.Open {
			t.Errorf("%+v", f.Row)
		}
		w.promise(f, kept.Reply)
		both := w.writes("office@example.test", "Voicemail from +353 86 123 4568", "Duration: 0:32", recording, kind(kept.MailAutoReply), func(in *kept.Inbound) {
			in.Rcpts = []string{calls.Address, w.inbox.Address}
		})
		for _, f := range []desk.Full{f, both} {
			for _, e := range f.Timeline {
				if e.Message != nil && e.Message.Automatic {
					t.Error("a machine is told that we have its mail")
				}
			}
		}
	})
}
