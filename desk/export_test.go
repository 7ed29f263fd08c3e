package desk

import (
	"context"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// CustomersLink is the address of a customer's page as our mails carry it: no reader of the desk tells it.
func (d *Desk) CustomersLink(ctx context.Context, conversation, contact kept.ID) (url string, err error) {
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		url, err = d.customerURL(tx, h.organization, conversation, contact)
		return err
	})
	return url, err
}
