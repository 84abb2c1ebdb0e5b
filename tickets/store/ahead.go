package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"postern/tickets"
)

// ahead is what a batch asks once for all its mails: which of the values that
// they will be looked up by stand in any row. Most stand in none, and then
// nothing is looked up for the mail. What the batch writes is noted as it goes, so that a
// mail finds those before it.
//
// It serves a transaction whose mails are filed all or none. Where one can be
// rolled back alone there is none (nil), and each mail asks for itself.
type ahead struct {
	claims     map[int64]int64 // token by mail, of those that are claimed and not filed by that claim
	words      map[word]bool   // those asked for: whether they stand in a row
	links      map[int64]bool  // the same of the numbers of links
	left       map[string]int  // answers on the budgets of all who write
	references map[string]bool // free ones
}

// word is something that mails are looked up by.
type word struct {
	kind  wordKind
	value string
}

type wordKind int

const (
	identityWord wordKind = iota // of an entry
	messageWord                  // Message-ID of a mail of either direction
	awaitedWord                  // Message-ID that a filed mail named before it came
	fileWord                     // SHA-256 of an attached file
	answerWord                   // name by which an answer is owed once
	wordKinds
)

// lookAhead asks for the mails of a batch, in one journey.
func (s *Store) lookAhead(ctx context.Context, t *tx, batch []tickets.Filing) error {
	a := &ahead{claims: map[int64]int64{}, words: map[word]bool{}, links: map[int64]bool{}}
	for _, look := range []func(context.Context, *tx, []tickets.Filing, *ahead) error{
		s.claimsAhead, s.wordsAhead, s.linksAhead, s.answersAhead, s.referencesAhead, s.numbersAhead,
	} {
		if err := look(ctx, t, batch, a); err != nil {
			return fmt.Errorf("look up the evidence of a batch: %w", err)
		}
	}
	if err := t.flush(ctx); err != nil {
		return fmt.Errorf("look up the evidence of a batch: %w", err)
	}
	t.ahead = a
	return nil
}

func (s *Store) claimsAhead(ctx context.Context, t *tx, batch []tickets.Filing, a *ahead) error {
	query := `
		SELECT id, token
		  FROM mails
		 WHERE id IN (SELECT value FROM ` + s.dialect.numbers + `) AND state = $1 AND filed_token <> token`
	mails := make([]int64, len(batch))
	for i, f := range batch {
		mails[i] = f.Claim.Mail
	}
	return t.ask(ctx, query, []any{mailClaimed, asParameter(mails)}, func(r scanner) error {
		var mail, token int64
		err := r.Scan(&mail, &token)
		a.claims[mail] = token
		return err
	})
}

// wordsOf are the words that the evidence of one mail is looked up by.
func wordsOf(f tickets.Filing) []word {
	own := indexed(f.Keys.MessageID)
	list := []word{{identityWord, f.Keys.Identity}, {messageWord, own}, {awaitedWord, own}}
	for _, id := range newest(f.Keys.MessageIDs) {
		list = append(list, word{messageWord, indexed(id)})
	}
	for _, sum := range first(f.Keys.Files) {
		list = append(list, word{fileWord, indexed(sum)})
	}
	return append(list, word{answerWord, indexed(answerName(f))})
}

func (s *Store) wordsAhead(ctx context.Context, t *tx, batch []tickets.Filing, a *ahead) error {
	for _, f := range batch {
		for _, w := range wordsOf(f) {
			a.words[w] = false
		}
	}
	var asked [wordKinds][]string
	for w := range a.words {
		if w.value != "" {
			asked[w.kind] = append(asked[w.kind], w.value)
		}
	}
	for i, query := range s.standing() {
		if len(asked[i]) == 0 {
			continue
		}
		err := t.ask(ctx, query, []any{asParameter(asked[i])}, func(r scanner) error {
			var value string
			err := r.Scan(&value)
			a.words[word{wordKind(i), value}] = true
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// standing asks which words of a list stand in a row, by their kind.
func (s *Store) standing() [wordKinds]string {
	in := func(table, column string) string {
		return `SELECT DISTINCT ` + column + ` FROM ` + table + ` WHERE ` + column + ` IN (SELECT value FROM ` + s.dialect.texts + `)`
	}
	return [wordKinds]string{
		identityWord: in("entries", "identity"),
		messageWord:  in("message_ids", "message_id"),
		awaitedWord:  in("awaited", "message_id"),
		fileWord:     in("files", "sha256"),
		answerWord:   in("outbox", "dedupe"),
	}
}

func (s *Store) linksAhead(ctx context.Context, t *tx, batch []tickets.Filing, a *ahead) error {
	for _, f := range batch {
		for _, number := range linkNumbers(first(f.Keys.URLs)) {
			a.links[number] = false
		}
	}
	return s.askNumbers(ctx, t, slices.Collect(maps.Keys(a.links)), nil, a.links)
}

func (s *Store) answersAhead(ctx context.Context, t *tx, batch []tickets.Filing, a *ahead) (err error) {
	a.left, err = s.answered(ctx, t, s.budgetsOf(batch...))
	return err
}

// numbersAhead takes row numbers for a batch in which every mail is a new ticket
// that is answered, where they come from the database.
func (s *Store) numbersAhead(ctx context.Context, t *tx, batch []tickets.Filing, _ *ahead) error {
	if s.dialect.sequence == "" {
		return nil
	}
	for _, table := range []string{"tickets", "conversations", "entries", "outbox"} {
		if err := s.askRowNumbers(ctx, t, table, len(batch)); err != nil {
			return err
		}
	}
	return nil
}

// holds tells whether the claim is known to hold, and the mail not to be filed by
// it yet.
func (a *ahead) holds(c tickets.Claim) bool {
	if a == nil {
		return false
	}
	token, held := a.claims[c.Mail]
	return held && token == c.Token
}

// has tells whether a word may stand in a row.
func (a *ahead) has(kind wordKind, value string) bool {
	if a == nil {
		return true
	}
	there, asked := a.words[word{kind, value}]
	return there || !asked
}

// note tells that a word stands in a row from now on.
func (a *ahead) note(kind wordKind, value string) {
	if a == nil {
		return
	}
	if w := (word{kind, value}); !a.has(kind, value) {
		a.words[w] = true
	}
}

// hasLink tells whether any of these numbers may stand in a row.
func (a *ahead) hasLink(numbers []int64) bool {
	return slices.ContainsFunc(numbers, func(number int64) bool {
		if a == nil {
			return true
		}
		there, asked := a.links[number]
		return there || !asked
	})
}

// noteLink tells that an indicator's number stands in a row from now on.
func (a *ahead) noteLink(number int64) {
	if a == nil {
		return
	}
	if _, asked := a.links[number]; asked {
		a.links[number] = true
	}
}

// answered are the counters of answers; nil when nobody asked for them.
func (a *ahead) answered() map[string]int {
	if a == nil {
		return nil
	}
	return a.left
}

// count counts one more answer.
func (a *ahead) count(name string) {
	if a != nil {
		a.left[name]++
	}
}
