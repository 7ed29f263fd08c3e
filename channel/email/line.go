package email

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// unansweredMax is how many bytes we read without having answered, outside of a mail. The commands
// of a mail take a few hundred; without an end, one endless command would fill the memory.
const unansweredMax = 1 << 20

var errUnanswered = errors.New("too much was said before an answer")

// line is the connection below SMTP, and below TLS where it has been started. It knows when the
// client has been waited for long enough: by the whole command, so that a letter a minute doesn't
// hold the line, and by the pause and the whole mail while one comes in.
type line struct {
	net.Conn
	patience Patience
	opened   time.Time
	gone     func() // called once, when the line is closed

	mu         sync.Mutex
	answered   time.Time // our last word
	unanswered int       // bytes read since then
	receiving  int       // mails coming in: one, or for a moment two after an aborted BDAT
	began      time.Time // when it began to come in
	lingering  bool      // the mail was judged before its end: the rest is read and dropped
	last       bool      // close after the next answer
	ended      error     // nothing more is read
	closed     bool
}

// Patience is how long the listener waits for a client.
type Patience struct {
	Command time.Duration // for a whole command, from our last answer; default 5 minutes (RFC 5321 §4.5.3.2)
	Pause   time.Duration // without a byte within a mail; default 3 minutes
	Mail    time.Duration // for a whole mail; default 15 minutes
	Line    time.Duration // for a whole connection, mails in progress apart; default 1 hour
	Answer  time.Duration // for the client to take our answer; default 1 minute
}

func newLine(c net.Conn, p Patience) *line {
	now := time.Now()
	return &line{Conn: c, patience: p, opened: now, answered: now}
}

func (l *line) Read(b []byte) (int, error) {
	if err := l.await(); err != nil {
		return 0, err
	}
	n, err := l.Conn.Read(b)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inMail() {
		l.unanswered = 0
	} else if l.unanswered += n; l.unanswered > unansweredMax && err == nil {
		n, err = 0, errUnanswered
	}
	if err != nil && l.ended == nil {
		l.ended = err
	}
	return n, err
}

// await sets how long the next read may take.
func (l *line) await() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended != nil {
		return l.ended
	}
	until := l.answered.Add(l.patience.Command)
	if line := l.opened.Add(l.patience.Line); line.Before(until) {
		until = line
	}
	if l.inMail() {
		until = time.Now().Add(l.patience.Pause)
		if mail := l.began.Add(l.patience.Mail); mail.Before(until) {
			until = mail
		}
	}
	return l.SetReadDeadline(until)
}

func (l *line) inMail() bool { return l.receiving > 0 || l.lingering }

func (l *line) Write(b []byte) (int, error) {
	l.mu.Lock()
	hangUp := l.last && l.receiving == 0 // an answer that was on its way already isn't the last
	l.mu.Unlock()
	n, err := l.Conn.Write(b)
	l.mu.Lock()
	l.answered, l.unanswered, l.lingering = time.Now(), 0, false
	if l.last && !hangUp && l.receiving == 0 { // drained while this answer was on its way
		l.ended = os.ErrDeadlineExceeded
	}
	l.mu.Unlock()
	if hangUp {
		l.Close()
	}
	return n, err
}

// Close closes the line, and says so once.
func (l *line) Close() error {
	l.mu.Lock()
	first := !l.closed
	l.closed = true
	l.mu.Unlock()
	if first {
		l.gone()
	}
	return l.Conn.Close()
}

// begin says that a mail comes in.
func (l *line) begin() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.receiving++
	l.began = time.Now()
}

// end says that the mail is judged; what is left of it is dropped until we have answered.
func (l *line) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.receiving--
	l.lingering = true
}

// closing makes the next answer the last one.
func (l *line) closing() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = true
}

// drain ends the line now, or after the answer to the mail that is coming in.
func (l *line) drain() {
	l.mu.Lock()
	busy := l.inMail()
	l.last = true
	l.mu.Unlock()
	if !busy {
		l.stop()
	}
}

// stop reads nothing more: the next answer is the last.
func (l *line) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last, l.ended = true, os.ErrDeadlineExceeded
	// Wakes a read that waits. It fails only on a line that is closed already.
	_ = l.SetReadDeadline(time.Unix(1, 0))
}
