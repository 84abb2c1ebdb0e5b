package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// What a database notes of a move, in meta. None of it is copied.
const (
	metaMove   = "move "      // before all of them
	metaMoving = "move begun" // in the one that is left: the number of the move, until it is used again
	metaMoved  = "move done"  // in the one that was left: where everything is now
	metaInto   = "move into"  // in the one that is being filled: from what, and how far
)

// ErrMoved refuses a database whose place was taken by another one.
var ErrMoved = errors.New("this database was moved")

// ErrUnfinished refuses a database that a move has not filled yet.
var ErrUnfinished = errors.New("a migration into this database is not finished: give the same `postern migrate` again")

// moved is what stands in metaMoved.
type moved struct {
	Run string `json:"run"`
	To  string `json:"to"`
	At  int64  `json:"at"`
}

// refusal tells where to look now.
func (m moved) refusal() error {
	return fmt.Errorf("%w to %s on %s: name that one as `database` in the configuration (a `postern backup` of this one may still be restored)",
		ErrMoved, m.To, moment(m.At).Format(time.DateOnly))
}

// into is what stands in metaInto.
type into struct {
	Installation string  `json:"installation"` // the first link of its chain of events
	Run          string  `json:"run"`
	Place        reached `json:"place"`
}

// marks are the notes that a database has of a move.
type marks struct {
	moving, into string
	moved        *moved
}

func readMarks(ctx context.Context, q querier) (m marks, err error) {
	err = each(ctx, q, `SELECT name, value FROM meta WHERE name LIKE '`+metaMove+`%'`, nil, func(r *sql.Rows) error {
		var name, value string
		if err := r.Scan(&name, &value); err != nil {
			return err
		}
		switch name {
		case metaMoving:
			m.moving = value
		case metaInto:
			m.into = value
		case metaMoved:
			m.moved = new(moved)
			return json.Unmarshal([]byte(value), m.moved)
		}
		return nil
	})
	return m, err
}

// stands refuses a database that is not the one to work on. One whose move was
// begun and not finished is used again from now on: the move begins anew then.
func (s *Store) stands(ctx context.Context) error {
	if s.options.moving {
		return nil
	}
	m, err := readMarks(ctx, s.reader)
	switch {
	case err != nil:
		return err
	case m.into != "":
		return ErrUnfinished
	case m.moved != nil && !s.options.Retired:
		return m.moved.refusal()
	case m.moving == "":
		return nil
	}
	return s.write(ctx, "", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `DELETE FROM meta WHERE name = $1`, metaMoving)
		return err
	})
}
