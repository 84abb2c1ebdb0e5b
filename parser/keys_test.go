package parser_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/ProtonMail/gopenpgp/v2/crypto"

	"postern/parser"
)

// aKey makes a key of somebody: its fingerprint, armoured public, armoured secret and binary public.
func aKey(t *testing.T, address string) (fingerprint, public, secret, binary string) {
	t.Helper()
	key, err := crypto.GenerateKey("Peer", address, "x25519", 0)
	if err == nil {
		public, err = key.GetArmoredPublicKey()
	}
	if err == nil {
		secret, err = key.Armor()
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := key.GetPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return strings.ToUpper(key.GetFingerprint()), public, secret, string(data)
}

// TestKeysThatComeWithAMail are found where people put them, and nothing else is taken for one.
func TestKeysThatComeWithAMail(t *testing.T) {
	print, public, secret, binary := aKey(t, "peer@peer.example")
	ours := keyring(t)
	own, err := ours.OwnPublicKey(madeAt(ours))
	if err != nil {
		t.Fatal(err)
	}
	attached := func(kind, name, content string) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHello\n--b\nContent-Type: " + kind + "; name=" + name +
			"\nContent-Disposition: attachment; filename=" + name + "\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(content)) + "\n--b--\n"
	}
	keydata := base64.StdEncoding.EncodeToString([]byte(binary))
	for _, row := range []struct {
		name, header, body, via string
	}{
		{"application/pgp-keys", "", attached("application/pgp-keys", "OpenPGP_0x1234.asc", public), "attached"},
		{"a file of another type", "", attached("application/octet-stream", "public.asc", public), "attached"},
		{"a binary file", "", attached("application/octet-stream", "pubring.gpg", binary), "attached"},
		{"in the text", "", "Content-Type: text/plain\n\nMy key:\n\n" + public + "\nBye\n", "attached"},
		{"Autocrypt", "Autocrypt: addr=peer@peer.example; prefer-encrypt=mutual;\n keydata=" + keydata[:60] + "\n " + keydata[60:] + "\n", "\nHello\n", "autocrypt"},
		{"Autocrypt of somebody else", "Autocrypt: addr=other@peer.example; keydata=" + keydata + "\n", "\nHello\n", ""},
		{"Autocrypt twice", strings.Repeat("Autocrypt: addr=peer@peer.example; keydata="+keydata+"\n", 2), "\nHello\n", ""},
		{"our own key, sent back", "", attached("application/pgp-keys", "ours.asc", string(own)), ""},
		{"in a mail that is attached", "", "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\nSubject: x\n" + attached("application/pgp-keys", "k.asc", public) + "--m--\n", ""},
		{"an absence note", "Auto-Submitted: auto-replied\n", attached("application/pgp-keys", "k.asc", public), ""},
		{"another file of that name", "", attached("application/octet-stream", "notes.asc", "hello"), ""},
		{"a secret key", "", attached("application/pgp-keys", "k.asc", secret), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := parseWith(ours, "From: peer@peer.example\nTo: csirt@example.org\nSubject: key\nMIME-Version: 1.0\n"+row.header+row.body)
			if row.via == "" && len(got.Keys) > 0 || row.via != "" && (len(got.Keys) != 1 || got.Keys[0].Fingerprint != print || got.Keys[0].Via != row.via) {
				t.Errorf("got %d keys %+v, want one that is %q", len(got.Keys), got.Keys, row.via)
			}
			warned := fmt.Sprint(got.Problems)
			if strings.Contains(warned, "secret-key-sent") != (row.name == "a secret key") {
				t.Errorf("got problems %s", warned)
			}
		})
	}
}

// ServiceNow marks what people write as a machine's. Of a known contact that is forgiven.
func TestAKnownContactWritesThroughATicketSystem(t *testing.T) {
	const fresh = "From: CERT Alpha <cert@alpha.example>\nTo: csirt@example.org\nSubject: INC0012345 Scan from your network\nX-ServiceNow-Generated: true\n" +
		"Auto-Submitted: auto-generated\nPrecedence: bulk\n\nYour host 192.0.2.7 scans our network since 10:00.\n"
	confirms := strings.Replace(fresh, "auto-generated", "auto-replied", 1)
	for _, row := range []struct {
		name, mail string
		known      bool
		may        bool
	}{
		{"a contact's report", fresh, true, true},
		{"a stranger's report", fresh, false, false},
		{"a contact's confirmation", confirms, true, false},
	} {
		e := env()
		e.Known = func(address string) bool { return row.known && address == "cert@alpha.example" }
		got := parser.Parse(context.Background(), strings.NewReader(row.mail), int64(len(row.mail)), e).Automatic
		if got.MayAnswer != row.may || row.may && got.Is {
			t.Errorf("%s: got %+v", row.name, got)
		}
	}
}
