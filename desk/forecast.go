package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
	"github.com/kept-desk/kept/store"
)

// mostForecast is how many promises are forecast, the earliest due first; what is due later is of less
// use, and the answer stays quick.
const mostForecast = 1000

// safe is how sure a time must be before the desk proposes it. It is looked for in fewer simulations and
// less far ahead than the forecast: each time that is tried costs all of them.
const (
	safe     = 0.9
	safeRuns = 100
	safeDays = 7
)

// How long a forecast serves everybody who asks: a minute where nothing happened, less where something
// did. What the past says changes slowly.
const (
	freshQuiet = time.Minute
	freshBusy  = 15 * time.Second
	freshPast  = time.Hour
)

// foresight keeps the latest forecast, so that a board that many look at is reckoned once.
type foresight struct {
	mu         sync.Mutex
	past       past
	pastOf     string // the house's version that it was read for
	ahead      *ahead
	calibrated calibrated
}

// ahead is the desk as a forecast sees it at one moment, and what was reckoned of it.
type ahead struct {
	at       time.Time
	position string // of the log
	version  string // of the house
	input    forecast.Input
	basis    Basis
	forecast *forecast.Forecast

	trying sync.Mutex
	safeOf map[safeKey]time.Time
}

type safeKey struct {
	conversation, assignee kept.ID
	kind                   kept.PromiseKind
}

// Basis says on what a forecast rests.
type Basis struct {
	At       time.Time `json:"at" doc:"When it was reckoned."`
	Promises int       `json:"promises" doc:"How many open or missed promises it counts."`
	Bounded  bool      `json:"bounded" doc:"There are more: only the earliest due are counted."`
	Staff    int       `json:"staff" doc:"How many people serve, each with their shifts."`
	Since    time.Time `json:"since" doc:"From when on the record was read."`
	Recorded int       `json:"recorded" doc:"How many promises of the past it read."`
	Measured int       `json:"measured" doc:"Of how many answers the working time could be measured; the rest is assumed."`
	Arrivals bool      `json:"arrivals" doc:"Whether what will come in is counted: after the first week."`
	Share    float64   `json:"share" doc:"How sure a time must be to be proposed."`
}

// Chance is how likely one promise is to be kept.
type Chance struct {
	Promise kept.ID `json:"promise"`
	Kept    float64 `json:"kept" doc:"0 to 1."`
	Nobody  bool    `json:"nobody,omitempty" doc:"Nobody who serves may take it."`
	Beyond  bool    `json:"beyond,omitempty" doc:"Due after what the forecast looks at; judged as if due there."`
}

// LoadHour is what lies ahead in one hour.
type LoadHour struct {
	From     time.Time `json:"from"`
	Due      int       `json:"due" doc:"Open promises due in it."`
	Arrivals float64   `json:"arrivals" doc:"New promises expected."`
	Staff    int       `json:"staff" doc:"Minutes that people are on shift."`
	Busy     int       `json:"busy" doc:"Minutes of them that go into work, on average."`
	Waiting  float64   `json:"waiting" doc:"Promises that wait for somebody at its end, on average."`
}

// Forecast is how likely each open promise is to be kept, and the load ahead.
type Forecast struct {
	Basis   Basis
	Chances []Chance
	Load    []LoadHour
}

// loadDays is how far ahead the load is told.
const loadDays = 7

// Forecast says how likely each open promise is to be kept. A check-in isn't forecast: Kept sends it.
func (d *Desk) Forecast(ctx context.Context, who kept.Actor) (f Forecast, err error) {
	err = d.foresee(ctx, who, "read-forecast", func(_ *store.Tx, _ *house, a *ahead) error {
		if a.forecast == nil {
			made, err := forecast.Simulate(a.input)
			if err != nil {
				return err
			}
			a.forecast = &made
		}
		f.Basis = a.basis
		for _, c := range a.forecast.Chances {
			f.Chances = append(f.Chances, Chance{c.Promise, c.Kept, c.Nobody, c.Beyond})
		}
		for _, l := range a.forecast.Load[:min(len(a.forecast.Load), loadDays*24)] {
			f.Load = append(f.Load, LoadHour{l.From, l.Due, l.Arrivals, int(l.Staff.Minutes()), int(l.Busy.Minutes()), l.Waiting})
		}
		return nil
	})
	return f, err
}

// Safe is the earliest time that can honestly be promised; a zero Due says that there is none within the
// week that is looked at.
type Safe struct {
	Due   time.Time
	Basis Basis
}

// SafeTime finds the time by which the next word of a kind is safe to be kept in a conversation, without
// costing other promises theirs. What the message in hand fulfils doesn't count.
func (d *Desk) SafeTime(ctx context.Context, who kept.Actor, conversation kept.ID, kind kept.PromiseKind) (s Safe, err error) {
	var a *ahead
	key := safeKey{conversation: conversation, kind: kind}
	wish := forecast.Wish{Kind: kind}
	err = d.foresee(ctx, who, "safe-time", func(tx *store.Tx, h *house, is *ahead) error {
		c, err := tx.Conversation(conversation)
		if err != nil {
			return err
		}
		w, err := h.whose(tx, c.Contact)
		if err != nil {
			return err
		}
		if wish.Assignee = c.Assignee; wish.Assignee == 0 {
			wish.Assignee = who.ID // who answers, has it
		}
		_, _, cal := h.times(c, w)
		wish.Calendar, _ = cal.(*calendar.Calendar)
		key.assignee = wish.Assignee
		a, s.Basis = is, is.basis
		return nil
	})
	if err != nil {
		return s, err
	}
	s.Due, err = a.safeTime(key, wish)
	return s, err
}

// safeTime reckons a safe time once; one at a time, as it takes a core.
func (a *ahead) safeTime(key safeKey, wish forecast.Wish) (time.Time, error) {
	a.trying.Lock()
	defer a.trying.Unlock()
	if due, ok := a.safeOf[key]; ok {
		return due, nil
	}
	in := a.input
	in.Runs, in.Horizon = safeRuns, safeDays*24*time.Hour
	in.Promises = slices.DeleteFunc(slices.Clone(in.Promises), func(p forecast.Promise) bool {
		return p.Conversation == key.conversation && (p.Kind == kept.Reply || p.Kind == kept.Update)
	})
	due, err := forecast.SafeTime(in, wish, safe)
	if err == nil {
		a.safeOf[key] = due
	}
	return due, err
}

// foresee hands f the desk as it lies ahead, read anew where it has grown old. One at a time: the others
// find what the first has reckoned.
func (d *Desk) foresee(ctx context.Context, who kept.Actor, op Operation, f func(*store.Tx, *house, *ahead) error) error {
	now := d.now()
	position, err := d.db.LastPosition(ctx)
	if err != nil {
		return err
	}
	d.sight.mu.Lock() // before the transaction: whoever waits holds no connection
	defer d.sight.mu.Unlock()
	return d.read(ctx, who, op, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if !d.sight.ahead.serves(now, position, h.version) {
			a, err := d.lookAhead(tx, h, now)
			if err != nil {
				return err
			}
			a.position = position
			d.sight.ahead = a
		}
		return f(tx, h, d.sight.ahead)
	})
}

// serves reports whether what was reckoned earlier still holds.
func (a *ahead) serves(now time.Time, position, version string) bool {
	if a == nil || a.version != version || now.Before(a.at) {
		return false
	}
	if a.position == position {
		return now.Sub(a.at) < freshQuiet
	}
	return now.Sub(a.at) < freshBusy
}

// learn is what the record says, read anew where it has grown old. The caller holds the lock.
func (s *foresight) learn(tx *store.Tx, h *house, now time.Time) (past, error) {
	if s.pastOf != h.version || now.Sub(s.past.to) >= freshPast || now.Before(s.past.to) {
		p, err := h.readPast(tx, now)
		if err != nil {
			return past{}, err
		}
		s.past, s.pastOf = p, h.version
	}
	return s.past, nil
}

// lookAhead reads the desk as the forecast sees it. The caller holds the lock.
func (d *Desk) lookAhead(tx *store.Tx, h *house, now time.Time) (*ahead, error) {
	past, err := d.sight.learn(tx, h, now)
	if err != nil {
		return nil, err
	}
	staff, err := h.staff(tx)
	if err != nil {
		return nil, err
	}
	open, err := tx.Ahead(mostForecast + 1)
	if err != nil {
		return nil, err
	}
	a := &ahead{at: now, version: h.version, safeOf: map[safeKey]time.Time{}}
	a.basis = Basis{
		At: now, Bounded: len(open) > mostForecast, Staff: len(staff), Since: past.from, Recorded: len(past.rows),
		Measured: past.measured, Arrivals: len(past.streams) > 0, Share: safe,
	}
	a.input = forecast.Input{
		Now: now.Truncate(time.Minute), Seed: h.seed(now), Agents: staff, Work: past.work, Arrivals: past.streams,
	}
	for _, p := range open[:min(len(open), mostForecast)] {
		if p.Kind != kept.CheckIn {
			a.input.Promises = append(a.input.Promises, foreseen(p, staff))
		}
	}
	a.basis.Promises = len(a.input.Promises)
	return a, nil
}

// seed is the day's, so that the same question has the same answer.
func (h *house) seed(now time.Time) uint64 {
	zone, err := time.LoadLocation(h.organization.Zone)
	if err != nil {
		zone = time.UTC
	}
	year, month, day := now.In(zone).Date()
	return uint64(year*10_000 + int(month)*100 + day)
}

// foreseen is a promise as the forecast sees it: whoever has the conversation keeps it, else who gave
// it, else the team, where anybody of it serves.
func foreseen(p store.Past, staff []forecast.Agent) forecast.Promise {
	f := forecast.Promise{
		ID: p.ID, Conversation: p.Conversation, Kind: p.Kind, Due: p.Due, NotBefore: p.From, Assignee: p.Assignee, Team: p.InTeam,
	}
	if f.Assignee == 0 {
		f.Assignee = p.By
	}
	if !slices.ContainsFunc(staff, func(a forecast.Agent) bool { return slices.Contains(a.Teams, f.Team) }) {
		f.Team = 0
	}
	return f
}
