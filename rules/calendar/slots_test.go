package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
)

// TestAFreeSlotLiesInEverybodysHours draws zones, hours and instants around the changes of clocks: every
// window lies whole in our open time and in theirs, is never in the past, and is never overbooked.
func TestAFreeSlotLiesInEverybodysHours(t *testing.T) {
	zones := []string{"Europe/Dublin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "UTC"}
	changes := []time.Time{
		time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 18, 0, 0, 0, 0, time.UTC),
	}
	rapid.Check(t, func(t *rapid.T) {
		hours := func(label string) *Calendar {
			c := kept.Calendar{Zone: rapid.SampledFrom(zones).Draw(t, label+" zone"), Hours: map[string]kept.Windows{}}
			for _, day := range weekdays {
				if rapid.IntRange(0, 3).Draw(t, label+" "+day) > 0 {
					c.Hours[day] = kept.Windows{
						rapid.SampledFrom([]string{"00:00", "01:30", "09:00", "09:15"}).Draw(t, label+" from"): rapid.SampledFrom([]string{"02:45", "12:10", "17:00", "24:00"}).Draw(t, label+" to"),
					}
				}
			}
			compiled, err := Compile(c)
			if err != nil {
				t.Fatal(err)
			}
			return compiled
		}
		after := rapid.SampledFrom(changes).Draw(t, "near").Add(time.Duration(rapid.IntRange(-90_000, 90_000).Draw(t, "after")) * time.Second)
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "their zone"))
		if err != nil {
			t.Fatal(err)
		}
		c := Calls{After: after, Until: after.Add(72 * time.Hour), Ours: hours("ours"), Theirs: Daytime(zone), Taken: map[time.Time]int{}}
		people := rapid.IntRange(0, 3).Draw(t, "people")
		c.Shifts = []Shift{{People: people}, {Hours: hours("shift"), People: 1}}
		for _, s := range c.Free() {
			if rapid.Bool().Draw(t, "taken") {
				c.Taken[s.From] = rapid.IntRange(1, 4).Draw(t, "how many")
			}
		}
		for _, s := range c.Free() {
			if s.From.Before(after) || s.To.After(c.Until) || s.To.Sub(s.From) != SlotLength {
				t.Fatalf("%v is none after %v", s, after)
			}
			for at := s.From; at.Before(s.To); at = at.Add(time.Minute) {
				if local := at.In(zone); !c.Ours.Open(at) || local.Hour() < 8 || local.Hour() >= 20 {
					t.Fatalf("%v is at %v there, and we are open: %v", s, local, c.Ours.Open(at))
				}
			}
			if c.Taken[s.From] >= people+1 {
				t.Fatalf("%v is taken %d times, with %d people", s, c.Taken[s.From], people)
			}
		}
	})
}

func TestTheSlotsOfAMorning(t *testing.T) {
	ours, err := Compile(kept.Calendar{Zone: "Europe/Dublin", Hours: map[string]kept.Windows{"mon": {"09:00": "11:10"}}})
	if err != nil {
		t.Fatal(err)
	}
	dublin, _ := time.LoadLocation("Europe/Dublin")
	at := time.Date(2026, 5, 18, 9, 10, 0, 0, dublin) // Monday
	c := Calls{After: at, Until: at.Add(48 * time.Hour), Ours: ours, Theirs: Daytime(dublin), Shifts: []Shift{{People: 1}}}
	c.Taken = map[time.Time]int{time.Date(2026, 5, 18, 10, 0, 0, 0, dublin).UTC(): 1}
	var got []string
	for _, s := range c.Free() {
		got = append(got, s.From.In(dublin).Format("15:04"))
	}
	if want := []string{"09:30", "10:30"}; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Fatalf("%v, want %v", got, want)
	}
	if c.Shifts = nil; len(c.Free()) > 0 {
		t.Error("nobody is there, and calls are offered")
	}
}
