package world

import (
	"bufio"
	"maps"
	"net"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"time"
)

// Sink is the world's mail servers: it takes every mail and remembers how often it got each Message-ID.
type Sink struct {
	listener net.Listener

	// Slow is how long it thinks between a mail's end and its answer, so that whoever is killed is
	// sometimes killed just then.
	Slow func() time.Duration

	mu  sync.Mutex
	ids map[string]int
}

// OpenSink opens a sink on a free port of this machine.
func OpenSink() (*Sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Sink{listener: l, ids: map[string]int{}}
	go s.serve()
	return s, nil
}

// Relay is the sink as the URL of a relay.
func (s *Sink) Relay() string { return "smtp://" + s.listener.Addr().String() + "?starttls=never" }

// Close closes the door; mails in progress end with their senders.
func (s *Sink) Close() error { return s.listener.Close() }

// Times says how often a mail with this Message-ID (without the brackets) was taken.
func (s *Sink) Times(messageID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ids[messageID]
}

// Taken says how many mails were taken, and how many of those were there before.
func (s *Sink) Taken() (mails, again int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.ids {
		mails += n
		again += n - 1
	}
	return mails, again
}

func (s *Sink) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		go s.talk(c)
	}
}

// talk speaks RFC 5321's server with one client until it goes.
func (s *Sink) talk(c net.Conn) {
	defer c.Close() //nolint:errcheck // whoever is there has gone
	in, out := bufio.NewReaderSize(c, 16<<10), bufio.NewWriter(c)
	say := func(line string) {
		out.WriteString(line + "\r\n") //nolint:errcheck // Flush tells
		if in.Buffered() == 0 {
			out.Flush() //nolint:errcheck // the next read ends it
		}
	}
	say("220 sink.test")
	for {
		line, err := in.ReadString('\n')
		if err != nil || len(line) < 4 {
			return
		}
		switch strings.ToUpper(line[:4]) {
		case "EHLO":
			say("250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
		case "DATA":
			say("354 go on")
			out.Flush() //nolint:errcheck // the next read ends it
			id, err := messageID(in)
			if err != nil {
				return // it never ended, so it was never taken
			}
			if s.Slow != nil {
				time.Sleep(s.Slow())
			}
			s.mu.Lock()
			s.ids[id]++
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			out.Flush() //nolint:errcheck // they are gone
			return
		default:
			say("250 ok")
		}
	}
}

// messageID reads a mail to its end and returns its Message-ID without the brackets.
func messageID(in *bufio.Reader) (string, error) {
	body := textproto.NewReader(in)
	id, head := "", true
	for {
		line, err := body.ReadLineBytes()
		if err != nil {
			return "", err
		}
		switch {
		case len(line) == 1 && line[0] == '.':
			return id, nil
		case len(line) == 0:
			head = false
		case head && len(line) > 11 && strings.EqualFold(string(line[:11]), "Message-ID:"):
			id = strings.Trim(string(line[11:]), " <>")
		}
	}
}

// All lists the Message-IDs that were taken.
func (s *Sink) All() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.ids))
}
