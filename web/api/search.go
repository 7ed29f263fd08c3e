package api

import (
	"context"
	"strconv"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Hit is a message that a search found.
type Hit struct {
	Conversation ConversationRow `json:"conversation"`
	Message      kept.ID         `json:"message"`
	At           time.Time       `json:"at"`
	Snippet      string          `json:"snippet" doc:"Plain text; a hit stands between U+0001 and U+0002."`
}

type searchQuery struct {
	Q      string `query:"q" required:"true" maxLength:"500" doc:"Words."`
	Cursor string `query:"cursor" doc:"next_cursor of the part before."`
}

func (d *door) search(ctx context.Context, in *searchQuery) (*body[Page[Hit]], error) {
	var before int64
	if in.Cursor != "" {
		var err error
		if before, err = strconv.ParseInt(in.Cursor, 36, 64); err != nil || before <= 0 {
			return nil, kept.Wrong("cursor", "This cursor is none of ours; begin without one.")
		}
	}
	hits, next, err := d.Desk.Search(ctx, caller(ctx).Actor(), in.Q, kept.ID(before))
	if err != nil {
		return nil, err
	}
	out := Page[Hit]{Items: make([]Hit, len(hits))}
	for i, h := range hits {
		out.Items[i] = Hit{d.rowOf(h.Conversation), h.Message, h.At, h.Snippet}
	}
	if next != 0 {
		out.NextCursor = strconv.FormatInt(int64(next), 36)
	}
	return &body[Page[Hit]]{out}, nil
}
