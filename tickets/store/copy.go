package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A batch of a copy is one commit: small enough for memory, and for the little
// that is done again after an interruption.
const (
	copyRows  = 5000
	copyBytes = 4 << 20
)

// rowCost is what the progress of a copy counts for a row beside its bytes.
const rowCost = 64

// rawTable holds the raw mails: most of a database, in rows of up to 256 KB.
const rawTable = "mail_chunks"

// table is one table as it is copied.
type table struct {
	name    string
	key     []string // its primary key, in whose order rows are copied
	columns []string // all, in the order of the schema
	own     []string // of them, those that name another row of the same table
	refers  []string // other tables that its rows name
}

// tables reads from a SQLite database what there is to copy, in an order in
// which no row names one that is not there yet. PostgreSQL has the same tables:
// both come from the same migrations.
func tables(ctx context.Context, lite querier) ([]table, error) {
	const names = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_version' ORDER BY name`
	all, err := column[string](ctx, lite, names)
	if err != nil {
		return nil, err
	}
	var list []table
	for _, name := range all {
		t, err := readTable(ctx, lite, name)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
		list = append(list, t)
	}
	return inOrder(list)
}

func readTable(ctx context.Context, lite querier, name string) (table, error) {
	t := table{name: name}
	var err error
	if t.columns, err = column[string](ctx, lite, `SELECT name FROM pragma_table_info($1) ORDER BY cid`, name); err != nil {
		return t, err
	}
	if t.key, err = column[string](ctx, lite, `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`, name); err != nil {
		return t, err
	}
	if len(t.key) == 0 {
		return t, errors.New("it has no primary key")
	}
	if t.own, err = column[string](ctx, lite, `SELECT "from" FROM pragma_foreign_key_list($1) WHERE "table" = $1`, name); err != nil {
		return t, err
	}
	t.refers, err = column[string](ctx, lite, `SELECT DISTINCT "table" FROM pragma_foreign_key_list($1) WHERE "table" <> $1`, name)
	return t, err
}

// inOrder puts tables behind those that they refer to.
func inOrder(list []table) ([]table, error) {
	var ordered []table
	there := map[string]bool{}
	for len(ordered) < len(list) {
		before := len(ordered)
		for _, t := range list {
			if !there[t.name] && !slices.ContainsFunc(t.refers, func(name string) bool { return !there[name] }) {
				ordered, there[t.name] = append(ordered, t), true
			}
		}
		if len(ordered) == before {
			return nil, errors.New("tables refer to each other in a circle")
		}
	}
	return ordered, nil
}

// which leaves out what is about one database alone: where it moves.
func (t table) which() string {
	if t.name == "meta" {
		return `name NOT LIKE '` + metaMove + `%'`
	}
	return `1 = 1`
}

// step is a part of a copy: all rows of a table, or, once all are there, those
// of its columns that name other rows of it.
type step struct {
	table
	fill bool
}

// steps is the way of a copy.
func steps(list []table) (all []step) {
	for _, t := range list {
		all = append(all, step{table: t})
		if len(t.own) > 0 {
			all = append(all, step{t, true})
		}
	}
	return all
}

func (s step) String() string {
	if s.fill {
		return s.name + " " + strings.Join(s.own, " ")
	}
	return s.name
}

// copied are the columns that the step writes.
func (s step) copied() []string {
	if s.fill {
		return append(slices.Clone(s.key), s.own...)
	}
	return slices.DeleteFunc(slices.Clone(s.columns), func(name string) bool { return slices.Contains(s.own, name) })
}

// query reads the step's rows behind a key, or all of them.
func (s step) query(after []any) string {
	where := s.which()
	if s.fill {
		where = `coalesce(` + quoted(s.own) + `) IS NOT NULL`
		if len(s.own) == 1 {
			where = quoted(s.own) + ` IS NOT NULL`
		}
	}
	if after != nil {
		where += ` AND (` + quoted(s.key) + `) > (` + parameters(1, len(s.key)) + `)`
	}
	return `SELECT ` + quoted(s.copied()) + ` FROM ` + s.name + ` WHERE ` + where + ` ORDER BY ` + quoted(s.key)
}

// quoted lists names of columns; some are words of SQL.
func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// parameters lists n parameters from a number on.
func parameters(from, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", from+i)
	}
	return strings.Join(list, ", ")
}

// batch is some rows of one step.
type batch struct {
	step step
	rows [][]any
	last []any // the key of the last row
	cost int64 // of all, as progress counts
	size int64 // bytes
}

// add reads one row.
func (b *batch) add(r *sql.Rows, columns []string) error {
	row, err := scanRow(r, len(columns))
	if err != nil {
		return err
	}
	b.last = make([]any, 0, len(b.step.key))
	for _, name := range b.step.key {
		b.last = append(b.last, row[slices.Index(columns, name)])
	}
	for _, v := range row {
		b.size += sizeOf(v)
	}
	b.rows = append(b.rows, row)
	b.cost += costOf(b.step.name, row)
	return nil
}

// scanRow reads one row of n values. Text is made safe for PostgreSQL, as what comes
// is when it comes: a database may be older than that rule.
func scanRow(r *sql.Rows, n int) ([]any, error) {
	row, into := make([]any, n), make([]any, n)
	for i := range row {
		into[i] = &row[i]
	}
	if err := r.Scan(into...); err != nil {
		return nil, err
	}
	for i, v := range row {
		if text, ok := v.(string); ok {
			row[i] = clean(text)
		}
	}
	return row, nil
}

func sizeOf(v any) int64 {
	switch v := v.(type) {
	case string:
		return int64(len(v)) + rowCost
	case []byte:
		return int64(len(v)) + rowCost
	}
	return 16
}

// costOf is what a row counts in the progress: of raw mail its bytes as well.
func costOf(table string, row []any) int64 {
	cost := int64(rowCost)
	if table == rawTable {
		for _, v := range row {
			if data, ok := v.([]byte); ok {
				cost += int64(len(data))
			}
		}
	}
	return cost
}

// copyCost is the cost of everything there is.
func copyCost(ctx context.Context, from querier, list []table) (total int64, err error) {
	for _, t := range list {
		query := fmt.Sprintf(`SELECT count(*) * %d FROM %s`, rowCost, t.name)
		if t.name == rawTable {
			query = fmt.Sprintf(`SELECT count(*) * %d + CAST(coalesce(sum(length(data)), 0) AS BIGINT) FROM %s`, rowCost, t.name)
		}
		var cost int64
		if err := from.row(ctx, query, nil, &cost); err != nil {
			return 0, err
		}
		total += cost
	}
	return total, nil
}

// reached is how far a copy has come.
type reached struct {
	Step string `json:"step"` // the one that rows were last written of; "" at the beginning
	Key  []any  `json:"key"`  // of the last row written
	Done int64  `json:"done"` // as progress counts
}

// copier brings all rows from one database into another, which stays behind by
// one batch at most.
type copier struct {
	from     querier
	steps    []step
	rows     int // of a batch
	put      func(ctx context.Context, b *batch, at reached) error
	progress func(done, total int64)
	total    int64
}

// run copies everything behind a place.
func (c *copier) run(ctx context.Context, at reached) error {
	begin := slices.IndexFunc(c.steps, func(s step) bool { return s.String() == at.Step })
	if at.Step != "" && begin < 0 {
		return fmt.Errorf("the copy was begun by another release: it has no table %s", at.Step)
	}
	for i, s := range c.steps {
		if i < begin {
			continue
		}
		after := at.Key
		if i > begin {
			after = nil
		}
		var err error
		if at, err = c.step(ctx, s, after, at); err != nil {
			return fmt.Errorf("copy %s: %w", s, err)
		}
	}
	return nil
}

// step copies the rows of one step behind a key.
func (c *copier) step(ctx context.Context, s step, after []any, at reached) (reached, error) {
	columns, b := s.copied(), &batch{step: s}
	err := each(ctx, c.from, s.query(after), after, func(r *sql.Rows) (err error) {
		if err = b.add(r, columns); err == nil && (len(b.rows) >= c.rows || b.size >= copyBytes) {
			at, err = c.flush(ctx, b, at)
			b = &batch{step: s}
		}
		return err
	})
	if err != nil || len(b.rows) == 0 {
		return at, err
	}
	return c.flush(ctx, b, at)
}

func (c *copier) flush(ctx context.Context, b *batch, at reached) (reached, error) {
	next := reached{Step: b.step.String(), Key: b.last, Done: at.Done + b.cost}
	if b.step.fill {
		next.Done = at.Done
	}
	if err := c.put(ctx, b, next); err != nil {
		return at, err
	}
	if c.progress != nil {
		c.progress(min(next.Done, c.total), c.total)
	}
	return next, nil
}

// writeBatch writes the rows of a batch.
func (s *Store) writeBatch(ctx context.Context, t *tx, b *batch) error {
	if !b.step.fill {
		return s.dialect.copyIn(ctx, t, b.step.name, b.step.copied(), b.rows)
	}
	keys := len(b.step.key)
	var set, where []string
	for i, name := range b.step.copied() {
		one := fmt.Sprintf(`"%s" = $%d`, name, i+1)
		if i < keys {
			where = append(where, one)
		} else {
			set = append(set, one)
		}
	}
	update := `UPDATE ` + b.step.name + ` SET ` + strings.Join(set, ", ") + ` WHERE ` + strings.Join(where, " AND ")
	for _, row := range b.rows {
		if _, err := t.exec(ctx, update, row...); err != nil {
			return err
		}
	}
	return nil
}

// insertRows is copyIn for SQLite.
func insertRows(ctx context.Context, t *tx, table string, columns []string, rows [][]any) error {
	insert := `INSERT INTO ` + table + ` (` + quoted(columns) + `) VALUES (` + parameters(1, len(columns)) + `)`
	for _, row := range rows {
		if _, err := t.exec(ctx, insert, row...); err != nil {
			return err
		}
	}
	return nil
}
