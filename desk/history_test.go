package desk_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// TestTheInvariantsHoldAfterAnyHistory lives random weeks: customers, agents, admins, the relay, the clock,
// crashes and the customers' pages do what they like, and now and then, and at the end, the invariants hold
// and the log rebuilds what is stored. KEPT_SEED repeats one; KEPT_STEPS makes the weeks longer.
func TestTheInvariantsHoldAfterAnyHistory(t *testing.T) {
	seed := rand.Uint64()
	if s, err := strconv.ParseUint(os.Getenv("KEPT_SEED"), 10, 64); err == nil {
		seed = s
	}
	steps := 250
	if n, err := strconv.Atoi(os.Getenv("KEPT_STEPS")); err == nil {
		steps = n
	}
	t.Logf("KEPT_SEED=%d", seed)
	each(t, func(w *world) {
		l := life{world: w, r: rand.New(rand.NewPCG(seed, 0))}
		_, err := w.desk.PutTeam(w.ctx, w.ana, kept.Team{Name: "Lines", Members: []kept.ID{w.bo.ID}})
		w.ok(err)
		w.nights() // what is urgent pages
		for n := range steps {
			l.step()
			if n%1000 == 999 {
				w.until(w.at)
				w.check()
			}
			if w.Failed() {
				w.Fatalf("after %d steps", n+1)
			}
		}
		w.until(w.at)
		w.Logf("%d steps, %d conversations, promises by state: %v, by kind: %v, what happened: %v", steps, len(l.ids), l.states(), l.kinds(), l.happened())
	})
}

// life is a world that does random things.
type life struct {
	*world
	r   *rand.Rand
	ids []kept.ID
}

// states counts the promises, so that a history in which nothing happened is seen.
func (l *life) states() map[kept.PromiseState]int {
	n := map[kept.PromiseState]int{}
	for _, id := range l.ids {
		for _, p := range l.read(id).Promises {
			n[p.State]++
		}
	}
	return n
}

// kinds counts the promises by what they are of.
func (l *life) kinds() map[kept.PromiseKind]int {
	n := map[kept.PromiseKind]int{}
	for _, id := range l.ids {
		for _, p := range l.read(id).Promises {
			n[p.Kind]++
		}
	}
	return n
}

// happened counts what is rare, so that a history without it is seen.
func (l *life) happened() map[kept.EventType]int {
	n := map[kept.EventType]int{}
	for _, id := range l.ids {
		for _, e := range l.events(id, kept.ConversationMerged, kept.ConversationUnmerged, kept.WorkaroundTold, kept.WorkaroundDisputed,
			kept.PromiseCorrected, kept.PromiseRecomputed, kept.PromiseCarried, kept.LeadTold, kept.ChaseRecorded, kept.MessageBounced) {
			n[e.Type]++
		}
	}
	return n
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (l *life) step() {
	steps := []func(){
		l.aMail, l.aMail, l.aMail, l.anAnswer, l.anAnswer, l.anAnswer, l.theRelay, l.theRelay, l.theRelay,
		l.theClock, l.theClock, l.aChange, l.thePage, l.aBounce, l.aNote, l.aGivenPromise, l.aRelease, l.theWindowEnds,
		l.aMerge, l.aPolicy, l.aCrash, l.aChange, l.thePage, l.anAsk, l.anAsk,
	}
	pick(l.r, steps)()
}

// may lets a verb refuse with a sentence for a person; anything else fails the test.
func (l *life) may(err error) {
	l.Helper()
	var e *kept.Error
	if err != nil && !errors.As(err, &e) {
		l.Fatal(err)
	}
}

func (l *life) any() (desk.Full, bool) {
	if len(l.ids) == 0 {
		return desk.Full{}, false
	}
	return l.read(pick(l.r, l.ids)), true
}

var people = []string{"marta@example.com", "tomasz@example.org", "samir@example.net", "oisin@example.ie"}

func (l *life) aMail() {
	from := pick(l.r, people)
	in := l.mail(from, pick(l.r, []string{"No line", "Invoice", "Moving house", ""}), pick(l.r, []string{"Help", "Are you there?", "Thanks!", "??"}))
	if f, ok := l.any(); ok && l.r.IntN(2) == 0 {
		in.InReplyTo = []string{messageOf(f, f.Timeline[0].Message.ID).MessageID}
	}
	in.Kind = pick(l.r, []kept.MailKind{kept.MailNormal, kept.MailNormal, kept.MailNormal, kept.MailAutoReply, kept.MailList, kept.MailBounce})
	l.arrives(in)
	if l.r.IntN(10) == 0 {
		l.arrives(in) // the same again
	}
	for _, list := range []desk.List{desk.AllOpen, desk.AllPending, desk.AllSolved, desk.AllClosed} {
		p, err := l.desk.List(l.ctx, l.ana, list, "", 100)
		l.ok(err)
		for _, c := range p.Items {
			if len(l.ids) == 0 || c.ID > l.ids[len(l.ids)-1] {
				l.ids = append(l.ids, c.ID)
			}
		}
	}
}

func (l *life) anAnswer() {
	f, ok := l.any()
	if !ok {
		return
	}
	a := desk.Answer{HTML: pick(l.r, []string{"We look at it.", "Does it work now?"}), Then: pick(l.r, []desk.Then{desk.Wait, desk.Ours, desk.Solve}), Workaround: l.r.IntN(4) == 0}
	if l.r.IntN(2) == 0 {
		a.Next = &desk.Next{Words: pick(l.r, []string{"", "The router arrives"}), Due: l.at.Add(time.Duration(l.r.IntN(4000)) * time.Minute)}
		if l.r.IntN(2) == 0 {
			for _, p := range f.Promises {
				if p.State == kept.PromiseOpen {
					a.Next.Moves = p.ID
				}
			}
		}
	}
	_, err := l.desk.Reply(l.ctx, pick(l.r, []kept.Actor{l.ana, l.bo}), f.ID, a)
	l.may(err)
}

// theRelay takes, defers or refuses what waits; now and then it dies between taking and telling.
func (l *life) theRelay() {
	for _, id := range l.jobs(desk.JobDeliver) {
		s, err := l.desk.BeginSending(l.ctx, id)
		l.ok(err)
		if s.Done {
			continue
		}
		switch l.r.IntN(10) {
		case 0:
			l.ok(l.desk.Refused(l.ctx, id, "550 5.1.1 no such user"))
		case 1:
			l.ok(l.desk.Deferred(l.ctx, id, "451 try later"))
			_, err := l.desk.Retry(l.ctx, l.ana, id)
			l.may(err)
		case 2:
			s, err = l.desk.BeginSending(l.ctx, id)
			l.ok(err)
			l.ok(l.desk.Delivered(l.ctx, id, kept.Receipt{Relay: "relay.test"}))
		default:
			l.ok(l.desk.Delivered(l.ctx, id, kept.Receipt{Relay: "relay.test"}))
		}
	}
}

// theClock goes on, by a minute or by days; sometimes nothing ran meanwhile.
func (l *life) theClock() {
	d := time.Duration(1+l.r.IntN(pick(l.r, []int{30, 600, 6000}))) * time.Minute
	if l.r.IntN(3) == 0 {
		l.at = l.at.Add(d)
		for {
			n, _, err := l.desk.BreakDue(l.ctx, l.at)
			l.ok(err)
			if n == 0 {
				return
			}
		}
	}
	l.turns(d)
}

func (l *life) aChange() {
	f, ok := l.any()
	if !ok {
		return
	}
	var c desk.Change
	switch l.r.IntN(6) {
	case 0:
		s := pick(l.r, []kept.Status{kept.Open, kept.Pending, kept.Solved, kept.Spam, kept.Closed})
		c.Status = &s
	case 1:
		p := pick(l.r, kept.Priorities)
		c.Priority = &p
	case 2:
		a := pick(l.r, []kept.ID{0, l.ana.ID, l.bo.ID})
		c.Assignee = &a
	case 3:
		u := l.at.Add(time.Duration(l.r.IntN(2000)) * time.Minute)
		c.SnoozedUntil = &u
	case 4:
		c.UntilTheyWrite = true
	case 5:
		team := pick(l.r, []kept.ID{0, 1})
		c.Team = &team
	}
	_, err := l.desk.Change(l.ctx, l.ana, f.ID, c)
	l.may(err)
}

func (l *life) thePage() {
	f, ok := l.any()
	if !ok {
		return
	}
	token := l.token(f)
	switch l.r.IntN(10) {
	case 3:
		need := kept.Need{By: l.at.Add(time.Duration(l.r.IntN(3000)) * time.Minute), Hours: l.r.IntN(25), CanWork: l.r.IntN(2) == 0}
		l.may(l.desk.NeedSooner(l.ctx, token, need, ""))
	case 4:
		l.may(l.desk.AskSenior(l.ctx, token, "Who decides?", ""))
	case 5:
		l.may(l.desk.NotNeeded(l.ctx, token, pick(l.r, []string{"", "Sold it.", "Where do I send it?"}), 0, ""))
	case 6:
		if len(f.Promises) == 0 {
			return
		}
		l.may(l.desk.NotNeeded(l.ctx, token, "", pick(l.r, f.Promises).ID, ""))
	case 7:
		l.may(l.desk.ChangeReach(l.ctx, token, desk.Reach{Name: "Somebody", Hours: pick(l.r, desk.ReachHours())}))
	case 0:
		l.may(l.desk.ItWorks(l.ctx, token, ""))
	case 1:
		l.may(l.desk.NotSolved(l.ctx, token, "No.", ""))
	case 2:
		l.may(l.desk.AddWords(l.ctx, token, "One more thing", strconv.Itoa(l.r.IntN(50))))
	case 8, 9:
		l.may(l.desk.WorkaroundFails(l.ctx, token, "It doesn't help.", ""))
	}
}

func (l *life) aBounce() {
	f, ok := l.any()
	if !ok {
		return
	}
	m := lastSaid(f)
	if m.ID == 0 {
		return
	}
	l.arrives(l.mail("mailer-daemon@mx.test", "Undelivered", "came back", kind(kept.MailBounce), func(in *kept.Inbound) {
		in.Sender, in.Bounce = "", &kept.Bounce{Permanent: l.r.IntN(2) == 0, Status: "5.1.1", MessageID: m.MessageID}
	}))
}

func (l *life) aNote() {
	if f, ok := l.any(); ok {
		_, err := l.desk.AddNote(l.ctx, l.bo, f.ID, "Inside")
		l.may(err)
	}
}

func (l *life) aGivenPromise() {
	f, ok := l.any()
	if !ok {
		return
	}
	_, err := l.desk.Give(l.ctx, l.bo, f.ID, desk.Next{Words: "We call back", Due: l.at.Add(time.Duration(l.r.IntN(3000)) * time.Minute)})
	l.may(err)
	for _, p := range f.Promises {
		if p.Kind == kept.Custom && l.r.IntN(2) == 0 {
			_, err := l.desk.Finish(l.ctx, l.bo, p.ID, f.Timeline[0].Message.ID)
			l.may(err)
		}
	}
}

func (l *life) aRelease() {
	f, ok := l.any()
	if !ok || len(f.Promises) == 0 {
		return
	}
	_, err := l.desk.Release(l.ctx, pick(l.r, []kept.Actor{l.ana, l.bo}), pick(l.r, f.Promises).ID, "they said so")
	l.may(err)
}

func (l *life) theWindowEnds() {
	if f, ok := l.any(); ok {
		_, err := l.desk.CloseUnopposed(l.ctx, f.ID)
		l.may(err)
	}
}

// anAsk asks a colleague, about a conversation or alone, or ends what was asked: answered, taken, withdrawn.
func (l *life) anAsk() {
	n := desk.NewAsk{Agent: l.ana.ID, Question: "Do you know?", Due: l.at.Add(time.Duration(l.r.IntN(3000)) * time.Minute)}
	if f, ok := l.any(); ok && l.r.IntN(3) > 0 {
		n.Conversation = f.ID
	}
	if l.r.IntN(2) == 0 {
		_, err := l.desk.Ask(l.ctx, l.bo, n)
		l.may(err)
		return
	}
	page, err := l.desk.Asks(l.ctx, l.bo, desk.AskQuery{Side: desk.AskedByMe, Limit: 20})
	l.ok(err)
	if len(page.Items) == 0 {
		return
	}
	a := pick(l.r, page.Items)
	if l.r.IntN(3) > 0 {
		_, err = l.desk.AnswerAsk(l.ctx, l.ana, a.ID, "I do")
	} else {
		_, err = l.desk.WithdrawAsk(l.ctx, l.bo, a.ID, "no longer needed")
	}
	l.may(err)
}

// aMerge puts two conversations of one customer together, or takes them apart.
func (l *life) aMerge() {
	f, ok := l.any()
	if !ok {
		return
	}
	if f.MergedInto != 0 {
		_, err := l.desk.Unmerge(l.ctx, l.bo, f.ID)
		l.may(err)
		return
	}
	for _, e := range f.Earlier {
		if l.r.IntN(2) == 0 {
			_, err := l.desk.Merge(l.ctx, l.bo, f.ID, e.ID)
			l.may(err)
			return
		}
	}
}

// aPolicy promises other things from now on, and goes through what is open.
func (l *life) aPolicy() {
	h := func(n int) kept.Span { return kept.Span{Minutes: 60 * n} }
	list, err := l.desk.Policies(l.ctx, l.ana)
	l.ok(err)
	priority := pick(l.r, kept.Priorities)
	t := list[0].Times[priority]
	t.Resolution, t.Workaround = pick(l.r, []kept.Span{{}, h(20), h(40)}), pick(l.r, []kept.Span{{}, h(1), h(8)})
	t.NextReply, t.Update = h(1+l.r.IntN(9)), h(2+l.r.IntN(9))
	list[0].Times[priority] = t
	_, err = l.desk.PutPolicy(l.ctx, l.ana, list[0])
	l.may(err)
	l.recomputes()
}

// aCrash kills a node between the relay's answer and our note of it, and starts another over the same database.
func (l *life) aCrash() {
	claimed, _, err := l.db.ClaimJobs(l.ctx, store.Claim{Now: l.at, Most: 3, Lease: func(string) time.Duration { return time.Minute }})
	l.ok(err)
	for _, j := range claimed {
		var of desk.Of
		if j.Kind == desk.JobDeliver && json.Unmarshal(j.Args, &of) == nil {
			_, err := l.desk.BeginSending(l.ctx, of.ID)
			l.ok(err)
		}
	}
	l.restarts()
	l.at = l.at.Add(2 * time.Minute) // the leases are over
}
