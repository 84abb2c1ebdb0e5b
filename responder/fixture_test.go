package responder_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"postern/parser/automatic"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/responder"
	"postern/templates"
	"postern/tickets"
)

var now = time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)

var team = responder.Team{Name: "Example CSIRT", Address: "csirt@example.org", Phone: "+00 00 000000", Hours: "Mon-Fri 8-17"}

var domains = []string{"example.org"}

func file(name string) []byte {
	data, err := os.ReadFile(filepath.Join("..", "testdata", "keys", name))
	if err != nil {
		panic(err)
	}
	return data
}

// ring holds our key, a peer's and that of somebody known; unlocked once.
var ring = sync.OnceValue(func() *pgp.Keyring {
	keys, err := pgp.NewKeyring(
		[][]byte{file("team-secret.asc")}, [][]byte{bytes.TrimSpace(file("team.passphrase"))},
		[]pgp.PublicKey{{Data: file("cert-alpha-public.asc"), Tier: "peer"}, {Data: file("finder-public.asc"), Tier: "known"}, {Data: file("stranger-public.asc"), Tier: "unknown"}},
	)
	if err != nil {
		panic(err)
	}
	return keys
})

func keys() *pgp.Keyring { return ring() }

// fingerprint finds a key of the ring by an address.
func fingerprint(t *testing.T, address string) string {
	t.Helper()
	for _, k := range ring().Keys() {
		for _, a := range k.Addresses {
			if a == address {
				return k.Fingerprint
			}
		}
	}
	t.Fatalf("no key of %s", address)
	return ""
}

// quickRing has only keys on curves: RSA under the fuzzer takes all its time.
var quickRing = sync.OnceValue(func() *pgp.Keyring {
	keys, err := pgp.NewKeyring([][]byte{file("finder-secret.asc")}, nil, []pgp.PublicKey{{Data: file("cert-alpha-public.asc"), Tier: "peer"}})
	if err != nil {
		panic(err)
	}
	return keys
})

var allWords = sync.OnceValues(templates.Mail)

func words(t testing.TB) *templates.Set {
	t.Helper()
	set, err := allWords()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func policy(change ...func(*responder.PolicyOptions)) *responder.Policy {
	options := responder.PolicyOptions{
		Team: team, Keys: keys, OwnDomains: domains,
		OwnAddresses: []string{"csirt@example.org", "abuse@example.org"},
		Secret:       []byte("a secret for tests"),
	}
	for _, c := range change {
		c(&options)
	}
	return responder.NewPolicy(options)
}

// situation is a mail on its way through T2.
type situation struct {
	filing   tickets.Filing
	evidence tickets.Evidence
	decision tickets.Decision
}

// report is a person's ordinary first mail.
func report() situation {
	var s situation
	s.filing.Claim = tickets.Claim{Mail: 1, ReceivedAt: now.Add(-time.Minute), StoredAt: now.Add(-time.Minute), Mailbox: "csirt"}
	s.filing.Keys = tickets.Keys{Identity: "0123abcd", MessageID: "first@example.net", From: "reporter@example.net"}
	r := &s.filing.Report
	r.MessageID = "first@example.net"
	r.From = []mime.Address{{Name: "Rosa Reporter", Address: "reporter@example.net"}}
	r.To = []mime.Address{{Address: "csirt@example.org"}}
	r.Reporter.Address, r.Reporter.Via = "reporter@example.net", "from"
	r.Subject, r.OuterSubject = "Strange page", "Strange page"
	r.Automatic = automatic.Verdict{MayAnswer: true}
	r.Format, r.Kind, r.Language = "free-text", "incident", "en"
	s.decision = tickets.Decision{Match: tickets.MatchNew, Kind: "incident", Party: "reporter@example.net", Division: tickets.Central}
	return s
}

func (s situation) judge(p *responder.Policy) (*tickets.Outgoing, string) {
	return p.Acknowledge(s.filing, s.evidence, s.decision, now)
}

// numbered is what the store adds to a plan.
func numbered(o *tickets.Outgoing) tickets.Outgoing {
	o.ID, o.Ticket, o.TicketID, o.Conversation, o.Reference = 1, 1, "EX-7KQ4-9MZX", 1, "EX-7KQ4-9MZX"
	return *o
}

type tokens struct{}

func (tokens) Make(reference, recipient, purpose string) string {
	return "token." + purpose + "@example.org"
}

func renderer(t testing.TB) *responder.Renderer {
	return &responder.Renderer{Team: team, Templates: words(t), Keys: keys, Tokens: tokens{}}
}
