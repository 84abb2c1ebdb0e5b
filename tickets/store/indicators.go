package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"postern/tickets"
)

// observable is an indicator as it stands in the list of its entry. The order
// of the first two fields is fixed: the pair is looked for as text.
type observable struct {
	Type    string `json:"type"`
	Value   string `json:"value"`
	Role    string `json:"role,omitempty"`
	Derived string `json:"derived,omitempty"`
	Benign  bool   `json:"benign,omitempty"`
}

func observables(r tickets.Report) []observable {
	list := make([]observable, len(r.Indicators))
	for i, one := range r.Indicators {
		list[i] = observable{clean(one.Type), clean(one.Value), clean(one.Role), clean(one.Derived), one.Benign}
	}
	return list
}

// connects tells whether an indicator has a key. What is well known or ours
// connects no two reports. The domain of a link or of a mail address has none
// beside theirs, which say more: a quarter of all keys would be such domains.
func (o observable) connects() bool {
	return !o.Benign && (o.Type != "domain" || o.Derived == "")
}

// encodeObservables gives the list of an entry as JSON. It is in clear whatever
// came encrypted: matching needs it. It is written by hand because an average mail
// has dozens of them.
func encodeObservables(list []observable) string {
	text := make([]byte, 0, 64*len(list)+2)
	text = append(text, '[')
	for i, o := range list {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendMember(text, `{"type":`, o.Type)
		text = appendMember(text, `,"value":`, o.Value)
		if o.Role != "" {
			text = appendMember(text, `,"role":`, o.Role)
		}
		if o.Derived != "" {
			text = appendMember(text, `,"derived":`, o.Derived)
		}
		if o.Benign {
			text = append(text, `,"benign":true`...)
		}
		text = append(text, '}')
	}
	return string(append(text, ']'))
}

// appendMember appends the name and value of an object's member. What needs an
// escape is left to the library: the same words must always give the same text.
func appendMember(text []byte, name, value string) []byte {
	text = append(text, name...)
	if strings.IndexFunc(value, escaped) < 0 {
		text = append(text, '"')
		text = append(text, value...)
		return append(text, '"')
	}
	quoted, err := json.Marshal(value)
	if err != nil { // strings always encode
		quoted = []byte(`""`)
	}
	return append(text, quoted...)
}

// escaped tells a sign that JSON may escape.
func escaped(r rune) bool {
	return r < ' ' || r > '~' || r == '"' || r == '\\' || r == '<' || r == '>' || r == '&'
}

func decodeObservables(text string) (list []observable, err error) {
	if text == "[]" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("decode indicators: %w", err)
	}
	return list, nil
}

// numberOf is the key of an indicator: an integer costs the index far less than
// a long URL does. Two that share one by chance are told apart by the
// lists; SHA-256 leaves nobody a way to make such two.
func numberOf(kind, value string) int64 {
	sum := sha256.Sum256([]byte(kind + "\x00" + value))
	return int64(binary.BigEndian.Uint64(sum[:])) //nolint:gosec // any 64 bits will do, the sign as well
}

// numbers are the keys of a list, ascending, each once.
func numbers(list []observable) []int64 {
	keys := make([]int64, 0, len(list))
	for _, o := range list {
		if o.connects() {
			keys = append(keys, numberOf(o.Type, o.Value))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// asParameter gives a list as the one parameter that dialect.numbers and
// dialect.texts read.
func asParameter[T int64 | string](list []T) string {
	text, err := json.Marshal(list)
	if err != nil { // numbers and strings always encode
		return "[]"
	}
	return string(text)
}

// key makes one indicator of an entry findable.
type key struct{ number, entry int64 }

// addKeys notes the keys of an entry, to be written with those of its whole
// batch. They fall anywhere in the index: sorted, those that meet on a page are
// written one after the other.
func addKeys(t *tx, list []observable, entry int64) {
	for _, number := range numbers(list) {
		t.noted.keys = append(t.noted.keys, key{number, entry})
		t.ahead.noteLink(number)
	}
}

// writeKeys writes the keys that were noted.
func (s *Store) writeKeys(ctx context.Context, t *tx) error {
	slices.SortFunc(t.noted.keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.entry, b.entry))
	})
	values := make([]any, 0, 2*len(t.noted.keys))
	for _, k := range t.noted.keys {
		values = append(values, k.number, k.entry)
	}
	t.noted.keys = t.noted.keys[:0]
	if err := s.bulks.keys.insert(ctx, t, values); err != nil {
		return fmt.Errorf("insert indicators: %w", err)
	}
	return nil
}

// writeKeysOf writes the keys noted when one of these is among them: who looks
// for one must find it.
func (s *Store) writeKeysOf(ctx context.Context, t *tx, numbers []int64) error {
	wanted := func(k key) bool { return slices.Contains(numbers, k.number) }
	if !slices.ContainsFunc(t.noted.keys, wanted) {
		return nil
	}
	return s.writeKeys(ctx, t)
}

// dropKeys forgets the keys of an entry that is written over. Its list tells
// which they are, so that they need no index of their own.
func (s *Store) dropKeys(ctx context.Context, t *tx, entry int64) error {
	if err := s.writeKeys(ctx, t); err != nil {
		return err
	}
	var text string
	if err := t.row(ctx, `SELECT indicators FROM entries WHERE id = $1`, []any{entry}, &text); err != nil {
		return err
	}
	list, err := decodeObservables(text)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `DELETE FROM indicator_keys WHERE entry = $1 AND number IN (SELECT value FROM `+s.dialect.numbers+`)`, entry, asParameter(numbers(list)))
	return err
}

// names tells whether the list of an entry names this indicator.
func names(ctx context.Context, q querier, entry int64, kind, value string) (bool, error) {
	pair, err := json.Marshal(observable{Type: kind, Value: value})
	if err != nil {
		return false, err
	}
	var text string
	if err := q.row(ctx, `SELECT indicators FROM entries WHERE id = $1`, []any{entry}, &text); err != nil {
		return false, err
	}
	return strings.Contains(text, strings.TrimSuffix(string(pair), "}")), nil
}

// readIndicators gathers what the entries of a ticket name, each once, in the
// order of the entries.
func readIndicators(ctx context.Context, q querier, v tickets.Viewer, ticket int64, k *tickets.Ticket) error {
	const query = `
		SELECT e.indicators
		  FROM entries e
		 WHERE e.ticket = $1 AND ($2 = 1 OR e.tlp <> 'RED')
		 ORDER BY e.id`
	seen := map[tickets.Indicator]bool{}
	return each(ctx, q, query, []any{ticket, bit(seesAll(v))}, func(r *sql.Rows) error {
		var text string
		if err := r.Scan(&text); err != nil {
			return err
		}
		list, err := decodeObservables(text)
		for _, o := range list {
			i := tickets.Indicator{Type: o.Type, Value: o.Value, Role: o.Role}
			if !seen[i] {
				seen[i] = true
				k.Indicators = append(k.Indicators, i)
			}
		}
		return err
	})
}

// indicators checks that the keys are those of the lists, no more and no less.
func (v *verifier) indicators(ctx context.Context) error {
	query := `SELECT count(*) FROM ` + v.s.dialect.numbers + ` JOIN indicator_keys k ON k.number = n.value AND k.entry = $1`
	const lists = `SELECT id, indicators FROM entries WHERE indicators <> '[]' ORDER BY id`
	total := 0
	err := each(ctx, v.s.reader, lists, nil, func(r *sql.Rows) error {
		var id int64
		var text string
		if err := r.Scan(&id, &text); err != nil {
			return err
		}
		list, err := decodeObservables(text)
		if err != nil {
			return v.add("indicator-is-found", "entry %d: %v", id, err)
		}
		keys := numbers(list)
		total += len(keys)
		var n int
		if err := v.s.reader.row(ctx, query, []any{id, asParameter(keys)}, &n); err != nil {
			return err
		}
		if n != len(keys) {
			return v.add("indicator-is-found", "entry %d: %d of %d", id, n, len(keys))
		}
		return nil
	})
	if err != nil {
		return err
	}
	var n int
	if err := v.s.reader.row(ctx, `SELECT count(*) FROM indicator_keys`, nil, &n); err != nil {
		return err
	}
	if n > total {
		return v.add("indicator-is-found", "%d keys belong to no indicator", n-total)
	}
	return nil
}
