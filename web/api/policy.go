package api

import (
	"context"
	"net/http"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

func (d *door) policies(ctx context.Context, _ *asked) (*body[desk.PolicySet], error) {
	set, err := d.Desk.PolicySet(ctx, caller(ctx).Actor())
	for i := range set.Items {
		set.Items[i] = whole(set.Items[i])
	}
	set.Items = list(set.Items)
	return &body[desk.PolicySet]{set}, err
}

// whole is a policy whose lists are [] where they are empty.
func whole(p kept.Policy) kept.Policy {
	for priority, t := range p.Times {
		t.CheckIns = list(t.CheckIns)
		p.Times[priority] = t
	}
	return p
}

// PolicyCard is a policy to add, to replace or to try.
type PolicyCard struct {
	ID         kept.ID                      `json:"id,omitempty" minimum:"0" doc:"Left out: a new policy."`
	Name       string                       `json:"name"`
	When       kept.PolicyWhen              `json:"when,omitempty" doc:"Left out: it matches everything."`
	Times      map[kept.Priority]kept.Times `json:"times" doc:"By priority: low, normal, high, urgent. One that isn't named is treated as normal."`
	Confirm    kept.Span                    `json:"confirm_window,omitempty" doc:"After this without an objection, solved becomes closed."`
	SecondTime int                          `json:"second_time,omitempty" minimum:"0" maximum:"3" doc:"By how many steps a second time is treated as more pressing."`
	Urgency    *kept.Urgency                `json:"urgency,omitempty" doc:"What a customer's word weighs who needs it sooner. Left out: a deadline of theirs before our next word is a step up, 4 hours a day that they can't work another, and 8 are urgent."`
}

func (c PolicyCard) policy() kept.Policy {
	return kept.Policy{ID: c.ID, Name: c.Name, When: c.When, Times: c.Times, Confirm: c.Confirm, SecondTime: c.SecondTime, Urgency: c.Urgency}
}

type policyInput struct{ Body PolicyCard }

func (d *door) putPolicy(ctx context.Context, in *policyInput) (*body[kept.Policy], error) {
	p, err := d.Desk.PutPolicy(ctx, caller(ctx).Actor(), in.Body.policy())
	return &body[kept.Policy]{whole(p)}, err
}

func (d *door) dropPolicy(ctx context.Context, in *ByID) (*nothing, error) {
	return &nothing{}, d.Desk.DropPolicy(ctx, caller(ctx).Actor(), in.ID)
}

// PolicyOrder is the order in which policies are tried.
type PolicyOrder struct {
	IDs []kept.ID `json:"ids" doc:"Every policy, the one that is tried first at the beginning."`
}

type policyOrderInput struct{ Body PolicyOrder }

func (d *door) orderPolicies(ctx context.Context, in *policyOrderInput) (*body[desk.PolicySet], error) {
	if err := d.Desk.OrderPolicies(ctx, caller(ctx).Actor(), in.Body.IDs); err != nil {
		return nil, err
	}
	return d.policies(ctx, nil)
}

func (d *door) previewPolicy(ctx context.Context, in *policyInput) (*body[desk.PolicyPreview], error) {
	p, err := d.Desk.PreviewPolicy(ctx, caller(ctx).Actor(), in.Body.policy())
	return &body[desk.PolicyPreview]{p}, err
}

func (d *door) exportPolicies(ctx context.Context, _ *asked) (stream, error) {
	file, err := d.Desk.ExportPolicies(ctx, caller(ctx).Actor())
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/yaml")
		w.Header().Set("Content-Disposition", `attachment; filename="policies.yaml"`)
		w.Write(file) //nolint:errcheck // whoever asked has gone
	}, nil
}

// PolicyFile is a file of policies on its way in.
type PolicyFile struct {
	File string `json:"file" maxLength:"1048576" doc:"The YAML, as GET gives it."`
	Dry  bool   `json:"dry,omitempty" doc:"Only say what would change."`
}

type policyFileInput struct{ Body PolicyFile }

func (d *door) importPolicies(ctx context.Context, in *policyFileInput) (*body[Items[desk.BookChange]], error) {
	changes, err := d.Desk.ImportPolicies(ctx, caller(ctx).Actor(), []byte(in.Body.File), in.Body.Dry)
	return &body[Items[desk.BookChange]]{Items[desk.BookChange]{list(changes)}}, err
}
