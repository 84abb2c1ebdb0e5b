package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const (
	demoFolderName = "postern-demo-"
	demoMarkName   = "postern-demo.lock"
)

// newDemoFolder makes the folder of one demo, with a mark in it that the process
// keeps locked. Folders of demos that were killed are swept away first.
func newDemoFolder(parent string) (folder string, mark *os.File, err error) {
	sweepDemos(parent)
	if folder, err = os.MkdirTemp(parent, demoFolderName); err != nil {
		return "", nil, err
	}
	if mark, err = newMark(folder); err != nil {
		return "", nil, errors.Join(fmt.Errorf("marking the folder of the demo: %w", err), os.RemoveAll(folder))
	}
	return folder, mark, nil
}

// newMark makes the mark. It gets its name when it is locked, so that no other
// demo finds it free.
func newMark(folder string) (*os.File, error) {
	mark, err := os.CreateTemp(folder, "mark-")
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(mark.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, mark.Close())
	}
	if err := os.Rename(mark.Name(), filepath.Join(folder, demoMarkName)); err != nil {
		return nil, errors.Join(err, mark.Close())
	}
	return mark, nil
}

// sweepDemos removes the folders of demos that were killed: real folders of our
// own user with our mark in them, whose process is gone. What cannot be removed
// stays and harms nobody.
func sweepDemos(parent string) {
	folders, err := filepath.Glob(filepath.Join(parent, demoFolderName+"*"))
	if err != nil {
		return
	}
	for _, folder := range folders {
		if abandoned(folder) {
			_ = os.RemoveAll(folder)
		}
	}
}

// abandoned tells whether a folder is that of a demo whose process is gone. In
// doubt it is not.
func abandoned(folder string) bool {
	var info unix.Stat_t
	if err := unix.Lstat(folder, &info); err != nil || info.Mode&unix.S_IFMT != unix.S_IFDIR || int(info.Uid) != os.Getuid() {
		return false
	}
	fd, err := unix.Open(filepath.Join(folder, demoMarkName), unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.Fstat(fd, &info); err != nil || info.Mode&unix.S_IFMT != unix.S_IFREG {
		return false
	}
	return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == nil
}
