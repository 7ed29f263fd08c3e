package promise

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// Known is what a policy may name, each by whether it is there.
type Known struct {
	Calendar, Inbox, Rotation func(kept.ID) bool
}

// How much a policy may say.
const (
	mostName     = 60
	mostWords    = 50 // of one condition
	mostCheckIns = 12
	mostSteps    = 20
	mostDays     = 366
)

// Check reports what is wrong with a policy: kept.Invalid, with the field ("times.urgent.first_reply").
func Check(p kept.Policy, known Known) error {
	if n := len([]rune(strings.TrimSpace(p.Name))); n == 0 || n > mostName {
		return kept.Wrong("name", "Give the policy a name of at most %d letters.", mostName)
	}
	if err := checkWhen(p.When, known); err != nil {
		return err
	}
	if _, ok := p.Times[kept.Normal]; !ok {
		return kept.Wrong("times.normal", "Say what is promised at normal priority: it stands for every priority that isn't named.")
	}
	for _, priority := range slices.Sorted(maps.Keys(p.Times)) {
		if !slices.Contains(kept.Priorities, priority) {
			return kept.Wrong("times", "%q is no priority: write low, normal, high or urgent.", priority)
		}
		if err := checkTimes("times."+string(priority), p.Times[priority], known); err != nil {
			return err
		}
	}
	if p.SecondTime < 0 || p.SecondTime >= len(kept.Priorities) {
		return kept.Wrong("second_time", "Treat a second time as more pressing by 0 to %d steps.", len(kept.Priorities)-1)
	}
	if err := checkUrgency(p.Urgency); err != nil {
		return err
	}
	return checkSpan("confirm_window", p.Confirm)
}

// checkUrgency refuses hours that no day has, and steps that no priority has.
func checkUrgency(u *kept.Urgency) error {
	switch {
	case u == nil:
		return nil
	case u.Deadline < 0 || u.Deadline >= len(kept.Priorities):
		return kept.Wrong("urgency.deadline", "A deadline before our next word counts for 0 to %d steps.", len(kept.Priorities)-1)
	case u.Pressing < 0 || u.Pressing > 24:
		return kept.Wrong("urgency.cant_work_hours", "A day has 24 hours. Write a number from 0 to 24; 0 counts for nothing.")
	case u.Urgent < 0 || u.Urgent > 24:
		return kept.Wrong("urgency.cant_work_urgent_hours", "A day has 24 hours. Write a number from 0 to 24; 0 is never urgent.")
	case u.Urgent > 0 && u.Urgent < u.Pressing:
		return kept.Wrong("urgency.cant_work_urgent_hours", "%d hours would be urgent before %d make it a step more pressing. Write the larger number here.", u.Urgent, u.Pressing)
	}
	return nil
}

func checkWhen(w kept.PolicyWhen, known Known) error {
	for _, id := range w.Inboxes {
		if !known.Inbox(id) {
			return kept.Wrong("when.inboxes", "There is no such inbox. Choose from the inboxes, or none for all.")
		}
	}
	for _, c := range w.Channels {
		if !slices.Contains(kept.Channels, c) {
			return kept.Wrong("when.channels", "%q is no channel: write email, chat, form, phone or api.", c)
		}
	}
	for _, p := range w.Priorities {
		if !slices.Contains(kept.Priorities, p) {
			return kept.Wrong("when.priorities", "%q is no priority: write low, normal, high or urgent.", p)
		}
	}
	for field, list := range map[string][]string{"when.languages": w.Languages, "when.tiers": w.Tiers, "when.tags": w.Tags} {
		if len(list) > mostWords || slices.ContainsFunc(list, func(s string) bool { return strings.TrimSpace(s) == "" || len([]rune(s)) > mostName }) {
			return kept.Wrong(field, "Write at most %d words here, none empty and none longer than %d letters.", mostWords, mostName)
		}
	}
	if len(w.Attributes) > mostWords {
		return kept.Wrong("when.attributes", "Ask for at most %d attributes.", mostWords)
	}
	for name, value := range w.Attributes {
		if strings.TrimSpace(name) == "" || strings.TrimSpace(value) == "" {
			return kept.Wrong("when.attributes", "An attribute needs a name and the value that is asked for.")
		}
	}
	return nil
}

func checkTimes(field string, t kept.Times, known Known) error {
	if t.Calendar > 0 && !known.Calendar(t.Calendar) || t.Calendar < kept.TeamHours {
		return kept.Wrong(field+".calendar", "There is no such calendar. Choose one that is there.")
	}
	if t.FirstReply.Zero() {
		return kept.Wrong(field+".first_reply", "Say by when they hear from us first, such as 4h: everybody who writes is promised a next word.")
	}
	if t.NextReply.Zero() {
		return kept.Wrong(field+".next_reply", "Say by when their next message is answered, such as 8h.")
	}
	for _, s := range []struct {
		name string
		span kept.Span
	}{
		{"first_reply", t.FirstReply},
		{"next_reply", t.NextReply},
		{"update", t.Update},
		{"recovery", t.Recovery},
		{"workaround", t.Workaround},
		{"resolution", t.Resolution},
		{"follow_up", t.FollowUp},
		{"warn", t.Warn},
		{"grace", t.Grace},
	} {
		if err := checkSpan(field+"."+s.name, s.span); err != nil {
			return err
		}
	}
	if !t.Workaround.Zero() && !t.Resolution.Zero() && t.Workaround.Days == 0 && t.Resolution.Days == 0 && t.Workaround.Minutes > t.Resolution.Minutes {
		return kept.Wrong(field+".workaround", "A way to go on meanwhile must come before the solution.")
	}
	if t.WarnShare < 0 || t.WarnShare >= 1 {
		return kept.Wrong(field+".warn_share", "Warn after a share of the time between 0 and 1, such as 0.75; 0 doesn't.")
	}
	if t.Warn.Days > 0 {
		return kept.Wrong(field+".warn", "Write how long before it is due in minutes or hours: 30m, 2h.")
	}
	if t.Grace.Days > 0 {
		return kept.Wrong(field+".grace", "Write the grace in minutes or hours; it runs round the clock.")
	}
	if err := checkCheckIns(field, t.CheckIns); err != nil {
		return err
	}
	return checkSteps(field, t.Escalation, known)
}

// checkCheckIns refuses check-ins that don't come one after the other: each counts from the turn's start.
func checkCheckIns(field string, list []kept.Span) error {
	if len(list) > mostCheckIns {
		return kept.Wrong(field+".check_ins", "Ask at most %d times.", mostCheckIns)
	}
	for i, s := range list {
		if s.Zero() {
			return kept.Wrong(field+".check_ins", "Write when we ask whether to go on, such as 3d, or leave it out.")
		}
		if err := checkSpan(field+".check_ins", s); err != nil {
			return err
		}
		if i > 0 {
			before := list[i-1]
			if (s.Days > 0) == (before.Days > 0) && s.Days+s.Minutes <= before.Days+before.Minutes {
				return kept.Wrong(field+".check_ins", "%s doesn't come after %s: each counts from when their turn began.", s, before)
			}
		}
	}
	return nil
}

func checkSteps(field string, steps []kept.Escalate, known Known) error {
	if len(steps) > mostSteps {
		return kept.Wrong(field+".escalation", "At most %d steps: after that nobody is left to tell.", mostSteps)
	}
	before := 0
	for i, s := range steps {
		at := fmt.Sprintf("%s.escalation.%d", field, i+1)
		switch {
		case !slices.Contains(kept.Levels, s.To):
			return kept.Wrong(at+".to", "%q is nobody to tell: write owner, team, lead, on_call or business.", s.To)
		case s.After.Days > 0:
			return kept.Wrong(at+".after", "Write in minutes or hours after the break; they run round the clock.")
		case s.After.Minutes < before:
			return kept.Wrong(at+".after", "A step doesn't come before the one above it.")
		case s.To != kept.LevelOnCall && s.Rotation != 0:
			return kept.Wrong(at+".rotation", "A rotation goes with on call only.")
		case s.Rotation != 0 && !known.Rotation(s.Rotation):
			return kept.Wrong(at+".rotation", "There is no such rotation.")
		}
		for _, by := range s.By {
			if !slices.Contains([]kept.Medium{kept.ByMail, kept.ByPush, kept.ByHook}, by) {
				return kept.Wrong(at+".by", "%q is no way to reach somebody: write mail, push or hook.", by)
			}
		}
		before = s.After.Minutes
	}
	return nil
}

func checkSpan(field string, s kept.Span) error {
	if s.Minutes < 0 || s.Days < 0 || s.Minutes > 0 && s.Days > 0 {
		return kept.Wrong(field, "Write a length of time as 90m, 4h or 1d.")
	}
	if s.Days > mostDays || s.Minutes > mostDays*24*60 {
		return kept.Wrong(field, "%s is more than a year: nobody waits that long. Write less.", s)
	}
	return nil
}

// Everything reports whether conditions match every conversation.
func Everything(w kept.PolicyWhen) bool {
	return len(w.Inboxes)+len(w.Channels)+len(w.Priorities)+len(w.Languages)+len(w.Tiers)+len(w.Tags)+len(w.Attributes) == 0
}

// Covers reports whether every conversation has a policy among these.
func Covers(policies []kept.Policy) bool {
	return slices.ContainsFunc(policies, func(p kept.Policy) bool { return Everything(p.When) })
}

// Shadowed reports whether a policy can never apply, because one before it matches everything.
func Shadowed(policies []kept.Policy, i int) bool { return Covers(policies[:i]) }
