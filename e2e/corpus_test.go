package e2e

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

const corpus = "../../shared/corpora/mail"

// most is how long one mail may take, from its first byte to a message that an agent can see.
const most = time.Second

// corpusMails lists the mails of the corpus, or skips the test where it is absent.
func corpusMails(t *testing.T) []string {
	t.Helper()
	index, err := os.ReadFile(filepath.Join(corpus, "index.tsv"))
	if err != nil {
		t.Skipf("the corpus of mails is not here (%v)", err)
	}
	var paths []string
	for line := range strings.Lines(string(index)) {
		if path, _, ok := strings.Cut(line, "\t"); ok && path != "path" {
			paths = append(paths, path)
		}
	}
	return paths
}

// arrived is a mail as the ledger tells of it.
type arrived struct {
	state, reason         string
	message, conversation int64
}

// Every mail is sent as its own sender's, so that the ledger says which it is.
func sender(i int) string { return fmt.Sprintf("mail-%d@corpus.test", i) }

func TestEveryMailOfTheCorpusIsStoredAndVisible(t *testing.T) {
	paths := corpusMails(t)
	eachHouse(t, func(t *testing.T, h *world.House) {
		if _, err := h.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		pid := h.PID()
		sendCorpus(t, h, paths)
		db := look(t, h)
		wait(t, h, 60*time.Second, func() bool {
			return number(t, db, "SELECT count(*) FROM mails WHERE state = 'stored'") == 0
		})
		ledger := readLedger(t, db, paths)
		counts, again, messages := map[string]int{}, []string{}, map[int64]string{}
		for i, a := range ledger {
			if a.state == "received" {
				messages[a.message] = paths[i]
			}
		}
		b := world.OpenBrowser(h.HTTP, signIn(t, h))
		defer b.Close()
		for i, path := range paths {
			a, ok := ledger[i]
			counts[a.state]++
			switch {
			case !ok:
				continue // said already
			case a.state == "duplicate":
				original, ok := messages[a.message]
				if !ok {
					t.Errorf("%s: a duplicate of no mail of ours", path)
					continue
				}
				again = append(again, path+" is "+original+" again")
			case a.state != "received":
				t.Errorf("%s: %s (%s)", path, a.state, a.reason)
			}
			if !visible(t, b, a) {
				t.Errorf("%s: message %d is not seen in conversation %d", path, a.message, a.conversation)
			}
		}
		if !h.Running() || h.PID() != pid || strings.Contains(h.Log(), "panic") {
			t.Errorf("the house did not bear it; it said:\n%s", h.Log())
		}
		quick(t, h)
		t.Logf("%d mails: %d are messages, %d are another's very same mail again", len(paths), counts["received"], counts["duplicate"])
		for _, words := range again {
			t.Log("  ", words)
		}
		stopAndCheck(t, h)
	})
}

// readLedger reads what became of each mail, by its number.
func readLedger(t *testing.T, db *sql.DB, paths []string) map[int]arrived {
	t.Helper()
	out := map[int]arrived{}
	for i, path := range paths {
		var a arrived
		err := db.QueryRowContext(t.Context(), `SELECT l.state, l.reason, l.message_id, coalesce(m.conversation_id, 0)
			FROM mails l LEFT JOIN messages m ON m.id = l.message_id WHERE l.sender = $1`, sender(i)).
			Scan(&a.state, &a.reason, &a.message, &a.conversation)
		if err != nil {
			t.Errorf("%s: not in the ledger: %v", path, err)
			continue
		}
		out[i] = a
	}
	return out
}

// sendCorpus hands every mail to the SMTP door, one after the other.
func sendCorpus(t *testing.T, h *world.House, paths []string) {
	t.Helper()
	type slow struct {
		path string
		took time.Duration
	}
	var all []slow
	var line *world.Line
	for i, path := range paths {
		raw, err := os.ReadFile(filepath.Join(corpus, path))
		if err != nil {
			t.Fatal(err)
		}
		if line == nil || i%500 == 0 {
			if line, err = world.Call(h.SMTP); err != nil {
				t.Fatal(err)
			}
			defer line.Close()
		}
		began := time.Now()
		if _, err := line.Send(sender(i), inbox, raw); err != nil {
			t.Errorf("%s: refused: %v", path, err)
			line.Close()
			line = nil
		}
		all = append(all, slow{path, time.Since(began)})
	}
	slices.SortFunc(all, func(a, b slow) int { return int(b.took - a.took) })
	if all[0].took > most {
		t.Errorf("%s was accepted after %v only", all[0].path, all[0].took)
	}
	t.Logf("the slowest to be accepted: %s, %v", all[0].path, all[0].took.Round(100*time.Microsecond))
}

// visible asks the API for the conversation, as an agent's screen does, and looks for the message.
func visible(t *testing.T, b *world.Browser, m arrived) bool {
	t.Helper()
	a, err := b.Get(fmt.Sprintf("/api/conversations/%d", m.conversation))
	if err != nil {
		t.Fatal(err)
	}
	var full struct {
		Timeline []struct {
			Message *struct {
				ID int64 `json:"id"`
			} `json:"message"`
		} `json:"timeline"`
	}
	if err := json.Unmarshal(unpacked(t, a.Body), &full); err != nil {
		t.Fatalf("conversation %d answered %d %.200s: %v", m.conversation, a.Status, a.Body, err)
	}
	for _, e := range full.Timeline {
		if e.Message != nil && e.Message.ID == m.message {
			return true
		}
	}
	return false
}

// unpacked undoes gzip where there is any.
func unpacked(t *testing.T, body []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// quick asks the house's own metrics whether a mail took over a second to become a message.
func quick(t *testing.T, h *world.House) {
	t.Helper()
	b := world.OpenBrowser(h.HTTP, "")
	defer b.Close()
	a, err := b.Get("/metrics")
	if err != nil {
		t.Fatal(err)
	}
	figures := map[string]string{}
	for line := range strings.Lines(string(unpacked(t, a.Body))) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			figures[name] = value
		}
	}
	within, all := figures[`kept_job_seconds_bucket{kind="receive",le="1"}`], figures[`kept_job_seconds_count{kind="receive"}`]
	if all == "" || within != all {
		t.Errorf("of %s mails, %s became messages within a second", all, within)
	}
	if n := figures[`kept_jobs_total{kind="receive",outcome="dead"}`]; n != "" {
		t.Errorf("%s mails were given up", n)
	}
	if n := figures[`kept_jobs_total{kind="receive",outcome="again"}`]; n != "" {
		t.Errorf("%s mails were not understood at the first try", n)
	}
}

// wait looks again and again until it is so.
func wait(t *testing.T, h *world.House, atMost time.Duration, so func() bool) {
	t.Helper()
	for began := time.Now(); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > atMost {
			t.Fatalf("not so after %v; the house said:\n%s", atMost, h.Log())
		}
	}
}

// stopAndCheck ends the house well and proves the invariants on what it leaves.
func stopAndCheck(t *testing.T, h *world.House) {
	t.Helper()
	if err := h.Stop(); err != nil {
		t.Error(err)
	}
	out, err := h.Command(t.Context(), "check", "--replay")
	if err != nil {
		t.Error(err)
	}
	t.Log(strings.TrimSpace(out))
}
