package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// openTarget opens the new database without noting anything in it.
func (m *mover) openTarget(ctx context.Context) (err error) {
	m.toOptions.moving = true
	m.to, err = openBare(ctx, m.toOptions)
	return err // which names the database
}

// decide begins the move, goes on with it, or refuses the target.
func (m *mover) decide(ctx context.Context) error {
	known, err := readMarks(ctx, m.to.reader)
	if err != nil {
		return err
	}
	m.mark = known.into
	if m.mark != "" {
		if err := decodeInto(m.mark, &m.into); err != nil {
			return fmt.Errorf("read how far the migration has come: %w", err)
		}
	}
	switch {
	case m.mark != "" && m.into.Run == m.run && m.run != "":
		m.result.Resumed = m.into.Place.Step != ""
		return nil
	case m.left:
		return m.wasMoved(ctx)
	case m.mark != "" && m.into.Installation != m.installation:
		return fmt.Errorf("%s: it holds a part of another installation, whose migration was not finished: name an empty database", m.result.To)
	}
	return m.begin(ctx)
}

func (m *mover) wasMoved(ctx context.Context) error {
	known, err := readMarks(ctx, m.from.reader)
	if err != nil {
		return err
	}
	return known.moved.refusal()
}

// begin notes the move on both sides, in the target first: it may be refused.
func (m *mover) begin(ctx context.Context) error {
	run := m.run
	if !m.result.Backup {
		var number [16]byte
		if _, err := io.ReadFull(m.fromOptions.Rand, number[:]); err != nil {
			return fmt.Errorf("draw a number: %w", err)
		}
		run = hex.EncodeToString(number[:])
	}
	m.into = into{Installation: m.installation, Run: run}
	if err := m.to.write(ctx, "", m.fromMark(m.claimTarget)); err != nil {
		return fmt.Errorf("%s: %w", m.result.To, err)
	}
	m.run = run
	if m.result.Backup {
		return nil
	}
	err := m.from.write(ctx, "", func(ctx context.Context, t *tx) error {
		addEvent(t, event{Actor: m.options.Who.Name, What: "migrated", Text: "to " + m.result.To})
		return setMeta(ctx, t, metaMoving, run)
	})
	if err != nil {
		return err
	}
	_, err = m.from.SealEvents(ctx)
	return err
}

// claimTarget takes an empty database, or one that holds a part of this
// installation as it was before it was used again.
func (m *mover) claimTarget(ctx context.Context, t *tx) error {
	if m.mark != "" {
		if err := m.note(ctx, t, reached{}); err != nil {
			return err
		}
		if err := truncate(ctx, t, m.tables); err != nil {
			return err
		}
	}
	var look []string
	for _, one := range m.tables {
		look = append(look, `EXISTS (SELECT 1 FROM `+one.name+`)`)
	}
	var occupied bool
	if err := t.row(ctx, `SELECT `+strings.Join(look, ` OR `), nil, &occupied); err != nil {
		return err
	}
	if occupied {
		return fmt.Errorf("%w: name an empty database", ErrOccupied)
	}
	m.mark = ""
	return m.note(ctx, t, reached{})
}

// fromMark is work that begins with the mark as it is now, also when it is done again.
func (m *mover) fromMark(work func(context.Context, *tx) error) func(context.Context, *tx) error {
	mark := m.mark
	return func(ctx context.Context, t *tx) error {
		m.mark = mark
		return work(ctx, t)
	}
}

// note notes in the target how far the copy is, if nobody else has since.
func (m *mover) note(ctx context.Context, t *tx, at reached) error {
	m.into.Place = at
	next, err := json.Marshal(m.into)
	if err != nil {
		return err
	}
	const begin = `INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`
	const goOn = `UPDATE meta SET value = $2 WHERE name = $1 AND value = $3`
	statement, args := begin, []any{metaInto, string(next)}
	if m.mark != "" {
		statement, args = goOn, append(args, m.mark)
	}
	n, err := t.exec(ctx, statement, args...)
	if err == nil && n == 0 {
		err = errOther
	}
	if err == nil {
		m.mark = string(next)
	}
	return err
}

// decodeInto keeps the numbers of a key as they are: some have 64 bits.
func decodeInto(text string, i *into) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(i); err != nil {
		return err
	}
	for n, v := range i.Place.Key {
		number, ok := v.(json.Number)
		if !ok {
			continue
		}
		whole, err := number.Int64()
		if err != nil {
			return err
		}
		i.Place.Key[n] = whole
	}
	return nil
}
