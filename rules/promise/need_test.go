package promise_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

func TestANeedWeighsByItsFacts(t *testing.T) {
	next := time.Date(2026, 5, 19, 9, 0, 0, 0, time.UTC)
	before, after := next.Add(-time.Hour), next.Add(time.Hour)
	for name, c := range map[string]struct {
		was  kept.Priority
		need kept.Need
		next time.Time
		is   kept.Priority
	}{
		"they can wait":                             {kept.Normal, kept.Need{By: after, CanWork: true, Hours: 24}, next, kept.Normal},
		"nothing said but that they need it":        {kept.Normal, kept.Need{CanWork: true}, next, kept.Normal},
		"a deadline before our word":                {kept.Normal, kept.Need{By: before, CanWork: true}, next, kept.High},
		"a deadline where nothing is promised":      {kept.Normal, kept.Need{By: after, CanWork: true}, time.Time{}, kept.High},
		"at our word is in time":                    {kept.Normal, kept.Need{By: next, CanWork: true}, next, kept.Normal},
		"can't work, three hours a day":             {kept.Normal, kept.Need{Hours: 3}, next, kept.Normal},
		"can't work, four hours a day":              {kept.Normal, kept.Need{Hours: 4}, next, kept.High},
		"can't work, and a deadline before":         {kept.Normal, kept.Need{Hours: 4, By: before}, next, kept.Urgent},
		"can't work all day":                        {kept.Low, kept.Need{Hours: 8}, next, kept.Urgent},
		"can work all day":                          {kept.Low, kept.Need{Hours: 8, CanWork: true}, next, kept.Low},
		"urgent stays urgent":                       {kept.Urgent, kept.Need{By: before, Hours: 24}, next, kept.Urgent},
		"high isn't lowered by a modest need":       {kept.High, kept.Need{CanWork: true}, next, kept.High},
		"a priority of no name is left as it is":    {"odd", kept.Need{Hours: 24}, next, "odd"},
		"low with a deadline before our word":       {kept.Low, kept.Need{By: before, CanWork: true}, next, kept.Normal},
		"low, half a day, and a deadline before it": {kept.Low, kept.Need{By: before, Hours: 5}, next, kept.High},
	} {
		if is := promise.Urgency(promise.UsualUrgency, c.was, c.need, c.next); is != c.is {
			t.Errorf("%s: %s, not %s", name, is, c.is)
		}
	}
}

// weights are what policies may make of a need.
var weights = []kept.Urgency{promise.UsualUrgency, {}, {Deadline: 3}, {Deadline: 2, Pressing: 1, Urgent: 1}, {Urgent: 24}}

func TestWhatANeedWeighsIsSaidByThePolicy(t *testing.T) {
	next := time.Date(2026, 5, 19, 9, 0, 0, 0, time.UTC)
	before := next.Add(-time.Hour)
	for name, c := range map[string]struct {
		weighs kept.Policy
		need   kept.Need
		is     kept.Priority
	}{
		"a policy that says nothing has the usual":        {kept.Policy{}, kept.Need{Hours: 4, By: before}, kept.High},
		"a policy by which no word makes it pressing":     {kept.Policy{Urgency: &kept.Urgency{}}, kept.Need{Hours: 24, By: before}, kept.Low},
		"a deadline alone, by two steps":                  {kept.Policy{Urgency: &kept.Urgency{Deadline: 2}}, kept.Need{Hours: 24, By: before}, kept.High},
		"an hour a day is a step":                         {kept.Policy{Urgency: &kept.Urgency{Pressing: 1}}, kept.Need{Hours: 1}, kept.Normal},
		"never urgent, however long they can't work":      {kept.Policy{Urgency: &kept.Urgency{Pressing: 4}}, kept.Need{Hours: 24}, kept.Normal},
		"urgent from two hours, with no step before it":   {kept.Policy{Urgency: &kept.Urgency{Urgent: 2}}, kept.Need{Hours: 2}, kept.Urgent},
		"and below that nothing":                          {kept.Policy{Urgency: &kept.Urgency{Urgent: 2}}, kept.Need{Hours: 1}, kept.Low},
		"who doesn't depend on it can't be stopped by it": {kept.Policy{Urgency: &kept.Urgency{Pressing: 1, Urgent: 1}}, kept.Need{}, kept.Low},
	} {
		if is := promise.Urgency(promise.UrgencyOf(c.weighs), kept.Low, c.need, next); is != c.is {
			t.Errorf("%s: %s, not %s", name, is, c.is)
		}
	}
}

func TestANeedIsNeverLoweredAndItsToneWeighsNothing(t *testing.T) {
	next := time.Date(2026, 5, 19, 9, 0, 0, 0, time.UTC)
	tones := []string{"", "Please, when you can.", "THIS IS A DISGRACE!!!", "Wenn es Ihnen nichts ausmacht …", strings.Repeat("now ", 1000)}
	for _, u := range weights {
		neverLowered(t, u, next, tones)
	}
}

func neverLowered(t *testing.T, u kept.Urgency, next time.Time, tones []string) {
	t.Helper()
	for _, was := range kept.Priorities {
		for _, by := range []time.Time{{}, next.Add(-time.Minute), next.Add(time.Minute)} {
			for hours := range 25 {
				for _, can := range []bool{true, false} {
					n := kept.Need{By: by, Hours: hours, CanWork: can}
					is := promise.Urgency(u, was, n, next)
					if slices.Index(kept.Priorities, is) < slices.Index(kept.Priorities, was) {
						t.Fatalf("%s became %s by %+v", was, is, n)
					}
					for _, n.Why = range tones {
						if got := promise.Urgency(u, was, n, next); got != is {
							t.Fatalf("said as %.20q it is %s, not %s", n.Why, got, is)
						}
					}
				}
			}
		}
	}
}
