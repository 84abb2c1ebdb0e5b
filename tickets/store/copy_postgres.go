package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// snapshotIdle is how long a reader of everything may be busy elsewhere, in
// milliseconds: the server keeps all old rows for it meanwhile.
const snapshotIdle = 600_000

func postgresSnapshot() []string {
	return []string{
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		"SET LOCAL statement_timeout = 0",
		"SET LOCAL idle_in_transaction_session_timeout = " + strconv.Itoa(snapshotIdle),
	}
}

// copyRowsIn is copyIn for PostgreSQL, by its COPY.
func copyRowsIn(ctx context.Context, t *tx, table string, columns []string, rows [][]any) error {
	return t.w.conn.Raw(func(driverConn any) error {
		c, ok := driverConn.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection to PostgreSQL", driverConn)
		}
		_, err := c.Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
}

// truncate takes all rows out of a PostgreSQL database.
func truncate(ctx context.Context, t *tx, list []table) error {
	names := make([]string, len(list))
	for i, one := range list {
		names[i] = one.name
	}
	_, err := t.exec(ctx, `TRUNCATE `+strings.Join(names, ", "))
	return err
}

// numberOn has PostgreSQL number new rows behind those that were copied.
func numberOn(ctx context.Context, t *tx) error {
	const identities = `
		SELECT table_name || '.' || column_name FROM information_schema.columns
		 WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY 1`
	all, err := column[string](ctx, t, identities)
	if err != nil {
		return err
	}
	for _, one := range all {
		table, name, _ := strings.Cut(one, ".")
		set := fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%s', '%s'), coalesce(max(%[2]s), 1), count(*) > 0) FROM %[1]s`, table, name)
		var last int64
		if err := t.row(ctx, set, nil, &last); err != nil {
			return fmt.Errorf("number %s: %w", table, err)
		}
	}
	return nil
}

// analyze has PostgreSQL look at what was copied, before it is asked about it.
func analyze(ctx context.Context, t *tx, list []table) error {
	for _, one := range list {
		if _, err := t.exec(ctx, `ANALYZE `+one.name); err != nil {
			return err
		}
	}
	return nil
}
