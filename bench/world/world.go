// Package world is what stands around a running house when it is measured or put to the test: the
// program itself as a child process, the mail servers that write to it and take its mail, a browser's
// connection, and what the operating system says of its cost. It knows nothing of conversations and
// promises.
package world

import (
	"net"
	"strconv"
)

// FreePorts finds ports of this machine that were free a moment ago; held together, so that they differ.
func FreePorts(n int) ([]int, error) {
	held := make([]net.Listener, 0, n)
	defer func() {
		for _, l := range held {
			l.Close() //nolint:errcheck // it was only held
		}
	}()
	ports := make([]int, 0, n)
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		held = append(held, l)
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func local(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
