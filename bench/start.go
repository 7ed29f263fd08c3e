package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// starts is how often each start is measured.
const starts = 9

// Start measures from running the program to its first healthy answer, on an empty desk and on a full
// one, and what it costs at rest.
func Start(ctx context.Context, o Options) (Result, error) {
	return reading(ctx, o, "start", func(s *stand) error {
		if err := s.house().Stop(); err != nil {
			return err
		}
		least, err := s.leastStart(ctx)
		if err != nil {
			return err
		}
		var times []time.Duration
		for i := range starts {
			took, err := s.emptyStart(ctx, i)
			if err != nil {
				return err
			}
			times = append(times, took)
		}
		empty := lineOf("from nothing: a new database, a certificate", times)
		empty.over(least)
		empty.budget(empty.P50 <= 100*time.Millisecond, "≤ 100 ms")
		times = nil
		for range starts {
			if err := s.house().Stop(); err != nil {
				return err
			}
			took, err := s.house().Start(ctx)
			if err != nil {
				return err
			}
			times = append(times, took)
		}
		full := lineOf("with the full desk", times)
		full.over(least)
		full.budget(full.P50 <= 300*time.Millisecond, "≤ 300 ms")
		rest, err := s.atRest(ctx)
		if err != nil {
			return err
		}
		s.result.Lines = append(s.result.Lines, least, empty, full, rest)
		return nil
	})
}

// leastStart is what running the program costs when it does nothing.
func (s *stand) leastStart(ctx context.Context) (Line, error) {
	var times []time.Duration
	for range starts {
		began := time.Now()
		if err := exec.CommandContext(ctx, s.o.Bin, "version").Run(); err != nil {
			return Line{}, err
		}
		times = append(times, time.Since(began))
	}
	return lineOf("kept version", times), nil
}

func (s *stand) emptyStart(ctx context.Context, i int) (time.Duration, error) {
	dir, err := os.MkdirTemp(s.o.Data, "empty-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder in the bench's own
	h := &world.House{Bin: s.o.Bin, Data: filepath.Join(dir, "data")}
	if s.desk.Database != "" {
		name := fmt.Sprintf("kept_bench_empty_%d", i)
		if h.Database, err = sibling(s.desk.Database, name); err != nil {
			return 0, err
		}
		if _, err := prepareDatabase(ctx, s.o.Database, name, h.Database); err != nil {
			return 0, err
		}
	}
	took, err := h.Start(ctx)
	if err != nil {
		return 0, err
	}
	return took, h.Stop()
}

// atRest is what the house costs while nobody asks it anything.
func (s *stand) atRest(ctx context.Context) (Line, error) {
	if err := s.rest(ctx); err != nil {
		return Line{}, err
	}
	before, err := s.cost()
	if err != nil {
		return Line{}, err
	}
	began := time.Now()
	select {
	case <-ctx.Done():
		return Line{}, ctx.Err()
	case <-time.After(s.o.For):
	}
	after, err := s.cost()
	l := Line{What: fmt.Sprintf("%v at rest", s.o.For), N: 1, CPU: after.cpu - before.cpu, ServerCPU: after.server - before.server, Memory: after.memory}
	l.budget(l.Memory <= 60<<20, "≤ 60 MB")
	l.budget(l.CPU < time.Since(began)/500, "no CPU")
	return l, err
}
