package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"postern/tickets"
)

// Raw opens the stored bytes of a mail. An ordinary mail is one query, or none
// when it has just been received.
func (s *Store) Raw(ctx context.Context, mail int64) (tickets.Raw, error) {
	const query = `
		SELECT m.size, c.data
		  FROM mails m LEFT JOIN mail_chunks c ON c.mail = m.id AND c.n = 0
		 WHERE m.id = $1`
	r := &raw{s: s, ctx: ctx, mail: mail}
	if p, found := s.recent.take(mail); found {
		r.size = p.size
		if err := r.keep(0, p.data); err != nil {
			return nil, err
		}
		return r, nil
	}
	var first []byte
	err := s.reader.row(ctx, query, []any{mail}, &r.size, &first)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("mail %d is not in the database", mail)
	}
	if err != nil {
		return nil, fmt.Errorf("open mail %d: %w", mail, err)
	}
	if r.size > 0 {
		if err := r.keep(0, first); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// raw reads a mail chunk by chunk and keeps the last one.
type raw struct {
	s    *Store
	ctx  context.Context // of Raw: io.ReaderAt leaves no room for one of its own
	mail int64
	size int64
	held int // number of the chunk in data
	data []byte
}

func (r *raw) Size() int64  { return r.size }
func (r *raw) Close() error { r.data = nil; r.held = -1; return nil }

// ReadAt reads from the chunk kept, or fetches the one needed.
func (r *raw) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, fmt.Errorf("read mail %d: negative offset", r.mail)
	}
	done := 0
	for done < len(p) {
		at := offset + int64(done)
		if at >= r.size {
			return done, io.EOF
		}
		if err := r.load(int(at / chunkSize)); err != nil {
			return done, err
		}
		done += copy(p[done:], r.data[at%chunkSize:])
	}
	return done, nil
}

func (r *raw) load(n int) error {
	if n == r.held && r.data != nil {
		return nil
	}
	var packed []byte
	err := r.s.reader.row(r.ctx, `SELECT data FROM mail_chunks WHERE mail = $1 AND n = $2`, []any{r.mail, n}, &packed)
	if err != nil {
		return fmt.Errorf("read chunk %d of mail %d: %w", n, r.mail, err)
	}
	return r.keep(n, packed)
}

// keep decompresses a chunk and checks that it has the length it must have.
func (r *raw) keep(n int, packed []byte) error {
	r.held = -1
	data, err := r.s.press.open(packed, r.data)
	if err != nil {
		return fmt.Errorf("unpack chunk %d of mail %d: %w", n, r.mail, err)
	}
	if want := min(chunkSize, r.size-int64(n)*chunkSize); int64(len(data)) != want {
		return fmt.Errorf("chunk %d of mail %d has %d bytes, not %d", n, r.mail, len(data), want)
	}
	r.held, r.data = n, data
	return nil
}
