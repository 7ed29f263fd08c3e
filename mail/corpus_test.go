package mail

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
)

const corpora = "../../shared/corpora"

// corpusFile reads a file of the corpora, or skips the test where they are absent.
func corpusFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpora, name))
	if err != nil {
		t.Skipf("the corpora are not here (%v)", err)
	}
	return b
}

// corpusMails lists the mails of the index.
func corpusMails(t testing.TB) []string {
	t.Helper()
	var paths []string
	for i, line := range strings.Split(strings.TrimSpace(string(corpusFile(t, "mail/index.tsv"))), "\n") {
		if path, _, ok := strings.Cut(line, "\t"); ok && i > 0 {
			paths = append(paths, path)
		}
	}
	return paths
}

func TestEveryMailOfTheCorpusIsReadFastAndSmall(t *testing.T) {
	type cost struct {
		path  string
		took  time.Duration
		bytes uint64
	}
	var costs []cost
	unreadable := 0
	for _, path := range corpusMails(t) {
		raw := corpusFile(t, "mail/"+path)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		in := Parse(raw)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		costs = append(costs, cost{path, took, after.TotalAlloc - before.TotalAlloc})
		if in.Unreadable {
			unreadable++
		}
		if in.Kind == "" {
			t.Errorf("%s has no kind", path)
		}
		if took > time.Second || after.TotalAlloc-before.TotalAlloc > 200<<20 {
			t.Errorf("%s took %v and %d bytes", path, took, after.TotalAlloc-before.TotalAlloc)
		}
	}
	sort.Slice(costs, func(i, j int) bool { return costs[i].took > costs[j].took })
	t.Logf("%d mails, %d unreadable; the slowest:", len(costs), unreadable)
	for _, c := range costs[:min(5, len(costs))] {
		t.Logf("  %6.1f ms %6.1f MB allocated  %s", float64(c.took.Microseconds())/1000, float64(c.bytes)/1e6, c.path)
	}
}

// agreed is what at least two of three other parsers say of a mail.
type agreed struct {
	Subject   *string        `json:"subject"`
	From      []string       `json:"from"`
	To        []string       `json:"to"`
	CC        []string       `json:"cc"`
	Date      *string        `json:"date"`
	MessageID *string        `json:"message_id"`
	InReplyTo *string        `json:"in_reply_to"`
	Hashes    []string       `json:"attachment_sha256"`
	Names     []string       `json:"attachment_names"`
	Votes     map[string]int `json:"votes"`
}

func TestOtherParsersAgreeWithUs(t *testing.T) {
	var consensus map[string]agreed
	if err := json.Unmarshal(corpusFile(t, "mail/consensus.json"), &consensus); err != nil {
		t.Fatal(err)
	}
	right, total := map[string]int{}, map[string]int{}
	var wrong []string
	for _, path := range corpusMails(t) {
		want, ok := consensus[path]
		if !ok {
			continue
		}
		in := Parse(corpusFile(t, "mail/"+path))
		for field, pair := range compare(in, want) {
			if want.Votes[field] == 0 {
				continue
			}
			total[field]++
			if pair[0] == pair[1] {
				right[field]++
			} else {
				wrong = append(wrong, fmt.Sprintf("%s %s\n   ours   %.300q\n   theirs %.300q", field, path, pair[0], pair[1]))
			}
		}
	}
	sort.Strings(wrong)
	if os.Getenv("KEPT_CORPUS_DIFF") != "" {
		t.Log(strings.Join(wrong, "\n"))
	}
	for _, field := range []string{"subject", "from", "to", "cc", "date", "message_id", "in_reply_to", "attachment_sha256", "attachment_names"} {
		percent := 100 * float64(right[field]) / float64(total[field])
		t.Logf("%-18s %5.1f %% of %d", field, percent, total[field])
		if percent < 97 {
			t.Errorf("%s agrees in %.1f %% only", field, percent)
		}
	}
}

// compare gives both sides of each field in one form.
func compare(in kept.Inbound, want agreed) map[string][2]string {
	text := func(p *string) string {
		if p == nil {
			return ""
		}
		return strings.Join(strings.Fields(*p), " ")
	}
	date := ""
	if !in.SentAt.IsZero() {
		date = in.SentAt.UTC().Format("2006-01-02T15:04")
	}
	inReplyTo := ""
	if len(in.InReplyTo) > 0 {
		inReplyTo = in.InReplyTo[0]
	}
	bare := func(p *string) string { return strings.Trim(text(p), "<>") }
	theirs := ""
	if ids := messageIDs(text(want.InReplyTo)); len(ids) > 0 {
		theirs = ids[0]
	}
	var hashes, names []string
	for _, a := range in.Attachments {
		if strings.HasPrefix(a.Type, "message/") {
			continue // the others take a mail within a mail apart; to us it is a file
		}
		hashes = append(hashes, a.SHA256)
		names = append(names, a.Name)
	}
	named := func(list []string) string { // a name that somebody wrote: we give one to every file
		return sorted(slices.DeleteFunc(slices.Clone(list), func(n string) bool {
			return n == "" || strings.HasPrefix(n, "attachment.") || n == "invite.ics" || n == "signature.asc" || n == "encrypted.asc" || n == "headers.txt" || strings.HasPrefix(n, "smime.")
		}))
	}
	if len(hashes) == 1 && len(want.Hashes) == 0 && in.Text == "" {
		hashes, names = nil, nil // the mail is nothing but one file; the others call that its body
	}
	return map[string][2]string{
		"subject":           {in.Subject, text(want.Subject)},
		"from":              {emails(in.From), lowered(want.From)},
		"to":                {emails(in.To), lowered(want.To)},
		"cc":                {emails(in.CC), lowered(want.CC)},
		"date":              {date, text(want.Date)},
		"message_id":        {in.MessageID, bare(want.MessageID)},
		"in_reply_to":       {inReplyTo, theirs},
		"attachment_sha256": {sorted(hashes), sorted(want.Hashes)},
		"attachment_names":  {named(names), named(want.Names)},
	}
}

func emails(list []kept.Address) string {
	var out []string
	for _, a := range list {
		out = append(out, a.Email)
	}
	return lowered(out)
}

func lowered(list []string) string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = strings.ToLower(list[i])
	}
	return sorted(list)
}

func sorted(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(list, " | ")
}

func TestTheReportsOfTheCorpusAreKnownAsSuch(t *testing.T) {
	kinds := map[kept.MailKind]int{}
	var missed []string
	total, addressed, linked, coded := 0, 0, 0, 0
	for _, path := range corpusMails(t) {
		if !strings.HasPrefix(path, "sisimai/") {
			continue
		}
		total++
		in := Parse(corpusFile(t, "mail/"+path))
		kinds[in.Kind]++
		if in.Kind == kept.MailNormal || in.Kind == kept.MailList {
			missed = append(missed, fmt.Sprintf("%s %s %q", in.Kind, path, in.Subject))
		}
		if in.Bounce != nil {
			addressed += btoi(len(in.Bounce.Recipients) > 0)
			linked += btoi(in.Bounce.MessageID != "")
			coded += btoi(in.Bounce.Status != "")
			if len(in.Bounce.Recipients) == 0 {
				missed = append(missed, "no recipient "+path)
			}
		}
	}
	t.Logf("of %d: %v; of the bounces %d name a recipient, %d the mail, %d a status", total, kinds, addressed, linked, coded)
	if os.Getenv("KEPT_CORPUS_DIFF") != "" {
		t.Log(strings.Join(missed, "\n"))
	}
	if good := kinds[kept.MailBounce] + kinds[kept.MailComplaint] + kinds[kept.MailDelivered]; good*100 < total*95 {
		t.Errorf("only %d of %d are known", good, total)
	}
}
