package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/blob"
)

// openDesk opens the database, the files and the verbs over them, for a command or the server.
func openDesk(ctx context.Context, w where, o desk.Options) (*store.DB, *desk.Desk, error) {
	db, err := store.Open(ctx, w.database())
	if err != nil {
		return nil, nil, err
	}
	blobs, err := blob.OpenFolder(filepath.Join(w.Data, "files"))
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	o.Blobs = blobs
	o.SafeHTML = func(html string) string { return mail.Sanitise(html, mail.Options{}) }
	o.TextFromHTML, o.HTMLFromText, o.Language = mail.TextFromHTML, mail.HTMLFromText, mail.Language
	if o.Now == nil {
		o.Now = time.Now
	}
	d, err := desk.New(ctx, db, o)
	if err != nil {
		db.Close() //nolint:errcheck,gosec // the first error is the one to tell
		return nil, nil, err
	}
	return db, d, nil
}

// withDesk runs a short command over a desk that is there: a folder's name that was mistyped begins none.
func withDesk(ctx context.Context, w where, f func(*desk.Desk) error) error {
	file, err := store.File(w.database())
	if err != nil {
		return err
	}
	if file != "" {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return kept.Fail(kept.NotFound, "There is no desk in %s. Name its folder with --data, or begin one with kept serve.", filepath.Dir(file))
		}
	}
	return withAnyDesk(ctx, w, f)
}

// withAnyDesk runs a short command over a desk, and begins one where there is none.
func withAnyDesk(ctx context.Context, w where, f func(*desk.Desk) error) error {
	db, d, err := openDesk(ctx, w, desk.Options{})
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // a short command's writes are committed
	return f(d)
}

type migrateCmd struct{ where }

// Run brings the schema up to date.
func (c *migrateCmd) Run(ctx context.Context) error {
	db, err := store.Open(ctx, c.database())
	if err != nil {
		return err
	}
	fmt.Println("The schema is up to date.")
	return db.Close()
}

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Add a person; the first one of a desk sets it up."`
	Password userPasswordCmd `cmd:"" help:"Give a person another password, read from the first line of the input."`
	Link     userLinkCmd     `cmd:"" help:"Print a one-time link to sign in with, good for a day."`
	List     userListCmd     `cmd:"" help:"List the people."`
}

type userAddCmd struct {
	where
	Email    string    `required:"" help:"The address they sign in with."`
	Name     string    `required:"" help:"The name that customers read."`
	Role     kept.Role `help:"agent or admin." default:"agent" enum:"agent,admin"`
	Password string    `help:"At least 10 characters. Empty: read from the first line of the input." env:"KEPT_PASSWORD"`

	Organization string `help:"First person of a new desk: the organization's name." default:"My company"`
	Zone         string `help:"First person of a new desk: its time zone." default:"UTC"`
	Inbox        string `help:"First person of a new desk: the address that customers write to." placeholder:"ADDRESS"`
}

// Run adds the person.
func (c *userAddCmd) Run(ctx context.Context) error {
	password := c.Password
	if password == "" {
		password = firstLine()
	}
	return withAnyDesk(ctx, c.where, func(d *desk.Desk) error {
		needed, err := d.SetupNeeded(ctx)
		if err != nil {
			return err
		}
		person := desk.NewAgent{Email: c.Email, Name: c.Name, Role: c.Role, Password: password}
		if !needed {
			a, err := d.AddAgent(ctx, kept.System, person)
			if err == nil {
				fmt.Printf("%s can sign in as %s.\n", a.Name, a.Email)
			}
			return err
		}
		inbox := c.Inbox
		if inbox == "" {
			_, domain, _ := strings.Cut(c.Email, "@")
			inbox = "help@" + domain
		}
		a, err := d.SetUp(ctx, desk.Setup{
			Organization: kept.Organization{Name: c.Organization, Zone: c.Zone, Language: "en"},
			Owner:        person, Inbox: kept.Inbox{Name: "Help", Address: inbox},
		})
		if err == nil {
			fmt.Printf("The desk is set up: %s can sign in as %s, customers write to %s.\n", a.Name, a.Email, inbox)
		}
		return err
	})
}

func firstLine() string {
	s := bufio.NewScanner(os.Stdin)
	s.Scan()
	return s.Text()
}

type userPasswordCmd struct {
	where
	Email string `arg:"" help:"Whose."`
}

// Run changes the password; all of the person's sessions end.
func (c *userPasswordCmd) Run(ctx context.Context) error {
	password := firstLine()
	return withDesk(ctx, c.where, func(d *desk.Desk) error {
		agents, err := d.Agents(ctx, kept.System)
		if err != nil {
			return err
		}
		for _, a := range agents {
			if strings.EqualFold(a.Email, c.Email) {
				_, err := d.ChangeAgent(ctx, kept.System, a.ID, desk.AgentChange{Password: &password})
				return err
			}
		}
		return kept.Fail(kept.NotFound, "Nobody signs in with %s.", c.Email)
	})
}

type userLinkCmd struct {
	where
	Email string `arg:"" help:"Whose."`
	URL   string `help:"Where the desk is reached." default:"http://localhost:8080" env:"KEPT_URL"`
}

// Run prints the link.
func (c *userLinkCmd) Run(ctx context.Context) error {
	return withDesk(ctx, c.where, func(d *desk.Desk) error {
		token, err := d.SignInLink(ctx, c.Email)
		if err == nil {
			fmt.Println(signInURL(c.URL, token))
		}
		return err
	})
}

func signInURL(base, token string) string {
	return strings.TrimRight(base, "/") + "/sign-in?token=" + token
}

type userListCmd struct{ where }

// Run lists the people.
func (c *userListCmd) Run(ctx context.Context) error {
	return withDesk(ctx, c.where, func(d *desk.Desk) error {
		agents, err := d.Agents(ctx, kept.System)
		for _, a := range agents {
			gone := ""
			if !a.GoneAt.IsZero() {
				gone = "gone"
			}
			fmt.Printf("%s\t%s\t%s\t%s\n", a.Email, a.Name, a.Role, gone)
		}
		return err
	})
}

type checkCmd struct {
	where
	Replay bool `help:"Also rebuild every projection from the event log and compare."`
	JSON   bool `help:"Print what was found as JSON." name:"json"`
}

// errViolated makes the command fail after it has named what is wrong.
type errViolated int

func (n errViolated) Error() string { return fmt.Sprintf("%d violations", int(n)) }

// Run proves the invariants. A database that no node serves may hold promises that fell due since: it
// is asked only for what a node would have settled, so run it beside a serving node or right after one.
func (c *checkCmd) Run(ctx context.Context) error {
	return withDesk(ctx, c.where, func(d *desk.Desk) error {
		// Nobody may be serving: what fell due meanwhile is settled first, as a start would.
		for {
			n, _, err := d.BreakDue(ctx, time.Now())
			if err != nil {
				return err
			}
			if n == 0 {
				break
			}
		}
		r, err := d.Check(ctx, c.Replay, time.Second)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
				return err
			}
		} else {
			for _, v := range r.Violations {
				fmt.Printf("%s: conversation %d, promise %d, message %d: %s\n", v.Invariant, v.Conversation, v.Promise, v.Message, v.Says)
			}
			fmt.Printf("%d promises checked, %d violations.\n", r.Promises, len(r.Violations))
		}
		if n := len(r.Violations); n > 0 {
			return errViolated(n)
		}
		return nil
	})
}
