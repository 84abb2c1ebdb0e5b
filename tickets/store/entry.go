package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"postern/parser"
	"postern/tickets"
)

// keptText bounds the text of one entry; the raw mail has all of it.
const keptText = 1 << 20

// keptFiles bounds how many attached files of one mail can be matched.
const keptFiles = 1000

// content is what an entry says. Of an encrypted mail it is stored sealed.
type content struct {
	Subject     string              `json:"subject,omitempty"`   // the inner one, when it differs
	Protected   bool                `json:"protected,omitempty"` // the subject came out of the encryption
	Text        string              `json:"text,omitempty"`
	Crypto      string              `json:"crypto,omitempty"`
	Problems    []tickets.Problem   `json:"problems,omitempty"`
	Attachments []parser.Attachment `json:"attachments,omitempty"`
	Format      string              `json:"format,omitempty"`
	Fields      map[string]any      `json:"fields,omitempty"`
	Language    string              `json:"language,omitempty"`
}

func contentOf(r tickets.Report) content {
	c := content{Text: clean(cut(tickets.Told(r), keptText)), Crypto: verdicts(r), Attachments: r.Attachments,
		Format: r.Format, Fields: r.Fields, Language: r.Language, Protected: r.Crypto.ProtectedSubject}
	if r.Crypto.Encrypted && r.Subject != r.OuterSubject {
		c.Subject = clean(r.Subject)
	}
	for _, p := range r.Problems {
		c.Problems = append(c.Problems, tickets.Problem{Code: p.Code, Detail: p.Detail})
	}
	return c
}

// filed is what a copy of the mail is compared with.
func (c content) filed() tickets.FiledCopy {
	return tickets.FiledCopy{Text: c.Text, Attachments: c.Attachments, Verdict: c.Crypto}
}

// verdicts joins the sentences about signatures and what could not be opened.
func verdicts(r tickets.Report) string {
	var list []string
	for _, s := range r.Crypto.Signatures {
		list = append(list, s.Sentence)
	}
	if r.Crypto.Problem != "" {
		list = append(list, r.Crypto.Problem)
	}
	return strings.Join(list, " ")
}

// entryPlace is where the content of a mail's entry is sealed to.
func entryPlace(mail int64) string { return fmt.Sprintf("entries/mail:%d/content", mail) }

// sender is the address an entry shows as From.
func sender(r tickets.Report) string {
	if len(r.From) > 0 && r.From[0].Address != "" {
		return clean(r.From[0].Address)
	}
	return clean(r.Reporter.Address)
}

// outer is the subject that anybody may see.
func outer(r tickets.Report) string {
	if r.Crypto.Encrypted {
		return clean(r.OuterSubject)
	}
	return clean(r.Subject)
}

// writeWhole writes the entry of a mail with all that hangs on it.
func (s *Store) writeWhole(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision, p place) (int64, error) {
	list := observables(f.Report)
	entry, err := s.writeEntry(ctx, t, f, e, d, p, list)
	if err != nil {
		return 0, err
	}
	if err := s.writeSeen(ctx, t, f); err != nil {
		return 0, err
	}
	if err := wantLookup(ctx, t, d.LookUp); err != nil {
		return 0, fmt.Errorf("want a key: %w", err)
	}
	return entry, s.writeParts(ctx, t, f, e, p, list, entry)
}

// writeEntry inserts the entry of a mail, or writes over the one it has when it
// is filed again. errIdentity when a copy of the mail was faster.
func (s *Store) writeEntry(ctx context.Context, t *tx, f tickets.Filing, e found, d tickets.Decision, p place, list []observable) (int64, error) {
	clear, sealed, err := s.seal.store(f.Report.Crypto.Encrypted, entryPlace(f.Claim.Mail), contentOf(f.Report))
	if err != nil {
		return 0, err
	}
	refs, err := json.Marshal(newest(f.Report.References))
	if err != nil {
		return 0, ownf("encode references: %w", err)
	}
	identity := cmp.Or(e.altered, f.Keys.Identity)
	t.ahead.note(identityWord, identity)
	args := []any{f.Claim.Mail, p.ticket, null(p.conversation), null(identity), d.Match, sender(f.Report), outer(f.Report),
		clean(f.Keys.MessageID), micros(f.Claim.ReceivedAt), t.at, tickets.TLPStricter("", f.Report.TLP),
		bit(unproven(d)), bit(f.Report.Crypto.Encrypted), clear, sealed, clean(string(refs)),
		reasons(d.Matched), clean(cut(d.Withheld, eventText)), encodeObservables(list), bit(tickets.Unopened(f.Report))}
	if e.existing != nil {
		return e.existing.id, s.rewriteEntry(ctx, t, e.existing, args)
	}
	const insert = `
		INSERT INTO entries (mail, ticket, conversation, identity, match, author, subject, message_id, at, filed_at, tlp,
		                     unproven, encrypted, content, sealed, refs, matched, withheld, indicators, unopened, id, kind)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, 'mail-in')
		ON CONFLICT (identity) DO NOTHING`
	id, err := s.number(ctx, t, "entries")
	if err != nil {
		return 0, err
	}
	if err := t.must(ctx, errIdentity, insert, append(args, id)...); err != nil {
		return 0, fmt.Errorf("insert entry: %w", err)
	}
	return id, nil
}

// unproven tells that nothing ties the sender to the ticket. Our own name and
// Message-ID anybody can write who has seen a mail of ours.
func unproven(d tickets.Decision) bool {
	return d.Match == tickets.MatchUnproven || d.Match == tickets.MatchAltered || d.Match == tickets.MatchEcho
}

// rewriteEntry replaces an entry and drops its parts, which are written anew.
// Read again, it keeps why it was placed where it is. Where the words that can be read now are those of
// another mail, it keeps its identity as well: two entries stay two.
func (s *Store) rewriteEntry(ctx context.Context, t *tx, old *oldEntry, args []any) error {
	const update = `
		UPDATE entries
		   SET ticket = $2, conversation = $3, match = CASE WHEN $5 = 'refile' THEN match ELSE $5 END,
		       author = $6, subject = $7, message_id = $8, at = $9, filed_at = $10, tlp = $11,
		       unproven = CASE WHEN $5 = 'refile' THEN unproven ELSE $12 END, encrypted = $13, content = $14, sealed = $15,
		       identity = CASE WHEN EXISTS (SELECT 1 FROM entries o WHERE o.identity = $4 AND o.mail <> $1) THEN identity ELSE $4 END,
		       refs = $16, matched = CASE WHEN $5 = 'refile' THEN matched ELSE $17 END,
		       withheld = CASE WHEN $5 = 'refile' THEN withheld ELSE $18 END, indicators = $19, unopened = $20
		 WHERE mail = $1`
	if err := s.dropKeys(ctx, t, old.id); err != nil {
		return fmt.Errorf("drop indicators: %w", err)
	}
	if _, err := t.exec(ctx, update, args...); err != nil {
		return fmt.Errorf("write over entry: %w", err)
	}
	for _, drop := range []string{
		`DELETE FROM files WHERE entry = $1`,
		`DELETE FROM awaited WHERE entry = $1`,
	} {
		if _, err := t.exec(ctx, drop, old.id); err != nil {
			return err
		}
	}
	if _, err := t.exec(ctx, `DELETE FROM incidents WHERE mail = $1`, args[0]); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM message_ids WHERE message_id = $1 AND entry = $2`, indexed(old.messageID), old.id)
	return err
}

// null is a value that is NULL in its column when it is the zero value.
func null[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// writeParts writes what hangs on an entry: message IDs, files, indicators, incidents.
func (s *Store) writeParts(ctx context.Context, t *tx, f tickets.Filing, e found, p place, list []observable, entry int64) error {
	if err := writeMessageIDs(ctx, t, f, e, p, entry); err != nil {
		return fmt.Errorf("insert message IDs: %w", err)
	}
	for _, sum := range f.Keys.Files[:min(len(f.Keys.Files), keptFiles)] {
		const insert = `INSERT INTO files (sha256, entry) VALUES ($1, $2) ON CONFLICT DO NOTHING`
		if err := t.later(ctx, insert, indexed(sum), entry); err != nil {
			return fmt.Errorf("insert file: %w", err)
		}
		t.ahead.note(fileWord, indexed(sum))
	}
	addKeys(t, list, entry)
	return s.addIncidents(ctx, t, f, entry)
}

// writeMessageIDs keeps the mail's own Message-ID and those it names that
// nobody has seen yet. The Message-ID of an unproven mail proves nothing, and
// one that we gave out ourselves is ours whoever uses it again.
func writeMessageIDs(ctx context.Context, t *tx, f tickets.Filing, e found, p place, entry int64) error {
	const insert = `
		INSERT INTO message_ids (message_id, conversation, entry, outgoing, sender) VALUES ($1, $2, $3, 0, $4)
		ON CONFLICT DO NOTHING`
	if f.Keys.MessageID != "" && p.conversation != 0 && e.Own == nil {
		from := clean(strings.ToLower(cmp.Or(f.Keys.From, sender(f.Report))))
		if err := t.later(ctx, insert, indexed(f.Keys.MessageID), p.conversation, entry, from); err != nil {
			return err
		}
		t.ahead.note(messageWord, indexed(f.Keys.MessageID))
	}
	seen := map[string]bool{}
	for _, h := range e.ByMessage {
		seen[h.MessageID] = true
	}
	for _, id := range newest(f.Keys.MessageIDs) {
		if seen[id] || id == "" {
			continue
		}
		if err := t.later(ctx, `INSERT INTO awaited (message_id, entry) VALUES ($1, $2) ON CONFLICT DO NOTHING`, indexed(id), entry); err != nil {
			return err
		}
		t.ahead.note(awaitedWord, indexed(id))
	}
	return nil
}
