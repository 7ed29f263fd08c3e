package thread

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

type pair struct {
	ID       string `json:"id"`
	Source   string `json:"source"`
	Format   string `json:"format"`
	Input    string `json:"input"`
	Expected string `json:"expected"`
}

// pairs reads the corpus, or skips the test where it is absent.
func pairs(t *testing.T) (list []pair) {
	t.Helper()
	b, err := os.ReadFile("../../../shared/corpora/quote/pairs.jsonl")
	if err != nil {
		t.Skipf("the corpora are not here (%v)", err)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n") {
		var p pair
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// words compares texts as a reader does: blanks and empty lines say nothing.
func words(s string) string {
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		if f := strings.Fields(line); len(f) > 0 {
			out = append(out, strings.Join(f, " "))
		}
	}
	return strings.Join(out, "\n")
}

func TestWhatAPersonWroteNowIsFoundAsOtherToolsFindIt(t *testing.T) {
	right, total := map[string]int{}, map[string]int{}
	var wrong []string
	for _, p := range pairs(t) {
		visible, quoted, signature := Fold(p.Input)
		total[p.Source]++
		total["all"]++
		if words(visible) == words(p.Expected) {
			right[p.Source]++
			right["all"]++
			continue
		}
		wrong = append(wrong, "===== "+p.ID+"\n--- input\n"+p.Input+"\n--- visible\n"+visible+"\n--- expected\n"+p.Expected+"\n--- quoted\n"+quoted+"\n--- signature\n"+signature)
	}
	for source, n := range total {
		t.Logf("%-20s %5.1f %% of %d", source, 100*float64(right[source])/float64(n), n)
	}
	if path := os.Getenv("KEPT_FOLD_DIFF"); path != "" {
		if err := os.WriteFile(path, []byte(strings.Join(wrong, "\n\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if right["all"]*100 < total["all"]*80 {
		t.Errorf("only %d of %d", right["all"], total["all"])
	}
}
