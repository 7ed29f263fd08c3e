package email

import (
	"errors"
	"io"
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
			return nil, release, err
		}
	}
}
