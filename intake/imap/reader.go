package imap

import (
	"context"
	"errors"
	"time"

	"postern/intake"
)

// reader reads one folder, connection after connection. It belongs to one
// goroutine; only its board is shared.
type reader struct {
	options Options
	status  *board
	memory  memory
	scan    bool // read the folder once, unanswered, and touch nothing

	folder     folder
	generation int
	highest    uint32          // UID up to which the folder was compared in this connection
	queue      queue           // unknown to the ledger
	leftovers  []uint32        // in the ledger, and still to be moved or marked
	unreadable int             // listings that the library could not read
	noIdle     bool            // the server promised IDLE and refused it
	moves      bool            // the server has MOVE: nothing of ours stays in the folder
	copied     map[uint32]bool // UIDs that were copied and could not be marked
	refused    error           // what the server would not do after T1, since the last comparison
	apart      error           // why a mail was set apart last
	compared   time.Time
	failures   int // pauses in a row
}

func newReader(o Options, status *board) *reader {
	status.set(intake.Status{Mailbox: o.Mailbox, State: stateStopped})
	return &reader{options: o, status: status,
		memory: memory{ledger: o.Ledger, source: o.Mailbox.Source}, copied: map[uint32]bool{}}
}

// run connects again and again until ctx ends or a scan is complete.
func (r *reader) run(ctx context.Context) {
	for !cancelled(ctx) {
		r.status.enter(stateConnecting, r.options.Now())
		err := r.connection(ctx)
		if cancelled(ctx) || r.scanned(err) {
			return
		}
		r.status.lagging(r.queue.lagging(r.options.Now()))
		r.pause(ctx, err)
	}
}

// scanned: a scan ends when its folder is read, or is not there.
func (r *reader) scanned(err error) bool {
	return r.scan && (err == nil || missingFolder(err))
}

// connection is one login: compare, take what is unknown, wait, and so on. It
// returns nil only at the end of a scan.
func (r *reader) connection(ctx context.Context) (err error) {
	s, err := open(ctx, r.options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	s.undated = r.unreadable >= unreadableAllowed
	r.moves = r.options.Processed != "" && s.canMove(ctx)
	if err := r.ensureProcessed(ctx, s); err != nil {
		return err
	}
	if err := r.compare(ctx, s); err != nil {
		return err
	}
	r.options.Log.Info("mailbox opened", "mailbox", r.options.Mailbox.Name,
		"waiting", len(r.queue), "uidvalidity", r.folder.validity, "generation", r.generation)
	return r.follow(ctx, s)
}

// follow takes what is there, newest first, and then what arrives.
func (r *reader) follow(ctx context.Context, s *session) error {
	for {
		worked, err := r.work(ctx, s)
		if err == nil && !worked {
			if r.scan && len(r.queue) == 0 {
				s.logout(ctx)
				return nil
			}
			err = r.wait(ctx, s)
		}
		if err == nil {
			err = r.look(ctx, s)
		}
		if err != nil {
			return err
		}
	}
}

// work does the most urgent piece there is: one batch, or else one round of
// tidying up what an earlier run left.
func (r *reader) work(ctx context.Context, s *session) (bool, error) {
	if batch := r.queue.pick(r.options.Now(), r.options); len(batch) > 0 {
		r.status.enter(stateFetching, r.options.Now())
		return true, r.take(ctx, s, batch)
	}
	if len(r.leftovers) == 0 {
		return false, nil
	}
	n := min(len(r.leftovers), maxBatch)
	chunk := r.leftovers[:n]
	r.leftovers = r.leftovers[n:]
	return true, r.file(ctx, s, chunk)
}

// look notices what has arrived: the UIDs above all that were compared, or,
// every Options.Compare, the whole folder.
func (r *reader) look(ctx context.Context, s *session) error {
	if r.options.Now().Sub(r.compared) >= r.options.Compare {
		return r.compare(ctx, s)
	}
	s.forgetArrivals()
	fresh, err := s.list(ctx, r.highest+1)
	if err != nil {
		return err
	}
	now := r.options.Now()
	r.status.compared(now, r.queue.lagging(now))
	if len(fresh) == 0 {
		return nil
	}
	n, d, err := r.memory.settle(ctx, r.folder.validity, r.generation, fresh)
	if err != nil {
		return err
	}
	if n != r.generation {
		return r.compare(ctx, s)
	}
	r.highest = fresh[len(fresh)-1].uid
	r.queue = append(r.queue, queue(nil).renew(r.wanted(d.unknown), now)...)
	r.leftovers = append(r.leftovers, r.untidy(d.known)...)
	return nil
}

func (s *session) forgetArrivals() {
	select {
	case <-s.arrived:
	default:
	}
}

// compare opens the folder anew, so that a changed UIDVALIDITY is seen, and
// compares all of it with the ledger.
func (r *reader) compare(ctx context.Context, s *session) error {
	r.status.enter(stateFetching, r.options.Now())
	opened, err := s.selectFolder(ctx, r.options.Folder, r.scan)
	if err != nil {
		return err
	}
	s.forgetArrivals()
	mails, err := s.list(ctx, 1)
	if err != nil {
		r.blameListing(err)
		return err
	}
	r.memory.forget()
	n, d, err := r.memory.settle(ctx, opened.validity, 0, mails)
	if err != nil {
		return err
	}
	r.begin(opened, n, mails, d)
	return nil
}

// unreadableAllowed: after so many listings that made no sense, the next is
// made without INTERNALDATE, the only part of it that a single odd mail can
// spoil. Such mail counts as old: it is filed and not answered by itself.
const unreadableAllowed = 2

func (r *reader) blameListing(err error) {
	if KindOf(err) == KindProtocol && !errors.Is(err, errTooMuch) {
		r.unreadable++
	}
}

// begin takes over the outcome of a comparison.
func (r *reader) begin(opened folder, n int, mails []listed, d difference) {
	now := r.options.Now()
	if opened.validity != r.folder.validity || n != r.generation {
		r.queue = nil
		clear(r.copied)
	}
	r.folder, r.generation, r.highest = opened, n, 0
	if len(mails) > 0 {
		r.highest = mails[len(mails)-1].uid
	}
	r.queue = r.queue.renew(r.wanted(d.unknown), now)
	r.leftovers = r.untidy(d.known)
	r.refused, r.compared = nil, now
	r.status.compared(now, r.queue.lagging(now))
}

// wanted leaves out, in a scan, what the server had before the backup.
func (r *reader) wanted(unknown []listed) []listed {
	if !r.scan || r.options.ScanSince.IsZero() {
		return unknown
	}
	var late []listed
	for _, mail := range unknown {
		if mail.at >= r.options.ScanSince.Unix() {
			late = append(late, mail)
		}
	}
	return late
}

// untidy are the known mails that should have left the folder or carry no mark
// yet: the process ended between T1 and the server, or the server refused.
func (r *reader) untidy(known []listed) []uint32 {
	if r.scan || r.options.Mailbox.Junk {
		return nil
	}
	var uids []uint32
	for _, mail := range known {
		oversize := mail.oversize || mail.size > r.options.MaxMail
		if !oversize && !r.marked(mail) && !r.copied[mail.uid] {
			uids = append(uids, mail.uid)
		}
	}
	return uids
}

// marked: \Seen counts where it may be our mark. That a person set it is no
// harm: the ledger has the mail, and the folder shows that it was read.
func (r *reader) marked(mail listed) bool {
	copies := r.options.Processed != "" && !r.moves
	return mail.filed || (mail.seen && (copies || !r.folder.keywords))
}

// wait sleeps until mail is announced or something else is due.
func (r *reader) wait(ctx context.Context, s *session) error {
	now := r.options.Now()
	r.status.trouble(r.survived())
	r.status.lagging(r.queue.lagging(now))
	err := r.idleOrPoll(ctx, s, now)
	if _, refused := refusal(err); refused && !r.noIdle {
		r.noIdle = true
		return nil
	}
	if err == nil {
		r.failures = 0
	}
	return err
}

func (r *reader) idleOrPoll(ctx context.Context, s *session, now time.Time) error {
	if s.canIdle() && !r.noIdle {
		r.status.enter(stateIdle, now)
		return s.idle(ctx, r.until(r.options.IdleRestart, now))
	}
	r.status.enter(statePolling, now)
	s.await(ctx, r.until(r.options.Poll, now))
	return s.noop(ctx)
}

// until is how long to wait at most: about usual, less when a comparison or a
// mail set apart is due earlier.
func (r *reader) until(usual time.Duration, now time.Time) time.Duration {
	limit := r.jittered(usual)
	limit = min(limit, r.compared.Add(r.options.Compare).Sub(now))
	if due := r.queue.due(); !due.IsZero() {
		limit = min(limit, due.Sub(now))
	}
	return max(limit, time.Millisecond)
}

// jittered is between 9/10 and 11/10 of d.
func (r *reader) jittered(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.9 + 0.2*r.options.Rand()))
}

// loginPatience: a wrong password asked too often locks accounts, so the first
// pause is this much longer.
const loginPatience = 5

// pause waits before the next connection: RetryMin, doubled each time up to
// RetryMax, shortened at random to half so that many readers do not return at once.
func (r *reader) pause(ctx context.Context, err error) {
	delay := r.backoff(r.failures)
	if KindOf(err) == KindLogin {
		delay = min(delay*loginPatience, r.options.RetryMax)
	}
	r.failures++
	delay = delay/2 + time.Duration(float64(delay/2)*r.options.Rand())
	now := r.options.Now()
	r.status.wait(err, now, now.Add(delay))
	r.options.Log.Warn("mailbox in trouble", "mailbox", r.options.Mailbox.Name,
		"kind", string(KindOf(err)), "error", printable(err), "pause", delay)
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (r *reader) backoff(failures int) time.Duration {
	delay := r.options.RetryMin
	for range failures {
		if delay *= 2; delay >= r.options.RetryMax {
			return r.options.RetryMax
		}
	}
	return min(delay, r.options.RetryMax)
}

// survived is the trouble that the connection outlived and that still stands.
func (r *reader) survived() error {
	if r.apart != nil && r.queue.apart() {
		return r.apart
	}
	return r.refused
}

// noteRefusal keeps what the server would not do to mails that the ledger has.
func (r *reader) noteRefusal(err error) {
	r.refused = err
	r.options.Log.Warn("mailbox refuses", "mailbox", r.options.Mailbox.Name, "error", printable(err))
}

func (r *reader) hook(point string) {
	if r.options.Hook != nil {
		r.options.Hook(point)
	}
}
