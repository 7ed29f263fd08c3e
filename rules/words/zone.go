package words

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zones' rules come with the program, so that no bare machine tells wrong times
)

// offset is a fixed distance from UTC as a mail's Date header gives it: "UTC+05:30", "UTC-3".
var offset = regexp.MustCompile(`^(?:UTC|GMT)([+-])(\d{1,2})(?::?([0-5]\d))?$`)

// Zone reads an IANA name or a fixed "UTC+05:30". It says false for a name that it doesn't know,
// for none, and for "Local", which would be this machine's.
func Zone(name string) (*time.Location, bool) {
	name = strings.TrimSpace(name)
	if name == "" || name == "Local" {
		return nil, false
	}
	if m := offset.FindStringSubmatch(name); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		seconds := hours*3600 + minutes*60
		if m[1] == "-" {
			seconds = -seconds
		}
		if hours > 14 { // the widest on Earth is UTC+14:00
			return nil, false
		}
		return time.FixedZone(name, seconds), true
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// City is the city that an IANA zone is named after, in the language; empty for a fixed offset and
// for zones that name no city, such as "UTC", "CET" or "Etc/GMT-3".
func City(language string, zone *time.Location) string {
	name := zone.String()
	if theirs, ok := cities[Best(language)][name]; ok {
		return theirs
	}
	if ours, ok := cities[Fallback][name]; ok {
		return ours
	}
	area, _, found := strings.Cut(name, "/")
	if !found || area == "Etc" || area == "SystemV" || area == "US" || area == "Canada" || area == "posix" || area == "right" {
		return ""
	}
	if offset.MatchString(name) {
		return ""
	}
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}

// cities whose name in the language differs from their zone's.
var cities = map[string]map[string]string{
	"en": {
		"America/Asuncion": "Asunción", "America/Bogota": "Bogotá", "America/Cancun": "Cancún",
		"America/Merida": "Mérida", "America/Mazatlan": "Mazatlán", "America/Sao_Paulo": "São Paulo",
		"America/Cordoba": "Córdoba", "America/Argentina/Cordoba": "Córdoba", "America/St_Johns": "St. John’s",
		"Asia/Calcutta": "Kolkata", "Asia/Saigon": "Ho Chi Minh City", "Asia/Ho_Chi_Minh": "Ho Chi Minh City",
		"Asia/Katmandu": "Kathmandu", "Asia/Rangoon": "Yangon", "Europe/Kiev": "Kyiv", "Europe/Zurich": "Zürich",
		"Pacific/Truk": "Chuuk", "Atlantic/Faroe": "Tórshavn", "Europe/Chisinau": "Chișinău", "Asia/Macau": "Macao",
	},
	"de": {
		"Europe/Vienna": "Wien", "Europe/Rome": "Rom", "Europe/Athens": "Athen", "Europe/Prague": "Prag",
		"Europe/Warsaw": "Warschau", "Europe/Brussels": "Brüssel", "Europe/Lisbon": "Lissabon",
		"Europe/Copenhagen": "Kopenhagen", "Europe/Moscow": "Moskau", "Europe/Bucharest": "Bukarest",
		"Europe/Belgrade": "Belgrad", "Europe/Luxembourg": "Luxemburg", "Europe/Kiev": "Kiew", "Europe/Kyiv": "Kiew",
		"Asia/Tokyo": "Tokio", "Asia/Singapore": "Singapur", "Asia/Shanghai": "Schanghai", "Asia/Hong_Kong": "Hongkong",
		"Asia/Tehran": "Teheran", "Asia/Baghdad": "Bagdad", "Asia/Riyadh": "Riad", "Asia/Tbilisi": "Tiflis",
		"Asia/Yerevan": "Eriwan", "Asia/Kathmandu": "Kathmandu", "Asia/Kolkata": "Kolkata", "Africa/Cairo": "Kairo",
		"Africa/Algiers": "Algier", "Africa/Tripoli": "Tripolis", "America/Mexico_City": "Mexiko-Stadt",
		"America/Havana": "Havanna", "Asia/Ho_Chi_Minh": "Ho-Chi-Minh-Stadt", "Asia/Saigon": "Ho-Chi-Minh-Stadt",
		"Atlantic/Canary": "den Kanaren", "Asia/Damascus": "Damaskus", "Asia/Jerusalem": "Jerusalem", "Asia/Nicosia": "Nikosia",
		"Atlantic/Reykjavik": "Reykjavík", "Atlantic/Azores": "den Azoren",
	},
}

// Place says whose clock the time was told on: "your time (Dublin)"; where ours shows another hour
// at that instant, that too. A city is named only where a zone names one.
func (r Reader) Place(t time.Time) string {
	city, home := City(r.Language, r.Zone), City(r.Language, r.Home)
	apart := seconds(t, r.Zone) - seconds(t, r.Home)
	switch {
	case !r.Own && city != "":
		return r.Say("time.city", "city", city)
	case !r.Own:
		return r.utc(t)
	case city != "" && apart != 0 && home != "":
		return r.Say("time.your_city_home", "city", city, "home", home, "time", r.at(r.Home).Clock(t))
	case city != "":
		return r.Say("time.your_city", "city", city)
	case apart == 0:
		return r.Say("time.your")
	case home == "":
		return r.Say("time.where", "date", r.Say("time.your"), "place", r.utc(t))
	case apart > 0:
		return r.Say("time.your_ahead", "home", home, "span", r.Span(time.Duration(apart)*time.Second))
	}
	return r.Say("time.your_behind", "home", home, "span", r.Span(time.Duration(-apart)*time.Second))
}

// Where is the whole of a time but its digits: "Tuesday 19 May, your time (Dublin)". The digits are
// said too where a second clock is named beside the reader's, or where that night has the hour twice.
func (r Reader) Where(t time.Time) string {
	place := r.Place(t)
	which := r.twice(t)
	if which != "" {
		place += ", " + r.Say(which)
	}
	both := r.Own && City(r.Language, r.Zone) != "" && seconds(t, r.Zone) != seconds(t, r.Home)
	if both || which != "" {
		return r.Say("time.where_clock", "date", r.Date(t), "time", r.Clock(t), "place", place)
	}
	return r.Say("time.where", "date", r.Date(t), "place", place)
}

// twice names which of two it is, where the reader's clock shows this minute twice that night.
func (r Reader) twice(t time.Time) string {
	wall := t.In(r.Zone).Format(time.DateTime)
	for _, step := range []time.Duration{30 * time.Minute, time.Hour} { // Lord Howe Island turns by half an hour
		if t.Add(step).In(r.Zone).Format(time.DateTime) == wall {
			return "time.first_of_two"
		}
		if t.Add(-step).In(r.Zone).Format(time.DateTime) == wall {
			return "time.second_of_two"
		}
	}
	return ""
}

// utc is the zone as its distance from UTC, in plain words.
func (r Reader) utc(t time.Time) string {
	off := seconds(t, r.Zone)
	switch {
	case off == 0:
		return r.Say("time.utc")
	case off > 0:
		return r.Say("time.utc_ahead", "span", r.Span(time.Duration(off)*time.Second))
	}
	return r.Say("time.utc_behind", "span", r.Span(time.Duration(-off)*time.Second))
}

// at is the reader told on another clock.
func (r Reader) at(zone *time.Location) Reader {
	r.Zone = zone
	return r
}

// seconds is how far a zone is ahead of UTC at an instant.
func seconds(t time.Time, zone *time.Location) int {
	_, off := t.In(zone).Zone()
	return off
}
