package desk

import (
	"context"
	"slices"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

// NotNeeded is the customer's word that they no longer need something: the one promise that they name, or
// the whole matter (zero), which closes then. Their own words release what we promised. Where they ask
// something along with it, an answer is owed. Once for a key.
func (d *Desk) NotNeeded(ctx context.Context, token, words string, id kept.ID, key string) error {
	return d.told(ctx, token, "customer-not-needed", func(h *hand) error {
		if id == 0 && h.is.Status == kept.Closed {
			return nil
		}
		one := slices.IndexFunc(h.leading, func(p kept.Promise) bool {
			return p.ID == id && p.Kind != kept.Ask && p.State == kept.PromiseOpen
		})
		if id != 0 && one < 0 {
			return kept.Fail(kept.Conflict, "This promise is settled already. Look at the page again.")
		}
		m, err := h.customerSaid("customer.not_needed", words, key)
		if err != nil || m.ID == 0 {
			return err
		}
		by := kept.Cause{Message: m.ID, Reason: "the customer no longer needs it"}
		if id != 0 {
			p := h.leading[one]
			if err := h.settle(p, promise.Release(p, h.now, by), kept.PromiseWasReleased); err != nil {
				return err
			}
			return h.unlessAsked(m, func() error { return nil })
		}
		if err := h.releaseAll(by); err != nil {
			return err
		}
		return h.unlessAsked(m, func() error {
			h.turn(kept.Closed)
			return nil
		})
	})
}

// unlessAsked turns the conversation to us where the customer's words ask something; else it does what is
// left to do.
func (h *hand) unlessAsked(m kept.Message, f func() error) error {
	if promise.Asks(m.Visible) {
		return h.theirWord(m, false)
	}
	return f()
}

// releaseAll releases whatever is promised here, and lets what was missed no longer lead.
func (h *hand) releaseAll(by kept.Cause) error {
	for _, p := range slices.Clone(h.leading) {
		is, types := promise.Release(p, h.now, by), []kept.EventType{kept.PromiseWasReleased}
		if p.State == kept.PromiseBroken {
			is, types = promise.MakeGood(p, h.now), []kept.EventType{kept.PromiseMadeGood}
		}
		if err := h.settle(p, is, types...); err != nil {
			return err
		}
	}
	return nil
}
