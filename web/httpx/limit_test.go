package httpx_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/kept-desk/kept/web/httpx"
)

func TestALimitHoldsForEachKeyAlone(t *testing.T) {
	l := httpx.NewLimit(1, 3, 100)
	for n := range 3 {
		if wait := l.Take("a"); wait > 0 {
			t.Fatalf("refused at %d of 3", n+1)
		}
	}
	first := l.Take("a")
	if first <= 0 {
		t.Fatal("nothing is refused")
	}
	if again := l.Take("a"); again > first {
		t.Errorf("who is refused waits longer for asking: %s, then %s", first, again)
	}
	if l.Take("b") > 0 {
		t.Error("another pays for it")
	}
	l.Forget("a")
	if l.Take("a") > 0 {
		t.Error("forgotten, it still waits")
	}
}

func TestAFloodOfKeysForgetsTheOldestOnly(t *testing.T) {
	l := httpx.NewLimit(1, 1, 100)
	l.Take("mine")
	for n := range 150 {
		l.Take(fmt.Sprint(n))
		if n%50 == 0 && l.Take("mine") == 0 {
			t.Fatalf("who is asked for is forgotten after %d others", n)
		}
	}
	for n := range 500 {
		l.Take(fmt.Sprint("more", n))
	}
	if l.Take("mine") > 0 {
		t.Error("it remembers without end")
	}
}

func TestALongKeyIsRememberedInALittleRoom(t *testing.T) {
	l := httpx.NewLimit(1, 1, 100)
	room := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := room()
	long := strings.Repeat("x", 1<<20)
	for n := range 50 {
		l.Take(long + strconv.Itoa(n))
	}
	if after := room(); after > before+5<<20 {
		t.Errorf("50 keys of a megabyte take %d MB", (after-before)>>20)
	}
	if l.Take(long+"7") == 0 || l.Take(long+"51") > 0 {
		t.Error("long keys are mistaken for one another")
	}
	l.Forget(long + "7")
	if l.Take(long+"7") > 0 {
		t.Error("a long key isn't forgotten")
	}
}

func TestWhereARequestCameFrom(t *testing.T) {
	for _, c := range []struct {
		name, remote, forwarded string
		proxy                   httpx.Proxy
		want                    string
	}{
		{"straight", "192.0.2.7:4711", "", false, "192.0.2.7"},
		{"a client that pretends", "192.0.2.7:4711", "198.51.100.1", false, "192.0.2.7"},
		{"through our proxy", "10.0.0.1:4711", "198.51.100.1", true, "198.51.100.1"},
		{"a client that pretends before our proxy", "10.0.0.1:4711", "127.0.0.1, 198.51.100.1", true, "198.51.100.1"},
		{"IPv4 in IPv6", "[::ffff:192.0.2.7]:4711", "", false, "192.0.2.7"},
		{"IPv6 is a network", "[2001:db8:1:2:3:4:5:6]:4711", "", false, "2001:db8:1:2::/64"},
		{"a zone", "[fe80::1%eth0]:4711", "", false, "fe80::/64"},
		{"nonsense", "10.0.0.1:4711", "unknown", true, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := c.proxy.IP(r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
