// Package bench measures the house: it seeds a desk of any size, runs the real program on it as a
// child process, loads it through its real doors, and prints what came of it beside a floor measured
// in the same run. It knows nothing of how the house does its work.
package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
)

// Options say what is measured, on which desk.
type Options struct {
	Bin           string // the built program
	Data          string // the folder that keeps seeded desks for the next run
	Database      string // "postgres://…": a server on which databases may be made; empty: SQLite in Data
	Conversations int
	Messages      int
	Promises      int           // open at once, for deadline
	Burst         int           // due at one instant, for deadline
	Mails         int           // for ingest
	Streams       int           // open event streams, for live
	For           time.Duration // how long each load lasts
	Profile       string        // a folder for CPU profiles of the measured process; empty: none
	Log           *slog.Logger
}

// Run is a benchmark.
type Run func(context.Context, Options) (Result, error)

// All are the benchmarks by name.
var All = map[string]Run{
	"ingest": Ingest, "list": List, "conversation": Conversation, "search": Search,
	"reply": Reply, "live": Live, "deadline": Deadline, "start": Start, "forecast": Forecast,
}

// Result is what a benchmark found.
type Result struct {
	Name     string   `json:"name"`
	Database string   `json:"database"`
	Machine  string   `json:"machine"`
	Desk     string   `json:"desk"`
	Lines    []Line   `json:"lines"`
	Notes    []string `json:"notes,omitempty"`
}

// Line is one measured load, or a floor.
type Line struct {
	What      string        `json:"what"`
	Clients   int           `json:"clients,omitempty"`
	N         int           `json:"n"`
	PerSecond float64       `json:"per_second,omitempty"`
	P50       time.Duration `json:"p50_ns,omitempty"`
	P99       time.Duration `json:"p99_ns,omitempty"`
	Max       time.Duration `json:"max_ns,omitempty"`
	CPU       time.Duration `json:"cpu_ns,omitempty"`        // of the house, per operation
	ServerCPU time.Duration `json:"server_cpu_ns,omitempty"` // of PostgreSQL, per operation
	Memory    int64         `json:"memory,omitempty"`        // bytes resident at its end
	Floor     string        `json:"floor,omitempty"`         // what the ratio is to
	Ratio     float64       `json:"ratio,omitempty"`         // of p50 (or of throughput) to the floor's; 1 is the floor
	Budget    string        `json:"budget,omitempty"`
	Missed    bool          `json:"missed,omitempty"`
}

// over sets a line's ratio to a floor by time per operation.
func (l *Line) over(floor Line) {
	l.Floor = floor.What
	if floor.P50 > 0 {
		l.Ratio = float64(l.P50) / float64(floor.P50)
	}
}

// behind sets a line's ratio to a floor by throughput.
func (l *Line) behind(floor Line) {
	l.Floor = floor.What
	if l.PerSecond > 0 {
		l.Ratio = floor.PerSecond / l.PerSecond
	}
}

// budget notes what was asked for, and whether it was met.
func (l *Line) budget(met bool, words string) {
	if l.Budget != "" {
		l.Budget += "; "
	}
	l.Budget += words
	l.Missed = l.Missed || !met
}

// whole is what an operation costs of CPU, the database server's with ours.
func (l Line) whole() time.Duration { return l.CPU + l.ServerCPU }

// Print writes a result as a table for people.
func (r Result) Print(w io.Writer) {
	fmt.Fprintf(w, "%s on %s, %s\n%s\n\n", r.Name, r.Database, r.Desk, r.Machine)
	rows := [][]string{{"", "clients", "n", "per s", "p50", "p99", "max", "CPU each", "server CPU", "memory", "× floor", "budget"}}
	for _, l := range r.Lines {
		ratio := ""
		if l.Ratio > 0 {
			ratio = fmt.Sprintf("%.1f of %s", l.Ratio, l.Floor)
		}
		verdict := l.Budget
		if l.Missed {
			verdict = "MISSED " + verdict
		}
		rows = append(rows, []string{
			l.What, count(l.Clients), count(l.N), perSecond(l.PerSecond), took(l.P50), took(l.P99), took(l.Max),
			took(l.CPU), took(l.ServerCPU), megabytes(l.Memory), ratio, verdict,
		})
	}
	table(w, rows)
	for _, n := range r.Notes {
		fmt.Fprintf(w, "\n%s\n", n)
	}
}

// table aligns columns; those that are empty in every row but the first are left out.
func table(w io.Writer, rows [][]string) {
	wide := make([]int, len(rows[0]))
	used := make([]bool, len(rows[0]))
	for i, row := range rows {
		for c, cell := range row {
			wide[c] = max(wide[c], len([]rune(cell)))
			used[c] = used[c] || i > 0 && cell != ""
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for c, cell := range row {
			switch {
			case !used[c]:
			case c == 0 || c >= len(row)-2:
				fmt.Fprintf(&b, "%-*s  ", wide[c], cell)
			default:
				fmt.Fprintf(&b, "%*s  ", wide[c], cell)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

func count(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func perSecond(f float64) string {
	if f == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", f)
}

func megabytes(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f MB", float64(n)/(1<<20))
}

func took(d time.Duration) string {
	switch {
	case d == 0:
		return ""
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.2f ms", float64(d)/1e6)
	case d < time.Second:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}
