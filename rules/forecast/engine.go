package forecast

import (
	"math/rand/v2"
	"slices"
)

// engine makes runs of a model, one after the other, in memory that it keeps: a run allocates nothing
// once the queues have grown to their size.
type engine struct {
	m    *model
	pcg  rand.PCG
	rand *rand.Rand
	key  uint64 // of the run: what each job's own luck is drawn from

	queues  [][]waiting // by class, heaps
	start   [][]waiting // by class, what waits when a run begins
	queued  int
	free    []turn  // agents who will look for work at an instant, a heap
	idle    []int32 // agents who found nothing to do, the longest idle first
	place   []int32 // by agent, the stretch of open time they are in
	done    []int64 // by job, when its work ended; never: it didn't
	next    arrival // the next new promise
	later   int     // the next of model.later
	load    *load   // nil: isn't asked for
	keeping []int32 // by hour of their due, how many jobs were kept, arrivals included; nil: isn't asked for
}

// waiting is a job in a queue.
type waiting struct {
	due  int64
	work int64 // negative: drawn by the job's key when it is taken
	job  int32 // negative: an arrival
}

// turn is when an agent looks for work.
type turn struct {
	at    int64
	agent int32
}

// arrival is a new promise that will come in.
type arrival struct {
	at   int64
	cell int
	waiting
	class int32
}

func newEngine(m *model) *engine {
	e := &engine{m: m, start: make([][]waiting, len(m.classes)), queues: make([][]waiting, len(m.classes))}
	e.rand = rand.New(&e.pcg)
	e.place = make([]int32, len(m.agents))
	e.done = make([]int64, len(m.jobs)+1)
	for i, j := range m.jobs { // in the order of the queue, which is a heap already
		if j.class != nobody && j.release <= m.now {
			e.start[j.class] = append(e.start[j.class], waiting{j.due, j.known, int32(i)})
		}
	}
	return e
}

// run simulates the desk once, until the end at the latest. Extra is a promise more than the model's;
// it is the job after its last. Afterwards done says what became of each job.
func (e *engine) run(n int, end int64, extra *job) {
	e.begin(n)
	if extra != nil && extra.class != nobody {
		e.push(extra.class, waiting{extra.due, int64(extra.work.at(e.luck(extra.key))), int32(len(e.m.jobs))})
	}
	mark := never
	if e.load != nil {
		mark = e.load.first + hour
	}
	for {
		at, release := e.next.at, false
		if e.later < len(e.m.later) {
			if r := e.m.jobs[e.m.later[e.later]].release; r <= at {
				at, release = r, true
			}
		}
		agent := len(e.free) > 0 && e.free[0].at < at
		if agent {
			at = e.free[0].at
		}
		for ; e.load != nil && mark <= min(at, end); mark += hour {
			e.load.waiting[(mark-e.load.first)/hour-1] += e.queued
		}
		if at > end || at == never {
			return
		}
		switch {
		case agent:
			e.look(at)
		case release:
			e.release(at)
		default:
			e.receive(at)
		}
	}
}

func (e *engine) begin(n int) {
	e.key = mixed(e.m.seed ^ mixed(uint64(n)+1))
	e.queued = 0
	for c := range e.queues {
		e.queues[c] = append(e.queues[c][:0], e.start[c]...)
		e.queued += len(e.start[c])
	}
	for i := range e.done {
		e.done[i] = never
	}
	clear(e.keeping)
	e.idle, e.free, e.later = e.idle[:0], e.free[:0], 0
	for i := range e.m.agents {
		e.place[i] = 0
		e.await(int32(i), e.m.agents[i].from)
	}
	e.pcg.Seed(e.key, 0)
	e.next = arrival{at: e.m.now}
	e.draw()
}

// look lets the agent whose turn it is take the first promise that they may serve.
func (e *engine) look(at int64) {
	who := e.free[0].agent
	e.dropTurn()
	best := nobody
	for _, c := range e.m.agents[who].classes {
		if len(e.queues[c]) > 0 && (best == nobody || e.queues[c][0].before(e.queues[best][0])) {
			best = c
		}
	}
	if best == nobody {
		e.idle = append(e.idle, who)
		return
	}
	e.serve(who, e.pop(best), at)
}

// serve has an agent do a job, and look again after it.
func (e *engine) serve(who int32, w waiting, at int64) {
	work := w.work
	if work < 0 {
		j := &e.m.jobs[w.job]
		work = j.work.at(e.luck(j.key))
	}
	end := e.toil(who, at, work)
	if w.job >= 0 {
		e.done[w.job] = end
	}
	if e.keeping != nil && end <= w.due && w.job != int32(len(e.m.jobs)) {
		if h := (w.due - e.m.now) / hour; h < int64(len(e.keeping)) {
			e.keeping[h]++
		}
	}
	if end == never {
		return // nobody sees the end of this work within the horizon
	}
	if pause := e.m.agents[who].pause; pause > 0 {
		end = e.walk(who, end, pause)
	}
	e.await(who, end)
}

// toil is when an agent who begins at an instant has done some work, and counts their time.
func (e *engine) toil(who int32, at, work int64) int64 {
	if e.load == nil {
		return e.walk(who, at, work)
	}
	open := e.m.agents[who].open
	for i := e.place[who]; int(i) < len(open) && work > 0; i++ {
		from := max(at, open[i].from)
		to := min(open[i].to, from+work)
		if from < to {
			e.load.work(from, to)
			work -= to - from
			at = to
		}
	}
	if work > 0 {
		at = never
	}
	return at
}

// walk is when some of an agent's open time has passed since an instant, or never.
func (e *engine) walk(who int32, at, time int64) int64 {
	open := e.m.agents[who].open
	for i := e.place[who]; int(i) < len(open); i++ {
		from := max(at, open[i].from)
		if left := open[i].to - from; time <= left {
			return from + time
		} else if left > 0 {
			time -= left
		}
	}
	return never
}

// await lets an agent look for work at the first open instant at or after one.
func (e *engine) await(who int32, at int64) {
	if at = e.opening(who, at); at != never {
		e.addTurn(turn{at, who})
	}
}

// opening is an agent's first open instant at or after one, or never. It is asked in order of time.
func (e *engine) opening(who int32, at int64) int64 {
	open := e.m.agents[who].open
	i := e.place[who]
	for int(i) < len(open) && open[i].to <= at {
		i++
	}
	e.place[who] = i
	if int(i) == len(open) {
		return never
	}
	return max(at, open[i].from)
}

// offer gives a job to the agent who has been idle longest and is on shift. If there is none it waits,
// and the idle who may serve it look when their shifts begin. So whoever is idle has nothing waiting
// that they may serve.
func (e *engine) offer(class int32, w waiting, at int64) {
	for n, who := range e.idle {
		if e.may(who, class) && e.opening(who, at) == at {
			e.idle = slices.Delete(e.idle, n, n+1)
			e.serve(who, w, at)
			return
		}
	}
	e.push(class, w)
	still := e.idle[:0]
	for _, who := range e.idle {
		if e.may(who, class) {
			e.await(who, at)
		} else {
			still = append(still, who)
		}
	}
	e.idle = still
}

func (e *engine) may(who, class int32) bool { return slices.Contains(e.m.agents[who].classes, class) }

// release brings in the next job of the model that can begin now.
func (e *engine) release(at int64) {
	i := e.m.later[e.later]
	e.later++
	if j := &e.m.jobs[i]; j.class != nobody {
		e.offer(j.class, waiting{j.due, j.known, i}, at)
	}
}

// receive brings in the new promise that arrives now, and draws the next.
func (e *engine) receive(at int64) {
	w, class := e.next.waiting, e.next.class
	e.draw()
	if class != nobody {
		e.offer(class, w, at)
	}
}

// draw draws the next new promise: all its luck in one go, so that it is the same whoever serves.
func (e *engine) draw() {
	a := &e.m.arrivals
	left := e.rand.ExpFloat64()
	at, c := e.next.at, e.next.cell
	for ; c < len(a.rates); c++ {
		until := a.first + int64(c+1)*cell
		if here := a.rates[c] * float64(until-at); left < here {
			at += int64(left / a.rates[c])
			break
		} else {
			left -= here
			at = until
		}
	}
	if c == len(a.rates) {
		e.next.at = never
		return
	}
	upTo := a.upTo[c*len(a.streams) : (c+1)*len(a.streams)]
	which := e.rand.Float64() * a.rates[c]
	s := 0
	for s < len(upTo)-1 && upTo[s] <= which {
		s++
	}
	work := a.streams[s].work.at(e.rand.Float64())
	e.next = arrival{at, c, waiting{a.dueOf(s, c, at), work, -1}, a.streams[s].class}
}

// luck is a job's own even draw from 0 to 1 in this run.
func (e *engine) luck(key uint64) float64 {
	var own rand.PCG
	own.Seed(e.key, mixed(key))
	return float64(own.Uint64()>>11) / (1 << 53)
}

// mixed spreads a number's bits, so that neighbours share nothing (the finalizer of SplitMix64).
func mixed(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
