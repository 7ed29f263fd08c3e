package portal

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// field is one thing that a form asks for.
type field struct {
	Kind        string // area, line, time, number, pick, select, files
	Name, Label string
	Value, Hint string
	Min, Fill   string // the earliest time; what a browser may fill in
	Options     []option
	Wrong       bool
	Suggestions []string
}

// option is one of several things to choose.
type option struct {
	Value, Text string
	On          bool
}

// localTime is how a browser writes a time of the reader's clock.
const localTime = "2006-01-02T15:04"

func soonerWhat(a asking) string {
	if p, ok := next(a.v); ok {
		return a.Say("portal.ask_sooner_what", "who", whose(a.v, p), "by", due(a.Reader, p))
	}
	return a.Say("portal.ask_sooner_what_open", "who", who(a.v))
}

func soonerFields(a asking) []field {
	can := a.form.Get("can")
	return []field{
		{
			Kind: "time", Name: "at", Label: a.Say("portal.ask_sooner_by"), Value: a.line("at"), Min: a.Now.In(a.Zone).Format(localTime),
			Hint: words.First(a.Place(a.Now)),
		},
		{Kind: "line", Name: "by", Label: a.Say("portal.ask_sooner_say"), Value: a.line("by")},
		{Kind: "area", Name: "text", Label: a.Say("portal.ask_sooner_label"), Value: a.text()},
		{Kind: "number", Name: "hours", Label: a.Say("portal.ask_sooner_hours"), Value: a.line("hours")},
		{Kind: "pick", Name: "can", Label: a.Say("portal.ask_sooner_can"), Options: []option{
			{"yes", a.Say("portal.ask_sooner_can_yes"), can == "yes"},
			{"no", a.Say("portal.ask_sooner_can_no"), can == "no"},
		}},
	}
}

// need reads what a customer needs from the form, and what is wrong with it.
func (a asking) need() (n kept.Need, wrong fault) {
	n = kept.Need{Why: a.text(), CanWork: a.form.Get("can") != "no"}
	if by := a.line("by"); by != "" {
		n.Why = strings.TrimSpace(a.Say("portal.sooner_text", "by", by) + "\n\n" + n.Why)
	}
	if hours := a.line("hours"); hours != "" {
		var err error
		if n.Hours, err = strconv.Atoi(hours); err != nil || n.Hours < 0 || n.Hours > 24 {
			return n, fault{"hours", a.Say("portal.wrong_hours")}
		}
	}
	if at := a.line("at"); at != "" {
		by, err := time.ParseInLocation(localTime, strings.Replace(at, " ", "T", 1), a.Zone)
		switch {
		case err != nil:
			return n, fault{"at", a.Say("portal.wrong_by")}
		case !by.After(a.Now):
			return n, fault{"at", a.Say("portal.wrong_past")}
		case by.After(a.Now.AddDate(1, 0, 0)):
			return n, fault{"at", a.Say("portal.wrong_far")}
		}
		n.By = by
	}
	if n.By.IsZero() && n.Why == "" && n.CanWork {
		return n, fault{"at", a.Say("portal.empty_sooner")}
	}
	return n, fault{}
}

func soonerCheck(a asking) fault {
	_, wrong := a.need()
	return wrong
}

// releasable are the promises that a customer can let go one by one; none where there is but one.
func releasable(v View) []kept.Promise {
	all := slices.DeleteFunc(openOnes(v.Promises), func(p kept.Promise) bool { return p.Kind == kept.CheckIn || p.Kind == kept.FollowUp })
	if len(all) < 2 {
		return nil
	}
	return all
}

func notNeededWhat(a asking) string {
	if a.unneeded() != 0 {
		return a.Say("portal.ask_not_needed_one_what")
	}
	return a.Say("portal.ask_not_needed_what")
}

func notNeededFields(a asking) []field {
	var fields []field
	if all := releasable(a.v); len(all) > 0 {
		which := field{Kind: "pick", Name: "promise", Label: a.Say("portal.ask_not_needed_which")}
		for _, p := range all {
			which.Options = append(which.Options, option{ref(p.ID), words.First(due(a.Reader, p)) + ": " + words.Line(a.Thing(p), 120), p.ID == a.unneeded()})
		}
		which.Options = append(which.Options, option{"all", a.Say("portal.ask_not_needed_all"), a.unneeded() == 0})
		fields = append(fields, which)
	}
	return append(fields, onlyWords("not_needed")(a)...)
}

// unneeded is the promise that they no longer need; zero: all of it.
func (a asking) unneeded() kept.ID {
	id, err := strconv.ParseInt(a.form.Get("promise"), 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return kept.ID(id)
}

func ref(id kept.ID) string { return strconv.FormatInt(int64(id), 10) }

// Reach is how and when a customer wants to be reached. Hours are one of reachHours; empty: at any time.
type Reach struct{ Name, Language, Zone, Phone, Hours string }

// reachHours are the hours to choose from, as the desk names them.
var reachHours = []string{"9-17", "9-12", "12-17", "17-20", "9-20 daily"}

// zones are offered while somebody writes; every other IANA name is taken too.
var zones = strings.Fields(`Europe/Dublin Europe/London Europe/Lisbon Europe/Madrid Europe/Paris Europe/Brussels Europe/Amsterdam
	Europe/Berlin Europe/Zurich Europe/Vienna Europe/Rome Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Warsaw Europe/Prague
	Europe/Budapest Europe/Athens Europe/Helsinki Europe/Bucharest Europe/Kyiv Europe/Istanbul Africa/Lagos Africa/Cairo
	Africa/Johannesburg Africa/Nairobi Asia/Dubai Asia/Karachi Asia/Kolkata Asia/Dhaka Asia/Bangkok Asia/Singapore Asia/Hong_Kong
	Asia/Shanghai Asia/Tokyo Asia/Seoul Australia/Sydney Pacific/Auckland America/Sao_Paulo America/New_York America/Chicago
	America/Denver America/Los_Angeles America/Mexico_City America/Toronto UTC`)

func (a asking) reach() Reach {
	r := Reach{Name: a.line("name"), Language: a.line("language"), Zone: a.line("zone"), Phone: a.line("phone"), Hours: a.line("hours")}
	r.Zone = strings.ReplaceAll(r.Zone, " ", "_")
	for _, zone := range zones { // "dublin" is Europe/Dublin
		if _, city, _ := strings.Cut(zone, "/"); r.Zone != "" && (strings.EqualFold(city, r.Zone) || strings.EqualFold(zone, r.Zone)) {
			r.Zone = zone
		}
	}
	return r
}

func reachFields(a asking) []field {
	now := Reach{a.v.Contact.Name, a.Language, a.v.Contact.Zone, a.v.Contact.Phone, a.v.Contact.Hours}
	if a.form.Has("key") { // answered already, and something was wrong
		now = a.reach()
	}
	language := field{Kind: "select", Name: "language", Label: a.Say("portal.ask_reach_language")}
	for _, tag := range words.Languages() {
		language.Options = append(language.Options, option{tag, a.Say("portal.language." + tag), tag == now.Language})
	}
	hours := field{Kind: "select", Name: "hours", Label: a.Say("portal.ask_reach_hours"), Hint: agreed(a)}
	hours.Options = append(hours.Options, option{"", a.Say("portal.hours." + "any"), now.Hours == ""})
	for _, choice := range reachHours {
		hours.Options = append(hours.Options, option{choice, a.Say("portal.hours." + choice), now.Hours == choice})
	}
	return []field{
		{Kind: "line", Name: "name", Label: a.Say("portal.ask_reach_name"), Value: now.Name, Fill: "name"},
		{Kind: "line", Name: "phone", Label: a.Say("portal.ask_reach_phone"), Value: now.Phone, Fill: "tel"},
		language,
		{Kind: "line", Name: "zone", Label: a.Say("portal.ask_reach_zone"), Value: now.Zone, Hint: a.Say("portal.ask_reach_zone_hint"), Suggestions: zones},
		hours,
	}
}

// agreed says which hours hold, where we agreed some with them: what they choose is a wish beside it.
func agreed(a asking) string {
	if a.v.Agreed.ID == 0 {
		return ""
	}
	if week := a.Week(a.v.Agreed); week != "" {
		return a.Say("portal.ask_reach_agreed", "hours", week)
	}
	return a.Say("portal.ask_reach_agreed_dates")
}

func reachCheck(a asking) fault {
	zone := a.reach().Zone
	if _, ok := words.Zone(zone); zone != "" && !ok {
		return fault{"zone", a.Say("portal.wrong_zone")}
	}
	return fault{}
}
