package letter_test

import (
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/letter"
)

func TestACallIsConfirmedInTheirTimeWithTheNumberAndAWayToChangeIt(t *testing.T) {
	for name, c := range map[string]struct {
		change       func(*letter.Callback)
		subject      string
		text, absent []string
	}{
		"booked": {
			func(*letter.Callback) {},
			"We call you: today, 10:00–10:30",
			[]string{
				"Marta, it is about “Line down”.", "Aoife Brennan calls you on +353 86 123 4567: today, 10:00–10:30.",
				"Friday 15 May, your time (Dublin)", "https://help.northlight.test/c/abc\n",
				"Doesn’t it suit you after all? Choose another time.\nhttps://help.northlight.test/c/abc/call", "sent by itself",
			},
			[]string{"instead"},
		},
		"another time": {
			func(c *letter.Callback) {
				c.Instead = kept.Slot{From: at("2026-05-18T09:00:00Z"), To: at("2026-05-18T09:30:00Z")}
			},
			"Another time for our call: today, 10:00–10:30",
			[]string{"This is instead of our call Mon 18 May, 10:00–10:30."},
			nil,
		},
		"instead of one by a time": {
			func(c *letter.Callback) { c.Instead = kept.Slot{To: at("2026-05-18T09:30:00Z")} },
			"Another time for our call: today, 10:00–10:30",
			[]string{"This is instead of our call Monday by 10:30."},
			nil,
		},
		"taken back": {
			func(c *letter.Callback) { c.Off = true },
			"No call any more: today, 10:00–10:30",
			[]string{
				"As you wish, Aoife Brennan doesn’t call you: today, 10:00–10:30.", "Everything else that we promised you stays as it was.",
				"Would you like to talk after all? Choose another time.\nhttps://help.northlight.test/c/abc/call",
			},
			[]string{"+353"},
		},
		"nobody has it, and no page": {
			func(c *letter.Callback) { c.Who, c.Page = "", "" },
			"We call you: today, 10:00–10:30",
			[]string{"Northlight Broadband calls you on +353 86 123 4567: today, 10:00–10:30."},
			[]string{"https://", "suit"},
		},
		"German, from Vienna": {
			func(c *letter.Callback) { c.Language, c.Zone, c.Subject = "de-AT", "Europe/Vienna", "Anschluss" },
			"Wir rufen Sie an: heute, 11:00–11:30 Uhr",
			[]string{
				"es geht um „Anschluss“", "Aoife Brennan ruft Sie unter +353 86 123 4567 an: heute, 11:00–11:30 Uhr.",
				"Freitag, 15. Mai, 11:00 Uhr Ihre Zeit (Wien), in Dublin 10:00 Uhr",
			},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			call := letter.Callback{
				Letter: toMarta(), From: at("2026-05-15T09:00:00Z"), To: at("2026-05-15T09:30:00Z"), Number: "+353 86 123 4567",
			}
			c.change(&call)
			m := letter.Confirmation(call)
			if got := strings.ReplaceAll(m.Subject, "\u00a0", " "); got != c.subject {
				t.Errorf("subject %q, should be %q", m.Subject, c.subject)
			}
			holds(t, m, c.text, c.absent)
		})
	}
}
