package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeSpace is how many bytes a user without privileges may still write into the
// file system of a folder.
func freeSpace(folder string) (int64, error) {
	var fs unix.Statfs_t
	if err := unix.Statfs(folder, &fs); err != nil {
		return 0, fmt.Errorf("asking for the free space of %s: %w", folder, err)
	}
	return int64(fs.Bavail) * fs.Bsize, nil
}
