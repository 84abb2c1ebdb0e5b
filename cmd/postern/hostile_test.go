package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"postern/intake/imap/imaptest"
	"postern/responder/smtp/smtptest"
)

// What a server says stands in what `check` prints, and moves no cursor there: it
// could write over the fault, or say in the next line that all is good.
func TestServersCannotCommandTheTerminal(t *testing.T) {
	const words = "\x1b[2J\x1b]0;owned\a\u009b1mno\u202eway"
	w := memoryWorld(t)
	imap, err := imaptest.StartScripted(imaptest.Script{
		Greeting: "* OK [CAPABILITY IMAP4rev1] hello",
		Handle:   func(c *imaptest.Conversation, tag, _ string) (bool, error) { return c.Refuse(tag, words) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer imap.Close()
	w.inbox.Inject(smtptest.Fault{At: smtptest.AtHello, Code: 554, Message: "no " + words + "\ngood: serve will start"})
	_, address, _ := strings.Cut(readConfig(t, w.config), "imap+insecure://csirt%40example.org@")
	address, _, _ = strings.Cut(address, "/INBOX")
	edit(t, w.config, "imap+insecure://csirt%40example.org@"+address, fmt.Sprintf("imap+insecure://csirt%%40example.org@127.0.0.1:%d", imap.Port()))
	c := console{t, w.config}
	for _, form := range [][]string{{"check"}, {"check", "--json"}} {
		out, talk := c.do(exitFailed, form...)
		if !strings.Contains(out, "owned") || strings.Count(out, "way") < 2 {
			t.Errorf("%v: the servers' words are missing:\n%s", form, out)
		}
		for _, r := range out + talk {
			if r != '\n' && commands(r) {
				t.Fatalf("%v: %U reaches the terminal:\n%q", form, r, out+talk)
			}
		}
		for line := range strings.Lines(out) {
			if strings.HasPrefix(line, "good:") {
				t.Errorf("%v: a line of the server's own:\n%s", form, out)
			}
		}
	}
}

func readConfig(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
