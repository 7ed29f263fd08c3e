package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"testing/fstest"
	"text/template"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store/migrations"
)

// migrate brings the schema up to date, one node at a time.
func migrate(ctx context.Context, pool *sql.DB, d *dialect) error {
	p, err := migrator(pool, d)
	if err != nil {
		return err
	}
	sources := p.ListSources()
	newest := sources[len(sources)-1].Version
	at, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if at > newest {
		return kept.Fail(kept.Unavailable, "This database was written by a newer Kept (schema %d; this one knows %d). Start that version, or restore a backup made before the upgrade.", at, newest)
	}
	if at == newest {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrator knows the migrations in the dialect's words.
func migrator(pool *sql.DB, d *dialect) (*goose.Provider, error) {
	files, err := rendered(d)
	if err != nil {
		return nil, err
	}
	var options []goose.ProviderOption
	name := goose.DialectSQLite3
	if d.name == "postgres" {
		name = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(name, pool, files, options...)
}

// rendered puts the dialect's words into the migrations' templates.
func rendered(d *dialect) (fs.FS, error) {
	out := fstest.MapFS{}
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			return nil, err
		}
		t, err := template.New(name).Parse(string(raw))
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := t.Execute(&b, d); err != nil {
			return nil, err
		}
		out[name] = &fstest.MapFile{Data: b.Bytes()}
	}
	return out, nil
}
