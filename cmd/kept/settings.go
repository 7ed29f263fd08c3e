package main

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

// where names the database and the folder of files; every command that needs one takes it.
type where struct {
	Data     string `help:"The folder that holds everything: database, files, certificate." default:"data" env:"KEPT_DATA" placeholder:"DIR"`
	Database string `help:"The database: a file, or postgres://…. Empty: kept.db in the data folder." env:"KEPT_DATABASE" placeholder:"URL"`
}

func (w where) database() string {
	if w.Database != "" {
		return w.Database
	}
	return filepath.Join(w.Data, "kept.db")
}

// settings are what a running desk can be told.
type settings struct {
	where
	Listen       string `help:"Where the web is served." default:":8080" env:"KEPT_LISTEN" placeholder:"ADDR"`
	URL          string `help:"Where customers and agents reach it, for links in mails. Empty: http:// and where the web is served, localhost if that is everywhere." env:"KEPT_URL"`
	SMTP         string `help:"Where mail is taken in. Empty: nowhere." default:":2525" env:"KEPT_SMTP" placeholder:"ADDR"`
	MailDomain   string `help:"Our name in the greeting of mail servers." default:"localhost" env:"KEPT_MAIL_DOMAIN"`
	MaxMail      int    `help:"The largest mail that is taken in, in bytes." default:"41943040" env:"KEPT_MAX_MAIL"`
	TLSCert      string `help:"Certificate for STARTTLS. Empty: one is made." env:"KEPT_TLS_CERT" placeholder:"FILE"`
	TLSKey       string `help:"Its key." env:"KEPT_TLS_KEY" placeholder:"FILE"`
	Relay        string `help:"The relay that mail goes out by: smtp://user:password@host:587?starttls=require, or smtps://…. Empty: a local outbox in the data folder, which the desk shows." env:"KEPT_RELAY" placeholder:"URL"`
	Proxy        bool   `help:"A reverse proxy stands before us: believe its X-Forwarded-Proto and X-Forwarded-For." env:"KEPT_PROXY"`
	PrivateCalls bool   `help:"Webhooks may go to addresses of private networks and of this machine, where you host their receiver yourself." env:"KEPT_PRIVATE_CALLS"`
	Requests     int    `help:"How many requests a second one browser may make; negative: any number." default:"100" name:"requests-per-second" env:"KEPT_REQUESTS_PER_SECOND"`
	Profiles     string `help:"Where Go's profiles are served, for whoever looks into slowness; open it to nobody else. Empty: nowhere." env:"KEPT_PROFILES" placeholder:"ADDR"`
	Workers      int    `help:"How many jobs run at once." default:"16" env:"KEPT_WORKERS"`
	MetricsToken string `help:"Who reads /metrics shows this as a bearer token. Empty: this machine alone may." env:"KEPT_METRICS_TOKEN"`
	LogLevel     string `help:"debug, info, warn or error." default:"info" enum:"debug,info,warn,error" env:"KEPT_LOG_LEVEL"`
	LogFormat    string `help:"text or json." default:"text" enum:"text,json" env:"KEPT_LOG_FORMAT"`
}

// reached is where people reach the desk, whose web is bound to this address.
func (s settings) reached(bound net.Addr) string {
	if s.URL != "" {
		return s.URL
	}
	near := nearby(bound)
	host, _, err := net.SplitHostPort(s.Listen)
	if err != nil || host == "" || net.ParseIP(host) != nil {
		return "http://" + near
	}
	_, port, _ := net.SplitHostPort(near)
	return "http://" + net.JoinHostPort(host, port) // the name, not the address that it stands for
}

func (s settings) log() *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

type configCmd struct {
	settings
}

// Run prints every setting: name, environment, value in force, meaning.
func (c *configCmd) Run(k *kong.Context) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "SETTING\tENVIRONMENT\tVALUE\tMEANING")
	for _, f := range k.Selected().Flags {
		if f.Name == "help" {
			continue
		}
		value := k.FlagValue(f)
		switch {
		case f.Name == "relay" || f.Name == "database":
			value = withoutPassword(fmt.Sprint(value))
		case f.Name == "metrics-token" && value != "":
			value = "…"
		}
		fmt.Fprintf(w, "%s\t%s\t%v\t%s\n", f.Name, strings.Join(f.Envs, " "), value, f.Help)
	}
	return w.Flush()
}

// withoutPassword hides the password of a URL: this output is pasted into tickets.
func withoutPassword(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	login, host, ok := strings.Cut(rest, "@")
	if !ok {
		return url
	}
	user, _, _ := strings.Cut(login, ":")
	return scheme + "://" + user + ":…@" + host
}
