package live_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kept-desk/kept/live"
)

func TestALookIsShownUntilItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub((&book{}).log(), live.Options{})
		defer run(t, hub)()
		s := subscribe(t, hub, live.Subscription{})
		defer s.Close()
		take(t, s, 1)
		shown := func(data string) {
			t.Helper()
			if got := take(t, s, 1); len(got) != 1 || got[0] != (sent{"", "presence", data}) {
				t.Errorf("shown %v, not %s", got, data)
			}
			silent(t, s)
		}
		hub.Look(2, "Bo", 7, false)
		shown(`{"conversation":7,"viewers":[{"agent":2,"name":"Bo","typing":false}]}`)
		time.Sleep(20 * time.Second)
		hub.Look(2, "Bo", 7, false) // nothing new
		silent(t, s)
		hub.Look(1, "Ada", 7, true)
		shown(`{"conversation":7,"viewers":[{"agent":1,"name":"Ada","typing":true},{"agent":2,"name":"Bo","typing":false}]}`)
		time.Sleep(20 * time.Second)
		hub.Look(1, "Ada", 7, false)
		shown(`{"conversation":7,"viewers":[{"agent":1,"name":"Ada","typing":false},{"agent":2,"name":"Bo","typing":false}]}`)
		time.Sleep(10 * time.Second) // Bo's last look was 30 s ago
		synctest.Wait()
		shown(`{"conversation":7,"viewers":[{"agent":1,"name":"Ada","typing":false}]}`)
		if got := hub.Viewers(7); !slices.Equal(got, []live.Viewer{{Agent: 1, Name: "Ada"}}) {
			t.Errorf("viewers: %v", got)
		}
		hub.Leave(1, 7)
		shown(`{"conversation":7,"viewers":[]}`)
		hub.Leave(1, 7)
		hub.Leave(1, 8)
		time.Sleep(time.Hour)
		synctest.Wait()
		silent(t, s)
		hub.Look(3, "Cy", 9, false)
		shown(`{"conversation":9,"viewers":[{"agent":3,"name":"Cy","typing":false}]}`)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		shown(`{"conversation":9,"viewers":[]}`)
	})
}
