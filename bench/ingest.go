package bench

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// connections are how many mail servers send at once.
const connections = 32

// Ingest measures mail from the SMTP door until each is a message with its promise: stored durably,
// answered, understood, acknowledged.
func Ingest(ctx context.Context, o Options) (Result, error) {
	return reading(ctx, o, "ingest", func(s *stand) error {
		mails := newMails(o.Mails)
		body := func(i int) []byte { return mails.raw(i % o.Mails) }
		files, err := s.rawFiles(connections, body)
		if err != nil {
			return err
		}
		rows, err := s.rawInserts(ctx, connections, body)
		if err != nil {
			return err
		}
		db, err := s.look()
		if err != nil {
			return err
		}
		defer db.Close() //nolint:errcheck // it only looked
		profiled := s.profile("mail", connections)
		before, err := s.cost()
		if err != nil {
			return err
		}
		began := time.Now()
		times, err := s.send(mails)
		if err != nil {
			return err
		}
		accepted := lineOf("accepted: durable, 250", times)
		accepted.Clients, accepted.PerSecond = connections, float64(accepted.N)/time.Since(began).Seconds()
		if err := until(ctx, db, "SELECT count(*) FROM mails WHERE state = 'stored'"); err != nil {
			return err
		}
		done := Line{What: "a conversation with its promise", Clients: connections, N: o.Mails, PerSecond: float64(o.Mails) / time.Since(began).Seconds()}
		if err := s.cpuSince(before, &done); err != nil {
			return err
		}
		if err := s.drain(ctx); err != nil {
			return err
		}
		all := Line{What: "and acknowledged by mail", Clients: connections, N: o.Mails, PerSecond: float64(o.Mails) / time.Since(began).Seconds()}
		if err := s.cpuSince(before, &all); err != nil {
			return err
		}
		profiled()
		done.behind(rows)
		done.budget(done.PerSecond >= 500, "≥ 500/s")
		done.budget(done.whole() <= s.cpu(3*time.Millisecond), fmt.Sprintf("CPU ≤ %v", s.cpu(3*time.Millisecond)))
		done.budget(done.Ratio <= 2, "within 2 × the floor")
		s.result.Lines = append(s.result.Lines, files, rows, accepted, done, all)
		s.result.Notes = append(s.result.Notes, fmt.Sprintf("Mails of 8 to 60 KB, %d KB on the average.", mails.bytes/o.Mails>>10))
		return nil
	})
}

func (s *stand) cpuSince(before cost, l *Line) error {
	after, err := s.cost()
	n := time.Duration(l.N)
	l.CPU, l.ServerCPU, l.Memory = (after.cpu-before.cpu)/n, (after.server-before.server)/n, after.memory
	return err
}

// send hands all mails over by as many connections, and says how long each took to be accepted.
func (s *stand) send(m *mails) ([]time.Duration, error) {
	var (
		wg     sync.WaitGroup
		failed = make([]error, connections)
		times  = make([]time.Duration, m.n)
	)
	for c := range connections {
		wg.Go(func() {
			line, err := world.Call(s.house().SMTP)
			if err != nil {
				failed[c] = err
				return
			}
			defer line.Close() //nolint:errcheck // all was answered
			for i := c; i < m.n; i += connections {
				if i/connections%900 == 899 { // a connection takes a thousand
					line.Close() //nolint:errcheck // as above
					if line, err = world.Call(s.house().SMTP); err != nil {
						failed[c] = err
						return
					}
				}
				began := time.Now()
				if _, err := line.Send(m.from(i), inbox, m.raw(i)); err != nil {
					failed[c] = err
					return
				}
				times[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	return times, errors.Join(failed...)
}

// mails are letters of 8 to 60 KB as mail programs write them: text and HTML, half with a file.
type mails struct {
	n      int
	bodies [][]byte
	bytes  int
	run    int64
}

func newMails(n int) *mails {
	m := &mails{n: n, run: time.Now().UnixNano()}
	w := newWriter(2)
	for range 200 {
		text := w.letter("help", 800+w.r.IntN(2500)) + "\n\n" + quoted("Ben", w.letter("you", 500+w.r.IntN(3000)))
		page := html(w.letter("help", 5000+w.r.IntN(12_000)))
		var b strings.Builder
		b.WriteString("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"outer\"\n\n--outer\n" +
			"Content-Type: multipart/alternative; boundary=\"inner\"\n\n--inner\nContent-Type: text/plain; charset=utf-8\n\n")
		b.WriteString(text + "\n--inner\nContent-Type: text/html; charset=utf-8\n\n<html><body style=\"font-family: sans-serif\">" + page + "</body></html>\n--inner--\n")
		if w.r.IntN(2) == 0 {
			file := make([]byte, 2000+w.r.IntN(28_000))
			for i := range file {
				file[i] = byte(w.r.Uint32())
			}
			b.WriteString("--outer\nContent-Type: image/jpeg; name=\"photo.jpg\"\nContent-Disposition: attachment; filename=\"photo.jpg\"\nContent-Transfer-Encoding: base64\n\n")
			code := base64.StdEncoding.EncodeToString(file)
			for len(code) > 76 {
				b.WriteString(code[:76] + "\n")
				code = code[76:]
			}
			b.WriteString(code + "\n")
		}
		b.WriteString("--outer--\n")
		m.bodies = append(m.bodies, []byte(b.String()))
	}
	for i := range n {
		m.bytes += len(m.raw(i))
	}
	return m
}

// from is who writes the mail of a number: three of each.
func (m *mails) from(i int) string {
	return fmt.Sprintf("writer%d.%d@ingest.test", m.run%1_000_000, i/3)
}

func (m *mails) raw(i int) []byte {
	head := fmt.Sprintf("From: Writer %d <%s>\nTo: Help <%s>\nSubject: Matter %d\nMessage-ID: <%d.%d@ingest.test>\nDate: %s\n",
		i/3, m.from(i), inbox, i, m.run, i, time.Unix(0, m.run).UTC().Format(time.RFC1123Z))
	return append([]byte(head), m.bodies[i%len(m.bodies)]...)
}
