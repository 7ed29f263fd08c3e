package desk

import (
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/call"
	"github.com/kept-desk/kept/store"
)

// sayNumber notes a number that a customer gave on their page: we call them on it, and whoever calls from it isn't
// taken for them, as anybody with the link could have given anybody's. The same number written in another way
// stays what it was.
func sayNumber(c *kept.Contact, number string, now time.Time) {
	if call.Digits(number) != call.Digits(c.Phone) {
		c.PhoneSaidAt = now
	}
	if c.Phone = number; call.Digits(number) == "" {
		c.PhoneSaidAt = time.Time{} // there is nothing to confirm
	}
}

// reachedAt notes that one of us called a customer and reached them: the number is theirs. A call of theirs
// doesn't tell it: who writes down that they called finds the number filled in.
func reachedAt(c *kept.Contact, by kept.Call) bool {
	if c.PhoneSaidAt.IsZero() || by.Direction != kept.CallOut || by.Outcome != kept.Reached || call.Digits(by.Number) != call.Digits(c.Phone) {
		return false
	}
	c.PhoneSaidAt = time.Time{}
	return true
}

// contactsAt lists the contacts who have a number, those first of whom we know that it is theirs.
func contactsAt(tx *store.Tx, number string) ([]kept.Contact, error) {
	tail := call.Tail(number)
	if tail == "" {
		return nil, nil
	}
	found, err := tx.ContactsByPhone(tail)
	return slices.DeleteFunc(found, func(k kept.Contact) bool { return !call.Same(k.Phone, number) }), err
}

// theirs is the one contact of whom we know that a number is theirs: where several share a telephone, nobody
// knows who it was. Of whom we know nothing but the number steps back behind somebody whom we know by more.
func theirs(found []kept.Contact) (kept.Contact, bool) {
	known := slices.DeleteFunc(slices.Clone(found), func(k kept.Contact) bool { return !k.PhoneSaidAt.IsZero() })
	if len(known) > 1 {
		known = slices.DeleteFunc(known, func(k kept.Contact) bool { return k.Email == "" && (k.Name == "" || call.Same(k.Name, k.Phone)) })
	}
	if len(known) != 1 {
		return kept.Contact{}, false
	}
	return known[0], true
}

// contactWithNumber finds the one contact who has a number, or makes somebody new of it.
func contactWithNumber(tx *store.Tx, number, name string, now time.Time) (kept.Contact, error) {
	found, err := contactsAt(tx, number)
	if err != nil {
		return kept.Contact{}, err
	}
	if k, ok := theirs(found); ok {
		return k, nil
	}
	return newWithNumber(tx, number, name, now)
}

func newWithNumber(tx *store.Tx, number, name string, now time.Time) (kept.Contact, error) {
	if name == "" {
		name = number
	}
	return tx.AddContact(kept.Contact{Name: name, Phone: number, CreatedAt: now})
}

// whomWeCalled is the contact whom we called at a number: the one whom we owe a call there, who may have only said
// it, else who has it, else the one who said it.
func whomWeCalled(tx *store.Tx, number string, now time.Time) (kept.Contact, error) {
	found, err := contactsAt(tx, number)
	if err != nil {
		return kept.Contact{}, err
	}
	var owed []kept.Contact
	for _, k := range found {
		at, err := owesCall(tx, k.ID)
		if err != nil {
			return k, err
		}
		if at != 0 {
			owed = append(owed, k)
		}
	}
	if len(owed) == 1 {
		return owed[0], nil
	}
	if k, ok := theirs(found); ok {
		return k, nil
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return newWithNumber(tx, number, "", now)
}

// owesCall is the conversation in which we owe a contact a call; zero: in none.
func owesCall(tx *store.Tx, contact kept.ID) (kept.ID, error) {
	live, err := tx.LiveWith(contact)
	if err != nil {
		return 0, err
	}
	for _, c := range live {
		leading, err := tx.Leading(c.ID)
		if err != nil {
			return 0, err
		}
		if slices.ContainsFunc(leading, func(p kept.Promise) bool { return p.Kind == kept.Callback }) {
			return c.ID, nil
		}
	}
	return 0, nil
}
