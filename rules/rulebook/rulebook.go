// Package rulebook writes the policies of a desk, with their calendars and teams, as one YAML file that
// people read and keep under version control, and reads it back. In a file things are known by their
// names, not by ids: a calendar by its name, an inbox and a person by their address. It does not know
// what there is at a desk; whoever reads a book finds the ids.
package rulebook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kept-desk/kept/kept"
)

// Names that stand for calendars which are no rows.
const (
	Always         = "always"
	CustomersHours = "customer"
	TeamHours      = "team"
)

// format is the first line's word: what comes later may be read differently.
const format = "policies/1"

// mostBytes bounds a file.
const mostBytes = 1 << 20

// Book is a whole file.
type Book struct {
	Format    string     `yaml:"kept"`
	Calendars []Calendar `yaml:"calendars,omitempty"`
	Teams     []Team     `yaml:"teams,omitempty"`
	Policies  []Policy   `yaml:"policies"`
}

// Calendar is a kept.Calendar; windows are written "09:00-17:00".
type Calendar struct {
	Name     string              `yaml:"name"`
	Zone     string              `yaml:"time_zone"`
	Hours    map[string][]string `yaml:"hours,flow"`
	Holidays []string            `yaml:"holidays,omitempty"`
	Breaks   map[string][]string `yaml:"breaks,omitempty"`
	Shifts   map[string][]string `yaml:"shifts,omitempty"`
}

// Team is a kept.Team by names.
type Team struct {
	Name     string   `yaml:"name"`
	Lead     string   `yaml:"lead,omitempty"`    // an address
	Members  []string `yaml:"members,omitempty"` // addresses
	Calendar string   `yaml:"calendar,omitempty"`
	Inboxes  []string `yaml:"inboxes,omitempty"` // addresses
}

// Policy is a kept.Policy by names, in the order in which it is tried.
type Policy struct {
	Name       string           `yaml:"name"`
	When       When             `yaml:"when,omitempty"`
	Times      map[string]Times `yaml:"times"`
	Confirm    string           `yaml:"confirm_window,omitempty"`
	SecondTime int              `yaml:"second_time,omitempty"`
	Urgency    *Urgency         `yaml:"urgency,omitempty,flow"`
}

// Urgency is a kept.Urgency; what is left out counts for nothing, and all of it left out for the usual.
type Urgency struct {
	Deadline int `yaml:"deadline"`
	Pressing int `yaml:"cant_work_hours"`
	Urgent   int `yaml:"cant_work_urgent_hours"`
}

// When is a kept.PolicyWhen.
type When struct {
	Inboxes    []string          `yaml:"inboxes,omitempty"` // addresses
	Channels   []string          `yaml:"channels,omitempty,flow"`
	Priorities []string          `yaml:"priorities,omitempty,flow"`
	Languages  []string          `yaml:"languages,omitempty,flow"`
	Tiers      []string          `yaml:"tiers,omitempty,flow"`
	Tags       []string          `yaml:"tags,omitempty,flow"`
	Attributes map[string]string `yaml:"attributes,omitempty"`
}

// Times are kept.Times; spans are written 90m, 4h or 1d.
type Times struct {
	Calendar   string   `yaml:"calendar"`
	FirstReply string   `yaml:"first_reply,omitempty"`
	NextReply  string   `yaml:"next_reply,omitempty"`
	Update     string   `yaml:"update,omitempty"`
	Recovery   string   `yaml:"recovery,omitempty"`
	Workaround string   `yaml:"workaround,omitempty"`
	Resolution string   `yaml:"resolution,omitempty"`
	FollowUp   string   `yaml:"follow_up,omitempty"`
	CheckIns   []string `yaml:"check_ins,omitempty,flow"`
	WarnShare  float64  `yaml:"warn_share,omitempty"`
	Warn       string   `yaml:"warn,omitempty"`
	Grace      string   `yaml:"grace,omitempty"`
	Escalation []Step   `yaml:"escalation,omitempty"`
}

// Step is a kept.Escalate.
type Step struct {
	After    string   `yaml:"after,omitempty"`
	To       string   `yaml:"to"`
	Rotation string   `yaml:"rotation,omitempty"` // its name
	By       []string `yaml:"by,omitempty,flow"`
}

// Write is a book as YAML.
func Write(b Book) ([]byte, error) {
	b.Format = format
	var out bytes.Buffer
	out.WriteString("# The policies of a desk, tried from the first to the last, with their calendars and teams.\n")
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(b); err != nil {
		return nil, err
	}
	return out.Bytes(), enc.Close()
}

// Read is a book of YAML. Its errors are kept.Invalid, and name the line or the thing.
func Read(data []byte) (b Book, err error) {
	if len(data) > mostBytes {
		return b, kept.Fail(kept.TooLarge, "A file of policies has at most a megabyte.")
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&b); err != nil {
		return b, unreadable(err)
	}
	if err := dec.Decode(&Book{}); !errors.Is(err, io.EOF) {
		return b, kept.Wrong("file", "The file goes on after its policies. Keep one set in a file.")
	}
	if b.Format != format {
		return b, kept.Wrong("file", "This is no file of policies: its first line says %q, and not %q.", b.Format, "kept: "+format)
	}
	if len(b.Policies) == 0 {
		return b, kept.Wrong("file", "There are no policies in this file, and a desk needs one.")
	}
	return b, nil
}

// unreadable says in words what the library found.
func unreadable(err error) error {
	if errors.Is(err, io.EOF) {
		return kept.Wrong("file", "The file is empty.")
	}
	var types *yaml.TypeError
	if errors.As(err, &types) && len(types.Errors) > 0 {
		return &kept.Error{Kind: kept.Invalid, Field: "file", Say: "The file can't be read: " + plainly(types.Errors[0]) + ".", Err: err}
	}
	return &kept.Error{Kind: kept.Invalid, Field: "file", Say: "The file can't be read: " + plainly(strings.TrimPrefix(err.Error(), "yaml: ")) + ".", Err: err}
}

// plainly leaves the names of our types out of the library's words.
func plainly(text string) string {
	if at := strings.Index(text, " not found in type "); at >= 0 {
		text = text[:at] + " is not known here"
	}
	if at := strings.Index(text, " into rulebook."); at >= 0 {
		text = text[:at] + " where something else belongs"
	}
	return strings.TrimSuffix(text, ".")
}

// OfWindows writes windows as a file has them, in order.
func OfWindows(days map[string]kept.Windows) map[string][]string {
	if len(days) == 0 {
		return nil
	}
	out := map[string][]string{}
	for day, windows := range days {
		out[day] = []string{}
		for from, to := range windows {
			out[day] = append(out[day], from+"-"+to)
		}
		slices.Sort(out[day])
	}
	return out
}

// Windows reads windows of a file; the field names them in errors.
func Windows(field string, days map[string][]string) (map[string]kept.Windows, error) {
	if len(days) == 0 {
		return nil, nil //nolint:nilnil // there are none
	}
	out := map[string]kept.Windows{}
	for day, list := range days {
		out[day] = kept.Windows{}
		for _, text := range list {
			from, to, ok := strings.Cut(text, "-")
			if from, to = strings.TrimSpace(from), strings.TrimSpace(to); !ok || from == "" || to == "" {
				return nil, kept.Wrong(fmt.Sprintf("%s.%s", field, day), "%q is no window: write it as 09:00-17:00.", text)
			}
			out[day][from] = to
		}
	}
	return out, nil
}

// Span reads a span of a file; the field names it in errors.
func Span(field, text string) (kept.Span, error) {
	s, err := kept.ParseSpan(text)
	if err != nil {
		return s, kept.Wrong(field, "%q is no length of time: write 90m, 4h or 1d.", text)
	}
	return s, nil
}
