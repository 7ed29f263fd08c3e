package api

import (
	"context"

	"github.com/kept-desk/kept/kept"
)

func (d *door) policies(ctx context.Context, _ *asked) (*body[Items[kept.Policy]], error) {
	all, err := d.Desk.Policies(ctx, caller(ctx).Actor())
	for i := range all {
		all[i] = whole(all[i])
	}
	return &body[Items[kept.Policy]]{Items[kept.Policy]{list(all)}}, err
}

// whole is a policy whose lists are [] where they are empty.
func whole(p kept.Policy) kept.Policy {
	for priority, t := range p.Times {
		t.CheckIns = list(t.CheckIns)
		p.Times[priority] = t
	}
	return p
}
