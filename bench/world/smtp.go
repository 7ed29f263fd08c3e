package world

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Line is a mail server's connection to the house.
type Line struct {
	c   net.Conn
	in  *bufio.Reader
	out *bufio.Writer
}

// Refused is an answer that isn't yes.
type Refused struct {
	Code int
	Said string
}

func (r *Refused) Error() string { return fmt.Sprintf("%d %s", r.Code, r.Said) }

// Call connects and greets.
func Call(addr string) (*Line, error) {
	c, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return nil, err
	}
	l := &Line{c: c, in: bufio.NewReader(c), out: bufio.NewWriterSize(c, 64<<10)}
	if err = l.expect(220); err == nil {
		err = l.ask("EHLO mx.world.test", 250)
	}
	if err != nil {
		c.Close() //nolint:errcheck // the first error is the one to tell
		return nil, err
	}
	return l, nil
}

// Close hangs up.
func (l *Line) Close() error { return l.c.Close() }

// Send hands over one mail. When it returns nil, the house has said 250: it must not lose it. Where
// the line broke after the end of the mail, nobody knows: Maybe is true.
func (l *Line) Send(from, to string, raw []byte) (maybe bool, err error) {
	// A mail server that pipelines (RFC 2920) asks all three at once.
	fmt.Fprintf(l.out, "MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n", from, to)
	if err := l.out.Flush(); err != nil {
		return false, err
	}
	for _, code := range []int{250, 250, 354} {
		if err := l.expect(code); err != nil {
			return false, err
		}
	}
	l.write(raw)
	if err := l.out.Flush(); err != nil {
		return true, err
	}
	err = l.expect(250)
	_, refused := err.(*Refused)
	return err != nil && !refused, err
}

// write sends a mail's bytes with its dots doubled (RFC 5321, 4.5.2) and its lines ended by CRLF.
func (l *Line) write(raw []byte) {
	raw = bytes.TrimSuffix(raw, []byte("\n"))
	for line := range bytes.SplitSeq(raw, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) > 0 && line[0] == '.' {
			l.out.WriteByte('.') //nolint:errcheck // Flush tells
		}
		l.out.Write(line)         //nolint:errcheck // Flush tells
		l.out.WriteString("\r\n") //nolint:errcheck // Flush tells
	}
	l.out.WriteString(".\r\n") //nolint:errcheck // Flush tells
}

func (l *Line) ask(command string, code int) error {
	if _, err := l.out.WriteString(command + "\r\n"); err != nil {
		return err
	}
	if err := l.out.Flush(); err != nil {
		return err
	}
	return l.expect(code)
}

// expect reads one reply, of several lines perhaps.
func (l *Line) expect(code int) error {
	if err := l.c.SetReadDeadline(time.Now().Add(60 * time.Second)); err != nil {
		return err
	}
	for {
		line, err := l.in.ReadString('\n')
		if err != nil {
			return err
		}
		if len(line) < 4 {
			return fmt.Errorf("a reply of %q", line)
		}
		if line[3] == '-' {
			continue
		}
		got, err := strconv.Atoi(line[:3])
		if err != nil {
			return fmt.Errorf("a reply of %q", line)
		}
		if got != code {
			return &Refused{got, strings.TrimSpace(line[4:])}
		}
		return nil
	}
}
