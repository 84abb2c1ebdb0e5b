package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// errLocked says that another process works on the data folder.
var errLocked = errors.New("another postern works on this data folder already")

func isLocked(err error) bool { return errors.Is(err, errLocked) }

// lock keeps a second daemon off the same data folder. The kernel lets go of it
// when the process ends, however it ends, so no stale lock is left behind.
type lock struct {
	file     *os.File
	previous string // what the process before called itself, see note
}

// takeLock fails at once when another process has the folder.
func takeLock(data string) (*lock, error) {
	path := filepath.Join(data, "postern.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		holder, _ := readLock(f)
		err = fmt.Errorf("%w: process %s, %s", errLocked, holder, data)
		return nil, errors.Join(err, f.Close())
	}
	l := &lock{file: f}
	_, l.previous = readLock(f)
	if err := l.note(l.previous); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return l, nil
}

// readLock gives the number of the process and the name by which it is known to
// others on the database; "" what is not there.
func readLock(f *os.File) (process, name string) {
	text := make([]byte, 512)
	n, _ := f.ReadAt(text, 0) // it ends before that
	words := append(strings.Fields(string(text[:n])), "", "")
	return words[0], words[1]
}

// note leaves the name of this process to the next one on the folder.
func (l *lock) note(name string) error {
	if err := l.file.Truncate(0); err != nil {
		return fmt.Errorf("locking the data folder: %w", err)
	}
	if _, err := l.file.WriteAt([]byte(fmt.Sprintf("%d %s\n", os.Getpid(), name)), 0); err != nil {
		return fmt.Errorf("locking the data folder: %w", err)
	}
	return nil
}

func (l *lock) release() error { return l.file.Close() }
