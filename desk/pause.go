package desk

import (
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

// clocks stops the clocks of what waits for the customer while it is their turn, and lets them run on when
// it is ours.
func (h *hand) clocks() error {
	if h.is.Status != kept.Pending && h.is.Status != kept.Open {
		return nil
	}
	_, t, cal := h.times()
	until, err := h.theirTurnEnds(t, cal)
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(h.leading) {
		is, happened := p, kept.PromiseResumed
		if h.is.Status == kept.Open {
			is, err = promise.Resume(p, t, cal, h.now)
		} else {
			happened = kept.PromisePaused
			is, err = promise.Pause(p, t, cal, h.now, until)
		}
		if err != nil {
			return err
		}
		if err := h.settle(p, is, happened); err != nil {
			return err
		}
	}
	return nil
}

// theirTurnEnds is when the customer's turn is over at the latest: with the policy's last check-in, else
// after a week.
func (h *hand) theirTurnEnds(t kept.Times, cal promise.Calendar) (time.Time, error) {
	last := kept.Span{Days: 7}
	if n := len(t.CheckIns); n > 0 {
		last = t.CheckIns[n-1]
	}
	return cal.Add(h.now, last)
}
