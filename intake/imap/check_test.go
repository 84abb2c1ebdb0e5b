package imap_test

import (
	"slices"
	"strings"
	"testing"

	"postern/intake/imap"
	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

// Trouble before the folder is open. The error says whose it is, and no secret.
func TestCheckNamesTrouble(t *testing.T) {
	refuseLogin := func(text string) func(*imaptest.Conversation, string, string) (bool, error) {
		return func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if strings.HasPrefix(command, "LOGIN") {
				return c.Refuse(tag, text)
			}
			return false, nil
		}
	}
	for _, row := range []struct {
		name   string
		script imaptest.Script
		adjust func(*imap.Options)
		kind   imap.Kind
		text   string
	}{
		{"a refused password that the server repeats", imaptest.Script{Handle: refuseLogin("bad password " + testPassword)}, nil, imap.KindLogin, "bad password ***"},
		{"no login at the moment", imaptest.Script{Handle: refuseLogin("[UNAVAILABLE] backend down")}, nil, imap.KindNetwork, "at the moment: backend down"},
		{"no way to log in", imaptest.Script{Caps: "IMAP4rev1 LOGINDISABLED"}, nil, imap.KindLogin, "no way to log in"},
		{"a password file that is not there", imaptest.Script{}, func(o *imap.Options) {
			o.Account.Password = func() (string, error) { return "", errDisk }
		}, imap.KindLogin, "the disk is full"},
		{"a folder that is not there", imaptest.Script{}, func(o *imap.Options) { o.Folder = "Nowhere" }, imap.KindFolder, `"Nowhere"`},
		{"BYE as a greeting", imaptest.Script{Greeting: "* BYE too many"}, nil, imap.KindNetwork, "too many"},
		{"not IMAP at all", imaptest.Script{Greeting: "220 mail.example.org ESMTP"}, nil, "", "greet"},
		{"an endless greeting", imaptest.Script{Greeting: "* OK " + strings.Repeat("x", 1<<20)}, nil, imap.KindProtocol, "more than any answer"},
		{"STARTTLS with words behind it", imaptest.Script{StartTLS: true, Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if command == "STARTTLS" {
				return true, c.Say("%s OK go\r\n* OK injected\r\n", tag)
			}
			return false, nil
		}}, func(o *imap.Options) { o.Account.Security = imap.StartTLS }, imap.KindProtocol, "in clear after agreeing"},
		{"STARTTLS refused", imaptest.Script{Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if command == "STARTTLS" {
				return c.Refuse(tag, "no such thing")
			}
			return false, nil
		}}, func(o *imap.Options) { o.Account.Security = imap.StartTLS }, imap.KindProtocol, "no such thing"},
		{"TLS to a server that speaks in clear", imaptest.Script{}, func(o *imap.Options) { o.Account.Security = imap.TLS }, imap.KindNetwork, "encrypt the connection"},
		{"nobody there", imaptest.Script{}, func(o *imap.Options) { o.Account.Port = 1 }, imap.KindNetwork, "connect to 127.0.0.1:1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, o := scripted(t, row.script, intaketest.New(), 0)
			if row.adjust != nil {
				row.adjust(&o)
			}
			_, err := imap.New(o).Check(t.Context())
			if err == nil {
				t.Fatal("no error")
			}
			if got := imap.KindOf(err); row.kind != "" && got != row.kind {
				t.Errorf("got kind %q of %v, want %q", got, err, row.kind)
			}
			if !strings.Contains(err.Error(), row.text) || strings.Contains(err.Error(), testPassword) {
				t.Errorf("got %q, want it to say %q and not the password", err, row.text)
			}
		})
	}
}

func TestAuthenticatePlain(t *testing.T) {
	for _, row := range []struct{ name, caps, password, want string }{
		{"LOGIN where it is enough", "IMAP4rev1 AUTH=PLAIN", testPassword, "LOGIN"},
		{"PLAIN where LOGIN is off", "IMAP4rev1 AUTH=PLAIN SASL-IR LOGINDISABLED", testPassword, "AUTHENTICATE PLAIN"},
		{"PLAIN for other alphabets", "IMAP4rev1 AUTH=PLAIN SASL-IR", "Tür-Öffner", "AUTHENTICATE PLAIN"},
	} {
		t.Run(row.name, func(t *testing.T) {
			server, o := scripted(t, imaptest.Script{Caps: row.caps}, intaketest.New(), 0)
			o.Account.Password = password(row.password)
			_, err := imap.New(o).Check(t.Context())
			check(t, err)
			if !slices.ContainsFunc(server.Commands(), func(c string) bool { return strings.HasPrefix(c, row.want) }) {
				t.Errorf("got commands %v, want %s", server.Commands(), row.want)
			}
			if !has(server.Commands(), "EXAMINE") || has(server.Commands(), "SELECT") {
				t.Errorf("Check did not open the folder read-only: %v", server.Commands())
			}
		})
	}
}
