package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/testdata/hosttest"
)

// TestSyncBeforeMove: a kill proves nothing about a power cut, so the system
// calls of the real binary are read: between the fetch of a mail and the MOVE
// that lets go of it on the server, the database's log is synced to the disk.
func TestSyncBeforeMove(t *testing.T) {
	strace := hosttest.Program(t, "strace")
	w := memoryWorld(t)
	w.deliver("csirt", "INBOX", sample(t, "ssh-scan-log.eml"), time.Now())
	binary := filepath.Join(t.TempDir(), "postern")
	build := exec.Command("go", "build", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	var log bytes.Buffer
	serve := exec.Command(strace, "-f", "-yy", "-s", "200", "-e", "trace=fsync,fdatasync,write,sendto", "-o", trace, binary, "-c", w.config, "serve")
	serve.Stderr = &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	w.arrived(t, 1)
	stopTraced(t, serve.Process.Pid)
	var exit *exec.ExitError
	if err := serve.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatalf("stopping: %v\n%s", err, log.String())
	}
	calls, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	fetch := regexp.MustCompile(`UID FETCH [0-9:,]+ \(?(UID )?BODY\.PEEK\[\]`).FindIndex(calls)
	move := regexp.MustCompile(`UID MOVE `).FindIndex(calls)
	if fetch == nil || move == nil || move[0] < fetch[1] {
		t.Fatalf("the trace shows no fetch and move in this order:\n%s\n%s", log.String(), tail(calls))
	}
	if !regexp.MustCompile(`f(data)?sync\(\d+<[^>]*postern\.db-wal`).Match(calls[fetch[1]:move[0]]) {
		t.Errorf("nothing was synced between fetch and move:\n%s", calls[fetch[1]:move[0]])
	}
}

// stopTraced tells the traced program to stop; told itself, strace would only
// let go of it.
func stopTraced(t *testing.T, strace int) {
	t.Helper()
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", strace, strace))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.Fields(string(children) + " none")[0])
	if err != nil {
		t.Fatalf("strace runs no program: %v", err)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

func tail(b []byte) []byte { return b[max(0, len(b)-4000):] }
