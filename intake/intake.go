// Package intake brings mail in and never loses it. Bytes come from a Source,
// are stored by the Ledger in one short transaction (T1: received), and only
// then is the server touched. Nothing here knows what a mail means.
package intake

import (
	"context"
	"io"
	"time"
)

// Mailbox says what a source is, independent of its name in the configuration:
// the same host, user and folder are the same mailbox after a rename.
type Mailbox struct {
	Name   string // name in the configuration: "csirt"
	Source string // "user@host:port/folder", the identity; folder as the server names it
	Junk   bool   // read, never moved, flagged or acknowledged
}

// Delivery is the fact that a mailbox held a mail. One mail may have several.
type Delivery struct {
	Mailbox      Mailbox
	UIDValidity  uint32
	UID          uint32
	InternalDate time.Time
	Size         int64 // as the server announced it (RFC822.SIZE)
	Unanswered   bool  // taken in after a restore or by import: never answered by itself
}

// Mail is one mail fetched whole, spooled and ready for T1.
type Mail struct {
	Delivery Delivery
	Body     io.ReaderAt // the bytes as fetched
	Stored   int64       // how many there are
	SHA256   [32]byte    // over those bytes
	Oversize bool        // only header and first part were taken; the rest stays on the server
}

// Known is a delivery the ledger has already.
type Known struct {
	UID          uint32
	Size         int64
	InternalDate time.Time
}

// Ledger is what intake needs of the store.
type Ledger interface {
	// Known lists the deliveries of one source under one UIDVALIDITY, ascending by UID.
	Known(ctx context.Context, source string, uidValidity uint32) ([]Known, error)

	// Receive is T1. After nil every mail of the batch is durable, once each,
	// with its delivery, also after power loss; a delivery that is known
	// already changes nothing. After an error nothing of the batch is stored
	// and the server must not be touched. A mail with bytes that are known
	// adds a delivery to the mail there is; when all its deliveries so far
	// were junk and this one is not, the mail is to be filed again as a report.
	Receive(ctx context.Context, batch []Mail) error
}

// RangeLedger is what a Ledger may offer beside Known, so that comparing a
// small folder does not load every row of the past.
type RangeLedger interface {
	Ledger

	// KnownBetween is Known for the UIDs from first to last, both included.
	KnownBetween(ctx context.Context, source string, uidValidity, first, last uint32) ([]Known, error)
}

// Source is one reader of mail: a watcher of one mailbox.
type Source interface {
	// Run reads until ctx ends and then returns nil. Trouble with the server is
	// no reason to return: it is shown in Status and tried again.
	Run(ctx context.Context) error
	Status() Status
}

// Status is what a person and the metrics see of a source.
type Status struct {
	Mailbox   Mailbox
	State     string    // connecting | fetching | idle | polling | waiting | stopped
	Since     time.Time // of the state
	LastError string    // "" after a cycle without trouble; safe to show, no secrets
	Retry     time.Time // when waiting: the next try
	Received  int64     // mails handed to the ledger since start
	Lagging   int       // in the folder for ten minutes without a delivery row
	LastCycle time.Time // last time the folder was compared with the ledger
}
