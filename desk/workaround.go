package desk

import (
	"context"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

// worksForNow notes that a message which offers a workaround was accepted.
func (h *hand) worksForNow(m kept.Message) {
	if !m.Workaround || m.Automatic {
		return
	}
	if h.is.WorkaroundAt.IsZero() {
		h.is.WorkaroundAt = h.now
	}
	h.note(kept.WorkaroundTold, m.ID, 0, nil)
}

// WorkaroundFails is the customer's word that the workaround we offered doesn't help: the next one is
// promised in half the time that the last one had, and it is our turn. Where none was offered, it is a word
// like any other. It happens once for a key; an empty key is none.
func (d *Desk) WorkaroundFails(ctx context.Context, token, words, key string) error {
	return d.told(ctx, token, "customer-workaround-fails", func(h *hand) error {
		m, err := h.customerSaid("customer.workaround_fails", words, key)
		if err != nil || m.ID == 0 {
			return err
		}
		if !h.is.WorkaroundAt.IsZero() {
			if err := h.anotherWorkaround(m); err != nil {
				return err
			}
		}
		return h.theirWord(m, false)
	})
}

// anotherWorkaround promises the next workaround after one that doesn't help.
func (h *hand) anotherWorkaround(m kept.Message) error {
	h.is.WorkaroundAt = time.Time{}
	h.note(kept.WorkaroundDisputed, m.ID, 0, nil)
	if h.has(kept.Workaround) {
		return nil
	}
	_, t, cal := h.times()
	after := t.Workaround
	if after.Zero() { // the policy promises none: whom the one that was offered doesn't help has half of the time of an answer
		usual, err := cal.Add(h.now, t.NextReply)
		if err != nil {
			return err
		}
		after = promise.Again(kept.Promise{OpenedAt: h.now, Due: usual}, cal)
	}
	all, err := h.tx.PromisesOf(h.is.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Kind == kept.Workaround && p.State != kept.PromiseReleased {
			after = promise.Again(p, cal)
		}
	}
	return h.openBy(kept.Workaround, after)
}
