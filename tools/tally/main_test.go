package main

import (
	"io"
	"strings"
	"testing"
)

func TestARunIsGreenOnlyIfSomethingRanAndNothingFailed(t *testing.T) {
	for _, tt := range []struct {
		name, events string
		want         counts
		green        bool
	}{
		{"nothing ran", ``, counts{}, false},
		{
			"all passed",
			`{"Action":"pass","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"pass","Package":"p"}`,
			counts{passed: 1},
			true,
		},
		{
			"one failed",
			`{"Action":"pass","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"fail","Package":"p","Test":"TestB"}` + "\n" + `{"Action":"fail","Package":"p"}`,
			counts{passed: 1, failed: 1},
			false,
		},
		{
			"a package did not build",
			`{"Action":"pass","Package":"p","Test":"TestA"}` + "\n" + `{"Action":"build-output","ImportPath":"q","Output":"no\n"}` + "\n" + `{"Action":"fail","Package":"q"}`,
			counts{passed: 1, brokenPackages: 1},
			false,
		},
		{
			"all skipped",
			`{"Action":"skip","Package":"p","Test":"TestA"}`,
			counts{skipped: 1},
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got counts
			got.read(strings.NewReader(tt.events), io.Discard, "")
			if got.passed != tt.want.passed || got.failed != tt.want.failed ||
				got.skipped != tt.want.skipped || got.brokenPackages != tt.want.brokenPackages {
				t.Errorf("counts %+v, want %+v", got, tt.want)
			}
			if got.green() != tt.green {
				t.Errorf("green %t, want %t", got.green(), tt.green)
			}
		})
	}
}

const oneOfEach = `{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"quiet\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"loud 1\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"loud 2\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
`

func TestAFailedTestIsShownWholeAndAPassedOneNotAtAll(t *testing.T) {
	var shown strings.Builder
	new(counts).read(strings.NewReader(oneOfEach), &shown, "")
	if got := shown.String(); got != "loud 1\nloud 2\n" {
		t.Errorf("shown %q", got)
	}
}

func TestAPassedTestOfAPackageThatSpeaksAloudIsShown(t *testing.T) {
	var shown strings.Builder
	new(counts).read(strings.NewReader(oneOfEach), &shown, "p")
	if got := shown.String(); got != "quiet\nloud 1\nloud 2\n" {
		t.Errorf("shown %q", got)
	}
}
