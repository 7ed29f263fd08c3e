package promise

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
)

// call is one of ours at an instant, logged right after it.
func call(at time.Time, o kept.Outcome) kept.Call {
	return kept.Call{Direction: kept.CallOut, At: at, Seconds: 60, Outcome: o, LoggedAt: at.Add(2 * time.Minute)}
}

func TestWhatACallFulfils(t *testing.T) {
	opened := friday
	in := call(opened.Add(time.Hour), kept.Reached)
	in.Direction = kept.CallIn
	late := call(opened.Add(-time.Hour), kept.Reached)
	late.LoggedAt = opened.Add(time.Hour)
	for _, c := range []struct {
		name string
		kind kept.PromiseKind
		call kept.Call
		mute bool
		want bool
	}{
		{"reached keeps a callback", kept.Callback, call(opened.Add(time.Hour), kept.Reached), false, true},
		{"voicemail doesn't", kept.Callback, call(opened.Add(time.Hour), kept.Voicemail), false, false},
		{"nor no answer", kept.Callback, call(opened.Add(time.Hour), kept.NoAnswer), false, false},
		{"nor their own call", kept.Callback, in, false, false},
		{"nor a call from before it was promised", kept.Callback, call(opened.Add(-time.Hour), kept.Reached), false, false},
		{"however late that one is logged", kept.Callback, late, false, false},
		{"a reply is kept by a message", kept.Reply, call(opened.Add(time.Hour), kept.Reached), false, false},
		{"unless we know no address to write to", kept.Reply, call(opened.Add(time.Hour), kept.Reached), true, true},
		{"then their own call does, too", kept.Update, in, true, true},
		{"a custom promise is shown, not guessed", kept.Custom, call(opened.Add(time.Hour), kept.Reached), true, false},
	} {
		if got := CallFulfils(kept.Promise{Kind: c.kind, OpenedAt: opened}, c.call, c.mute); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestACallLoggedMuchLaterCountsFromThen(t *testing.T) {
	c := kept.Call{At: friday, Seconds: 600, LoggedAt: friday.Add(25 * time.Minute)}
	if !CallAt(c).Equal(friday) {
		t.Error("written down right after it, it counts from when it began")
	}
	c.LoggedAt = friday.Add(26 * time.Minute)
	if !CallAt(c).Equal(c.LoggedAt) {
		t.Error("a promise is kept by looking back")
	}
	if c.Told = true; !CallAt(c).Equal(friday) {
		t.Error("what the telephone system says is believed")
	}
}

func TestTwoAttemptsInTheWindowAndNewTimesKeepACallback(t *testing.T) {
	from := friday
	p := kept.Promise{Kind: kept.Callback, State: kept.PromiseOpen, OpenedAt: from.Add(-time.Hour), From: from, Due: from.Add(30 * time.Minute)}
	one, two := call(from.Add(5*time.Minute), kept.NoAnswer), call(from.Add(20*time.Minute), kept.Voicemail)
	early, late := call(from.Add(-time.Minute), kept.NoAnswer), call(p.Due.Add(time.Second), kept.NoAnswer)
	morning := early
	morning.At, morning.LoggedAt = from.Add(-2*time.Hour), from.Add(10*time.Minute)
	in := one
	in.Direction = kept.CallIn
	person := kept.Message{ID: 9, Kind: kept.MessageOut, Author: kept.Actor{Kind: kept.ByAgent}, CreatedAt: from.Add(22 * time.Minute)}
	between, machine, note := person, person, person
	between.CreatedAt = from.Add(10 * time.Minute)
	machine.Automatic = true
	note.Kind = kept.MessageNote
	for _, c := range []struct {
		name  string
		calls []kept.Call
		m     kept.Message
		want  bool
	}{
		{"two attempts and a person's message", []kept.Call{one, two}, person, true},
		{"one attempt is too few", []kept.Call{one}, person, false},
		{"one before the window is none", []kept.Call{early, two}, person, false},
		{"nor one of the morning that is logged inside it", []kept.Call{morning, two}, person, false},
		{"nor one after it", []kept.Call{one, late}, person, false},
		{"nor their call to us", []kept.Call{in, two}, person, false},
		{"the message comes after both", []kept.Call{one, two}, between, false},
		{"a machine's message keeps nothing", []kept.Call{one, two}, machine, false},
		{"nor does a note", []kept.Call{one, two}, note, false},
	} {
		if got := CalledInVain(p, c.calls, c.m); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestACallBeforeTheDueCorrectsABreak(t *testing.T) {
	broken := Break(kept.Promise{Kind: kept.Callback, State: kept.PromiseOpen, Due: friday})
	by := kept.Cause{Call: 4}
	if p := KeptAfterAll(broken, friday.Add(-time.Minute), by); p.State != kept.PromiseKept || p.SettledBy != by || p.SettledAt.After(p.Due) {
		t.Errorf("%+v", p)
	}
	if p := KeptAfterAll(broken, friday.Add(time.Second), by); p.State != kept.PromiseBroken {
		t.Error("a late call mends a break")
	}
}
