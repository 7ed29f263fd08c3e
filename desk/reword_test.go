package desk_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// wordings are ways to say the same.
var wordings = map[string]func(string) string{
	"plain": func(s string) string { return s },
	"polite": func(s string) string {
		return "Dear all, I am so sorry to trouble you. " + s + " Thank you ever so much."
	},
	"rude":     func(s string) string { return "You useless idiots. " + s + " I will sue you and tell the press!!!" },
	"capitals": func(s string) string { return strings.ToUpper(s) + "!!!1!" },
	"german": func(string) string {
		return "Guten Tag, seit heute frueh geht bei uns leider gar nichts mehr. Bitte helfen Sie uns."
	},
	"urgent": func(s string) string { return "URGENT ASAP EMERGENCY. " + s + " I am a VIP and your CEO is my friend." },
}

// TestRewordingTheSameFactsChangesNobodysPlace lives the same afternoon in several wordings: who waits where, and
// until when, is the same in all of them.
func TestRewordingTheSameFactsChangesNobodysPlace(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	each(t, func(w *world) {
		want := ""
		for _, name := range []string{"plain", "polite", "rude", "capitals", "german", "urgent"} {
			places := w.afternoon(name, wordings[name], rand.New(rand.NewPCG(seed, 1)))
			if want == "" {
				want = places
			}
			if places != want {
				w.Fatalf("%s words change the queue:\n%s\nplain words:\n%s", name, places, want)
			}
		}
	})
}

// afternoon is what eight customers and an agent do, by the dice, in one wording; it says the queue as it stands
// after it.
func (w *world) afternoon(name string, say func(string) string, r *rand.Rand) string {
	w.Helper()
	w.until(w.at.AddDate(0, 0, 7).Truncate(7 * 24 * time.Hour).Add(4*24*time.Hour + 9*time.Hour)) // a Monday, ten o'clock
	began := w.at
	var ids []kept.ID
	for i := range 8 {
		w.turns(time.Duration(1+r.IntN(40)) * time.Minute)
		ids = append(ids, w.writes(fmt.Sprintf("c%d@%s.example", i, name), "Line "+name, say("Nothing works here since this morning.")).ID)
	}
	for range 12 {
		w.turns(time.Duration(1+r.IntN(20)) * time.Minute)
		i := r.IntN(len(ids))
		switch r.IntN(3) {
		case 0:
			w.writes(fmt.Sprintf("c%d@%s.example", i, name), "Re: Line "+name, say("Is anybody there?"))
		case 1:
			p := kept.Priorities[r.IntN(len(kept.Priorities))]
			_, err := w.desk.Change(w.ctx, w.bo, ids[i], desk.Change{Priority: &p})
			w.ok(err)
		case 2:
			w.answers(w.bo, ids[i], "We look at it.", desk.Ours)
			w.deliver()
		}
	}
	page, err := w.desk.List(w.ctx, w.bo, desk.AllOpen, "", 100)
	w.ok(err)
	var b strings.Builder
	for _, row := range page.Items {
		if name, ok := strings.CutSuffix(row.ContactEmail, "@"+name+".example"); ok {
			fmt.Fprintf(&b, "%s until %v, %s\n", name, row.QueueDue.Sub(began), row.Priority)
		}
	}
	spam := kept.Spam
	for _, id := range ids { // nothing of it is left for the next
		_, err := w.desk.Change(w.ctx, w.bo, id, desk.Change{Status: &spam})
		w.ok(err)
	}
	return b.String()
}
