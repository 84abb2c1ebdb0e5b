package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Work is a kind of work that somebody has just committed for others.
type Work string

// What is announced.
const (
	WorkMail Work = "mail" // received, or to be filed again
	WorkOut  Work = "out"  // queued to be sent
)

// channel is the name that PostgreSQL announces under.
const channel = "postern"

// announcer tells those who listen in this process, and knows its own word among
// those of other processes.
type announcer struct {
	name string

	mu        sync.Mutex
	listeners map[*func(Work)]struct{}
}

func newAnnouncer() announcer {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return announcer{name: hex.EncodeToString(b[:]), listeners: map[*func(Work)]struct{}{}}
}

// hear has heard called for everything that this process announces, until stop.
func (a *announcer) hear(heard func(Work)) (stop func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.listeners[&heard] = struct{}{}
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.listeners, &heard)
	}
}

func (a *announcer) tell(work Work) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for heard := range a.listeners {
		(*heard)(work)
	}
}

// announces notes that the transaction leaves work to others.
func (t *tx) announces(work Work) {
	if t.works == nil {
		t.works = map[Work]bool{}
	}
	t.works[work] = true
}

// announce tells of the work that a transaction has left, after its commit: a
// word in the transaction would make all who commit wait for each other. A process
// that dies in between has announced nothing, and the rows are found by the next poll.
func (s *Store) announce(ctx context.Context, t *tx) {
	for work := range t.works {
		s.announcer.tell(work)
		if s.dialect.notify == "" {
			continue
		}
		if _, err := t.exec(ctx, s.dialect.notify, channel, s.announcer.name+" "+string(work)); err != nil {
			t.w.discard() // what was committed stands
			return
		}
	}
}

// Listen calls heard for all work that is announced, by this process and where the
// database can tell by others, until ctx ends; then it is nil. It is called
// for each kind once at the beginning, because what was announced before was not
// heard. heard must not block, nor use the store. After an error nobody listens any more:
// rows are the truth, and an announcement that is lost costs no more than a poll.
func (s *Store) Listen(ctx context.Context, heard func(Work)) error {
	defer s.announcer.hear(heard)()
	if s.dialect.notify != "" {
		return s.listenToOthers(ctx, heard)
	}
	beginning(heard)
	<-ctx.Done()
	return nil
}

func beginning(heard func(Work)) {
	heard(WorkMail)
	heard(WorkOut)
}

// listenToOthers holds a connection of its own. A kind that only a newer release
// announces is passed over.
func (s *Store) listenToOthers(ctx context.Context, heard func(Work)) (err error) {
	defer func() {
		if ctx.Err() != nil {
			err = nil
		} else if err != nil {
			err = fmt.Errorf("listen for work: %w", explained(err))
		}
	}()
	config, err := postgresConfig(s.options)
	if err != nil {
		return err
	}
	config.RuntimeParams["application_name"] = "postern"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	if _, err := conn.Exec(ctx, `LISTEN `+channel); err != nil {
		return err
	}
	beginning(heard)
	for {
		said, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		who, work, _ := strings.Cut(said.Payload, " ")
		if who != s.announcer.name && (Work(work) == WorkMail || Work(work) == WorkOut) {
			heard(Work(work))
		}
	}
}
