package promise_test

import (
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

func TestWhoAskedForSomebodySeniorGetsTheirWord(t *testing.T) {
	const lead, other, agent = kept.ID(1), kept.ID(2), kept.ID(3)
	word := kept.Promise{Kind: kept.Update, Source: kept.FromCustomer, By: lead}
	callback, ours := word, word
	callback.Kind, ours.Source = kept.Callback, kept.FromPolicy
	leads := []kept.ID{lead, other}
	for _, c := range []struct {
		name  string
		p     kept.Promise
		who   kept.ID
		leads []kept.ID
		want  bool
	}{
		{"the lead's own word keeps it", word, lead, leads, true},
		{"another lead's does", word, other, leads, true},
		{"an agent's doesn't", word, agent, leads, false},
		{"but it does once they accepted it from the lead", promise.HandOver(word, agent), agent, leads, true},
		{"and the lead's still does", promise.HandOver(word, agent), lead, leads, true},
		{"where nobody leads, anybody's does", word, agent, nil, true},
		{"a lead who has gone is replaced by who leads now", word, other, []kept.ID{other}, true},
		{"and not by an agent", word, agent, []kept.ID{other}, false},
		{"a callback that the customer booked is anybody's", callback, agent, leads, true},
		{"and so is an ordinary word", ours, agent, leads, true},
	} {
		if got := promise.SpeaksFor(c.p, c.who, c.leads); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
