package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/tabwriter"

	"postern/parser"
	"postern/parser/pgp"
	"postern/responder/smtp/smtptest"
	"postern/testdata"
	"postern/tickets"
	"postern/tickets/store"
)

// outcome is what a demo came to. Its JSON is a contract.
type outcome struct {
	Mails   int              `json:"mails"` // delivered, copies included
	Tickets []tickets.Ticket `json:"tickets"`
	Answers []answer         `json:"answers"`
	Held    int              `json:"held"`
}

// answer is one mail as the receiver got it, judged with the receivers' keys.
type answer struct {
	To        string `json:"to"`
	Subject   string `json:"subject"`
	Ticket    string `json:"ticket"`
	Reference string `json:"reference"`
	Encrypted bool   `json:"encrypted"`
	Signed    bool   `json:"signed"`
}

// outcome reads what is in the store and what arrived at the receiver.
func (s *stage) outcome(ctx context.Context, db *store.Store) (outcome, error) {
	o := outcome{Mails: s.count, Tickets: []tickets.Ticket{}, Answers: []answer{}}
	references := map[string]string{}
	for ticket, err := range db.Tickets(ctx, viewer(), tickets.Filter{All: true}) {
		if err != nil {
			return o, err
		}
		o.Tickets = append(o.Tickets, ticket)
		for _, c := range ticket.Conversations {
			references[c.Reference] = ticket.ID
		}
	}
	slices.Reverse(o.Tickets) // oldest first, as the mails came
	keys, err := receiversKeys()
	if err != nil {
		return o, err
	}
	for _, m := range s.smtp.Messages() {
		a := judgeAnswer(ctx, m, keys)
		a.Ticket = references[a.Reference]
		o.Answers = append(o.Answers, a)
	}
	stats, err := db.Stats(ctx)
	o.Held = int(stats.Mails["held"])
	return o, err
}

// receiversKeys are the secret keys of the demo's outside people and our
// public key: with them an answer can be opened and verified as they would.
func receiversKeys() (*pgp.Keyring, error) {
	var secret [][]byte
	for _, name := range []string{"cert-alpha-secret.asc", "cert-beta-secret.asc", "finder-secret.asc"} {
		data, err := fs.ReadFile(testdata.Files, "keys/"+name)
		if err != nil {
			return nil, err
		}
		secret = append(secret, data)
	}
	team, err := fs.ReadFile(testdata.Files, "keys/team-public.asc")
	if err != nil {
		return nil, err
	}
	return pgp.NewKeyring(secret, nil, []pgp.PublicKey{{Data: team, Tier: "known"}})
}

func judgeAnswer(ctx context.Context, m smtptest.Message, keys *pgp.Keyring) answer {
	r := parser.Parse(ctx, bytes.NewReader(m.Data), int64(len(m.Data)), parser.Env{Keys: keys})
	a := answer{Subject: r.OuterSubject, Encrypted: r.Crypto.Encrypted && r.Crypto.Decrypted}
	if a.Subject == "" {
		a.Subject = r.Subject
	}
	if len(m.To) > 0 {
		a.To = m.To[0]
	}
	if ids := tickets.FindIDs("EX", a.Subject, 1); len(ids) > 0 {
		a.Reference = ids[0]
	}
	a.Signed = slices.ContainsFunc(r.Crypto.Signatures, func(s pgp.Signature) bool { return s.Verdict == "good" })
	return a
}

// writeOutcome shows a person what happened: each ticket with what came in and
// what left.
func writeOutcome(out io.Writer, o outcome) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "TICKET\tQUEUE\tSTATE\tCATEGORY\tMAILS\tANSWER\tSUBJECT")
	for _, t := range o.Tickets {
		incoming := 0
		for _, e := range t.Entries {
			if e.Kind == "mail-in" {
				incoming++
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\n", t.ID, orDash(t.Division), t.State, t.Category, incoming,
			answersWords(t.ID, o.Answers), cut(oneLine(t.Subject), 56))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%d mails became %d tickets; %d answers were sent; %d mails are held.\n", o.Mails, len(o.Tickets), len(o.Answers), o.Held)
	return err
}

func answersWords(ticket string, answers []answer) string {
	var words []string
	for _, a := range answers {
		if a.Ticket != ticket {
			continue
		}
		word := "clear"
		if a.Encrypted {
			word = "encrypted"
		}
		if a.Signed {
			word += "+signed"
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return "-"
	}
	return strings.Join(words, ", ")
}
