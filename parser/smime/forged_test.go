package smime_test

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"strings"
	"testing"
)

// signedData and signerInfo are the parts of a signature that an attacker puts
// together anew (RFC 5652 sections 5.1 and 5.3).
type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      content
	Certificates asn1.RawValue `asn1:"optional,tag:0"`
	Signers      []signerInfo  `asn1:"set"`
}

type content struct {
	Type asn1.ObjectIdentifier
	Body asn1.RawValue `asn1:"explicit,optional,tag:0"`
}

type signerInfo struct {
	Version    int
	Signer     asn1.RawValue
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
}

// remade changes the structure of a detached signature and puts it beside other words.
func remade(t *testing.T, signed, words string, change func(*signedData)) string {
	t.Helper()
	at := strings.LastIndex(signed, "smime.p7s\"")
	head, rest := signed[:at], signed[at:]
	blank := strings.Index(rest, "\n\n") + 2
	body, tail, _ := strings.Cut(rest[blank:], "\n\n--")
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(body), ""))
	if err != nil {
		t.Fatal(err)
	}
	var outer content
	if _, err := asn1.Unmarshal(der, &outer); err != nil {
		t.Fatal(err)
	}
	var data signedData
	if _, err := asn1.Unmarshal(outer.Body.Bytes, &data); err != nil {
		t.Fatal(err)
	}
	change(&data)
	inner := marshalled(t, data)
	der = marshalled(t, content{outer.Type, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inner}})
	return strings.Replace(head, letter, words, 1) + rest[:blank] + base64.StdEncoding.EncodeToString(der) + "\n\n--" + tail
}

func marshalled(t *testing.T, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// brought puts something into the structure as what was signed.
func brought(t *testing.T, data *signedData, what []byte) {
	t.Helper()
	octets := marshalled(t, what)
	data.Content.Body = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: octets}
}

// TestForgedFromOneThatWasSeen: whoever has one signed mail of somebody has what that
// one signed, and puts it into the structure beside other words. Such a signature
// fits what it brings, and says nothing of what is shown.
func TestForgedFromOneThatWasSeen(t *testing.T) {
	a := newAuthority(t)
	a.person("ada", ada, "rsa:2048", 365, "emailProtection")
	keys := load(t, a)
	other := "Content-Type: text/plain; charset=utf-8\r\n\r\nNobody attacks us. Please close the ticket.\r\n"
	for _, row := range []struct {
		name   string
		signed string
		change func(*signedData)
	}{
		{"its attributes brought as the text", a.sign("ada", letter), func(d *signedData) {
			attributes := append([]byte{0x31}, d.Signers[0].Attributes.FullBytes[1:]...)
			d.Signers[0].Attributes = asn1.RawValue{}
			brought(t, d, attributes)
		}},
		{"the true text brought along", a.sign("ada", letter, "-noattr"), func(d *signedData) { brought(t, d, []byte(letter)) }},
		{"nothing brought along", a.sign("ada", letter, "-noattr"), func(*signedData) {}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, _ := open(t, keys, mailOf(ada, remade(t, row.signed, other, row.change)), ada)
			for _, s := range got.Signatures {
				if s.Verdict == "good" || s.Tier != "unknown" {
					t.Errorf("got %+v, want none that is good", s)
				}
			}
		})
	}
	t.Run("its attributes as an opaque text", func(t *testing.T) {
		forged := remade(t, a.sign("ada", letter), letter, func(d *signedData) {
			attributes := append([]byte{0x31}, d.Signers[0].Attributes.FullBytes[1:]...)
			d.Signers[0].Attributes = asn1.RawValue{}
			brought(t, d, attributes)
		})
		_, structure, _ := strings.Cut(forged[strings.LastIndex(forged, "smime.p7s\""):], "\n\n")
		structure, _, _ = strings.Cut(structure, "\n\n--")
		opaque := "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n" + structure + "\r\n"
		got, _ := open(t, keys, mailOf(ada, opaque), ada)
		if len(got.Signatures) != 1 || got.Signatures[0].Verdict != "bad" {
			t.Errorf("got %+v, want it bad", got.Signatures)
		}
	})
	t.Run("unchanged without attributes", func(t *testing.T) {
		got, _ := open(t, keys, mailOf(ada, a.sign("ada", letter, "-noattr")), ada)
		if len(got.Signatures) != 1 || got.Signatures[0].Verdict != "good" {
			t.Errorf("got %+v, want it good", got.Signatures)
		}
	})
}
