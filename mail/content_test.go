package mail

import (
	"strings"
	"testing"
)

func TestAMailIsTheSameWhicheverWayItCame(t *testing.T) {
	const one = "From: a@example.com\r\nSubject: Hi\r\n\r\nHello\r\n"
	for name, same := range map[string]string{
		"another hop":    "Received: from x\r\n\tby y; Mon\r\nReturn-Path: <a@example.com>\r\nX-Spam-Score: 3\r\n" + one,
		"bare newlines":  strings.ReplaceAll(one, "\r\n", "\n"),
		"a line at end":  one + "\r\n",
		"a signed relay": "ARC-Seal: i=1;\r\n a=rsa\r\n" + one,
	} {
		if Content([]byte(same)) != Content([]byte(one)) {
			t.Errorf("%s made it another mail", name)
		}
	}
	for name, other := range map[string]string{
		"a word":    strings.Replace(one, "Hello", "Hallo", 1),
		"a copy":    "Cc: b@example.com\r\n" + one,
		"a subject": strings.Replace(one, "Hi", "Ho", 1),
		"nothing":   "",
	} {
		if Content([]byte(other)) == Content([]byte(one)) {
			t.Errorf("%s did not make it another mail", name)
		}
	}
}
