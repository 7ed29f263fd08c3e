package api_test

import (
	"fmt"
	"testing"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/web/api"
)

func TestTheBoardIsReadPageByPage(t *testing.T) {
	each(t, func(w *world) {
		for n := range 5 {
			w.writes(fmt.Sprintf("c%d@example.test", n), fmt.Sprintf("Matter %d", n), "Please help.")
		}
		bo := w.as(w.bo)
		seen, pages := 0, 0
		for cursor := ""; ; pages++ {
			page := into[api.Page[desk.Promised]](bo.ask("GET", "/api/promises?whose=all&limit=2&cursor="+cursor, nil).is(200))
			for _, p := range page.Items {
				seen++
				if p.Due.IsZero() || p.Conversation == 0 || p.ContactEmail == "" {
					w.Errorf("it says too little: %+v", p)
				}
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if seen != 5 || pages != 2 {
			w.Errorf("%d promises on %d further pages", seen, pages)
		}
		if mine := into[api.Page[desk.Promised]](bo.ask("GET", "/api/promises", nil).is(200)); mine.Items == nil || len(mine.Items) != 0 {
			w.Errorf("Bo has nothing, and sees %+v", mine)
		}
		bo.ask("GET", "/api/promises?whose=ours", nil).problem(422)
		w.browser().ask("GET", "/api/promises", nil).problem(401)
	})
}
