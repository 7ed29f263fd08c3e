package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Whatever JSON a stranger sends as a calendar is refused with a field and a sentence, or computes.
func FuzzCompile(f *testing.F) {
	f.Add([]byte(londonOffice), int64(1795280460), int32(61))
	f.Add([]byte(`{"time_zone":"Pacific/Apia","hours":{"fri":{"22:00":"06:00"},"sat":{"00:00":"24:00"}}}`), int64(1325203200), int32(2000))
	f.Add([]byte(`{"time_zone":"Asia/Kathmandu","hours":{"mon":[]},"shifts":{"9999-12-31":{"23:59":"23:59"}},"breaks":{"0000-01-01":{"00:00":"00:00"}}}`), int64(0), int32(1))
	f.Fuzz(func(t *testing.T, data []byte, seconds int64, minutes int32) {
		var config calendar.Config
		if json.Unmarshal(data, &config) != nil {
			return
		}
		c, err := calendar.Compile(config.Calendar)
		if err != nil {
			wrong, ok := err.(*kept.Error)
			if !ok || wrong.Kind != kept.Invalid || wrong.Field == "" || wrong.Say == "" {
				t.Fatalf("%v says neither field nor what to write", err)
			}
			return
		}
		start := time.Unix(seconds%(1<<36), 0)
		due, err := c.Add(start, kept.Span{Minutes: int(minutes)})
		if err != nil {
			return
		}
		if got := c.Between(start, due); got != time.Duration(minutes)*time.Minute {
			t.Fatalf("%d min after %s are due %s, %s later", minutes, start, due, got)
		}
		if !c.Open(due) && !c.Open(due.Add(-time.Microsecond)) {
			t.Fatalf("%d min after %s are due %s, in closed time", minutes, start, due)
		}
	})
}
