package portal

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// said is one message as the customer sees it.
type said struct {
	Us         bool
	By         string
	When       string
	Time       string
	Itself     bool   // sent by a machine
	Button     string // what they pressed, in words
	Paragraphs [][]line
	Files      string
}

// line is a line of a paragraph: words and links.
type line []part

type part struct {
	Text string
	Href string // empty: words
}

// The page shows the latest messages, the longest cut; the whole is one link away. A slow telephone
// thanks for it.
const (
	latest  = 8
	letters = 3000
)

// saidOf lists what was said between the customer and us, newest first, and reports whether
// something was left out. Notes, notices, what bounced and what Kept wrote by itself aren't part
// of it: the page says itself what those say.
func saidOf(r words.Reader, v View, all bool) (list []said, cut bool) {
	for _, m := range slices.Backward(heard(v.Messages)) {
		if !all && len(list) == latest {
			return list, true
		}
		text := strings.TrimSpace(m.Visible)
		if text == "" {
			text = strings.TrimSpace(m.Text)
		}
		if short, was := shorten(text, letters); was && !all {
			text, cut = short, true
		}
		s := said{
			Us: m.Kind == kept.MessageOut, Itself: m.Automatic, By: author(r, v, m),
			When: r.When(m.CreatedAt), Time: iso(r, m.CreatedAt), Files: files(r, m.Attachments),
		}
		s.Button, s.Paragraphs = pressed(r, m), paragraphs(text, s.Us)
		list = append(list, s)
	}
	return list, cut
}

// heard are the messages that both sides know.
func heard(messages []kept.Message) []kept.Message {
	var all []kept.Message
	for _, m := range messages {
		if m.Kind == kept.MessageIn || m.Kind == kept.MessageOut && !m.Automatic && m.Delivery != kept.Bounced {
			all = append(all, m)
		}
	}
	return all
}

// buttons are the messages that a button of this page makes: the desk writes the button's name in
// the message's warnings, and each reader sees it in their language.
var buttons = map[string]string{
	"customer.works": "portal.works", "customer.not_solved": "portal.not_solved", "customer.sooner": "portal.sooner",
	"customer.senior": "portal.senior", "customer.not_needed": "portal.not_needed", "customer.workaround_fails": "portal.workaround_fails",
	"customer.call": "portal.call_pressed", "customer.no_call": "portal.call_cancel",
}

func pressed(r words.Reader, m kept.Message) string {
	for _, name := range m.Warnings {
		if key, ok := buttons[name]; ok && m.Kind == kept.MessageIn {
			return r.Say(key)
		}
	}
	return ""
}

// author names who wrote: "You" for whom the page is.
func author(r words.Reader, v View, m kept.Message) string {
	name := words.Line(m.Author.Name, 80)
	switch {
	case m.Kind == kept.MessageIn && (m.Author.ID == v.Contact.ID || name == "" || name == words.Line(v.Contact.Name, 80)):
		return r.Say("portal.you")
	case name == "":
		return words.Line(v.Organization.Name, 80)
	}
	return name
}

func shorten(text string, limit int) (string, bool) {
	if utf8.RuneCountInString(text) <= limit {
		return text, false
	}
	return strings.TrimSpace(string([]rune(text)[:limit])) + " …", true
}

// paragraphs are the text at its empty lines. Addresses become links in our own words only: what
// came by mail from outside isn't made to be clicked.
func paragraphs(text string, ours bool) [][]line {
	var all [][]line
	var now []line
	for raw := range strings.Lines(strings.ToValidUTF8(text, "\ufffd")) {
		raw = strings.TrimRight(strings.ReplaceAll(raw, "\x00", ""), " \t\r\n")
		if strings.TrimSpace(raw) == "" {
			if now != nil {
				all, now = append(all, now), nil
			}
			continue
		}
		if ours {
			now = append(now, linked(raw))
		} else {
			now = append(now, line{{Text: raw}})
		}
	}
	if now != nil {
		all = append(all, now)
	}
	return all
}

// linked splits a line at its web addresses.
func linked(text string) line {
	var l line
	for {
		i := strings.Index(text, "https://")
		if i < 0 {
			break
		}
		end := i + strings.IndexFunc(text[i:]+" ", func(c rune) bool { return c <= ' ' || strings.ContainsRune("<>\"“”»", c) })
		address := strings.TrimRight(text[i:end], ".,;:!?)]’'")
		if len(address) > len("https://") {
			l = append(l, part{Text: text[:i]}, part{Text: address, Href: address})
			text = text[i+len(address):]
			continue
		}
		l = append(l, part{Text: text[:end]})
		text = text[end:]
	}
	return append(l, part{Text: text})
}

// files names what came along. The page hands out no file: the customer has each in their mail.
func files(r words.Reader, attached []kept.Attachment) string {
	var names []string
	for _, a := range attached {
		if !a.Inline {
			names = append(names, fmt.Sprintf("%s (%s)", words.Line(a.Name, 60), size(a.Size)))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return r.Say("portal.files", "n", len(names), "names", strings.Join(names, ", "))
}

// size is a file's, in the units that people see on their telephones.
func size(bytes int64) string {
	switch {
	case bytes >= 1_000_000:
		return fmt.Sprintf("%d MB", (bytes+500_000)/1_000_000)
	case bytes >= 1_000:
		return fmt.Sprintf("%d kB", (bytes+500)/1_000)
	}
	return fmt.Sprintf("%d B", bytes)
}
