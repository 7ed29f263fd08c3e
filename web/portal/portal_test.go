package portal_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/portal"
	"golang.org/x/net/html"
)

// every is each state that a page can be in.
func every() map[string]portal.View {
	return map[string]portal.View{
		"our turn": ours(), "missed": missed(), "german": german(), "arabic": arabic(),
		"their turn": pending(), "solved": solved(), "closed": closed(), "far away": farAway(), "nothing known": {Now: at("2026-05-18T13:20:00Z")},
		"first": first(), "pressing": pressing(),
	}
}

var paths = []string{
	"", "/works", "/not-solved", "/words", "/sooner", "/senior", "/no-help", "/not-needed", "/not-needed?promise=5", "/reach", "?all", "?done=works",
	"?done=not-solved", "?done=words", "?done=sooner", "?done=senior", "?done=no-help", "?done=not-needed", "?done=reach", "?done=nothing",
}

func TestLookingChangesNothing(t *testing.T) {
	for name, v := range every() {
		for _, path := range paths {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				if w := send(t, desk(t, v), method, "/c/tok"+path, nil); w.Code != http.StatusOK {
					t.Errorf("%s: %s %q answers %d", name, method, path, w.Code)
				}
			}
		}
	}
}

func TestEveryPageIsSoundWithoutScriptOrOutsideHelp(t *testing.T) {
	for name, v := range every() {
		for _, path := range paths {
			t.Run(name+path, func(t *testing.T) {
				w := get(t, desk(t, v), "/c/tok"+path)
				sound(t, w.Body.String())
				for header, should := range map[string]string{
					"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
					"Referrer-Policy":         "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store",
				} {
					if got := w.Header().Get(header); got != should {
						t.Errorf("%s is %q", header, got)
					}
				}
			})
		}
	}
}

// sound checks the structure of a page: one heading of the first rank, labelled fields, ids once,
// no script or style in the page, nothing loaded from elsewhere, every link of ours alive.
func sound(t *testing.T, page string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	counts, ids, labels, fields := map[string]int{}, map[string]bool{}, map[string]bool{}, []string{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		counts[n.Data]++
		a := attributes(n)
		if a["style"] != "" {
			t.Errorf("<%s> has a style of its own", n.Data)
		}
		for key := range a {
			if strings.HasPrefix(key, "on") || key == "src" {
				t.Errorf("<%s> has %s", n.Data, key)
			}
		}
		if id := a["id"]; id != "" && ids[id] {
			t.Errorf("%s is an id twice", id)
		}
		ids[a["id"]] = true
		switch n.Data {
		case "label":
			labels[a["for"]] = true
		case "input", "textarea":
			if a["type"] != "hidden" {
				fields = append(fields, a["id"])
			}
		case "html":
			if a["lang"] == "" {
				t.Error("the page doesn't say its language")
			}
		case "link", "form":
			if !strings.HasPrefix(a["href"]+a["action"], "/c/") {
				t.Errorf("<%s> leads elsewhere: %v", n.Data, a)
			}
		case "a":
			if !strings.HasPrefix(a["href"], "/c/tok") && a["rel"] != "noreferrer nofollow" {
				t.Errorf("a link leads elsewhere and tells from where: %v", a)
			}
		}
	}
	for _, id := range fields {
		if !labels[id] {
			t.Errorf("the field %q has no label", id)
		}
	}
	if counts["h1"] != 1 && !strings.Contains(page, `class="what"`) {
		t.Errorf("%d headings of the first rank", counts["h1"])
	}
	if counts["script"]+counts["style"]+counts["img"]+counts["iframe"] != 0 {
		t.Errorf("the page has %v", counts)
	}
	for _, bad := range []string{"ZgotmplZ", "portal.", "promise.", "%!", "{who}", "0001"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page shows %q", bad)
		}
	}
}

func attributes(n *html.Node) map[string]string {
	all := map[string]string{}
	for _, a := range n.Attr {
		all[a.Key] = a.Val
	}
	return all
}

// read is what a person reads of a page, white space folded.
func read(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "title" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestThePageSaysWhoseTurnWhatWasPromisedAndWhatBecameOfIt(t *testing.T) {
	for name, c := range map[string]struct {
		view         portal.View
		says, absent []string
	}{
		"our turn": {ours(), []string{
			"It’s our turn. You don’t need to do anything. Tomorrow at 10:00 in 19 h 40 min Aoife Brennan calls you with what we found at the cabinet in your street. Tuesday 19 May, your time (Dublin)",
			"How is it now, Marta?", "It works now", "Not solved",
			"Tomorrow by 17:00 Your line works again.",
			"Moved, today 14:19 We said: “What the line test found.” It was to be today by 16:30. It became tomorrow 10:00.",
			"Kept, Fri 15 May, 15:52 A 5G router at your door. We said Fri 15 May, 17:00.",
			"No longer needed, Wed 13 May, 10:10 A call from us. It was to be Thu 14 May, 11:00.",
			"Missed, Sun 3 May, 18:00 We said: “Your line works again.” It took until Fri 8 May, 19:30, 5 days late.",
			"Aoife Brennan , today 14:19 Good to hear", "You , today 13:47", "This page is for Marta Oliveira and this matter only.",
		}, []string{"Declan, what is wrong", "councillor", "never reached", "We have it, Marta", "We missed"}},
		"missed": {missed(), []string{
			"We missed 11:00 today. What we said for then: “The tracking number of the second router”. It didn’t happen in time. It’s our turn.",
			"Today by 15:30 in 1 h 10 min Aoife Brennan tells you how it stands.", "Not good enough?",
			"Missed, 11:00 today We said: “The tracking number of the second router.” It hasn’t happened yet.",
		}, []string{"Too late for you?"}},
		"german": {german(), []string{
			"Wir sind am Zug.", "Morgen um 11:00 in 19 Std. 40 Min.", "Dienstag, 19. Mai, 11:00 Uhr Ihre Zeit (Berlin), in Dublin 10:00 Uhr",
			"Wie steht es gerade, Annegret Freifrau von Hohenstein-Schwarzenbach?",
			"Gehalten: heute 14:12 Uhr Eine Antwort. Zugesagt war heute 15:00 Uhr.",
			"Nicht gehalten: Do., 14. Mai, 18:00 Uhr Eine Lösung. Die neue Zeit haben wir Ihnen heute 14:12 Uhr gesagt.",
		}, []string{"promise", "today"}},
		"their turn": {pending(), []string{"Your turn We wait for your words. If we hear nothing, we ask you again Thu 21 May, 10:00."}, []string{"It’s our turn", "Too late"}},
		"first":      {first(), []string{"I need it sooner", "No longer needed"}, []string{"It works now", "Not solved", "workaround"}},
		"pressing": {pressing(), []string{
			"Working again, for now. We still owe you the solution.", "Today by 15:00", "Sara Okafor tells you how it stands.",
			"You need it tomorrow by 9:00. It counts as urgent. Sara Okafor decides who does what.",
			"This workaround does not help", "Something else Take it to someone senior Sara Okafor has it since today 14:10",
		}, nil},
		"solved":        {solved(), []string{"We say that it’s solved. You decide. Solved? Does it work for you? If you say nothing, Aoife Brennan asks you: Thu 21 May, 10:00. If we hear nothing by Wed 27 May, 13:00, we take it as solved."}, nil},
		"closed":        {closed(), []string{"Done This matter is closed. We heard nothing more, and took it as solved today 14:00. Did it come back? Tell us."}, []string{"It works now", "senior", "no longer"}},
		"far away":      {farAway(), []string{"Tue 26 May by 10:00 in 8 days Aoife Brennan answers you."}, nil},
		"nothing known": {portal.View{Now: at("2026-05-18T13:20:00Z")}, []string{"Nothing is left to do."}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := read(t, get(t, desk(t, c.view), "/c/tok").Body.String())
			for _, says := range c.says {
				if !strings.Contains(text, says) {
					t.Errorf("the page doesn't say %q:\n%s", says, text)
				}
			}
			for _, absent := range c.absent {
				if strings.Contains(text, absent) {
					t.Errorf("the page says %q", absent)
				}
			}
		})
	}
}

func TestWhatATokenCanDoWrongIsSaidKindlyAndWithItsStatus(t *testing.T) {
	secret := "s3cret-token"
	for name, c := range map[string]struct {
		err    error
		status int
		says   string
		logged bool
	}{
		"unknown":         {kept.Fail(kept.NotFound, "x"), 404, "This link doesn’t open a page", false},
		"expired":         {kept.Fail(kept.SignedOut, "x"), 410, "answer any of our mails", false},
		"changed":         {kept.Fail(kept.Conflict, "x"), 409, "Look at your page again", false},
		"too many":        {kept.Fail(kept.TooMany, "x"), 429, "Wait a minute", false},
		"refused":         {kept.Fail(kept.Forbidden, "x"), 403, "Nothing was sent", false},
		"database away":   {kept.Fail(kept.Unavailable, "x"), 503, "it is logged as", true},
		"a fault of ours": {errors.New("disk full"), 500, "it is logged as", true},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(name+" "+method, func(t *testing.T) {
				var log bytes.Buffer
				deps := desk(t, ours())
				deps.Log = slog.New(slog.NewTextHandler(&log, nil))
				deps.View = func(context.Context, string) (portal.View, error) { return portal.View{}, c.err }
				deps.Works = func(context.Context, string, string) error { return c.err }
				w := send(t, deps, method, "/c/"+secret+"/works", url.Values{})
				if w.Code != c.status {
					t.Errorf("answers %d", w.Code)
				}
				text := read(t, w.Body.String())
				if !strings.Contains(text, c.says) {
					t.Errorf("says %q", text)
				}
				sound(t, w.Body.String())
				if strings.Contains(log.String()+w.Body.String(), secret) {
					t.Error("the secret is in the log or on the page")
				}
				if (log.Len() > 0) != c.logged {
					t.Errorf("the log has %q", log.String())
				}
				if c.logged {
					code := regexp.MustCompile(`logged as ([0-9a-f]{6})`).FindStringSubmatch(text)
					if code == nil || !strings.Contains(log.String(), code[1]) {
						t.Error("the code on the page isn't in the log")
					}
				}
			})
		}
	}
	if w := get(t, desk(t, ours()), "/c/"); w.Code != http.StatusNotFound {
		t.Errorf("no token answers %d", w.Code)
	}
	german := get(t, desk(t, ours()), "/c/tok/nowhere", "Accept-Language", "fr;q=0.9, de-CH;q=0.8")
	if german.Code != http.StatusNotFound || !strings.Contains(german.Body.String(), "Dieser Link öffnet keine Seite") {
		t.Errorf("%d %s", german.Code, german.Body)
	}
}

func TestWhatACustomerTellsReachesTheDeskOnceAndIsThankedFor(t *testing.T) {
	for name, c := range map[string]struct {
		path   string
		form   url.Values
		told   string
		thanks string
	}{
		"it works":                   {"works", url.Values{"key": {"K5"}}, "works tok (K5)", "We take it as solved. What is still promised stays due."},
		"not solved, without a word": {"not-solved", url.Values{"text": {"  \r\n "}, "key": {"K6"}}, "not solved tok:  (K6)", "It’s our turn. You hear from Aoife Brennan tomorrow 10:00."},
		"not solved, with words":     {"not-solved", url.Values{"text": {"Still dead.\r\nAll of it."}, "key": {"K7"}}, "not solved tok: Still dead.\nAll of it. (K7)", "It’s our turn."},
		"words":                      {"words", url.Values{"text": {" The lamp is red.\x00\x07 "}, "key": {"K1"}}, "words tok: The lamp is red. (K1)", "Your words are with us. You hear from Aoife Brennan tomorrow 10:00."},
		"sooner": {
			"sooner",
			url.Values{"at": {"2026-05-19T08:30"}, "text": {"I go to court."}, "hours": {"5"}, "can": {"no"}, "key": {"K2"}},
			"sooner tok: by 2026-05-19T07:30:00Z, 5 hours, can work false: I go to court. (K2)", "We have it: you need it sooner. You hear from Aoife Brennan tomorrow 10:00.",
		},
		"sooner, only why":                  {"sooner", url.Values{"text": {"I go to court."}, "key": {"K3"}}, "sooner tok: by 0001-01-01T00:00:00Z, 0 hours, can work true: I go to court. (K3)", "We have it"},
		"a form without a key":              {"words", url.Values{"text": {"Red."}}, "", "Your words are with us."},
		"sooner, in words":                  {"sooner", url.Values{"by": {"Today\n 17:00"}, "key": {"K4"}}, "sooner tok: by 0001-01-01T00:00:00Z, 0 hours, can work true: I need it sooner, by: Today 17:00 (K4)", "We have it"},
		"sooner, only that they can't work": {"sooner", url.Values{"can": {"no"}, "key": {"K4"}}, "sooner tok: by 0001-01-01T00:00:00Z, 0 hours, can work false:  (K4)", "We have it"},
		"somebody senior":                   {"senior", url.Values{"text": {"Three weeks!"}, "key": {"K8"}}, "senior tok: Three weeks! (K8)", "Northlight Broadband knows. You hear from Aoife Brennan tomorrow 10:00."},
		"the workaround fails":              {"no-help", url.Values{"key": {"K8"}}, "no help tok:  (K8)", "We look for another way."},
		"all no longer needed":              {"not-needed", url.Values{"promise": {"all"}, "key": {"K8"}}, "not needed tok 0:  (K8)", "What you no longer need is no longer due."},
		"one no longer needed":              {"not-needed", url.Values{"promise": {"5"}, "text": {"Sold it."}, "key": {"K8"}}, "not needed tok 5: Sold it. (K8)", "What you no longer need is no longer due."},
		"how to reach them": {
			"reach",
			url.Values{"name": {" Marta\n O. "}, "phone": {"+49 30"}, "language": {"de"}, "zone": {"berlin"}, "hours": {"9-17"}, "key": {"K8"}},
			"reach tok {Marta O. de Europe/Berlin +49 30 9-17}", "It is saved.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var told []string
			deps := desk(t, ours())
			deps.Works = func(_ context.Context, token, key string) error {
				told = append(told, fmt.Sprintf("works %s (%s)", token, key))
				return nil
			}
			deps.NotSolved = func(_ context.Context, token, text, key string) error {
				told = append(told, fmt.Sprintf("not solved %s: %s (%s)", token, text, key))
				return nil
			}
			deps.AddWords = func(_ context.Context, token, text, key string, _ []kept.Attachment) error {
				told = append(told, fmt.Sprintf("words %s: %s (%s)", token, text, key))
				return nil
			}
			deps.AskSenior = func(_ context.Context, token, text, key string) error {
				told = append(told, fmt.Sprintf("senior %s: %s (%s)", token, text, key))
				return nil
			}
			deps.WorkaroundFails = func(_ context.Context, token, text, key string) error {
				told = append(told, fmt.Sprintf("no help %s: %s (%s)", token, text, key))
				return nil
			}
			deps.NotNeeded = func(_ context.Context, token, text string, promise kept.ID, key string) error {
				told = append(told, fmt.Sprintf("not needed %s %d: %s (%s)", token, promise, text, key))
				return nil
			}
			deps.NeedSooner = func(_ context.Context, token string, n kept.Need, key string) error {
				told = append(told, fmt.Sprintf("sooner %s: by %s, %d hours, can work %t: %s (%s)", token, n.By.UTC().Format(time.RFC3339), n.Hours, n.CanWork, n.Why, key))
				return nil
			}
			deps.ChangeReach = func(_ context.Context, token string, r portal.Reach) error {
				told = append(told, fmt.Sprintf("reach %s %v", token, r))
				return nil
			}
			w := post(t, deps, "/c/tok/"+c.path, c.form)
			if w.Code != http.StatusSeeOther || len(told) != 1 || c.told != "" && told[0] != c.told || strings.HasSuffix(told[0], "()") {
				t.Fatalf("answers %d, told %q", w.Code, told)
			}
			back := get(t, deps, w.Header().Get("Location"))
			if text := read(t, back.Body.String()); !strings.Contains(text, c.thanks) {
				t.Errorf("%s says %q", w.Header().Get("Location"), text)
			}
			if len(told) != 1 {
				t.Error("the thanks told it again")
			}
		})
	}
}

func TestWhatIsWrongWithANeedIsSaidAtItsField(t *testing.T) {
	for name, c := range map[string]struct {
		path  string
		form  url.Values
		says  string
		field string
	}{
		"a time that is none":    {"sooner", url.Values{"at": {"tomorrow"}}, "We can’t read this time.", "at"},
		"a time that has passed": {"sooner", url.Values{"at": {"2026-05-18T14:00"}}, "This time has passed.", "at"},
		"a year away":            {"sooner", url.Values{"at": {"2028-05-18 14:00"}}, "more than a year away", "at"},
		"too many hours":         {"sooner", url.Values{"hours": {"25"}, "text": {"x"}}, "A day has 24 hours.", "hours"},
		"hours that are none":    {"sooner", url.Values{"hours": {"many"}, "text": {"x"}}, "A day has 24 hours.", "hours"},
		"nothing at all":         {"sooner", url.Values{"can": {"yes"}}, "Say by when you need it, or why.", "at"},
		"no zone":                {"reach", url.Values{"zone": {"Galway Bay"}}, "We don’t know this time zone.", "zone"},
	} {
		t.Run(name, func(t *testing.T) {
			c.form.Set("key", "K1")
			w := post(t, desk(t, ours()), "/c/tok/"+c.path, c.form)
			page := w.Body.String()
			if w.Code != http.StatusUnprocessableEntity || !strings.Contains(read(t, page), c.says) {
				t.Errorf("answers %d: %s", w.Code, read(t, page))
			}
			if !regexp.MustCompile(`name="` + c.field + `"[^>]*aria-invalid`).MatchString(page) {
				t.Error("the field doesn't say that it is wrong")
			}
			sound(t, page)
		})
	}
}

func TestFilesComeWithTheWords(t *testing.T) {
	bring := func(files int, size int) *httptest.ResponseRecorder {
		var got []kept.Attachment
		deps := desk(t, ours())
		deps.AddWords = func(_ context.Context, _, text, _ string, all []kept.Attachment) error {
			got = all
			if text != "See there." {
				t.Errorf("the words are %q", text)
			}
			return nil
		}
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		form.WriteField("text", "See there.") //nolint:errcheck // a buffer takes all
		form.WriteField("key", "K1")          //nolint:errcheck // likewise
		for i := range files {
			part, _ := form.CreateFormFile("files", fmt.Sprintf("lamp %d.png", i))
			part.Write(bytes.Repeat([]byte("x"), size)) //nolint:errcheck // likewise
		}
		form.Close() //nolint:errcheck // likewise
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/c/tok/words", &body)
		r.Header.Set("Content-Type", form.FormDataContentType())
		w := httptest.NewRecorder()
		portal.Handler(deps).ServeHTTP(w, r)
		if w.Code == http.StatusSeeOther && (len(got) != files || files > 0 && (len(got[0].Bytes) != size || got[0].Name != "lamp 0.png")) {
			t.Errorf("got %d files", len(got))
		}
		return w
	}
	for _, c := range []struct {
		files, size, status int
		says                string
	}{
		{0, 0, 303, ""},
		{1, 100, 303, ""},
		{10, 1000, 303, ""},
		{11, 10, 422, "These are more than 10 files. Your words are still here."},
		{1, 2 << 20, 413, "Nothing was sent."},
	} {
		if w := bring(c.files, c.size); w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%d files of %d bytes answer %d: %s", c.files, c.size, w.Code, read(t, w.Body.String()))
		}
	}
}

func TestThanksSayWhatWasPromisedBeforeAndNow(t *testing.T) {
	for name, c := range map[string]struct {
		sooner kept.Sooner
		says   string
	}{
		"earlier":       {kept.Sooner{Before: at("2026-05-19T09:00:00Z"), After: at("2026-05-18T14:00:00Z")}, "What we promised was tomorrow by 10:00. Now it is today by 15:00. Sara Okafor decides who does what."},
		"as before":     {kept.Sooner{Before: at("2026-05-18T14:00:00Z"), After: at("2026-05-18T14:00:00Z")}, "What we promised stays: today by 15:00. Sara Okafor"},
		"nothing stood": {kept.Sooner{After: at("2026-05-18T14:00:00Z")}, "You hear from us today by 15:00. Sara Okafor"},
		"long past":     {kept.Sooner{After: at("2026-05-18T10:00:00Z")}, "You hear from Sara Okafor today by 15:00."},
	} {
		v := pressing()
		c.sooner.Lead = 11
		v.Sooner = &c.sooner
		if text := read(t, get(t, desk(t, v), "/c/tok?done=sooner").Body.String()); !strings.Contains(text, c.says) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestNoPageIsLargerThanASlowTelephoneLikes(t *testing.T) {
	for name, v := range every() {
		for _, path := range paths {
			if n := get(t, desk(t, v), "/c/tok"+path).Body.Len(); n > 15_000 {
				t.Errorf("%s%s has %d bytes", name, path, n)
			}
		}
	}
}

func TestAFormCarriesAKeyOfItsOwn(t *testing.T) {
	key := regexp.MustCompile(`name="key" value="([A-Z0-9]{20,})"`)
	a := key.FindStringSubmatch(get(t, desk(t, ours()), "/c/tok/words").Body.String())
	b := key.FindStringSubmatch(get(t, desk(t, ours()), "/c/tok/words").Body.String())
	if a == nil || b == nil || a[1] == b[1] {
		t.Errorf("keys %q and %q", a, b)
	}
}

func TestWordsThatCantBeTakenAreShownAgainWithWhatToDo(t *testing.T) {
	long := strings.Repeat("ä", 10_003)
	for name, c := range map[string]struct {
		path, text string
		status     int
		says       string
	}{
		"none":       {"words", " \n ", 422, "There are no words yet."},
		"no sooner":  {"sooner", "", 422, "Say by when you need it, or why."},
		"too many":   {"words", long, 422, "too long by 3 letters. Your words are still here"},
		"too much":   {"words", strings.Repeat("x", 70_000), 413, "Nothing was sent."},
		"not solved": {"not-solved", long, 422, "too long by 3 letters"},
	} {
		t.Run(name, func(t *testing.T) {
			w := post(t, desk(t, ours()), "/c/tok/"+c.path, url.Values{"text": {c.text}, "key": {"K9"}})
			page := w.Body.String()
			if w.Code != c.status || !strings.Contains(read(t, page), c.says) {
				t.Errorf("answers %d: %.300s", w.Code, read(t, page))
			}
			if c.status == 422 && (!strings.Contains(page, strings.TrimSpace(c.text)) || !strings.Contains(page, `value="K9"`)) {
				t.Error("the words or the key are gone")
			}
			sound(t, page)
		})
	}
	broken := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/c/tok/words", strings.NewReader("text=%zz"))
	broken.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	portal.Handler(desk(t, ours())).ServeHTTP(w, broken)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a broken form answers %d", w.Code)
	}
}

func TestOtherSitesCantPostAndOldBrowsersCan(t *testing.T) {
	for name, c := range map[string]struct {
		header []string
		status int
	}{
		"our own form":                 {[]string{"Sec-Fetch-Site", "same-origin", "Origin", "null"}, 303},
		"a browser of before":          {[]string{"Origin", "null"}, 303},
		"our own form, origin said":    {[]string{"Origin", "http://example.com"}, 303},
		"another site":                 {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"}, 403},
		"another site, from nowhere":   {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "null"}, 403},
		"another site, old browser":    {[]string{"Origin", "https://evil.test"}, 403},
		"another site under our roof ": {[]string{"Sec-Fetch-Site", "same-site", "Origin", "https://blog.example.com"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			told := 0
			deps := desk(t, ours())
			deps.Works = func(context.Context, string, string) error { told++; return nil }
			w := post(t, deps, "/c/tok/works", url.Values{}, c.header...)
			if w.Code != c.status || (told == 1) != (c.status == 303) {
				t.Errorf("answers %d, told %d times", w.Code, told)
			}
		})
	}
}

func TestAPageWithItsStylesWeighsLessThan15KB(t *testing.T) {
	page := get(t, desk(t, ours()), "/c/tok", "Accept-Encoding", "gzip")
	html := page.Body.Len()
	sum := html
	z, err := gzip.NewReader(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	sheets := regexp.MustCompile(`href="(/c/[^"]+\.css)"`).FindAllStringSubmatch(string(plain), -1)
	if len(sheets) != 2 {
		t.Fatalf("the page has %d sheets", len(sheets))
	}
	for _, sheet := range sheets {
		w := get(t, desk(t, ours()), sheet[1], "Accept-Encoding", "gzip")
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s answers %d, %v", sheet[1], w.Code, w.Header())
		}
		sum += w.Body.Len()
	}
	t.Logf("%d bytes in all, %d of them styles", sum, sum-html)
	if sum > 15_000 {
		t.Errorf("%d bytes", sum)
	}
}

func TestOnlyBrandFilesThatWeNamedAreThere(t *testing.T) {
	href := regexp.MustCompile(`/c/brand-2c478c-([0-9a-f]+)\.css`)
	named := href.FindString(get(t, desk(t, ours()), "/c/tok").Body.String())
	if body := get(t, desk(t, ours()), named).Body.String(); !strings.Contains(body, "--brand:#2c478c") {
		t.Errorf("%s is %q", named, body)
	}
	deps := desk(t, ours())
	deps.View = func(context.Context, string) (portal.View, error) {
		return portal.View{}, kept.Fail(kept.NotFound, "x")
	}
	for _, forged := range []string{"brand-ffffff-0000000000.css", "brand-.css", "brand-red}x{-1.css", "customer-0000000000.css", strings.Replace(named[3:], "2c478c", "2c478d", 1)} {
		if w := get(t, deps, "/c/"+url.PathEscape(forged)); w.Code != http.StatusNotFound {
			t.Errorf("%s answers %d", forged, w.Code)
		}
	}
}

func TestTheClockWindsFromNowToOurWord(t *testing.T) {
	for name, c := range map[string]struct {
		now, due string
		laps     bool
		span     bool
		start    string // the hollow dot
		end      string // the solid dot
	}{
		"within twelve hours":      {"2026-05-18T13:24:00Z", "2026-05-18T14:30:00Z", false, true, `cx="267.9" cy="111.7"`, `cx="269.8" cy="182.1"`},
		"over twelve":              {"2026-05-18T13:20:00Z", "2026-05-19T09:00:00Z", true, true, `cx="246.5" cy="114.9"`, `cx="42.6" cy="88"`},
		"over 48":                  {"2026-05-18T13:20:00Z", "2026-05-20T13:21:00Z", false, false, "", ""},
		"due this instant":         {"2026-05-18T13:20:00Z", "2026-05-18T13:20:00Z", false, false, "", ""},
		"the clocks go forward":    {"2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z", false, true, `cx="150" cy="26"`, `cx="274" cy="150"`},
		"the clocks go back, once": {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", false, false, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := ours()
			v.Now = at(c.now)
			v.Promises = []kept.Promise{{ID: 1, Kind: kept.Reply, Due: at(c.due), State: kept.PromiseOpen}}
			page := get(t, desk(t, v), "/c/tok").Body.String()
			if strings.Contains(page, `class="span`) != c.span || strings.Contains(page, `class="wound"`) != c.laps {
				t.Error("the arc is wrong")
			}
			for dot, should := range map[string]string{"now": c.start, "end": c.end} {
				if should != "" && !strings.Contains(page, `class="`+dot+`" `+should) {
					t.Errorf("the dot %q isn't at %s: %s", dot, should, regexp.MustCompile(`class="`+dot+`"[^>]*`).FindString(page))
				}
			}
		})
	}
}

func TestThePageSpeaksTheCustomersLanguageThenTheirBrowsers(t *testing.T) {
	for name, c := range map[string]struct {
		view, contact, browser, house string
		should                        string
	}{
		"known":                 {"de-DE", "en", "en", "en", "de"},
		"of the contact":        {"", "de", "en", "en", "de"},
		"of the browser":        {"", "fi", "fr-CH, de;q=0.8", "en", "de"},
		"of the house":          {"", "", "fr", "de", "de"},
		"none that is shipped":  {"ar", "ar", "ar", "ar", "en"},
		"a browser full of it ": {"", "", strings.Repeat("xx,", 5000) + "de", "en", "en"},
	} {
		v := ours()
		v.Language, v.Contact.Language, v.Organization.Language = c.view, c.contact, c.house
		page := get(t, desk(t, v), "/c/tok", "Accept-Language", c.browser).Body.String()
		if !strings.Contains(page, `<html lang="`+c.should+`">`) {
			t.Errorf("%s: not in %s", name, c.should)
		}
	}
}

func TestALongHistoryIsOneLinkAway(t *testing.T) {
	v := ours()
	v.Messages = nil
	for i := range 30 {
		v.Messages = append(v.Messages, says(kept.MessageIn, "Marta Oliveira", marta, "2026-05-17T12:00:00Z", fmt.Sprintf("Number %02d. %s", i, strings.Repeat("word ", 1000))))
	}
	short, all := get(t, desk(t, v), "/c/tok").Body.String(), get(t, desk(t, v), "/c/tok?all").Body.String()
	if strings.Count(short, "Number") != 8 || !strings.Contains(short, "Number 29") || !strings.Contains(short, `href="/c/tok?all">Everything since Tue 28 Apr`) {
		t.Error("the page doesn't begin with the latest")
	}
	if strings.Count(all, "Number") != 30 || strings.Count(all, "word word") != 15_000 || strings.Contains(all, "?all") {
		t.Error("everything isn't everything")
	}
}

func TestOnlyOurOwnAddressesBecomeLinks(t *testing.T) {
	v := ours()
	v.Messages = []kept.Message{
		says(kept.MessageIn, "Marta Oliveira", marta, "2026-05-17T12:00:00Z", "See https://evil.test/login please"),
		says(kept.MessageOut, "Aoife Brennan", aoife, "2026-05-17T12:00:00Z", "See (https://northlight.test/a?b=1&c=“2”), https:// and https://x.test/ü."),
	}
	page := get(t, desk(t, v), "/c/tok").Body.String()
	links := regexp.MustCompile(`<a href="(https[^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) != 2 || links[0][1] != "https://northlight.test/a?b=1&amp;c=" || links[1][1] != "https://x.test/%c3%bc" {
		t.Errorf("links: %q", links)
	}
	if !strings.Contains(read(t, page), "See https://evil.test/login please") {
		t.Error("the customer's words are changed")
	}
}

func TestWhatWasPressedIsShownInWords(t *testing.T) {
	v := german()
	v.Messages = []kept.Message{says(kept.MessageIn, v.Contact.Name, 9, "2026-05-18T12:00:00Z", "")}
	v.Messages[0].Warnings = []string{"customer.not_solved"}
	if text := read(t, get(t, desk(t, v), "/c/tok").Body.String()); !strings.Contains(text, "heute 14:00 Uhr Nicht gelöst Diese Seite") {
		t.Error(text)
	}
}

func TestThatItWorksSaysWhatBecomesOfTheRest(t *testing.T) {
	if text := read(t, get(t, desk(t, farAway()), "/c/tok/works").Body.String()); !strings.Contains(text, "Then we close this matter as solved.") {
		t.Error(text)
	}
	if text := read(t, get(t, desk(t, ours()), "/c/tok/works").Body.String()); !strings.Contains(text, "stays due: Aoife Brennan calls you") {
		t.Error(text)
	}
	if text := read(t, get(t, desk(t, closed()), "/c/tok?done=works").Body.String()); !strings.Contains(text, "We closed this matter as solved.") {
		t.Error(text)
	}
}

func TestFilesAreNamedWithTheirSize(t *testing.T) {
	v := ours()
	v.Messages = []kept.Message{says(kept.MessageIn, "Marta Oliveira", marta, "2026-05-17T12:00:00Z", "")}
	v.Messages[0].Attachments = []kept.Attachment{{Name: "lamp.jpg", Size: 1_234_567}, {Name: "logo.png", Size: 10, Inline: true}, {Name: "log.txt", Size: 999_400}}
	if text := read(t, get(t, desk(t, v), "/c/tok").Body.String()); !strings.Contains(text, "This message has no words. 2 files: lamp.jpg (1 MB), log.txt (999 kB)") {
		t.Error(text)
	}
}

// FuzzWords: whatever a stranger writes is shown as written and never becomes a part of the page.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"<script>alert(1)</script>", "</textarea><b>", "a\n\nb", "{{.}}", "\xff\x00", "\u202egpj.exe", "https://a.test\">", "&lt;"} {
		f.Add(seed, seed)
	}
	plain := strings.NewReplacer("\x00", "", "\r", " ")
	f.Fuzz(func(t *testing.T, text, name string) {
		v := ours()
		v.Contact.Name, v.Conversation.Subject, v.Agent = name, text, name
		v.Promises = []kept.Promise{{ID: 1, Kind: kept.Custom, Words: text, Due: at("2026-05-19T12:00:00Z"), State: kept.PromiseOpen}}
		v.Messages = []kept.Message{says(kept.MessageIn, name, marta, "2026-05-17T12:00:00Z", text)}
		w := get(t, desk(t, v), "/c/tok?all")
		if w.Code != http.StatusOK {
			t.Fatal(w.Code)
		}
		page := w.Body.String()
		root, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "img" || n.Data == "iframe" || attributes(n)["style"] != "") {
				t.Fatalf("%q became <%s>", text, n.Data)
			}
		}
		should := strings.Join(strings.Fields(plain.Replace(strings.ToValidUTF8(text, "\ufffd"))), " ")
		if got := read(t, page); !strings.Contains(got, should) {
			t.Fatalf("%q isn't shown: %q", should, got)
		}
	})
}
