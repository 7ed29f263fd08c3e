package promise

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

var (
	friday = time.Date(2026, 5, 15, 16, 1, 0, 0, time.UTC) // 17:01 in Dublin
	dublin = func() *calendar.Calendar {
		c, err := calendar.Compile(OfficeHours("Europe/Dublin"))
		if err != nil {
			panic(err)
		}
		return c
	}()
)

func TestFourHoursFromFriday1701AreMonday1300(t *testing.T) {
	due, err := dublin.Add(friday, Default(1).Times[kept.Normal].FirstReply)
	if want := time.Date(2026, 5, 18, 12, 0, 0, 0, time.UTC); err != nil || !due.Equal(want) {
		t.Fatalf("%v %v, want %v", due, err, want)
	}
}

func TestUrgentRunsRoundTheClock(t *testing.T) {
	times := Default(1).Times[kept.Urgent]
	if times.Calendar != kept.Always {
		t.Fatal("urgent waits for office hours")
	}
	due, err := calendar.Always.Add(friday, times.FirstReply)
	if err != nil || due.Sub(friday) != 15*time.Minute {
		t.Fatalf("%v %v", due, err)
	}
}

func TestWarningsFollowThePolicyAndNeverComeTwice(t *testing.T) {
	opened := friday
	due := opened.Add(4 * time.Hour)
	at := func(minutes int) time.Time {
		if minutes == 0 {
			return time.Time{}
		}
		return opened.Add(time.Duration(minutes) * time.Minute)
	}
	half := kept.Times{WarnShare: 0.5, Warn: kept.Span{Minutes: 60}} // at 120 and 180
	for _, c := range []struct {
		name          string
		times         kept.Times
		now, warned   int
		was           int // when the next warning was to come
		first, second int
	}{
		{"both are to come", half, 30, 0, 200, 120, 180},
		{"no warning any more", kept.Times{}, 30, 0, 200, 0, 0},
		{"one was given: the second is left", half, 130, 1, 0, 180, 0},
		{"one was given early: the first doesn't come again", half, 30, 1, 200, 180, 0},
		{"both were given", half, 100, 2, 0, 0, 0},
		{"the first has passed unsaid: when it was to come", half, 150, 0, 160, 160, 180},
		{"and together with the second", half, 150, 0, 190, 190, 0},
		{"at once, where none was to come", half, 150, 0, 0, 150, 180},
		{"both have passed unsaid: one warning", half, 200, 0, 0, 200, 0},
		{"and once given, no other", half, 210, 1, 0, 0, 0},
		{"what is past its due is not warned of", half, 240, 0, 100, 100, 0},
	} {
		p := kept.Promise{State: kept.PromiseOpen, OpenedAt: opened, Due: due, Warned: c.warned, WarnAt: at(c.was)}
		is := Rewarn(p, c.times, calendar.Always, at(c.now))
		if !is.WarnAt.Equal(at(c.first)) || !is.WarnAgainAt.Equal(at(c.second)) {
			t.Errorf("%s: %v and %v", c.name, is.WarnAt.Sub(opened), is.WarnAgainAt.Sub(opened))
		}
		if again := Rewarn(is, c.times, calendar.Always, at(c.now)); again != is {
			t.Errorf("%s: not the same a second time", c.name)
		}
	}
}

func TestTheFirstPolicyWhoseConditionsHoldApplies(t *testing.T) {
	policies := []kept.Policy{
		{ID: 1, When: kept.PolicyWhen{Inboxes: []kept.ID{2}}},
		{ID: 2, When: kept.PolicyWhen{Priorities: []kept.Priority{kept.Urgent}, Languages: []string{"de"}}},
		{ID: 3},
	}
	for _, c := range []struct {
		conversation kept.Conversation
		want         kept.ID
	}{
		{kept.Conversation{Inbox: 2}, 1},
		{kept.Conversation{Inbox: 1, Priority: kept.Urgent, Language: "de"}, 2},
		{kept.Conversation{Inbox: 1, Priority: kept.Urgent, Language: "en"}, 3},
	} {
		if p, ok := Match(policies, Matter{Conversation: c.conversation, Channel: kept.ChannelEmail}); !ok || p.ID != c.want {
			t.Errorf("%+v: policy %d, want %d", c.conversation, p.ID, c.want)
		}
	}
	if _, ok := Match(policies[:2], Matter{Conversation: kept.Conversation{Inbox: 9}}); ok {
		t.Error("a policy applied whose conditions don't hold")
	}
}

func TestWhatFulfilsWhat(t *testing.T) {
	opened := friday
	person := kept.Message{ID: 9, Kind: kept.MessageOut, Author: kept.Actor{Kind: kept.ByAgent, ID: 1}, CreatedAt: opened.Add(time.Hour), Visible: "Does it work?"}
	machine, note, before, statement := person, person, person, person
	machine.Automatic, machine.Author = true, kept.System
	note.Kind = kept.MessageNote
	before.CreatedAt = opened
	statement.Visible = "It works."
	link := statement
	link.Visible = "See https://example.com/?a=1 for more."
	way, machineWay := person, machine
	way.Workaround, machineWay.Workaround = true, true
	for _, c := range []struct {
		name string
		kind kept.PromiseKind
		m    kept.Message
		want bool
	}{
		{"a person's message keeps a reply", kept.Reply, person, true},
		{"and an update", kept.Update, person, true},
		{"an automatic one keeps no reply", kept.Reply, machine, false},
		{"but a check-in", kept.CheckIn, machine, true},
		{"a note keeps nothing", kept.Reply, note, false},
		{"nor does what was written before the promise", kept.Reply, before, false},
		{"a follow-up asks something", kept.FollowUp, person, true},
		{"a statement is no follow-up", kept.FollowUp, statement, false},
		{"nor is a link", kept.FollowUp, link, false},
		{"what solves is no follow-up, whatever it asks", kept.FollowUp, before, false},
		{"words alone are no workaround", kept.Workaround, person, false},
		{"one that offers a workaround is", kept.Workaround, way, true},
		{"but no machine's", kept.Workaround, machineWay, false},
		{"no message is a solution by itself", kept.Resolution, person, false},
		{"nor a call, nor a coworker's answer", kept.Callback, person, false},
		{"a custom promise is shown, not guessed", kept.Custom, person, false},
	} {
		if got := Fulfils(kept.Promise{Kind: c.kind, OpenedAt: opened}, c.m); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if Fulfils(kept.Promise{Kind: kept.Update, OpenedAt: opened, ToldIn: 9}, person) {
		t.Error("the message that gives a promise keeps it")
	}
}

func TestRecoveryDoublesUpToEightTimes(t *testing.T) {
	times := kept.Times{Recovery: kept.Span{Minutes: 60}}
	for misses, want := range map[int]int{0: 60, 1: 120, 2: 240, 3: 480, 9: 480} {
		if got := Recovery(times, misses).Minutes; got != want {
			t.Errorf("after %d misses: %d minutes, want %d", misses, got, want)
		}
	}
}

func TestWarningsFallBetweenTheStartAndTheDueTheEarlierFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := friday.Add(time.Duration(rapid.Int64Range(0, 60*24*14).Draw(t, "start")) * time.Minute)
		due, err := dublin.Add(start, kept.Span{Minutes: rapid.IntRange(1, 5000).Draw(t, "minutes")})
		if err != nil {
			t.Fatal(err)
		}
		times := kept.Times{WarnShare: rapid.Float64Range(0, 1).Draw(t, "share"), Warn: kept.Span{Minutes: rapid.IntRange(0, 600).Draw(t, "before")}}
		first, second := Warnings(times, dublin, start, due)
		for _, w := range []time.Time{first, second} {
			if !w.IsZero() && (!w.After(start) || !w.Before(due)) {
				t.Fatalf("warned at %v, opened %v, due %v", w, start, due)
			}
		}
		if !second.IsZero() && (first.IsZero() || !first.Before(second)) {
			t.Fatalf("warned first at %v, then at %v", first, second)
		}
		share, _ := Warnings(kept.Times{WarnShare: times.WarnShare}, dublin, start, due)
		before, _ := Warnings(kept.Times{Warn: times.Warn}, dublin, start, due)
		for _, w := range []time.Time{share, before} {
			if !w.IsZero() && !w.Equal(first) && !w.Equal(second) {
				t.Fatalf("the policy's point %v is neither %v nor %v", w, first, second)
			}
		}
	})
}

func TestAWarningIsForTheOwnerAtFirstAndForTheTeamLater(t *testing.T) {
	for _, c := range []struct {
		name   string
		warned int
		owner  kept.ID
		want   kept.Level
	}{
		{"the first is the owner's", 1, 7, kept.LevelOwner},
		{"the second is the team's too", 2, 7, kept.LevelTeam},
		{"nobody's is the team's from the first", 1, 0, kept.LevelTeam},
	} {
		if got := WarnedFor(kept.Promise{Warned: c.warned}, c.owner); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestAPromiseThatWasWarnedOfMakesItOurTurnHoweverManyWarningsAreLeft(t *testing.T) {
	soon := friday.Add(time.Hour)
	for _, c := range []struct {
		name string
		p    kept.Promise
		want kept.Turn
	}{
		{"in good time", kept.Promise{Kind: kept.Custom, State: kept.PromiseOpen, WarnAt: soon}, kept.Theirs},
		{"warned once of two", kept.Promise{Kind: kept.Custom, State: kept.PromiseOpen, WarnAt: soon, Warned: 1}, kept.Ours},
		{"no warning left", kept.Promise{Kind: kept.Custom, State: kept.PromiseOpen, Warned: 2}, kept.Ours},
		{"a check-in is no work of ours", kept.Promise{Kind: kept.CheckIn, State: kept.PromiseOpen, Warned: 1}, kept.Theirs},
	} {
		if got := Turn(kept.Conversation{Status: kept.Pending}, []kept.Promise{c.p}); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestOnceTheySayThatItWorksWhatIsStillOwedIsOurs(t *testing.T) {
	soon := friday.Add(time.Hour)
	for _, c := range []struct {
		name      string
		confirmed time.Time
		p         kept.Promise
		want      kept.Turn
	}{
		{"the refund", friday, kept.Promise{Kind: kept.Custom, State: kept.PromiseOpen, WarnAt: soon}, kept.Ours},
		{"a call", friday, kept.Promise{Kind: kept.Callback, State: kept.PromiseOpen, WarnAt: soon}, kept.Ours},
		{"the refund, before they have said so", time.Time{}, kept.Promise{Kind: kept.Custom, State: kept.PromiseOpen, WarnAt: soon}, kept.Theirs},
		{"the refund that was paid", friday, kept.Promise{Kind: kept.Custom, State: kept.PromiseKept, WarnAt: soon}, kept.Theirs},
		{"to ask how it went", friday, kept.Promise{Kind: kept.FollowUp, State: kept.PromiseOpen, WarnAt: soon}, kept.Theirs},
	} {
		if got := Turn(kept.Conversation{Status: kept.Solved, ConfirmedAt: c.confirmed}, []kept.Promise{c.p}); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestAnOutcomeIsWrittenOnce settles a promise in any order: the first outcome stands, whatever comes
// after, until a correction; late is broken.
func TestAnOutcomeIsWrittenOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := kept.Promise{ID: 1, State: kept.PromiseOpen, Due: friday, OpenedAt: friday.Add(-time.Hour)}
		first := kept.PromiseOpen
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 3), 1, 8).Draw(t, "steps") {
			at := friday.Add(time.Duration(rapid.IntRange(-50, 50).Draw(t, "at")) * time.Minute)
			switch step {
			case 0:
				p = Keep(p, at, kept.Cause{Message: 1})
			case 1:
				p = Break(p)
			case 2:
				p = Release(p, at, kept.Cause{Reason: "they said so"})
			case 3:
				p = Move(p, at, kept.Cause{Message: 2}, 7)
			}
			if first == kept.PromiseOpen {
				first = p.State
			}
			if p.State != first {
				t.Fatalf("%s became %s", first, p.State)
			}
			if (p.State == kept.PromiseKept || p.State == kept.PromiseMoved) && p.SettledAt.After(p.Due) {
				t.Fatalf("%s after its due", p.State)
			}
			if p.State == kept.PromiseBroken && !p.SettledAt.Equal(p.Due) {
				t.Fatalf("broken at %v, not at its due", p.SettledAt)
			}
		}
	})
}

func TestABouncedMessageKeptNothing(t *testing.T) {
	p := Keep(kept.Promise{State: kept.PromiseOpen, Due: friday}, friday.Add(-time.Minute), kept.Cause{Message: 1})
	if back := Unkeep(p, friday.Add(-time.Second)); back.State != kept.PromiseOpen || back.SettledBy != (kept.Cause{}) {
		t.Errorf("before its due: %+v", back)
	}
	if back := Unkeep(p, friday.Add(time.Second)); back.State != kept.PromiseBroken || !back.SettledAt.Equal(friday) {
		t.Errorf("after its due: %+v", back)
	}
}

func TestTheQueueLeadIsTheEarliestDueThatStillMatters(t *testing.T) {
	list := []kept.Promise{
		{ID: 1, State: kept.PromiseKept, Due: friday.Add(-9 * time.Hour)},
		{ID: 2, State: kept.PromiseBroken, Due: friday.Add(-8 * time.Hour), MadeGoodAt: friday},
		{ID: 3, State: kept.PromiseOpen, Due: friday},
		{ID: 4, State: kept.PromiseBroken, Due: friday.Add(-time.Hour)},
	}
	if lead := Lead(list); lead.ID != 4 {
		t.Errorf("%d leads", lead.ID)
	}
	if lead := Lead(list[:2]); lead.ID != 0 {
		t.Errorf("%d leads, though nothing is owed", lead.ID)
	}
}
