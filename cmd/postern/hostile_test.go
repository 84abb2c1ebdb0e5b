package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

// speaker is a server that says the same to everybody who connects: a greeting,
// then one line to each line that it hears.
func speaker(t *testing.T, greeting string, answer func(heard string) string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			fmt.Fprint(conn, greeting)
			for in := bufio.NewScanner(conn); in.Scan(); {
				fmt.Fprint(conn, answer(in.Text()))
			}
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return listener.Addr().String()
}

// What a server says stands in what `check` prints, and moves no cursor there: it
// could write over the fault, or say in the next line that all is good.
func TestServersCannotCommandTheTerminal(t *testing.T) {
	const words = "\x1b[2J\x1b]0;owned\a\u009b1mno\u202eway"
	w := memoryWorld(t)
	imap := speaker(t, "* OK [CAPABILITY IMAP4rev1] hello\r\n", func(heard string) string {
		tag, _, _ := strings.Cut(heard, " ")
		return tag + " NO " + words + "\r\n"
	})
	smtp := speaker(t, "554-no "+words+"\r\n554 good: serve will start\r\n", func(string) string { return "554 no\r\n" })
	_, address, _ := strings.Cut(readConfig(t, w.config), "imap+insecure://csirt%40example.org@")
	address, _, _ = strings.Cut(address, "/INBOX")
	edit(t, w.config, "imap+insecure://csirt%40example.org@"+address, "imap+insecure://csirt%40example.org@"+imap)
	edit(t, w.config, "smtp+insecure://"+w.inbox.Addr(), "smtp+insecure://"+smtp)
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
