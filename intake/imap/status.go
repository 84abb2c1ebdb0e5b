package imap

import (
	"strings"
	"sync"
	"time"
	"unicode"

	"postern/intake"
)

// The states of a source, as intake.Status names them.
const (
	stateConnecting = "connecting"
	stateFetching   = "fetching"
	stateIdle       = "idle"
	statePolling    = "polling"
	stateWaiting    = "waiting"
	stateStopped    = "stopped"
)

// maxErrorText bounds what a server's own words may take on a page.
const maxErrorText = 300

// board holds a Status between the reader, which writes it, and everybody else.
type board struct {
	mu     sync.Mutex
	status intake.Status
}

func (b *board) get() intake.Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}

func (b *board) set(s intake.Status) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status = s
}

func (b *board) change(edit func(*intake.Status)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	edit(&b.status)
}

// enter notes a state; Since moves only when the state does.
func (b *board) enter(state string, now time.Time) {
	b.change(func(s *intake.Status) {
		if s.State != state {
			s.State, s.Since = state, now
		}
		s.Retry = time.Time{}
	})
}

func (b *board) wait(err error, now, retry time.Time) {
	b.change(func(s *intake.Status) {
		s.State, s.Since = stateWaiting, now
		s.LastError, s.Retry = printable(err), retry
	})
}

func (b *board) received(n int) {
	b.change(func(s *intake.Status) { s.Received += int64(n) })
}

func (b *board) compared(now time.Time, lagging int) {
	b.change(func(s *intake.Status) { s.LastCycle, s.Lagging = now, lagging })
}

func (b *board) lagging(n int) {
	b.change(func(s *intake.Status) { s.Lagging = n })
}

// trouble shows an error that did not end the connection; nil clears it.
func (b *board) trouble(err error) {
	b.change(func(s *intake.Status) { s.LastError = printable(err) })
}

// printable is an error on one line, without control characters, at a length
// that a page bears: parts of it may be a server's words.
func printable(err error) string {
	if err == nil {
		return ""
	}
	text := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, err.Error())
	if runes := []rune(text); len(runes) > maxErrorText {
		text = string(runes[:maxErrorText]) + "…"
	}
	return text
}
