package desk

import (
	"context"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/store"
)

// The desk hands no customer's own link to our people: whoever has it can press the customer's buttons in their
// name. Our people get a link that shows the same page and tells nothing, and it stands in place of the customer's
// in all that they read of a conversation.

// viewURL is the address at which our people see a customer's page.
func (d *Desk) viewURL(tx *store.Tx, o kept.Organization, c kept.Conversation) (string, error) {
	token, err := d.viewToken(tx, c)
	return d.base(o) + "/c/" + token, err
}

// viewToken signs a link by which a page is seen, and nothing is told. It is taken back with the customer's own.
func (d *Desk) viewToken(tx *store.Tx, c kept.Conversation) (string, error) {
	revoked, err := tx.LinksRevoked(c.ID)
	return thread.Token(linkKey(d.keys.view, revoked), c.ID, c.Contact), err
}

// veil puts a view's token in place of the customer's in a message.
func veil(m *kept.Message, view string, signed func(token string) bool) {
	for _, text := range []*string{&m.HTML, &m.Text, &m.Visible, &m.Quoted} {
		*text = kept.Veil(*text, view, signed)
	}
}

// veilMail takes the tokens out of the customers' links in a mail or a file.
func (d *Desk) veilMail(ctx context.Context, raw []byte) (veiled []byte, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		veiled = thread.VeilMail(raw, d.signed(tx))
		return nil
	})
	return veiled, err
}

// signed reports whether a token is of a link that we signed, also of one that was taken back. What can't be looked
// up is taken for one.
func (d *Desk) signed(tx *store.Tx) func(token string) bool {
	return func(token string) bool {
		_, err := d.readLink(tx, token)
		return !kept.Is(err, kept.NotFound)
	}
}

// noLink stands for a link's token where there is no place for a link.
const noLink = "…"
