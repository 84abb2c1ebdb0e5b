package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room is one row of the import table: what a package may import of ours, and
// which outside packages it must not.
type room struct {
	path string   // "parser/..." covers everything below parser
	may  []string // of ours; "x/..." covers x and what is below it
	not  []string // outside packages that break the idea of the room
}

// servers are the parts of the standard library that wait for the outside.
var servers = []string{"net/http", "net/smtp", "net/rpc"}

// rooms is the import table, most special path first.
var rooms = []room{
	{"cmd/...", []string{"..."}, nil},
	{"templates/...", []string{"templates/..."}, append(servers, "net", "database/sql")},
	{"testdata/...", nil, append(servers, "net", "database/sql")},
	{"parser/mime", nil, append(servers, "net", "database/sql")},
	{"parser/format", []string{"parser/mime"}, append(servers, "net", "database/sql")},
	{"parser/format/...", []string{"parser/mime", "parser/format"}, append(servers, "net", "database/sql")},
	{"parser", []string{"parser/..."}, append(servers, "net", "database/sql")},
	{"parser/...", []string{"parser/mime", "parser/format"}, append(servers, "net", "database/sql")},
	{"intake", nil, append(servers, "database/sql")},
	{"intake/wkd/...", []string{"intake/wkd"}, []string{"database/sql"}},
	{"intake/...", []string{"intake", "intake/imap/..."}, append(servers, "database/sql")},
	{"tickets", []string{"parser", "intake"}, append(servers, "database/sql")},
	{"tickets/store", []string{"tickets", "intake", "parser"}, servers},
	{"tickets/storetest", []string{"tickets", "tickets/store", "intake", "parser/..."}, servers},
	{"tickets/desk", []string{"tickets", "tickets/store", "templates/..."}, []string{"database/sql"}},
	{"tickets/api", []string{"tickets", "tickets/store", "templates/..."}, []string{"database/sql"}},
	{"responder/smtp/...", []string{"responder", "responder/smtp/..."}, append(servers, "database/sql")},
	{"responder", []string{"tickets", "templates/...", "parser/pgp"}, append(servers, "database/sql")},
}

// TestImportTable reads the direct imports of all files that are no tests.
func TestImportTable(t *testing.T) {
	eachFile(t, func(folder, name string, file *ast.File) {
		rule, known := roomOf(folder)
		if !known {
			t.Errorf("%s stands in no room of the table", folder)
			return
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if imported == "postern/testdata/hosttest" && strings.HasSuffix(folder, "test") {
				continue // what serves tests may ask what the machine has
			}
			if ours, ok := strings.CutPrefix(imported, "postern/"); ok && !slices.ContainsFunc(rule.may, func(m string) bool { return covers(m, ours) }) {
				t.Errorf("%s/%s imports %s, which its room may not", folder, name, ours)
			}
			if slices.Contains(rule.not, imported) {
				t.Errorf("%s/%s imports %s, which its room must not", folder, name, imported)
			}
			if imported == "database/sql" && folder != "tickets/store" {
				t.Errorf("%s/%s imports database/sql, which only tickets/store may", folder, name)
			}
			if (imported == "flag" || imported == "os/signal") && !strings.HasPrefix(folder, "cmd/") {
				t.Errorf("%s/%s imports %s, which only cmd may", folder, name, imported)
			}
		}
	})
}

// TestOutsideIsPassedIn demands that clock, environment and exit are used in cmd alone.
func TestOutsideIsPassedIn(t *testing.T) {
	forbidden := map[string][]string{"time": {"Now", "Since", "Until"}, "os": {"Getenv", "LookupEnv", "Environ", "Exit"}}
	eachFile(t, func(folder, name string, file *ast.File) {
		if strings.HasPrefix(folder, "cmd/") || strings.HasSuffix(folder, "test") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Obj == nil && slices.Contains(forbidden[pkg.Name], selector.Sel.Name) {
				t.Errorf("%s/%s uses %s.%s; it is passed in from cmd", folder, name, pkg.Name, selector.Sel.Name)
			}
			return true
		})
	})
}

// TestTopLevel demands that nothing stands beside the folders of the plan.
func TestTopLevel(t *testing.T) {
	allowed := strings.Fields("cmd intake parser tickets responder templates testdata go.mod go.sum Makefile README.md LICENSE .ci .git .gitignore")
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(allowed, e.Name()) && e.IsDir() && !strings.HasPrefix(e.Name(), ".") && e.Name() != "bin" {
			t.Errorf("%s stands at the top level", e.Name())
		}
	}
}

func roomOf(folder string) (room, bool) {
	for _, r := range rooms {
		if covers(r.path, folder) {
			return r, true
		}
	}
	return room{}, false
}

// covers tells whether a path of the table, possibly ending in "...", means a folder.
func covers(pattern, folder string) bool {
	base, all := strings.CutSuffix(pattern, "...")
	base = strings.TrimSuffix(base, "/")
	return folder == base || all && (base == "" || strings.HasPrefix(folder, base+"/"))
}

// eachFile parses every Go file of the module that is no test.
func eachFile(t *testing.T, visit func(folder, name string, file *ast.File)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && path != "../.." {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		seen++
		folder, err := filepath.Rel("../..", filepath.Dir(path))
		visit(filepath.ToSlash(folder), entry.Name(), file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 20 {
		t.Fatalf("read only %d files: the test looks in the wrong place", seen)
	}
}
