package world

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// House is the program running as a child process, with its doors on free ports of this machine.
type House struct {
	Bin      string   // the built program
	Data     string   // its folder
	Database string   // empty: SQLite in the folder
	Relay    string   // where its mail goes; empty: a local outbox
	Flags    []string // further flags of kept serve
	Env      []string // further environment

	HTTP, SMTP string // where it listens; chosen at the first start, the same at later ones

	cmd   *exec.Cmd
	ended chan struct{}
	log   logBuffer
}

// logBuffer keeps the last of what a child says.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes what is said.
func (l *logBuffer) Write(p []byte) (int, error) {
	const most = 256 << 10
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.b.Len() > most {
		l.b.Next(l.b.Len() - most/2)
	}
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Command runs a command of the program on this house's data and returns what it printed.
func (h *House) Command(ctx context.Context, words ...string) (string, error) {
	args := append(words, "--data", h.Data)
	if h.Database != "" {
		args = append(args, "--database", h.Database)
	}
	c := exec.CommandContext(ctx, h.Bin, args...)
	c.Env = append(os.Environ(), h.Env...)
	out, err := c.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("kept %v: %w: %s", words, err, out)
	}
	return string(out), nil
}

// Start runs kept serve and returns when it is ready, saying how long that took.
func (h *House) Start(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	if err := h.Spawn(); err != nil {
		return 0, err
	}
	return h.Ready(ctx, began)
}

// Spawn runs kept serve without waiting for it.
func (h *House) Spawn() error {
	if h.HTTP == "" {
		ports, err := FreePorts(2)
		if err != nil {
			return err
		}
		h.HTTP, h.SMTP = local(ports[0]), local(ports[1])
	}
	args := []string{"serve", "--data", h.Data, "--listen", h.HTTP, "--smtp", h.SMTP, "--log-level", "warn"}
	if h.Database != "" {
		args = append(args, "--database", h.Database)
	}
	if h.Relay != "" {
		args = append(args, "--relay", h.Relay)
	}
	h.cmd = exec.Command(h.Bin, append(args, h.Flags...)...)
	h.cmd.Env = append(os.Environ(), h.Env...)
	h.cmd.Stdout, h.cmd.Stderr = &h.log, &h.log
	if err := h.cmd.Start(); err != nil {
		return err
	}
	ended, cmd := make(chan struct{}), h.cmd
	h.ended = ended
	go func() {
		cmd.Wait() //nolint:errcheck // Kill and Stop ask the state
		close(ended)
	}()
	return nil
}

// Ready waits until the house answers that it is healthy, and says how long after began that was.
func (h *House) Ready(ctx context.Context, began time.Time) (time.Duration, error) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for time.Since(began) < 5*time.Minute {
		if answer, err := client.Get("http://" + h.HTTP + "/healthz"); err == nil {
			answer.Body.Close() //nolint:errcheck // only its status counts
			if answer.StatusCode == http.StatusOK {
				return time.Since(began), nil
			}
		}
		select {
		case <-h.ended:
			return 0, fmt.Errorf("kept serve ended at its start; it said:\n%s", h.Log())
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return 0, fmt.Errorf("kept serve is not ready; it said:\n%s", h.Log())
}

// Log is the last of what the house has said.
func (h *House) Log() string { return h.log.String() }

// PID is the process's id; zero where none runs.
func (h *House) PID() int {
	if h.cmd == nil || h.cmd.Process == nil {
		return 0
	}
	return h.cmd.Process.Pid
}

// Running reports whether the process is there.
func (h *House) Running() bool {
	if h.ended == nil {
		return false
	}
	select {
	case <-h.ended:
		return false
	default:
		return true
	}
}

// Kill ends the house as a power cut would: SIGKILL, and it is gone when this returns.
func (h *House) Kill() {
	if h.Running() {
		h.cmd.Process.Kill() //nolint:errcheck // gone already is as good
		<-h.ended
	}
}

// Stop ends the house as an operator does. A house that doesn't end well is an error.
func (h *House) Stop() error {
	if !h.Running() {
		return nil
	}
	if err := h.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-h.ended:
	case <-time.After(40 * time.Second):
		h.Kill()
		return fmt.Errorf("kept serve did not stop; it said:\n%s", h.Log())
	}
	if code := h.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("kept serve ended with %d; it said:\n%s", code, h.Log())
	}
	return nil
}
