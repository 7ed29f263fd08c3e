package kept

import (
	"encoding/json"
	"time"
)

// Job is durable work that follows from a fact, written in the fact's transaction. It runs at least
// once. Its arguments are ids.
type Job struct {
	ID        ID              `json:"id"`
	Kind      string          `json:"kind"`
	Args      json.RawMessage `json:"args"`
	Key       string          `json:"key,omitempty"` // unique among the jobs that aren't done; empty: none
	NextAt    time.Time       `json:"next_at"`       // when it may run; while it runs, when its lease ends
	Attempts  int             `json:"attempts"`      // claims so far, the one in hand included
	LastError string          `json:"last_error,omitempty"`
	DeadAt    time.Time       `json:"dead_at,omitzero"` // given up; kept to be looked at
}
