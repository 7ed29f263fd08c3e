package email

import (
	"bytes"
	"errors"
	"io"
	"net"
)

var errCrowded = errors.New("too many bytes of mail at once")

// read reads a mail behind the trace line into one piece of memory, and counts that against what
// all mails may take together, until release.
func (l *Listener) read(r io.Reader, trace []byte, announced int64) (raw []byte, release func(), err error) {
	held := int64(0)
	release = func() { l.inflight.Add(-held) }
	grow := func(size int64) bool {
		if l.inflight.Add(size-held) > l.config.MaxBytesAtOnce && size > held {
			l.inflight.Add(held - size)
			return false
		}
		held = size
		return true
	}
	// What is announced may be a lie, so no more than a megabyte is given for the word alone.
	most := l.config.MaxBytes + int64(len(trace)) + 512
	size := min(max(announced, 16<<10), 1<<20) + int64(len(trace)) + 512
	if !grow(size) {
		return nil, release, errCrowded
	}
	raw = append(make([]byte, 0, size), trace...)
	for {
		if len(raw) == cap(raw) {
			if size = min(int64(cap(raw))*2, most); !grow(size) {
				return nil, release, errCrowded
			}
			raw = append(make([]byte, 0, size), raw...)
		}
		n, err := r.Read(raw[len(raw):cap(raw)])
		raw = raw[:len(raw)+n]
		if err == io.EOF {
			return raw, release, nil
		}
		if err != nil {
			whole, ok := endedByStrayCR(r, raw, err)
			if !ok {
				return nil, release, err
			}
			return whole, release, nil
		}
	}
}

// endedByStrayCR saves a mail whose last line ends in CR CR LF. The SMTP library takes the second
// CR for the line's end and no longer sees the dot on the next line for what it is, while the
// client has said everything and waits for us. When nothing more has come for a whole Pause, that
// dot was the end (RFC 5321 §4.1.1.4).
func endedByStrayCR(r io.Reader, raw []byte, err error) (whole []byte, ok bool) {
	var slow net.Error
	if _, chunked := r.(*io.PipeReader); chunked || !errors.As(err, &slow) || !slow.Timeout() {
		return nil, false
	}
	whole, ok = bytes.CutSuffix(raw, []byte(".\r\n"))
	return whole, ok && bytes.HasSuffix(whole, []byte("\r\r\n"))
}
