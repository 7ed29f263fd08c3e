package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/call"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// house is what seldom changes and every verb needs: the organization, its inboxes, calendars and
// policies. It is read once, and again when its version in the settings has moved.
type house struct {
	version      string
	organization kept.Organization
	inboxes      []kept.Inbox
	teams        []kept.Team
	policies     []kept.Policy
	calendars    map[kept.ID]*calendar.Calendar
	calendarData []kept.Calendar
	chosen       sync.Map // hours that customers chose, by name and zone: *calendar.Calendar
}

const (
	settingVersion      = "house_version"
	settingOrganization = "organization"
)

// at returns the house as this transaction sees it.
func (d *Desk) at(tx *store.Tx) (*house, error) {
	version, err := tx.Setting(settingVersion)
	if err != nil {
		return nil, err
	}
	if h := d.house.Load(); h != nil && h.version == version {
		return h, nil
	}
	h := &house{version: version, calendars: map[kept.ID]*calendar.Calendar{kept.Always: calendar.Always}}
	raw, err := tx.Setting(settingOrganization)
	if err != nil {
		return nil, err
	}
	h.organization = kept.Organization{Zone: "UTC", Language: "en"}
	if raw != "" {
		if err := json.Unmarshal([]byte(raw), &h.organization); err != nil {
			return nil, err
		}
	}
	if h.inboxes, err = tx.Inboxes(); err != nil {
		return nil, err
	}
	if h.teams, err = tx.Teams(); err != nil {
		return nil, err
	}
	if h.policies, err = tx.Policies(); err != nil {
		return nil, err
	}
	if h.calendarData, err = tx.Calendars(); err != nil {
		return nil, err
	}
	for _, c := range h.calendarData {
		if h.calendars[c.ID], err = calendar.Compile(c); err != nil {
			return nil, err
		}
	}
	d.house.Store(h)
	return h, nil
}

// rebuilt moves the house's version, so that every node reads it again, and records who changed what.
func (d *Desk) rebuilt(tx *store.Tx, who kept.Actor, now time.Time, what string) error {
	if err := tx.PutSetting(settingVersion, strconv.FormatInt(now.UnixMicro(), 36)+what); err != nil {
		return err
	}
	return tx.AddEvents(event(now, who, kept.SettingsChanged, 0, map[string]string{"what": what}))
}

// inbox finds an inbox by id; the zero inbox where it is gone.
func (h *house) inbox(id kept.ID) kept.Inbox {
	i := slices.IndexFunc(h.inboxes, func(i kept.Inbox) bool { return i.ID == id })
	if i < 0 {
		return kept.Inbox{}
	}
	return h.inboxes[i]
}

// inboxAt finds an inbox by its address, without a +tag.
func (h *house) inboxAt(address string) (kept.Inbox, bool) {
	i := slices.IndexFunc(h.inboxes, func(i kept.Inbox) bool { return strings.EqualFold(i.Address, address) })
	if i < 0 {
		return kept.Inbox{}, false
	}
	return h.inboxes[i], true
}

// whose is what policies ask of a conversation's contact. It is read only where a policy asks.
type whose struct {
	tier       string
	attributes map[string]string
	hours      *calendar.Calendar // theirs, as far as promises run on them; nil: not known
}

// whose reads what the policies ask of a contact; nothing where none asks.
func (h *house) whose(tx *store.Tx, contact kept.ID) (w whose, err error) {
	if !slices.ContainsFunc(h.policies, asksOfContact) {
		return w, nil
	}
	c, err := tx.Contact(contact)
	if err != nil {
		return w, err
	}
	agreed := c.Calendar
	if c.Company != "" {
		company, _, err := tx.CompanyNamed(c.Company)
		if err != nil {
			return w, err
		}
		w.tier, agreed = company.Tier, cmp.Or(agreed, company.Calendar)
	}
	w.attributes, w.hours = c.Attributes, h.customers(agreed, c.Hours, c.Zone)
	return w, nil
}

func asksOfContact(p kept.Policy) bool {
	for _, t := range p.Times {
		if t.Calendar == kept.CustomersHours {
			return true
		}
	}
	return len(p.When.Tiers)+len(p.When.Attributes) > 0
}

// times are what the policies promise for a conversation, and the calendar they run on. A desk
// without a policy, calendar or priority of that name falls back to the default round the clock.
func (h *house) times(c kept.Conversation, w whose) (kept.Policy, kept.Times, promise.Calendar) {
	p, ok := promise.Match(h.policies, promise.Matter{Conversation: c, Channel: h.inbox(c.Inbox).Channel, Tier: w.tier, Attributes: w.attributes})
	if !ok {
		p = promise.Default(kept.Always)
	}
	t, ok := p.Times[promise.Pressing(p, c)]
	if !ok {
		t = p.Times[kept.Normal]
	}
	return p, t, lasting{h.calendar(t.Calendar, c.Team, w.hours), h.hours(), calendar.Always}
}

// lasting is a calendar that doesn't end: where the last shift of a roster is over, the next one's hours count. A
// next date in closed hours is better than none.
type lasting []promise.Calendar

func (l lasting) Add(start time.Time, d kept.Span) (at time.Time, err error) {
	for _, cal := range l {
		if at, err = cal.Add(start, d); err == nil {
			return at, nil
		}
	}
	return at, err
}

func (l lasting) Between(a, b time.Time) time.Duration { return l[0].Between(a, b) }

// calendar finds the calendar that a policy names; the organization's where it is gone, or not known.
func (h *house) calendar(id, team kept.ID, customers *calendar.Calendar) promise.Calendar {
	switch id {
	case kept.CustomersHours:
		if customers != nil {
			return customers
		}
		return h.hours()
	case kept.TeamHours:
		id = h.team(team).Calendar
	case kept.Always:
		return calendar.Always
	}
	if cal, ok := h.calendars[id]; ok && id != 0 {
		return cal
	}
	return h.hours()
}

// hours are the organization's: its first calendar.
func (h *house) hours() promise.Calendar {
	if len(h.calendarData) == 0 {
		return calendar.Always
	}
	return h.calendars[h.calendarData[0].ID]
}

// team finds a team by id; the zero team where it is gone.
func (h *house) team(id kept.ID) kept.Team {
	i := slices.IndexFunc(h.teams, func(t kept.Team) bool { return t.ID == id })
	if i < 0 {
		return kept.Team{}
	}
	return h.teams[i]
}

// teamsOf are the ids of the teams that an agent is in.
func (h *house) teamsOf(agent kept.ID) (ids []kept.ID) {
	for _, t := range h.teams {
		if slices.Contains(t.Members, agent) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// teamOf is the team that an inbox's conversations are; zero: everybody's.
func (h *house) teamOf(inbox kept.ID) kept.ID {
	for _, t := range h.teams {
		if slices.Contains(t.Inboxes, inbox) {
			return t.ID
		}
	}
	return 0
}

// TeamNames lists the teams, for whoever gives them work.
func (d *Desk) TeamNames(ctx context.Context) (list []kept.Team, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err == nil {
			list = h.teams
		}
		return err
	})
	return list, err
}

// Organization reads who the desk belongs to.
func (d *Desk) Organization(ctx context.Context) (o kept.Organization, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err == nil {
			o = h.organization
		}
		return err
	})
	return o, err
}

// Accepts reports whether an address (without a +tag) is one of ours.
func (d *Desk) Accepts(ctx context.Context, address string) (ok bool, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err == nil {
			_, ok = h.inboxAt(address)
		}
		return err
	})
	return ok, err
}

// Inboxes lists the inboxes.
func (d *Desk) Inboxes(ctx context.Context, who kept.Actor) (list []kept.Inbox, err error) {
	err = d.read(ctx, who, "list-inboxes", func(tx *store.Tx) error {
		list, err = tx.Inboxes()
		return err
	})
	return list, err
}

// Policies lists the policies in the order in which they are tried.
func (d *Desk) Policies(ctx context.Context, who kept.Actor) (list []kept.Policy, err error) {
	err = d.read(ctx, who, "list-policies", func(tx *store.Tx) error {
		list, err = tx.Policies()
		return err
	})
	return list, err
}

// Calendar reads the organization's calendar: the first.
func (d *Desk) Calendar(ctx context.Context, who kept.Actor) (c kept.Calendar, err error) {
	err = d.read(ctx, who, "read-calendar", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err == nil && len(h.calendarData) > 0 {
			c = h.calendarData[0]
		}
		return err
	})
	return c, err
}

// ChangeOrganization changes who the desk belongs to.
func (d *Desk) ChangeOrganization(ctx context.Context, who kept.Actor, o kept.Organization) error {
	if err := checkOrganization(&o); err != nil {
		return err
	}
	now := d.now()
	return d.write(ctx, who, "change-organization", func(tx *store.Tx) error {
		if err := putOrganization(tx, o); err != nil {
			return err
		}
		return d.rebuilt(tx, who, now, "organization")
	})
}

func putOrganization(tx *store.Tx, o kept.Organization) error {
	b, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return tx.PutSetting(settingOrganization, string(b))
}

func checkOrganization(o *kept.Organization) error {
	o.Name = strings.TrimSpace(o.Name)
	if o.Name == "" {
		return kept.Wrong("name", "Say what your organization is called; customers read it.")
	}
	if _, err := time.LoadLocation(o.Zone); err != nil || o.Zone == "" || o.Zone == "Local" {
		return kept.Wrong("zone", "%q is no time zone. Write it as Europe/Dublin or America/New_York.", o.Zone)
	}
	if o.Language == "" {
		o.Language = "en"
	}
	o.URL = strings.TrimRight(strings.TrimSpace(o.URL), "/")
	if u, err := url.Parse(o.URL); o.URL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil) {
		return kept.Wrong("url", "Write the address that customers open, as https://help.example.com.")
	}
	return nil
}

// AddInbox adds a mailbox that customers write to.
func (d *Desk) AddInbox(ctx context.Context, who kept.Actor, i kept.Inbox) (kept.Inbox, error) {
	address, err := mailbox(i.Address)
	if err != nil {
		return i, kept.Wrong("address", "%q is no mail address. Write the one that customers write to.", i.Address)
	}
	if i.Address = address; i.Channel != kept.ChannelPhone {
		i.Channel = kept.ChannelEmail
	}
	now := d.now()
	err = d.write(ctx, who, "add-inbox", func(tx *store.Tx) error {
		if err := d.nameInbox(tx, &i); err != nil {
			return err
		}
		if i.ID, err = tx.AddInbox(i); err != nil {
			return err
		}
		return d.rebuilt(tx, who, now, "inbox "+i.Address)
	})
	return i, err
}

// ChangeInbox changes how an inbox is called and signs; its address stays.
func (d *Desk) ChangeInbox(ctx context.Context, who kept.Actor, i kept.Inbox) error {
	now := d.now()
	return d.write(ctx, who, "change-inbox", func(tx *store.Tx) error {
		if err := d.nameInbox(tx, &i); err != nil {
			return err
		}
		if err := tx.SaveInbox(i); err != nil {
			return err
		}
		return d.rebuilt(tx, who, now, "inbox")
	})
}

func (d *Desk) nameInbox(tx *store.Tx, i *kept.Inbox) error {
	h, err := d.at(tx)
	if err != nil {
		return err
	}
	i.Name = strings.TrimSpace(i.Name)
	if i.Name == "" {
		return kept.Wrong("name", "Give the inbox a name, such as Help.")
	}
	if i.Number = strings.TrimSpace(i.Number); i.Number != "" {
		number, ok := call.Number(i.Number)
		if !ok {
			return kept.Wrong("number", "%q is no telephone number. Write it as +353 1 234 5678.", i.Number)
		}
		i.Number = number
	}
	if i.FromName == "" {
		i.FromName = h.organization.Name
	}
	return nil
}
