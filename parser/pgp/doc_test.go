package pgp_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentedRows holds that each row of the tables in the package's
// documentation names a test that is there, and a row of it that is there.
func TestDocumentedRows(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	sources := testSources(t)
	named := regexp.MustCompile(`\b(Test\w+)(?: "([^"]*)")?$`)
	rows := 0
	for line := range strings.Lines(string(doc)) {
		line = strings.TrimRight(line, "\n")
		match := named.FindStringSubmatch(line)
		if match == nil {
			if strings.HasPrefix(line, "//\t") && !regexp.MustCompile(`\b(?:test)$`).MatchString(line) {
				t.Errorf("a row without a test: %s", line)
			}
			continue
		}
		rows++
		source := sources["func "+match[1]+"("]
		if source == "" {
			t.Errorf("%s is no test: %s", match[1], line)
		} else if match[2] != "" && !strings.Contains(source, match[2]) {
			t.Errorf("%s has no row %q: %s", match[1], match[2], line)
		}
	}
	if rows < 100 {
		t.Errorf("got %d rows, want all of them", rows)
	}
}

// testSources gives the file of each test of this package and the one above by
// the beginning of its declaration.
func testSources(t *testing.T) map[string]string {
	t.Helper()
	declared := regexp.MustCompile(`func Test\w+\(`)
	sources := map[string]string{}
	for _, pattern := range []string{"*_test.go", "../*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, test := range declared.FindAllString(string(source), -1) {
				sources[test] = string(source)
			}
		}
	}
	return sources
}
