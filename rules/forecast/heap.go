package forecast

// Two binary heaps, written out: container/heap would put every job into an interface.

// before is the order of the queue: due times, and at one instant the promise that was there before
// one that arrived.
func (w waiting) before(v waiting) bool {
	return w.due < v.due || w.due == v.due && uint32(w.job) < uint32(v.job)
}

func (e *engine) push(class int32, w waiting) {
	q := append(e.queues[class], w)
	i := len(q) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !w.before(q[up]) {
			break
		}
		q[i] = q[up]
		i = up
	}
	q[i] = w
	e.queues[class] = q
	e.queued++
}

func (e *engine) pop(class int32) waiting {
	q := e.queues[class]
	top, w := q[0], q[len(q)-1]
	q = q[:len(q)-1]
	e.queues[class] = q
	e.queued--
	if len(q) == 0 {
		return top
	}
	i := 0
	for {
		down := 2*i + 1
		if down >= len(q) {
			break
		}
		if down+1 < len(q) && q[down+1].before(q[down]) {
			down++
		}
		if !q[down].before(w) {
			break
		}
		q[i] = q[down]
		i = down
	}
	q[i] = w
	return top
}

// before orders turns by time, and agents who are free at once by their place in the input.
func (t turn) before(u turn) bool { return t.at < u.at || t.at == u.at && t.agent < u.agent }

func (e *engine) addTurn(t turn) {
	e.free = append(e.free, t)
	i := len(e.free) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !t.before(e.free[up]) {
			break
		}
		e.free[i] = e.free[up]
		i = up
	}
	e.free[i] = t
}

func (e *engine) dropTurn() {
	last := len(e.free) - 1
	t := e.free[last]
	e.free = e.free[:last]
	if last == 0 {
		return
	}
	i := 0
	for {
		down := 2*i + 1
		if down >= last {
			break
		}
		if down+1 < last && e.free[down+1].before(e.free[down]) {
			down++
		}
		if !e.free[down].before(t) {
			break
		}
		e.free[i] = e.free[down]
		i = down
	}
	e.free[i] = t
}
