package live

import (
	"cmp"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Viewer is an agent who has a conversation open.
type Viewer struct {
	Agent  kept.ID `json:"agent"`
	Name   string  `json:"name"`
	Typing bool    `json:"typing"`
}

// lookLasts is how long a look counts; screens look again before it ends.
const lookLasts = 30 * time.Second

// presence knows who looks at what, on this node: with several nodes, each shows its own.
type presence struct {
	ring *ring

	mu      sync.Mutex
	looks   map[kept.ID]map[kept.ID]look // by conversation and agent
	timer   *time.Timer                  // for the earliest end; nil while nobody looks
	stopped bool
}

type look struct {
	Viewer
	until time.Time
}

func newPresence(r *ring) *presence {
	return &presence{ring: r, looks: map[kept.ID]map[kept.ID]look{}}
}

// Look says that an agent has a conversation open, and whether they are typing. It counts for 30
// seconds.
func (h *Hub) Look(agent kept.ID, name string, conversation kept.ID, typing bool) {
	p := h.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	here := p.looks[conversation]
	if here == nil {
		here = map[kept.ID]look{}
		p.looks[conversation] = here
	}
	now := look{Viewer{agent, name, typing}, time.Now().Add(lookLasts)}
	before := here[agent]
	here[agent] = now
	if before.Viewer != now.Viewer {
		p.show(conversation)
	}
	if p.timer == nil {
		p.timer = time.AfterFunc(lookLasts, p.expire)
	}
}

// Leave says that an agent closed a conversation. One who has it open in another window looks again.
func (h *Hub) Leave(agent, conversation kept.ID) {
	p := h.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.looks[conversation][agent]; ok {
		p.drop(conversation, agent)
		p.show(conversation)
	}
}

// Viewers are the agents who look at a conversation, by id.
func (h *Hub) Viewers(conversation kept.ID) []Viewer {
	h.presence.mu.Lock()
	defer h.presence.mu.Unlock()
	return h.presence.viewers(conversation)
}

func (p *presence) viewers(conversation kept.ID) []Viewer {
	list := []Viewer{} // not null in JSON
	for _, l := range p.looks[conversation] {
		list = append(list, l.Viewer)
	}
	slices.SortFunc(list, func(a, b Viewer) int { return cmp.Compare(a.Agent, b.Agent) })
	return list
}

func (p *presence) drop(conversation, agent kept.ID) {
	delete(p.looks[conversation], agent)
	if len(p.looks[conversation]) == 0 {
		delete(p.looks, conversation)
	}
}

// show pushes who looks at a conversation.
func (p *presence) show(conversation kept.ID) {
	data, err := json.Marshal(struct {
		Conversation kept.ID  `json:"conversation"`
		Viewers      []Viewer `json:"viewers"`
	}{conversation, p.viewers(conversation)})
	if err != nil {
		panic(err) // ids, names and a boolean always marshal
	}
	p.ring.add(frame{conversation: conversation, bytes: sse("", "presence", data)})
}

// expire drops looks that ended, and sets the timer for the next.
func (p *presence) expire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, next := time.Now(), time.Time{}
	for conversation, here := range p.looks {
		changed := false
		for agent, l := range here {
			if !now.Before(l.until) {
				p.drop(conversation, agent)
				changed = true
			} else if next.IsZero() || l.until.Before(next) {
				next = l.until
			}
		}
		if changed {
			p.show(conversation)
		}
	}
	if next.IsZero() || p.stopped {
		p.timer = nil
		return
	}
	p.timer.Reset(next.Sub(now))
}

func (p *presence) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.timer != nil {
		p.timer.Stop()
	}
}
