package imap_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"postern/intake"
	"postern/intake/imap"
	"postern/intake/intaketest"
)

func TestMeter(t *testing.T) {
	const maxBody = 10 << 20
	mail := strings.Repeat("x", 1<<20)
	long := strings.Repeat("a", imap.MaxResponse)
	for _, row := range []struct {
		name, stream string
		passes       bool
	}{
		{"ordinary answers", "* 3 EXISTS\r\n* OK [UIDVALIDITY 1] ok {5}\r\nT1 OK it's \"done\r\n", true},
		{"a body", fmt.Sprintf("* 1 FETCH (UID 7 BODY[] {%d}\r\n%s)\r\nT1 OK\r\n", len(mail), mail), true},
		{"the beginning of a body", fmt.Sprintf("* 1 FETCH (UID 7 BODY[]<0> {%d}\r\n%s)\r\n", len(mail), mail), true},
		{"lower case", fmt.Sprintf("* 1 fetch (uid 7 body[] {%d}\r\n%s)\r\n", len(mail), mail), true},
		{"two bodies in one answer", fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s BODY[] {%d}\r\n%s)\r\n", len(mail), mail, len(mail), mail), true},
		{"many answers", strings.Repeat("* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n", 100_000), true},
		{"a name as a literal", "* LIST () \"/\" {5}\r\nINBOX\r\n", true},
		{"quoted words that look like literals", "* 1 FETCH (UID 1 X \"BODY[] {99999999}\" FLAGS ())\r\n", true},
		{"a list of capabilities", "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi (there)\r\n* CAPABILITY IMAP4rev1\r\nT1 OK Capability completed (0.001 secs).\r\n", true},
		{"a list of capabilities and a time", "T1 OK [CAPABILITY IMAP4rev1] Logged in (0.1 secs)\r\n", true},
		{"a list of flags", "* OK [PERMANENTFLAGS (\\Deleted \\*)] Limited\r\n* FLAGS (\\Seen)\r\n", true},
		{"a folder that is called so", "* LIST (\\HasNoChildren) \"/\" \"[CAPABILITY (1\"\r\n* LIST (\\Seen) \"/\" CAPABILITY\r\n", true},
		{"an empty body", "* 1 FETCH (UID 7 BODY[] {0}\r\n)\r\n", true},
		{"a list in the greeting's capabilities", "* OK [CAPABILITY(IMAP4rev1] hi\r\n", false},
		{"a list in the login's capabilities", "T1 OK [CAPABILITY IMAP4rev1 (", false},
		{"a list in the capabilities", "* CAPABILITY IMAP4rev1 (", false},
		{"a list at the beginning of the capabilities", "* CAPABILITY(", false},
		{"a list in the capabilities behind a number", "* 00000000000000000000000000001 CAPABILITY x (", false},
		{"a list in a code behind a number", "* 1 OK [CAPABILITY (", false},
		{"a body beyond the limit", "* 1 FETCH (UID 7 BODY[] {10485761}\r\n", false},
		{"an endless status text", "* OK " + long, false},
		{"an endless tag", long + "x", false},
		{"an endless word", "* 1 FETCH (FLAGS (" + long, false},
		{"an endless quoted string", "* LIST () \"/\" \"" + long, false},
		{"a large literal elsewhere", fmt.Sprintf("* LIST () \"/\" {%d}\r\n", len(mail)), false},
		{"a large literal in an envelope", fmt.Sprintf("* 1 FETCH (ENVELOPE (BODY[] {%d}\r\n", len(mail)), false},
		{"a large literal in a header list", fmt.Sprintf("* 1 FETCH (BODY[HEADER.FIELDS (BODY[] {%d}\r\n", len(mail)), false},
		{"a large literal that only looks like FETCH", fmt.Sprintf("* METADATA FETCH (BODY[] {%d}\r\n", len(mail)), false},
		{"many small literals", "* LIST () \"/\" " + strings.Repeat("{1000}\r\n"+strings.Repeat("n", 1000), 300), false},
		{"a line break inside quotes", "* 1 FETCH (X \"a\r\nb\"", false},
		{"a literal without a size", "* 1 FETCH (BODY[] {}\r\n", false},
		{"a literal with a sign", "* 1 FETCH (BODY[] {-1}\r\n", false},
		{"a size of twenty digits", "* 1 FETCH (BODY[] {99999999999999999999}\r\n", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, piece := range []int{1, 7, 4096, len(row.stream)} {
				if _, err := imap.Meter([]byte(row.stream), piece, imap.MaxResponse, maxBody); (err == nil) != row.passes {
					t.Errorf("in pieces of %d: got error %v, want it to pass: %v", piece, err, row.passes)
				}
			}
		})
	}
}

// FuzzMeter: the verdict does not depend on how the bytes are cut, and without
// a FETCH nothing longer than the limit passes without a line's end.
func FuzzMeter(f *testing.F) {
	f.Add([]byte("* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\nT1 OK\r\n"), 3)
	f.Add([]byte("* LIST () \"/\" {5}\r\nINBOX\r\n* OK {7}\r\n"), 1)
	f.Add([]byte("* 1 FETCH (X \"a\\\"b\" BODY[]<0> {0}\r\n)\r\n"), 2)
	f.Fuzz(func(t *testing.T, stream []byte, piece int) {
		piece = max(1, piece%64)
		const limit, maxBody = 2000, 1000
		whole, errWhole := imap.Meter(stream, 1, limit, maxBody)
		cut, errCut := imap.Meter(stream, piece, limit, maxBody)
		if (errWhole == nil) != (errCut == nil) || cut > whole {
			t.Fatalf("byte by byte %d, %v; in pieces of %d %d, %v", whole, errWhole, piece, cut, errCut)
		}
		if errWhole != nil {
			return
		}
		endless := append(bytes.Clone(stream), bytes.Repeat([]byte("a"), limit+maxBody+1)...)
		if _, err := imap.Meter(endless, 512, limit, maxBody); err == nil {
			t.Fatal("an endless answer passed")
		}
	})
}

func TestForbidden(t *testing.T) {
	for _, row := range []struct {
		command string
		want    bool
	}{
		{"T5 EXPUNGE\r\n", true},
		{"T5 UID EXPUNGE 1:4\r\n", true},
		{"T5 expunge\r\n", true},
		{"T5 CLOSE\r\n", true},
		{"T5 DELETE \"Processed\"\r\n", true},
		{"T5 RENAME INBOX \"x\"\r\n", true},
		{"T5 UID STORE 1 +FLAGS.SILENT (\\Deleted)\r\n", true},
		{"T5 UID STORE 1 +FLAGS.SILENT ($PosternFiled)\r\n", false},
		{"T5 UID MOVE 1:4 \"Processed\"\r\n", false},
		{"T5 UID COPY 1:4 \"Expunge me\"\r\n", false},
		{"T5 LOGOUT\r\n", false},
		{"DONE\r\n", false},
		{"", false},
	} {
		if got := imap.Forbidden([]byte(row.command)); got != row.want {
			t.Errorf("%q: got %v, want %v", row.command, got, row.want)
		}
	}
}

// FuzzServer: whatever a server says, Check ends soon and the ledger gets no
// mail that does not have its announced length and digest.
func FuzzServer(f *testing.F) {
	f.Add([]byte("* OK [CAPABILITY IMAP4rev1] hi\r\nT1 OK in\r\n* CAPABILITY IMAP4rev1\r\nT2 OK\r\n"))
	f.Add([]byte("* OK [CAPABILITY(IMAP4rev1] hi\r\nT1 OK in\r\n* CAPABILITY IMAP4rev1\r\nT2 OK\r\n"))
	f.Add([]byte("* OK hi\r\nT1 OK in\r\n* 1 CAPABILITY (IMAP4rev1\r\nT2 OK\r\n"))
	f.Add([]byte("* PREAUTH\r\n* BYE\r\n"))
	f.Add([]byte("* OK\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LOGINDISABLED\r\nT1 OK\r\n+ \r\nT2 OK\r\n"))
	f.Add([]byte("* OK [CAPABILITY IMAP4rev1] hi\r\nT1 OK\r\n* CAPABILITY IMAP4rev1\r\nT2 OK\r\n* LIST () \"/\" \"Processed\"\r\nT3 OK\r\n" +
		"* 1 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\nT4 OK\r\n* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 3 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")\r\nT5 OK\r\n" +
		"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\nT6 OK\r\n"))
	f.Fuzz(func(t *testing.T, says []byte) {
		port := hostile(t, func(conn net.Conn) error {
			if _, err := conn.Write(says); err != nil {
				return err
			}
			return io.EOF
		})
		for _, security := range []imap.Security{imap.Insecure, imap.StartTLS} {
			o := imap.Options{
				Account: imap.Account{Host: "127.0.0.1", Port: port, User: "u", Password: password("p"), Security: security},
				Ledger:  intaketest.New(), Now: time.Now, OpTimeout: time.Second, SpoolDir: t.TempDir(),
				Mailbox: intake.Mailbox{Name: "fuzz"},
			}
			began := time.Now()
			_, err := imap.New(o).Check(t.Context())
			if took := time.Since(began); took > patience { // any outcome is right but a hang or a panic
				t.Fatalf("Check took %s: %v", took, err)
			}
		}
	})
}
