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

func TestTheForecastAndASafeTimeAreAskedFor(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		bo := w.as(w.bo)
		f := into[api.Forecast](bo.ask("GET", "/api/forecast", nil).is(200))
		if len(f.Chances) != 1 || f.Chances[0].Kept < 0.5 || len(f.Load) < 24 || f.Basis.Staff != 2 {
			w.Errorf("a quiet desk: %+v", f)
		}
		safe := into[api.SafeTime](bo.ask("GET", fmt.Sprintf("/api/safe-time?conversation=%d", row.ID), nil).is(200))
		if safe.Due == nil || !safe.Due.After(monday) || safe.Basis.Share != 0.9 {
			w.Errorf("a safe time: %+v", safe)
		}
		bo.ask("GET", "/api/safe-time?conversation=4711", nil).problem(404)
		bo.ask("GET", fmt.Sprintf("/api/safe-time?conversation=%d&kind=check_in", row.ID), nil).problem(422)
		c := into[desk.Calibration](bo.ask("GET", "/api/forecast/calibration", nil).is(200))
		if c.Enough || c.Count != 0 || len(c.Buckets) == 0 {
			w.Errorf("calibrated on a desk of one minute: %+v", c)
		}
		for _, path := range []string{"/api/forecast", "/api/forecast/calibration", "/api/safe-time?conversation=1"} {
			w.browser().ask("GET", path, nil).problem(401)
		}
	})
}
