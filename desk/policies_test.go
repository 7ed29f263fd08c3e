package desk_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

// policy is the first policy of a fresh desk, changed at one priority.
func (w *world) policy(priority kept.Priority, change func(*kept.Times)) kept.Policy {
	w.Helper()
	all, err := w.desk.Policies(w.ctx, w.ana)
	w.ok(err)
	p := all[0]
	t := p.Times[priority]
	change(&t)
	p.Times[priority] = t
	return p
}

func TestAChangedPolicyMovesWhatIsOpenOnlyForwardAndOnce(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.deliver()
		w.turns(time.Hour)
		p, err := w.desk.PutPolicy(w.ctx, w.ana, w.policy(kept.Normal, func(t *kept.Times) { t.FirstReply = kept.Span{Minutes: 120} }))
		w.ok(err)
		w.recomputes()
		due := w.promise(w.read(f.ID), kept.Reply)
		if !due.Due.Equal(due.OpenedAt.Add(2 * time.Hour)) {
			w.Fatalf("due %v", due.Due)
		}
		if n := len(w.told(f.ID, kept.PromiseRecomputed)); n != 1 {
			w.Fatalf("recomputed %d times", n)
		}
		later := p.Times[kept.Normal]
		later.FirstReply = kept.Span{Days: 3}
		p.Times[kept.Normal] = later
		_, err = w.desk.PutPolicy(w.ctx, w.ana, p)
		w.ok(err)
		w.recomputes()
		if again := w.promise(w.read(f.ID), kept.Reply); !again.Due.Equal(due.Due) {
			w.Fatalf("the customer was told %v, and it became %v", due.Due, again.Due)
		}
	})
}

func TestAChangedPolicyMovesTheWarningsOfWhatStands(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		f, err := w.desk.Give(w.ctx, w.bo, f.ID, desk.Next{Words: "The new cable", Due: w.at.Add(8 * time.Hour)})
		w.ok(err)
		given := w.promise(f, kept.Custom)
		w.turns(time.Hour)
		change := func(share float64, warn int) desk.Full {
			_, err := w.desk.PutPolicy(w.ctx, w.ana, w.policy(kept.Normal, func(t *kept.Times) { t.WarnShare, t.Warn = share, kept.Span{Minutes: warn} }))
			w.ok(err)
			w.recomputes()
			return w.read(f.ID)
		}
		f = change(0.5, 30)
		p, q := w.promise(f, kept.Reply), w.promise(f, kept.Custom)
		if !p.WarnAt.Equal(p.OpenedAt.Add(2*time.Hour)) || !p.WarnAgainAt.Equal(p.Due.Add(-30*time.Minute)) {
			w.Fatalf("due %v, warned of at %v and %v", p.Due, p.WarnAt, p.WarnAgainAt)
		}
		if !q.WarnAgainAt.Equal(q.Due.Add(-30*time.Minute)) || !q.Due.Equal(given.Due) {
			w.Fatalf("what a person gave is warned of at %v and %v", q.WarnAt, q.WarnAgainAt)
		}
		n := len(w.told(f.ID, kept.PromiseRecomputed))
		w.turns(time.Minute)
		if change(0.5, 30); len(w.told(f.ID, kept.PromiseRecomputed)) != n {
			w.Fatal("recomputed, and nothing had changed")
		}
		w.until(p.WarnAt.Add(time.Minute))
		warned := len(w.told(f.ID, kept.PromiseWarned))
		if warned != 1 {
			w.Fatalf("warned %d times", warned)
		}
		p = w.promise(change(0.25, 60), kept.Reply)
		if !p.WarnAt.Equal(p.Due.Add(-time.Hour)) || !p.WarnAgainAt.IsZero() || p.Warned != 1 {
			w.Fatalf("warned %d, again at %v and %v", p.Warned, p.WarnAt, p.WarnAgainAt)
		}
		w.turns(10 * time.Minute)
		if len(w.told(f.ID, kept.PromiseWarned)) != warned {
			w.Fatal("warned again of what was warned of")
		}
		if p = w.promise(change(0.25, 0), kept.Reply); !p.WarnAt.IsZero() {
			w.Fatalf("warned again at %v", p.WarnAt)
		}
	})
}

func TestWhatIsComputedAgainIsTheNewPolicys(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		was := w.promise(f, kept.Reply).Policy
		w.turns(time.Minute)
		gold := w.policy(kept.Normal, func(t *kept.Times) { t.FirstReply = kept.Span{Minutes: 30} })
		gold.ID, gold.Name, gold.When = 0, "Outages", kept.PolicyWhen{Tags: []string{"outage"}}
		gold, err := w.desk.PutPolicy(w.ctx, w.ana, gold)
		w.ok(err)
		w.recomputes()
		f, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Tags: &[]string{"outage"}})
		w.ok(err)
		p := w.promise(w.read(f.ID), kept.Reply)
		if p.Policy != gold.ID || p.Policy == was || !p.Due.Equal(p.OpenedAt.Add(30*time.Minute)) {
			w.Fatalf("due %v by policy %d", p.Due, p.Policy)
		}
	})
}

func TestATagATierAndAnAttributeChooseThePolicy(t *testing.T) {
	each(t, func(w *world) {
		for _, when := range []kept.PolicyWhen{
			{Tags: []string{"outage"}}, {Tiers: []string{"gold"}}, {Attributes: map[string]string{"plan": "pro"}},
		} {
			p := promise.Default(kept.Always)
			p.Name, p.When = "For "+strings.Join(append(append(when.Tags, when.Tiers...), when.Attributes["plan"]), ""), when
			quick := p.Times[kept.Normal]
			quick.FirstReply = kept.Span{Minutes: 20}
			p.Times[kept.Normal] = quick
			_, err := w.desk.PutPolicy(w.ctx, w.ana, p)
			w.ok(err)
		}
		_, err := w.desk.PutCompany(w.ctx, w.ana, kept.Company{Name: "Harbour Bakery", Tier: "gold"})
		w.ok(err)
		w.recomputes()
		company, plan := "Harbour Bakery", map[string]string{"plan": "pro"}
		for name, change := range map[string]func(desk.Full) error{
			"tag": func(f desk.Full) error {
				_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Tags: &[]string{"outage"}})
				return err
			},
			"tier": func(f desk.Full) error {
				_, err := w.desk.ChangeContact(w.ctx, w.bo, f.Contact, desk.ContactChange{Company: &company})
				return err
			},
			"attribute": func(f desk.Full) error {
				_, err := w.desk.ChangeContact(w.ctx, w.bo, f.Contact, desk.ContactChange{Attributes: &plan})
				return err
			},
		} {
			f := w.writes(name+"@example.com", "No line", "It is gone.")
			if p := w.promise(f, kept.Reply); !p.Due.Equal(p.OpenedAt.Add(4 * time.Hour)) {
				w.Fatalf("%s: due %v before", name, p.Due)
			}
			w.ok(change(f))
			if p := w.promise(w.read(f.ID), kept.Reply); !p.Due.Equal(p.OpenedAt.Add(20 * time.Minute)) {
				w.Fatalf("%s: due %v, opened %v", name, p.Due, p.OpenedAt)
			}
		}
	})
}

func TestTheOrderOfPoliciesIsKeptAndItsGapsAreSaid(t *testing.T) {
	each(t, func(w *world) {
		gold := promise.Default(kept.Always)
		gold.Name, gold.When.Tiers = "Gold", []string{"gold"}
		gold, err := w.desk.PutPolicy(w.ctx, w.ana, gold)
		w.ok(err)
		set, err := w.desk.PolicySet(w.ctx, w.bo)
		w.ok(err)
		if set.Items[0].ID != gold.ID || set.Gap || len(set.Shadowed) != 0 {
			w.Fatalf("a new policy is tried before the one for everybody: %+v", set)
		}
		everybody := set.Items[1].ID
		w.ok(w.desk.OrderPolicies(w.ctx, w.ana, []kept.ID{everybody, gold.ID}))
		if set, err = w.desk.PolicySet(w.ctx, w.bo); err != nil || len(set.Shadowed) != 1 || set.Shadowed[0] != gold.ID {
			w.Fatalf("gold is never tried: %+v %v", set, err)
		}
		if err := w.desk.OrderPolicies(w.ctx, w.ana, []kept.ID{gold.ID}); !kept.Is(err, kept.Invalid) {
			w.Fatalf("an order that leaves one out: %v", err)
		}
		w.ok(w.desk.DropPolicy(w.ctx, w.ana, everybody))
		if set, err = w.desk.PolicySet(w.ctx, w.bo); err != nil || !set.Gap {
			w.Fatalf("who isn't gold has no policy: %+v %v", set, err)
		}
		if err := w.desk.DropPolicy(w.ctx, w.ana, gold.ID); !kept.Is(err, kept.Conflict) {
			w.Fatalf("the last policy: %v", err)
		}
	})
}

func TestAPreviewSaysWhatWouldHaveBeenKeptAndNamesWhatWouldNot(t *testing.T) {
	each(t, func(w *world) {
		everybody := w.policy(kept.Normal, func(*kept.Times) {})
		empty, err := w.desk.PreviewPolicy(w.ctx, w.ana, everybody)
		w.ok(err)
		if empty.Count != 0 || empty.Staff != 2 {
			w.Fatalf("of nothing: %+v", empty)
		}
		for _, name := range []string{"marta", "ben", "chloe", "dan"} {
			f := w.writes(name+"@example.com", "No line", "It is gone.")
			w.turns(time.Hour)
			w.answers(w.bo, f.ID, "We are on it.", desk.Wait)
			w.turns(time.Minute)
		}
		usual, err := w.desk.PreviewPolicy(w.ctx, w.ana, everybody)
		w.ok(err)
		if usual.Count != 4 || usual.Kept < 0.9 || usual.Answered != 1 || len(usual.Named) != 0 {
			w.Fatalf("as it is: %+v", usual)
		}
		hasty := w.policy(kept.Normal, func(t *kept.Times) { t.FirstReply = kept.Span{Minutes: 1} })
		tight, err := w.desk.PreviewPolicy(w.ctx, w.ana, hasty)
		w.ok(err)
		if tight.Kept > 0.5 || tight.Answered != 0 || tight.Breaks != len(tight.Named) || len(tight.Named) == 0 {
			w.Fatalf("within a minute: %+v", tight)
		}
		if b := tight.Named[0]; b.Subject != "No line" || b.Contact == "" || b.Kind != kept.Reply || b.Conversation == 0 {
			w.Fatalf("it names %+v", b)
		}
		other := promise.Default(kept.Always)
		other.Name, other.When.Tags = "Outage", []string{"outage"}
		if none, err := w.desk.PreviewPolicy(w.ctx, w.ana, other); err != nil || none.Count != 0 {
			w.Fatalf("a policy that applies to none of it: %+v %v", none, err)
		}
	})
}

func TestAPreviewCountsWithTheTimeThatAnswersTakeHere(t *testing.T) {
	each(t, func(w *world) {
		var waiting []kept.ID
		for i := range 30 {
			waiting = append(waiting, w.writes(fmt.Sprintf("c%d@example.com", i), "No line", "It is gone.").ID)
		}
		for _, id := range waiting {
			w.turns(50 * time.Minute)
			w.answers(w.bo, id, "We are on it.", desk.Wait)
		}
		soon := w.policy(kept.Normal, func(t *kept.Times) { t.FirstReply = kept.Span{Minutes: 240} })
		p, err := w.desk.PreviewPolicy(w.ctx, w.ana, soon)
		w.ok(err)
		if p.Count != 30 || p.Breaks == 0 { // thirty answers of 50 minutes, by two people: the last would be late
			w.Fatalf("%+v", p)
		}
	})
}

func TestWhatIsExportedIsImportedWithoutAChange(t *testing.T) {
	each(t, func(w *world) {
		night := allDay()
		night.Name, night.Holidays = "Night shift", []string{"2026-12-25"}
		night.Shifts = map[string]kept.Windows{"2026-12-24": {"09:00": "12:00"}, "2026-12-31": {}}
		night, err := w.desk.AddCalendar(w.ctx, w.ana, night)
		w.ok(err)
		_, err = w.desk.PutTeam(w.ctx, w.ana, kept.Team{Name: "Lines", Lead: w.bo.ID, Members: []kept.ID{w.ana.ID, w.bo.ID}, Calendar: night.ID, Inboxes: []kept.ID{w.inbox.ID}})
		w.ok(err)
		rapid.Check(w.T, func(t *rapid.T) {
			p := anyPolicy(t, []kept.ID{kept.Always, kept.CustomersHours, kept.TeamHours, night.ID}, w.inbox.ID)
			all, err := w.desk.Policies(w.ctx, w.ana)
			w.ok(err)
			for _, q := range all {
				if strings.EqualFold(q.Name, p.Name) {
					p.ID = q.ID
				}
			}
			if _, err := w.desk.PutPolicy(w.ctx, w.ana, p); err != nil {
				t.Fatalf("%+v: %v", p, err)
			}
			file, err := w.desk.ExportPolicies(w.ctx, w.ana)
			w.ok(err)
			for _, dry := range []bool{true, false} {
				if changes, err := w.desk.ImportPolicies(w.ctx, w.ana, file, dry); err != nil || len(changes) != 0 {
					t.Fatalf("%s\n%+v %v", file, changes, err)
				}
			}
			again, err := w.desk.ExportPolicies(w.ctx, w.ana)
			w.ok(err)
			if !bytes.Equal(file, again) {
				t.Fatalf("%s\nbecame\n%s", file, again)
			}
		})
	})
}

func TestAnErrorInAFileOfPoliciesNamesItsPlace(t *testing.T) {
	const file = `kept: policies/1
calendars:
  - name: Night v1.2
    time_zone: Europe/Dublin
    hours: {mon: ["22:00-06:00"], tue: ["22:00-06:00"]}
teams:
  - name: Lines
    members: [bo@northlight.test]
policies:
  - name: Everybody
    times:
      normal:
        calendar: Night v1.2
        first_reply: 4h
        next_reply: 8h
        escalation:
          - to: owner
          - to: team
            after: 30m
      urgent:
        calendar: always
        first_reply: 15m
        next_reply: 30m
    confirm_window: 7d
`
	each(t, func(w *world) {
		_, err := w.desk.ImportPolicies(w.ctx, w.ana, []byte(file), true)
		w.ok(err)
		for _, c := range []struct{ was, is, want string }{
			{"first_reply: 15m", "first_reply: soon", "In policy “Everybody”, priority urgent, first_reply (line 22): \"soon\" is no length of time"},
			{"first_reply: 4h", "update: 4h", "In policy “Everybody”, priority normal, first_reply (line 12): Say by when they hear from us first"},
			{"after: 30m", "after: 1d", "In policy “Everybody”, priority normal, escalation 2, after (line 19): Write in minutes or hours"},
			{"confirm_window: 7d", "confirm_window: a week", "In policy “Everybody”, confirm_window (line 24): "},
			{"calendar: always", "calendar: sometimes", "In policy “Everybody”, priority urgent, calendar (line 21): There is no calendar"},
			{"      urgent:", "      pressing:", "In policy “Everybody”, times (line 11): \"pressing\" is no priority"},
			{`mon: ["22:00-06:00"]`, `mon: ["late"]`, "In calendar “Night v1.2”, hours, mon (line 5): \"late\" is no window"},
			{"time_zone: Europe/Dublin", "time_zone: Moon", "In calendar “Night v1.2”, time_zone (line 4): "},
			{"bo@northlight.test", "nobody@northlight.test", "In team “Lines”, members (line 8): Nobody here has the address"},
			{"name: Night v1.2", "name: ''", "In calendar number 1 (line 3): It has no name"},
			{"teams:", "  - {name: night V1.2, time_zone: UTC, hours: {}}\nteams:", "In calendar number 2 (line 6): night V1.2 stands twice"},
		} {
			wrong := strings.Replace(file, c.was, c.is, 1)
			if _, err := w.desk.ImportPolicies(w.ctx, w.ana, []byte(wrong), true); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v\nwant %s", c.is, err, c.want)
			}
		}
	})
}

func TestNewHoursNeedANameOfTheirOwn(t *testing.T) {
	each(t, func(w *world) {
		hours := allDay()
		hours.Name = " "
		_, err := w.desk.AddCalendar(w.ctx, w.ana, hours)
		refused(t, err, kept.Invalid, "Give these hours a name")
		hours.Name = "Night"
		hours, err = w.desk.AddCalendar(w.ctx, w.ana, hours)
		w.ok(err)
		hours.Name = ""
		hours, err = w.desk.ChangeCalendar(w.ctx, w.ana, hours)
		w.ok(err)
		if hours.Name != "Night" {
			t.Errorf("hours that are changed without a name are called %q", hours.Name)
		}
	})
}

func TestAnExportNamesNobodyWhoHasLeft(t *testing.T) {
	each(t, func(w *world) {
		eva, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "eva@northlight.test", Name: "Eva Roth", Password: "a third sentence"})
		w.ok(err)
		_, err = w.desk.PutTeam(w.ctx, w.ana, kept.Team{Name: "Lines", Lead: eva.ID, Members: []kept.ID{w.bo.ID, eva.ID}})
		w.ok(err)
		gone := true
		_, err = w.desk.ChangeAgent(w.ctx, w.ana, eva.ID, desk.AgentChange{Gone: &gone})
		w.ok(err)
		file, err := w.desk.ExportPolicies(w.ctx, w.ana)
		w.ok(err)
		if changes, err := w.desk.ImportPolicies(w.ctx, w.ana, file, false); err != nil || len(changes) != 0 || strings.Contains(string(file), eva.Email) {
			w.Fatalf("%s\n%+v %v", file, changes, err)
		}
	})
}

func TestATeamCanBeChangedAfterSomebodyHasLeft(t *testing.T) {
	each(t, func(w *world) {
		eva, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "eva@northlight.test", Name: "Eva Roth", Password: "a third sentence"})
		w.ok(err)
		lines, err := w.desk.PutTeam(w.ctx, w.ana, kept.Team{Name: "Lines", Lead: eva.ID, Members: []kept.ID{w.bo.ID, eva.ID}})
		w.ok(err)
		gone := true
		_, err = w.desk.ChangeAgent(w.ctx, w.ana, eva.ID, desk.AgentChange{Gone: &gone})
		w.ok(err)
		lines.Name = "Lines and masts"
		lines, err = w.desk.PutTeam(w.ctx, w.ana, lines)
		w.ok(err)
		if !slices.Equal(lines.Members, []kept.ID{w.bo.ID}) || lines.Lead != 0 {
			w.Fatalf("%+v", lines)
		}
		lines.Members = append(lines.Members, eva.ID)
		if _, err := w.desk.PutTeam(w.ctx, w.ana, lines); !kept.Is(err, kept.Invalid) {
			w.Fatalf("somebody who has left was added: %v", err)
		}
	})
}

// anyPolicy draws a policy that is right.
func anyPolicy(t *rapid.T, calendars []kept.ID, inbox kept.ID) kept.Policy {
	minutes := func(name string) kept.Span { return kept.Span{Minutes: rapid.IntRange(1, 500).Draw(t, name)} }
	maybe := func(name string) kept.Span {
		return rapid.SampledFrom([]kept.Span{{}, {Minutes: 90}, {Minutes: 240}, {Days: 2}}).Draw(t, name)
	}
	words := func(name string) []string {
		return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"no", "1", "true", "2026-01-01", "vip: yes", "größer", "a\"b", "#x"}), 0, 3, rapid.ID[string]).Draw(t, name)
	}
	p := kept.Policy{
		Name: rapid.SampledFrom([]string{"Gold", "no", "12", "Für alle: sofort", "- dash"}).Draw(t, "name"),
		When: kept.PolicyWhen{Tiers: words("tiers"), Tags: words("tags"), Languages: words("languages")}, Times: map[kept.Priority]kept.Times{},
		Confirm: maybe("confirm"), SecondTime: rapid.IntRange(0, 3).Draw(t, "second"),
	}
	if rapid.Bool().Draw(t, "weighs") {
		p.Urgency = &kept.Urgency{Deadline: rapid.IntRange(0, 3).Draw(t, "deadline"), Pressing: rapid.IntRange(0, 8).Draw(t, "pressing"), Urgent: rapid.SampledFrom([]int{0, 8, 24}).Draw(t, "urgent")}
	}
	if rapid.Bool().Draw(t, "inbox") {
		p.When.Inboxes, p.When.Channels = []kept.ID{inbox}, []kept.Channel{kept.ChannelEmail}
		p.When.Attributes = map[string]string{"plan": "yes", "since": "2020"}
	}
	for _, priority := range []kept.Priority{kept.Normal, kept.Urgent} {
		times := kept.Times{
			Calendar: rapid.SampledFrom(calendars).Draw(t, "calendar"), FirstReply: minutes("first"), NextReply: minutes("next"),
			Update: maybe("update"), Recovery: maybe("recovery"), FollowUp: maybe("follow-up"), WarnShare: rapid.SampledFrom([]float64{0, 0.5, 0.75}).Draw(t, "share"),
		}
		if rapid.Bool().Draw(t, "escalates") {
			times.Escalation = []kept.Escalate{{To: kept.LevelOwner}, {To: kept.LevelLead, After: minutes("after"), By: []kept.Medium{kept.ByMail, kept.ByPush}}}
			times.CheckIns = []kept.Span{{Days: 3}, {Days: 7}}
		}
		p.Times[priority] = times
	}
	return p
}

func TestAFileThatDoesNotSayWhatANeedWeighsHasTheUsual(t *testing.T) {
	each(t, func(w *world) {
		file, err := w.desk.ExportPolicies(w.ctx, w.ana)
		w.ok(err)
		line := "    urgency: {deadline: 1, cant_work_hours: 4, cant_work_urgent_hours: 8}\n"
		if strings.Count(string(file), line) != 1 {
			w.Fatalf("%s", file)
		}
		without := strings.Replace(string(file), line, "", 1)
		if changes, err := w.desk.ImportPolicies(w.ctx, w.ana, []byte(without), false); err != nil || len(changes) != 0 {
			w.Fatalf("%+v %v", changes, err)
		}
		never := strings.Replace(string(file), line, "    urgency: {deadline: 0}\n", 1)
		if changes, err := w.desk.ImportPolicies(w.ctx, w.ana, []byte(never), false); err != nil || len(changes) != 1 {
			w.Fatalf("%+v %v", changes, err)
		}
		all, err := w.desk.Policies(w.ctx, w.ana)
		w.ok(err)
		if all[0].Urgency == nil || *all[0].Urgency != (kept.Urgency{}) {
			w.Fatalf("%+v", all[0].Urgency)
		}
	})
}

func TestAnImportSaysFirstWhatItWouldChange(t *testing.T) {
	each(t, func(w *world) {
		file, err := w.desk.ExportPolicies(w.ctx, w.ana)
		w.ok(err)
		text := strings.Replace(string(file), "first_reply: 4h", "first_reply: 3h", 1)
		text = strings.Replace(text, "policies:\n", `policies:
  - name: Gold
    when: {tiers: [gold]}
    times:
      normal: {calendar: Always on, first_reply: 30m, next_reply: 1h}
`, 1)
		text = strings.Replace(text, "calendars:\n", "calendars:\n  - {name: Always on, time_zone: Europe/Dublin, hours: {mon: [\"08:00-20:00\"]}}\n", 1)
		for _, dry := range []bool{true, false} {
			changes, err := w.desk.ImportPolicies(w.ctx, w.ana, []byte(text), dry)
			w.ok(err)
			if len(changes) != 3 || changes[0] != (desk.BookChange{Thing: "calendar", Name: "Always on", What: "added"}) ||
				changes[1] != (desk.BookChange{Thing: "policy", Name: "Gold", What: "added"}) || changes[2].What != "changed" {
				w.Fatalf("%+v", changes)
			}
			all, err := w.desk.Policies(w.ctx, w.ana)
			w.ok(err)
			if want := map[bool]int{true: 1, false: 2}[dry]; len(all) != want {
				w.Fatalf("dry %v: %d policies", dry, len(all))
			}
		}
		all, err := w.desk.Policies(w.ctx, w.ana)
		w.ok(err)
		if all[0].Name != "Gold" || all[1].Times[kept.Normal].FirstReply != (kept.Span{Minutes: 180}) {
			w.Fatalf("%+v", all)
		}
		for bad, say := range map[string]string{
			strings.Replace(text, "calendar: Always on", "calendar: Nights", 1):                            "Nights",
			strings.Replace(text, "first_reply: 30m", "first_reply: soon", 1):                              "policies.Gold.times.normal.first_reply",
			strings.Replace(text, "first_reply: 30m", "escalation: [{to: on_call, rotation: Nobody}]", 1):  "Nobody",
			strings.Replace(text, "kept: policies/1", "kept: other", 1):                                    "no file of policies",
			strings.Replace(text, "when: {tiers: [gold]}", "whenever: 1", 1):                               "whenever",
			strings.Replace(text, "when: {tiers: [gold]}", "when: {inboxes: [nobody@northlight.test]}", 1): "nobody@northlight.test",
			"": "empty",
		} {
			if _, err := w.desk.ImportPolicies(w.ctx, w.ana, []byte(bad), true); err == nil || !strings.Contains(err.Error(), say) {
				w.Errorf("want a word of %s, got %v", say, err)
			}
		}
	})
}
