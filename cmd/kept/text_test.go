package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// asked runs kept with these words: what it prints, what it says beside it, and its exit.
func asked(t *testing.T, words ...string) (out, says string, exit int) {
	t.Helper()
	c := child(t, words...)
	var o, e strings.Builder
	c.Stdout, c.Stderr = &o, &e
	err := c.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return o.String(), e.String(), c.ProcessState.ExitCode()
}

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const mondays = `{"time_zone": "Etc/UTC", "hours": {"mon": {"09:00": "17:00"}}}`

func TestAskingTheTimeTakesTheFlagsOfItsQuestionAlone(t *testing.T) {
	cal := written(t, "office.json", mondays)
	for words, want := range map[string]string{
		"due --from 2026-05-18T09:00:00Z --minutes 60":                              "2026-05-18T10:00:00Z\n",
		"due --from 2026-05-17T09:00:00Z --minutes 0":                               "2026-05-18T09:00:00Z\n",
		"elapsed --from 2026-05-18T09:00:00Z --to 2026-05-18T09:30:00Z":             "1800\n",
		"open --at 2026-05-18T09:00:00Z":                                            "true\n",
		"due --from 2026-05-18T09:00:00Z":                                           "“due” needs --minutes",
		"due --minutes 60":                                                          "“due” needs --from",
		"elapsed --from 2026-05-18T09:00:00Z":                                       "“elapsed” needs --to",
		"open":                                                                      "“open” needs --at",
		"due --from 2026-05-18T09:00:00Z --minutes 60 --to 2026-05-18T10:00:00Z":    "“due” takes --from and --minutes, and no --to",
		"elapsed --from 2026-05-18T09:00:00Z --to 2026-05-18T09:30:00Z --minutes 5": "“elapsed” takes --from and --to, and no --minutes",
		"open --at 2026-05-18T09:00:00Z --from 2026-05-18T09:00:00Z":                "“open” takes --at, and no --from",
		"due --from 2026-05-18T09:00:00Z --minutes 60 --batch rows":                 "--batch takes its questions from its rows, and no due, --calendar, --from, --minutes",
	} {
		out, says, exit := asked(t, append([]string{"time", "--calendar", cal}, strings.Fields(words)...)...)
		if strings.HasSuffix(want, "\n") {
			if out != want || exit != 0 {
				t.Errorf("%s: printed %q (%s), exit %d", words, out, says, exit)
			}
			continue
		}
		if exit != 1 || out != "" || !strings.Contains(says, want) {
			t.Errorf("%s: exit %d, printed %q, said %q", words, exit, out, says)
		}
	}
}

func TestABatchAnswersWhatItCanAndSaysOfTheRestWhyNot(t *testing.T) {
	fine := `{"id": "a", "op": "open", "at": "2026-05-18T09:00:00Z", "config": ` + mondays + `}`
	wrong := `{"id": "b", "op": "open", "at": "noon", "config": ` + mondays + `}`
	out, says, exit := asked(t, "time", "--batch", written(t, "rows", fine+"\n"+wrong+"\nnonsense\n"+fine+"\n"))
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 4 || lines[0] != `{"id":"a","got":true}` || lines[3] != lines[0] {
		t.Fatalf("printed %s", out)
	}
	for i, want := range map[int]string{1: `"error":"line 2: `, 2: `"error":"line 3: `} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d: %s", i+1, lines[i])
		}
	}
	if exit != 0 || !strings.Contains(says, "2 of 4 rows can't be answered") {
		t.Errorf("exit %d, said %q", exit, says)
	}
	if _, says, exit := asked(t, "time", "--batch", written(t, "rows", fine+"\n")); exit != 0 || says != "" {
		t.Errorf("all is fine: exit %d, said %q", exit, says)
	}
}
