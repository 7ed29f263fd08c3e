package desk

import (
	"context"
	"slices"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// Whose names whose promises a board shows.
type Whose string

// The boards.
const (
	WhoseMine Whose = "mine" // the conversations that I have
	WhoseTeam Whose = "team" // my teams': their members', and what nobody of them has taken
	WhoseAll  Whose = "all"
)

// Promised is a promise as the board shows it: what was promised, whose matter it is, and who has it.
type Promised struct {
	kept.Promise
	Subject      string        `json:"subject,omitempty"`
	Status       kept.Status   `json:"status,omitempty"`
	Priority     kept.Priority `json:"priority,omitempty"`
	ContactName  string        `json:"contact_name,omitempty"`
	ContactEmail string        `json:"contact_email,omitempty"`
	Has          kept.ID       `json:"has,omitempty" doc:"The agent who has to keep it; absent: nobody has taken it."`
	HasName      string        `json:"has_name,omitempty"`
	Seniors      bool          `json:"seniors,omitempty" doc:"It is the word of somebody senior, and the reader isn't: they can't keep it or put it off."`
}

// Board is a part of the promises that are open, or broken and not made good; Cursor is empty at the end.
type Board struct {
	Items  []Promised
	Cursor string
}

// Board reads a page of the board, by due: what was promised to customers, and what I was asked.
func (d *Desk) Board(ctx context.Context, who kept.Actor, whose Whose, cursor string, limit int) (b Board, err error) {
	after, err := readCursor(cursor)
	if err != nil {
		return b, err
	}
	limit = max(1, min(limit, 200))
	err = d.read(ctx, who, "list-promises", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		of, err := h.whoseBoard(whose, who.ID)
		if err != nil {
			return err
		}
		list, err := tx.Board(of, after, limit+1)
		if err != nil {
			return err
		}
		asked, err := tx.Asked(who.ID, after, limit+1)
		if err != nil {
			return err
		}
		list = append(list, asked...)
		slices.SortFunc(list, func(a, b kept.Promise) int {
			if c := a.Due.Compare(b.Due); c != 0 {
				return c
			}
			return int(a.ID - b.ID)
		})
		if len(list) > limit {
			list = list[:limit]
			last := list[limit-1]
			b.Cursor = writeCursor(store.Place{At: micro(last.Due), ID: last.ID})
		}
		b.Items, err = h.promised(tx, list, who.ID)
		return err
	})
	return b, err
}

// whoseBoard says whose conversations a board shows. Who is in no team has everybody for one.
func (h *house) whoseBoard(whose Whose, me kept.ID) (store.Whose, error) {
	switch whose {
	case WhoseMine:
		return store.Whose{Agents: []kept.ID{me}}, nil
	case WhoseAll:
		return store.Whose{Everybody: true}, nil
	case WhoseTeam:
		teams := h.teamsOf(me)
		if len(teams) == 0 {
			return store.Whose{Everybody: true}, nil
		}
		of := store.Whose{Teams: teams}
		for _, id := range teams {
			for _, member := range h.team(id).Members {
				if !slices.Contains(of.Agents, member) {
					of.Agents = append(of.Agents, member)
				}
			}
		}
		return of, nil
	}
	return store.Whose{}, kept.Wrong("whose", "Say whose promises you want to see: mine, team or all.")
}

// promised reads the matters that some promises are of, for one who reads them.
func (h *house) promised(tx *store.Tx, list []kept.Promise, reader kept.ID) ([]Promised, error) {
	var ids []kept.ID
	for _, p := range list {
		if p.Conversation != 0 && !slices.Contains(ids, p.Conversation) {
			ids = append(ids, p.Conversation)
		}
	}
	rows, err := tx.Rows(ids)
	if err != nil {
		return nil, err
	}
	of := map[kept.ID]store.Row{}
	for _, r := range rows {
		of[r.ID] = r
	}
	out := make([]Promised, 0, len(list))
	for _, p := range list {
		r := of[p.Conversation]
		item := Promised{
			Promise: p, Subject: r.Subject, Status: r.Status, Priority: r.Priority, ContactName: r.ContactName, ContactEmail: r.ContactEmail,
			Has: r.Assignee, HasName: r.AssigneeName,
		}
		if p.Kind == kept.Ask {
			item.Has, item.HasName = p.By, ""
		}
		speaks, err := h.speaksFor(tx, r.Team, p, reader)
		if err != nil {
			return nil, err
		}
		item.Seniors = !speaks
		out = append(out, item)
	}
	return out, nil
}
