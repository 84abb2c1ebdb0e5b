package responder_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-message"
)

// protectedBody is what a strict reader of RFC 3156 takes out of a mail.
type protectedBody struct {
	header    *message.Header
	kind      string // multipart/signed or multipart/encrypted
	signed    string // the bytes that the signature covers
	signature string
	armour    string // of the encrypted message
}

// strict reads a mail as a program does that keeps to RFC 3156 word for word and
// trusts nothing else: exactly two parts, nothing before, between or behind them,
// the parameters there and right, lines that no relay changes.
func strict(t *testing.T, raw []byte) protectedBody {
	t.Helper()
	head, body, ok := strings.Cut(string(raw), "\r\n\r\n")
	if !ok {
		t.Fatalf("no body in\n%s", raw)
	}
	header := headerOf(t, head)
	kind, params, err := header.ContentType()
	if err != nil {
		t.Fatal(err)
	}
	if encoding := header.Get("Content-Transfer-Encoding"); encoding != "" && encoding != "7bit" {
		t.Errorf("the multipart is encoded as %q", encoding)
	}
	parts := twoParts(t, body, params["boundary"])
	p := protectedBody{header: header, kind: kind}
	switch kind {
	case "multipart/signed":
		p.signed, p.signature = parts[0], checkSignature(t, params, parts[1])
		checkCanonical(t, p.signed)
	case "multipart/encrypted":
		p.armour = checkEncrypted(t, params, parts)
	default:
		t.Fatalf("Content-Type %s", kind)
	}
	return p
}

func headerOf(t *testing.T, head string) *message.Header {
	t.Helper()
	e, err := message.Read(strings.NewReader(head + "\r\n\r\n"))
	if err != nil {
		t.Fatalf("%v in\n%s", err, head)
	}
	return &e.Header
}

// twoParts splits a multipart by its boundary lines. What stands outside of the
// parts is covered by no signature and may not be there.
func twoParts(t *testing.T, body, boundary string) []string {
	t.Helper()
	delimiter := "--" + boundary
	rest, ok := strings.CutPrefix(body, delimiter+"\r\n")
	if boundary == "" || !ok {
		t.Fatalf("something stands before the first part, or there is no boundary:\n%s", body)
	}
	first, rest, ok := strings.Cut(rest, "\r\n"+delimiter+"\r\n")
	second, behind, closed := strings.Cut(rest, "\r\n"+delimiter+"--")
	if !ok || !closed || strings.TrimSpace(behind) != "" {
		t.Fatalf("not two parts, or something stands behind them: %q", behind)
	}
	for _, part := range []string{first, second} {
		if strings.Contains(part, delimiter) {
			t.Errorf("more than two parts:\n%s", part)
		}
	}
	return []string{first, second}
}

func checkSignature(t *testing.T, params map[string]string, part string) string {
	t.Helper()
	head, body, _ := strings.Cut(part, "\r\n\r\n")
	kind, _, err := headerOf(t, head).ContentType()
	if err != nil || kind != "application/pgp-signature" || params["protocol"] != kind {
		t.Errorf("signature part %s, protocol %s, %v", kind, params["protocol"], err)
	}
	if micalg := params["micalg"]; !strings.HasPrefix(micalg, "pgp-sha") || micalg != strings.ToLower(micalg) {
		t.Errorf("micalg %q", micalg)
	}
	return oneArmour(t, body, "SIGNATURE")
}

func checkEncrypted(t *testing.T, params map[string]string, parts []string) string {
	t.Helper()
	for i, want := range []string{"application/pgp-encrypted", "application/octet-stream"} {
		head, body, _ := strings.Cut(parts[i], "\r\n\r\n")
		if kind, _, err := headerOf(t, head).ContentType(); err != nil || kind != want {
			t.Errorf("part %d is %s, want %s (%v)", i+1, kind, want, err)
		}
		if i == 0 && strings.TrimSpace(body) != "Version: 1" {
			t.Errorf("control part %q", body)
		}
		if i == 1 {
			if params["protocol"] != "application/pgp-encrypted" {
				t.Errorf("protocol %s", params["protocol"])
			}
			return oneArmour(t, body, "MESSAGE")
		}
	}
	return ""
}

// oneArmour demands that a body is one armoured block and nothing else.
func oneArmour(t *testing.T, body, kind string) string {
	t.Helper()
	text := strings.TrimSpace(body)
	begin, end := "-----BEGIN PGP "+kind+"-----", "-----END PGP "+kind+"-----"
	if !strings.HasPrefix(text, begin) || !strings.HasSuffix(text, end) || strings.Count(text, "-----BEGIN") != 1 {
		t.Errorf("not one %s:\n%s", kind, body)
	}
	if strings.Contains(text, "Version:") || strings.Contains(text, "Comment:") {
		t.Errorf("the armour names the program:\n%s", text)
	}
	return text + "\r\n"
}

// checkCanonical looks for what a relay may change and so would break the
// signature (RFC 3156 section 5).
func checkCanonical(t *testing.T, signed string) {
	t.Helper()
	for line := range strings.SplitSeq(signed, "\r\n") {
		if strings.ContainsAny(line, "\r\n") || len(line) > 78 || strings.TrimRight(line, " \t") != line || strings.HasPrefix(line, "From ") {
			t.Errorf("line that may be changed on the way: %q", line)
		}
		for _, c := range []byte(line) {
			if c > '~' || c < ' ' && c != '\t' {
				t.Errorf("byte %#x in %q", c, line)
				break
			}
		}
	}
}

// shownText is the first text of an entity as a reader shows it.
func shownText(t *testing.T, entity string) string {
	t.Helper()
	e, err := message.Read(strings.NewReader(entity))
	if err != nil {
		t.Fatalf("%v in\n%s", err, entity)
	}
	if parts := e.MultipartReader(); parts != nil {
		if e, err = parts.NextPart(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(e.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimRight(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), "\n"))
}
