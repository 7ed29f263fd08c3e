// Package house holds the rules of the house that a compiler does not: who may import whom,
// where SQL and the clock may stand, and what no file may say. docs/architecture.md gives
// their reasons.
package house

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/kept-desk/kept"

// mayImport is the import table of docs/architecture.md: a room, and the rooms it may use
// besides kept, which all may, and itself. Every package under rules is a room of its own.
var mayImport = map[string][]string{
	"kept":    {},
	"rules":   {"rules/calendar", "rules/words", "rules/brand"},
	"store":   {},
	"mail":    {},
	"live":    {},
	"desk":    {"rules", "store"},
	"report":  {"store"},
	"work":    {"store"},
	"channel": {"mail", "live"},
	"notify":  {"mail", "live"},
	"web":     {"desk", "report", "live", "ui", "rules/words", "rules/brand"},
	"ui":      {},
	"bench":   {"*"},
	"e2e":     {"*"},
	"cmd":     {"*"},
}

// pkg is what these tests read of `go list -json`.
type pkg struct {
	Dir        string
	ImportPath string
	Imports    []string
	GoFiles    []string
}

// path within the module: "rules/promise".
func (p pkg) path() string { return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/") }

func (p pkg) room() string { return roomOf(p.path()) }

func roomOf(path string) string {
	room, _, _ := strings.Cut(path, "/")
	return room
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=Dir,ImportPath,Imports,GoFiles", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("go list: %v", err)
		}
		if len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		t.Fatal("go list found no package")
	}
	return all
}

func TestImportsGoDown(t *testing.T) {
	for _, p := range packages(t) {
		if _, known := mayImport[p.room()]; !known {
			t.Errorf("%s stands in no room: add it to the table in docs/architecture.md and here", p.path())
			continue
		}
		for _, imported := range p.Imports {
			path, ours := strings.CutPrefix(imported, module+"/")
			if ours && !allowed(p, path) {
				t.Errorf("%s must not import %s", p.path(), path)
			}
		}
	}
}

// allowed says whether p, in what it ships, may import the package at path.
func allowed(p pkg, path string) bool {
	if path == "kept" {
		return p.path() != "kept"
	}
	if strings.HasPrefix(path, "store/storetest") {
		return p.room() == "store" || p.room() == "bench" // otherwise for tests alone
	}
	if roomOf(path) == p.room() && p.room() != "rules" {
		return true
	}
	room := mayImport[p.room()]
	return slices.Contains(room, "*") || slices.Contains(room, path) || slices.Contains(room, roomOf(path))
}

func TestTheWordsImportTheStandardLibraryOnly(t *testing.T) {
	for _, p := range packages(t) {
		if p.room() != "kept" {
			continue
		}
		for _, imported := range p.Imports {
			if strings.Contains(imported, ".") {
				t.Errorf("%s imports %s", p.path(), imported)
			}
		}
	}
}

func TestRulesAreToldEverything(t *testing.T) {
	outside := []string{
		"context", "database/sql", "database/sql/driver", "net", "net/http", "net/smtp", "os", "os/exec", "log", "log/slog",
	}
	for _, p := range packages(t) {
		if p.room() != "rules" {
			continue
		}
		for _, imported := range p.Imports {
			if slices.Contains(outside, imported) {
				t.Errorf("%s imports %s", p.path(), imported)
			}
		}
	}
}

// The wall clock is read by those who call a rule or a verb; time is an argument.
func TestTimeIsHandedIn(t *testing.T) {
	for _, p := range packages(t) {
		if p.room() != "rules" && p.room() != "desk" {
			continue
		}
		eachNode(t, p, func(where token.Position, n ast.Node) {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return
			}
			from, ok := sel.X.(*ast.Ident)
			if ok && from.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("%s: time.%s", where, sel.Sel.Name)
			}
		})
	}
}

func TestSQLStandsInTheStoreAndTheReportsOnly(t *testing.T) {
	statement := regexp.MustCompile(`^\s*(SELECT\s[\s\S]*\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s|WITH\s+\w+\s+AS\s*\()`)
	drivers := regexp.MustCompile(`^(database/sql|github\.com/jackc/pgx/|modernc\.org/sqlite|github\.com/pressly/goose/)`)
	for _, p := range packages(t) {
		switch p.room() {
		case "store", "report", "bench", "e2e": // bench measures against the raw drivers
			continue
		}
		for _, imported := range p.Imports {
			if drivers.MatchString(imported) {
				t.Errorf("%s imports %s", p.path(), imported)
			}
		}
		eachNode(t, p, func(where token.Position, n ast.Node) {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return
			}
			if text, err := strconv.Unquote(lit.Value); err == nil && statement.MatchString(text) {
				t.Errorf("%s: SQL: %.40s", where, text)
			}
		})
	}
}

// eachNode calls visit for every node of the files that p ships.
func eachNode(t *testing.T, p pkg, visit func(where token.Position, n ast.Node)) {
	t.Helper()
	for _, name := range p.GoFiles {
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil {
				visit(files.Position(n.Pos()), n)
			}
			return true
		})
	}
}

func TestEveryDependencyIsExplained(t *testing.T) {
	explained, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"go.mod", "tools/go.mod", "ui/package.json", "e2e/package.json"} {
		for _, name := range dependencies(t, file) {
			scope, _, _ := strings.Cut(name, "/")
			if !bytes.Contains(explained, []byte(name)) && !bytes.Contains(explained, []byte(scope+"/*")) {
				t.Errorf("docs/dependencies.md does not say why %s needs %s", file, name)
			}
		}
	}
}

// dependencies of ours that file asks for; what those need themselves is not our choice.
func dependencies(t *testing.T, file string) (names []string) {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(file) == "package.json" {
		var npm struct{ Dependencies, DevDependencies map[string]string }
		if err := json.Unmarshal(body, &npm); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		return slices.Concat(slices.Collect(maps.Keys(npm.Dependencies)), slices.Collect(maps.Keys(npm.DevDependencies)))
	}
	direct := regexp.MustCompile(`(?m)^(?:require )?\s*(?:github\.com/)?(\S+/\S+) v\S+$`)
	for _, m := range direct.FindAllSubmatch(body, -1) {
		names = append(names, string(m[1]))
	}
	return names
}

func TestNothingIsLeftForLater(t *testing.T) {
	later := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	eachLine(t, func(file string, line int, text []byte) {
		if found := later.Find(text); found != nil {
			t.Errorf("%s:%d says %s", file, line, found)
		}
	})
}

// A path or a download host that one machine happens to use works on no other.
func TestNoFileNamesAMachine(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	machine := regexp.MustCompile(`(^|[^\w.~/-])(/(home|Users)/[a-z]\w*|/roo[t]|` + regexp.QuoteMeta(here) + `)(/|\b)`)
	resolved := regexp.MustCompile(`^\s*"resolved":\s*"http`)
	eachLine(t, func(file string, line int, text []byte) {
		if found := machine.Find(text); found != nil {
			t.Errorf("%s:%d names %s", file, line, found)
		}
		if filepath.Base(file) == "package-lock.json" && resolved.Match(text) {
			t.Errorf("%s:%d locks a download address (see .npmrc): %s", file, line, text)
		}
	})
}

// eachLine calls visit for every line of every text file under version control.
func eachLine(t *testing.T, visit func(file string, line int, text []byte)) {
	t.Helper()
	tracked, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("this is no git checkout, so what belongs to the project is not known")
	}
	for file := range strings.SplitSeq(strings.TrimSuffix(string(tracked), "\x00"), "\x00") {
		body, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue // deleted, not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		if bytes.IndexByte(body[:min(len(body), 8000)], 0) >= 0 {
			continue // binary, by git's own measure
		}
		n := 0
		for text := range bytes.Lines(body) {
			n++
			visit(file, n, bytes.TrimRight(text, "\r\n"))
		}
	}
}
