package desk

import (
	"context"
	"slices"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/rulebook"
	"github.com/kept-desk/kept/store"
)

// BookChange is one thing that a file of policies changes, or would change.
type BookChange struct {
	Thing string `json:"thing" enum:"calendar,team,policy"`
	Name  string `json:"name"`
	What  string `json:"what" enum:"added,changed,moved,dropped"`
}

// ExportPolicies is all policies with their calendars and teams, as YAML.
func (d *Desk) ExportPolicies(ctx context.Context, who kept.Actor) (file []byte, err error) {
	err = d.read(ctx, who, "export-policies", func(tx *store.Tx) error {
		n, err := d.names(tx)
		if err != nil {
			return err
		}
		var b rulebook.Book
		for _, c := range n.calendarData {
			b.Calendars = append(b.Calendars, bookCalendar(c))
		}
		for _, t := range n.teams {
			b.Teams = append(b.Teams, n.bookTeam(t))
		}
		for _, p := range n.policies {
			b.Policies = append(b.Policies, n.bookPolicy(p))
		}
		file, err = rulebook.Write(b)
		return err
	})
	return file, err
}

// ImportPolicies makes a file's policies the desk's: those that it doesn't name are dropped; calendars and
// teams are added or changed, never dropped. Dry, it only says what would change.
func (d *Desk) ImportPolicies(ctx context.Context, who kept.Actor, file []byte, dry bool) (changes []BookChange, err error) {
	book, err := rulebook.Read(file)
	if err != nil {
		return nil, err
	}
	now := d.now()
	run := d.write
	if dry {
		run = d.read
	}
	err = run(ctx, who, "import-policies", func(tx *store.Tx) error {
		n, err := d.names(tx)
		if err != nil {
			return err
		}
		in := importing{names: n, tx: tx, dry: dry, now: now, ids: map[string]kept.ID{}}
		if err := in.all(book); err != nil {
			return err
		}
		changes = in.changes
		if dry || len(changes) == 0 {
			return nil
		}
		return d.revised(tx, who, now, "policies imported")
	})
	return changes, rulebook.Placed(file, err)
}

// names is the house with what files call its things.
type names struct {
	*house
	agents    []kept.Agent
	rotations map[kept.ID]string
}

func (d *Desk) names(tx *store.Tx) (n names, err error) {
	if n.house, err = d.at(tx); err != nil {
		return n, err
	}
	if n.agents, err = tx.Agents(); err != nil {
		return n, err
	}
	n.rotations, err = rotations(tx)
	return n, err
}

func (n names) calendarName(id kept.ID) string {
	switch id {
	case kept.Always:
		return rulebook.Always
	case kept.CustomersHours:
		return rulebook.CustomersHours
	case kept.TeamHours:
		return rulebook.TeamHours
	}
	return n.calendarOf(id).Name
}

// address is that of somebody who works here; empty where they left, or it is nobody.
func (n names) address(agent kept.ID) string {
	i := slices.IndexFunc(n.agents, func(a kept.Agent) bool { return a.ID == agent && a.GoneAt.IsZero() })
	if i < 0 {
		return ""
	}
	return n.agents[i].Email
}

func (n names) inboxes(ids []kept.ID) (out []string) {
	for _, id := range ids {
		out = append(out, n.inbox(id).Address)
	}
	return out
}

func bookCalendar(c kept.Calendar) rulebook.Calendar {
	return rulebook.Calendar{
		Name: c.Name, Zone: c.Zone, Hours: rulebook.OfWindows(c.Hours), Holidays: some(c.Holidays),
		Breaks: rulebook.OfWindows(c.Breaks), Shifts: rulebook.OfWindows(c.Shifts),
	}
}

func (n names) bookTeam(t kept.Team) rulebook.Team {
	out := rulebook.Team{Name: t.Name, Lead: n.address(t.Lead), Inboxes: n.inboxes(t.Inboxes)}
	for _, id := range t.Members {
		if address := n.address(id); address != "" {
			out.Members = append(out.Members, address)
		}
	}
	slices.Sort(out.Members)
	slices.Sort(out.Inboxes)
	if t.Calendar != 0 {
		out.Calendar = n.calendarOf(t.Calendar).Name
	}
	return out
}

func (n names) bookPolicy(p kept.Policy) rulebook.Policy {
	tidy(&p)
	out := rulebook.Policy{
		Name: p.Name, Confirm: p.Confirm.String(), SecondTime: p.SecondTime, Times: map[string]rulebook.Times{},
		When: rulebook.When{
			Inboxes: n.inboxes(p.When.Inboxes), Channels: texts(p.When.Channels), Priorities: texts(p.When.Priorities),
			Languages: p.When.Languages, Tiers: p.When.Tiers, Tags: p.When.Tags, Attributes: p.When.Attributes,
		},
	}
	weighs := rulebook.Urgency(promise.UrgencyOf(p))
	out.Urgency = &weighs
	for priority, t := range p.Times {
		times := rulebook.Times{
			Calendar: n.calendarName(t.Calendar), FirstReply: t.FirstReply.String(), NextReply: t.NextReply.String(), Update: t.Update.String(),
			Recovery: t.Recovery.String(), Workaround: t.Workaround.String(), Resolution: t.Resolution.String(), FollowUp: t.FollowUp.String(),
			WarnShare: t.WarnShare, Warn: t.Warn.String(), Grace: t.Grace.String(),
		}
		for _, s := range t.CheckIns {
			times.CheckIns = append(times.CheckIns, s.String())
		}
		for _, s := range t.Escalation {
			times.Escalation = append(times.Escalation, rulebook.Step{After: s.After.String(), To: string(s.To), Rotation: n.rotations[s.Rotation], By: texts(s.By)})
		}
		out.Times[string(priority)] = times
	}
	return out
}

// texts are words of a kind as plain text.
func texts[T ~string](list []T) (out []string) {
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// of are plain texts as words of a kind.
func of[T ~string](list []string) (out []T) {
	for _, v := range list {
		out = append(out, T(v))
	}
	return out
}
