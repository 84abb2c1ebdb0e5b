package imap

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"postern/intake"
)

var errNoBody = errors.New("the server names the mail and does not send it")

// take brings one batch through T1 and tidies the server. Mails of it that did
// not arrive whole are asked for one by one.
func (r *reader) take(ctx context.Context, s *session, batch []entry) error {
	missing, err := r.takeBatch(ctx, s, batch)
	if err != nil {
		return err
	}
	for _, e := range missing {
		if err := r.takeMissing(ctx, s, e); err != nil {
			return err
		}
	}
	return nil
}

// takeMissing asks for a mail that a batch did not bring. One that the server
// no longer names has been moved or deleted by somebody: that is no trouble.
func (r *reader) takeMissing(ctx context.Context, s *session, e entry) error {
	missing, err := r.takeBatch(ctx, s, []entry{e})
	if err != nil || len(missing) == 0 {
		return err
	}
	still, partly, err := s.listSet(ctx, uidSet([]uint32{e.uid}))
	if err != nil {
		return err
	}
	if len(still)+len(partly) == 0 {
		r.queue = r.queue.remove([]uint32{e.uid})
		return nil
	}
	r.setApart(e, errNoBody)
	return nil
}

// takeBatch fetches, receives and files, and returns what did not arrive.
func (r *reader) takeBatch(ctx context.Context, s *session, batch []entry) (missing []entry, err error) {
	sp, err := newSpool(r.options.SpoolDir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sp.close()) }()
	whole, err := s.fetch(ctx, batch, r.inPart(batch[0]), sp)
	if _, refused := refusal(err); refused {
		return batch, nil
	}
	if err != nil {
		r.blame(ctx, batch, err)
		return nil, err
	}
	r.hook(PointFetched)
	if err := r.store(ctx, s, r.mails(batch, whole, sp)); err != nil {
		return nil, err
	}
	return absent(batch, whole), nil
}

// inPart: too large, or it has broken the connection too often to be asked for
// whole again.
func (r *reader) inPart(e entry) bool {
	return e.size > r.options.MaxMail || e.drops >= dropsAllowed
}

// blame sets apart what was in flight when the connection broke, unless we
// broke it ourselves.
func (r *reader) blame(ctx context.Context, batch []entry, err error) {
	if cancelled(ctx) || KindOf(err) == KindSpool {
		return
	}
	now := r.options.Now()
	retry := now
	if drops := int(batch[0].drops); drops >= dropsAllowed {
		retry = now.Add(r.backoff(drops))
	}
	r.queue.suspect(batch, retry)
}

func (r *reader) mails(batch []entry, whole []spooled, sp *spool) []intake.Mail {
	slices.SortFunc(whole, func(a, b spooled) int { return int(int64(a.uid) - int64(b.uid)) })
	mails := make([]intake.Mail, 0, len(whole))
	for _, part := range whole {
		i := slices.IndexFunc(batch, func(e entry) bool { return e.uid == part.uid })
		if i < 0 {
			continue
		}
		mails = append(mails, intake.Mail{
			Delivery: r.delivery(batch[i]),
			Body:     sp.body(part),
			Stored:   part.size,
			SHA256:   part.sum,
			Oversize: cutShort(part, batch[i]),
		})
	}
	return mails
}

// cutShort: a small mail that was asked for in part is whole all the same.
func cutShort(part spooled, e entry) bool {
	return part.partial && (part.size >= oversizeTake || part.size < e.size)
}

func (r *reader) delivery(e entry) intake.Delivery {
	return intake.Delivery{
		Mailbox:      r.options.Mailbox,
		UIDValidity:  generation(r.folder.validity, r.generation),
		UID:          e.uid,
		InternalDate: e.internalDate(),
		Size:         e.size,
		Unanswered:   r.scan,
	}
}

func absent(batch []entry, whole []spooled) []entry {
	var missing []entry
	for _, e := range batch {
		arrived := slices.ContainsFunc(whole, func(s spooled) bool { return s.uid == e.uid })
		if !arrived {
			missing = append(missing, e)
		}
	}
	return missing
}

// store is T1 and what follows it on the server. The server hears nothing of a
// mail before the ledger has committed it.
func (r *reader) store(ctx context.Context, s *session, mails []intake.Mail) error {
	stored, err := r.receive(ctx, mails)
	if len(stored) > 0 {
		r.committed(stored)
	}
	if err != nil {
		return err
	}
	whole, inPart := uidsOf(stored)
	if err := r.file(ctx, s, whole); err != nil || len(inPart) == 0 {
		return err
	}
	err = r.mark(ctx, s, inPart, KeywordOversize)
	if _, refused := refusal(err); refused {
		r.noteRefusal(err)
		return nil
	}
	return err
}

func uidsOf(mails []intake.Mail) (whole, inPart []uint32) {
	for _, m := range mails {
		if m.Oversize {
			inPart = append(inPart, m.Delivery.UID)
		} else {
			whole = append(whole, m.Delivery.UID)
		}
	}
	return whole, inPart
}

// committed notes rows that are durable now.
func (r *reader) committed(mails []intake.Mail) {
	uids := make([]uint32, len(mails))
	for i, m := range mails {
		uids[i] = m.Delivery.UID
	}
	r.queue = r.queue.remove(uids)
	r.failures = 0
	r.status.received(len(mails))
	r.hook(PointReceived)
	if r.options.Wake != nil {
		r.options.Wake()
	}
}

// giveUpAfter failures in a row, none having succeeded, it is the ledger that
// is in trouble and not the mails.
const giveUpAfter = 3

// receive is T1. When a batch fails its mails are tried one by one, so that one
// that the ledger cannot take does not hold up the others. An error means that
// the ledger takes nothing at all.
func (r *reader) receive(ctx context.Context, mails []intake.Mail) (stored []intake.Mail, err error) {
	if len(mails) == 0 {
		return nil, nil
	}
	err = r.options.Ledger.Receive(ctx, mails)
	if err == nil {
		return mails, nil
	}
	if cancelled(ctx) {
		return nil, err
	}
	if len(mails) == 1 {
		r.setApartMail(mails[0], err)
		return nil, nil
	}
	return r.receiveSingly(ctx, mails)
}

func (r *reader) receiveSingly(ctx context.Context, mails []intake.Mail) (stored []intake.Mail, err error) {
	failed := 0
	for i := range mails {
		err := r.options.Ledger.Receive(ctx, mails[i:i+1])
		if err == nil {
			stored = append(stored, mails[i])
			continue
		}
		if failed++; cancelled(ctx) || (len(stored) == 0 && failed >= giveUpAfter) {
			return stored, trouble(KindLedger, "store a mail", err)
		}
		r.setApartMail(mails[i], err)
	}
	return stored, nil
}

func (r *reader) setApartMail(m intake.Mail, err error) {
	if i, found := r.queue.find(m.Delivery.UID); found {
		r.setApart(r.queue[i], trouble(KindLedger, "store it", err))
	}
}

// setApart lets the others pass and tries this one again later, ever more rarely.
func (r *reader) setApart(e entry, err error) {
	r.queue.postpone(e.uid, r.options.Now().Add(r.backoff(int(e.fails))))
	r.apart = fmt.Errorf("mail %s is set apart and tried again later: %w", e.listed, err)
	r.options.Log.Warn("mail set apart", "mailbox", r.options.Mailbox.Name, "error", printable(r.apart))
}
