package store_test

import (
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
)

func TestHoursThatCustomersChoseBeforeBecomeTheirs(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			url := storetest.URL(t, name)
			week := func(from, to string) string {
				w := `{"` + from + `":"` + to + `"}`
				return `"hours":{"fri":` + w + `,"mon":` + w + `,"thu":` + w + `,"tue":` + w + `,"wed":` + w + `}}`
			}
			err := store.OfVersion(t.Context(), url, 18,
				`INSERT INTO calendars (name, data) VALUES ('Office hours', '{"time_zone":"Europe/Dublin",`+week("09:00", "17:00")+`')`,
				`INSERT INTO calendars (name, data) VALUES ('Customers 9-17, Europe/Vienna', '{"name":"Customers 9-17, Europe/Vienna","time_zone":"Europe/Vienna",`+week("09:00", "17:00")+`')`,
				`INSERT INTO calendars (name, data) VALUES ('Customers 17-20, Asia/Kolkata', '{"name":"x","time_zone":"Asia/Kolkata",`+week("17:00", "20:00")+`')`,
				`INSERT INTO calendars (name, data) VALUES ('Customers 9-12, Europe/Dublin', '{"name":"changed by an admin","time_zone":"Europe/Dublin",`+week("08:00", "12:00")+`')`,
				`INSERT INTO calendars (name, data) VALUES ('Customers 12-17, Europe/Dublin', '{"name":"a team runs on it","time_zone":"Europe/Dublin",`+week("12:00", "17:00")+`')`,
				`INSERT INTO teams (name, data) VALUES ('Billing', '{"name":"Billing","members":[],"calendar":5,"inboxes":[]}')`,
				`INSERT INTO contacts (name, email, created_at, calendar) VALUES ('A', 'a', 1, 2), ('B', 'b', 1, 3), ('C', 'c', 1, 4), ('D', 'd', 1, 1), ('E', 'e', 1, 0), ('F', 'f', 1, 5)`,
			)
			if err != nil {
				t.Fatal(err)
			}
			db, err := store.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			err = db.Read(t.Context(), func(tx *store.Tx) error {
				for i, want := range []struct {
					calendar kept.ID
					hours    string
				}{{0, "9-17"}, {0, "17-20"}, {4, ""}, {1, ""}, {0, ""}, {0, "12-17"}} {
					c, err := tx.Contact(kept.ID(i + 1))
					if err != nil || c.Calendar != want.calendar || c.Hours != want.hours {
						t.Errorf("%s: calendar %d, hours %q (%v)", c.Name, c.Calendar, c.Hours, err)
					}
				}
				list, err := tx.Calendars()
				var left []kept.ID
				for _, c := range list {
					left = append(left, c.ID)
				}
				if len(left) != 3 || left[0] != 1 || left[1] != 4 || left[2] != 5 {
					t.Errorf("the calendars are %v", left)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
