package promise

import (
	"errors"
	"testing"

	"github.com/kept-desk/kept/kept"
)

var everythingKnown = Known{
	Calendar: func(id kept.ID) bool { return id == 1 },
	Inbox:    func(id kept.ID) bool { return id == 1 },
	Rotation: func(id kept.ID) bool { return id == 1 },
}

func TestTheDefaultPolicyIsRight(t *testing.T) {
	if err := Check(Default(1), everythingKnown); err != nil {
		t.Fatal(err)
	}
	if !Covers([]kept.Policy{Default(1)}) {
		t.Fatal("a fresh desk leaves conversations without a policy")
	}
}

func TestWhatIsWrongWithAPolicyIsSaidWithItsField(t *testing.T) {
	m := func(n int) kept.Span { return kept.Span{Minutes: n} }
	urgent := func(f func(*kept.Times)) func(*kept.Policy) {
		return func(p *kept.Policy) {
			u := p.Times[kept.Urgent]
			f(&u)
			p.Times[kept.Urgent] = u
		}
	}
	for _, c := range []struct {
		field  string
		change func(*kept.Policy)
	}{
		{"name", func(p *kept.Policy) { p.Name = " " }},
		{"when.inboxes", func(p *kept.Policy) { p.When.Inboxes = []kept.ID{9} }},
		{"when.channels", func(p *kept.Policy) { p.When.Channels = []kept.Channel{"fax"} }},
		{"when.priorities", func(p *kept.Policy) { p.When.Priorities = []kept.Priority{"asap"} }},
		{"when.tags", func(p *kept.Policy) { p.When.Tags = []string{""} }},
		{"when.attributes", func(p *kept.Policy) { p.When.Attributes = map[string]string{"plan": ""} }},
		{"times.normal", func(p *kept.Policy) { delete(p.Times, kept.Normal) }},
		{"times", func(p *kept.Policy) { p.Times["asap"] = p.Times[kept.Normal] }},
		{"times.urgent.calendar", urgent(func(t *kept.Times) { t.Calendar = 9 })},
		{"times.urgent.calendar", urgent(func(t *kept.Times) { t.Calendar = -3 })},
		{"times.urgent.first_reply", urgent(func(t *kept.Times) { t.FirstReply = kept.Span{} })},
		{"times.urgent.next_reply", urgent(func(t *kept.Times) { t.NextReply = kept.Span{} })},
		{"times.urgent.update", urgent(func(t *kept.Times) { t.Update = kept.Span{Days: 400} })},
		{"times.urgent.workaround", urgent(func(t *kept.Times) { t.Workaround, t.Resolution = m(60), m(30) })},
		{"times.urgent.warn_share", urgent(func(t *kept.Times) { t.WarnShare = 1 })},
		{"times.urgent.warn", urgent(func(t *kept.Times) { t.Warn = kept.Span{Days: 1} })},
		{"times.urgent.grace", urgent(func(t *kept.Times) { t.Grace = kept.Span{Days: 1} })},
		{"times.urgent.check_ins", urgent(func(t *kept.Times) { t.CheckIns = []kept.Span{{Days: 3}, {Days: 3}} })},
		{"times.urgent.escalation.1.to", urgent(func(t *kept.Times) { t.Escalation = []kept.Escalate{{To: "boss"}} })},
		{"times.urgent.escalation.2.after", urgent(func(t *kept.Times) {
			t.Escalation = []kept.Escalate{{To: kept.LevelOwner, After: m(10)}, {To: kept.LevelLead, After: m(5)}}
		})},
		{"times.urgent.escalation.1.by", urgent(func(t *kept.Times) {
			t.Escalation = []kept.Escalate{{To: kept.LevelLead, By: []kept.Medium{"pigeon"}}}
		})},
		{"second_time", func(p *kept.Policy) { p.SecondTime = 4 }},
		{"urgency.deadline", func(p *kept.Policy) { p.Urgency = &kept.Urgency{Deadline: 4} }},
		{"urgency.cant_work_hours", func(p *kept.Policy) { p.Urgency = &kept.Urgency{Pressing: 25} }},
		{"urgency.cant_work_urgent_hours", func(p *kept.Policy) { p.Urgency = &kept.Urgency{Urgent: -1} }},
		{"urgency.cant_work_urgent_hours", func(p *kept.Policy) { p.Urgency = &kept.Urgency{Pressing: 8, Urgent: 4} }},
	} {
		p := Default(1)
		c.change(&p)
		err := Check(p, everythingKnown)
		var e *kept.Error
		if !errors.As(err, &e) || e.Kind != kept.Invalid || e.Field != c.field {
			t.Errorf("want %s, got %v", c.field, err)
		}
	}
}

func TestADeskKnowsWhetherEveryConversationHasAPolicy(t *testing.T) {
	gold := kept.Policy{When: kept.PolicyWhen{Tiers: []string{"gold"}}}
	if Covers([]kept.Policy{gold}) {
		t.Error("who isn't gold has no policy")
	}
	if all := []kept.Policy{gold, {}, gold}; !Covers(all) || Shadowed(all, 1) || !Shadowed(all, 2) {
		t.Error("what comes after a policy for everything never applies")
	}
}
