// Command kept is the whole desk in one binary. This package is wiring only: it reads the
// configuration, opens the rooms and hands them to each other. The lists of channels, jobs and
// clockwork stand here.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a zone is a zone on every machine

	"github.com/alecthomas/kong"

	"github.com/kept-desk/kept/kept"
)

// version is set by the build.
var version = "dev"

// cli is every command, flag and setting; kept config prints it.
type cli struct {
	Config kong.ConfigFlag `help:"A JSON file of settings; flags and environment win over it." env:"KEPT_CONFIG" placeholder:"FILE"`

	Serve    serveCmd   `cmd:"" help:"Run the desk."`
	Demo     demoCmd    `cmd:"" help:"Run a desk with a small company's week, on this machine only."`
	Migrate  migrateCmd `cmd:"" help:"Bring the database's schema up to date (serve does it too)."`
	User     userCmd    `cmd:"" help:"People who can sign in."`
	Policy   policyCmd  `cmd:"" help:"The policies as a file."`
	Settings configCmd  `cmd:"" name:"config" help:"Print every setting with its value and meaning."`
	Check    checkCmd   `cmd:"" help:"Prove the invariants on a database; exit 1 and name each violation."`
	Mail     mailCmd    `cmd:"" help:"Look into mails, without a database."`
	Time     timeCmd    `cmd:"" help:"Compute with working hours, without a database."`
	Bench    benchCmd   `cmd:"" help:"Measure this machine against the budgets."`
	Version  versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run is the program; it returns the exit code.
func run(ctx context.Context, args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("kept"), kong.Description("The desk that keeps its word."),
		kong.Configuration(kong.JSON, "/etc/kept.json"), kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&c))
	if err != nil {
		fmt.Fprintln(os.Stderr, "kept:", err)
		return 2
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		parser.FatalIfErrorf(err)
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "kept:", spoken(err))
		return 1
	}
	return 0
}

// spoken is an error as a person reads it.
func spoken(err error) string {
	var e *kept.Error
	if errors.As(err, &e) {
		return e.Say
	}
	return err.Error()
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	fmt.Println("kept", version)
	return nil
}
