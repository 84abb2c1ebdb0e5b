package imap_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/intake/imap"
	"postern/intake/imap/imaptest"
	"postern/intake/intaketest"
)

// scripted starts a server with n mails and a watcher's options for it.
func scripted(t *testing.T, script imaptest.Script, ledger *intaketest.Ledger, n int) (*imaptest.Scripted, imap.Options) {
	t.Helper()
	server, err := imaptest.StartScripted(script)
	check(t, err)
	t.Cleanup(func() {
		check(t, server.Close())
		destroysNothing(t, server)
	})
	for uid := range n {
		server.Put("INBOX", scriptedMail(uid+1))
	}
	return server, imap.Options{
		Account:   imap.Account{Host: "127.0.0.1", Port: server.Port(), User: testUser, Password: password(testPassword), Security: imap.Insecure},
		RootCAs:   server.CAs(),
		Processed: "Processed",
		Ledger:    ledger,
		Poll:      20 * time.Millisecond,
		OpTimeout: 2 * time.Second,
		RetryMin:  5 * time.Millisecond,
		RetryMax:  20 * time.Millisecond,
		Now:       time.Now,
	}
}

func scriptedMail(uid int) imaptest.ScriptedMail {
	return imaptest.ScriptedMail{UID: uint32(uid), Raw: message(uid), At: morning.Add(time.Duration(uid) * time.Minute)}
}

// destroysNothing: whatever a server does, these are never said to it.
func destroysNothing(t *testing.T, server *imaptest.Scripted) {
	t.Helper()
	for _, command := range server.Commands() {
		upper := strings.ToUpper(command)
		for _, word := range []string{"EXPUNGE", `\DELETED`, "CLOSE", "DELETE ", "RENAME"} {
			if strings.Contains(upper, word) {
				t.Errorf("the server was told %q", command)
			}
		}
	}
}

func has(commands []string, part string) bool {
	return slices.ContainsFunc(commands, func(c string) bool { return strings.Contains(c, part) })
}

// Refused once, the copy is not made good by deleting: the mail stays where it is.
func TestCopyRefused(t *testing.T) {
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{
		Caps: "IMAP4rev1",
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if strings.HasPrefix(command, "UID COPY") {
				return c.Refuse(tag, "[OVERQUOTA] no room")
			}
			return false, nil
		},
	}, ledger, 3)
	w, _ := start(t, o)
	waitMails(t, ledger, 3)
	eventually(t, "the refusal is shown", func() bool { return strings.Contains(w.Status().LastError, "no room") })
	if has(server.Commands(), "STORE") {
		t.Error("a mail was marked as filed though it was not copied")
	}
	if got := len(server.Mails("INBOX")); got != 3 {
		t.Errorf("the INBOX holds %d mails, want 3", got)
	}
	server.Put("INBOX", scriptedMail(4)) // goes on reading all the same
	waitMails(t, ledger, 4)
}

func TestMoveRefused(t *testing.T) {
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if strings.HasPrefix(command, "UID MOVE") {
				return c.Refuse(tag, "not today")
			}
			return false, nil
		},
	}, ledger, 3)
	w, _ := start(t, o)
	waitMails(t, ledger, 3)
	eventually(t, "the refusal is shown", func() bool { return strings.Contains(w.Status().LastError, "not today") })
	if got := len(server.Mails("INBOX")); got != 3 {
		t.Errorf("the INBOX holds %d mails, want 3", got)
	}
}

// A server that takes MOVE back in mid-session would make the library copy,
// delete and expunge. The mail is copied and marked instead.
func TestMoveTakenBack(t *testing.T) {
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, _, command string) (bool, error) {
			if strings.Contains(command, "BODY.PEEK") {
				return false, c.Say("* CAPABILITY IMAP4rev1 IDLE\r\n")
			}
			return false, nil
		},
	}, ledger, 1)
	w, _ := start(t, o)
	waitMails(t, ledger, 1)
	settled(t, w)
	in, out := server.Mails("INBOX"), server.Mails("Processed")
	if len(in) != 1 || len(out) != 1 || !slices.Contains(in[0].Flags, imap.KeywordFiled) {
		t.Errorf("got %d in the INBOX and %d processed, want one of each, marked", len(in), len(out))
	}
}

func TestFlagsThatAreKept(t *testing.T) {
	for _, row := range []struct {
		name, flags string
		refuse      string // of STORE
		want, never string
	}{
		{"keywords allowed", `\Seen \*`, "", imap.KeywordFiled, `\Seen`},
		{"our keyword exists", `\Seen ` + imap.KeywordFiled, "", imap.KeywordFiled, `\Seen`},
		{"no new keywords", `\Seen \Flagged`, "", `\Seen`, imap.KeywordFiled},
		{"keywords promised and refused", `\Seen \*`, "$Postern", `\Seen`, imap.KeywordFiled},
	} {
		t.Run(row.name, func(t *testing.T) {
			ledger := intaketest.New()
			server, o := scripted(t, imaptest.Script{
				Caps: "IMAP4rev1", Flags: row.flags,
				Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
					if row.refuse != "" && strings.Contains(command, "STORE") && strings.Contains(command, row.refuse) {
						return c.Refuse(tag, "no such flag")
					}
					return false, nil
				},
			}, ledger, 2)
			w, stop := start(t, o)
			waitMails(t, ledger, 2)
			settled(t, w)
			stop()
			w, _ = start(t, o) // does not copy again
			settled(t, w)
			for _, m := range server.Mails("INBOX") {
				if !slices.Contains(m.Flags, row.want) || slices.Contains(m.Flags, row.never) {
					t.Errorf("UID %d has flags %v, want %s and not %s", m.UID, m.Flags, row.want, row.never)
				}
			}
			if got := len(server.Mails("Processed")); got != 2 {
				t.Errorf("the processed folder holds %d mails, want 2", got)
			}
		})
	}
}

// A small server begins at UIDVALIDITY 1 and UID 1 after each start. Its new
// mails must not be taken for the old ones.
func TestNumberedAnewUnderOneValidity(t *testing.T) {
	for _, ranged := range []bool{false, true} {
		t.Run(fmt.Sprintf("ranged %v", ranged), func(t *testing.T) {
			ledger := intaketest.New()
			server, o := scripted(t, imaptest.Script{}, ledger, 3)
			if ranged {
				o.Ledger = intaketest.Ranged{Ledger: ledger}
			}
			w, stop := start(t, o)
			waitMails(t, ledger, 3)
			settled(t, w)
			for life := 1; life <= 3; life++ {
				stop()
				server.Clear("INBOX")
				for uid := 1; uid <= 2; uid++ {
					mail := scriptedMail(uid)
					mail.Raw, mail.At = message(1000*life+uid), mail.At.Add(time.Duration(life)*time.Hour)
					server.Put("INBOX", mail)
				}
				w, stop = start(t, o)
				waitMails(t, ledger, 3+2*life)
				settled(t, w)
			}
			validities := map[uint32]bool{}
			for _, row := range ledger.Rows() {
				validities[row.Delivery.UIDValidity] = true
			}
			if len(validities) < 2 {
				t.Errorf("all deliveries have one UIDVALIDITY: %v", validities)
			}
		})
	}
}

// The same, noticed while connected: a UID that the ledger knows arrives as new.
func TestKnownUIDArrivesAsNew(t *testing.T) {
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{}, ledger, 5)
	w, stop := start(t, o)
	waitMails(t, ledger, 5)
	settled(t, w)
	stop()
	server.Clear("INBOX")
	w, _ = start(t, o)
	settled(t, w)
	other := scriptedMail(3)
	other.Raw = message(3333)
	server.Put("INBOX", other)
	waitMails(t, ledger, 6)
}

// A mail that kills the connection lets the others pass. In the end it is asked
// for in part, which brings a small one whole.
func TestPoisonMail(t *testing.T) {
	for _, row := range []struct {
		name     string
		size     int
		oversize bool
	}{
		{"small", 1 << 10, false},
		{"large", 1 << 20, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			ledger := intaketest.New()
			var kills atomic.Int64
			server, o := scripted(t, imaptest.Script{
				Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
					if strings.Contains(command, "BODY.PEEK[])") && asks(command, 7) {
						kills.Add(1)
						return true, c.Say("* 7 FETCH (UID 7 BODY[] \x00\x01nonsense\r\n%s OK done\r\n", tag)
					}
					return false, nil
				},
			}, ledger, 6)
			poison := scriptedMail(7)
			poison.Raw = append(poison.Raw, bytes.Repeat([]byte("x"), row.size)...)
			server.Put("INBOX", poison)
			for uid := 8; uid <= 20; uid++ {
				server.Put("INBOX", scriptedMail(uid))
			}
			w, _ := start(t, o)
			waitMails(t, ledger, 19)
			server.Put("INBOX", scriptedMail(21))
			waitMails(t, ledger, 21)
			settled(t, w)
			rows := ledger.Rows()
			at := slices.IndexFunc(rows, func(r intaketest.Received) bool { return r.Delivery.UID == 7 })
			if at < 0 || rows[at].Oversize != row.oversize || !bytes.HasPrefix(poison.Raw, rows[at].Raw) {
				t.Fatalf("the poison mail is row %d, cut short %v, want %v", at, at >= 0 && rows[at].Oversize, row.oversize)
			}
			if got := kills.Load(); got < 2 || got > 5 {
				t.Errorf("the mail killed %d connections, want a few", got)
			}
			left := server.Mails("INBOX")
			if row.oversize && (len(left) != 1 || !slices.Contains(left[0].Flags, imap.KeywordOversize)) {
				t.Errorf("%d mails are left, want one with a keyword", len(left))
			}
			if !row.oversize && len(left) != 0 {
				t.Errorf("%d mails are left, want none", len(left))
			}
		})
	}
}

// asks tells whether a UID FETCH names a UID.
func asks(command string, uid int) bool {
	for part := range strings.SplitSeq(strings.Fields(command)[2], ",") {
		low, high := 0, 0
		if n, _ := fmt.Sscanf(part, "%d:%d", &low, &high); n == 1 {
			high = low
		}
		if uid >= low && uid <= high {
			return true
		}
	}
	return false
}

// Each of these happens once, and nothing is lost, doubled or stored in part.
func TestTroubleOnce(t *testing.T) {
	type handle = func(c *imaptest.Conversation, tag, command string) (bool, error)
	inFetch := func(says string) handle {
		return func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if !strings.Contains(command, "BODY.PEEK") {
				return false, nil
			}
			return true, c.Say("%s", strings.ReplaceAll(says, "TAG", tag))
		}
	}
	for _, row := range []struct {
		name   string
		handle handle
		shown  string // in Status, while it lasts
	}{
		{"BYE instead of mail", inFetch("* BYE going down\r\n"), ""},
		{"silence", inFetch(""), "no answer"},
		{"a refused FETCH", inFetch("TAG NO [EXPUNGEISSUED] gone\r\n"), ""},
		{"mail without a body", inFetch("* 1 FETCH (UID 1 BODY[] NIL)\r\nTAG OK done\r\n"), ""},
		{"flags before the body", inFetch("* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\nTAG OK done\r\n"), ""},
		{"less than announced", inFetch("* 1 FETCH (UID 1 BODY[] {1000}\r\nFrom: x)\r\nTAG OK done\r\n"), "no answer"},
		{"more than announced", inFetch("* 1 FETCH (UID 1 BODY[] {3}\r\nabcdef)\r\nTAG OK done\r\n"), ""},
		{"another mail than asked for", inFetch("* 9 FETCH (UID 9 BODY[] {3}\r\nabc)\r\nTAG OK done\r\n"), ""},
		{"an unknown item", inFetch("* 1 FETCH (UID 1 X-ODD 1)\r\nTAG OK done\r\n"), ""},
		{"an endless line", inFetch("* OK " + strings.Repeat("endless ", 100_000)), "more than any answer"},
		{"a giant literal that is no body", inFetch("* LIST () \"/\" {900000000}\r\n"), "more than any answer"},
		{"a giant body", inFetch("* 1 FETCH (UID 1 BODY[] {9000000000}\r\nabc"), "more than any answer"},
		{"a quoted string over lines", inFetch("* 1 FETCH (UID 1 INTERNALDATE \"x\r\ny BODY[] {99999999}\r\n"), "more than any answer"},
	} {
		t.Run(row.name, func(t *testing.T) {
			ledger := intaketest.New()
			var times atomic.Int64
			var shown atomic.Bool
			server, o := scripted(t, imaptest.Script{}, ledger, 1)
			server.Rewrite(func(s *imaptest.Script) {
				s.Handle = func(c *imaptest.Conversation, tag, command string) (bool, error) {
					if !strings.Contains(command, "BODY.PEEK") || times.Add(1) > 1 {
						return false, nil
					}
					return row.handle(c, tag, command)
				}
			})
			o.OpTimeout, o.RetryMin, o.RetryMax = 300*time.Millisecond, 50*time.Millisecond, 50*time.Millisecond
			w, _ := start(t, o)
			eventually(t, "the mail is taken", func() bool {
				if row.shown != "" && strings.Contains(w.Status().LastError, row.shown) {
					shown.Store(true)
				}
				return ledger.Mails() == 1
			})
			settled(t, w)
			if rows := ledger.Rows(); len(rows) != 1 || !bytes.Equal(rows[0].Raw, message(1)) || rows[0].Oversize {
				t.Errorf("got %d deliveries, the first %q", len(rows), rows[0].Raw)
			}
			if row.shown != "" && !shown.Load() {
				t.Errorf("the status never said %q", row.shown)
			}
		})
	}
}

// No ENVELOPE, no BODYSTRUCTURE, no section that sets \Seen, no range spelt out.
func TestWhatIsAsked(t *testing.T) {
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{}, ledger, 60)
	w, _ := start(t, o)
	waitMails(t, ledger, 60)
	settled(t, w)
	for _, command := range server.Commands() {
		for _, word := range []string{"ENVELOPE", "BODYSTRUCTURE", "BODY[", "RFC822)", "CONDSTORE", "SEARCH"} {
			if strings.Contains(command, word) {
				t.Errorf("asked %q", command)
			}
		}
	}
	if !has(server.Commands(), "UID FETCH 11:60 (") || !has(server.Commands(), "UID FETCH 1:* (") {
		t.Errorf("ranges are spelt out: %v", server.Commands())
	}
}

// IDLE is left and entered again, before routers forget the connection.
func TestIdleIsRenewed(t *testing.T) {
	server, o := scripted(t, imaptest.Script{}, intaketest.New(), 0)
	o.IdleRestart = 10 * time.Millisecond
	start(t, o)
	eventually(t, "IDLE is entered five times", func() bool {
		idles := slices.DeleteFunc(server.Commands(), func(c string) bool { return c != "IDLE" })
		return len(idles) >= 5
	})
}

// A server that promises IDLE and refuses it is polled.
func TestIdleRefused(t *testing.T) {
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if command == "IDLE" {
				return c.Refuse(tag, "too tired")
			}
			return false, nil
		},
	}, ledger, 0)
	w, _ := start(t, o)
	waitState(t, w, "polling")
	server.Put("INBOX", scriptedMail(1))
	waitMails(t, ledger, 1)
	settled(t, w)
	if got := w.Status().LastError; got != "" {
		t.Errorf("got trouble %q", got)
	}
}

// A date that no library reads would end every listing, and no mail would ever
// be taken.
func TestUnreadableInternalDate(t *testing.T) {
	ledger := intaketest.New()
	_, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if strings.HasPrefix(command, "UID FETCH 1:*") && strings.Contains(command, "INTERNALDATE") {
				return true, c.Say("* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 10 INTERNALDATE \"00-Nil-0000\")\r\n%s OK done\r\n", tag)
			}
			return false, nil
		},
	}, ledger, 3)
	start(t, o)
	waitMails(t, ledger, 3)
	for _, row := range ledger.Rows() {
		if !row.Delivery.InternalDate.IsZero() {
			t.Errorf("UID %d has a date: %s", row.Delivery.UID, row.Delivery.InternalDate)
		}
	}
}

// A mail without a delivery row for ten minutes is an alarm.
func TestLagging(t *testing.T) {
	ledger := intaketest.New()
	var fail atomic.Bool
	fail.Store(true)
	_, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if fail.Load() && strings.Contains(command, "BODY.PEEK") && asks(command, 2) {
				return c.Refuse(tag, "cannot read it")
			}
			return false, nil
		},
	}, ledger, 3)
	var minutes atomic.Int64
	began := time.Now()
	o.Now = func() time.Time { return time.Now().Add(time.Duration(minutes.Load()) * time.Minute) }
	w, _ := start(t, o)
	waitMails(t, ledger, 2)
	eventually(t, "the mail is named", func() bool { return strings.Contains(w.Status().LastError, "UID 2") })
	if got := w.Status().Lagging; got != 0 && time.Since(began) < time.Minute {
		t.Errorf("got %d lagging at once, want 0", got)
	}
	minutes.Store(11)
	eventually(t, "one mail lags", func() bool { return w.Status().Lagging == 1 })
	fail.Store(false)
	waitMails(t, ledger, 3)
	eventually(t, "none lags", func() bool { return w.Status().Lagging == 0 && w.Status().LastError == "" })
}

// Two watchers of one account ask for the same processed folder: the second is
// told that it exists, and files there all the same.
func TestProcessedFolderMadeBySomebodyElse(t *testing.T) {
	var asked atomic.Int64
	ledger := intaketest.New()
	server, o := scripted(t, imaptest.Script{
		Handle: func(c *imaptest.Conversation, tag, command string) (bool, error) {
			if !strings.HasPrefix(command, "CREATE ") || asked.Add(1) > 1 {
				return false, nil
			}
			c.Make("Processed")
			return c.Refuse(tag, "[ALREADYEXISTS] somebody was faster")
		},
	}, ledger, 1)
	w, _ := start(t, o)
	waitMails(t, ledger, 1)
	settled(t, w)
	if got := w.Status(); asked.Load() != 1 || got.LastError != "" {
		t.Errorf("asked %d times, last error %q", asked.Load(), got.LastError)
	}
	if !has(server.Commands(), "SUBSCRIBE") {
		t.Errorf("the folder was not subscribed to: %q", server.Commands())
	}
}
