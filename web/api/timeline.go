package api

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// changed is a change of one field, as a timeline tells it.
type changed struct {
	Field string `json:"field"`
	From  any    `json:"from"`
	To    any    `json:"to"`
}

// toldFields are the changes that a timeline tells, in this order where they came together.
var toldFields = []string{"status", "assignee", "priority"}

// told makes the entries ready to show: pictures in mails point at our attachments, and a change of
// several fields is several entries.
func told(entries []desk.Entry) []desk.Entry {
	out := make([]desk.Entry, 0, len(entries))
	for _, e := range entries {
		switch {
		case e.Message != nil:
			m := shown(*e.Message)
			e.Message = &m
		case e.Type == "change" && e.Event != nil:
			out = append(out, apart(e)...)
			continue
		}
		out = append(out, e)
	}
	return out
}

// apart makes an entry for each field that a change tells of.
func apart(e desk.Entry) (out []desk.Entry) {
	var data struct{ Was, Set map[string]any }
	if json.Unmarshal(e.Event.Data, &data) != nil {
		return nil
	}
	for _, field := range toldFields {
		to, ok := data.Set[field]
		if !ok {
			continue
		}
		event := *e.Event
		raw, err := json.Marshal(changed{field, data.Was[field], to})
		if err != nil {
			continue
		}
		event.Data = raw
		out = append(out, desk.Entry{At: e.At, Type: e.Type, Event: &event})
	}
	return out
}

// shown is a message as a screen may show it.
func shown(m kept.Message) kept.Message {
	m.To, m.CC = list(m.To), list(m.CC)
	m.HTML = pictured(m.HTML, m.Attachments)
	return m
}

var cidSource = regexp.MustCompile(`(?i)\bsrc="cid:([^"]*)"`)

// pictured points the pictures that a mail brought with it (cid:, RFC 2392) at its attachments. One
// that isn't there keeps its name aside, so that nothing is asked for.
func pictured(body string, files []kept.Attachment) string {
	if !strings.Contains(strings.ToLower(body), `"cid:`) {
		return body
	}
	return cidSource.ReplaceAllStringFunc(body, func(src string) string {
		name := cidSource.FindStringSubmatch(src)[1]
		cid := html.UnescapeString(name)
		if plain, err := url.PathUnescape(cid); err == nil {
			cid = plain
		}
		for _, a := range files {
			if a.CID != "" && strings.EqualFold(strings.Trim(a.CID, "<>"), strings.Trim(cid, "<>")) {
				return fmt.Sprintf(`src="/api/attachments/%d"`, a.ID)
			}
		}
		return `data-cid="` + name + `"`
	})
}
