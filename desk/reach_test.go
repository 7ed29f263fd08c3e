package desk_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

func TestACustomerSaysHowAndWhenToReachThem(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		reach := desk.Reach{Name: "Marta\nOliveira", Language: "de-AT", Zone: "Europe/Vienna", Phone: "+43 1 555", Hours: "9-17"}
		w.ok(w.desk.ChangeReach(w.ctx, w.token(f), reach))
		p := w.page(f)
		if c := p.Contact; c.Name != "Marta Oliveira" || c.Language != "de" || c.Zone != "Europe/Vienna" || c.Phone != "+43 1 555" || c.Hours != "9-17" || p.Conversation.Language != "de" {
			t.Errorf("%+v", c)
		}
		w.ok(w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Hours: "whenever"}))
		if c := w.page(f).Contact; c.Hours != "" || c.Name != "" || c.Phone != "" {
			t.Errorf("%+v", c)
		}
		if err := w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Zone: "Nowhere"}); !kept.Is(err, kept.Invalid) {
			t.Error(err)
		}
	})
}

func TestTheSameReachSavedTwiceChangesNothingAndLeavesNothing(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		calendars := func() int {
			list, err := w.desk.Calendars(w.ctx, w.ana)
			w.ok(err)
			return len(list)
		}
		had := calendars()
		for _, r := range []desk.Reach{
			{Name: "Marta", Language: "de", Zone: "Europe/Vienna", Phone: "+43 1 5551234", Hours: "9-17"},
			{Name: "Marta", Language: "de", Zone: "Europe/Vienna", Phone: "+43 1 5551234", Hours: "17-20"},
			{Name: "Marta", Zone: "UTC+05:30", Hours: "9-20 daily"},
		} {
			heard := len(w.events(f.ID, kept.ContactChanged))
			w.ok(w.desk.ChangeReach(w.ctx, w.token(f), r))
			if now := len(w.events(f.ID, kept.ContactChanged)); now != heard+1 {
				t.Errorf("%+v: screens hear of it %d times", r, now-heard)
			}
			w.turns(time.Minute)
			was, stood := w.page(f).Contact, w.logEnd()
			w.ok(w.desk.ChangeReach(w.ctx, w.token(f), r))
			if now := w.page(f).Contact; !reflect.DeepEqual(now, was) || w.logEnd() != stood {
				t.Errorf("saved again: %+v, was %+v", now, was)
			}
		}
		if n := calendars(); n != had {
			t.Errorf("%d calendars of %d", n, had)
		}
	})
}

// evenings are hours that an agent agrees with a customer: from six to eight in the evening, in Dublin.
func (w *world) evenings() kept.ID {
	w.Helper()
	c := kept.Calendar{Name: "Evenings", Zone: "Europe/Dublin", Hours: map[string]kept.Windows{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		c.Hours[day] = kept.Windows{"18:00": "20:00"}
	}
	c, err := w.desk.AddCalendar(w.ctx, w.ana, c)
	w.ok(err)
	return c.ID
}

// agrees has an agent give a customer hours; zero takes them back.
func (w *world) agrees(f desk.Full, hours kept.ID) {
	w.Helper()
	_, err := w.desk.ChangeContact(w.ctx, w.bo, f.Contact, desk.ContactChange{Calendar: &hours})
	w.ok(err)
}

// alwaysHere has our people work round the clock, so that the customer's hours alone decide.
func (w *world) alwaysHere() {
	w.Helper()
	c := kept.Calendar{Zone: "Europe/Dublin", Hours: map[string]kept.Windows{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		c.Hours[day] = kept.Windows{"00:00": "24:00"}
	}
	w.ok(w.desk.PutCalendar(w.ctx, w.ana, c))
}

// calledAt is the hour of the first time, in a zone, at which a customer can be called from tomorrow on.
func (w *world) calledAt(f desk.Full, zone string) string {
	w.Helper()
	in, err := time.LoadLocation(zone)
	w.ok(err)
	slots, err := w.desk.Slots(w.ctx, w.bo, f.ID)
	w.ok(err)
	for _, s := range slots {
		if s.From.After(w.at.Add(16 * time.Hour)) {
			return s.From.In(in).Format("15:04")
		}
	}
	return ""
}

func TestHoursThatWereAgreedStandWhateverACustomerSaves(t *testing.T) {
	each(t, func(w *world) {
		w.alwaysHere()
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		agreed := w.evenings()
		w.agrees(f, agreed)
		for _, hours := range []string{"9-17", ""} {
			w.ok(w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Name: "Marta", Zone: "Europe/Dublin", Hours: hours}))
			p := w.page(f)
			if p.Contact.Calendar != agreed || p.Agreed.Name != "Evenings" || p.Contact.Hours != hours {
				t.Errorf("%q: %+v, agreed %+v", hours, p.Contact, p.Agreed)
			}
			if at := w.calledAt(f, "Europe/Dublin"); at != "18:00" {
				t.Errorf("%q: they are called at %s", hours, at)
			}
		}
		w.ok(w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Name: "Marta", Zone: "Europe/Dublin", Hours: "12-17"}))
		if c := w.read(f.ID).ContactCard; c.Hours != "12-17" {
			t.Errorf("an agent doesn't see the wish: %+v", c)
		}
		w.agrees(f, 0) // they let it be so
		if at := w.calledAt(f, "Europe/Dublin"); at != "12:00" || w.page(f).Agreed.ID != 0 {
			t.Errorf("they are called at %s", at)
		}
	})
}

func TestTheHoursThatACustomerChoseAreOnTheirClock(t *testing.T) {
	each(t, func(w *world) {
		w.alwaysHere()
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		for zone, c := range map[string]struct{ at, first string }{
			"Europe/Vienna": {"Europe/Vienna", "17:00"}, "UTC+05:30": {"Asia/Kolkata", "17:00"}, "UTC-3": {"Etc/GMT+3", "17:00"},
			"UTC+02:00": {"Etc/GMT-2", "17:00"}, "": {"Europe/Dublin", "17:00"}, "GMT+5:45": {"Asia/Kathmandu", "17:15"}, // a call begins at a half hour of ours
		} {
			w.ok(w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Zone: zone, Hours: "17-20"}))
			if got := w.calledAt(f, c.at); got != c.first {
				t.Errorf("%q: they are called at %s in %s", zone, got, c.at)
			}
		}
		for _, zone := range []string{"UTC-03:30", "UTC-13"} { // kept in winter alone, and nowhere
			if err := w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Zone: zone, Hours: "9-17"}); !kept.Is(err, kept.Invalid) {
				t.Errorf("%s: %v", zone, err)
			}
		}
		moved := "America/New_York" // an agent learns that they moved: their hours move with them
		_, err := w.desk.ChangeContact(w.ctx, w.bo, f.Contact, desk.ContactChange{Zone: &moved})
		w.ok(err)
		if got := w.calledAt(f, moved); got != "17:00" {
			t.Errorf("they are called at %s in %s", got, moved)
		}
	})
}

func TestPromisesRunOnWhatWasAgreedBeforeWhatACustomerChose(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.desk.PutPolicy(w.ctx, w.ana, w.policy(kept.Normal, func(t *kept.Times) {
			t.Calendar, t.FirstReply = kept.CustomersHours, kept.Span{Minutes: 60}
		}))
		w.ok(err)
		due := func(from string) string {
			w.Helper()
			p := w.promise(w.writes(from, "No line", "The line is dead."), kept.Reply)
			return p.Due.In(time.FixedZone("Dublin", 3600)).Format("15:04")
		}
		f := w.writes("marta@example.com", "Hello", "A question.") // it is ten in Dublin
		w.ok(w.desk.ChangeReach(w.ctx, w.token(f), desk.Reach{Hours: "12-17"}))
		if at := due("marta@example.com"); at != "13:00" {
			t.Errorf("on the hours that they chose it is due at %s", at)
		}
		_, err = w.desk.PutCompany(w.ctx, w.ana, kept.Company{Name: "Acme", Calendar: w.evenings()})
		w.ok(err)
		acme := "Acme"
		_, err = w.desk.ChangeContact(w.ctx, w.bo, f.Contact, desk.ContactChange{Company: &acme})
		w.ok(err)
		if at := due("marta@example.com"); at != "19:00" {
			t.Errorf("on their company's hours it is due at %s", at)
		}
		if got := w.calledAt(f, "Europe/Dublin"); got != "12:00" {
			t.Errorf("they are called at %s, and chose from noon", got)
		}
	})
}
