package portal

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// frame is what every page shows around its own part.
type frame struct {
	Language string
	Title    string
	Style    string
	Brand    string
	House    string // the organization's name
	Initial  string
	Imprint  string
	For      string // for whom the page is
	AsOf     string // when it stood so: a page left open or printed grows old
	ByKept   string
}

// sheet is the customer's page.
type sheet struct {
	frame
	Base       string // "/c/…", what the page's links begin with
	Viewing    string // to one of ours who only looks, whose buttons these are
	Thanks     string
	ThanksNext string
	Word       word
	How        string // the heading over what they can tell us
	Acts       []act
	More       []act // the less likely ones, folded
	MoreH      string
	PromisedH  string
	Given      []given
	SaidH      string
	Said       []said
	Itself     string
	NoWords    string
	Since      string // link to everything; empty: it is all there
}

// word is the card on top: whose turn, what was missed, the clock, what comes.
type word struct {
	Turn   string
	Now    string // a workaround holds
	Need   string // what they told us of how pressing it is
	Missed []miss
	Face   face
	Above  string // in the clock: the day
	Big    string // in the clock: the time, or a word
	Words  bool   // Big is a word
	Time   string // the instant, for machines
	In     string
	What   string
	Where  string
	Until  string // when we take it as solved
	Ask    string
	Link   string
	Href   string
}

type miss struct{ Head, Why string }

// act is something that a customer can tell us.
type act struct {
	Href, Text, Small string
	Main, Half        bool
}

// page answers GET /c/{token}.
func (d *door) page(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	if strings.HasSuffix(token, cssSuffix) { // no link is called so
		if !d.brandSheet(w, r, token) {
			d.trouble(w, r, kept.Fail(kept.NotFound, "no such file"))
		}
		return
	}
	v, err := d.deps.View(r.Context(), token)
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	query := r.URL.Query()
	d.render(w, r, http.StatusOK, "page", d.sheetOf(r, v, token, query.Get("done"), query.Has("all")))
}

// readerOf is the customer as one who is told times. Their language is what we know of them, then
// what their browser asks for, then the organization's.
func readerOf(r *http.Request, v View) words.Reader {
	tags := []string{v.Language, v.Conversation.Language, v.Contact.Language}
	tags = append(tags, asked(r)...)
	language := words.Best(append(tags, v.Organization.Language)...)
	zone := v.Zone
	if zone == "" {
		zone = v.Contact.Zone
	}
	return words.For(language, zone, v.Organization.Zone, v.Now)
}

// asked are the languages that the browser prefers, in its order.
func asked(r *http.Request) []string {
	var tags []string
	for tag := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ = strings.Cut(tag, ";")
		tags = append(tags, tag)
	}
	return tags[:min(len(tags), 8)]
}

// frameOf is the frame for one who opened a page.
func (d *door) frameOf(r words.Reader, v View) frame {
	house := words.Line(v.Organization.Name, 60)
	f := frame{
		Language: r.Language, Style: d.style.href, Brand: brandHref(v.Organization.Brand),
		House: house, Imprint: words.Imprint(v.Organization), ByKept: r.Say("portal.by_kept"),
		AsOf: r.Say("portal.as_of", "date", r.Date(v.Now), "time", r.Clock(v.Now)),
		For:  r.Say("portal.for_nameless"),
	}
	if house != "" {
		f.Initial = string([]rune(house)[:1])
	}
	if name := words.Line(v.Contact.Name, 80); name != "" {
		f.For = r.Say("portal.for", "name", name)
	}
	return f
}

func (d *door) sheetOf(r *http.Request, v View, token, done string, all bool) sheet {
	reader := readerOf(r, v)
	s := sheet{
		frame: d.frameOf(reader, v), Base: "/c/" + url.PathEscape(token),
		PromisedH: reader.Say("portal.promised"), Given: givenOf(reader, v, "/c/"+url.PathEscape(token)),
		SaidH: reader.Say("portal.said"), Itself: reader.Say("portal.by_itself"), NoWords: reader.Say("portal.no_words"),
	}
	s.Word = wordOf(reader, v, s.Base)
	s.Title = titleOf(reader, v)
	s.How, s.Acts, s.More = howOf(reader, v), actsOf(reader, v, s.Base), moreOf(reader, v, s.Base)
	s.MoreH = reader.Say("portal.more")
	s.Thanks, s.ThanksNext = thanksOf(reader, v, done)
	if v.ViewOnly {
		s.onlyShow(reader, v)
	}
	var cut bool
	if s.Said, cut = saidOf(reader, v, all); cut {
		s.Since = reader.Say("portal.since", "date", reader.DateShort(v.Conversation.CreatedAt))
	}
	return s
}

// onlyShow takes away what only the customer can press, and says so.
func (s *sheet) onlyShow(r words.Reader, v View) {
	s.Viewing = r.Say("portal.viewing", "name", words.Line(cmp.Or(v.Contact.Name, v.Contact.Email), 80))
	s.Acts, s.More, s.Thanks = nil, nil, ""
	s.Word.Ask, s.Word.Link, s.Word.Href = "", "", ""
	for i := range s.Given {
		s.Given[i].Href, s.Given[i].Link = "", ""
	}
}

// who answers: the assignee, or else the house.
func who(v View) string {
	if name := words.Line(v.Agent, 60); name != "" {
		return name
	}
	return words.Line(v.Organization.Name, 60)
}

// whose is who gave a promise; who answers, where nobody did by name.
func whose(v View, p kept.Promise) string {
	if name := words.Line(v.Names[p.By], 60); name != "" {
		return name
	}
	return who(v)
}

// lead is who decides what is done; the house, where nobody is named.
func lead(v View) string {
	if v.Sooner != nil {
		if name := words.Line(v.Names[v.Sooner.Lead], 60); name != "" {
			return name
		}
	}
	if name := words.Line(v.Lead, 60); name != "" {
		return name
	}
	return words.Line(v.Organization.Name, 60)
}

func subject(r words.Reader, v View) string {
	if line := words.Line(v.Conversation.Subject, 60); line != "" {
		return line
	}
	return r.Say("portal.no_subject")
}

func titleOf(r words.Reader, v View) string {
	house := words.Line(v.Organization.Name, 60)
	if p, ok := next(v); ok && v.Conversation.Status == kept.Open {
		return r.Say("portal.title_next", "subject", subject(r, v), "by", due(r, p), "organization", house)
	}
	return r.Say("portal.title", "subject", subject(r, v), "organization", house)
}

// next is our open promise due first: of doing something, before one of only asking.
func next(v View) (kept.Promise, bool) {
	open := openOnes(v.Promises)
	i := slices.IndexFunc(open, func(p kept.Promise) bool { return p.Kind != kept.CheckIn && p.Kind != kept.FollowUp })
	switch {
	case i >= 0:
		return open[i], true
	case len(open) > 0:
		return open[0], true
	}
	return kept.Promise{}, false
}

// still is what stays due even when it works: promised for its own sake, "the refund by Friday".
func still(v View) (kept.Promise, bool) {
	for _, p := range openOnes(v.Promises) {
		switch p.Kind {
		case kept.Custom, kept.Callback, kept.Resolution, kept.Workaround:
			return p, true
		}
	}
	return kept.Promise{}, false
}

// wordOf is the card on top.
func wordOf(r words.Reader, v View, base string) word {
	var w word
	switch v.Conversation.Status {
	case kept.Open:
		w = ourTurn(r, v, base)
	case kept.Pending:
		w = theirTurn(r, v)
	case kept.Solved:
		w = solved(r, v)
	default:
		return closed(r, v, base)
	}
	w.Missed = missed(r, v)
	if !v.Conversation.WorkaroundAt.IsZero() && v.Conversation.Status != kept.Solved {
		w.Now = r.Say("portal.workaround_now")
	}
	if len(w.Missed) > 0 && w.Ask != "" {
		w.Ask = r.Say("portal.not_enough")
	}
	return w
}

// ourTurn shows the next promise on the clock.
func ourTurn(r words.Reader, v View, base string) word {
	w := word{
		Turn: r.Say("portal.turn_ours"), What: r.Say("portal.nothing_due"), Face: face{Kind: "run", Hours: hours},
		Ask: r.Say("portal.too_late"), Link: r.Say("portal.sooner_link"), Href: base + "/sooner",
	}
	if p, ok := next(v); ok {
		w.promise(r, p, whose(v, p))
	}
	w.Need = needOf(r, v)
	return w
}

// needOf is what they told us of how pressing it is, and who decides.
func needOf(r words.Reader, v View) string {
	n := v.Conversation.Need
	if n == nil {
		return ""
	}
	parts := []string{r.Say("portal.need_open")}
	if n.By.After(r.Now) {
		parts[0] = r.Say("portal.need", "when", r.By(n.By))
	}
	if v.Conversation.Priority == kept.Urgent {
		parts = append(parts, r.Say("portal.need_urgent"))
	}
	return strings.Join(append(parts, r.Say("portal.need_decides", "who", lead(v))), " ")
}

// promise puts one on the clock.
func (w *word) promise(r words.Reader, p kept.Promise, who string) {
	day := "time.day_by"
	if onTime(p.Kind) {
		day = "time.day_at"
	}
	at := p.Due
	if p.From.After(r.Now) {
		at = p.From // a call's window is shown by when it begins
	}
	w.Face = faceOf(r, at)
	w.Above, w.Big = words.First(r.Say(day, "day", r.Day(at))), r.Digits(at)
	w.In, w.Time = r.Until(at), iso(r, at)
	w.What, w.Where = r.Does(p, who), r.Where(at)
}

// theirTurn shows that we wait, unless we promised something meanwhile: then that.
func theirTurn(r words.Reader, v View) word {
	w := word{
		Face: face{Kind: "yours"}, Words: true, Big: r.Say("portal.yours_big"), What: r.Say("portal.yours_what"),
	}
	p, ok := next(v)
	switch {
	case ok && p.Kind == kept.CheckIn:
		w.Where = r.Say("portal.yours_then", "when", r.When(p.Due))
	case ok && p.Kind != kept.FollowUp:
		w.Words, w.Turn = false, r.Say("portal.turn_yours")
		w.promise(r, p, whose(v, p))
	}
	return w
}

// solved asks, because the customer decides it.
func solved(r words.Reader, v View) word {
	w := word{
		Turn: r.Say("portal.solved_turn"), Face: face{Kind: "solved"}, Words: true,
		Big: r.Say("portal.solved_big"), What: r.Say("portal.solved_what"),
	}
	switch p, ok := next(v); {
	case ok && p.Kind == kept.FollowUp:
		w.Where = r.Say("portal.solved_follow", "who", who(v), "when", r.When(p.Due))
	case ok:
		w.Where = r.Say("portal.solved_then", "what", stop(r.Does(p, whose(v, p))), "when", r.When(p.Due))
	}
	if v.ObjectBy.After(r.Now) {
		w.Until = r.Say("portal.solved_until", "when", r.When(v.ObjectBy))
	}
	return w
}

// closed says that nothing is left, and how to come back.
func closed(r words.Reader, v View, base string) word {
	w := word{
		Turn: r.Say("portal.closed_turn"), Face: face{Kind: "done"}, Words: true,
		Big: r.Say("portal.closed_big"), What: r.Say("portal.closed_what"),
		Ask: r.Say("portal.closed_back"), Link: r.Say("portal.closed_back_link"), Href: base + "/not-solved",
	}
	if at := v.Conversation.ClosedAt; !at.IsZero() {
		w.Where = r.Say(endedAs(v), "when", r.When(at))
	}
	return w
}

// endedAs is how the matter came to its end.
func endedAs(v View) string {
	for _, m := range slices.Backward(v.Messages) {
		if m.Kind == kept.MessageIn && slices.Contains(m.Warnings, "customer.not_needed") && !m.CreatedAt.Before(v.Conversation.ClosedAt) {
			return "portal.closed_not_needed"
		}
	}
	switch v.Conversation.Solution() {
	case kept.Confirmed:
		return "portal.closed_confirmed"
	case kept.Assumed:
		return "portal.closed_assumed"
	}
	return "portal.closed_then"
}

// missed are the broken promises that weren't made good, the latest first: the page begins with
// them.
func missed(r words.Reader, v View) []miss {
	broken := shown(v.Promises, func(p kept.Promise) bool {
		return p.State == kept.PromiseBroken && p.MadeGoodAt.IsZero() && p.FulfilledAt.IsZero()
	})
	slices.SortStableFunc(broken, func(a, b kept.Promise) int { return b.Due.Compare(a.Due) })
	var all []miss
	for _, p := range broken[:min(len(broken), 2)] {
		all = append(all, miss{r.Say("promise.was_missed", "when", r.On(p.Due)), r.NotHad(p)})
	}
	return all
}

// howOf is the heading over what the customer can tell us.
func howOf(r words.Reader, v View) string {
	if name := words.Called(r.Language, v.Contact.Name); name != "" {
		return r.Say("portal.how", "name", name)
	}
	return r.Say("portal.how_nameless")
}

// actsOf is what the customer most likely has to tell us now.
func actsOf(r words.Reader, v View, base string) []act {
	status := v.Conversation.Status
	works := act{Href: base + "/works", Text: r.Say("portal.works"), Half: true, Main: status == kept.Solved}
	not := act{Href: base + "/not-solved", Text: r.Say("portal.not_solved"), Half: true}
	add := act{Href: base + "/words", Text: r.Say("portal.add_files"), Small: r.Say("portal.add_small", "who", who(v))}
	switch status {
	case kept.Open:
		acts := []act{works, not}
		if v.Conversation.LastOutboundAt.IsZero() {
			acts = nil // we have said nothing yet that could have helped
		}
		return append(append(acts, helpsNot(r, v, base)...), soonerAct(r, base), callAct(r, v, base), add)
	case kept.Pending:
		add.Text, add.Main = r.Say("portal.yours_write"), true
		return append([]act{add, works, not, callAct(r, v, base)}, helpsNot(r, v, base)...)
	case kept.Solved:
		return []act{works, not, add}
	}
	not.Half = false
	return []act{not, add}
}

// helpsNot is the way to say that a workaround doesn't help; only while one stands.
func helpsNot(r words.Reader, v View, base string) []act {
	if v.Conversation.WorkaroundAt.IsZero() {
		return nil
	}
	return []act{{Href: base + "/no-help", Text: r.Say("portal.workaround_fails"), Small: r.Say("portal.workaround_fails_small")}}
}

func soonerAct(r words.Reader, base string) act {
	return act{Href: base + "/sooner", Text: r.Say("portal.sooner"), Small: r.Say("portal.sooner_small")}
}

// moreOf is what else they can tell us.
func moreOf(r words.Reader, v View, base string) (acts []act) {
	status := v.Conversation.Status
	if status == kept.Pending {
		acts = append(acts, soonerAct(r, base))
	}
	if status.Live() {
		small := r.Say("portal.senior_small", "who", lead(v))
		if at := v.Conversation.SeniorAt; !at.IsZero() {
			small = r.Say("portal.senior_has", "who", lead(v), "when", r.When(at))
		}
		acts = append(acts, act{Href: base + "/senior", Text: r.Say("portal.senior"), Small: small})
	}
	acts = append(acts, act{Href: base + "/reach", Text: r.Say("portal.reach")})
	if status == kept.Open || status == kept.Pending || status == kept.Solved && len(releasable(v)) > 0 {
		acts = append(acts, act{Href: base + "/not-needed", Text: r.Say("portal.not_needed"), Small: r.Say("portal.not_needed_small")})
	}
	return acts
}

// thanksOf is said after something was told, with what happens next.
func thanksOf(r words.Reader, v View, done string) (thanks, then string) {
	open := func(key string) string {
		if p, ok := next(v); ok && v.Conversation.Status == kept.Open {
			return r.Say(key, "who", whose(v, p), "by", due(r, p))
		}
		return r.Say("portal.thanks_next_open", "who", who(v))
	}
	closed := v.Conversation.Status == kept.Closed
	switch done {
	case "call", "no-call":
		return thanksForCall(r, v, done)
	case "works":
		if closed {
			return r.Say("portal.thanks_works"), r.Say("portal.thanks_works_next")
		}
		return r.Say("portal.thanks_works"), r.Say("portal.thanks_works_still")
	case "not-solved":
		return r.Say("portal.thanks_not_solved"), open("portal.thanks_not_solved_next")
	case "words":
		return r.Say("portal.thanks_words"), open("portal.thanks_words_next")
	case "sooner":
		return r.Say("portal.thanks_sooner"), becameSooner(r, v, open)
	case "senior":
		return r.Say("portal.thanks_senior", "who", lead(v)), open("portal.thanks_senior_next")
	case "no-help":
		return r.Say("portal.thanks_fails"), open("portal.thanks_fails_next")
	case "not-needed":
		if closed {
			return r.Say("portal.thanks_not_needed"), r.Say("portal.thanks_not_needed_closed")
		}
		return r.Say("portal.thanks_not_needed"), r.Say("portal.thanks_not_needed_open")
	case "reach":
		if v.Agreed.ID > 0 && v.Contact.Hours != "" {
			return r.Say("portal.thanks_reach"), r.Say("portal.thanks_reach_wish")
		}
		return r.Say("portal.thanks_reach"), r.Say("portal.thanks_reach_next")
	}
	return "", ""
}

// becameSooner says what was promised before they said that they need it sooner, what is now, and who
// decides the rest.
func becameSooner(r words.Reader, v View, open func(string) string) string {
	s := v.Sooner
	if s == nil || s.After.IsZero() || !s.After.After(r.Now) {
		return open("portal.thanks_words_next")
	}
	says := r.Say("portal.thanks_sooner_same", "after", r.By(s.After))
	switch {
	case s.Before.IsZero():
		says = r.Say("portal.thanks_sooner_new", "after", r.By(s.After))
	case s.After.Before(s.Before):
		says = r.Say("portal.thanks_sooner_earlier", "before", r.By(s.Before), "after", r.By(s.After))
	}
	return says + " " + r.Say("portal.need_decides", "who", lead(v))
}
