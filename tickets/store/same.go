package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"hash"
	"slices"
)

// extent is what a table holds: how many rows, and a sum over all of them that
// does not depend on their order.
type extent struct {
	rows int64
	sum  uint64
}

// extentOf reads a whole table. Of the raw mails only the keys: `verify` compares
// each mail with its digest.
func extentOf(ctx context.Context, q querier, t table, read func()) (extent, error) {
	columns := t.columns
	if t.name == rawTable {
		columns = t.key
	}
	var e extent
	digest := sha256.New()
	query := `SELECT ` + quoted(columns) + ` FROM ` + t.name + ` WHERE ` + t.which()
	err := each(ctx, q, query, nil, func(r *sql.Rows) error {
		row, err := scanRow(r, len(columns))
		if err != nil {
			return err
		}
		e.rows++
		e.sum += rowSum(digest, row)
		read()
		return nil
	})
	return e, err
}

// rowSum is a number that differs when anything in the row does.
func rowSum(digest hash.Hash, row []any) uint64 {
	digest.Reset()
	for _, v := range row {
		writeValue(digest, v)
	}
	return binary.BigEndian.Uint64(digest.Sum(nil))
}

// writeValue writes a value with its kind and length, so that nothing can move
// from one column to the next. A hash takes everything.
func writeValue(digest hash.Hash, v any) {
	switch v := v.(type) {
	case nil:
		digest.Write([]byte{0})
	case int64:
		digest.Write(binary.BigEndian.AppendUint64([]byte{1}, uint64(v)))
	case string:
		digest.Write(binary.BigEndian.AppendUint64([]byte{2}, uint64(len(v))))
		digest.Write([]byte(v))
	case []byte:
		digest.Write(binary.BigEndian.AppendUint64([]byte{3}, uint64(len(v))))
		digest.Write(v)
	default:
		fmt.Fprintf(digest, "\x04%T %v", v, v)
	}
}

// Counted is one table on both sides of a move.
type Counted struct {
	Name string `json:"name"`
	From int64  `json:"from"` // rows
	To   int64  `json:"to"`
	same bool   // they have the same words, too
}

// compare reads both databases and counts their rows.
func compare(ctx context.Context, from, to querier, list []table, total int64, progress func(done, total int64)) ([]Counted, error) {
	var done int64
	read := func() {
		if done++; progress != nil && done%1000 == 0 {
			progress(min(done, total), total)
		}
	}
	var all []Counted
	for _, t := range list {
		here, err := extentOf(ctx, from, t, read)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", t.name, err)
		}
		there, err := extentOf(ctx, to, t, read)
		if err != nil {
			return nil, fmt.Errorf("read %s of the copy: %w", t.name, err)
		}
		all = append(all, Counted{t.name, here.rows, there.rows, here == there})
	}
	slices.SortFunc(all, func(a, b Counted) int { return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.Name, b.Name)) })
	return all, nil
}
