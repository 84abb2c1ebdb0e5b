package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// errLocked says that another process works on the data folder.
var errLocked = errors.New("another postern works on this data folder already")

func isLocked(err error) bool { return errors.Is(err, errLocked) }

// lock keeps a second daemon off the same data folder. The kernel lets go of it
// when the process ends, however it ends, so no stale lock is left behind.
type lock struct{ file *os.File }

// takeLock fails at once when another process has the folder.
func takeLock(data string) (*lock, error) {
	path := filepath.Join(data, "postern.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the data folder: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		holder := make([]byte, 32)
		n, _ := f.Read(holder)
		err = fmt.Errorf("%w: process %s, %s", errLocked, holder[:n], data)
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := fmt.Fprint(f, os.Getpid()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &lock{f}, nil
}

func (l *lock) release() error { return l.file.Close() }
