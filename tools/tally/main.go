// Tally reads what `go test -json` prints and shows what a person wants to see of it: a line
// per package with its time, the whole output of a test that failed, and how many there were.
// It knows nothing of Kept.
//
//	go test -json ./... | tally [-out FILE] [-aloud SUFFIX]
//
// FILE gets "passed failed skipped" for a script that adds several runs up. What a passing test
// logs is shown only for packages whose path ends in SUFFIX: those whose figures matter. Tally
// exits with 1 if a test or a package failed, or if none ran at all.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is one line of test2json; the fields are named there (go doc test2json).
type event struct {
	Action  string
	Package string
	Test    string  // empty: the line is about the package
	Elapsed float64 // seconds
	Output  string
}

// counts of tests and subtests, and of packages that failed outside any test.
type counts struct {
	passed, failed, skipped, brokenPackages int

	failures []string        // "package" or "package Test", to end with: what is long scrolls away
	failedIn map[string]bool // packages with a failed test
}

func (c counts) green() bool { return c.passed > 0 && c.failed == 0 && c.brokenPackages == 0 }

func main() {
	out := flag.String("out", "", "write \"passed failed skipped\" to this file")
	aloud := flag.String("aloud", "", "show what passing tests log, of packages whose path ends so")
	flag.Parse()
	var c counts
	c.read(os.Stdin, os.Stdout, *aloud)
	for _, name := range c.failures {
		fmt.Println("failed:", name)
	}
	fmt.Printf("go test: %d passed, %d failed, %d skipped\n", c.passed, c.failed, c.skipped)
	if *out != "" {
		line := fmt.Sprintf("%d %d %d\n", c.passed, c.failed+c.brokenPackages, c.skipped)
		if err := os.WriteFile(*out, []byte(line), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "tally:", err)
			os.Exit(1)
		}
	}
	if !c.green() {
		os.Exit(1)
	}
}

// read counts r's events and writes to w what they have to say.
func (c *counts) read(r io.Reader, w io.Writer, aloud string) {
	said := map[string]string{} // by package and test: its output so far
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		switch {
		case json.Unmarshal(line, &e) != nil || e.Action == "":
			w.Write(line) // not an event: the toolchain's own word, worth seeing
		case e.Action == "build-output":
			fmt.Fprint(w, e.Output)
		case e.Action == "output":
			if !strings.HasPrefix(e.Output, "=== ") {
				said[e.Package+" "+e.Test] += e.Output
			}
		case e.Test != "":
			c.test(e, said, w, aloud)
		default:
			c.pkg(e, said, w)
		}
		if err != nil {
			return
		}
	}
}

// test takes in that a test ended.
func (c *counts) test(e event, said map[string]string, w io.Writer, aloud string) {
	show := true
	switch e.Action {
	case "pass":
		c.passed++
		show = aloud != "" && strings.HasSuffix(e.Package, aloud)
	case "skip":
		c.skipped++ // and says why
	case "fail":
		c.failed++
		c.failures = append(c.failures, e.Package+" "+e.Test)
		if c.failedIn == nil {
			c.failedIn = map[string]bool{}
		}
		c.failedIn[e.Package] = true
	default:
		return
	}
	key := e.Package + " " + e.Test
	if show {
		fmt.Fprint(w, said[key])
	}
	delete(said, key)
}

// pkg takes in that a package ended.
func (c *counts) pkg(e event, said map[string]string, w io.Writer) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(w, "ok    %-55s %6.1fs\n", e.Package, e.Elapsed)
	case "fail":
		if !c.failedIn[e.Package] { // did not build, panicked, or ran out of time
			c.brokenPackages++
			c.failures = append(c.failures, e.Package)
		}
		fmt.Fprint(w, said[e.Package+" "])
		fmt.Fprintf(w, "FAIL  %-55s %6.1fs\n", e.Package, e.Elapsed)
	}
}
