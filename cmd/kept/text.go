package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/thread"
)

type mailCmd struct {
	Parse mailParseCmd `cmd:"" help:"Print what is understood of mails, one JSON line each."`
}

type mailParseCmd struct {
	Files []string `arg:"" name:"file" help:"Raw mails (RFC 5322); - is the input."`
	JSON  bool     `name:"json" help:"JSON Lines (the only form there is)."`
}

// Run parses; the exit is 0 for every mail, however broken. A file that can't be read is a line too.
func (c *mailParseCmd) Run() error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush() //nolint:errcheck // the error comes from Encode
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for _, path := range c.Files {
		raw, err := readFile(path)
		p := mail.Describe(path, raw, func(text string) string {
			visible, _, _ := thread.Fold(text)
			return visible
		})
		if err != nil {
			p = mail.ParsedMail{Path: path, Error: err.Error()}
		}
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return nil
}

func readFile(path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(path)
}

type timeCmd struct {
	Batch    string `help:"JSON Lines of questions {id, op, from, to, at, minutes, config}; prints {id, got} a line, with an error where a row can't be answered. - is the input." placeholder:"FILE"`
	Calendar string `help:"A calendar as JSON." placeholder:"FILE"`
	Op       string `arg:"" optional:"" enum:"due,elapsed,open," default:"" help:"due, elapsed or open."`
	From     string `help:"due, elapsed: an instant, RFC 3339."`
	To       string `help:"elapsed: an instant, RFC 3339; the answer is in open seconds."`
	At       string `help:"open: an instant, RFC 3339."`
	Minutes  *int   `help:"due: open minutes; 0 asks for the first open instant."`
}

// Run answers one question, or a batch.
func (c *timeCmd) Run() error {
	if c.Batch != "" {
		return c.batch()
	}
	if c.Op == "" || c.Calendar == "" {
		return kept.Wrong("op", "Ask one thing, as in: kept time due --calendar FILE --from 2026-05-18T09:00:00Z --minutes 240. Or give --batch FILE.")
	}
	if err := c.fits(); err != nil {
		return err
	}
	raw, err := readFile(c.Calendar)
	if err != nil {
		return err
	}
	if err := knownKeys(raw); err != nil {
		return kept.Wrong("calendar", "%s is no calendar: %s. It has time_zone, hours, holidays, breaks and shifts.", c.Calendar, err)
	}
	op := c.Op
	if op == "elapsed" {
		op = "elapsed_seconds"
	}
	minutes := 0
	if c.Minutes != nil {
		minutes = *c.Minutes
	}
	row, err := json.Marshal(map[string]any{"id": "1", "op": op, "from": c.From, "to": c.To, "at": c.At, "minutes": minutes, "config": json.RawMessage(raw)})
	if err != nil {
		return err
	}
	var q calendar.BatchRow
	if err := readRow(row, &q); err != nil {
		return err
	}
	got, err := calendar.Evaluate(q)
	if err != nil {
		return err
	}
	if seconds, ok := got.(float64); ok {
		got = strconv.FormatFloat(seconds, 'f', -1, 64) // never as 3e+10
	}
	fmt.Println(got)
	return nil
}

// given are the flags that say what is asked, in the order of the help.
func (c *timeCmd) given() (flags []string) {
	for _, f := range []struct {
		name string
		is   bool
	}{{"--from", c.From != ""}, {"--to", c.To != ""}, {"--at", c.At != ""}, {"--minutes", c.Minutes != nil}} {
		if f.is {
			flags = append(flags, f.name)
		}
	}
	return flags
}

// fits refuses a flag of another question, and a question that lacks one of its own: neither is answered as
// it was meant.
func (c *timeCmd) fits() error {
	takes := map[string][]string{"due": {"--from", "--minutes"}, "elapsed": {"--from", "--to"}, "open": {"--at"}}[c.Op]
	given := c.given()
	for _, f := range given {
		if !slices.Contains(takes, f) {
			return kept.Wrong("op", "“%s” takes %s, and no %s.", c.Op, strings.Join(takes, " and "), f)
		}
	}
	for _, f := range takes {
		if !slices.Contains(given, f) {
			return kept.Wrong("op", "“%s” needs %s.", c.Op, f)
		}
	}
	return nil
}

// knownKeys refuses a calendar with a key that would be passed over: a holiday misspelt is a day open.
func knownKeys(calendar []byte) error {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(calendar, &keys); err != nil {
		return err
	}
	for key := range keys {
		switch key {
		case "id", "name", "time_zone", "hours", "holidays", "breaks", "shifts":
		default:
			return fmt.Errorf("nothing is called %q there", key)
		}
	}
	return nil
}

// readRow reads a question; what has the wrong form is named, and the right one shown.
func readRow(line []byte, q *calendar.BatchRow) error {
	err := json.Unmarshal(line, q)
	var form *json.UnmarshalTypeError
	if errors.As(err, &form) {
		return kept.Wrong(form.Field, `%s can't be read from what is there (%s). Hours are written as {"mon": {"09:00": "17:00"}}, dates as "2026-12-25".`, form.Field, form.Value)
	}
	return err
}

// batch answers row for row; a row that can't be answered says why, and the others stand.
func (c *timeCmd) batch() error {
	var extra []string
	if c.Op != "" {
		extra = append(extra, c.Op)
	}
	if c.Calendar != "" {
		extra = append(extra, "--calendar")
	}
	if extra = append(extra, c.given()...); len(extra) > 0 {
		return kept.Wrong("batch", "--batch takes its questions from its rows, and no %s.", strings.Join(extra, ", "))
	}
	raw, err := readFile(c.Batch)
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	rows, wrong := 0, 0
	for n, line := range bytes.Split(raw, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		rows++
		var q calendar.BatchRow
		answer := struct {
			ID    any    `json:"id"`
			Got   any    `json:"got"`
			Error string `json:"error,omitempty"`
		}{}
		err := readRow(line, &q)
		if err == nil {
			answer.Got, err = calendar.Evaluate(q)
		}
		answer.ID = q.ID
		if err != nil {
			wrong++
			answer.Error = fmt.Sprintf("line %d: %s", n+1, spoken(err))
		}
		if err := out.Encode(answer); err != nil {
			return err
		}
	}
	if wrong > 0 {
		fmt.Fprintf(os.Stderr, "%d of %d rows can't be answered; each says why.\n", wrong, rows)
	}
	return nil
}
