package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// Reach is how and when a customer wants to be reached.
type Reach struct {
	Name, Language, Zone, Phone string
	Hours                       string // one of ReachHours; empty: at any time
}

// reachHours are the hours that a customer can choose, each as a calendar has them: on weekdays, or every
// day.
var reachHours = map[string]struct {
	days     []string
	from, to string
}{
	"9-17":       {weekdays, "09:00", "17:00"},
	"9-12":       {weekdays, "09:00", "12:00"},
	"12-17":      {weekdays, "12:00", "17:00"},
	"17-20":      {weekdays, "17:00", "20:00"},
	"9-20 daily": {append(slices.Clone(weekdays), "sat", "sun"), "09:00", "20:00"},
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri"}

// ReachHours lists the hours that a customer can choose.
func ReachHours() []string { return []string{"9-17", "9-12", "12-17", "17-20", "9-20 daily"} }

// ChangeReach changes how and when a customer is reached, by their own word. Saying the same again changes
// nothing.
func (d *Desk) ChangeReach(ctx context.Context, token string, r Reach) error {
	return d.told(ctx, token, "customer-reach", func(h *hand) error {
		c, err := h.tx.Contact(h.who.ID)
		if err != nil {
			return err
		}
		c.Name, c.Zone = shortLine(r.Name, 200), shortLine(r.Zone, 60)
		sayNumber(&c, shortLine(r.Phone, 60), h.now)
		if err := checkZone(c.Zone); err != nil {
			return err
		}
		if r.Language != "" {
			c.Language = words.Best(r.Language)
			if c.ID == h.is.Contact {
				h.is.Language = c.Language
			}
		}
		if c.Calendar, err = h.hoursOf(r.Hours, c.Zone); err != nil {
			return err
		}
		return h.tx.SaveContact(c)
	})
}

// shortLine is a customer's text on one line, at most so many letters.
func shortLine(s string, most int) string {
	letters := []rune(oneLine(strings.ToValidUTF8(s, "")))
	return string(letters[:min(len(letters), most)])
}

// hoursOf finds the calendar of the hours that a customer chose, or makes it. Customers of the same hours
// in the same zone share one, so that a thousand of them don't make a thousand calendars.
func (h *hand) hoursOf(choice, zone string) (kept.ID, error) {
	hours, ok := reachHours[choice]
	if !ok {
		return 0, nil
	}
	theirs, ok := iana(zone, h.house.organization.Zone)
	if !ok {
		return 0, kept.Wrong("zone", "We know no place whose clock is at %s all the year. Choose the city that is nearest to you.", zone)
	}
	c := kept.Calendar{Zone: theirs, Hours: map[string]kept.Windows{}}
	c.Name = reachName(choice, c.Zone)
	for _, day := range hours.days {
		c.Hours[day] = kept.Windows{hours.from: hours.to}
	}
	if i := slices.IndexFunc(h.house.calendarData, func(have kept.Calendar) bool { return have.Name == c.Name }); i >= 0 {
		return h.house.calendarData[i].ID, nil
	}
	id, err := h.tx.PutCalendar(c)
	if err != nil {
		return 0, err
	}
	return id, h.d.rebuilt(h.tx, h.who, h.now, "calendar "+c.Name)
}

func reachName(choice, zone string) string { return "Customers " + choice + ", " + zone }

// reachOf says which of ReachHours a contact chose; empty: none of them.
func (h *house) reachOf(c kept.Contact) string {
	for _, have := range h.calendarData {
		for choice := range reachHours {
			if have.ID == c.Calendar && c.Calendar != 0 && have.Name == reachName(choice, have.Zone) {
				return choice
			}
		}
	}
	return ""
}

// twins are the zones of today that are ahead of UTC by hours and a part of one, the whole year.
var twins = map[string]string{
	"+03:30": "Asia/Tehran", "+04:30": "Asia/Kabul", "+05:30": "Asia/Kolkata", "+05:45": "Asia/Kathmandu", "+06:30": "Asia/Yangon",
	"+08:45": "Australia/Eucla", "+09:30": "Australia/Darwin", "-09:30": "Pacific/Marquesas",
}

// iana is a zone as a calendar knows it: "UTC+03:00" is Etc/GMT-3, "UTC+05:30" is Asia/Kolkata; ours for none.
// It says false for a distance that no zone keeps all the year.
func iana(zone, ours string) (string, bool) {
	if zone == "" {
		return ours, true
	}
	if _, err := time.LoadLocation(zone); err == nil {
		return zone, true
	}
	at, ok := words.Zone(zone)
	if !ok {
		return "", false
	}
	_, seconds := time.Time{}.In(at).Zone()
	if seconds%3600 == 0 {
		name := fmt.Sprintf("Etc/GMT%+d", -seconds/3600)
		_, err := time.LoadLocation(name)
		return name, err == nil // nobody lives at UTC-13
	}
	twin, ok := twins[time.Time{}.In(at).Format("-07:00")]
	return twin, ok
}
