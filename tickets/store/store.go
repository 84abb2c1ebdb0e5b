// Package store keeps what Postern must not forget: raw mail, deliveries,
// tickets, the outbox and the audit log, in one database. One public method is
// one transaction. Uniqueness is the schema's duty and not the code's.
package store

import (
	"io"
	"time"
)

// Options say where the database is and what is passed in from outside.
type Options struct {
	Path         string             // of the SQLite file
	Prefix       string             // of ticket IDs
	SealKey      []byte             // 32 bytes; seals what came out of encrypted mail
	Now          func() time.Time   // the clock
	Rand         io.Reader          // for IDs and nonces
	Hook         func(point string) // called at named points; nil in the program, kills in tests
	AnswerWindow time.Duration      // of the answer budget; 0 is one hour
}
