package mail

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// nested is a mail of multiparts within multiparts that never close.
func nested(depth, body int) []byte {
	var b strings.Builder
	b.WriteString("From: a@b.test\r\nContent-Type: multipart/mixed; boundary=\"b0\"\r\n\r\n")
	for i := range depth - 1 {
		fmt.Fprintf(&b, "--b%d\r\nContent-Type: multipart/mixed; boundary=\"b%d\"\r\n\r\n", i, i+1)
	}
	fmt.Fprintf(&b, "--b%d\r\nContent-Type: text/plain\r\n\r\n", depth-1)
	b.WriteString(strings.Repeat("some words in a line\r\n", body/22))
	return []byte(b.String())
}

func TestNoMailIsSlowOrLarge(t *testing.T) {
	const header = "From: a@b.test\r\nTo: c@d.test\r\n"
	const htmlHeader = header + "Content-Type: text/html; charset=utf-8\r\n\r\n"
	many := func(s string, n int) string { return strings.Repeat(s, n/len(s)) }
	for name, raw := range map[string][]byte{
		"300 nested multiparts":         nested(300, 1000),
		"5 nested multiparts of 4 MB":   nested(5, 4<<20),
		"16 nested multiparts of 20 MB": nested(16, 20<<20),
		"one boundary for all":          []byte(header + many("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", 1<<20)),
		"boundaries only":               []byte(header + "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + many("--x\r\n\r\na\r\n", 4<<20)),
		"boundaries that are prefixes":  []byte(header + "Content-Type: multipart/mixed; boundary=-\r\n\r\n" + many("---", 8<<20)),
		"a header of 20 MB":             []byte(header + many("X-A: b\r\n", 20<<20)),
		"a field of 20 MB":              []byte(header + "Subject: " + many("a ", 20<<20)),
		"a folded field of 20 MB":       []byte(header + "Subject: a" + many("\r\n =?utf-8?q?a?=", 20<<20)),
		"encoded words without end":     []byte(header + "Subject: " + many("=?utf-8?q?", 200<<10)),
		"a million addresses":           []byte("From: " + many("a@b.test, ", 8<<20) + "\r\n\r\nx"),
		"brackets for an address":       []byte("From: " + many("<", 250<<10) + "\r\nTo: " + many("\"(", 250<<10) + "\r\n\r\nx"),
		"parameters without end":        []byte(header + "Content-Type: text/plain" + many("; a*1*=x", 250<<10) + "\r\n\r\nx"),
		"references without end":        []byte(header + "References: " + many("<a@b>", 250<<10) + "\r\n\r\nx"),
		"HTML of open divs":             []byte(htmlHeader + many("<div>", 20<<20)),
		"HTML of open tables":           []byte(htmlHeader + many("<table><tr><td>", 4<<20)),
		"HTML of fonts and paragraphs":  []byte(htmlHeader + many("<font color=a><b><i>", 100<<10) + many("<p>", 900<<10)),
		"HTML of closing tags":          []byte(htmlHeader + many("<b><i><u>", 100<<10) + many("</p>", 900<<10)),
		"HTML of open brackets":         []byte(htmlHeader + many("<", 20<<20)),
		"HTML of attributes":            []byte(htmlHeader + "<p " + many("a=b ", 2<<20) + ">x"),
		"HTML of styles":                []byte(htmlHeader + many(`<p style="`+many("color:red;", 3000)+`">`, 1<<20)),
		"HTML of quotes":                []byte(htmlHeader + many("<blockquote>a", 1<<20)),
		"HTML of comments":              []byte(htmlHeader + many("<!--", 4<<20)),
		"HTML of entities":              []byte(htmlHeader + many("&amp;", 1<<20)),
		"HTML of links":                 []byte(htmlHeader + many(`<a href="https://x.test/">y</a>`, 1<<20)),
		"a thousand HTML parts":         []byte(header + "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + many("--x\r\nContent-Type: text/html\r\n\r\n"+many("<b>a</b>", 20000)+"\r\n", 20<<20)),
		"text of 30 MB":                 []byte(header + "\r\n" + many("words and words\r\n", 30<<20)),
		"text of quotes":                []byte(header + "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + many("> > > a \r\n", 4<<20)),
		"uuencode without end":          []byte(header + "\r\n" + many("begin 644 a\r\n", 2<<20)),
		"base64 of 30 MB":               []byte(header + "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + many("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWkFC\r\n", 30<<20)),
		"a report of a million blocks":  []byte(header + "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n" + many("Final-Recipient: rfc822; a@b.test\r\nAction: failed\r\n\r\n", 8<<20)),
		"a bounce of words":             []byte("From: MAILER-DAEMON@x.test\r\nSubject: failure notice\r\n\r\n" + many("the user a.b.c.d-e_f at host 550 is unknown ", 2<<20)),
		"a bounce of addresses":         []byte("From: MAILER-DAEMON@x.test\r\nSubject: failure notice\r\n\r\n" + many("to <a@b.test>: 550\r\n", 2<<20)),
		"one line of 30 MB":             []byte(many("a", 30<<20)),
		"zeros":                         make([]byte, 10<<20),
		"carriage returns":              []byte(header + many("\r", 10<<20)),
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			peak := watch(before.HeapAlloc)
			start := time.Now()
			in := Parse(raw)
			took := time.Since(start)
			most := peak()
			runtime.ReadMemStats(&after)
			if in.Kind == "" {
				t.Error("no kind")
			}
			t.Logf("%7.1f ms, %4d MB of mail, %4d MB allocated, at most %4d MB in use", float64(took.Microseconds())/1000, len(raw)>>20, (after.TotalAlloc-before.TotalAlloc)>>20, most>>20)
			if took > time.Second && !raceEnabled {
				t.Errorf("%v", took)
			}
			if most > 200<<20 && !raceEnabled {
				t.Errorf("%d MB", most>>20)
			}
		})
	}
}

// watch samples the heap until peak is asked for; the answer is bytes above the start.
func watch(start uint64) (peak func() uint64) {
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var m runtime.MemStats
		var most uint64
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-stop:
				done <- most
				return
			}
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc-min(start, m.HeapAlloc))
		}
	}()
	return func() uint64 { close(stop); return <-done }
}

func TestWhatNobodyUnderstandsIsShownWithTheRawMail(t *testing.T) {
	for _, raw := range [][]byte{nil, []byte("   "), []byte("hello, this is no mail"), {0xff, 0xfe, 0}, bytes.Repeat([]byte("\r"), 5)} {
		in := Parse(raw)
		if !in.Unreadable || len(in.Warnings) == 0 || len(in.Attachments) != 1 || !bytes.Equal(in.Attachments[0].Bytes, raw) {
			t.Errorf("%q: %+v", raw, in)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("From: a@b.test\r\nSubject: =?utf-8?q?x?=\r\nDate: Mon, 2 Nov 2026 09:00:00 +0100\r\n\r\nx"))
	f.Add([]byte("From: =?utf-8?b?w6Q=?= <a@b.test>\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-7\n\n+AOQ-\n--x\nContent-Type: text/html\n\n<p>a\n--x--"))
	f.Add([]byte("From: MAILER-DAEMON@x.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n--x\nContent-Type: message/rfc822\n\nMessage-ID: <m@x>\n\nx\n--x--"))
	f.Add(nested(4, 100))
	f.Fuzz(func(t *testing.T, raw []byte) {
		start := time.Now()
		in := parse(raw) // without the guard, so that a panic is seen
		if took := time.Since(start); took > time.Second {
			t.Errorf("%v", took)
		}
		for _, d := range dangers(t, in.HTML) {
			t.Errorf("%s in %q", d, in.HTML)
		}
		if in.Kind == "" || strings.ContainsAny(in.Subject+in.MessageID, "\r\n\x00") {
			t.Errorf("%q %q %q", in.Kind, in.Subject, in.MessageID)
		}
	})
}

func FuzzParseAddresses(f *testing.F) {
	f.Add(`"Ana, Lee" <ana@x.test>, ben@x.test (Ben); Team: c@x.test;`)
	f.Add(`=?utf-8?q?=22A=22?= <@r:a@b>, <a@b`)
	f.Add("A\x81\x81\x81\x81 b=") // a value that grows when its letters are made small
	f.Add("1+0:0")                // a clock whose colon stands in the zone
	f.Fuzz(func(t *testing.T, s string) {
		for _, a := range parseAddresses(s) {
			if strings.ContainsAny(a.Email+a.Name, "\r\n\x00") || a.Email == "" && a.Name == "" {
				t.Errorf("%q of %q", a, s)
			}
		}
		parseMedia(s)
		messageIDs(s)
		parseDate(s)
	})
}
