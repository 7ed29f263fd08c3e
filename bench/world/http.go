package world

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// Browser is one kept-alive connection with a session's cookie. It is as little as HTTP allows, so
// that the one who asks takes little of the machine from the one who is measured.
type Browser struct {
	addr, cookie string
	c            net.Conn
	in           *bufio.Reader
	body         []byte
}

// OpenBrowser makes a browser for the house at addr; cookie is "name=value", or empty.
func OpenBrowser(addr, cookie string) *Browser { return &Browser{addr: addr, cookie: cookie} }

// Close hangs up.
func (b *Browser) Close() {
	if b.c != nil {
		b.c.Close() //nolint:errcheck // nothing waits in it
		b.c = nil
	}
}

// Answer is what came back. Body is good until the next request.
type Answer struct {
	Status int
	Cookie string // the Set-Cookie's name=value, if any
	Body   []byte
}

// Get asks for a path.
func (b *Browser) Get(path string) (Answer, error) { return b.Do("GET", path, nil) }

// Do sends a request with a JSON body, or none, and reads the answer. It asks for compression, as
// browsers do, and leaves it packed.
func (b *Browser) Do(method, path string, body []byte) (Answer, error) {
	if err := b.send(method, path, body, "application/json"); err != nil {
		b.Close()
		return Answer{}, err
	}
	a, length, chunked, err := b.head()
	if err == nil {
		err = b.read(&a, length, chunked)
	}
	if err != nil {
		b.Close()
	}
	return a, err
}

func (b *Browser) send(method, path string, body []byte, accept string) error {
	if b.c == nil {
		c, err := net.DialTimeout("tcp", b.addr, 10*time.Second)
		if err != nil {
			return err
		}
		b.c, b.in = c, bufio.NewReaderSize(c, 16<<10)
	}
	var r strings.Builder
	fmt.Fprintf(&r, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\nAccept-Encoding: gzip\r\nSec-Fetch-Site: same-origin\r\n", method, path, b.addr, accept)
	if b.cookie != "" {
		fmt.Fprintf(&r, "Cookie: %s\r\n", b.cookie)
	}
	if body != nil {
		fmt.Fprintf(&r, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	r.WriteString("\r\n")
	if err := b.c.SetDeadline(time.Now().Add(60 * time.Second)); err != nil {
		return err
	}
	_, err := b.c.Write(append([]byte(r.String()), body...))
	return err
}

func (b *Browser) head() (a Answer, length int, chunked bool, err error) {
	line, err := b.in.ReadString('\n')
	if err != nil {
		return a, 0, false, err
	}
	if len(line) < 12 {
		return a, 0, false, fmt.Errorf("a status line of %q", line)
	}
	if a.Status, err = strconv.Atoi(line[9:12]); err != nil {
		return a, 0, false, err
	}
	for {
		line, err := b.in.ReadString('\n')
		if err != nil {
			return a, 0, false, err
		}
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if !ok {
			return a, length, chunked, nil
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "content-length":
			if length, err = strconv.Atoi(value); err != nil {
				return a, 0, false, err
			}
		case "transfer-encoding":
			chunked = value == "chunked"
		case "set-cookie":
			a.Cookie, _, _ = strings.Cut(value, ";")
		}
	}
}

func (b *Browser) read(a *Answer, length int, chunked bool) error {
	if chunked {
		body, err := io.ReadAll(httputil.NewChunkedReader(b.in))
		if err != nil {
			return err
		}
		a.Body = body
		for { // the trailer: NewChunkedReader leaves it
			line, err := b.in.ReadString('\n')
			if err != nil || strings.TrimSpace(line) == "" {
				return err
			}
		}
	}
	if cap(b.body) < length {
		b.body = make([]byte, length)
	}
	a.Body = b.body[:length]
	_, err := io.ReadFull(b.in, a.Body)
	return err
}

// Watch opens an event stream (text/event-stream) and calls heard with each line until the stream or
// the connection ends.
func (b *Browser) Watch(path string, heard func(line []byte)) error {
	if err := b.send("GET", path, nil, "text/event-stream"); err != nil {
		return err
	}
	a, _, chunked, err := b.head()
	if err != nil {
		return err
	}
	if a.Status != 200 {
		return fmt.Errorf("%s answered %d", path, a.Status)
	}
	if err := b.c.SetDeadline(time.Time{}); err != nil {
		return err
	}
	var from io.Reader = b.in
	if chunked {
		from = httputil.NewChunkedReader(b.in)
	}
	lines := bufio.NewReaderSize(from, 4<<10)
	for {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return err
		}
		heard(line)
	}
}
