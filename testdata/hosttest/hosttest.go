// Package hosttest is what tests need of the machine that they run on: programs of
// others. It holds the rule for a machine that lacks one: the test is skipped and
// says so, and where CI says that everything has to run that is a failure.
package hosttest

import (
	"os"
	"os/exec"
)

// TB is the part of testing.TB that is needed, here and to run the programs.
type TB interface {
	Helper()
	Fatal(args ...any)
	Skip(args ...any)
	Logf(format string, args ...any)
	TempDir() string
	Cleanup(func())
}

// Program gives the path of a program, or ends the test.
func Program(t TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Lacks(t, name+" is not installed")
	}
	return path
}

// Lacks ends a test that cannot run on this machine.
func Lacks(t TB, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip(why)
}
