package api

import (
	"context"

	"github.com/kept-desk/kept/kept"
)

func (d *door) teams(ctx context.Context, _ *asked) (*body[Items[kept.Team]], error) {
	all, err := d.Desk.Teams(ctx, caller(ctx).Actor())
	for i := range all {
		all[i].Members, all[i].Inboxes = list(all[i].Members), list(all[i].Inboxes)
	}
	return &body[Items[kept.Team]]{Items[kept.Team]{list(all)}}, err
}

// TeamCard is a team to add or to replace.
type TeamCard struct {
	ID       kept.ID   `json:"id,omitempty" minimum:"0" doc:"Left out: a new team."`
	Name     string    `json:"name"`
	Lead     kept.ID   `json:"lead,omitempty" minimum:"0" doc:"Who is told what goes wrong; left out: nobody yet."`
	Members  []kept.ID `json:"members"`
	Calendar kept.ID   `json:"calendar,omitempty" minimum:"0" doc:"The team's hours; left out: the organization's."`
	Inboxes  []kept.ID `json:"inboxes" doc:"What arrives there is the team's."`
}

type teamInput struct{ Body TeamCard }

func (d *door) putTeam(ctx context.Context, in *teamInput) (*body[kept.Team], error) {
	t, err := d.Desk.PutTeam(ctx, caller(ctx).Actor(), kept.Team(in.Body))
	return &body[kept.Team]{t}, err
}

func (d *door) dropTeam(ctx context.Context, in *ByID) (*nothing, error) {
	return &nothing{}, d.Desk.DropTeam(ctx, caller(ctx).Actor(), in.ID)
}

func (d *door) companies(ctx context.Context, _ *asked) (*body[Items[kept.Company]], error) {
	all, err := d.Desk.Companies(ctx, caller(ctx).Actor())
	return &body[Items[kept.Company]]{Items[kept.Company]{list(all)}}, err
}

// CompanyCard is what is known of a company.
type CompanyCard struct {
	Name     string  `json:"name" doc:"As its contacts have it."`
	Tier     string  `json:"tier,omitempty" doc:"What policies ask for, such as gold; left out: none."`
	Calendar kept.ID `json:"calendar,omitempty" minimum:"0" doc:"The company's hours; left out: not known."`
}

type companyInput struct{ Body CompanyCard }

func (d *door) putCompany(ctx context.Context, in *companyInput) (*body[kept.Company], error) {
	b := in.Body
	c, err := d.Desk.PutCompany(ctx, caller(ctx).Actor(), kept.Company{Name: b.Name, Tier: b.Tier, Calendar: b.Calendar})
	return &body[kept.Company]{c}, err
}

func (d *door) dropCompany(ctx context.Context, in *ByID) (*nothing, error) {
	return &nothing{}, d.Desk.DropCompany(ctx, caller(ctx).Actor(), in.ID)
}
