package promise_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/promise"
)

func TestAColleagueIsAskedForAnAnswerBeforeTheCustomersPromise(t *testing.T) {
	office, err := calendar.Compile(promise.OfficeHours("Europe/Dublin")) // UTC+1 in May
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 5, day, hour-1, minute, 0, 0, time.UTC) }
	for _, c := range []struct {
		what            string
		now, next, want time.Time
	}{
		{"a quarter is left", at(18, 10, 0), at(18, 14, 0), at(18, 13, 0)},
		{"at least half an hour is", at(18, 10, 0), at(18, 11, 0), at(18, 10, 30)},
		{"too near for that: half of it", at(18, 10, 0), at(18, 10, 20), at(18, 10, 10)},
		{"the night is no time", at(18, 16, 0), at(19, 11, 0), at(19, 10, 15)},
		{"they aren't there before it", at(18, 18, 0), at(18, 22, 0), at(18, 20, 0)},
		{"nothing is promised", at(18, 10, 0), time.Time{}, at(19, 10, 0)},
		{"what was promised has passed", at(18, 10, 0), at(18, 9, 0), at(19, 10, 0)},
		{"on Friday evening for Monday", at(22, 16, 30), at(25, 12, 0), at(25, 11, 5)},
	} {
		got, err := promise.AskDue(office, c.now, c.next)
		if err != nil || !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v (%v)", c.what, got.UTC(), c.want, err)
		}
	}
}

func TestAnAskIsAlwaysDueAfterNowAndBeforeThePromise(t *testing.T) {
	office, err := calendar.Compile(promise.OfficeHours("Europe/Dublin"))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 20_000 {
		now := start.Add(time.Duration(r.Int64N(int64(365 * 24 * time.Hour)))).Truncate(time.Microsecond)
		next := now.Add(time.Duration(1+r.Int64N(int64(14*24*time.Hour)/(1+r.Int64N(2000)))) + time.Second).Truncate(time.Microsecond)
		for _, cal := range []promise.Calendar{office, calendar.Always} {
			due, err := promise.AskDue(cal, now, next)
			if err != nil || !due.After(now) || !due.Before(next) {
				t.Fatalf("asked at %v with a promise at %v: due %v (%v)", now, next, due, err)
			}
			if open := cal.Between(now, next); open >= time.Hour && cal.Between(due, next) < 30*time.Minute {
				t.Fatalf("asked at %v with a promise at %v: due %v leaves %v", now, next, due, cal.Between(due, next))
			}
		}
	}
}
