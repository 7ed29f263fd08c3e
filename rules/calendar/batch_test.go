package calendar_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

const londonOffice = `{"time_zone": "Europe/London", "hours": {"mon": {"09:00": "17:00"}, "fri": {"09:00": "12:00", "13:00": "17:00"}},
	"holidays": ["2026-12-25"], "breaks": {"2026-11-23": {"10:00": "11:00"}}, "shifts": {"2026-11-24": {"20:00": "02:00"}, "2026-12-28": {}}}`

func TestABatchRowIsAnswered(t *testing.T) {
	for row, want := range map[string]string{
		`"op": "due", "from": "2026-11-20T17:01:00Z", "minutes": 60, "config": ` + londonOffice:                                                                                        `"2026-11-23T10:00:00Z"`,
		`"op": "due", "from": "2026-11-20T17:01:00Z", "minutes": 61, "config": ` + londonOffice:                                                                                        `"2026-11-23T11:01:00Z"`,
		`"op": "due", "from": "2026-11-20T17:00:00Z", "minutes": 0, "config": ` + londonOffice:                                                                                         `"2026-11-23T09:00:00Z"`,
		`"op": "due", "from": "2026-11-20T18:59:00+02:00", "minutes": 1, "config": ` + londonOffice:                                                                                    `"2026-11-20T17:00:00Z"`,
		`"op": "due", "from": "2026-11-23T16:00:00Z", "minutes": 400, "config": ` + londonOffice:                                                                                       `"2026-11-25T01:40:00Z"`,
		`"op": "due", "from": "2026-12-25T09:00:00Z", "minutes": 30, "config": ` + londonOffice:                                                                                        `"2027-01-01T09:30:00Z"`,
		`"op": "due", "from": "2026-06-19T07:59:59.25Z", "minutes": 0.5, "config": ` + londonOffice:                                                                                    `"2026-06-19T08:00:30Z"`,
		`"op": "due", "from": "2026-06-19T08:00:00.25Z", "minutes": 0, "config": ` + londonOffice:                                                                                      `"2026-06-19T08:00:00.25Z"`,
		`"op": "elapsed_seconds", "from": "2026-11-20T11:00:00Z", "to": "2026-11-23T11:30:00Z", "config": ` + londonOffice:                                                             `23400`,
		`"op": "elapsed_seconds", "from": "2026-11-20T11:00:00Z", "to": "2026-11-20T11:00:00.5Z", "config": ` + londonOffice:                                                           `0.5`,
		`"op": "elapsed_seconds", "from": "2026-11-20T11:00:00Z", "to": "2026-11-20T10:00:00Z", "config": ` + londonOffice:                                                             `0`,
		`"op": "open", "at": "2026-11-20T12:59:59Z", "config": ` + londonOffice:                                                                                                        `false`,
		`"op": "open", "at": "2026-11-20T13:00:00Z", "config": ` + londonOffice:                                                                                                        `true`,
		`"op": "open", "at": "2026-11-20T17:00:00Z", "config": ` + londonOffice:                                                                                                        `false`,
		`"op": "open", "at": "2026-11-25T01:59:59Z", "config": ` + londonOffice:                                                                                                        `true`,
		`"op": "open", "at": "2026-11-25T02:00:00Z", "config": ` + londonOffice:                                                                                                        `false`,
		`"op": "open", "at": "2006-01-02T14:00:00Z", "config": {"time_zone": "Etc/UTC", "hours": {"mon": {"09:00": "17:00"}, "tue": []}, "shifts": [], "breaks": [ ], "holidays": []}`: `true`,
		`"op": "open", "at": "2006-01-02T14:00:00Z", "config": {"time_zone": "Etc/UTC", "hours": {"mon": {"09:00": "17:00"}}, "shifts": {"2006-01-02": []}}`:                           `false`,
		`"op": "open", "at": "2006-01-02T14:00:00Z", "config": {"time_zone": "Etc/UTC"}`:                                                                                               `false`,
	} {
		var r calendar.BatchRow
		if err := json.Unmarshal([]byte(`{"id": "a/1", `+row+`}`), &r); err != nil {
			t.Errorf("%s: %v", row, err)
			continue
		}
		got, err := calendar.Evaluate(r)
		if err != nil {
			t.Errorf("%s: %v", row, err)
			continue
		}
		line, err := json.Marshal(calendar.BatchAnswer{ID: r.ID, Got: got})
		if want := fmt.Sprintf(`{"id":"a/1","got":%s}`, want); err != nil || string(line) != want {
			t.Errorf("%s: %s, not %s (%v)", row, line, want, err)
		}
	}
}

func TestABatchRowThatCanNotBeAnsweredSaysWhichFieldIsWrong(t *testing.T) {
	for row, field := range map[string]string{
		`{"op": "before", "config": ` + londonOffice + `}`:                                                         "op",
		`{"op": "due", "config": {"time_zone": "Moon"}}`:                                                           "time_zone",
		`{"op": "due", "from": "yesterday", "config": ` + londonOffice + `}`:                                       "from",
		`{"op": "due", "from": "2026-11-20T17:01:00Z", "minutes": -1, "config": ` + londonOffice + `}`:             "minutes",
		`{"op": "due", "from": "2026-11-20T17:01:00Z", "minutes": 1e300, "config": ` + londonOffice + `}`:          "hours",
		`{"op": "due", "from": "2026-11-20T17:01:00Z", "config": {"time_zone": "UTC"}}`:                            "hours",
		`{"op": "elapsed_seconds", "from": "2026-11-20", "config": ` + londonOffice + `}`:                          "from",
		`{"op": "elapsed_seconds", "from": "2026-11-20T17:01:00Z", "to": "later", "config": ` + londonOffice + `}`: "to",
		`{"op": "open", "config": ` + londonOffice + `}`:                                                           "at",
	} {
		var r calendar.BatchRow
		if err := json.Unmarshal([]byte(row), &r); err != nil {
			t.Fatalf("%s: %v", row, err)
		}
		got, err := calendar.Evaluate(r)
		if wrong, ok := err.(*kept.Error); !ok || wrong.Kind != kept.Invalid || wrong.Field != field {
			t.Errorf("%s: %v, %v; the field is %s", row, got, err, field)
		}
	}
}
