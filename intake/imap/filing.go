package imap

import (
	"context"
	"fmt"
	"slices"

	goimap "github.com/emersion/go-imap/v2"
)

// file tidies the server after T1: the mails go to the processed folder, or
// get a keyword. A refusal is noted and tried again at the next comparison; the
// mails are safe in the ledger. Nothing is deleted or expunged here, ever.
func (r *reader) file(ctx context.Context, s *session, uids []uint32) error {
	if r.options.Mailbox.Junk || r.scan || len(uids) == 0 {
		return nil
	}
	err := r.moveOrCopy(ctx, s, uids)
	if _, refused := refusal(err); refused {
		r.noteRefusal(err)
		return nil
	}
	if err == nil {
		r.hook(PointMoved)
	}
	return err
}

func (r *reader) moveOrCopy(ctx context.Context, s *session, uids []uint32) error {
	r.moves = r.options.Processed != "" && s.canMove(ctx)
	switch {
	case r.options.Processed == "":
		return r.mark(ctx, s, uids, KeywordFiled)
	case r.moves:
		return r.intoProcessed(ctx, s, func() error { return s.move(ctx, uids, r.options.Processed) })
	}
	return r.copyOnce(ctx, s, uids)
}

// copyOnce copies and marks. Where nothing can be marked nothing is copied
// either: the next comparison would copy it again, and the one after that.
func (r *reader) copyOnce(ctx context.Context, s *session, uids []uint32) error {
	if !r.folder.keywords && !r.folder.seen {
		return nil
	}
	if err := r.intoProcessed(ctx, s, func() error { return s.copy(ctx, uids, r.options.Processed) }); err != nil {
		return err
	}
	r.hook(PointCopied)
	err := r.mark(ctx, s, uids, KeywordFiled)
	if err == nil {
		return nil
	}
	for _, uid := range uids {
		r.copied[uid] = true
	}
	return err
}

// intoProcessed makes the folder when it has gone missing, and tries once more.
func (r *reader) intoProcessed(ctx context.Context, s *session, put func() error) error {
	err := put()
	if !missingFolder(err) {
		return err
	}
	if err := s.create(ctx, r.options.Processed); err != nil {
		return err
	}
	return put()
}

// mark sets a keyword, or \Seen where the server keeps no keywords.
func (r *reader) mark(ctx context.Context, s *session, uids []uint32, keyword goimap.Flag) error {
	if r.options.Mailbox.Junk || r.scan {
		return nil
	}
	if r.folder.keywords {
		err := s.store(ctx, uids, keyword)
		if _, refused := refusal(err); !refused {
			return err
		}
		r.folder.keywords = false
	}
	if r.folder.seen {
		return s.store(ctx, uids, goimap.FlagSeen)
	}
	return nil
}

// move is called only when the server has MOVE itself.
func (s *session) move(ctx context.Context, uids []uint32, folder string) error {
	return s.do(ctx, fmt.Sprintf("move %d mails to %q", len(uids), folder), func() error {
		_, err := s.client.Move(uidSet(uids), folder).Wait()
		return err
	})
}

func (s *session) copy(ctx context.Context, uids []uint32, folder string) error {
	return s.do(ctx, fmt.Sprintf("copy %d mails to %q", len(uids), folder), func() error {
		_, err := s.client.Copy(uidSet(uids), folder).Wait()
		return err
	})
}

func (s *session) store(ctx context.Context, uids []uint32, flag goimap.Flag) error {
	return s.do(ctx, fmt.Sprintf("mark %d mails with %s", len(uids), flag), func() error {
		add := &goimap.StoreFlags{Op: goimap.StoreFlagsAdd, Silent: true, Flags: []goimap.Flag{flag}}
		return s.client.Store(uidSet(uids), add, nil).Close()
	})
}

// create makes a folder and subscribes to it, so that mail programs show it.
// Two watchers of one account may ask for it in the same moment; whoever is
// told that it exists already has what it asked for.
func (s *session) create(ctx context.Context, folder string) error {
	err := s.do(ctx, fmt.Sprintf("make the folder %q", folder), s.client.Create(folder, nil).Wait)
	if no, ok := refusal(err); ok && no.Code == goimap.ResponseCodeAlreadyExists {
		err = nil
	}
	if err != nil {
		return err
	}
	err = s.do(ctx, fmt.Sprintf("subscribe to %q", folder), s.client.Subscribe(folder).Wait)
	if _, refused := refusal(err); refused {
		return nil
	}
	return err
}

// ensureProcessed makes the processed folder when it is not there.
func (r *reader) ensureProcessed(ctx context.Context, s *session) error {
	name := r.options.Processed
	if name == "" || r.options.Mailbox.Junk || r.scan {
		return nil
	}
	found, err := s.folders(ctx, name)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(found, func(f folderName) bool { return f.name == name }) {
		return nil
	}
	err = s.create(ctx, name)
	if _, refused := refusal(err); refused {
		r.noteRefusal(err)
		return nil
	}
	return err
}

// folderName is one line of LIST.
type folderName struct {
	name  string
	delim rune
	attrs []goimap.MailboxAttr
}

// maxFolders bounds a listing of folders.
const maxFolders = 10_000

// folders lists the folders that match a pattern (RFC 9051 section 6.3.9).
func (s *session) folders(ctx context.Context, pattern string) ([]folderName, error) {
	var found []folderName
	var options *goimap.ListOptions
	if s.caps.Has(goimap.CapSpecialUse) && s.caps.Has(goimap.CapListExtended) {
		options = &goimap.ListOptions{ReturnSpecialUse: true}
	}
	err := s.do(ctx, "list the folders", func() error {
		cmd := s.client.List("", pattern, options)
		for data := cmd.Next(); data != nil; data = cmd.Next() {
			if len(found) < maxFolders {
				found = append(found, folderName{data.Mailbox, data.Delim, data.Attrs})
			}
		}
		return cmd.Close()
	})
	return found, err
}
