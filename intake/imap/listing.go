package imap

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// maxListed bounds what one folder may cost in memory: about 40 MB.
const maxListed = 1_000_000

// listed is what the server says of one mail without its text.
type listed struct {
	uid      uint32
	filed    bool // carries KeywordFiled
	seen     bool // carries \Seen
	oversize bool // carries KeywordOversize
	size     int64
	at       int64 // INTERNALDATE, seconds since 1970; 0 when it could not be asked for
}

func (l listed) internalDate() time.Time {
	if l.at == 0 {
		return time.Time{}
	}
	return time.Unix(l.at, 0).UTC()
}

// list asks for all mails from a UID on, ascending. The range is never spelt
// out. "n:*" also names the last mail when n lies beyond it (RFC 9051 section
// 6.4.9): what is below from is left out.
func (s *session) list(ctx context.Context, from uint32) ([]listed, error) {
	var set goimap.UIDSet
	set.AddRange(goimap.UID(from), 0)
	mails, partial, err := s.listSet(ctx, set)
	if err != nil {
		return nil, err
	}
	again, err := s.listAgain(ctx, partial)
	if err != nil {
		return nil, err
	}
	mails = append(mails, again...)
	mails = slices.DeleteFunc(mails, func(l listed) bool { return l.uid < from })
	slices.SortFunc(mails, func(a, b listed) int { return cmp.Compare(a.uid, b.uid) })
	return mails, nil
}

// listAgain asks once more for mails of which only a change of flags arrived:
// it came first, and the library then gave the rest to nobody.
func (s *session) listAgain(ctx context.Context, uids []uint32) ([]listed, error) {
	var all []listed
	for chunk := range slices.Chunk(uids, maxBatch) {
		mails, _, err := s.listSet(ctx, uidSet(chunk))
		if err != nil {
			return nil, err
		}
		all = append(all, mails...)
	}
	return all, nil
}

func uidSet(uids []uint32) goimap.UIDSet {
	var set goimap.UIDSet
	for _, uid := range uids {
		set.AddNum(goimap.UID(uid))
	}
	return set
}

// listSet returns the mails told whole, and the UIDs of those told in part.
func (s *session) listSet(ctx context.Context, set goimap.UIDSet) (mails []listed, partial []uint32, err error) {
	err = s.do(ctx, "list the folder", func() error {
		cmd := s.client.Fetch(set, &goimap.FetchOptions{UID: true, Flags: true, RFC822Size: true, InternalDate: !s.undated})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			mail, whole := readListed(msg, s.undated)
			switch {
			case len(mails)+len(partial) >= maxListed:
				s.wire.fail(errListing)
			case whole:
				mails = append(mails, mail)
			case mail.uid != 0:
				partial = append(partial, mail.uid)
			}
		}
		return cmd.Close()
	})
	return mails, partial, err
}

func readListed(msg *imapclient.FetchMessageData, undated bool) (mail listed, whole bool) {
	size, date := false, undated
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			mail.uid = uint32(item.UID)
		case imapclient.FetchItemDataRFC822Size:
			mail.size, size = item.Size, true
		case imapclient.FetchItemDataInternalDate:
			mail.at, date = item.Time.Unix(), true
		case imapclient.FetchItemDataFlags:
			mail.filed = hasFlag(item.Flags, KeywordFiled)
			mail.oversize = hasFlag(item.Flags, KeywordOversize)
			mail.seen = hasFlag(item.Flags, goimap.FlagSeen)
		}
	}
	return mail, mail.uid != 0 && size && date
}

func (l listed) String() string { return fmt.Sprintf("UID %d (%d bytes)", l.uid, l.size) }
