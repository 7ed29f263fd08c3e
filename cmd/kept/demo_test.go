package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// broken are the scenes in which the story wants something to go wrong.
var broken = []string{
	"No line, and I work from home every evening", "Router went to the old address", "Eircode not found on your order page",
	"When does the engineer come?", "You never rang back", "Waiting for the refund",
}

// errEnough ends a demo that has shown what a test wanted to see.
var errEnough = errors.New("enough")

// lived opens a demo in the folder at an instant, lets its history happen and then looks at it, with
// the clock still turned to the instant.
func lived(t *testing.T, dir string, now time.Time, look func(context.Context, *demo)) {
	t.Helper()
	c := demoCmd{Data: dir, Listen: "127.0.0.1:0", SMTP: "127.0.0.1:0", Seed: 1, LogLevel: "error"}
	d, err := c.open(t.Context(), now, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	d.app.before = func(ctx context.Context) error {
		if _, err := d.history(ctx); err != nil {
			return err
		}
		look(ctx, d)
		return errEnough
	}
	if err := d.app.run(t.Context()); !errors.Is(err, errEnough) {
		t.Fatal(err)
	}
}

func TestTheWeekOfTheDemoIsWholeAtAnyHour(t *testing.T) {
	home, err := time.LoadLocation(story.Home)
	if err != nil {
		t.Fatal(err)
	}
	for name, now := range map[string]time.Time{
		"a Wednesday at noon":     time.Date(2026, 5, 20, 11, 58, 13, 0, home),
		"the night of a Saturday": time.Date(2026, 5, 23, 3, 15, 44, 0, home),
	} {
		t.Run(name, func(t *testing.T) {
			lived(t, filepath.Join(t.TempDir(), "demo"), now, func(ctx context.Context, d *demo) {
				checkDemo(ctx, t, d)
				checkStory(ctx, t, d)
			})
		})
	}
}

func TestCustomersOfTheDemoAnswerAndChaseInTheirConversations(t *testing.T) {
	now := time.Date(2026, 5, 18, 6, 40, 2, 0, time.UTC) // a Monday, before we open
	lived(t, filepath.Join(t.TempDir(), "demo"), now, func(ctx context.Context, d *demo) {
		checkStory(ctx, t, d)
		a, err := d.arrivals()
		if err != nil {
			t.Fatal(err)
		}
		p := past{demo: d}
		settle := func(after time.Duration) {
			d.turned.Add(after)
			if err := p.settle(ctx); err != nil {
				t.Fatal(err)
			}
			if err := a.boxes.fetch(); err != nil {
				t.Fatal(err)
			}
		}
		find := func(subject string) desk.Full {
			all := d.all(ctx, t)
			return all[slices.IndexFunc(all, func(f desk.Full) bool { return f.Subject == subject })]
		}
		dice := rand.New(rand.NewPCG(1, 2))

		before := find("Which router do I send back?")
		ours := a.boxes.last("samir.haddad@bareed.test", func(r received) bool { return !r.automatic })
		if err := a.answers(dice, *ours); err != nil {
			t.Fatal(err)
		}
		settle(time.Minute)
		after := find("Which router do I send back?")
		if len(after.Timeline) <= len(before.Timeline) || after.Status != kept.Open || after.LastBy != kept.ByContact {
			t.Errorf("the answer did not arrive where it belongs: %s, %s", after.Status, after.LastWords)
		}

		if err := a.begins(); err != nil {
			t.Fatal(err)
		}
		settle(0)
		settle(5 * time.Minute)
		if err := a.chases(dice, &a.people[0]); err != nil {
			t.Fatal(err)
		}
		settle(time.Minute)
		if f := find(a.people[0].subject); f.Chases != 1 || f.ContactEmail != a.people[0].from.Email {
			t.Errorf("%q of %s was chased %d times", f.Subject, f.ContactEmail, f.Chases)
		}
		checkDemo(ctx, t, d)
	})
}

// checkDemo proves the invariants, and that no list of the visitor's is empty.
func checkDemo(ctx context.Context, t *testing.T, d *demo) {
	t.Helper()
	r, err := d.app.desk.Check(ctx, true, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range r.Violations {
		t.Errorf("%+v", v)
	}
	me := d.visitor(ctx, t)
	for _, list := range []desk.List{desk.Mine, desk.Unassigned, desk.AllOpen, desk.AllPending, desk.AllSolved, desk.AllClosed, desk.Snoozed, desk.AllSpam} {
		p, err := d.app.desk.List(ctx, me, list, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Items) == 0 {
			t.Errorf("nothing is in %s", list)
		}
	}
}

// checkStory proves that what was kept and broken is what the scripts want.
func checkStory(ctx context.Context, t *testing.T, d *demo) {
	t.Helper()
	states, marks := map[kept.PromiseState]int{}, map[string]int{}
	for _, f := range d.all(ctx, t) {
		if f.Chases > 0 {
			marks["chased"]++
		}
		if f.SecondTime {
			marks["second time"]++
		}
		if f.Draft != nil {
			marks["draft"]++
		}
		for _, p := range f.Promises {
			if p.Misses == 0 { // a next word after a miss counts with the miss
				states[p.State]++
			}
			if p.State == kept.PromiseBroken && p.Misses == 0 && !slices.Contains(broken, f.Subject) {
				t.Errorf("%q of %s was broken: %s %q, due %s", f.Subject, f.ContactName, p.Kind, p.Words, p.Due)
			}
		}
		for _, e := range f.Timeline {
			if e.Message != nil {
				marks[string(e.Message.Kind)+" "+string(e.Message.Delivery)]++
				marks["files"] += len(e.Message.Attachments)
			}
		}
	}
	for _, s := range []kept.PromiseState{kept.PromiseOpen, kept.PromiseKept, kept.PromiseBroken, kept.PromiseMoved, kept.PromiseReleased} {
		if states[s] == 0 {
			t.Errorf("no promise is %s", s)
		}
	}
	for _, m := range []string{"chased", "second time", "draft", "files", "inbound ", "note ", "system ", "outbound accepted", "outbound bounced"} {
		if marks[m] == 0 {
			t.Errorf("nothing is %q among %v", m, marks)
		}
	}
	checkOffers(ctx, t, d)
	if share := float64(states[kept.PromiseBroken]) / float64(states[kept.PromiseBroken]+states[kept.PromiseKept]); share > 0.2 {
		t.Errorf("%.0f %% of the promises are broken", 100*share)
	}
	t.Log(slices.Sorted(maps.Keys(states)), states, marks)
}

// checkOffers proves that the visitor's board shows a call that a customer booked, and their day check somebody whom
// a colleague hands over.
func checkOffers(ctx context.Context, t *testing.T, d *demo) {
	t.Helper()
	me := d.visitor(ctx, t)
	board, err := d.app.desk.Board(ctx, me, desk.WhoseMine, "", 200)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(board.Items, func(p desk.Promised) bool {
		return p.Promise.Kind == kept.Callback && p.Promise.Source == kept.FromCustomer && p.Promise.Due.Sub(p.Promise.From) == 30*time.Minute && p.Promise.From.After(d.now)
	}) {
		t.Error("no call that a customer booked stands on the board")
	}
	day, err := d.app.desk.DayCheck(ctx, me)
	if err != nil {
		t.Fatal(err)
	}
	if len(day.ToMe) != 1 || day.ToMe[0].Who == "" || day.ToMe[0].State != kept.HandOverOpen {
		t.Errorf("to be accepted there is %+v", day.ToMe)
	}
}

// visitor is who a visitor of the demo is.
func (d *demo) visitor(ctx context.Context, t *testing.T) kept.Actor {
	t.Helper()
	agents, err := d.app.desk.Agents(ctx, kept.System)
	if err != nil {
		t.Fatal(err)
	}
	return agents[slices.IndexFunc(agents, func(a kept.Agent) bool { return a.Email == story.Colleagues[1].Email })].Actor()
}

// all reads every conversation, as the visitor.
func (d *demo) all(ctx context.Context, t *testing.T) (out []desk.Full) {
	t.Helper()
	me := d.visitor(ctx, t)
	for id := kept.ID(1); ; id++ {
		f, err := d.app.desk.Conversation(ctx, me, id)
		if kept.Is(err, kept.NotFound) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
}

// printed takes what the demo prints, and hands on the token of its link.
type printed chan string

func (p printed) Write(text []byte) (int, error) {
	if link := regexp.MustCompile(`http\S+/sign-in\?token=(\S+)`).FindSubmatch(text); link != nil {
		p <- string(link[1])
	}
	return len(text), nil
}

// started runs the demo as the command does, and stops it when look has returned.
func started(t *testing.T, dir string, look func(d *demo, token string)) {
	t.Helper()
	out := make(printed, 1)
	c := demoCmd{Data: dir, Listen: "127.0.0.1:0", SMTP: "127.0.0.1:0", Seed: 1, LogLevel: "error"}
	d, err := c.open(t.Context(), time.Now(), out)
	if err != nil {
		t.Fatal(err)
	}
	d.pace = func(n int) time.Duration { // eight mails at once at each start, and then none
		if n%8 != 7 {
			return time.Millisecond
		}
		return time.Hour
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.app.run(ctx) }()
	select {
	case token := <-out:
		look(d, token)
	case err := <-ended:
		t.Fatal("the demo ended by itself: ", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestTheDemoGoesOnWhereItWasStopped(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	conversations := 0
	started(t, dir, func(d *demo, token string) {
		answer, err := http.Get(d.url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close() //nolint:errcheck,gosec // not read
		if answer.StatusCode != http.StatusOK {
			t.Errorf("ready, and healthz answers %s", answer.Status)
		}
		signIn, _ := json.Marshal(map[string]string{"token": token})
		answer, err = http.Post(d.url+"/api/session/link", "application/json", bytes.NewReader(signIn))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close() //nolint:errcheck,gosec // not read
		if answer.StatusCode != http.StatusOK {
			t.Errorf("the printed link answers %s", answer.Status)
		}
		conversations = len(d.all(t.Context(), t))
		more := waitFor(t, d, conversations+5)
		if more[len(more)-1].Status != kept.Open {
			t.Errorf("what arrives is %s", more[len(more)-1].Status)
		}
	})
	if conversations < 40 {
		t.Errorf("the week has %d conversations", conversations)
	}
	started(t, dir, func(d *demo, _ string) {
		again := waitFor(t, d, conversations+6)
		if again[0].Subject != "No line, and I work from home every evening" {
			t.Errorf("the first conversation is now %q", again[0].Subject)
		}
		r, err := d.app.desk.Check(t.Context(), true, 2*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r.Violations {
			t.Errorf("%+v", v)
		}
	})
}

// waitFor waits until so many conversations are there, by the desk's own feed.
func waitFor(t *testing.T, d *demo, n int) []desk.Full {
	t.Helper()
	for range 1000 {
		if list := d.all(t.Context(), t); len(list) >= n {
			return list
		}
	}
	t.Fatalf("there are not %d conversations", n)
	return nil
}

func TestAFolderThatIsNoDemosIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "kept.db")
	if err := os.WriteFile(precious, []byte("a real desk"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, reset := range []bool{false, true} {
		if _, err := openDemoFolder(dir, reset); !kept.Is(err, kept.Conflict) || !strings.Contains(err.Error(), dir) {
			t.Errorf("reset %v: %v", reset, err)
		}
	}
	if raw, err := os.ReadFile(precious); err != nil || string(raw) != "a real desk" {
		t.Errorf("%q, %v", raw, err)
	}
}

func TestAHistoryThatWasCutShortBeginsAnew(t *testing.T) {
	dir := t.TempDir()
	first, err := openDemoFolder(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openDemoFolder(dir, true); !kept.Is(err, kept.Conflict) {
		t.Errorf("a demo that runs is begun anew: %v", err)
	}
	first.lock.Close() //nolint:errcheck,gosec // as its program's end does
	half := filepath.Join(dir, "kept.db")
	if err := os.WriteFile(half, []byte("half a week"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := openDemoFolder(dir, false)
	if err != nil || f.Ready {
		t.Fatalf("%+v, %v", f, err)
	}
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a week is still there: %v", err)
	}
}
