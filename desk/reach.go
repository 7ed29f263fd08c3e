package desk

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
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
// nothing. What we agreed with them stands: then the hours that they choose are a wish, which we see beside it.
func (d *Desk) ChangeReach(ctx context.Context, token string, r Reach) error {
	return d.told(ctx, token, "customer-reach", func(h *hand) error {
		was, err := h.tx.Contact(h.who.ID)
		if err != nil {
			return err
		}
		c := was
		c.Name, c.Zone, c.Hours = shortLine(r.Name, 200), shortLine(r.Zone, 60), ""
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
		if _, ok := reachHours[r.Hours]; ok {
			c.Hours = r.Hours
		}
		if c.Hours != "" && h.house.chosenHours(c.Hours, c.Zone) == nil {
			return kept.Wrong("zone", "We know no place whose clock is at %s all the year. Choose the city that is nearest to you.", c.Zone)
		}
		if reflect.DeepEqual(c, was) {
			return nil
		}
		h.note(kept.ContactChanged, 0, 0, nil)
		return h.tx.SaveContact(c)
	})
}

// shortLine is a customer's text on one line, at most so many letters.
func shortLine(s string, most int) string {
	letters := []rune(oneLine(strings.ToValidUTF8(s, "")))
	return string(letters[:min(len(letters), most)])
}

// chosenHours are the hours of a choice in a zone, ours for none. Nil where nothing was chosen, or no place keeps
// that zone all the year.
func (h *house) chosenHours(choice, zone string) *calendar.Calendar {
	hours, ok := reachHours[choice]
	if !ok {
		return nil
	}
	key := choice + " " + zone
	if cal, ok := h.chosen.Load(key); ok {
		return cal.(*calendar.Calendar) //nolint:errcheck // nothing else is put there
	}
	at, ok := iana(zone, h.organization.Zone)
	if !ok {
		return nil
	}
	c := kept.Calendar{Zone: at, Hours: map[string]kept.Windows{}}
	for _, day := range hours.days {
		c.Hours[day] = kept.Windows{hours.from: hours.to}
	}
	cal, err := calendar.Compile(c)
	if err != nil {
		return nil
	}
	h.chosen.Store(key, cal)
	return cal
}

// customers are the hours of a contact that promises to them run on: what we agreed with them or their company, else
// what they chose themselves. Nil: not known.
func (h *house) customers(agreed kept.ID, choice, zone string) *calendar.Calendar {
	if cal, ok := h.calendars[agreed]; ok && agreed > 0 {
		return cal
	}
	return h.chosenHours(choice, zone)
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
