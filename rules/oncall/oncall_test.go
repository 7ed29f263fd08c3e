package oncall

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
)

func weekly(people ...kept.ID) kept.Rotation {
	return kept.Rotation{
		Name: "Nights", People: people, Zone: "Europe/Dublin", From: "2026-05-18", At: "09:00", Every: 7, Repeat: 5, Next: 15,
	}
}

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func everybody(kept.ID) bool { return true }

func TestTheDutyIsHandedOverAtItsTimeAndNotBefore(t *testing.T) {
	for _, c := range []struct {
		name     string
		rotation kept.Rotation
		at       string
		want     kept.ID
	}{
		{"the first begins", weekly(1, 2, 3), "2026-05-18T08:00:00Z", 1},
		{"a moment before the next", weekly(1, 2, 3), "2026-05-25T07:59:59Z", 1},
		{"the next begins", weekly(1, 2, 3), "2026-05-25T08:00:00Z", 2},
		{"and round again", weekly(1, 2, 3), "2026-06-08T08:00:00Z", 1},
		{"before the first day, the turns run backwards", weekly(1, 2, 3), "2026-05-18T07:59:59Z", 3},
		{"in winter the wall says nine all the same", weekly(1, 2), "2026-11-02T08:59:59Z", 2},
		{"nine in winter", weekly(1, 2), "2026-11-02T09:00:00Z", 1},
	} {
		d, ok := OnDuty(c.rotation, at(c.at), everybody)
		if !ok || d.Agent != c.want {
			t.Errorf("%s: %d, want %d", c.name, d.Agent, c.want)
		}
	}
}

func TestANightsHandOverKeepsItsHourWhenTheClocksTurn(t *testing.T) {
	r := weekly(1, 2)
	r.From, r.At, r.Every = "2026-03-27", "01:30", 1 // Dublin leaves out 01:00 to 02:00 on Sunday 29 March
	if got, want := Begins(r, 2), at("2026-03-29T01:00:00Z"); !got.Equal(want) {
		t.Errorf("a time that is left out is the first instant after the gap: %v, want %v", got, want)
	}
	r.From = "2026-10-23" // and has it twice on Sunday 25 October
	if got, want := Begins(r, 2), at("2026-10-25T00:30:00Z"); !got.Equal(want) {
		t.Errorf("a time that comes twice is the first: %v, want %v", got, want)
	}
}

func TestWhoStepsInHasTheDutyForThatWhileAndNoLonger(t *testing.T) {
	r := weekly(1, 2)
	r.Overrides = []kept.Override{{From: at("2026-05-20T18:00:00Z"), To: at("2026-05-21T06:00:00Z"), Agent: 9}}
	d, _ := OnDuty(r, at("2026-05-20T20:00:00Z"), everybody)
	if d.Agent != 9 || !d.Override || !d.Since.Equal(r.Overrides[0].From) || !d.Until.Equal(r.Overrides[0].To) || d.Then != 1 {
		t.Fatalf("%+v", d)
	}
	before, _ := OnDuty(r, at("2026-05-20T17:59:59Z"), everybody)
	if before.Agent != 1 || !before.Until.Equal(r.Overrides[0].From) || before.Then != 9 {
		t.Fatalf("%+v", before)
	}
	if line := Line(r, at("2026-05-20T20:00:00Z"), everybody); !slices.Equal(line, []kept.ID{9, 1, 2}) {
		t.Fatalf("the line is %v", line)
	}
}

func TestWhoLeftHasNoTurn(t *testing.T) {
	r := weekly(1, 2, 3)
	here := func(id kept.ID) bool { return id != 2 }
	if d, ok := OnDuty(r, at("2026-05-26T08:00:00Z"), here); !ok || d.Agent != 3 {
		t.Fatalf("%+v", d)
	}
	if line := Line(r, at("2026-05-26T08:00:00Z"), here); !slices.Equal(line, []kept.ID{3, 1}) {
		t.Fatalf("the line is %v", line)
	}
	if _, ok := OnDuty(r, at("2026-05-26T08:00:00Z"), func(kept.ID) bool { return false }); ok {
		t.Fatal("somebody has the duty where nobody is here")
	}
}

func TestAWrongRotationIsSaidToWhoWroteIt(t *testing.T) {
	if err := Check(weekly(1)); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*kept.Rotation){
		func(r *kept.Rotation) { r.Zone = "Mars/North" },
		func(r *kept.Rotation) { r.From = "Monday" },
		func(r *kept.Rotation) { r.At = "25:00" },
		func(r *kept.Rotation) { r.Every = 0 },
		func(r *kept.Rotation) { r.Repeat = 0 },
		func(r *kept.Rotation) { r.Next = -1 },
		func(r *kept.Rotation) {
			r.Overrides = []kept.Override{{From: at("2026-05-20T18:00:00Z"), To: at("2026-05-20T18:00:00Z")}}
		},
	} {
		r := weekly(1)
		change(&r)
		if !kept.Is(Check(r), kept.Invalid) {
			t.Errorf("taken: %+v", r)
		}
	}
}

// drawn is any rotation of up to five people, with up to three overrides, in zones that turn their clocks, also
// by half an hour, and by night.
func drawn(t *rapid.T) kept.Rotation {
	start := at("2026-01-01T00:00:00Z")
	r := kept.Rotation{
		Zone:  rapid.SampledFrom([]string{"UTC", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu"}).Draw(t, "zone"),
		From:  start.AddDate(0, 0, rapid.IntRange(0, 700).Draw(t, "from")).Format(time.DateOnly),
		At:    time.Date(2026, 1, 1, 0, rapid.IntRange(0, 24*60-1).Draw(t, "at"), 0, 0, time.UTC).Format("15:04"),
		Every: rapid.IntRange(1, 15).Draw(t, "every"), Repeat: rapid.IntRange(1, 60).Draw(t, "repeat"), Next: rapid.IntRange(1, 60).Draw(t, "next"),
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "people") {
		r.People = append(r.People, kept.ID(i+1))
	}
	for range rapid.IntRange(0, 3).Draw(t, "overrides") {
		from := start.Add(time.Duration(rapid.IntRange(0, 700*24*60).Draw(t, "override")) * time.Minute)
		r.Overrides = append(r.Overrides, kept.Override{
			From: from, To: from.Add(time.Duration(rapid.IntRange(1, 10*24*60).Draw(t, "long")) * time.Minute), Agent: kept.ID(rapid.IntRange(1, 8).Draw(t, "who")),
		})
	}
	return r
}

func moment(t *rapid.T) time.Time {
	return at("2026-01-01T00:00:00Z").Add(time.Duration(rapid.Int64Range(0, 700*24*3600).Draw(t, "moment")) * time.Second)
}

func TestAtEveryInstantOnePersonHasTheDutyFromOneHandOverToTheNext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, now := drawn(t), moment(t)
		d, ok := OnDuty(r, now, everybody)
		if !ok {
			t.Fatal("nobody has it")
		}
		if d.Since.After(now) || !d.Until.IsZero() && !d.Until.After(now) {
			t.Fatalf("at %v, on duty from %v until %v", now, d.Since, d.Until)
		}
		until := d.Until
		if until.IsZero() {
			until = now.Add(90 * 24 * time.Hour)
		}
		within := d.Since.Add(time.Duration(rapid.Int64Range(0, int64(until.Sub(d.Since))-1).Draw(t, "within")))
		if same, _ := OnDuty(r, within, everybody); same.Agent != d.Agent {
			t.Fatalf("%d has it from %v until %v, but %d at %v", d.Agent, d.Since, d.Until, same.Agent, within)
		}
		if d.Until.IsZero() {
			return
		}
		if next, _ := OnDuty(r, d.Until, everybody); next.Agent != d.Then || next.Agent == d.Agent {
			t.Fatalf("after %d at %v comes %d, said %d", d.Agent, d.Until, next.Agent, d.Then)
		}
	})
}

func TestTurnsFollowEachOtherWithoutAGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, k := drawn(t), rapid.IntRange(-50, 500).Draw(t, "turn")
		begins, ends := Begins(r, k), Begins(r, k+1)
		if length := ends.Sub(begins); length < time.Duration(r.Every)*24*time.Hour-3*time.Hour || length > time.Duration(r.Every)*24*time.Hour+3*time.Hour {
			t.Fatalf("turn %d is %v long", k, length)
		}
		z, err := time.LoadLocation(r.Zone)
		if err != nil {
			t.Fatal(err)
		}
		// Only where the clocks leave that time out is it another: the first instant after the gap.
		_, before := begins.Add(-time.Microsecond).In(z).Zone()
		_, after := begins.In(z).Zone()
		if wall := begins.In(z).Format("15:04"); wall != r.At && after <= before {
			t.Fatalf("turn %d begins at %s on the wall, want %s", k, wall, r.At)
		}
	})
}

func TestTheLineIsEverybodyOnceWithWhoHasTheDutyFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, now := drawn(t), moment(t)
		gone := kept.ID(rapid.IntRange(0, 5).Draw(t, "gone"))
		here := func(id kept.ID) bool { return id != gone }
		d, ok := OnDuty(r, now, here)
		line := Line(r, now, here)
		if ok != (len(line) > 0) || ok && line[0] != d.Agent {
			t.Fatalf("%v has the duty, the line is %v", d, line)
		}
		for _, p := range r.People {
			n := 0
			for _, in := range line {
				if in == p {
					n++
				}
			}
			if want := 1; p != gone && ok && n != want || p == gone && n != 0 {
				t.Fatalf("%d stands %d times in %v", p, n, line)
			}
		}
	})
}

// TestAPageReachesEverybodyInTurnUntilSomebodyTakesIt follows a page that nobody takes.
func TestAPageReachesEverybodyInTurnUntilSomebodyTakesIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, now := drawn(t), moment(t)
		p := kept.Page{BegunAt: now}
		asked := map[kept.ID]bool{}
		stop := now.Add(time.Duration(r.Next*len(r.People)+r.Repeat) * time.Minute)
		steady := true
		for now.Before(stop) {
			was := p
			var ok bool
			if p, ok = Ask(r, p, now, everybody); !ok {
				t.Fatal("nobody is asked")
			}
			d, _ := OnDuty(r, now, everybody)
			if p.Turn == 0 && p.Agent != d.Agent {
				t.Fatalf("%d is asked while %d has the duty", p.Agent, d.Agent)
			}
			steady = steady && (was.Asked == 0 || was.Duty == p.Duty)
			if was.Asked > 0 && was.Agent == p.Agent && p.Since.Equal(was.Since) && now.Sub(was.AskedAt) > minutes(r.Repeat) {
				t.Fatalf("not asked again for %v", now.Sub(was.AskedAt))
			}
			asked[p.Agent] = true
			again := AskAgain(r, p, now, everybody)
			if !again.After(now) || again.After(now.Add(minutes(r.Repeat))) {
				t.Fatalf("asked at %v, again at %v", now, again)
			}
			now = again
		}
		if steady && len(r.Overrides) == 0 && len(asked) != len(r.People) {
			t.Fatalf("of %v only %v were asked", r.People, asked)
		}
	})
}

func TestAPageIsOverWhenThereIsNoNeedOfIt(t *testing.T) {
	begun := at("2026-05-18T02:00:00Z")
	broken := kept.Promise{State: kept.PromiseBroken}
	good := broken
	good.MadeGoodAt = begun
	urgent := kept.Conversation{Status: kept.Open, Priority: kept.Urgent}
	for _, c := range []struct {
		name string
		page kept.Page
		c    func(*kept.Conversation)
		p    kept.Promise
		want kept.PageEnd
	}{
		{"broken still", kept.Page{Why: kept.PageBroken}, nil, broken, ""},
		{"made good", kept.Page{Why: kept.PageBroken}, nil, good, kept.EndAnswered},
		{"broken no more, as a correction says", kept.Page{Why: kept.PageBroken}, nil, kept.Promise{State: kept.PromiseKept}, kept.EndAnswered},
		{"urgent still", kept.Page{Why: kept.PageUrgent}, nil, kept.Promise{}, ""},
		{"a person answered", kept.Page{Why: kept.PageUrgent}, func(c *kept.Conversation) { c.LastOutboundAt = begun.Add(time.Minute) }, kept.Promise{}, kept.EndAnswered},
		{"urgent no more", kept.Page{Why: kept.PageUrgent}, func(c *kept.Conversation) { c.Priority = kept.High }, kept.Promise{}, kept.EndNoNeed},
		{"spam", kept.Page{Why: kept.PageBroken}, func(c *kept.Conversation) { c.Status = kept.Spam }, broken, kept.EndNoNeed},
		{"merged", kept.Page{Why: kept.PageBroken}, func(c *kept.Conversation) { c.MergedInto = 3 }, broken, kept.EndNoNeed},
		{"a day long nobody took it", kept.Page{Why: kept.PageBroken, BegunAt: begun.Add(-25 * time.Hour)}, nil, broken, kept.EndNobody},
	} {
		conversation := urgent
		if c.c != nil {
			c.c(&conversation)
		}
		if c.page.BegunAt.IsZero() {
			c.page.BegunAt = begun
		}
		how, over := Over(c.page, conversation, c.p, begun.Add(time.Hour))
		if how != c.want || over != (c.want != "") {
			t.Errorf("%s: %q %v", c.name, how, over)
		}
	}
}
