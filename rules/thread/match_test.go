package thread

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// outage is Ana's conversation; Ben was in copy.
var outage = Candidate{Conversation: 7, Contact: 1, Participants: []string{"ana@x.test", "ben@x.test"}, Subject: "Router is down", LastAt: now.Add(-48 * time.Hour)}

func from(addr string, in kept.Inbound) kept.Inbound {
	in.From = []kept.Address{{Email: addr}}
	return in
}

func TestAMailGoesWhereItsSenderBelongs(t *testing.T) {
	answer := kept.Inbound{InReplyTo: []string{"m1@northlight.test"}, Subject: "Re: Router is down"}
	fresh := kept.Inbound{Subject: "RE: router is down"}
	later := outage
	later.Conversation, later.LastAt = 8, now.Add(-time.Hour)
	week := 7 * 24 * time.Hour
	for _, c := range []struct {
		name string
		in   kept.Inbound
		know Known
		want Decision
	}{
		{"the contact answers to the signed address", from("ana@x.test", fresh), Known{Sender: 1, Signed: []Signed{{outage, 1}}}, Decision{Conversation: 7, Why: ByToken}},
		{"the contact answers from a new address of theirs", from("ana@home.test", fresh), Known{Sender: 1, Signed: []Signed{{outage, 1}}}, Decision{Conversation: 7, Why: ByToken}},
		{"somebody in copy uses the contact's token", from("BEN@x.test", fresh), Known{Sender: 2, Signed: []Signed{{outage, 1}}}, Decision{Conversation: 7, Why: ByToken, Other: true}},
		{"a stranger got hold of the token", from("eve@y.test", fresh), Known{Signed: []Signed{{outage, 1}}}, Decision{Related: 7, Why: Outsider}},
		{"the contact answers by reference", from("ana@x.test", answer), Known{Sender: 1, ByID: []Candidate{outage}}, Decision{Conversation: 7, Why: ByID}},
		{"a participant answers by reference", from("ben@x.test", answer), Known{ByID: []Candidate{outage}}, Decision{Conversation: 7, Why: ByID, Other: true}},
		{"a stranger answers by reference", from("eve@y.test", answer), Known{Sender: 9, ByID: []Candidate{outage}}, Decision{Related: 7, Why: Outsider}},
		{"of two, the one with the latest word", from("ana@x.test", answer), Known{Sender: 1, ByID: []Candidate{outage, later}}, Decision{Conversation: 8, Why: ByID}},
		{"the same subject among the same people", from("ana@x.test", fresh), Known{Sender: 1, BySubject: []Candidate{outage}, At: now, Window: week}, Decision{Conversation: 7, Why: BySubject}},
		{"the same subject, too long ago", from("ana@x.test", fresh), Known{Sender: 1, BySubject: []Candidate{outage}, At: now.Add(week), Window: week}, Decision{Why: NewMatter}},
		{"the same subject from somebody else", from("eve@y.test", fresh), Known{BySubject: []Candidate{outage}, At: now, Window: week}, Decision{Why: NewMatter}},
		{"the same subject, where subjects don't count", from("ana@x.test", fresh), Known{Sender: 1, BySubject: []Candidate{outage}, At: now}, Decision{Why: NewMatter}},
		{"an empty subject", from("ana@x.test", kept.Inbound{Subject: "Re:"}), Known{Sender: 1, BySubject: []Candidate{{Conversation: 7, Contact: 1, LastAt: now}}, At: now, Window: week}, Decision{Why: NewMatter}},
		{"an answer to nothing", from("ana@x.test", kept.Inbound{InReplyTo: []string{""}, References: []string{"<>"}}), Known{Sender: 1, ByID: []Candidate{outage}}, Decision{Why: NewMatter}},
		{"no sender at all", answer, Known{ByID: []Candidate{outage}}, Decision{Related: 7, Why: Outsider}},
		{"a reference beats a subject of somebody else's matter", from("eve@y.test", answer), Known{Sender: 9, ByID: []Candidate{outage}, BySubject: []Candidate{{Conversation: 9, Contact: 9, Subject: "Router is down", LastAt: now}}, At: now, Window: week}, Decision{Related: 7, Why: Outsider}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Match(c.in, c.know); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestAStrangerNeverEntersAConversation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		candidate := rapid.Custom(func(t *rapid.T) Candidate {
			return Candidate{
				Conversation: kept.ID(rapid.Int64Range(0, 5).Draw(t, "conversation")), Contact: kept.ID(rapid.Int64Range(1, 3).Draw(t, "contact")),
				Participants: rapid.SliceOf(rapid.SampledFrom([]string{"ana@x.test", "ben@x.test", ""})).Draw(t, "participants"),
				Subject:      rapid.SampledFrom([]string{"", "Router", "Bill"}).Draw(t, "subject"), LastAt: now,
			}
		})
		in := from("eve@y.test", kept.Inbound{
			Subject:   rapid.SampledFrom([]string{"", "Router", "Re: Bill"}).Draw(t, "subject"),
			InReplyTo: rapid.SliceOf(rapid.SampledFrom([]string{"", "a@x"})).Draw(t, "answers"),
		})
		k := Known{Sender: 4, ByID: rapid.SliceOf(candidate).Draw(t, "ids"), BySubject: rapid.SliceOf(candidate).Draw(t, "subjects"), At: now, Window: time.Hour}
		for _, c := range rapid.SliceOf(candidate).Draw(t, "signed") {
			k.Signed = append(k.Signed, Signed{c, c.Contact})
		}
		if d := Match(in, k); d.Conversation != 0 {
			t.Fatalf("%+v", d)
		}
	})
}

func TestABaseSubjectIsWhatItIsAbout(t *testing.T) {
	for s, want := range map[string]string{
		"Re: Router": "Router", "AW: WG: Router": "Router", "RE[2]: Router": "Router", "Fwd: Re: SV: Router": "Router", "Antw.: x": "Antw.: x",
		"回复：路由器": "路由器", "Réf : x": "x", "  Re:   a   b ": "a b", "[help] Re: Router": "[help] Router", "Router (fwd)": "Router", "Regarding: it": "Regarding: it",
		"Re:": "", "12:30 is fine": "12:30 is fine", "I: fattura": "fattura", "Odp: x": "x", "Re^2: x": "x", "Automatic reply: Router": "Router",
	} {
		if got := Subject(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("Re: AWFwd[]()2 x回复："))).Draw(t, "subject")
		once := Subject(s)
		if twice := Subject(once); twice != once {
			t.Fatalf("%q: %q, then %q", s, once, twice)
		}
		if again := Subject("Re: " + once); again != once {
			t.Fatalf("Re: %q: %q", once, again)
		}
	})
}

func TestTheIdentifiersOfAMailAreTheNearestFirst(t *testing.T) {
	got := MessageIDs(kept.Inbound{InReplyTo: []string{"c@x", ""}, References: []string{"a@x", "<b@x>", "c@x"}})
	if strings.Join(got, " ") != "c@x b@x a@x" {
		t.Error(got)
	}
}
