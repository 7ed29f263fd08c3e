package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kept-desk/kept/bench/world"
)

// stand is a running house with all that a load needs around it.
type stand struct {
	o      Options
	desk   Desk
	houses []*world.House // the nodes; the first is the one that is asked
	sink   *world.Sink
	cookie string
	server int // PostgreSQL's first process; zero: none, or not on this machine
	result Result
}

// openStand seeds the desk if need be, and runs so many nodes on it.
func openStand(ctx context.Context, o Options, name string, desk Desk, nodes int) (*stand, error) {
	s := &stand{o: o, desk: desk, result: Result{Name: name, Database: "SQLite", Machine: machine(), Desk: desk.Said}}
	if desk.Database != "" {
		s.result.Database = "PostgreSQL"
	}
	var err error
	if s.sink, err = world.OpenSink(); err != nil {
		return nil, err
	}
	if s.server, err = serverOf(ctx, desk.Database); err != nil {
		return nil, err
	}
	for range nodes {
		h := desk.house(o)
		h.Relay = s.sink.Relay()
		s.houses = append(s.houses, h)
		if o.Profile != "" && len(s.houses) == 1 {
			ports, err := world.FreePorts(1)
			if err != nil {
				return nil, err
			}
			h.Flags = append(h.Flags, fmt.Sprintf("--profiles=127.0.0.1:%d", ports[0]))
		}
		if _, err := h.Start(ctx); err != nil {
			s.close()
			return nil, err
		}
	}
	if err := s.signIn(); err != nil {
		s.close()
		return nil, err
	}
	return s, s.rest(ctx)
}

func (s *stand) close() {
	for _, h := range s.houses {
		if err := h.Stop(); err != nil {
			s.o.Log.Warn("a node did not stop well", "err", err)
		}
	}
	s.sink.Close() //nolint:errcheck // nothing waits in it
}

func (s *stand) house() *world.House { return s.houses[0] }

// machine describes what is measured on.
func machine() string {
	model := "a processor that does not say what it is"
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	load := ""
	if raw, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(raw), " ")
	}
	return fmt.Sprintf("%d × %s, %s, load before %s", runtime.NumCPU(), model, runtime.Version(), load)
}

// serverOf finds PostgreSQL's first process, if it is on this machine.
func serverOf(ctx context.Context, url string) (int, error) {
	if url == "" {
		return 0, nil
	}
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer c.Close(ctx) //nolint:errcheck // it only asked
	var worker int
	if err := c.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&worker); err != nil {
		return 0, err
	}
	return world.ServerOf(worker), nil
}

// signIn signs the owner in, as the screen does.
func (s *stand) signIn() error {
	b := world.OpenBrowser(s.house().HTTP, "")
	defer b.Close()
	body, err := json.Marshal(map[string]string{"email": owner, "password": password})
	if err != nil {
		return err
	}
	a, err := b.Do("POST", "/api/session", body)
	if err == nil && (a.Status != 200 || a.Cookie == "") {
		err = fmt.Errorf("signing in answered %d %s", a.Status, a.Body)
	}
	s.cookie = a.Cookie
	return err
}

// rest waits until the houses have nothing left to do from before.
func (s *stand) rest(ctx context.Context) error {
	for quiet := 0; quiet < 3; {
		before, err := s.cost()
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(300 * time.Millisecond):
		}
		after, err := s.cost()
		if err != nil {
			return err
		}
		quiet++
		if after.cpu-before.cpu > 20*time.Millisecond {
			quiet = 0
		}
	}
	return nil
}

// cost is what all nodes have cost so far.
type cost struct {
	cpu, server time.Duration
	memory      int64
}

func (s *stand) cost() (c cost, err error) {
	for _, h := range s.houses {
		u, err := world.UsageOf(h.PID())
		if err != nil {
			return c, fmt.Errorf("%w; the house said:\n%s", err, h.Log())
		}
		c.cpu += u.CPU
		c.memory += u.Memory
	}
	if s.server != 0 {
		c.server, err = world.TreeCPU(s.server)
	}
	return c, err
}

// errEnough ends a load before its time.
var errEnough = errors.New("enough")

// load has so many clients do something again and again for the time of a load, after warming up, and
// measures it. Each client gets a connection of its own.
func (s *stand) load(what string, clients int, do func(b *world.Browser, client, i int) error) (Line, error) {
	if _, err := s.drive(clients, s.o.For/8, do, 0); err != nil {
		return Line{}, err
	}
	profiled := s.profile(what, clients)
	before, err := s.cost()
	if err != nil {
		return Line{}, err
	}
	began := time.Now()
	times, err := s.drive(clients, s.o.For, do, 1)
	if err != nil {
		return Line{}, err
	}
	wall := time.Since(began)
	after, err := s.cost()
	profiled()
	l := lineOf(what, times)
	l.Clients, l.PerSecond, l.Memory = clients, float64(l.N)/wall.Seconds(), after.memory
	l.CPU, l.ServerCPU = (after.cpu-before.cpu)/time.Duration(l.N), (after.server-before.server)/time.Duration(l.N)
	return l, err
}

// drive is a load without measuring the house. Round tells the warming up (0) from what counts.
func (s *stand) drive(clients int, length time.Duration, do func(b *world.Browser, client, i int) error, round int) ([]time.Duration, error) {
	var (
		all    = make([][]time.Duration, clients)
		failed = make([]error, clients)
		next   atomic.Int64
		wg     sync.WaitGroup
	)
	next.Store(int64(round) << 32)
	end := time.Now().Add(length)
	for c := range clients {
		wg.Go(func() {
			b := world.OpenBrowser(s.house().HTTP, s.cookie)
			defer b.Close()
			for time.Now().Before(end) {
				i := int(next.Add(1))
				began := time.Now()
				if err := do(b, c, i); err != nil {
					if !errors.Is(err, errEnough) {
						failed[c] = err
					}
					return
				}
				all[c] = append(all[c], time.Since(began))
			}
		})
	}
	wg.Wait()
	return slices.Concat(all...), errors.Join(failed...)
}

// lineOf sums times up.
func lineOf(what string, times []time.Duration) Line {
	l := Line{What: what, N: len(times)}
	if len(times) == 0 {
		return l
	}
	slices.Sort(times)
	at := func(q float64) time.Duration { return times[min(len(times)-1, int(q*float64(len(times))))] }
	l.P50, l.P99, l.Max = at(.5), at(.99), times[len(times)-1]
	return l
}

// profile begins to write a CPU profile of the first node, if one is asked for; the func waits for it.
func (s *stand) profile(what string, clients int) func() {
	addr := ""
	for _, f := range s.house().Flags {
		addr = strings.TrimPrefix(f, "--profiles=") // the last flag
	}
	if s.o.Profile == "" || addr == "" {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		name := strings.ReplaceAll(fmt.Sprintf("%s-%s-%s-%d.pprof", s.result.Name, s.result.Database, what, clients), " ", "_")
		if err := fetch(fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", addr, max(1, int(s.o.For.Seconds()))), filepath.Join(s.o.Profile, name)); err != nil {
			s.o.Log.Warn("no profile", "err", err)
		}
	}()
	return func() { <-done }
}

func fetch(url, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	a, err := http.Get(url)
	if err != nil {
		return err
	}
	defer a.Body.Close() //nolint:errcheck // it was read
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, a.Body)
	return errors.Join(err, f.Close())
}

// ok turns an answer that isn't a success into an error.
func ok(a world.Answer, err error) error {
	if err == nil && a.Status >= 300 {
		return fmt.Errorf("answered %d %.300s", a.Status, a.Body)
	}
	return err
}
