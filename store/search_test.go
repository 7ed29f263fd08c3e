package store_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
)

// letters writes messages with these texts into one conversation; their ids are 1, 2, …
func letters(t *testing.T, db *store.DB, texts ...string) {
	t.Helper()
	err := db.Write(t.Context(), func(tx *store.Tx) error {
		inbox, err := tx.AddInbox(kept.Inbox{Name: "Help", Channel: kept.ChannelEmail, Address: "help@x.test"})
		if err != nil {
			return err
		}
		contact, err := tx.AddContact(kept.Contact{Email: "a@x.test"})
		if err != nil {
			return err
		}
		c, err := tx.AddConversation(kept.Conversation{Inbox: inbox, Contact: contact.ID, Status: kept.Open, Priority: kept.Normal})
		if err != nil {
			return err
		}
		for _, text := range texts {
			if _, _, err := tx.AddMessage(kept.Message{Conversation: c, Kind: kept.MessageIn, Text: text}, "", nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWordsAndTheirBeginningsAreFoundNewestFirst(t *testing.T) {
	many := make([]string, 0, 60)
	for i := range 50 { // more words of one beginning than are written out
		many = append(many, fmt.Sprintf("%c%ctest", 'a'+i/26, 'a'+i%26), fmt.Sprintf("contr%c%c", 'a'+i/26, 'a'+i%26))
	}
	texts := append([]string{"the router is dead", "two routers", "Straßenröuter", "re-route it", "the ROUTER again"}, many...)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		letters(t, db, texts...)
		for _, c := range []struct {
			q    string
			want []kept.ID
		}{
			{"router", []kept.ID{5, 2, 1}},
			{"routers", []kept.ID{2}},
			{"rout", []kept.ID{5, 4, 2, 1}},
			{"ro", []kept.ID{5, 4, 2, 1}},
			{"the rou", []kept.ID{5, 1}},
			{"straßenrou", []kept.ID{3}},
			{"rou dead", []kept.ID{1}},
			{"nothing", nil},
			{"rout nothing", nil},
		} {
			var got []kept.ID
			err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
				got, err = tx.Search(store.Words(c.q), 0, 30)
				return err
			})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%q found %v, %v; want %v", c.q, got, err, c.want)
			}
		}
		var all int
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			got, err := tx.Search([]string{"contr"}, 0, 100)
			all = len(got)
			return err
		})
		if err != nil || all != 50 {
			t.Errorf("a beginning of 50 words found %d, %v", all, err)
		}
	})
}
