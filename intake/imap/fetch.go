package imap

import (
	"context"
	"errors"
	"fmt"
	"io"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// oversizeTake is how much of a mail over MaxMail is taken: 64 KB for the
// header and 256 KB of what follows.
const oversizeTake = (64 + 256) << 10

// fetch streams the bodies of a batch into the spool and returns those that
// arrived whole. The result counts only with a nil error: a connection that ends
// inside a body looks like the body's end until the command is closed. BODY.PEEK
// leaves \Seen alone. ENVELOPE and BODYSTRUCTURE are never asked for: the
// library dies of odd ones.
func (s *session) fetch(ctx context.Context, batch []entry, inPart bool, sp *spool) ([]spooled, error) {
	uids := make([]uint32, len(batch))
	for i, e := range batch {
		uids[i] = e.uid
	}
	section := &goimap.FetchItemBodySection{Peek: true}
	if inPart {
		section.Partial = &goimap.SectionPartial{Size: oversizeTake}
	}
	var whole []spooled
	err := s.do(ctx, fmt.Sprintf("fetch %d mails from %s", len(batch), batch[0].listed), func() error {
		cmd := s.client.Fetch(uidSet(uids), &goimap.FetchOptions{UID: true, BodySection: []*goimap.FetchItemBodySection{section}})
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			if mail := s.fetchOne(msg, inPart, sp); mail != nil {
				whole = append(whole, *mail)
			}
		}
		return cmd.Close()
	})
	return whole, err
}

// fetchOne reads one mail of a FETCH, and is nil when its body is not whole. A
// full disk ends the connection: the rest of the batch need not cross it.
func (s *session) fetchOne(msg *imapclient.FetchMessageData, inPart bool, sp *spool) *spooled {
	var uid uint32
	var body *spooled
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = uint32(item.UID)
		case imapclient.FetchItemDataBodySection:
			if body != nil { // one mail with bodies without end would fill the disk
				s.wire.fail(errTooMuch)
				return nil
			}
			body = s.spoolBody(item.Literal, inPart, sp)
		}
	}
	if body != nil {
		body.uid, body.partial = uid, inPart
	}
	return body
}

// spoolBody is nil unless every announced byte arrived and is in the file.
func (s *session) spoolBody(literal goimap.LiteralReader, inPart bool, sp *spool) *spooled {
	if literal == nil {
		return nil
	}
	limit := literal.Size()
	if inPart {
		limit = min(limit, oversizeTake)
	}
	part, err := sp.add(&sound{literal, s.wire}, limit)
	if KindOf(err) == KindSpool {
		s.wire.fail(err)
	}
	if err != nil || part.size != limit || s.wire.broken() {
		return nil
	}
	return &part
}

var errBroken = errors.New("the connection broke inside a mail")

// sound reads a literal and fails as soon as what comes is only filling. It
// reads the filling to its end first, so that nobody else has to.
type sound struct {
	literal io.Reader
	wire    *wire
}

func (r *sound) Read(p []byte) (int, error) {
	n, err := r.literal.Read(p)
	if !r.wire.broken() {
		return n, err
	}
	if _, err := io.Copy(io.Discard, r.literal); err != nil {
		return 0, err
	}
	return 0, errBroken
}
