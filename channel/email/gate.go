package email

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate lets connections in: so many at all, so many from one address, and so many mails a minute
// from one address.
type gate struct {
	max, maxPerIP  int
	mailsPerMinute int
	trusted        []netip.Prefix
	changed        func(change int) // told of each connection that comes and goes

	mu      sync.Mutex
	lines   map[*line]bool
	peers   map[netip.Prefix]*peer
	cleared time.Time // when peers was last gone through
}

// peer is one address, while it has connections or used its mails of the minute.
type peer struct {
	lines int
	mails *rate.Limiter
	seen  time.Time
}

// enter makes a connection a line, or says that there are too many.
func (g *gate) enter(c net.Conn, p Patience) (*line, bool) {
	ip := address(c)
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.lines) >= g.max {
		return nil, false
	}
	if !g.trusts(ip) && !g.count(network(ip)) {
		return nil, false
	}
	l := newLine(c, p)
	l.gone = func() { g.leave(l, network(ip)) }
	g.lines[l] = true
	g.changed(+1)
	return l, true
}

// count counts a connection of a peer, unless it has too many.
func (g *gate) count(ip netip.Prefix) bool {
	g.forget()
	p := g.peers[ip]
	if p == nil {
		p = &peer{}
		if g.mailsPerMinute > 0 {
			p.mails = rate.NewLimiter(rate.Limit(float64(g.mailsPerMinute)/60), g.mailsPerMinute)
		}
		g.peers[ip] = p
	}
	p.seen = time.Now()
	if p.lines >= g.maxPerIP {
		return false
	}
	p.lines++
	return true
}

func (g *gate) leave(l *line, ip netip.Prefix) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.lines, l)
	g.changed(-1)
	if p := g.peers[ip]; p != nil {
		p.lines--
		p.seen = time.Now()
	}
}

// mail reports whether the address may send another mail now.
func (g *gate) mail(ip netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.peers[network(ip)]
	return p == nil || p.mails == nil || p.mails.Allow()
}

// forget drops, at most once a minute, the addresses that have gone and have all their mails again.
func (g *gate) forget() {
	if time.Since(g.cleared) < time.Minute {
		return
	}
	g.cleared = time.Now()
	for ip, p := range g.peers {
		if p.lines == 0 && time.Since(p.seen) > time.Minute {
			delete(g.peers, ip)
		}
	}
}

func (g *gate) trusts(ip netip.Addr) bool {
	if !ip.IsValid() { // a Unix socket: whoever may open it is ours
		return true
	}
	for _, prefix := range g.trusted {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}

// each calls do for every connection there is.
func (g *gate) each(do func(*line)) {
	g.mu.Lock()
	lines := make([]*line, 0, len(g.lines))
	for l := range g.lines {
		lines = append(lines, l)
	}
	g.mu.Unlock()
	for _, l := range lines {
		do(l)
	}
}

// address is the IP address of the other side; not valid on a Unix socket.
func address(c net.Conn) netip.Addr {
	if tcp, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// network is what counts as one peer: an IPv4 address, or the /64 that an IPv6 host has to itself.
func network(ip netip.Addr) netip.Prefix {
	bits := ip.BitLen()
	if ip.Is6() {
		bits = 64
	}
	prefix, err := ip.WithZone("").Prefix(bits)
	if err != nil { // the zero Addr of a Unix socket
		return netip.Prefix{}
	}
	return prefix
}
