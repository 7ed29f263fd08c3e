package calendar_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Vectors recorded from the suites of three libraries. Each has its own form of configuration and
// its own verbs; the adapters below say them in ours. We have no arithmetic backwards: where a
// library goes back from an instant, its answer is checked by going forward from there.

// vector is one recorded answer.
type vector struct {
	ID       string
	Op       string
	Unit     string
	N        int
	From     string
	To       string
	At       string
	Zone     string
	Options  string
	Args     []any
	Config   json.RawMessage
	Expected any
}

// otherReadings are the vectors that differ from our reading, by why they do.
var otherReadings = map[string][]string{
	"biz moves a deadline at closing to the next opening; with us the last minute has passed at closing": {
		"biz/3",
	},
	"biz moves to open time first and counts days from there; with us a day is the same time of day, within closing": {
		"biz/16", "biz/55",
	},
	"biz, going back from before opening, starts at the closing of the day before": {
		"biz/20", "biz/59",
	},
	"business_time moves to the next opening first and counts days from there; with us Monday is the first open day after Saturday": {
		"business_time/31", "business_time/111", "business_time/114", "business_time/150",
		"business_time/152", "business_time/167", "business_time/185",
	},
	"business_time, going back from closed time, moves back to an open day first, or to an opening": {
		"business_time/32", "business_time/113", "business_time/119", "business_time/148",
		"business_time/157", "business_time/158", "business_time/159", "business_time/187",
	},
	"gocardless takes a whole week for its working days and overlooks an extra working date in it; we count the dates": {
		"gocardless_business/39", "gocardless_business/42", "gocardless_business/46",
		"gocardless_business/48", "gocardless_business/50", "gocardless_business/52",
		"gocardless_business/55", "gocardless_business/63", "gocardless_business/68",
		"gocardless_business/69", "gocardless_business/76", "gocardless_business/117",
		"gocardless_business/120", "gocardless_business/124", "gocardless_business/126",
		"gocardless_business/128", "gocardless_business/130", "gocardless_business/133",
		"gocardless_business/141", "gocardless_business/146", "gocardless_business/147",
		"gocardless_business/154", "gocardless_business/195", "gocardless_business/198",
		"gocardless_business/202", "gocardless_business/204", "gocardless_business/206",
		"gocardless_business/208", "gocardless_business/211", "gocardless_business/219",
		"gocardless_business/224", "gocardless_business/225", "gocardless_business/232",
	},
}

// otherReading is why a vector differs, if it does.
func otherReading(id string) (why string, differs bool) {
	for why, ids := range otherReadings {
		if slices.Contains(ids, id) {
			return why, true
		}
	}
	return "", false
}

func TestTheVectorsOfOtherLibrariesHold(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "corpora", "time")
	for file, adapter := range map[string]func(vector) (string, string, error){
		"biz.jsonl": biz, "business_time.jsonl": businessTime, "gocardless_business.jsonl": gocardless,
	} {
		t.Run(file, func(t *testing.T) {
			held, other := 0, 0
			for _, v := range vectors(t, filepath.Join(folder, file)) {
				got, want, err := adapter(v)
				why, differs := otherReading(v.ID)
				switch {
				case err != nil:
					t.Errorf("%s: %v", v.ID, err)
				case got == want && differs:
					t.Errorf("%s holds, though it is listed as another reading: %s", v.ID, why)
				case got != want && differs:
					t.Logf("%s: %s, not %s: %s", v.ID, got, want, why)
					other++
				case got != want:
					t.Errorf("%s: %s %d %s from %s%v is %s, not %s", v.ID, v.Op, v.N, v.Unit, v.From, v.Args, got, want)
				default:
					held++
				}
			}
			t.Logf("%s: %d hold, %d are of another reading", file, held, other)
		})
	}
}

func vectors(t *testing.T, path string) (vs []vector) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("the recorded vectors aren't here: %v", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		vs = append(vs, v)
	}
	return vs
}

func (v vector) expected() string { return fmt.Sprint(v.Expected) }

func moment(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.ParseInLocation(time.DateOnly, text, time.UTC)
	}
	return at, nil
}

// utc writes an instant, or a date, in one way.
func utc(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return at.UTC().Format(time.RFC3339)
}

// biz has our form of configuration, and asks as a batch does.
func biz(v vector) (got, want string, err error) {
	row := calendar.BatchRow{From: v.From, To: v.To, At: v.At}
	if err := json.Unmarshal(v.Config, &row.Config); err != nil {
		return "", "", err
	}
	unit := strings.TrimSuffix(v.Unit, "s")
	if unit == "day" {
		return inDays(row.Config.Calendar, v)
	}
	amount := float64(v.N) * map[string]float64{"second": 1. / 60, "minute": 1, "hour": 60}[unit]
	want = utc(v.expected())
	switch v.Op {
	case "in_hours?":
		row.Op = "open"
	case "seconds_within":
		row.Op = "elapsed_seconds"
	case "after":
		row.Op, row.Minutes = "due", amount
	case "before":
		row.Op, row.From, row.To = "elapsed_seconds", v.expected(), v.From
		want = fmt.Sprint(amount * 60)
	default:
		return "", "", fmt.Errorf("what is %s?", v.Op)
	}
	answer, err := calendar.Evaluate(row)
	return fmt.Sprint(answer), want, err
}

// inDays says "n days after" as a span, and "n days before" as the open days from there to here.
func inDays(words kept.Calendar, v vector) (got, want string, err error) {
	c, err := calendar.Compile(words)
	if err != nil {
		return "", "", err
	}
	from, err := moment(v.From)
	if err != nil {
		return "", "", err
	}
	n, back := v.N, v.Op == "before" || v.Op == "ago"
	if n < 0 {
		n, back = -n, !back
	}
	if back {
		then, err := moment(v.expected())
		return fmt.Sprint(openDays(c, c.DayOf(then), c.DayOf(from))), fmt.Sprint(n), err
	}
	due, err := c.Add(from, kept.Span{Days: n})
	got, want = due.Format(time.RFC3339), utc(v.expected())
	if len(v.From) == len(time.DateOnly) {
		got = c.DayOf(due).String()
	}
	return got, want, err
}

func openDays(c *calendar.Calendar, from, to calendar.Day) (n int) {
	for day := from; day < to; day++ {
		if c.OpenDay(day) {
			n++
		}
	}
	return n
}

// businessTime has one beginning and end of the workday, or one per weekday, and holidays in its
// options too. 0:0:0 to 0:0:0 is the whole day, as with us.
func businessTime(v vector) (got, want string, err error) {
	var config struct {
		Begin    string              `json:"beginning_of_workday"`
		End      string              `json:"end_of_workday"`
		Week     []string            `json:"work_week"`
		Hours    map[string][]string `json:"work_hours"`
		Holidays []string            `json:"holidays"`
	}
	if err := json.Unmarshal(v.Config, &config); err != nil {
		return "", "", err
	}
	words := kept.Calendar{Zone: "UTC", Hours: map[string]kept.Windows{}, Holidays: config.Holidays}
	if strings.HasPrefix(v.Zone, "Eastern") {
		words.Zone = "America/New_York"
	}
	if len(config.Hours) > 0 {
		config.Week = slices.Collect(maps.Keys(config.Hours))
	}
	for _, day := range config.Week {
		hours := []string{config.Begin, config.End}
		if own, ok := config.Hours[day]; ok {
			hours = own
		}
		words.Hours[day] = kept.Windows{clock(hours[0]): clock(hours[1])}
	}
	if _, list, ok := strings.Cut(v.Options, ":holidays=>["); ok {
		holiday, err := time.Parse("Mon, 02 Jan 2006", strings.TrimRight(list, "]}"))
		if err != nil {
			return "", "", err
		}
		words.Holidays = append(words.Holidays, holiday.Format(time.DateOnly))
	}
	if v.Unit == "business_days" {
		return inDays(words, v)
	}
	return inHours(words, v)
}

// clock writes "9:0:0" as "09:00".
func clock(text string) string {
	at, err := time.Parse("15:4:5", text)
	if err != nil {
		return text
	}
	return at.Format("15:04")
}

// inHours says "n hours after" as a due time, and "n hours before" as the time open from there to here.
func inHours(words kept.Calendar, v vector) (got, want string, err error) {
	c, err := calendar.Compile(words)
	if err != nil {
		return "", "", err
	}
	from, err := moment(v.From)
	if err != nil {
		return "", "", err
	}
	if v.Op == "seconds_between" {
		to, err := moment(v.To)
		return fmt.Sprint(c.Between(from, to).Seconds()), v.expected(), err
	}
	d := time.Duration(v.N) * time.Hour
	if v.Op == "before" || v.Op == "ago" {
		d = -d
	}
	if d < 0 || v.Op == "before" && d == 0 {
		then, err := moment(v.expected())
		return c.Between(from, then).String(), d.String(), err
	}
	due, err := c.AddDuration(from, d)
	return due.Format(time.RFC3339), utc(v.expected()), err
}

// gocardless knows dates only: its working days are open around the clock, in UTC, and its extra
// working dates are shifts. From a closed day it moves on (or back) to an open one before it counts.
func gocardless(v vector) (got, want string, err error) {
	var config struct {
		Days     []string `json:"working_days"`
		Extra    []string `json:"extra_working_dates"`
		Holidays []string `json:"holidays"`
	}
	if err := json.Unmarshal(v.Config, &config); err != nil {
		return "", "", err
	}
	allDay := kept.Windows{"00:00": "24:00"}
	words := kept.Calendar{Zone: "UTC", Hours: map[string]kept.Windows{}, Shifts: map[string]kept.Windows{}, Holidays: config.Holidays}
	for _, day := range config.Days {
		words.Hours[day] = allDay
	}
	for _, date := range config.Extra {
		words.Shifts[date] = allDay
	}
	c, err := calendar.Compile(words)
	if err != nil {
		return "", "", err
	}
	from, err := moment(v.Args[0].(string))
	if err != nil {
		return "", "", err
	}
	got, err = onDates(c, v, from)
	return got, utc(v.expected()), err
}

func onDates(c *calendar.Calendar, v vector, from time.Time) (string, error) {
	written := func(at time.Time, err error) (string, error) {
		if len(v.Args[0].(string)) == len(time.DateOnly) {
			return at.Format(time.DateOnly), err
		}
		return at.Format(time.RFC3339), err
	}
	back := func(at time.Time) time.Time {
		for !c.OpenDay(c.DayOf(at)) {
			at = at.AddDate(0, 0, -1)
		}
		return at
	}
	switch v.Op {
	case "business_day?":
		return fmt.Sprint(c.OpenDay(c.DayOf(from))), nil
	case "roll_forward":
		return written(c.NextOpen(from))
	case "next_business_day":
		return written(c.Add(from, kept.Span{Days: 1}))
	case "add_business_days":
		first, err := c.NextOpen(from)
		if err != nil {
			return "", err
		}
		return written(c.Add(first, kept.Span{Days: int(v.Args[1].(float64))}))
	case "roll_backward":
		return written(back(from), nil)
	case "previous_business_day":
		return written(back(from.AddDate(0, 0, -1)), nil)
	case "subtract_business_days":
		at := back(from)
		for range int(v.Args[1].(float64)) {
			at = back(at.AddDate(0, 0, -1))
		}
		return written(at, nil)
	case "business_days_between":
		to, err := moment(v.Args[1].(string))
		return fmt.Sprint(int(c.Between(from, to) / (24 * time.Hour))), err
	}
	return "", fmt.Errorf("what is %s?", v.Op)
}
