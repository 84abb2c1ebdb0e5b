package store_test

import (
	"testing"

	"postern/tickets/store"
)

func TestParametersThatStandInOrderNeedNoNumbers(t *testing.T) {
	for _, c := range []struct{ name, query, want string }{
		{"in order", `INSERT INTO a (b, c) VALUES ($1, $2), ($3, $4)`, `INSERT INTO a (b, c) VALUES (?, ?), (?, ?)`},
		{"more than nine", `VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, `VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{"none", `SELECT 1`, `SELECT 1`},
		{"one twice", `VALUES ($1, $2, $2)`, `VALUES ($1, $2, $2)`},
		{"in another order", `UPDATE a SET b = $2 WHERE c = $1`, `UPDATE a SET b = $2 WHERE c = $1`},
		{"one that is left out", `VALUES ($2)`, `VALUES ($2)`},
		{"inside a word of the statement", `SELECT '$1', 'it''s $2' WHERE a = $1`, `SELECT '$1', 'it''s $2' WHERE a = ?`},
		{"with a comment", "SELECT $1 -- it's", "SELECT $1 -- it's"},
		{"with a name", `SELECT $name`, `SELECT $name`},
	} {
		if got := store.Unnumbered(c.query); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
