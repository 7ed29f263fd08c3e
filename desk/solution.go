package desk

import (
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

// solved settles what a solution fulfils; see rules/promise for why it counts from its telling.
func (h *hand) solved(by kept.Cause) error {
	for _, p := range slices.Clone(h.leading) {
		if promise.SolutionFulfils(p) && p.Leads() {
			if err := h.keep(p, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeBack says that what we called solved is not: what rested on it is corrected. By is the message that
// says so; zero: whoever acts does.
func (h *hand) takeBack(by kept.ID) error {
	if h.is.SolvedAt.IsZero() {
		return nil
	}
	h.is.SolvedAt, h.is.ConfirmedAt = time.Time{}, time.Time{}
	all, err := h.tx.PromisesOf(h.is.ID)
	if err != nil {
		return err
	}
	policy, _, cal := h.times()
	over := func(from time.Time) time.Time {
		at, err := cal.Add(from, policy.Confirm)
		if err != nil {
			return from
		}
		return at
	}
	for _, p := range all {
		if !promise.OnProbation(p, h.now, over) {
			continue
		}
		own, err := h.ownWorkaround(p)
		if err == nil && !own {
			err = h.correct(p, promise.Unkeep(p, h.now), by)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ownWorkaround reports whether a workaround was fulfilled by a message that offered one: that it was offered
// stays true, whatever becomes of the solution.
func (h *hand) ownWorkaround(p kept.Promise) (bool, error) {
	if p.Kind != kept.Workaround {
		return false, nil
	}
	all, err := h.tx.SaidIn(h.is.ID)
	return slices.ContainsFunc(all, func(m kept.Message) bool {
		return m.Workaround && (m.ID == p.SettledBy.Message || p.State == kept.PromiseBroken && m.DeliveredAt.Equal(p.FulfilledAt))
	}), err
}

// correct writes what became of a promise whose outcome turned out untrue, and names the message that
// shows it; zero: the one who acts is the cause.
func (h *hand) correct(was, is kept.Promise, by kept.ID) error {
	n := len(h.events)
	if err := h.settle(was, is, kept.PromiseCorrected); err != nil {
		return err
	}
	for i := n; i < len(h.events); i++ {
		h.events[i].Message = by
	}
	return nil
}

// secondTime marks that we failed this customer before: their promises are computed again, as the policy
// may treat them as more pressing, and the lead hears of it, once.
func (h *hand) secondTime() error {
	if h.is.SecondTime {
		return nil
	}
	h.is.SecondTime = true
	if err := h.recompute(); err != nil {
		return err
	}
	return h.tellLead("second_time", 0)
}
