package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/oncall"
	"github.com/kept-desk/kept/store"
)

// OnCall is a rotation as everybody may see it: who has the duty now.
type OnCall struct {
	ID   kept.ID    `json:"id"`
	Name string     `json:"name"`
	Zone string     `json:"zone"`
	Duty *kept.Duty `json:"duty,omitempty"` // nobody: the rotation is empty
}

// OnCall says who has which duty now.
func (d *Desk) OnCall(ctx context.Context, who kept.Actor) (out []OnCall, err error) {
	now := d.now()
	err = d.read(ctx, who, "on-call", func(tx *store.Tx) error {
		rotations, err := tx.Rotations()
		if err != nil {
			return err
		}
		here, err := present(tx)
		for _, r := range rotations {
			c := OnCall{ID: r.ID, Name: r.Name, Zone: r.Zone}
			if duty, ok := oncall.OnDuty(r, now, here); ok {
				c.Duty = &duty
			}
			out = append(out, c)
		}
		return err
	})
	return out, err
}

// present says of an agent whether they can have a duty: they serve customers, and haven't left.
func present(tx *store.Tx) (func(kept.ID) bool, error) {
	all, err := tx.Agents()
	here := map[kept.ID]bool{}
	for _, a := range all {
		here[a.ID] = a.Role.Serves() && a.GoneAt.IsZero()
	}
	return func(id kept.ID) bool { return here[id] }, err
}

// Rotations lists the rotations whole, for those who change them. A secret is never shown again.
func (d *Desk) Rotations(ctx context.Context, who kept.Actor) (list []kept.Rotation, err error) {
	err = d.read(ctx, who, "list-rotations", func(tx *store.Tx) error {
		list, err = tx.Rotations()
		return err
	})
	return list, err
}

// PutRotation adds a rotation (ID zero) or changes one. Where it has a webhook and no secret yet, one is made;
// that one answer alone has it.
func (d *Desk) PutRotation(ctx context.Context, who kept.Actor, r kept.Rotation) (kept.Rotation, error) {
	if err := checkRotation(&r); err != nil {
		return r, err
	}
	op := access.Operation("change-rotation")
	if r.ID == 0 {
		op = "add-rotation"
	}
	now := d.now()
	err := d.write(ctx, who, op, func(tx *store.Tx) error {
		here, err := present(tx)
		if err != nil {
			return err
		}
		if err := peopleOf(r, here); err != nil {
			return err
		}
		r.Secret, r.GoneAt = "", time.Time{}
		if r.ID != 0 {
			was, err := tx.Rotation(r.ID)
			if err != nil {
				return err
			}
			if !was.GoneAt.IsZero() {
				return kept.Fail(kept.NotFound, "There is no such rotation.")
			}
			r.Secret = was.Secret
		}
		fresh := r.URL != "" && r.Secret == ""
		if fresh {
			r.Secret = newSecret()
		}
		if r.ID, err = tx.PutRotation(r); err != nil {
			return err
		}
		r.Signed = r.Secret != ""
		if !fresh {
			r.Secret = ""
		}
		return d.rebuilt(tx, who, now, "on-call "+r.Name)
	})
	return r, err
}

// NewSecret makes another secret for a rotation's webhook. The one before is void at once; this answer alone
// has the new one.
func (d *Desk) NewSecret(ctx context.Context, who kept.Actor, id kept.ID) (r kept.Rotation, err error) {
	now := d.now()
	err = d.write(ctx, who, "renew-secret", func(tx *store.Tx) error {
		if r, err = tx.Rotation(id); err != nil {
			return err
		}
		if r.URL == "" {
			return kept.Wrong("url", "This rotation has no webhook, so there is nothing to sign.")
		}
		r.Secret, r.Signed = newSecret(), true
		if _, err := tx.PutRotation(r); err != nil {
			return err
		}
		return d.rebuilt(tx, who, now, "on-call secret "+r.Name)
	})
	return r, err
}

// DropRotation takes a rotation out of use. Its pages stay in the log; those that nobody took end.
func (d *Desk) DropRotation(ctx context.Context, who kept.Actor, id kept.ID) error {
	now := d.now()
	return d.write(ctx, who, "drop-rotation", func(tx *store.Tx) error {
		r, err := tx.Rotation(id)
		if err != nil {
			return err
		}
		r.GoneAt, r.Secret = now, ""
		if _, err := tx.PutRotation(r); err != nil {
			return err
		}
		return d.rebuilt(tx, who, now, "on-call "+r.Name)
	})
}

// newSecret is a signing secret as Standard Webhooks writes it.
func newSecret() string {
	b := make([]byte, 32)
	rand.Read(b) //nolint:errcheck // never fails
	return "whsec_" + base64.StdEncoding.EncodeToString(b)
}

func checkRotation(r *kept.Rotation) error {
	if r.Name = strings.TrimSpace(r.Name); r.Name == "" || len(r.Name) > 100 {
		return kept.Wrong("name", "Give it a short name, such as Nights.")
	}
	if len(r.People) == 0 {
		return kept.Wrong("people", "Choose at least one person: somebody has to have the duty.")
	}
	if len(r.People) > 100 || len(r.Overrides) > 200 {
		return kept.Wrong("people", "That is more than one rotation can hold. Make two of it.")
	}
	r.URL = strings.TrimSpace(r.URL)
	u, err := url.Parse(r.URL)
	if r.URL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil) {
		return kept.Wrong("url", "Write the webhook's address, as https://example.com/page.")
	}
	if r.Overrides == nil {
		r.Overrides = []kept.Override{}
	}
	for i := range r.Overrides {
		r.Overrides[i].From, r.Overrides[i].To = r.Overrides[i].From.UTC(), r.Overrides[i].To.UTC()
	}
	return oncall.Check(*r)
}

// peopleOf says who can't have the duty.
func peopleOf(r kept.Rotation, here func(kept.ID) bool) error {
	if slices.ContainsFunc(r.People, func(id kept.ID) bool { return !here(id) }) {
		return kept.Wrong("people", "Somebody of these has left, or doesn't serve customers. Take them out.")
	}
	if slices.ContainsFunc(r.Overrides, func(o kept.Override) bool { return !here(o.Agent) }) {
		return kept.Wrong("overrides", "Somebody who was to step in has left, or doesn't serve customers. Take them out.")
	}
	return nil
}
