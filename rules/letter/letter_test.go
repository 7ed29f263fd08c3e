package letter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/letter"
	"golang.org/x/net/html"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

var northlight = kept.Organization{
	Name: "Northlight Broadband", Zone: "Europe/Dublin", Language: "en",
	Address: "12 Dock Road, Galway, 091 555 0140", Brand: "#2c478c",
}

func toMarta() letter.Letter {
	return letter.Letter{
		Organization: northlight, Name: "Marta Oliveira", Language: "en", Zone: "Europe/Dublin",
		Subject: "Line down", Who: "Aoife Brennan", Page: "https://help.northlight.test/c/abc", Now: at("2026-05-15T08:12:00Z"),
	}
}

func TestTheAcknowledgementNamesWhoAndByWhenInTheirTime(t *testing.T) {
	for name, c := range map[string]struct {
		change       func(*letter.Ack)
		subject      string
		text, absent []string
	}{
		"this morning": {
			func(*letter.Ack) {},
			"We have it, Marta: you hear from Aoife today by 9:45",
			[]string{
				"Marta, we have your mail about “Line down”.", "Aoife Brennan answers you today by 9:45.\nFriday 15 May, your time (Dublin)",
				"https://help.northlight.test/c/abc\n", "Need it sooner? Tell us when.\nhttps://help.northlight.test/c/abc/sooner",
				"sent by itself, so it doesn’t count as our answer", "-- \nNorthlight Broadband, 12 Dock Road, Galway, 091 555 0140\n",
			},
			nil,
		},
		"Friday evening": {
			func(a *letter.Ack) { a.Now, a.Due = at("2026-05-15T18:30:00Z"), at("2026-05-18T10:00:00Z") },
			"We have it, Marta: you hear from Aoife Monday by 11:00",
			[]string{"Aoife Brennan answers you Monday by 11:00.\nMonday 18 May, your time (Dublin)"},
			nil,
		},
		"nobody has it yet": {
			func(a *letter.Ack) { a.Who = "" },
			"We have it, Marta: you hear from Northlight Broadband today by 9:45",
			[]string{"Northlight Broadband answers you today by 9:45."},
			nil,
		},
		"a name that is none, and no subject": {
			func(a *letter.Ack) { a.Name, a.Subject = "marta@example.com", " " },
			"We have it: you hear from Aoife today by 9:45",
			[]string{"We have your mail.\n"},
			[]string{"marta@", "“”"},
		},
		"no page to show": {
			func(a *letter.Ack) { a.Page = "" },
			"We have it, Marta: you hear from Aoife today by 9:45",
			[]string{"Aoife Brennan answers you today by 9:45."},
			[]string{"page", "sooner"},
		},
		"only an offset is known of their zone": {
			func(a *letter.Ack) { a.Zone = "UTC-04:00" },
			"We have it, Marta: you hear from Aoife today by 4:45",
			[]string{"Friday 15 May, your time, 5 h behind Dublin"},
			nil,
		},
		"their zone isn't known": {
			func(a *letter.Ack) { a.Zone = "" },
			"We have it, Marta: you hear from Aoife today by 9:45",
			[]string{"Friday 15 May, Dublin time"},
			[]string{"your time"},
		},
		"German, from Vienna": {
			func(a *letter.Ack) { a.Language, a.Zone, a.Subject = "de-AT", "Europe/Vienna", "Anschluss" },
			"Ihre Mail ist da, Marta Oliveira: Sie hören von Aoife Brennan heute bis 10:45 Uhr",
			[]string{
				"Guten Tag, Marta Oliveira, Ihre Mail zu „Anschluss“ ist bei uns.",
				"Aoife Brennan antwortet Ihnen heute bis 10:45 Uhr.\nFreitag, 15. Mai, 10:45 Uhr Ihre Zeit (Wien), in Dublin 9:45 Uhr",
				"zählt deshalb nicht als unsere Antwort",
			},
			nil,
		},
		"a language that isn't shipped speaks as the house does": {
			func(a *letter.Ack) { a.Language, a.Organization.Language = "fi", "de" },
			"Ihre Mail ist da, Marta Oliveira: Sie hören von Aoife Brennan heute bis 9:45 Uhr",
			nil, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			ack := letter.Ack{Letter: toMarta(), Due: at("2026-05-15T08:45:00Z")}
			c.change(&ack)
			m := letter.Acknowledgement(ack)
			if got := strings.ReplaceAll(m.Subject, "\u00a0", " "); got != c.subject {
				t.Errorf("subject %q, should be %q", m.Subject, c.subject)
			}
			holds(t, m, c.text, c.absent)
		})
	}
}

func TestTheHonestWordSaysTheMissFirstAndANewTime(t *testing.T) {
	missed := letter.Missed{Letter: toMarta(), Due: at("2026-05-18T14:30:00Z")}
	missed.Now = at("2026-05-18T13:20:00Z")
	missed.Promise = kept.Promise{Kind: kept.Custom, Words: "The tracking number of the second router.", Due: at("2026-05-18T10:00:00Z")}
	m := letter.HonestWord(missed)
	if m.Subject != "We missed what we promised you: 11:00 today" {
		t.Error(m.Subject)
	}
	holds(t, m, []string{
		"We missed 11:00 today. What we said for then: “The tracking number of the second router”. It didn’t happen in time.",
		"Aoife Brennan is on it. You hear from us today by 15:30.", "doesn’t count as our answer",
	}, []string{"sorry", "unfortunately"})
	missed.Language = "de"
	holds(t, letter.HonestWord(missed), []string{"Wir haben unser Wort nicht gehalten: heute 11:00 Uhr.", "Sie hören von uns heute bis 15:30 Uhr."}, nil)
}

func TestTheCheckInAsksAndSaysWhatFollows(t *testing.T) {
	check := letter.CheckIn{Letter: toMarta(), Next: at("2026-05-21T09:00:00Z")}
	holds(t, letter.Question(check), []string{"Shall we go on?\nIf we hear nothing, we ask you again Thu 21 May, 10:00."}, []string{"?."})
	check.Last = true
	holds(t, letter.Question(check), []string{"If we hear nothing until Thu 21 May, 10:00, we close it."}, nil)
	check.Language = "de"
	holds(t, letter.Question(check), []string{"Sollen wir weitermachen?", "schließen wir das Anliegen ab: Do., 21. Mai, 10:00 Uhr."}, nil)
}

func TestStrangersWordsStayWords(t *testing.T) {
	ack := letter.Ack{Letter: toMarta(), Due: at("2026-05-15T08:45:00Z")}
	ack.Name = "<img src=x onerror=alert(1)>\r\nBcc: all@example.com"
	ack.Subject = strings.Repeat("</style><script>alert(1)</script> ", 9)
	ack.Organization.Brand = "red;}body{background:url(//evil.test)"
	ack.Page = "javascript:alert(1)"
	m := letter.Acknowledgement(ack)
	if strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("the subject has line breaks: %q", m.Subject)
	}
	for _, bad := range []string{"<script", "<img", "evil.test", `href="javascript`} {
		if strings.Contains(m.HTML, bad) {
			t.Errorf("the letter has %s", bad)
		}
	}
	if len(m.HTML) > 12_000 {
		t.Errorf("a long subject makes a letter of %d bytes", len(m.HTML))
	}
}

// holds checks that the letter has the texts and not the absent ones, that its HTML says what its
// text says, and that it loads nothing.
func holds(t *testing.T, m letter.Mail, texts, absent []string) {
	t.Helper()
	shown := shownText(t, m.HTML)
	m.Text = strings.ReplaceAll(m.Text, "\u00a0", " ") // "Uhr" stays with its digits
	for _, text := range texts {
		if !strings.Contains(m.Text, text) {
			t.Errorf("the text lacks %q:\n%s", text, m.Text)
		}
		for line := range strings.Lines(text) {
			line = strings.Trim(strings.TrimSpace(line), ".-")
			if strings.HasPrefix(line, "https://") {
				if !strings.Contains(m.HTML, `href="`+line+`"`) {
					t.Errorf("the HTML lacks the link %q", line)
				}
			} else if !strings.Contains(shown, line) {
				t.Errorf("the HTML lacks %q:\n%s", line, shown)
			}
		}
	}
	for _, text := range absent {
		if strings.Contains(m.Text, text) {
			t.Errorf("the text has %q:\n%s", text, m.Text)
		}
	}
	for _, loads := range []string{" src=", "url(", "<link", "@import", "{name}", "ZgotmplZ"} {
		if strings.Contains(m.HTML, loads) {
			t.Errorf("the HTML has %q", loads)
		}
	}
}

// shownText is what a person reads of a page, white space folded.
func shownText(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
