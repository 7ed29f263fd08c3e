package desk

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/rulebook"
	"github.com/kept-desk/kept/store"
)

// importing is a file on its way in.
type importing struct {
	names
	tx      *store.Tx
	dry     bool
	now     time.Time
	ids     map[string]kept.ID // of the calendars, by their names in lower case
	changes []BookChange
}

// notYet is where the ids of a dry run's new calendars begin: no row has them.
const notYet = kept.ID(1) << 40

func (in *importing) did(thing, name, what string) {
	in.changes = append(in.changes, BookChange{thing, name, what})
}

func (in *importing) all(b rulebook.Book) error {
	for _, c := range in.calendarData {
		in.ids[strings.ToLower(c.Name)] = c.ID
	}
	for _, step := range []func(rulebook.Book) error{in.bringCalendars, in.bringTeams, in.bringPolicies} {
		if err := step(b); err != nil {
			return err
		}
	}
	return nil
}

// once refuses a list of names that has one twice, or none somewhere.
func once(field string, list []string) error {
	seen := map[string]bool{}
	for i, name := range list {
		at := fmt.Sprintf("%s.%d", field, i+1)
		switch key := strings.ToLower(strings.TrimSpace(name)); {
		case key == "":
			return kept.Wrong(at, "It has no name, and everything in a file is known by its name. Write one, as in name: Support.")
		case seen[key]:
			return kept.Wrong(at, "%s stands twice among the %s. Give each a name of its own.", name, field)
		default:
			seen[key] = true
		}
	}
	return nil
}

func (in *importing) bringCalendars(b rulebook.Book) error {
	var all []string
	for _, c := range b.Calendars {
		all = append(all, c.Name)
	}
	if err := once("calendars", all); err != nil {
		return err
	}
	for i, c := range b.Calendars {
		if err := in.bringCalendar(i, c); err != nil {
			return within("calendars."+c.Name, err)
		}
	}
	return nil
}

func (in *importing) bringCalendar(i int, b rulebook.Calendar) (err error) {
	c := kept.Calendar{ID: in.ids[strings.ToLower(b.Name)], Name: b.Name, Zone: b.Zone, Holidays: some(b.Holidays)}
	for _, f := range []struct {
		to   *map[string]kept.Windows
		name string
		from map[string][]string
	}{{&c.Hours, "hours", b.Hours}, {&c.Breaks, "breaks", b.Breaks}, {&c.Shifts, "shifts", b.Shifts}} {
		if *f.to, err = rulebook.Windows(f.name, f.from); err != nil {
			return err
		}
	}
	if c.Hours == nil {
		c.Hours = map[string]kept.Windows{}
	}
	if err := in.nameCalendar(&c); err != nil {
		return err
	}
	if err := checkCalendar(c, in.now); err != nil {
		return err
	}
	switch {
	case c.ID == 0:
		in.did("calendar", c.Name, "added")
	case reflect.DeepEqual(bookCalendar(in.calendarOf(c.ID)), bookCalendar(c)):
		return nil
	default:
		in.did("calendar", c.Name, "changed")
	}
	if in.dry {
		in.ids[strings.ToLower(c.Name)] = cmp.Or(c.ID, notYet+kept.ID(i))
		return nil
	}
	in.ids[strings.ToLower(c.Name)], err = in.tx.PutCalendar(c)
	return err
}

// calendarNamed finds the calendar of a name.
func (in *importing) calendarNamed(field, name string) (kept.ID, error) {
	switch strings.TrimSpace(name) {
	case rulebook.Always:
		return kept.Always, nil
	case rulebook.CustomersHours:
		return kept.CustomersHours, nil
	case rulebook.TeamHours:
		return kept.TeamHours, nil
	}
	id, ok := in.ids[strings.ToLower(strings.TrimSpace(name))]
	if !ok {
		return 0, kept.Wrong(field, "There is no calendar %q, neither in the file nor at the desk. Write it into the file, or name another; %q never closes.", name, rulebook.Always)
	}
	return id, nil
}

func (in *importing) bringTeams(b rulebook.Book) error {
	var all []string
	for _, t := range b.Teams {
		all = append(all, t.Name)
	}
	if err := once("teams", all); err != nil {
		return err
	}
	for _, t := range b.Teams {
		if err := in.bringTeam(t); err != nil {
			return within("teams."+t.Name, err)
		}
	}
	return nil
}

func (in *importing) bringTeam(b rulebook.Team) (err error) {
	t := kept.Team{Name: b.Name}
	var was kept.Team
	for _, other := range in.teams {
		if strings.EqualFold(other.Name, strings.TrimSpace(b.Name)) {
			was, t.ID = other, other.ID
		}
	}
	if b.Lead != "" {
		if t.Lead, err = in.personAt("lead", b.Lead); err != nil {
			return err
		}
	}
	for _, address := range b.Members {
		id, err := in.personAt("members", address)
		if err != nil {
			return err
		}
		t.Members = append(t.Members, id)
	}
	if t.Inboxes, err = in.inboxesAt("inboxes", b.Inboxes); err != nil {
		return err
	}
	hours := kept.ID(0)
	if b.Calendar != "" {
		if hours, err = in.calendarNamed("calendar", b.Calendar); err != nil {
			return err
		}
		if hours <= 0 {
			return kept.Wrong("calendar", "A team keeps hours of its own: name a calendar, or leave it out for the organization's.")
		}
	}
	if err := in.checkTeam(in.tx, &t); err != nil { // its hours were found above, and may be new
		return err
	}
	t.Calendar = hours
	switch now := in.bookTeam(t); {
	case t.ID == 0:
		in.did("team", t.Name, "added")
	case hours == was.Calendar && reflect.DeepEqual(in.bookTeam(was), now):
		return nil
	default:
		in.did("team", t.Name, "changed")
	}
	if in.dry {
		return nil
	}
	_, err = in.tx.PutTeam(t)
	return err
}

func (in *importing) personAt(field, address string) (kept.ID, error) {
	for _, a := range in.agents {
		if strings.EqualFold(a.Email, strings.TrimSpace(address)) && a.GoneAt.IsZero() {
			return a.ID, nil
		}
	}
	return 0, kept.Wrong(field, "Nobody here has the address %q. Add them first, or leave them out.", address)
}

func (in *importing) inboxesAt(field string, addresses []string) (ids []kept.ID, err error) {
	for _, address := range addresses {
		i, ok := in.inboxAt(strings.TrimSpace(address))
		if !ok {
			return nil, kept.Wrong(field, "There is no inbox at %q. Add it first, or leave it out.", address)
		}
		ids = append(ids, i.ID)
	}
	return ids, nil
}

func (in *importing) bringPolicies(b rulebook.Book) error {
	var all []string
	for _, p := range b.Policies {
		all = append(all, p.Name)
	}
	if err := once("policies", all); err != nil {
		return err
	}
	for i, p := range b.Policies {
		if err := in.bringPolicy(i, p); err != nil {
			return within("policies."+p.Name, err)
		}
	}
	for _, was := range in.policies {
		if slices.ContainsFunc(all, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), was.Name) }) {
			continue
		}
		in.did("policy", was.Name, "dropped")
		if in.dry {
			continue
		}
		if err := in.tx.DropPolicy(was.ID); err != nil {
			return err
		}
	}
	return nil
}

func (in *importing) bringPolicy(i int, b rulebook.Policy) error {
	p, err := in.policyOf(b)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(in.policies, func(q kept.Policy) bool { return strings.EqualFold(q.Name, p.Name) })
	p.Position = i
	if at >= 0 {
		p.ID = in.policies[at].ID
	}
	switch {
	case at < 0:
		in.did("policy", p.Name, "added")
	case !in.same(in.policies[at], p):
		in.did("policy", p.Name, "changed")
	case at != i:
		in.did("policy", p.Name, "moved")
	default:
		if in.policies[at].Position == i {
			return nil
		}
	}
	if in.dry {
		return nil
	}
	_, err = in.tx.PutPolicy(p)
	return err
}

// same reports whether two policies promise the same: by id, as a new calendar has no name here yet.
func (in *importing) same(a, b kept.Policy) bool {
	tidy(&a)
	tidy(&b)
	a.ID, b.ID, a.Position, b.Position = 0, 0, 0, 0
	return reflect.DeepEqual(a, b)
}

// policyOf is a policy of a file, checked, with ids for its names.
func (in *importing) policyOf(b rulebook.Policy) (p kept.Policy, err error) {
	p = kept.Policy{Name: b.Name, SecondTime: b.SecondTime, Times: map[kept.Priority]kept.Times{}}
	if b.Urgency != nil {
		weighs := kept.Urgency(*b.Urgency)
		p.Urgency = &weighs
	}
	if p.Confirm, err = rulebook.Span("confirm_window", b.Confirm); err != nil {
		return p, err
	}
	p.When = kept.PolicyWhen{
		Channels: of[kept.Channel](b.When.Channels), Priorities: of[kept.Priority](b.When.Priorities),
		Languages: b.When.Languages, Tiers: b.When.Tiers, Tags: b.When.Tags, Attributes: b.When.Attributes,
	}
	if p.When.Inboxes, err = in.inboxesAt("when.inboxes", b.When.Inboxes); err != nil {
		return p, err
	}
	for _, priority := range slices.Sorted(maps.Keys(b.Times)) {
		if p.Times[kept.Priority(priority)], err = in.timesOf("times."+priority, b.Times[priority]); err != nil {
			return p, err
		}
	}
	tidy(&p)
	return p, promise.Check(p, promise.Known{
		Calendar: func(kept.ID) bool { return true }, Inbox: func(kept.ID) bool { return true }, // found by name already
		Rotation: func(id kept.ID) bool { return in.rotations[id] != "" },
	})
}

func (in *importing) timesOf(field string, b rulebook.Times) (t kept.Times, err error) {
	t.WarnShare = b.WarnShare
	if t.Calendar, err = in.calendarNamed(field+".calendar", b.Calendar); err != nil {
		return t, err
	}
	for _, s := range []struct {
		to         *kept.Span
		name, text string
	}{
		{&t.FirstReply, "first_reply", b.FirstReply},
		{&t.NextReply, "next_reply", b.NextReply},
		{&t.Update, "update", b.Update},
		{&t.Recovery, "recovery", b.Recovery},
		{&t.Workaround, "workaround", b.Workaround},
		{&t.Resolution, "resolution", b.Resolution},
		{&t.FollowUp, "follow_up", b.FollowUp},
		{&t.Warn, "warn", b.Warn},
		{&t.Grace, "grace", b.Grace},
	} {
		if *s.to, err = rulebook.Span(field+"."+s.name, s.text); err != nil {
			return t, err
		}
	}
	for _, text := range b.CheckIns {
		s, err := rulebook.Span(field+".check_ins", text)
		if err != nil {
			return t, err
		}
		t.CheckIns = append(t.CheckIns, s)
	}
	for i, step := range b.Escalation {
		s, err := in.stepOf(fmt.Sprintf("%s.escalation.%d", field, i+1), step)
		if err != nil {
			return t, err
		}
		t.Escalation = append(t.Escalation, s)
	}
	return t, nil
}

func (in *importing) stepOf(field string, b rulebook.Step) (s kept.Escalate, err error) {
	s = kept.Escalate{To: kept.Level(b.To), By: of[kept.Medium](b.By)}
	if s.After, err = rulebook.Span(field+".after", b.After); err != nil || b.Rotation == "" {
		return s, err
	}
	for id, name := range in.rotations {
		if strings.EqualFold(name, b.Rotation) {
			s.Rotation = id
			return s, nil
		}
	}
	return s, kept.Wrong(field+".rotation", "There is no rotation %q. Make it first, or name another.", b.Rotation)
}
