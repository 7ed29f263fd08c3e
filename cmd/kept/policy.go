package main

import (
	"context"
	"fmt"
	"os"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

type policyCmd struct {
	Export policyExportCmd `cmd:"" help:"Print all policies, with their calendars and teams, as YAML."`
	Import policyImportCmd `cmd:"" help:"Make the policies of a YAML file the desk's: calendars and teams are added or changed, policies that it doesn't name are dropped."`
}

type policyExportCmd struct{ where }

// Run prints the file.
func (c *policyExportCmd) Run(ctx context.Context) error {
	return withDesk(ctx, c.where, func(d *desk.Desk) error {
		file, err := d.ExportPolicies(ctx, kept.System)
		if err == nil {
			_, err = os.Stdout.Write(file)
		}
		return err
	})
}

type policyImportCmd struct {
	where
	File string `arg:"" help:"The file; - reads the input." placeholder:"FILE"`
	Dry  bool   `help:"Only say what would change."`
}

// Run reads the file and says what it changes.
func (c *policyImportCmd) Run(ctx context.Context) error {
	file, err := readFile(c.File)
	if err != nil {
		return err
	}
	return withDesk(ctx, c.where, func(d *desk.Desk) error {
		changes, err := d.ImportPolicies(ctx, kept.System, file, c.Dry)
		for _, change := range changes {
			fmt.Printf("%s %s: %s\n", change.Thing, change.Name, change.What)
		}
		if err == nil && len(changes) == 0 {
			fmt.Println("Nothing changes.")
		}
		return err
	})
}
