package desk_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// board reads a board whole, in pages of two.
func (w *world) board(who kept.Actor, whose desk.Whose) (list []desk.Promised) {
	w.Helper()
	for cursor := ""; ; {
		b, err := w.desk.Board(w.ctx, who, whose, cursor, 2)
		w.ok(err)
		list = append(list, b.Items...)
		if cursor = b.Cursor; cursor == "" {
			return list
		}
	}
}

func (w *world) team(t kept.Team) kept.ID {
	w.Helper()
	var id kept.ID
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) (err error) {
		if id, err = tx.PutTeam(t); err != nil {
			return err
		}
		return tx.PutSetting("house_version", fmt.Sprint("team", id, w.at))
	}))
	return id
}

func TestTheBoardShowsWhatIsPromisedByDueAndTheMissedFirst(t *testing.T) {
	each(t, func(w *world) {
		marta := w.writes("marta@example.com", "No line", "It is dead.")
		w.turns(30 * time.Minute)
		for i := range 4 {
			w.writes(fmt.Sprintf("c%d@example.com", i), "Invoice", "Why so much?")
		}
		w.answers(w.bo, marta.ID, "We test the line.", desk.Ours, desk.Next{Words: "The result of the line test", Due: w.at.Add(5 * time.Hour)})
		w.deliver()
		w.turns(9 * time.Hour) // the answer to four invoices is late, the line test too
		all := w.board(w.ana, desk.WhoseAll)
		if len(all) < 7 {
			t.Fatalf("%d promises on the board", len(all))
		}
		for i, p := range all {
			if i > 0 && p.Due.Before(all[i-1].Due) {
				t.Errorf("%s comes after %s", p.Due, all[i-1].Due)
			}
			if p.State == kept.PromiseBroken != p.Due.Before(w.at) || p.ContactEmail == "" || p.Subject == "" {
				t.Errorf("on the board: %+v", p)
			}
		}
		if all[0].State != kept.PromiseBroken {
			t.Errorf("the first is %+v", all[0])
		}
		mine := w.board(w.bo, desk.WhoseMine)
		if len(mine) != 3 || mine[0].Conversation != marta.ID || mine[0].HasName != "Bo Lind" || mine[0].Words != "The result of the line test" {
			t.Errorf("Bo's board: %+v", mine)
		}
		if none := w.board(w.ana, desk.WhoseMine); len(none) != 0 {
			t.Errorf("Ana has nothing, and sees %+v", none)
		}
		if _, err := w.desk.Board(w.ctx, w.ana, "ours", "", 10); err == nil {
			t.Error("there is a board of that name")
		}
		if _, err := w.desk.Board(w.ctx, kept.Actor{}, desk.WhoseAll, "", 10); err == nil {
			t.Error("who isn't signed in sees the board")
		}
	})
}

func TestATeamsBoardHoldsItsMembersAndWhatNobodyOfItHasTaken(t *testing.T) {
	each(t, func(w *world) {
		if len(w.board(w.bo, desk.WhoseTeam)) != 0 {
			t.Error("a board of nothing shows something")
		}
		w.team(kept.Team{Name: "Support", Members: []kept.ID{w.bo.ID}, Inboxes: []kept.ID{w.inbox.ID}})
		untaken := w.writes("marta@example.com", "No line", "It is dead.")
		anas := w.writes("tomasz@example.org", "Invoice", "Why so much?")
		w.answers(w.ana, anas.ID, "I look.", desk.Ours)
		list := w.board(w.bo, desk.WhoseTeam)
		if len(list) != 1 || list[0].Conversation != untaken.ID || list[0].Has != 0 {
			t.Errorf("the team's board: %+v", list)
		}
		if all := w.board(w.ana, desk.WhoseTeam); len(all) != 3 {
			t.Errorf("who is in no team sees %d promises of 3", len(all))
		}
	})
}

func TestWhatIWasAskedStandsOnMyBoardOnly(t *testing.T) {
	each(t, func(w *world) {
		w.ok(w.db.Write(w.ctx, func(tx *store.Tx) (err error) {
			p := kept.Promise{
				Kind: kept.Ask, Words: "The serial number?", Due: w.at.Add(time.Hour), Zone: "UTC", By: w.bo.ID, ToAgent: w.ana.ID,
				Source: kept.FromAgent, OpenedAt: w.at, State: kept.PromiseOpen,
			}
			if p.ID, err = tx.AddPromise(p); err != nil {
				return err
			}
			data, err := json.Marshal(p)
			if err != nil {
				return err
			}
			return tx.AddEvents(kept.Event{At: w.at, Type: kept.PromiseOpened, Actor: w.ana, Promise: p.ID, Data: data})
		}))
		if list := w.board(w.bo, desk.WhoseAll); len(list) != 1 || list[0].Kind != kept.Ask || list[0].Has != w.bo.ID {
			t.Errorf("Bo sees %+v", list)
		}
		if list := w.board(w.ana, desk.WhoseAll); len(list) != 0 {
			t.Errorf("Ana sees %+v", list)
		}
	})
}
