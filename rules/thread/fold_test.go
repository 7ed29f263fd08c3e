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

func TestQuotesAreFoldedAndAnswersStay(t *testing.T) {
	for _, c := range []struct{ name, text, visible, quoted, signature, forwarded string }{
		{"answers between", "Hi,\n\nOn Mon, 2 Nov 2026 at 09:12, Help wrote:\n> Which router?\n\nThe black one.\n\n> Since when?\n\nFriday.\n\n-- \nAna", "Hi,\n\nThe black one.\n\nFriday.", "On Mon, 2 Nov 2026 at 09:12, Help wrote:\n> Which router?\n> Since when?", "--\nAna", ""},
		{"german outlook", "Danke\n\nVon: Hilfe <h@x.test>\nGesendet: Montag, 2. November 2026 09:12\nAn: Ana\nBetreff: Router\n\nAlt", "Danke", "Von: Hilfe <h@x.test>\nGesendet: Montag, 2. November 2026 09:12\nAn: Ana\nBetreff: Router\n\nAlt", "", ""},
		{"forwarded with a word", "Please look.\n\n---------- Forwarded message ---------\nFrom: B <b@y.test>\nDate: Mon\nSubject: x\nTo: a\n\nIt broke.", "Please look.", "", "", "---------- Forwarded message ---------\nFrom: B <b@y.test>\nDate: Mon\nSubject: x\nTo: a\n\nIt broke."},
		{"forwarded without a word", "---------- Forwarded message ---------\nFrom: B <b@y.test>\nDate: Mon\nSubject: x\nTo: a\n\nIt broke.", "It broke.", "", "", "---------- Forwarded message ---------\nFrom: B <b@y.test>\nDate: Mon\nSubject: x\nTo: a"},
		{"a phone", "Ok\n\nVon meinem iPhone gesendet\n\n> Am 02.11.2026 um 09:12 schrieb Hilfe <h@x.test>:\n> \n> Geht es?", "Ok", "> Am 02.11.2026 um 09:12 schrieb Hilfe <h@x.test>:\n>\n> Geht es?", "Von meinem iPhone gesendet", ""},
		{"japanese", "了解です。\n\n2026年11月2日(月) 9:12 Help <help@x.test>:\n\n> テスト", "了解です。", "2026年11月2日(月) 9:12 Help <help@x.test>:\n> テスト", "", ""},
		{"a word about writing", "As you wrote in 2019: the router is old.\nIt still is.", "As you wrote in 2019: the router is old.\nIt still is.", "", "", ""},
		{"a list of facts", "From: Berlin\nTo: Paris\nI need a ticket.", "From: Berlin\nTo: Paris\nI need a ticket.", "", "", ""},
		{"nothing", "", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Split(c.text)
			if want := (Folded{c.visible, c.quoted, c.signature, c.forwarded}); words(f.Visible) != words(want.Visible) || words(f.Quoted) != words(want.Quoted) || words(f.Signature) != words(want.Signature) || words(f.Forwarded) != words(want.Forwarded) {
				t.Errorf("got  %q\nwant %q", f, want)
			}
		})
	}
}

// lineCount counts the filled lines of a text.
func lineCount(s string) map[string]int {
	n := map[string]int{}
	for line := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n") {
		if line = strings.TrimRight(line, " \t"); line != "" {
			n[line]++
		}
	}
	return n
}

func FuzzFoldLosesNoLine(f *testing.F) {
	f.Add("a\n> b\nOn 1/1/2026 a@x.test wrote:\n-- \nc")
	f.Add("From: a\nSent: b\nTo: c\nSubject: d\n\ne")
	f.Add("-----Original Message-----\n\n\nFrom:\n\nx")
	f.Add("On Mon\n\n<\na@x.test\n> wrote:\n\n_____\nSent from my iPhone")
	f.Fuzz(func(t *testing.T, text string) {
		p := Split(text)
		got := lineCount(p.Visible + "\n" + p.Quoted + "\n" + p.Signature + "\n" + p.Forwarded)
		for line, n := range lineCount(text) {
			if got[line] != n {
				t.Errorf("%q stands %d times in the text and %d times in its parts: %q", line, n, got[line], p)
			}
		}
	})
}
