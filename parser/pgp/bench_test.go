package pgp_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/mime"
	"postern/parser/pgp"
)

// BenchmarkOpen measures decrypting and verifying one mail beside the bare
// library on the same bytes, call by call in one run: small and large messages,
// with a small keyring and with one of two thousand keys. It prints the ratios
// of the medians and of the means.
// Both hand on the whole text; ours has also read it as a mail.
func BenchmarkOpen(b *testing.B) {
	g := realGPG(b)
	for _, kind := range []string{"rsa", "curve"} {
		us, them := "team@"+kind+".example", "peer@"+kind+".example"
		ring, bare, large := g.ring(b, us, them), entities(b, g, us, them), largeRing(b, g, us, them)
		for _, size := range []int{2 << 10, 1 << 20} {
			block := string(g.seal(b, plainEntity(logLines(size)), us, them))
			mail := treeOf(mailOf(them, encryptedEntity("encrypted", []byte(block))))
			b.Run(fmt.Sprintf("%s/%dkB", kind, size>>10), func(b *testing.B) {
				var library, ours, many []time.Duration
				for b.Loop() {
					library = append(library, timed(func() { readBare(b, bare, block) }))
					ours = append(ours, timed(func() { openOnce(ring, mail, them) }))
					many = append(many, timed(func() { openOnce(large, mail, them) }))
				}
				b.ReportMetric(float64(median(library).Microseconds()), "us/bare")
				b.ReportMetric(float64(median(ours).Microseconds()), "us/mail")
				b.ReportMetric(float64(median(ours))/float64(median(library)), "x-bare")
				b.ReportMetric(float64(mean(ours))/float64(mean(library)), "x-bare-mean")
				b.ReportMetric(float64(median(many))/float64(median(library)), "x-bare-2000-keys")
			})
		}
	}
}

// median is not moved by the calls during which somebody else had the processor.
func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

func mean(all []time.Duration) (sum time.Duration) {
	for _, d := range all {
		sum += d
	}
	return sum / time.Duration(len(all))
}

// logLines is a text like those that reports bring, of that many bytes.
func logLines(size int) string {
	var out strings.Builder
	for i := 0; out.Len() < size; i++ {
		fmt.Fprintf(&out, "Nov 20 14:%02d:%02d host sshd[%d]: Failed password for user%d from 192.0.2.%d port %d ssh2\n",
			i/60%60, i%60, i*7919%32768, i*104729%997, i*31%256, 1024+i*15485863%64511)
	}
	return out.String()
}

func treeOf(mail string) *mime.Part {
	root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	return root
}

// BenchmarkOpenPlain measures what a mail without OpenPGP pays.
func BenchmarkOpenPlain(b *testing.B) {
	ring := teamRing(b)
	mail := mailOf(peer, plainEntity(strings.Repeat(report, 2000)))
	root, _ := mime.Read(context.Background(), strings.NewReader(mail), int64(len(mail)), mime.Limits{})
	b.SetBytes(int64(len(mail)))
	for b.Loop() {
		ring.Open(context.Background(), root, peer, received, pgp.Limits{}, mime.Limits{})
	}
}

func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func openOnce(ring *pgp.Keyring, root *mime.Part, from string) {
	opened := ring.Open(context.Background(), root, from, received, pgp.Limits{}, mime.Limits{})
	if !opened.Result.Decrypted || verdicts(opened.Result) != "good" {
		panic(fmt.Sprintf("not opened: %+v", opened.Result))
	}
}

// readBare is the library alone: armour, decrypt, verify.
func readBare(b *testing.B, ring openpgp.EntityList, armoured string) {
	block, err := armor.Decode(strings.NewReader(armoured))
	if err != nil {
		b.Fatal(err)
	}
	at := &packet.Config{Time: func() time.Time { return received }}
	m, err := openpgp.ReadMessage(block.Body, ring, nil, at)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.ReadAll(m.UnverifiedBody); err != nil || m.SignatureError != nil || m.SignedBy == nil {
		b.Fatal(err, m.SignatureError)
	}
}

func entities(b *testing.B, g *gpg, us, them string) openpgp.EntityList {
	b.Helper()
	var all openpgp.EntityList
	for _, data := range [][]byte{g.secret(b, us), g.public(b, them)} {
		ring, err := openpgp.ReadArmoredKeyRing(strings.NewReader(string(data)))
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, ring...)
	}
	return all
}

// largeRing is the keyring of a team with two thousand correspondents.
func largeRing(b *testing.B, g *gpg, us, them string) *pgp.Keyring {
	b.Helper()
	public := []pgp.PublicKey{{Data: g.public(b, them), Tier: "peer"}}
	for i := range 2000 {
		entity, err := openpgp.NewEntity("", "", fmt.Sprintf("p%d@example.net", i), &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA})
		if err != nil {
			b.Fatal(err)
		}
		var data strings.Builder
		if err := entity.Serialize(&data); err != nil {
			b.Fatal(err)
		}
		public = append(public, pgp.PublicKey{Data: []byte(data.String())})
	}
	ring, err := pgp.NewKeyring([][]byte{g.secret(b, us)}, nil, public)
	if err != nil {
		b.Fatal(err)
	}
	return ring
}
