package store_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/kept-desk/kept/store"
)

func FuzzAListOfTextsIsReadAsJSONReadsIt(f *testing.F) {
	for _, s := range []string{`["Ana <a@x.test>","b"]`, `[]`, `null`, ``, `["\ud83d\ude00 \/ \u2028"]`, `["a",]`, `[,"a"]`, `["a" "b"]`, `["\x41"]`, "[`a`]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := store.Texts(s)
		if !ok || s == "" {
			return // JSON reads it instead
		}
		var want []string
		if err := json.Unmarshal([]byte(s), &want); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is %q; JSON says %q, %v", s, got, want, err)
		}
	})
}

func TestListsOfTextsAreReadTheQuickWay(t *testing.T) {
	for _, list := range [][]string{{}, {"Ana <a@x.test>"}, {"a & b", "c\n\"d\"", "ü 😀"}} {
		got, ok := store.Texts(store.Text(list))
		if !ok || !slices.Equal(got, list) {
			t.Errorf("%q became %q (quick: %v)", list, got, ok)
		}
	}
}
