package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/tickets"
	"postern/tickets/store"
	"postern/tickets/storetest"
)

// spoils are what may befall the rows of a healthy database, and the rule that
// says so; "" is none.
var spoils = []struct{ name, spoil, rule string }{
	{"nothing", `SELECT 1`, ""},
	{"an entry is gone", `DELETE FROM entries WHERE mail = 1`, "filed-has-entry"},
	{"a mail forgot its entry", `UPDATE mails SET state = 'received', entry = NULL WHERE id = 1`, "entry-is-filed"},
	{"a second entry for a mail", `INSERT INTO entries (ticket, mail, kind, author, subject, at, filed_at) VALUES (1, NULL, 'mail-in', '', '', 0, 0)`, "entry-is-filed"},
	{"a mail waits", `UPDATE mails SET state = 'received' WHERE id = 1`, "waits-too-long"},
	{"a mail is in work", `UPDATE mails SET state = 'claimed' WHERE id = 1`, "waits-too-long"},
	{"chunks are gone", `DELETE FROM mail_chunks WHERE mail = 1`, "mail-has-raw"},
	{"chunks are rubbish", `UPDATE mail_chunks SET data = x'00' WHERE mail = 1`, "mail-has-raw"},
	{"raw bytes of another mail", `UPDATE mail_chunks SET data = (SELECT data FROM mail_chunks WHERE mail = 2) WHERE mail = 1`, "raw-is-unchanged"},
	{"a delivery is gone", `DELETE FROM deliveries WHERE mail = 1`, "mail-has-delivery"},
	{"a mail is gone", `DELETE FROM mails WHERE id = 1`, "delivery-has-mail"},
	{"the index of deliveries is gone", `DROP INDEX deliveries_once;
		INSERT INTO deliveries (source, mailbox, uidvalidity, uid, mail, size, internal_date, junk, stored_at) SELECT source, mailbox, uidvalidity, uid, mail, size, internal_date, junk, stored_at FROM deliveries`, "one-delivery-per-number"},
	{"a reference is gone", `UPDATE conversations SET reference = 'EX-2222-2222' WHERE id = 1`, "ticket-has-reference"},
	{"a conversation on another ticket", `UPDATE conversations SET ticket = 2 WHERE id = 1`, "conversation-on-ticket"},
	{"sent bytes are gone", `DELETE FROM rendered WHERE outgoing = 1`, "sent-has-bytes"},
	{"sent bytes are others", `UPDATE rendered SET data = x'41' WHERE outgoing = 1`, "sent-is-unchanged"},
	{"sent and no entry", `DELETE FROM entries WHERE kind = 'mail-out'`, "sent-has-entry"},
	{"an answer is in flight", `UPDATE outbox SET state = 'handed' WHERE id = 1`, "in-flight-at-rest"},
	{"sealed text is changed", `UPDATE entries SET sealed = x'00112233' WHERE mail = 2`, "sealed-opens"},
	{"sealed text is another's", `UPDATE incidents SET sealed = (SELECT sealed FROM entries WHERE mail = 2)`, "sealed-opens"},
	{"sealed words are changed", `UPDATE outbox SET sealed_words = zeroblob(100) WHERE sealed = 1`, "sealed-opens"},
	{"encrypted text in clear", `UPDATE entries SET sealed = NULL, content = '{"text":"plain"}' WHERE mail = 2`, "encrypted-is-sealed"},
	{"an event has other text", `UPDATE events SET text = 'other' WHERE id = 2`, "event-is-unchanged"},
	{"an event has another actor", `UPDATE events SET actor = 'eve' WHERE id = 2`, "event-is-unchanged"},
	{"an event at another time", `UPDATE events SET at = at + 1 WHERE id = 2`, "event-is-unchanged"},
	{"an event is gone", `DELETE FROM events WHERE id = 2`, "chain-is-whole"},
	{"a link is gone", `DELETE FROM chain WHERE seq = 2`, "chain-is-whole"},
	{"the last link is gone", `DELETE FROM chain WHERE seq = (SELECT max(seq) FROM chain)`, "event-is-sealed"},
	{"two events changed places", `UPDATE chain SET event = 5 - event + 1000 WHERE event IN (2, 3); UPDATE chain SET event = event - 1000 WHERE event > 1000`, "event-is-unchanged"},
	{"an indicator's key is gone", `DELETE FROM indicator_keys WHERE entry = (SELECT id FROM entries WHERE mail = 1)`, "indicator-is-found"},
	{"a key of no indicator", `INSERT INTO indicator_keys (number, entry) VALUES (1, 1)`, "indicator-is-found"},
	{"a list of indicators is rubbish", `UPDATE entries SET indicators = '{' WHERE mail = 1`, "indicator-is-found"},
	{"an event erased lawfully", `UPDATE events SET text = '' WHERE id = 2`, ""},
}

// TestVerifyFinds spoils one thing after the other in the rows of a healthy
// database with two tickets, one of them from encrypted mail, and one answer sent.
func TestVerifyFinds(t *testing.T) {
	for _, c := range spoils {
		t.Run(c.name, func(t *testing.T) {
			ctx, clock := context.Background(), storetest.NewClock()
			o := storetest.Options(t, clock)
			s := open(t, o)
			healthy(t, s, clock)
			clock.Advance(time.Hour)
			run(t, rows(t, o.Path), `PRAGMA foreign_keys = 0; `+c.spoil)
			steps := int64(0)
			found, err := s.Verify(ctx, store.VerifyOptions{AtRest: true, Progress: func(done, total int64) {
				if steps++; done != steps || done > total {
					t.Errorf("progress %d of %d at step %d", done, total, steps)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			rules := []string{}
			for _, v := range found {
				rules = append(rules, v.Rule)
			}
			if c.rule == "" && len(found) > 0 || c.rule != "" && !slices.Contains(rules, c.rule) {
				t.Errorf("got %v, want %q", found, c.rule)
			}
		})
	}
}

// TestVerifyFindsOnPostgreSQL does the same to one database, whose rows are
// brought back each time.
func TestVerifyFindsOnPostgreSQL(t *testing.T) {
	ctx, clock := context.Background(), storetest.NewClock()
	o := storetest.Options(t, clock)
	o.Path, o.URL = "", storetest.Postgres(t) // an index is lost
	s := open(t, o)
	healthy(t, s, clock)
	clock.Advance(time.Hour)
	db := rows(t, o.URL+"&session_replication_role=replica") // which minds no reference
	run(t, db, keepRows)
	bytes := strings.NewReplacer("x'", `'\x`, "zeroblob(100)", `decode(repeat('00', 100), 'hex')`)
	for _, c := range spoils {
		run(t, db, bytes.Replace(c.spoil))
		found, err := s.Verify(ctx, store.VerifyOptions{AtRest: true})
		if err != nil {
			t.Fatal(err)
		}
		told := func(v store.Violation) bool { return v.Rule == c.rule }
		if c.rule == "" && len(found) > 0 || c.rule != "" && !slices.ContainsFunc(found, told) {
			t.Errorf("%s: got %v, want %q", c.name, found, c.rule)
		}
		run(t, db, bringRowsBack)
	}
}

const (
	keepRows = `
		CREATE SCHEMA kept;
		DO $$
		DECLARE r record;
		BEGIN
			FOR r IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
				EXECUTE 'CREATE TABLE kept.' || r.name || ' AS TABLE public.' || r.name;
			END LOOP;
		END $$`
	bringRowsBack = `
		DO $$
		DECLARE r record;
		BEGIN
			FOR r IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'kept' LOOP
				EXECUTE 'DELETE FROM public.' || r.name;
				EXECUTE 'INSERT INTO public.' || r.name || ' SELECT * FROM kept.' || r.name;
			END LOOP;
		END $$`
)

// healthy fills a database with two tickets and seals its log.
func healthy(t *testing.T, s *store.Store, clock *storetest.Clock) {
	t.Helper()
	twoTickets(t, s, clock)
	storetest.Clean(t, s, store.VerifyOptions{AtRest: true})
}

// twoTickets files a plain mail and an encrypted one, and sends the first answer.
func twoTickets(t *testing.T, s *store.Store, clock *storetest.Clock) {
	t.Helper()
	storetest.Receive(t, s, storetest.Mail(clock, storetest.Inbox, 1, storetest.Text(1)), storetest.Mail(clock, storetest.Inbox, 2, storetest.Text(2)))
	claims := storetest.Claim(t, s, 2)
	storetest.File(t, s, storetest.Judge, storetest.Filing(claims[0], "anna"), storetest.Encrypted(claims[1], "ben"))
	id, token := storetest.Take(t, s, storetest.OurMail)
	if err := s.Settle(context.Background(), id, token, tickets.SendResult{State: tickets.OutSent}); err != nil {
		t.Fatal(err)
	}
}
