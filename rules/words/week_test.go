package words_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

func TestTheHoursOfAWeekAreToldAsAPersonTellsThem(t *testing.T) {
	day, half := kept.Windows{"09:00": "17:00"}, kept.Windows{"14:00": "17:30", "08:00": "12:00"}
	for name, c := range map[string]struct {
		language, zone string
		hours          map[string]kept.Windows
		want           string
	}{
		"weekdays":            {"en", "Europe/Vienna", map[string]kept.Windows{"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}, "Mon–Fri 9:00–17:00"},
		"in German":           {"de", "Europe/Vienna", map[string]kept.Windows{"mon": day, "tue": day, "wed": day, "fri": half}, "Mo.–Mi. 9:00–17:00\u00a0Uhr, Fr. 8:00–12:00\u00a0Uhr, 14:00–17:30\u00a0Uhr"},
		"two days":            {"en", "Europe/Vienna", map[string]kept.Windows{"sat": day, "sun": day}, "Sat, Sun 9:00–17:00"},
		"on another clock":    {"en", "Europe/Dublin", map[string]kept.Windows{"mon": day}, "Mon 9:00–17:00, Vienna time"},
		"round the clock":     {"en", "Europe/Vienna", map[string]kept.Windows{"sun": {"00:00": "24:00"}}, "Sun 0:00–24:00"},
		"by the date alone":   {"en", "Europe/Dublin", nil, ""},
		"a day that is empty": {"en", "Europe/Vienna", map[string]kept.Windows{"mon": day, "tue": {}, "wed": day}, "Mon 9:00–17:00, Wed 9:00–17:00"},
	} {
		r := words.For(c.language, c.zone, "Europe/Dublin", time.Date(2026, 5, 18, 9, 0, 0, 0, time.UTC))
		if got := r.Week(kept.Calendar{Zone: "Europe/Vienna", Hours: c.hours}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
