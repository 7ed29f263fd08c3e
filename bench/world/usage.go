package world

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Usage is what processes have cost so far.
type Usage struct {
	CPU    time.Duration // user and system
	Memory int64         // bytes resident now
	Peak   int64         // bytes resident at most
}

// tick is the unit of CPU time in /proc: Linux says 100 a second to every program.
const tick = 10 * time.Millisecond

// UsageOf asks Linux what a process has cost.
func UsageOf(pid int) (u Usage, err error) {
	if u.CPU, _, err = statOf(pid); err != nil {
		return u, err
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return u, err
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		kb, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		n, err := strconv.ParseInt(kb, 10, 64)
		if err != nil {
			continue
		}
		switch name {
		case "VmRSS":
			u.Memory = n << 10
		case "VmHWM":
			u.Peak = n << 10
		}
	}
	return u, nil
}

// statOf reads what a process has cost, and what those of its children that ended have.
func statOf(pid int) (own, ended time.Duration, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, err
	}
	text := string(raw)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	var n [4]int64
	for i := range n { // utime, stime, cutime, cstime are the 14th to 17th of proc(5)
		if n[i], err = strconv.ParseInt(fields[11+i], 10, 64); err != nil {
			return 0, 0, err
		}
	}
	return time.Duration(n[0]+n[1]) * tick, time.Duration(n[2]+n[3]) * tick, nil
}

// ServerOf is the process that a worker of a server (PostgreSQL's) was made by; zero where it isn't on
// this machine.
func ServerOf(worker int) int {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", worker))
	if err != nil {
		return 0
	}
	text := string(raw)
	if !strings.Contains(text, "(postgres)") {
		return 0
	}
	parent, err := strconv.Atoi(strings.Fields(text[strings.LastIndexByte(text, ')')+1:])[1])
	if err != nil {
		return 0
	}
	return parent
}

// TreeCPU is what a server and all its workers have cost, those that have ended too.
func TreeCPU(server int) (time.Duration, error) {
	own, ended, err := statOf(server)
	if err != nil {
		return 0, err
	}
	sum := own + ended
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, name := range all {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue // it has just ended
		}
		text := string(raw)
		fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
		if len(fields) < 2 || fields[1] != strconv.Itoa(server) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			continue
		}
		if own, ended, err := statOf(pid); err == nil {
			sum += own + ended
		}
	}
	return sum, nil
}
