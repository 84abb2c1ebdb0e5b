package tickets_test

import (
	"testing"
	"time"

	"postern/parser"
	"postern/parser/automatic"
	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/tickets"
)

// TestWhoseKeyIsWanted: only a person who signs or encrypts, or has to be written
// to in private, makes us ask somebody.
func TestWhoseKeyIsWanted(t *testing.T) {
	tlp := func(label string) func(*tickets.Report) { return func(r *tickets.Report) { r.TLP = label } }
	from := func(list ...mime.Address) func(*tickets.Report) {
		return func(r *tickets.Report) {
			r.From = list
			r.Reporter = parser.Reporter{Address: list[0].Address, Via: "from"}
		}
	}
	unsigned := func(r *tickets.Report) {
		r.Crypto.Protocol = "openpgp"
		r.Crypto.Signatures = []pgp.Signature{{Verdict: "unknown-key", Key: "0102030405060708"}}
	}
	smime := func(r *tickets.Report) { r.Crypto = pgp.Result{Protocol: "smime", Encrypted: true} }
	ana := "ana@example.net"
	for _, row := range []struct {
		name  string
		claim tickets.Claim
		mail  tickets.Report
		want  string
	}{
		{"encrypted", tickets.Claim{}, mail(encrypted), ana},
		{"signed by a key we do not have", tickets.Claim{}, mail(unsigned), ana},
		{"RED in clear", tickets.Claim{}, mail(tlp("RED")), ana},
		{"a contact to whom all is encrypted", tickets.Claim{}, mail(from(mime.Address{Address: "Duty@Always.example"})), "duty@always.example"},
		{"a contact who cannot read it", tickets.Claim{}, mail(encrypted, from(mime.Address{Address: "duty@never.example"})), ""},
		{"plain mail", tickets.Claim{}, mail(), ""},
		{"S/MIME", tickets.Claim{}, mail(smime), ""},
		{"a robot", tickets.Claim{}, mail(encrypted, func(r *tickets.Report) { r.Automatic = automatic.Verdict{Is: true, Kind: "machine-report"} }), ""},
		{"nobody", tickets.Claim{}, mail(encrypted, func(r *tickets.Report) { r.NullSender = true }), ""},
		{"forged", tickets.Claim{}, mail(encrypted, dmarcFails), ""},
		{"several authors", tickets.Claim{}, mail(encrypted, from(mime.Address{Address: ana}, mime.Address{Address: "bo@example.net"})), ""},
		{"ourselves", tickets.Claim{}, mail(encrypted, from(mime.Address{Address: "abuse@example.org"})), ""},
		{"Junk", tickets.Claim{Junk: true}, mail(encrypted), ""},
		{"an import", tickets.Claim{Unanswered: true}, mail(encrypted), ""},
		{"read again", tickets.Claim{Refile: tickets.RefileRead}, mail(encrypted), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, on := range []bool{true, false} {
				rules := house(t)
				rules.LookUpKeys = on
				rules.Contacts = tickets.NewDirectory([]tickets.Contact{
					{Name: "Always", Addresses: []string{"@always.example"}, Encryption: tickets.EncryptAlways},
					{Name: "Never", Addresses: []string{"@never.example"}, Encryption: tickets.EncryptNever},
				}, nil)
				row.claim.ReceivedAt, row.claim.Mailbox = today, "csirt"
				f := tickets.Filing{Claim: row.claim, Report: row.mail, Keys: tickets.KeysOf(row.claim, row.mail, rules)}
				want := row.want
				if !on {
					want = ""
				}
				if got := rules.Judge(answering, func() time.Time { return today })(f, tickets.Evidence{}).LookUp; got != want {
					t.Errorf("switched on %v: got %q, want %q", on, got, want)
				}
			}
		})
	}
}
