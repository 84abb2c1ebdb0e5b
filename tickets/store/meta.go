package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"unicode/utf8"
)

// metaKey stands before the name of a key, seal or thread, whose fingerprint is noted.
const metaKey = "key "

// PinKey notes the fingerprint of a key that all machines must share, when none
// is noted under this name yet, and gives the one that is. The caller compares.
func (s *Store) PinKey(ctx context.Context, name, fingerprint string) (string, error) {
	known, err := s.meta(ctx, metaKey+name)
	if err != nil || known != "" {
		return known, err
	}
	err = s.write(ctx, "", func(ctx context.Context, t *tx) error {
		const insert = `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`
		if _, err := t.exec(ctx, insert, metaKey+name, fingerprint); err != nil {
			return err
		}
		return t.row(ctx, `SELECT value FROM meta WHERE name = $1`, []any{metaKey + name}, &known)
	})
	return known, err
}

// meta reads one setting of the database, "" when it is not there.
func (s *Store) meta(ctx context.Context, name string) (string, error) {
	var value string
	err := s.reader.row(ctx, `SELECT value FROM meta WHERE name = $1`, []any{name}, &value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

func setMeta(ctx context.Context, t *tx, name, value string) error {
	const upsert = `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`
	_, err := t.exec(ctx, upsert, name, value)
	return err
}

// Bytes of a value that an index holds, and of those that stay of a longer one.
// PostgreSQL refuses more than 2,704; a header line has 998 (RFC 5322 section 2.1.1).
const (
	indexedText = 1000
	indexedHead = 200
)

// indexed is a value as it stands in an index: clean, and of a long one the
// beginning and SHA-256 over the whole, on every database the same. Whoever looks
// for it does so by the same words.
func indexed(s string) string {
	if s = clean(s); len(s) <= indexedText {
		return s
	}
	return clean(s[:indexedHead]) + "… sha256:" + digestOf(s)
}

// clean removes what PostgreSQL refuses in text: NUL and bytes that are no
// UTF-8. The parser has done so already; this is the last guard, because one
// such byte would otherwise make a mail fail for ever.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
