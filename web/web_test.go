package web_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/blob"
	"github.com/kept-desk/kept/store/storetest"
	"github.com/kept-desk/kept/web"
)

var monday = time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC)

// doors are all doors of a desk, over a database of every kind.
func doors(t *testing.T, scenario func(t *testing.T, d *desk.Desk, h http.Handler), changes ...func(*web.Deps)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		blobs, err := blob.OpenFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		d, err := desk.New(context.Background(), db, desk.Options{Now: func() time.Time { return monday }, Blobs: blobs})
		if err != nil {
			t.Fatal(err)
		}
		deps := web.Deps{Desk: d, UI: fstest.MapFS{"index.html": {Data: []byte("the desk")}}, Log: slog.New(slog.DiscardHandler)}
		for _, f := range changes {
			f(&deps)
		}
		h, err := web.Handler(deps)
		if err != nil {
			t.Fatal(err)
		}
		scenario(t, d, h)
	})
}

func ask(h http.Handler, method, path string, form url.Values) *httptest.ResponseRecorder {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestEachAddressHasItsDoor(t *testing.T) {
	doors(t, func(t *testing.T, _ *desk.Desk, h http.Handler) {
		for _, c := range []struct {
			method, path string
			status       int
			says         string
		}{
			{"GET", "/", 200, "the desk"},
			{"GET", "/inbox/mine", 200, "the desk"},
			{"GET", "/api/setup", 200, `{"needed":true}`},
			{"GET", "/api/nothing", 404, "application/problem+json"},
			{"GET", "/api", 404, "application/problem+json"},
			{"GET", "/c/no-token-of-ours", 404, "text/html"},
			{"GET", "/healthz", 200, "ok"},
			{"GET", "/readyz", 200, "ok"},
			{"GET", "/metrics", 200, "kept_promises"},
			{"POST", "/metrics", 404, ""},
			{"POST", "/inbox/mine", 405, ""},
		} {
			w := ask(h, c.method, c.path, nil)
			if said := w.Body.String() + w.Header().Get("Content-Type"); w.Code != c.status || !strings.Contains(said, c.says) {
				t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, said)
			}
			for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cross-Origin-Opener-Policy"} {
				if w.Header().Get(name) == "" {
					t.Errorf("%s %s has no %s", c.method, c.path, name)
				}
			}
			if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") {
				t.Errorf("%s %s allows %s", c.method, c.path, csp)
			}
		}
	}, func(d *web.Deps) {
		d.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "kept_promises 7") })
	})
}

func TestWhoRunsKeptCanAskHowItIs(t *testing.T) {
	var up error
	doors(t, func(t *testing.T, _ *desk.Desk, h http.Handler) {
		up = errors.New("the demo is not ready")
		for _, path := range []string{"/healthz", "/readyz"} {
			if w := ask(h, "GET", path, nil); w.Code != 503 || strings.Contains(w.Body.String(), "demo") {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
		up = nil
		if w := ask(h, "GET", "/healthz", nil); w.Code != 200 {
			t.Errorf("ready, it answers %d", w.Code)
		}
		if w := ask(h, "GET", "/metrics", nil); w.Code != 404 {
			t.Errorf("without metrics it answers %d", w.Code)
		}
	}, func(d *web.Deps) { d.Healthy = func(context.Context) error { return up } })
}

// customersPage is the path of a customer's page.
func customersPage(t *testing.T, d *desk.Desk) string {
	t.Helper()
	_, path := customersMail(t, d)
	return path
}

// customersMail sets up a desk, and is its owner and the path of the page of a customer, as our mail tells it after
// their first.
func customersMail(t *testing.T, d *desk.Desk) (owner kept.Actor, page string) {
	t.Helper()
	ctx := context.Background()
	a, err := d.SetUp(ctx, desk.Setup{
		Organization: kept.Organization{Name: "Northlight Broadband", Zone: "Europe/Dublin", Language: "en"},
		Owner:        desk.NewAgent{Email: "ana@northlight.test", Name: "Ana Ruiz", Password: "a long sentence"},
		Inbox:        kept.Inbox{Name: "Help", Address: "help@northlight.test"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := d.StoreMail(ctx, kept.Mail{Sender: "marta@example.test", SHA256: "x"}, []byte("Line down"))
	if err != nil {
		t.Fatal(err)
	}
	err = d.Receive(ctx, kept.Inbound{
		Ledger: id, Rcpts: []string{"help@northlight.test"}, Sender: "marta@example.test", Kind: kept.MailNormal, Subject: "Line down",
		From: []kept.Address{{Email: "marta@example.test"}}, SentAt: monday, MessageID: "m@example.test", Text: "It is down again.", ReceivedAt: monday,
	})
	if err != nil {
		t.Fatal(err)
	}
	const acknowledgement = 2 // the message after theirs
	sending, err := d.BeginSending(ctx, acknowledgement)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Delivered(ctx, acknowledgement, kept.Receipt{Relay: "relay.test"}); err != nil {
		t.Fatal(err)
	}
	return a.Actor(), regexp.MustCompile(`/c/\w+`).FindString(sending.Mail.Text)
}

func TestACustomerOpensTheirPageAndWritesOnIt(t *testing.T) {
	var routes []string
	doors(t, func(t *testing.T, d *desk.Desk, h http.Handler) {
		page := customersPage(t, d)
		routes = nil
		if w := ask(h, "GET", page, nil); w.Code != 200 || !strings.Contains(w.Body.String(), "It is down again.") {
			t.Fatalf("the page: %d %s", w.Code, w.Body)
		}
		if w := ask(h, "POST", page+"/words", url.Values{"text": {"And the upload, too."}, "key": {"k1"}}); w.Code >= 400 {
			t.Fatalf("words: %d %s", w.Code, w.Body)
		}
		if w := ask(h, "GET", page, nil); !strings.Contains(w.Body.String(), "And the upload, too.") {
			t.Errorf("the words are not on the page: %s", w.Body)
		}
		if !slices.Equal(routes, []string{"GET /c/{token} 200", "POST /c/{token}/words 303", "GET /c/{token} 200"}) {
			t.Errorf("observed %q", routes)
		}
	}, func(d *web.Deps) {
		d.Observe = func(route, method string, status int, _ time.Duration) {
			routes = append(routes, fmt.Sprint(method, " ", route, " ", status))
		}
	})
}

func TestWhatACustomerSavesOfHowTheyAreReachedIsSaidAndStandsBesideWhatWasAgreed(t *testing.T) {
	doors(t, func(t *testing.T, d *desk.Desk, h http.Handler) {
		owner, page := customersMail(t, d)
		ctx := context.Background()
		form := url.Values{"name": {"Marta"}, "phone": {"+353 86 123 4567"}, "language": {"en"}, "zone": {"Dublin"}, "hours": {"9-17"}}
		saved := func(says string) kept.Contact {
			t.Helper()
			w := ask(h, "POST", page+"/reach", form)
			if w.Code != http.StatusSeeOther {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if after := ask(h, "GET", w.Header().Get("Location"), nil).Body.String(); !strings.Contains(after, says) {
				t.Errorf("the page doesn't say %q: %s", says, after)
			}
			full, err := d.Conversation(ctx, owner, 1)
			if err != nil {
				t.Fatal(err)
			}
			return full.ContactCard
		}
		if c := saved("From now on we go by it."); c.Phone != "+353 86 123 4567" || c.PhoneSaidAt.IsZero() || c.Hours != "9-17" || c.Calendar != 0 {
			t.Errorf("%+v", c)
		}
		if shown := ask(h, "GET", page+"/reach", nil).Body.String(); !strings.Contains(shown, `<option value="9-17" selected>`) || strings.Contains(shown, "We agreed") {
			t.Errorf("the form: %s", shown)
		}
		evenings, err := d.AddCalendar(ctx, owner, kept.Calendar{Name: "VIP", Zone: "Europe/Dublin", Hours: map[string]kept.Windows{"mon": {"18:00": "20:00"}, "tue": {"18:00": "20:00"}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ChangeContact(ctx, owner, 1, desk.ContactChange{Calendar: &evenings.ID}); err != nil {
			t.Fatal(err)
		}
		again := ask(h, "GET", page+"/reach", nil).Body.String()
		if !strings.Contains(again, "We agreed with you: Mon, Tue 18:00–20:00. That stays.") || strings.Contains(again, "VIP") {
			t.Errorf("the form: %s", again)
		}
		form.Set("hours", "12-17")
		if c := saved("yours stand beside them as a wish."); c.Calendar != evenings.ID || c.Hours != "12-17" {
			t.Errorf("%+v", c)
		}
		form.Set("language", "de")
		saved("Ihre stehen daneben als Wunsch.")
		if shown := ask(h, "GET", page+"/reach", nil).Body.String(); !strings.Contains(shown, "Mit Ihnen vereinbart ist: Mo., Di. 18:00–20:00") {
			t.Errorf("the form: %s", shown)
		}
	})
}

func TestALinkSaysNoMoreThanTenThingsAtOnce(t *testing.T) {
	doors(t, func(t *testing.T, d *desk.Desk, h http.Handler) {
		page := customersPage(t, d)
		for i := range 10 {
			if w := ask(h, "POST", page+"/words", url.Values{"text": {fmt.Sprint("No. ", i)}}); w.Code != 303 {
				t.Fatalf("word %d: %d %s", i, w.Code, w.Body)
			}
		}
		for _, verb := range []string{"/words", "/not-solved", "/works"} {
			w := ask(h, "POST", page+verb, url.Values{"text": {"The eleventh."}})
			if w.Code != 429 || !strings.Contains(w.Body.String(), "Wait a minute") {
				t.Errorf("%s, the eleventh: %d %s", verb, w.Code, w.Body)
			}
		}
		w := ask(h, "GET", page, nil)
		if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "No. 9") || strings.Contains(body, "The eleventh.") {
			t.Errorf("the page: %d %s", w.Code, body)
		}
	})
}

func TestAnOriginThatIsNoneIsRefusedAtTheStart(t *testing.T) {
	d := &desk.Desk{}
	if _, err := web.Handler(web.Deps{Desk: d, Origins: []string{"help.example.com/desk"}}); err == nil {
		t.Error("it is taken")
	}
}

func TestNoLookAtACustomersPageChangesAnything(t *testing.T) {
	doors(t, func(t *testing.T, d *desk.Desk, h http.Handler) {
		page := customersPage(t, d)
		before, err := d.Check(context.Background(), true, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{
			"", "?all", "?done=works", "?done=sooner", "/works", "/not-solved", "/words", "/sooner", "/senior", "/no-help",
			"/not-needed", "/not-needed?promise=1", "/reach", "/call", "/nothing", "/works?key=K&text=x", "/sooner?at=2026-12-01T10:00&can=no",
		} {
			for _, method := range []string{"GET", "HEAD"} {
				if w := ask(h, method, page+path, nil); w.Code >= 500 {
					t.Errorf("%s %s answers %d", method, path, w.Code)
				}
			}
		}
		after, err := d.Check(context.Background(), true, time.Second)
		if err != nil || after.Events != before.Events || len(after.Violations) != 0 {
			t.Errorf("%d events became %d: %v, %v", before.Events, after.Events, after.Violations, err)
		}
	})
}

func TestALinkInOtherLettersIsTheSameLinkToItsLimit(t *testing.T) {
	doors(t, func(t *testing.T, d *desk.Desk, h http.Handler) {
		page := customersPage(t, d)
		base, token := page[:len("/c/")], page[len("/c/"):]
		last := 0
		for i := range 11 {
			spelled := []byte(token)
			spelled[i] = strings.ToUpper(token)[i]
			last = ask(h, "POST", base+string(spelled)+"/words", url.Values{"text": {fmt.Sprint("No. ", i)}}).Code
		}
		if last != 429 {
			t.Errorf("the eleventh spelling answers %d", last)
		}
		if w := ask(h, "POST", page+"/call/cancel", url.Values{}); w.Code != 429 {
			t.Errorf("and a call: %d", w.Code)
		}
	})
}

func TestOneAddressOfTheNetAsksForCustomersPagesSoOftenAndNoMore(t *testing.T) {
	doors(t, func(t *testing.T, d *desk.Desk, h http.Handler) {
		page := customersPage(t, d)
		sheet := regexp.MustCompile(`/c/customer-[0-9a-f]+\.css`).FindString(ask(h, "GET", page, nil).Body.String())
		var last *httptest.ResponseRecorder
		for range 130 {
			if last = ask(h, "GET", "/c/no-token-of-ours", nil); last.Code != 404 {
				break
			}
		}
		if last.Code != 429 || !strings.Contains(last.Body.String(), "Wait a minute") || last.Header().Get("Retry-After") == "" {
			t.Errorf("guessing answers %d %v %s", last.Code, last.Header(), last.Body)
		}
		if w := ask(h, "GET", page, nil); w.Code != 429 {
			t.Errorf("and a page answers %d", w.Code)
		}
		if w := ask(h, "GET", sheet, nil); w.Code != 200 {
			t.Errorf("the styles %q answer %d", sheet, w.Code)
		}
	})
}

func TestTheDesksLinkShowsThePageAndPressesNothing(t *testing.T) {
	doors(t, func(t *testing.T, d *desk.Desk, h http.Handler) {
		page := customersPage(t, d)
		ana, err := d.Agent(context.Background(), kept.System, 1)
		if err != nil {
			t.Fatal(err)
		}
		read := func() desk.Full {
			f, err := d.Conversation(context.Background(), ana.Actor(), 1)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		before := read()
		view := strings.TrimPrefix(before.Page, "https://help.northlight.test")
		if view == page {
			t.Fatal("the desk hands out the customer's own link")
		}
		theirs, shown := ask(h, "GET", page, nil).Body.String(), ask(h, "GET", view, nil)
		const says = "This is how marta@example.test sees it; the buttons are theirs."
		if body := shown.Body.String(); shown.Code != 200 || !strings.Contains(body, "It is down again.") || !strings.Contains(body, says) || strings.Contains(theirs, says) {
			t.Errorf("shown to us: %d %s", shown.Code, body)
		}
		if links := regexp.MustCompile(`href="/c/[^"]*"|<form`).FindAllString(shown.Body.String(), -1); slices.ContainsFunc(links, func(l string) bool { return !strings.Contains(l, ".css") }) {
			t.Errorf("it offers %q", links)
		}
		for _, verb := range []string{"works", "not-solved", "words", "sooner", "senior", "no-help", "not-needed", "reach", "call", "call/cancel"} {
			form := url.Values{"text": {"In her name."}, "key": {"k"}, "hours": {"9"}, "from": {"1794825000"}, "number": {"+353861234567"}}
			if w := ask(h, "POST", view+"/"+verb, form); w.Code != 403 || !strings.Contains(w.Body.String(), "Only the customer") {
				t.Errorf("%s by the desk's link: %d %s", verb, w.Code, w.Body)
			}
			if verb == "call/cancel" {
				continue
			}
			if w := ask(h, "GET", view+"/"+verb, nil); w.Code != 403 {
				t.Errorf("the form of %s by the desk's link: %d", verb, w.Code)
			}
		}
		if after := read(); !reflect.DeepEqual(before, after) {
			t.Errorf("something changed: %+v", after)
		}
		if w := ask(h, "POST", page+"/works", url.Values{"key": {"k"}}); w.Code != 303 {
			t.Errorf("the customer's own: %d %s", w.Code, w.Body)
		}
		if _, err := d.RevokeLinks(context.Background(), ana.Actor(), 1); err != nil {
			t.Fatal(err)
		}
		for _, old := range []string{page, view} {
			if w := ask(h, "GET", old, nil); w.Code != 410 {
				t.Errorf("taken back, a link opens the page: %d", w.Code)
			}
		}
	}, func(d *web.Deps) { d.PerSecond = -1 })
}
