package access

import (
	"testing"

	"github.com/kept-desk/kept/kept"
)

var (
	nobody = kept.Actor{}
	marta  = kept.Actor{Kind: kept.ByContact, ID: 1, Conversation: 7}
	bo     = kept.Actor{Kind: kept.ByAgent, ID: 1, Role: kept.RoleAgent}
	ana    = kept.Actor{Kind: kept.ByAgent, ID: 2, Role: kept.RoleAdmin}
	lea    = kept.Actor{Kind: kept.ByAgent, ID: 4, Role: kept.RoleLead}
	olga   = kept.Actor{Kind: kept.ByAgent, ID: 5, Role: kept.RoleOwner}
	sam    = kept.Actor{Kind: kept.ByAgent, ID: 6, Role: kept.RoleCoworker}
	odd    = kept.Actor{Kind: kept.ByAgent, ID: 3, Role: "pope"}
)

func TestWhoMayDoWhat(t *testing.T) {
	for _, c := range []struct {
		op                                  Operation
		nobody, customer, agent, admin, odd bool
	}{
		{"sign-in", true, true, true, true, true},
		{"reply", false, false, true, true, false},
		{"release-promise", false, false, false, true, false},
		{"change-organization", false, false, false, true, false},
		{"customer-works", false, true, false, false, false},
		{"customer-call", false, true, false, false, false},
		{"customer-no-call", false, true, false, false, false},
		{"no such operation", false, false, false, false, false},
	} {
		for _, a := range []struct {
			who  kept.Actor
			want bool
		}{{nobody, c.nobody}, {marta, c.customer}, {bo, c.agent}, {ana, c.admin}, {odd, c.odd}} {
			if got := May(a.who, c.op); got != a.want {
				t.Errorf("%s by %+v: %v", c.op, a.who, got)
			}
		}
	}
}

func TestARefusalSaysWhetherSigningInHelps(t *testing.T) {
	if err := Check(nobody, "reply"); !kept.Is(err, kept.SignedOut) {
		t.Error(err)
	}
	if err := Check(bo, "release-promise"); !kept.Is(err, kept.Forbidden) {
		t.Error(err)
	}
}

func TestEachRoleMayAllThatTheOneBelowMay(t *testing.T) {
	for _, step := range [][2]kept.Actor{{sam, bo}, {bo, lea}, {lea, ana}, {ana, olga}} {
		for _, op := range Allowed(step[0]) {
			if !May(step[1], op) {
				t.Errorf("%s may %s, and %s may not", step[0].Role, op, step[1].Role)
			}
		}
	}
}

func TestACoworkerMayNoMoreThanAnybody(t *testing.T) {
	for _, op := range Allowed(sam) {
		if !May(nobody, op) {
			t.Errorf("a coworker may %s", op)
		}
	}
}
