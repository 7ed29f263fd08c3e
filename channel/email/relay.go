package email

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// relay is where mail is handed over, as its URL says:
//
//	smtp://user:password@host:587?starttls=require&verify=no
//	smtps://user:password@host:465
//
// starttls is require (the default with a password), opportunistic (the default without: TLS where
// it is offered, whoever's certificate it is), or never. verify=no takes any certificate.
type relay struct {
	host, port     string
	user, password string
	implicit       bool   // TLS from the first byte
	starttls       string // require, opportunistic, never
	verify         bool
}

func parseRelay(text string) (relay, error) {
	u, err := url.Parse(text)
	if err != nil {
		return relay{}, errors.New("this is no relay's URL; write smtp://user:password@host:587") // err would show the password
	}
	r := relay{host: u.Hostname(), port: u.Port(), user: u.User.Username(), verify: true}
	r.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		r.port = cmp.Or(r.port, "25")
	case "smtps":
		r.implicit, r.port = true, cmp.Or(r.port, "465")
	default:
		return relay{}, fmt.Errorf("a relay's URL begins with smtp:// or smtps://, not %q", u.Scheme)
	}
	if r.host == "" {
		return relay{}, errors.New("the relay's URL names no host; write smtp://user:password@host:587")
	}
	r.starttls = "opportunistic"
	if r.user != "" && !r.local() {
		r.starttls = "require"
	}
	for name, values := range u.Query() {
		value := values[len(values)-1]
		switch {
		case name == "starttls" && (value == "require" || value == "opportunistic" || value == "never"):
			r.starttls = value
		case name == "verify" && (value == "no" || value == "yes"):
			r.verify = value == "yes"
		default:
			return relay{}, fmt.Errorf("the relay's URL says %s=%s; it may say starttls=require, opportunistic or never, and verify=yes or no", name, value)
		}
	}
	return r, nil
}

func (r relay) addr() string { return net.JoinHostPort(r.host, r.port) }

// local reports whether the relay is this machine, so that a password needs no TLS to get there.
func (r relay) local() bool {
	if strings.EqualFold(r.host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(r.host)
	return err == nil && ip.IsLoopback()
}
