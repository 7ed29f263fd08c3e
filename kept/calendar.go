package kept

// Calendar is when we (or a customer) are open, as data; rules/calendar computes with it. All times
// are local wall time in Zone, "HH:MM", "24:00" ending the day; an end at or before its start runs
// into the next day. Dates are "2006-01-02", weekdays "mon" to "sun".
type Calendar struct {
	ID       ID                 `json:"id,omitempty"`
	Name     string             `json:"name,omitempty"`
	Zone     string             `json:"time_zone"` // IANA name
	Hours    map[string]Windows `json:"hours"`
	Holidays []string           `json:"holidays,omitempty"` // closed dates; win over shifts
	Breaks   map[string]Windows `json:"breaks,omitempty"`   // closed windows of one date
	Shifts   map[string]Windows `json:"shifts,omitempty"`   // replace a date's windows; empty: closed
}

// Windows are open (or closed) windows of one day, from → to.
type Windows map[string]string
