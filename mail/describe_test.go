package mail

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestAMailIsDescribedInTheShapeOfTheSpec(t *testing.T) {
	raw := written("From: Ana <ana@x.test>", "To: help@northlight.test", "Date: Mon, 2 Nov 2026 09:12:13 +0100", "Message-ID: <m@x.test>", "In-Reply-To: <o@northlight.test>",
		"Subject: Re: router", "", "It works.", "", "> Does it?")
	b, err := json.Marshal(Describe("a.eml", raw, func(text string) string { visible, _, _ := strings.Cut(text, "\n"); return visible }))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"path": "a.eml", "subject": "Re: router", "from_name": "Ana", "date": "2026-11-02T08:12:13Z", "message_id": "m@x.test", "in_reply_to": "o@northlight.test",
		"kind": "normal", "visible_reply": "It works.", "error": "",
	} {
		if got[key] != want {
			t.Errorf("%s is %v", key, got[key])
		}
	}
	for _, key := range []string{"from", "to", "cc", "references", "attachments", "warnings"} {
		if _, ok := got[key].([]any); !ok {
			t.Errorf("%s is no list: %v", key, got[key])
		}
	}
	if d := Describe("b.eml", []byte("no mail at all"), nil); d.Error == "" || d.Date != nil || len(d.Attachments) != 1 {
		t.Errorf("%+v", d)
	}
}
