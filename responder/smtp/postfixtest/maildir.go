package postfixtest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"time"
)

// Delivered gives the mails in the Maildir, oldest first, as Postfix wrote
// them: LF lines, with the header fields it added.
func (s *Server) Delivered() ([][]byte, error) {
	folder := s.path("mail/all/new")
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // made with the first mail
	}
	if err != nil {
		return nil, err
	}
	sort.Slice(entries, func(i, j int) bool { return entries[i].Name() < entries[j].Name() })
	var mails [][]byte
	for _, entry := range entries {
		mail, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		mails = append(mails, mail)
	}
	return mails, nil
}

// Wait blocks until n mails are in the Maildir.
func (s *Server) Wait(ctx context.Context, n int) ([][]byte, error) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		mails, err := s.Delivered()
		if err != nil || len(mails) >= n {
			return mails, err
		}
		select {
		case <-ctx.Done():
			return mails, fmt.Errorf("%d of %d mails were delivered: %w", len(mails), n, ctx.Err())
		case <-ticker.C:
		}
	}
}
