package store

import (
	"context"
	"fmt"
	"strings"
)

// bulk inserts many rows into one table. One statement for many rows costs less
// than one for each; still more rows gain nothing.
type bulk struct {
	fields     int            // of one row
	statements map[int]string // by number of rows
}

// bulks are the tables that rows are written to in numbers.
type bulks struct {
	events, links, keys, incidents, budgets bulk
}

func newBulks(d dialect) bulks {
	b := bulks{
		events:    newBulk(d, `events (at, actor, what, ticket, mail, outgoing, digest, text)`, 8),
		links:     newBulk(d, `chain (seq, event, hash)`, 3),
		keys:      newBulk(d, `indicator_keys (number, entry)`, 2),
		incidents: newBulk(d, `incidents (mail, n, entry, category, data, sealed)`, 6),
		budgets:   newBulk(d, `budgets (name, slot, n)`, 3),
	}
	b.budgets.end(` ON CONFLICT (name, slot) DO UPDATE SET n = budgets.n + excluded.n`)
	return b
}

// bulkRows are the numbers of rows in one statement, descending to one.
func bulkRows() [3]int { return [3]int{16, 4, 1} }

// newBulk makes the statements. table names the columns.
func newBulk(d dialect, table string, fields int) bulk {
	b := bulk{fields: fields, statements: map[int]string{}}
	for _, rows := range bulkRows() {
		var text strings.Builder
		text.WriteString(d.insertMany + " " + table + " VALUES ")
		for i := range rows {
			if i > 0 {
				text.WriteString(", ")
			}
			b.writeRow(&text, i*fields)
		}
		b.statements[rows] = text.String()
	}
	return b
}

// end lets all statements end with a clause.
func (b bulk) end(clause string) {
	for rows, text := range b.statements {
		b.statements[rows] = text + clause
	}
}

// writeRow writes the parameters of one row; before stand those of others.
func (b bulk) writeRow(text *strings.Builder, before int) {
	separator := "("
	for i := range b.fields {
		fmt.Fprintf(text, "%s$%d", separator, before+i+1)
		separator = ", "
	}
	text.WriteString(")")
}

// insert writes rows, one after the other in values.
func (b bulk) insert(ctx context.Context, t *tx, values []any) error {
	for _, rows := range bulkRows() {
		for n := rows * b.fields; len(values) >= n; values = values[n:] {
			if err := t.later(ctx, b.statements[rows], values[:n]...); err != nil {
				return err
			}
		}
	}
	return nil
}
