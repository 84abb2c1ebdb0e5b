package parser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"postern/parser"
	"postern/parser/mime"
)

// FuzzDamaged reads mails of the golden set as they look after a bad relay or a
// spiteful hand: bytes broken, lines swapped, doubled and gone, one mail's end
// behind another's beginning. What a fuzzer needs hours to invent (a feed, armour,
// an attached mail) is there already, and only the damage is by chance.
func FuzzDamaged(f *testing.F) {
	set := os.DirFS("../testdata/mail")
	names, err := fs.Glob(set, "*/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	mails := slices.DeleteFunc(names, func(name string) bool {
		info, err := fs.Stat(set, name)
		return err != nil || info.Size() > 30_000
	})
	for i := range 40 {
		f.Add(uint16(i*9), uint64(i))
	}
	e := goldenEnv(f)
	e.Limits = parser.Limits{Text: 100_000, Indicators: 200, MIME: mime.Limits{Depth: 10, Parts: 200}}
	f.Fuzz(func(t *testing.T, which uint16, seed uint64) {
		chance := rand.New(rand.NewPCG(seed, 0))
		raw := goldenFile(t, set, mails[int(which)%len(mails)])
		other := goldenFile(t, set, mails[chance.IntN(len(mails))])
		for range 1 + chance.IntN(12) {
			raw = damage(chance, raw, other)
		}
		got := parser.Parse(context.Background(), bytes.NewReader(raw), int64(len(raw)), e)
		checkReport(t, got, int64(len(raw)), e)
		if _, err := json.Marshal(got); err != nil {
			t.Fatal(err)
		}
	})
}

// unkind are bytes and words that programs trip over: longer or shorter in small
// letters, of another meaning in pairs, or without an end.
var unkind = []string{
	"\xff\xfe\xff\xfe\xff\xfe\xff", "\u023a\u023a\u023a\u023a", "\u0130", "\u212a", "\x00", "\r", "\n", "\n\n", "\r\n\r\n", "\t", " ", ";", "=", "=\n", "=?", "?=", "=?utf-8?b?", "\"", "<", ">", "(", ")", ",",
	":", "@", "[", "]", "--", "-----BEGIN PGP MESSAGE-----\n", "\n>", "\u2028", "\u00a0", "\u202e", "\ufeff", "&#0;", "<!--", "%", "%00", "99999999999999999999", "-1", "\n.\n", "\nFrom x\n", "{", "}", "'", "\\",
}

// damage gives mail with one damage done to it.
func damage(chance *rand.Rand, mail, other []byte) []byte {
	if len(mail) < 2 {
		return other
	}
	from := chance.IntN(len(mail))
	to := min(len(mail), from+1+chance.IntN(1+chance.IntN(300)))
	switch chance.IntN(8) {
	case 0: // gone
		return slices.Concat(mail[:from], mail[to:])
	case 1: // twice
		return slices.Concat(mail[:to], mail[from:])
	case 2: // in small letters, as some relays do to fields
		return slices.Concat(mail[:from], bytes.ToLower(mail[from:to]), mail[to:])
	case 3: // elsewhere
		at := chance.IntN(from + 1)
		return slices.Concat(mail[:at], mail[from:to], mail[at:from], mail[to:])
	case 4: // the end of another mail
		return slices.Concat(mail[:from], other[min(len(other), from):])
	case 5: // one byte
		return slices.Concat(mail[:from], []byte{byte(chance.IntN(256))}, mail[from+1:])
	default:
		word := unkind[chance.IntN(len(unkind))]
		return slices.Concat(mail[:from], bytes.Repeat([]byte(word), 1+chance.IntN(4)), mail[from:])
	}
}
