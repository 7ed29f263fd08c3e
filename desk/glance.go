package desk

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// tells reports whether a change of a conversation is worth a line in its timeline. The data is our own
// JSON, in which a quote stands around a key or is escaped: it needn't be read to find one.
func tells(e kept.Event) bool {
	for _, key := range [][]byte{[]byte(`"status":`), []byte(`"assignee":`), []byte(`"priority":`)} {
		if bytes.Contains(e.Data, key) {
			return true
		}
	}
	return e.Type != kept.ConversationChanged
}

// tellsPage reports whether an event of an escalation or a page is worth a line: a page to another person than the one
// before is, its repetition isn't; nor is a step that reached nobody, or that the page tells. Paged is whom the
// page before went to. Other events pass.
func tellsPage(e kept.Event, paged *kept.ID) bool {
	switch e.Type {
	case kept.PromiseEscalated:
		var to Escalated
		return json.Unmarshal(e.Data, &to) == nil && len(to.Agents) > 0 && to.Page == 0
	case kept.PageSent:
		var to Paged
		if json.Unmarshal(e.Data, &to) != nil || to.Agent == *paged {
			return false
		}
		*paged = to.Agent
	case kept.PageTaken, kept.PageEnded:
		*paged = 0
	}
	return true
}

// snippet cuts the part of a message around the first word found, and marks the words.
func snippet(m kept.Message, terms []string) string {
	text := []rune(strings.Join(strings.Fields(m.Visible), " "))
	if len(text) == 0 {
		text = []rune(strings.Join(strings.Fields(m.Text), " "))
	}
	const width = 160
	plain := store.Fold(text)
	start := 0
	for _, t := range terms {
		if i := indexWord(plain, []rune(t)); i >= 0 {
			start = max(0, i-width/4)
			break
		}
	}
	end := min(len(text), start+width)
	var b strings.Builder
	if start > 0 {
		b.WriteString("… ")
	}
	for i := start; i < end; {
		n := 0
		for _, t := range terms {
			r := []rune(t)
			if startsWord(plain, i) && hasPrefix(plain[i:], r) {
				n = max(n, len(r))
			}
		}
		if n == 0 {
			b.WriteRune(text[i])
			i++
			continue
		}
		n = min(n, end-i)
		b.WriteString("\u0001" + string(text[i:i+n]) + "\u0002")
		i += n
	}
	if end < len(text) {
		b.WriteString(" …")
	}
	return b.String()
}

func indexWord(text, word []rune) int {
	for i := range text {
		if startsWord(text, i) && hasPrefix(text[i:], word) {
			return i
		}
	}
	return -1
}

func startsWord(text []rune, i int) bool { return i == 0 || !store.InWord(text[i-1]) }

func hasPrefix(text, word []rune) bool {
	if len(word) == 0 || len(text) < len(word) {
		return false
	}
	for i, r := range word {
		if text[i] != r {
			return false
		}
	}
	return true
}
