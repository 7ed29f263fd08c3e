package story

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A script is blocks. A block begins with "== " and its title, goes on with lines "name: value" up to
// the first empty one, and ends with its body. In a scene the body is acts:
//
//	@ wd-3 09:12: customer writes, with router.png
//	The words of the mail.
//
//	@ +20m: Aoife replies, still ours by +2h: The result of the line test
//	The words of the answer; {by} becomes "today by 11:30" as the customer reads it.
type block struct {
	place string
	title string
	head  map[string]string
	body  []line
}

type line struct {
	n    int
	text string
}

func parseBlocks(name, text string) ([]block, error) {
	var out []block
	inHead := false
	for i, l := range strings.Split(text, "\n") {
		place := fmt.Sprintf("%s:%d", name, i+1)
		title, begins := strings.CutPrefix(l, "== ")
		switch {
		case begins:
			out = append(out, block{place: place, title: strings.TrimSpace(title), head: map[string]string{}})
			inHead = true
		case len(out) == 0:
			if l != "" && !strings.HasPrefix(l, "#") {
				return nil, fmt.Errorf("%s: words before the first block", place)
			}
		case inHead && l == "":
			inHead = false
		case inHead:
			k, v, ok := strings.Cut(l, ": ")
			if !ok {
				return nil, fmt.Errorf("%s: %q is no \"name: value\"", place, l)
			}
			out[len(out)-1].head[k] = strings.TrimSpace(v)
		default:
			b := &out[len(out)-1]
			b.body = append(b.body, line{i + 1, l})
		}
	}
	return out, nil
}

func (b block) text() string {
	var lines []string
	for _, l := range b.body {
		lines = append(lines, l.text)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func parseScene(b block) (Scene, error) {
	s := Scene{Place: b.place, Subject: b.title, Inbox: "help"}
	var err error
	if s.Customer, err = person(b.head["from"], b.head["zone"], b.head["language"]); err != nil {
		return s, fmt.Errorf("%s: %w", b.place, err)
	}
	for k, v := range b.head {
		switch k {
		case "from", "zone", "language":
		case "inbox":
			s.Inbox = v
		case "company":
			s.Card.Company = v
		case "phone":
			s.Card.Phone = v
		case "notes":
			s.Card.Notes = v
		default:
			return s, fmt.Errorf("%s: a scene has no %q", b.place, k)
		}
	}
	file, _, _ := strings.Cut(b.place, ":")
	for _, l := range b.body {
		head, begins := strings.CutPrefix(l.text, "@ ")
		if !begins {
			if len(s.Acts) == 0 && l.text != "" {
				return s, fmt.Errorf("%s:%d: words before the first act", file, l.n)
			}
			if len(s.Acts) > 0 {
				s.Acts[len(s.Acts)-1].Body += l.text + "\n"
			}
			continue
		}
		a, err := parseAct(head)
		if err != nil {
			return s, fmt.Errorf("%s:%d: %w", file, l.n, err)
		}
		a.Place = fmt.Sprintf("%s:%d", file, l.n)
		s.Acts = append(s.Acts, a)
	}
	for i := range s.Acts {
		s.Acts[i].Body = strings.TrimSpace(s.Acts[i].Body)
		if err := s.Acts[i].check(); err != nil {
			return s, fmt.Errorf("%s: %w", s.Acts[i].Place, err)
		}
	}
	if len(s.Acts) == 0 {
		return s, fmt.Errorf("%s: nothing happens", b.place)
	}
	return s, nil
}

// parseAct reads an act's first line, without its mark.
func parseAct(head string) (Act, error) {
	when, rest, ok := strings.Cut(head, ": ")
	who, does, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 {
		return Act{}, fmt.Errorf("%q: write TIME: WHO DOES", head)
	}
	a := Act{When: when}
	if who == "customer" {
		return a.customer(does)
	}
	if !known(who) {
		return a, fmt.Errorf("nobody is called %q", who)
	}
	a.Who = who
	return a.agent(does)
}

func (a Act) customer(does string) (Act, error) {
	verb, rest, _ := strings.Cut(does, ", ")
	a.Verb = Verb(verb)
	if !slices.Contains([]Verb{Writes, Works, NotSolved, Adds, Needs, Senior, Books, Away, Bounces}, a.Verb) {
		return a, fmt.Errorf("a customer doesn't %q", verb)
	}
	for part := range strings.SplitSeq(rest, ", ") {
		file, with := strings.CutPrefix(part, "with ")
		by, due := strings.CutPrefix(part, "by ")
		from, suits := strings.CutPrefix(part, "from ")
		hours, daily := strings.CutSuffix(part, " hours a day")
		switch {
		case due && a.Verb == Needs:
			a.By = by
		case suits && a.Verb == Books:
			a.By = from
		case daily && a.Verb == Needs:
			var err error
			if a.Hours, err = strconv.Atoi(hours); err != nil {
				return a, err
			}
		case part == "can't work" && a.Verb == Needs:
			a.Stuck = true
		case part == "":
		case part == "in HTML":
			a.HTML = true
		case with:
			a.Files = append(a.Files, file)
		default:
			return a, fmt.Errorf("%q says nothing about a mail", part)
		}
	}
	return a, nil
}

// agent reads what an agent does: the verb, then what it needs.
func (a Act) agent(does string) (Act, error) {
	verbs := []Verb{Moves, Bridges, Replies, Begins, Notes, Tells, Asks, Drafts, Hands, Offers, Ranks, Snoozes, Spams, Gives, Finishes, Releases}
	i := slices.IndexFunc(verbs, func(v Verb) bool { return strings.HasPrefix(does, string(v)) })
	if i < 0 {
		return a, fmt.Errorf("an agent doesn't %q", does)
	}
	a.Verb = verbs[i]
	rest := strings.TrimLeft(strings.TrimPrefix(does, string(a.Verb)), " ,:")
	switch a.Verb {
	case Hands, Offers, Ranks, Releases:
		a.Object = rest
	case Snoozes:
		a.By = rest
	case Moves, Gives:
		a.Then = "ours"
		a.By, a.Promise, _ = strings.Cut(strings.TrimPrefix(rest, "by "), ": ")
	case Asks:
		a.Object, a.By, _ = strings.Cut(rest, " by ")
	case Replies, Bridges, Begins:
		return a.sending(rest)
	case Notes, Tells, Drafts, Spams, Finishes:
		if rest != "" {
			return a, fmt.Errorf("%q is too much", rest)
		}
	}
	return a, nil
}

// sending reads what happens after a mail of ours.
func (a Act) sending(rest string) (Act, error) {
	switch {
	case rest == "and waits":
		a.Then = "wait"
	case rest == "and solves":
		a.Then = "solve"
	case strings.HasPrefix(rest, "still ours"):
		a.Then = "ours"
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "still ours"), " by ")
		a.By, a.Promise, _ = strings.Cut(rest, ": ")
	default:
		return a, fmt.Errorf("%q: say \"and waits\", \"and solves\" or \"still ours by …\"", rest)
	}
	return a, nil
}

// check finds an act that lacks its words, or has some that nobody would read.
func (a Act) check() error {
	silent := slices.Contains([]Verb{Works, Bounces, Hands, Ranks, Snoozes, Spams, Gives, Finishes, Releases}, a.Verb)
	if silent != (a.Body == "") && a.Verb != NotSolved && a.Verb != Senior {
		return fmt.Errorf("%q and its words don't go together", a.Verb)
	}
	return nil
}
