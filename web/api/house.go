package api

import (
	"context"
	"slices"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

func (d *door) agents(ctx context.Context, _ *asked) (*body[Items[kept.Agent]], error) {
	all, err := d.Desk.Agents(ctx, caller(ctx).Actor())
	return &body[Items[kept.Agent]]{Items[kept.Agent]{list(all)}}, err
}

// NewAgent is somebody to add.
type NewAgent struct {
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Role     kept.Role `json:"role,omitempty" doc:"Left out: agent."`
	Password string    `json:"password,omitempty" doc:"Left out: they sign in with a one-time link."`
	Zone     string    `json:"zone,omitempty" doc:"IANA name; left out: the organization's."`
	Language string    `json:"language,omitempty" doc:"BCP 47; left out: the organization's."`
	Calendar kept.ID   `json:"calendar,omitempty" minimum:"0" doc:"Their shifts; left out: their team's hours."`
	Lead     kept.ID   `json:"lead,omitempty" minimum:"0" doc:"Who is told when they don't answer; left out: their team's lead."`
}

type newAgentInput struct{ Body NewAgent }

func (d *door) addAgent(ctx context.Context, in *newAgentInput) (*body[kept.Agent], error) {
	b := in.Body
	a, err := d.Desk.AddAgent(ctx, caller(ctx).Actor(), desk.NewAgent{
		Email: b.Email, Name: b.Name, Password: b.Password, Role: b.Role, Zone: b.Zone, Language: b.Language,
		Calendar: b.Calendar, Lead: b.Lead,
	})
	return &body[kept.Agent]{a}, err
}

// AgentChange is what may change in an agent; what is left out stays.
type AgentChange struct {
	Name     *string    `json:"name,omitempty"`
	Role     *kept.Role `json:"role,omitempty"`
	Password *string    `json:"password,omitempty" doc:"Ends their sessions."`
	Zone     *string    `json:"zone,omitempty"`
	Language *string    `json:"language,omitempty"`
	Gone     *bool      `json:"gone,omitempty" doc:"They no longer work here; ends their sessions."`
	Calendar *kept.ID   `json:"calendar,omitempty" minimum:"0" doc:"Their shifts; 0: their team's hours."`
	Lead     *kept.ID   `json:"lead,omitempty" minimum:"0" doc:"Who is told when they don't answer; 0: their team's lead."`
}

type agentChangeInput struct {
	ByID
	Body AgentChange
}

func (d *door) changeAgent(ctx context.Context, in *agentChangeInput) (*body[kept.Agent], error) {
	b := in.Body
	a, err := d.Desk.ChangeAgent(ctx, caller(ctx).Actor(), in.ID, desk.AgentChange{
		Name: b.Name, Zone: b.Zone, Language: b.Language, Password: b.Password, Role: b.Role, Gone: b.Gone,
		Calendar: b.Calendar, Lead: b.Lead,
	})
	return &body[kept.Agent]{a}, err
}

func (d *door) inboxes(ctx context.Context, _ *asked) (*body[Items[kept.Inbox]], error) {
	all, err := d.Desk.Inboxes(ctx, caller(ctx).Actor())
	return &body[Items[kept.Inbox]]{Items[kept.Inbox]{list(all)}}, err
}

// InboxCard is a mailbox to add.
type InboxCard struct {
	Name      string       `json:"name"`
	Address   string       `json:"address" doc:"The address that customers write to; for calls, the one that voicemails are sent to and answers come from."`
	Channel   kept.Channel `json:"channel,omitempty" enum:"email,phone" doc:"Left out: email."`
	Number    string       `json:"number,omitempty" doc:"The number that customers dial."`
	FromName  string       `json:"from_name,omitempty" doc:"Left out: the organization's name."`
	Signature string       `json:"signature,omitempty" doc:"Plain text, put under answers."`
}

type newInboxInput struct{ Body InboxCard }

func (d *door) addInbox(ctx context.Context, in *newInboxInput) (*body[kept.Inbox], error) {
	b := in.Body
	i, err := d.Desk.AddInbox(ctx, caller(ctx).Actor(), kept.Inbox{Name: b.Name, Address: b.Address, FromName: b.FromName, Signature: b.Signature, Channel: b.Channel, Number: b.Number})
	return &body[kept.Inbox]{i}, err
}

// InboxChange is what may change in an inbox; what is left out stays.
type InboxChange struct {
	Name      *string `json:"name,omitempty"`
	Address   *string `json:"address,omitempty" doc:"Stays as it is; another is refused."`
	FromName  *string `json:"from_name,omitempty"`
	Signature *string `json:"signature,omitempty"`
	Number    *string `json:"number,omitempty" doc:"The number that customers dial."`
}

type inboxChangeInput struct {
	ByID
	Body InboxChange
}

func (d *door) changeInbox(ctx context.Context, in *inboxChangeInput) (*body[kept.Inbox], error) {
	who := caller(ctx).Actor()
	all, err := d.Desk.Inboxes(ctx, who)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(i kept.Inbox) bool { return i.ID == in.ID })
	if at < 0 {
		return nil, kept.Fail(kept.NotFound, "There is no such inbox.")
	}
	i, b := all[at], in.Body
	if b.Address != nil && *b.Address != i.Address {
		return nil, kept.Wrong("address", "An inbox keeps its address, because customers answer to it. Add another inbox instead.")
	}
	set(&i.Name, b.Name)
	set(&i.FromName, b.FromName)
	set(&i.Signature, b.Signature)
	set(&i.Number, b.Number)
	return &body[kept.Inbox]{i}, d.Desk.ChangeInbox(ctx, who, i)
}

// set changes a value where another is given.
func set(to, from *string) {
	if from != nil {
		*to = *from
	}
}

func (d *door) organization(ctx context.Context, _ *asked) (*body[kept.Organization], error) {
	o, err := d.Desk.Organization(ctx)
	return &body[kept.Organization]{o}, err
}

// OrganizationChange is what may change in the organization; what is left out stays.
type OrganizationChange struct {
	Name     *string `json:"name,omitempty"`
	Zone     *string `json:"zone,omitempty" doc:"IANA name."`
	Language *string `json:"language,omitempty" doc:"BCP 47."`
	Address  *string `json:"address,omitempty" doc:"The line at the foot of customers' pages and mails."`
	Brand    *string `json:"brand,omitempty" doc:"The colour of customers' pages, #rrggbb."`
	URL      *string `json:"url,omitempty" doc:"Where customers reach the desk."`
}

type organizationChangeInput struct{ Body OrganizationChange }

func (d *door) changeOrganization(ctx context.Context, in *organizationChangeInput) (*body[kept.Organization], error) {
	o, err := d.Desk.Organization(ctx)
	if err != nil {
		return nil, err
	}
	b := in.Body
	for _, f := range []struct{ to, from *string }{
		{&o.Name, b.Name}, {&o.Zone, b.Zone}, {&o.Language, b.Language}, {&o.Address, b.Address}, {&o.Brand, b.Brand}, {&o.URL, b.URL},
	} {
		set(f.to, f.from)
	}
	if err := d.Desk.ChangeOrganization(ctx, caller(ctx).Actor(), o); err != nil {
		return nil, err
	}
	o, err = d.Desk.Organization(ctx)
	return &body[kept.Organization]{o}, err
}

func (d *door) calendar(ctx context.Context, _ *asked) (*body[kept.Calendar], error) {
	c, err := d.Desk.Calendar(ctx, caller(ctx).Actor())
	if c.Hours == nil {
		c.Hours = map[string]kept.Windows{}
	}
	return &body[kept.Calendar]{c}, err
}

type calendarInput struct{ Body kept.Calendar }

func (d *door) putCalendar(ctx context.Context, in *calendarInput) (*body[kept.Calendar], error) {
	who := caller(ctx).Actor()
	if err := d.Desk.PutCalendar(ctx, who, in.Body); err != nil {
		return nil, err
	}
	return d.calendar(ctx, nil)
}

// ContactChange is what may change in what we know of a customer; what is left out stays.
type ContactChange struct {
	Name     *string `json:"name,omitempty"`
	Company  *string `json:"company,omitempty"`
	Phone    *string `json:"phone,omitempty" doc:"Writing it confirms it, also where it stays the same: whoever calls from it is then taken for them."`
	Zone     *string `json:"zone,omitempty" doc:"IANA name or UTC+05:30; empty: not known."`
	Language *string `json:"language,omitempty" doc:"BCP 47; empty: not known."`
	Notes    *string `json:"notes,omitempty" doc:"How they like to be treated."`

	Calendar   *kept.ID           `json:"calendar,omitempty" minimum:"0" doc:"The hours agreed with them; 0: none, so those that they chose on their page hold, or their company's."`
	Attributes *map[string]string `json:"attributes,omitempty" doc:"All of them: what else is known, by name."`
}

type contactChangeInput struct {
	ByID
	Body ContactChange
}

func (d *door) changeContact(ctx context.Context, in *contactChangeInput) (*body[kept.Contact], error) {
	b := in.Body
	c, err := d.Desk.ChangeContact(ctx, caller(ctx).Actor(), in.ID, desk.ContactChange{
		Name: b.Name, Company: b.Company, Phone: b.Phone, Zone: b.Zone, Language: b.Language, Notes: b.Notes,
		Calendar: b.Calendar, Attributes: b.Attributes,
	})
	return &body[kept.Contact]{c}, err
}
