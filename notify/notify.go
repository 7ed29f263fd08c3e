// Package notify is what the ways out to our own people share.
package notify

import (
	"errors"
	"fmt"
	"net/url"
)

// Unnamed is why a call failed, without the address that was called: its path is a secret, and an error ends in
// the log and in the database. The host stays.
func Unnamed(err error) error {
	var u *url.Error
	if !errors.As(err, &u) {
		return err
	}
	host := "an address that can't be read"
	if at, bad := url.Parse(u.URL); bad == nil {
		host = at.Host
	}
	return fmt.Errorf("%s: %w", host, u.Err)
}
