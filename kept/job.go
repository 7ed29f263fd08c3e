package kept

import (
	"encoding/json"
	"time"
)

// Job is durable work that follows from a fact, written in the fact's transaction. It runs at least
// once. Its arguments are ids.
type Job struct {
	ID       ID              `json:"id"`
	Kind     string          `json:"kind"`
	Args     json.RawMessage `json:"args"`
	Key      string          `json:"key"` // unique among the jobs that aren't done; empty: none
	RunAt    time.Time       `json:"run_at"`
	Attempts int             `json:"attempts"`
	LastErr  string          `json:"last_error"`
	DeadAt   time.Time       `json:"dead_at,omitzero"` // given up; kept to be looked at
}
