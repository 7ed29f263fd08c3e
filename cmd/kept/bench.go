package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"time"

	"github.com/kept-desk/kept/bench"
	"github.com/kept-desk/kept/kept"
)

type benchCmd struct {
	What string `arg:"" help:"ingest, list, conversation, search, reply, live, deadline, start or forecast." enum:"ingest,list,conversation,search,reply,live,deadline,start,forecast"`

	Data          string        `help:"The folder that keeps seeded desks for the next time." default:"bench-data" placeholder:"DIR"`
	Database      string        `help:"postgres://…: a server on which databases named kept_bench_… may be made. Empty: SQLite in the folder." placeholder:"URL"`
	Conversations int           `help:"Conversations of the desk." default:"100000"`
	Messages      int           `help:"Messages of the desk." default:"1000000"`
	Promises      int           `help:"deadline: promises that are open." default:"1000000"`
	Burst         int           `help:"deadline: promises that are due at one instant." default:"10000"`
	Mails         int           `help:"ingest: mails." default:"5000"`
	Streams       int           `help:"live: open event streams." default:"1000"`
	For           time.Duration `help:"How long each load lasts." default:"10s"`
	Profile       string        `help:"Write CPU profiles of the measured process into this folder." placeholder:"DIR"`
	JSON          bool          `help:"Print the result as JSON." name:"json"`
}

// Run measures this very program, run as a child process.
func (c *benchCmd) Run(ctx context.Context) error {
	bin, err := os.Executable()
	if err != nil {
		return err
	}
	if c.Database != "" && !strings.HasPrefix(c.Database, "postgres") {
		return kept.Wrong("database", "Name a PostgreSQL server as postgres://…; for SQLite, name a folder with --data.")
	}
	result, err := bench.All[c.What](ctx, bench.Options{
		Bin: bin, Data: c.Data, Database: c.Database, Conversations: c.Conversations, Messages: c.Messages,
		Promises: c.Promises, Burst: c.Burst, Mails: c.Mails, Streams: c.Streams, For: c.For, Profile: c.Profile,
		Log: settings{LogLevel: "info"}.log(),
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(result)
	}
	result.Print(os.Stdout)
	return nil
}
