package promise

import "github.com/kept-desk/kept/kept"

// OfficeHours is the calendar of a fresh install: Monday to Friday, 9 to 17.
func OfficeHours(zone string) kept.Calendar {
	day := kept.Windows{"09:00": "17:00"}
	return kept.Calendar{Name: "Office hours", Zone: zone, Hours: map[string]kept.Windows{
		"mon": day, "tue": day, "wed": day, "thu": day, "fri": day,
	}}
}

// Default is the policy of a fresh install on a calendar; urgent runs round the clock. No resolution is
// promised by itself: how long a solution takes, only a person can say.
func Default(calendar kept.ID) kept.Policy {
	m := func(n int) kept.Span { return kept.Span{Minutes: n} }
	h := func(n int) kept.Span { return kept.Span{Minutes: 60 * n} }
	d := func(n int) kept.Span { return kept.Span{Days: n} }
	after := kept.Times{
		Calendar: calendar, Recovery: h(1), FollowUp: d(3), CheckIns: []kept.Span{d(3), d(7)}, WarnShare: 0.75, Grace: m(30),
		Escalation: []kept.Escalate{
			{To: kept.LevelOwner},
			{After: m(15), To: kept.LevelTeam},
			{After: m(30), To: kept.LevelLead, By: []kept.Medium{kept.ByMail}},
			{After: h(2), To: kept.LevelBusiness, By: []kept.Medium{kept.ByMail}},
		},
	}
	low, normal, high, urgent := after, after, after, after
	low.FirstReply, low.NextReply, low.Update = d(1), d(2), d(2)
	normal.FirstReply, normal.NextReply, normal.Update = h(4), h(8), d(1)
	high.FirstReply, high.NextReply, high.Update = h(1), h(2), h(4)
	urgent.FirstReply, urgent.NextReply, urgent.Update = m(15), m(30), h(1)
	urgent.Calendar, urgent.Recovery = kept.Always, m(15)
	high.Workaround, urgent.Workaround = d(1), h(2)
	urgent.Escalation = []kept.Escalate{
		{To: kept.LevelOwner},
		{To: kept.LevelOnCall, By: []kept.Medium{kept.ByMail, kept.ByPush, kept.ByHook}},
		{After: m(15), To: kept.LevelLead, By: []kept.Medium{kept.ByMail, kept.ByPush}},
		{After: h(1), To: kept.LevelBusiness, By: []kept.Medium{kept.ByMail}},
	}
	return kept.Policy{
		Name: "Everyone", Confirm: d(7), SecondTime: 1,
		Times: map[kept.Priority]kept.Times{kept.Low: low, kept.Normal: normal, kept.High: high, kept.Urgent: urgent},
	}
}
