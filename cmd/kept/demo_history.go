package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/mail"
)

// past plays the scripts through the desk's doors, turning the clock from act to act.
type past struct {
	*demo
	staff   map[string]*colleague
	boxes   *mailboxes
	matters map[*story.Scene]*matter
}

// matter is a scene as its people know it.
type matter struct {
	root         string // the Message-ID of its first mail
	conversation kept.ID
}

// history lets the company's weeks happen, up to now. It says how many acts there were.
func (d *demo) history(ctx context.Context) (int, error) {
	scenes, err := story.Scenes()
	if err != nil {
		return 0, err
	}
	almanac, err := story.NewAlmanac(d.now)
	if err != nil {
		return 0, err
	}
	steps, err := story.Resolve(scenes, almanac)
	if err != nil {
		return 0, err
	}
	p := past{demo: d, staff: map[string]*colleague{}, boxes: d.mailboxes(), matters: map[*story.Scene]*matter{}}
	d.turned.Set(steps[0].At.Add(-time.Hour))
	var staff []*colleague
	for _, c := range story.Colleagues {
		staff = append(staff, newColleague(c, d.url))
		p.staff[c.First()] = staff[len(staff)-1]
	}
	if err := d.furnish(ctx, staff); err != nil {
		return 0, err
	}
	for _, s := range steps {
		if err := p.turnTo(ctx, s.At); err != nil {
			return 0, err
		}
		if err := p.play(ctx, s); err != nil {
			return 0, fmt.Errorf("%s: %w", s.Place, err)
		}
		if err := p.settle(ctx); err != nil {
			return 0, err
		}
	}
	return len(steps), p.turnTo(ctx, d.now)
}

// turnTo turns the clock, stopping wherever something falls due on the way.
func (p *past) turnTo(ctx context.Context, to time.Time) error {
	for {
		if err := p.settle(ctx); err != nil {
			return err
		}
		_, due, err := p.app.desk.BreakDue(ctx, p.turned.Now())
		if err != nil {
			return err
		}
		job, err := p.app.db.NextJobAt(ctx)
		if err != nil {
			return err
		}
		next := to
		for _, t := range []time.Time{due, job} {
			if !t.IsZero() && t.Before(next) {
				next = t.Add(time.Microsecond)
			}
		}
		if !next.After(p.turned.Now()) {
			return nil
		}
		p.turned.Set(next)
	}
}

// settle lets the clockwork and the jobs do all that is due by the clock.
func (p *past) settle(ctx context.Context) error {
	if err := p.app.clocks.Drain(ctx); err != nil {
		return err
	}
	return p.app.jobs.Drain(ctx)
}

func (p *past) play(ctx context.Context, s story.Step) error {
	m := p.matters[s.Scene]
	if m == nil {
		m = &matter{}
		p.matters[s.Scene] = m
	}
	if s.Who == story.ByCustomer {
		return p.customer(ctx, s, m)
	}
	return p.agent(ctx, p.staff[s.Who], s, m)
}

func (p *past) customer(ctx context.Context, s story.Step, m *matter) error {
	if err := p.boxes.fetch(); err != nil {
		return err
	}
	ours := p.boxes.last(s.Scene.Customer.Email, func(r received) bool { return m.root != "" && r.about(m.root) })
	switch s.Verb {
	case story.Works, story.NotSolved, story.Adds, story.Needs, story.Senior, story.Books:
		return p.onPage(ctx, s, m)
	case story.Bounces:
		said := p.boxes.last(s.Scene.Customer.Email, func(r received) bool { return r.about(m.root) && !r.automatic })
		if said == nil {
			return fmt.Errorf("nothing of ours can come back")
		}
		inbox := s.Scene.Inbox + "@northlight.test"
		return p.post("", inbox, bounce(*said, inbox, s.At))
	}
	l := letter{
		from: s.Scene.Customer, to: s.Scene.Inbox + "@northlight.test", subject: s.Scene.Subject, body: s.Body, html: s.HTML,
		files: s.Files, answers: ours, id: messageID(s.Place, s.Scene.Customer.Email), at: s.At.Add(-4 * time.Second), auto: s.Verb == story.Away,
	}
	return p.writes(l, &m.root)
}

// writes posts a letter: to where our mail asks for answers, or to the inbox.
func (d *demo) writes(l letter, root *string) error {
	if l.answers != nil {
		l.to, l.subject = l.answers.replyTo, reply(l.subject)
	}
	if *root == "" {
		*root = l.id
	}
	sender := l.from.Email
	if l.auto {
		sender, l.subject = "", "Automatic reply: "+l.subject
	}
	raw, err := l.raw()
	if err != nil {
		return err
	}
	return d.post(sender, l.to, raw)
}

func reply(subject string) string {
	if strings.HasPrefix(strings.ToLower(subject), "re:") {
		return subject
	}
	return "Re: " + subject
}

// messageID is what a customer's program calls a mail: the same each time the story is told.
func messageID(place, email string) string {
	sum := sha256.Sum256([]byte(place))
	_, domain, _ := strings.Cut(email, "@")
	return hex.EncodeToString(sum[:10]) + "@" + domain
}

// onPage presses a button on the customer's page, as the form there does.
func (p *past) onPage(ctx context.Context, s story.Step, m *matter) error {
	with := p.boxes.last(s.Scene.Customer.Email, func(r received) bool { return r.about(m.root) && r.page != "" })
	if with == nil {
		return fmt.Errorf("no mail of ours links to the page")
	}
	path := map[story.Verb]string{
		story.Works: "/works", story.NotSolved: "/not-solved", story.Adds: "/words", story.Needs: "/sooner", story.Senior: "/senior", story.Books: "/call",
	}[s.Verb]
	form := url.Values{"text": {s.Body}, "key": {messageID(s.Place, "")}}
	if s.Verb == story.Needs {
		if err := fillNeed(form, s); err != nil {
			return err
		}
	}
	if s.Verb == story.Books {
		if err := fillCall(ctx, form, with.page+path, s); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, with.page+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // not read
	if answer.StatusCode >= 400 {
		return fmt.Errorf("the customer's page answers %s", answer.Status)
	}
	return nil
}

// fillNeed fills in by when a customer needs it, on their own clock, and how they depend on it.
func fillNeed(form url.Values, s story.Step) error {
	zone, err := time.LoadLocation(s.Scene.Customer.Zone)
	if err != nil {
		return err
	}
	if !s.Due.IsZero() {
		form.Set("at", s.Due.In(zone).Format("2006-01-02T15:04"))
	}
	if s.Hours > 0 {
		form.Set("hours", strconv.Itoa(s.Hours))
	}
	form.Set("can", "yes")
	if s.Stuck {
		form.Set("can", "no")
	}
	return nil
}

// freeTime is a time that the page on which a call is booked offers.
var freeTime = regexp.MustCompile(`name="from" value="(\d+)"`)

// fillCall chooses the first time that the page offers and that suits the customer.
func fillCall(ctx context.Context, form url.Values, page string, s story.Step) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	shown, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	form.Set("number", s.Scene.Card.Phone)
	for _, m := range freeTime.FindAllSubmatch(shown, -1) {
		from := string(m[1])
		if seconds, err := strconv.ParseInt(from, 10, 64); err == nil && !time.Unix(seconds, 0).Before(s.Due) {
			form.Set("from", from)
			return nil
		}
	}
	return fmt.Errorf("the customer's page answers %s and offers no time from %s on", answer.Status, s.Due)
}

// html is what the composer makes of words.
func html(text string) string { return mail.HTMLFromText(text) }
