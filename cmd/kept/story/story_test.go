package story_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
)

// The demo is started at any hour of any day, and its story must be whole at each.
func TestTheStoryHoldsAtEveryHourOfTheWeek(t *testing.T) {
	scenes, err := story.Scenes()
	if err != nil {
		t.Fatal(err)
	}
	home, err := time.LoadLocation(story.Home)
	if err != nil {
		t.Fatal(err)
	}
	for _, first := range []time.Time{
		time.Date(2026, 5, 18, 0, 7, 0, 0, home),
		time.Date(2026, 3, 28, 0, 7, 0, 0, home),  // the clocks go forward
		time.Date(2026, 10, 24, 0, 7, 0, 0, home), // and back
		time.Date(2026, 12, 30, 0, 7, 0, 0, home), // another year begins
	} {
		for step := range 7 * 24 / 5 {
			now := first.Add(time.Duration(step) * (5*time.Hour + 11*time.Minute))
			almanac, err := story.NewAlmanac(now)
			if err != nil {
				t.Fatal(err)
			}
			steps, err := story.Resolve(scenes, almanac)
			if err != nil {
				t.Fatalf("started on %s: %v", now.Format(time.RFC1123), err)
			}
			soon := 0
			for i, s := range steps {
				if i > 0 && s.At.Before(steps[i-1].At) {
					t.Fatalf("%s comes before %s", s.Place, steps[i-1].Place)
				}
				if s.Due.After(now) && s.Due.Before(now.Add(30*time.Minute)) {
					soon++
				}
			}
			if soon == 0 {
				t.Errorf("started on %s, nothing is due within half an hour", now.Format(time.RFC1123))
			}
		}
	}
}

func TestEveryoneOfTheCastHasSomethingToSay(t *testing.T) {
	cast, err := story.Arrivals()
	if err != nil {
		t.Fatal(err)
	}
	subjects := map[string]bool{}
	for n := range len(cast.Matters) {
		who, matter := cast.Next(1, n)
		if who.Language != matter.Language {
			t.Errorf("%s, who speaks %s, writes %q", who.Name, who.Language, matter.Subject)
		}
		if strings.TrimSpace(matter.Body) == "" {
			t.Errorf("%q says nothing", matter.Subject)
		}
		subjects[matter.Subject] = true
	}
	if len(subjects) != len(cast.Matters) {
		t.Errorf("of %d matters %d come before any comes again", len(cast.Matters), len(subjects))
	}
	again, _ := story.Arrivals()
	for n := range 100 {
		p1, m1 := cast.Next(7, n)
		p2, m2 := again.Next(7, n)
		if p1 != p2 || m1 != m2 {
			t.Fatalf("the same seed told another story at %d", n)
		}
	}
}
