package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/work"
)

// TestMain lets a test run this program as a child: kept's own words in the environment make it one.
func TestMain(m *testing.M) {
	if words := os.Getenv("KEPT_TEST_RUN"); words != "" {
		os.Exit(run(context.Background(), strings.Split(words, "\n")))
	}
	os.Exit(m.Run())
}

// child is kept, told these words.
func child(t *testing.T, words ...string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), "KEPT_TEST_RUN="+strings.Join(words, "\n"))
	return c
}

// served are the words that serve from a folder, on ports that are free.
func served(dir string, more ...string) []string {
	return append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--smtp", "127.0.0.1:0"}, more...)
}

// isOpen starts a child that serves, and waits until it says so.
func isOpen(t *testing.T, c *exec.Cmd) {
	t.Helper()
	out, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for part := make([]byte, 4096); !strings.Contains(all.String(), "Kept is open"); {
		n, err := out.Read(part)
		all.Write(part[:n])
		if err != nil {
			t.Fatalf("kept serve ended: %s", all.String())
		}
	}
}

func TestARelayThatIsNoneIsToldInASentence(t *testing.T) {
	words, err := child(t, served(t.TempDir(), "--relay", "nonsense")...).CombinedOutput()
	if err == nil || !strings.HasPrefix(string(words), "kept: Mail can't go out by --relay") || strings.Contains(string(words), "goroutine") {
		t.Errorf("%v: %s", err, words)
	}
}

func TestOneFolderIsServedByOneProgramAndByTheNextAtOnceWhenItDies(t *testing.T) {
	dir := t.TempDir()
	first := child(t, served(dir)...)
	isOpen(t, first)
	words, err := child(t, served(dir)...).CombinedOutput()
	if err == nil || !strings.Contains(string(words), "Another Kept is serving from "+dir) {
		t.Errorf("%v: %s", err, words)
	}
	for _, short := range [][]string{{"user", "list", "--data", dir}, {"check", "--data", dir}} {
		if words, err := child(t, short...).CombinedOutput(); err != nil {
			t.Errorf("%v beside a desk that is served: %v: %s", short, err, words)
		}
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	first.Wait() //nolint:errcheck,gosec // it was killed
	second := child(t, served(dir)...)
	isOpen(t, second)
	second.Process.Kill() //nolint:errcheck,gosec // the test is over
	second.Wait()         //nolint:errcheck,gosec // it was killed
}

func TestAMistypedFolderBeginsNoDesk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "typo")
	for _, words := range [][]string{{"check"}, {"user", "list"}, {"user", "password", "ada@northlight.test"}, {"user", "link", "ada@northlight.test"}} {
		said, err := child(t, append(words, "--data", dir)...).CombinedOutput()
		if err == nil || !strings.Contains(string(said), "There is no desk in "+dir) {
			t.Errorf("%v: %v: %s", words, err, said)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
	said, err := child(t, "user", "add", "--data", dir, "--email", "ada@northlight.test", "--name", "Ada", "--password", "a lamp in every window").CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, said)
	}
	if said, err = child(t, "user", "list", "--data", dir).CombinedOutput(); err != nil || !strings.Contains(string(said), "Ada") {
		t.Errorf("%v: %s", err, said)
	}
}

func TestLinksNameThePortThatIsServed(t *testing.T) {
	at := &net.TCPAddr{IP: net.IPv6unspecified, Port: 8484}
	for _, c := range []struct {
		listen, url, want string
		bound             net.Addr
	}{
		{":8484", "", "http://localhost:8484", at},
		{"0.0.0.0:8484", "", "http://localhost:8484", at},
		{":0", "", "http://localhost:8484", at},
		{"desk.example:8484", "", "http://desk.example:8484", &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 8484}},
		{"192.0.2.7:8484", "", "http://192.0.2.7:8484", &net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 8484}},
		{"[::1]:8484", "", "http://[::1]:8484", &net.TCPAddr{IP: net.IPv6loopback, Port: 8484}},
		{":8484", "https://help.example", "https://help.example", at},
	} {
		if got := (settings{Listen: c.listen, URL: c.url}).reached(c.bound); got != c.want {
			t.Errorf("%s %s: %s", c.listen, c.url, got)
		}
	}
}

func TestADeskWhosePortIsTakenNeverSaysItIsOpen(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close() //nolint:errcheck // nothing came in
	dir := t.TempDir()
	said, err := child(t, served(dir, "--listen", taken.Addr().String())...).CombinedOutput()
	if err == nil || strings.Contains(string(said), "Kept is open") || !strings.Contains(string(said), "the web can't be served") {
		t.Errorf("%v: %s", err, said)
	}
}

func TestWhatCannotOpenLetsItsFolderGo(t *testing.T) {
	s := settings{where: where{Data: t.TempDir()}, Listen: "127.0.0.1:0", Relay: "nonsense", MailDomain: "mail.northlight.test"}
	for range 2 {
		d, err := s.doors()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := open(t.Context(), s, d, work.RealClock{}, slog.New(slog.NewTextHandler(io.Discard, nil))); !kept.Is(err, kept.Invalid) {
			t.Errorf("%v", err)
		}
	}
}
