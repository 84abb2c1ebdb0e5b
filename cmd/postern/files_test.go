package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// readTree reads every file below a folder.
func readTree(t *testing.T, root string) [][]byte {
	t.Helper()
	var all [][]byte
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all = append(all, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
