package blob

import (
	"encoding/hex"
	"hash"
	"io"
	"os"
)

// reader reads a body and compares it with its name at the end.
type reader struct {
	file *os.File
	sha  string
	hash hash.Hash
}

func (r *reader) Read(b []byte) (int, error) {
	n, err := r.file.Read(b)
	r.hash.Write(b[:n])
	if err == io.EOF {
		if got := hex.EncodeToString(r.hash.Sum(nil)); got != r.sha {
			return n, &DamagedError{SHA: r.sha, Got: got}
		}
	}
	return n, err
}

func (r *reader) Close() error { return r.file.Close() }
