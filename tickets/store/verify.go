package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// Violation is one promise that the rows do not keep.
type Violation struct {
	Rule string `json:"rule"` // stable, see the table of rules
	What string `json:"what"` // which row, in words; never content
}

// VerifyOptions say how strict to be.
type VerifyOptions struct {
	AtRest   bool                    // nothing runs: no claim may be left, and nothing wait unfiled
	Patience time.Duration           // how long an event may be unsealed and, unless AtRest, a mail unfiled; 0 is one minute
	Progress func(done, total int64) // raw mails and links checked; may be nil
}

// violations bounds the list: a broken database would fill memory with it.
const violations = 1000

// rule is an invariant that one query checks: each row it gives is a violation.
// $1 is the time before which things must be done, $2 is 1 at rest.
type rule struct{ name, query string }

// rules are the promises of the store as queries. Each is false for a healthy
// database, whatever was killed at which moment.
func rules() []rule {
	return []rule{
		{"filed-has-entry", `SELECT 'mail ' || m.id FROM mails m LEFT JOIN entries e ON e.id = m.entry
		WHERE m.state = 'filed' AND e.id IS NULL`},
		{"entry-is-filed", `SELECT 'entry ' || e.id || ' of mail ' || coalesce(e.mail, 0) FROM entries e LEFT JOIN mails m ON m.id = e.mail
		WHERE e.kind = 'mail-in' AND (m.id IS NULL OR m.entry IS NULL OR m.entry <> e.id)`},
		{"one-entry-per-mail", `SELECT 'mail ' || mail FROM entries WHERE mail IS NOT NULL GROUP BY mail HAVING count(*) > 1`},
		{"one-entry-per-identity", `SELECT 'identity ' || identity FROM entries WHERE identity IS NOT NULL GROUP BY identity HAVING count(*) > 1`},
		{"one-mail-per-digest", `SELECT 'digest ' || sha256 FROM mails GROUP BY sha256 HAVING count(*) > 1`},
		{"mail-has-delivery", `SELECT 'mail ' || m.id FROM mails m WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.mail = m.id)`},
		{"delivery-has-mail", `SELECT 'delivery ' || d.id FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM mails m WHERE m.id = d.mail)`},
		{"one-delivery-per-number", `SELECT source || ' ' || uidvalidity || '/' || uid FROM deliveries WHERE replaced = 0
		GROUP BY source, uidvalidity, uid HAVING count(*) > 1`},
		{"ticket-has-reference", `SELECT 'ticket ' || k.id FROM tickets k WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.reference = k.reference)`},
		{"one-conversation-per-reference", `SELECT 'reference ' || reference FROM conversations GROUP BY reference HAVING count(*) > 1`},
		{"conversation-on-ticket", `SELECT 'entry ' || e.id FROM entries e JOIN conversations c ON c.id = e.conversation WHERE c.ticket <> e.ticket`},
		{"one-answer-per-mail", `SELECT 'answer ' || dedupe FROM outbox GROUP BY dedupe HAVING count(*) > 1`},
		{"sent-has-bytes", `SELECT 'outgoing ' || o.id FROM outbox o WHERE o.state IN ('handed', 'sent') AND NOT EXISTS (SELECT 1 FROM rendered r WHERE r.outgoing = o.id)`},
		{"sent-has-entry", `SELECT 'outgoing ' || o.id FROM outbox o
		WHERE o.state = 'sent' AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.outgoing = o.id)`},
		{"waits-too-long", `SELECT 'mail ' || id || ' is ' || state FROM mails WHERE state IN ('received', 'claimed') AND (stored_at < $1 AND refile = '' OR $2 = 1)`},
		{"in-flight-at-rest", `SELECT 'outgoing ' || id || ' is ' || state FROM outbox WHERE state IN ('claimed', 'handed') AND $2 = 1`},
		{"approved-is-verified", `SELECT 'key ' || fingerprint FROM pgp_keys WHERE state = 'approved' AND (verified_by = '' OR verified_how = '' OR verified_at = 0)`},
		{"event-is-sealed", `SELECT 'event ' || e.id FROM events e
		WHERE e.at < $1 AND NOT EXISTS (SELECT 1 FROM chain c WHERE c.event = e.id)`},
	}
}

// Verify checks every promise of the store against its rows, its raw mails
// against their digests and its audit log against the hash chain. The list is
// empty when all is well; it ends early after a thousand violations.
func (s *Store) Verify(ctx context.Context, o VerifyOptions) ([]Violation, error) {
	v := &verifier{s: s, options: o, list: []Violation{}}
	for _, check := range []func(context.Context) error{v.file, v.rows, v.raws, v.outbox, v.sealed, v.indicators, v.chain} {
		if err := check(ctx); err != nil && !errors.Is(err, errEnough) {
			return v.list, fmt.Errorf("verify: %w", err)
		}
	}
	return v.list, nil
}

type verifier struct {
	s       *Store
	options VerifyOptions
	list    []Violation
	done    int64
	total   int64
}

var errEnough = errors.New("too many violations")

func (v *verifier) add(rule, format string, args ...any) error {
	if len(v.list) >= violations {
		return errEnough
	}
	v.list = append(v.list, Violation{Rule: rule, What: fmt.Sprintf(format, args...)})
	return nil
}

// addSealed adds a value that cannot be unsealed, unless it is so old that its key
// was given up since.
func (v *verifier) addSealed(err error, at int64, format string, args ...any) error {
	if v.s.seal.excused(err, at) {
		return nil
	}
	return v.add("sealed-opens", format+": %v", append(args, err)...)
}

func (v *verifier) step() {
	v.done++
	if v.options.Progress != nil {
		v.options.Progress(v.done, max(v.done, v.total))
	}
}

// file asks the database whether its file is sound, and counts the work ahead.
func (v *verifier) file(ctx context.Context) error {
	words, err := column[string](ctx, v.s.reader, v.s.dialect.check)
	if err != nil {
		return err
	}
	for _, w := range words {
		if w != "ok" {
			if err := v.add("file-is-sound", "%s", w); err != nil {
				return err
			}
		}
	}
	const count = `SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM chain)`
	return v.s.reader.row(ctx, count, nil, &v.total)
}

func (v *verifier) rows(ctx context.Context) error {
	patience := v.options.Patience
	if patience <= 0 {
		patience = time.Minute
	}
	before := v.s.now() - patience.Microseconds()
	for _, r := range rules() {
		query := `SELECT * FROM (` + r.query + `) AS found WHERE CAST($1 AS BIGINT) = $1 AND CAST($2 AS BIGINT) = $2`
		err := each(ctx, v.s.reader, query, []any{before, bit(v.options.AtRest)}, func(row *sql.Rows) error {
			var what string
			if err := row.Scan(&what); err != nil {
				return err
			}
			return v.add(r.name, "%s", what)
		})
		if err != nil {
			return fmt.Errorf("rule %s: %w", r.name, err)
		}
	}
	return nil
}

// raws reads every raw mail and compares it with its digest.
func (v *verifier) raws(ctx context.Context) error {
	const page = `SELECT id FROM mails WHERE id > $1 ORDER BY id LIMIT 500`
	for last := int64(0); ; {
		ids, err := column[int64](ctx, v.s.reader, page, last)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := v.raw(ctx, id); err != nil {
				return err
			}
			v.step()
			last = id
		}
	}
}

func (v *verifier) raw(ctx context.Context, id int64) error {
	var want string
	var size int64
	if err := v.s.reader.row(ctx, `SELECT sha256, size FROM mails WHERE id = $1`, []any{id}, &want, &size); err != nil {
		return err
	}
	r, err := v.s.Raw(ctx, id)
	if err != nil {
		return errors.Join(ctx.Err(), v.add("mail-has-raw", "mail %d: %v", id, err))
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return errors.Join(ctx.Err(), v.add("mail-has-raw", "mail %d: %v", id, err))
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return v.add("raw-is-unchanged", "mail %d has digest %s, not %s", id, got, want)
	}
	return nil
}

// outbox compares what was sent with the digest taken when it was rendered.
func (v *verifier) outbox(ctx context.Context) error {
	const query = `
		SELECT o.id, o.created, o.dedupe, o.sealed, o.words, o.sealed_words, r.data, coalesce(r.digest, '')
		  FROM outbox o LEFT JOIN rendered r ON r.outgoing = o.id
		 ORDER BY o.id`
	return each(ctx, v.s.reader, query, nil, func(r *sql.Rows) error {
		var id, created int64
		var dedupe, clear, digest string
		var sealed bool
		var sealedWords, stored []byte
		if err := r.Scan(&id, &created, &dedupe, &sealed, &clear, &sealedWords, &stored, &digest); err != nil {
			return err
		}
		var w words
		if err := v.s.seal.load(wordsPlace(dedupe), clear, sealedWords, &w); err != nil {
			return v.addSealed(err, created, "outgoing %d", id)
		}
		if stored == nil {
			return nil
		}
		bytes, err := v.s.openBytes(dedupe, sealed, stored)
		if err != nil {
			return v.addSealed(err, created, "outgoing %d", id)
		}
		if digestOf(string(bytes)) != digest {
			return v.add("sent-is-unchanged", "outgoing %d", id)
		}
		return nil
	})
}

// sealed opens everything that was sealed.
func (v *verifier) sealed(ctx context.Context) error {
	const query = `
		SELECT id, filed_at, coalesce(mail, 0), coalesce(outgoing, 0), coalesce(identity, ''), content, sealed, encrypted, kind
		  FROM entries ORDER BY id`
	err := each(ctx, v.s.reader, query, nil, func(r *sql.Rows) error {
		var id, at, mail, outgoing int64
		var identity, clear, kind string
		var sealed []byte
		var encrypted bool
		if err := r.Scan(&id, &at, &mail, &outgoing, &identity, &clear, &sealed, &encrypted, &kind); err != nil {
			return err
		}
		if encrypted && kind == "mail-in" && (sealed == nil || clear != "") {
			return v.add("encrypted-is-sealed", "entry %d", id)
		}
		var c content
		if err := v.s.seal.load(contentPlace(mail, outgoing, identity), clear, sealed, &c); err != nil {
			return v.addSealed(err, at, "entry %d", id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	const incidents = `SELECT i.mail, i.n, e.filed_at, i.sealed FROM incidents i JOIN entries e ON e.id = i.entry WHERE i.sealed IS NOT NULL ORDER BY i.mail, i.n`
	return each(ctx, v.s.reader, incidents, nil, func(r *sql.Rows) error {
		var mail, n, at int64
		var sealed []byte
		if err := r.Scan(&mail, &n, &at, &sealed); err != nil {
			return err
		}
		if _, err := v.s.seal.open(incidentPlace(mail, n), sealed); err != nil {
			return v.addSealed(err, at, "incident %d of mail %d", n, mail)
		}
		return nil
	})
}

// chain computes every link again.
func (v *verifier) chain(ctx context.Context) error {
	const query = `
		SELECT ` + eventColumns + `, c.seq, c.hash
		  FROM chain c JOIN events e ON e.id = c.event
		 ORDER BY c.seq`
	var last int64
	prev := ""
	err := each(ctx, v.s.reader, query, nil, func(r *sql.Rows) error {
		var seq int64
		var hash string
		e, err := scanEvent(r, &seq, &hash)
		if err != nil {
			return err
		}
		defer v.step()
		if seq != last+1 {
			if err := v.add("chain-is-whole", "link %d is missing", last+1); err != nil {
				return err
			}
		}
		if e.text != "" && digestOf(e.text) != e.digest {
			if err := v.add("event-is-unchanged", "text of event %d", e.id); err != nil {
				return err
			}
		}
		if want := link(prev, seq, e); want != hash {
			if err := v.add("event-is-unchanged", "event %d does not fit link %d", e.id, seq); err != nil {
				return err
			}
		}
		last, prev = seq, hash
		return nil
	})
	if err != nil {
		return err
	}
	return v.chainTail(ctx, last)
}

// chainTail looks for links whose event is gone.
func (v *verifier) chainTail(ctx context.Context, last int64) error {
	var links, end int64
	err := v.s.reader.row(ctx, `SELECT count(*), coalesce(max(seq), 0) FROM chain`, nil, &links, &end)
	if err != nil {
		return err
	}
	if links != last || end != last {
		return v.add("chain-is-whole", "the chain has %d links up to %d, and %d of their events", links, end, last)
	}
	return nil
}
