package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

const (
	sessionLasts = 30 * 24 * time.Hour
	linkLasts    = 24 * time.Hour
)

// mailbox checks an address and returns it in lower case.
func mailbox(address string) (string, error) {
	a, err := mail.ParseAddress(strings.TrimSpace(address))
	if err != nil || !strings.Contains(a.Address, "@") || len(a.Address) > 254 {
		return "", kept.Wrong("email", "%q is no mail address. Write it as name@example.com.", address)
	}
	return strings.ToLower(a.Address), nil
}

// Setup is what a first start asks for.
type Setup struct {
	Organization kept.Organization
	Owner        NewAgent
	Inbox        kept.Inbox
}

// NewAgent is what it takes to add a person.
type NewAgent struct {
	Email, Name, Password string
	Role                  kept.Role
	Zone, Language        string
	Calendar, Lead        kept.ID // their shifts, and who is told when they don't answer; zero: their team's
}

// SetupNeeded reports whether nobody can sign in yet.
func (d *Desk) SetupNeeded(ctx context.Context) (needed bool, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		agents, err := tx.Agents()
		needed = len(agents) == 0
		return err
	})
	return needed, err
}

// SetUp makes the organization, its owner, inbox, calendar and policy, once.
func (d *Desk) SetUp(ctx context.Context, s Setup) (kept.Agent, error) {
	if err := checkOrganization(&s.Organization); err != nil {
		return kept.Agent{}, within("organization", err)
	}
	s.Owner.Role, s.Owner.Zone, s.Owner.Language = kept.RoleOwner, s.Organization.Zone, s.Organization.Language
	owner, err := d.newAgent(s.Owner)
	if err != nil {
		return owner, within("owner", err)
	}
	if s.Inbox.Address, err = mailbox(s.Inbox.Address); err != nil {
		return owner, kept.Wrong("inbox.address", "%q is no mail address. Write the one that customers write to.", s.Inbox.Address)
	}
	s.Inbox.Channel = kept.ChannelEmail
	if s.Inbox.Name == "" {
		s.Inbox.Name = "Help"
	}
	s.Inbox.FromName = s.Organization.Name
	now := d.now()
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.LockAgents(); err != nil {
			return err
		}
		agents, err := tx.Agents()
		if err != nil {
			return err
		}
		if len(agents) > 0 {
			return kept.Fail(kept.Conflict, "This desk is set up already. Sign in, or ask an admin to add you.")
		}
		if err := putOrganization(tx, s.Organization); err != nil {
			return err
		}
		if err := furnish(tx, s); err != nil {
			return err
		}
		if owner.ID, err = tx.AddAgent(owner); err != nil {
			return err
		}
		return d.rebuilt(tx, owner.Actor(), now, "set up")
	})
	return owner, err
}

// within says that the field an error names is one of a larger thing's: "email" is "owner.email".
func within(thing string, err error) error {
	var e *kept.Error
	if errors.As(err, &e) && e.Field != "" {
		inner := *e
		inner.Field = thing + "." + e.Field
		return &inner
	}
	return err
}

// furnish writes what a new desk begins with.
func furnish(tx *store.Tx, s Setup) error {
	if _, err := tx.AddInbox(s.Inbox); err != nil {
		return err
	}
	cal, err := tx.PutCalendar(promise.OfficeHours(s.Organization.Zone))
	if err != nil {
		return err
	}
	_, err = tx.PutPolicy(promise.Default(cal))
	return err
}

// newAgent checks a new person and makes the row.
func (d *Desk) newAgent(n NewAgent) (kept.Agent, error) {
	email, err := mailbox(n.Email)
	if err != nil {
		return kept.Agent{}, err
	}
	n.Name = strings.TrimSpace(n.Name)
	if n.Name == "" {
		return kept.Agent{}, kept.Wrong("name", "Write the name that customers will read.")
	}
	if n.Role == "" {
		n.Role = kept.RoleAgent
	}
	if err := checkRole(n.Role); err != nil {
		return kept.Agent{}, err
	}
	if !n.Role.Serves() && n.Password != "" {
		return kept.Agent{}, kept.Wrong("password", "A coworker answers by mail and doesn't sign in. Leave the password out, or make them an agent.")
	}
	a := kept.Agent{Email: email, Name: n.Name, Role: n.Role, Zone: n.Zone, Language: n.Language, CreatedAt: d.now()}
	if n.Password != "" {
		if a.Password, err = hashPassword(n.Password); err != nil {
			return a, err
		}
	}
	return a, nil
}

// AddAgent adds a person who serves customers.
func (d *Desk) AddAgent(ctx context.Context, who kept.Actor, n NewAgent) (kept.Agent, error) {
	if err := access.Check(who, "add-agent"); err != nil {
		return kept.Agent{}, err
	}
	a, err := d.newAgent(n)
	if err != nil {
		return a, err
	}
	err = d.write(ctx, who, "add-agent", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if a.Zone == "" {
			a.Zone = h.organization.Zone
		}
		if a.Language == "" {
			a.Language = h.organization.Language
		}
		a.Calendar, a.Lead = n.Calendar, n.Lead
		if err := h.checkWork(tx, a); err != nil {
			return err
		}
		if a.ID, err = tx.AddAgent(a); err != nil {
			return err
		}
		return tx.AddEvents(event(a.CreatedAt, who, kept.AgentChanged, 0, map[string]any{"agent": a.ID, "added": a.Name, "role": a.Role}))
	})
	return a, err
}

// AgentChange is what may change in an agent; nil leaves it.
type AgentChange struct {
	Name, Zone, Language, Password *string
	Role                           *kept.Role
	Gone                           *bool
	Calendar, Lead                 *kept.ID
}

// ChangeAgent changes a person. The last admin can't be made less, nor leave.
func (d *Desk) ChangeAgent(ctx context.Context, who kept.Actor, id kept.ID, c AgentChange) (a kept.Agent, err error) {
	op := access.Operation("change-agent")
	if who.ID == id && c.Role == nil && c.Gone == nil && c.Calendar == nil && c.Lead == nil {
		op = "change-me"
	}
	if err := access.Check(who, op); err != nil {
		return a, err
	}
	hash := ""
	if c.Password != nil {
		if hash, err = hashPassword(*c.Password); err != nil {
			return a, err
		}
	}
	now := d.now()
	err = d.write(ctx, who, op, func(tx *store.Tx) error {
		if err := tx.LockAgents(); err != nil {
			return err
		}
		if a, err = tx.Agent(id); err != nil {
			return err
		}
		if err := applyAgentChange(&a, c, hash, now); err != nil {
			return err
		}
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if c.Calendar != nil || c.Lead != nil {
			if err := h.checkWork(tx, a); err != nil {
				return err
			}
		}
		if err := tx.SaveAgent(a); err != nil {
			return err
		}
		if err := needAdmin(tx); err != nil {
			return err
		}
		if hash != "" || !a.GoneAt.IsZero() || !a.Role.Serves() {
			if err := tx.EndSessionsOf(id, now); err != nil {
				return err
			}
		}
		return tx.AddEvents(event(now, who, kept.AgentChanged, 0, map[string]any{"agent": id, "role": a.Role, "gone": !a.GoneAt.IsZero()}))
	})
	return a, err
}

func applyAgentChange(a *kept.Agent, c AgentChange, hash string, now time.Time) error {
	if c.Name != nil {
		if a.Name = strings.TrimSpace(*c.Name); a.Name == "" {
			return kept.Wrong("name", "Write the name that customers will read.")
		}
	}
	if c.Zone != nil {
		if _, err := time.LoadLocation(*c.Zone); err != nil || *c.Zone == "" {
			return kept.Wrong("zone", "%q is no time zone. Write it as Europe/Dublin or America/New_York.", *c.Zone)
		}
		a.Zone = *c.Zone
	}
	if c.Language != nil {
		a.Language = *c.Language
	}
	if c.Role != nil {
		if err := checkRole(*c.Role); err != nil {
			return err
		}
		a.Role = *c.Role
	}
	if c.Gone != nil {
		a.GoneAt = time.Time{}
		if *c.Gone {
			a.GoneAt = now
		}
	}
	if c.Calendar != nil {
		a.Calendar = *c.Calendar
	}
	if c.Lead != nil {
		a.Lead = *c.Lead
	}
	if hash != "" {
		a.Password = hash
	}
	return nil
}

// checkWork refuses shifts or a lead that aren't there.
func (h *house) checkWork(tx *store.Tx, a kept.Agent) error {
	if err := h.knownCalendar(a.Calendar); err != nil {
		return err
	}
	if a.Lead == 0 {
		return nil
	}
	lead, err := tx.Agent(a.Lead)
	if err != nil || !lead.GoneAt.IsZero() || a.Lead == a.ID {
		return kept.Wrong("lead", "Their lead must be somebody else who works here.")
	}
	return nil
}

func checkRole(r kept.Role) error {
	if !slices.Contains(kept.Roles, r) {
		return kept.Wrong("role", "There is no role %q; choose coworker, agent, lead, admin or owner.", r)
	}
	return nil
}

func needAdmin(tx *store.Tx) error {
	agents, err := tx.Agents()
	if err != nil {
		return err
	}
	for _, a := range agents {
		if a.Role.Administers() && a.GoneAt.IsZero() {
			return nil
		}
	}
	return kept.Fail(kept.Conflict, "This is the last admin; without one nobody could change the desk. Make somebody else an admin first.")
}

// Agents lists the people of the desk, those who are gone too.
func (d *Desk) Agents(ctx context.Context, who kept.Actor) (list []kept.Agent, err error) {
	err = d.read(ctx, who, "list-agents", func(tx *store.Tx) error {
		list, err = tx.Agents()
		return err
	})
	return list, err
}

// Agent reads one.
func (d *Desk) Agent(ctx context.Context, who kept.Actor, id kept.ID) (a kept.Agent, err error) {
	err = d.read(ctx, who, "me", func(tx *store.Tx) error {
		a, err = tx.Agent(id)
		return err
	})
	return a, err
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) //nolint:errcheck // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// SignIn checks an address and a password, and begins a session; the token goes into the cookie.
func (d *Desk) SignIn(ctx context.Context, email, password, userAgent string) (kept.Agent, string, error) {
	var (
		a     kept.Agent
		there bool
	)
	err := d.db.Read(ctx, func(tx *store.Tx) (err error) {
		a, there, err = tx.AgentByEmail(strings.ToLower(strings.TrimSpace(email)))
		return err
	})
	if err != nil {
		return a, "", err
	}
	// The hash is computed for an unknown address too, so that the time tells nothing.
	if !passwordIs(ctx, a.Password, password) || !there || !a.GoneAt.IsZero() || !a.Role.Serves() {
		return kept.Agent{}, "", kept.Fail(kept.SignedOut, "The address or the password is not right.")
	}
	token, err := d.beginSession(ctx, a, userAgent, "password")
	return a, token, err
}

func (d *Desk) beginSession(ctx context.Context, a kept.Agent, userAgent, by string) (string, error) {
	token, now := newToken(), d.now()
	if len(userAgent) > 200 {
		userAgent = userAgent[:200]
	}
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		if err := tx.AddSession(kept.Session{Agent: a.ID, TokenHash: tokenHash(token), UserAgent: userAgent, CreatedAt: now, ExpiresAt: now.Add(sessionLasts)}); err != nil {
			return err
		}
		return tx.AddEvents(event(now, a.Actor(), kept.AgentSignedIn, 0, map[string]string{"by": by}))
	})
	return token, err
}

// SignInOf begins a session for an agent that the caller has identified (the first start).
func (d *Desk) SignInOf(ctx context.Context, a kept.Agent, userAgent string) (string, error) {
	return d.beginSession(ctx, a, userAgent, "set up")
}

// SignInLink makes a one-time link's token for an agent, good for a day.
func (d *Desk) SignInLink(ctx context.Context, email string) (string, error) {
	token, now := newToken(), d.now()
	return token, d.db.Write(ctx, func(tx *store.Tx) error {
		a, ok, err := tx.AgentByEmail(strings.ToLower(email))
		if err != nil {
			return err
		}
		if !ok || !a.Role.Serves() {
			return kept.Fail(kept.NotFound, "Nobody signs in with %s.", email)
		}
		return tx.AddSignInLink(tokenHash(token), a.ID, now.Add(linkLasts))
	})
}

// UseSignInLink begins a session by a one-time link.
func (d *Desk) UseSignInLink(ctx context.Context, link, userAgent string) (a kept.Agent, token string, err error) {
	now := d.now()
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		id, ok, err := tx.UseSignInLink(tokenHash(link), now)
		if err != nil {
			return err
		}
		if !ok {
			return kept.Fail(kept.SignedOut, "This link was used already, or its day is over. Sign in with your password, or ask for a new link.")
		}
		a, err = tx.Agent(id)
		if err == nil && !a.GoneAt.IsZero() {
			err = kept.Fail(kept.SignedOut, "This person no longer works here.")
		}
		return err
	})
	if err != nil {
		return a, "", err
	}
	token, err = d.beginSession(ctx, a, userAgent, "link")
	return a, token, err
}

// Who finds the agent behind a session's token; SignedOut where there is none.
func (d *Desk) Who(ctx context.Context, token string) (a kept.Agent, err error) {
	out := kept.Fail(kept.SignedOut, "Please sign in.")
	if token == "" {
		return a, out
	}
	now := d.now()
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		s, ok, err := tx.Session(tokenHash(token), now)
		if err != nil {
			return err
		}
		if !ok {
			return out
		}
		if a, err = tx.Agent(s.Agent); err != nil {
			return err
		}
		if !a.GoneAt.IsZero() || !a.Role.Serves() {
			return out
		}
		return nil
	})
	return a, err
}

// SignOut ends a session, and the log says so: whatever is open by it closes, on every node.
func (d *Desk) SignOut(ctx context.Context, token string) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		s, ok, err := tx.EndSession(tokenHash(token), now)
		if err != nil || !ok {
			return err
		}
		a, err := tx.Agent(s.Agent)
		if err != nil {
			return err
		}
		return tx.AddEvents(event(now, a.Actor(), kept.AgentSignedOut, 0, nil))
	})
}
