package main

import (
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"postern/intake/imap"
	"postern/intake/imap/imaptest"
	"postern/responder"
)

// step is a way to die: one or more children, each killed at its point.
type step []kill

// steps are all named moments of T1 to T3, and some of them twice in a row. A
// number above one lets other mails be at other steps when the kill comes.
func steps() []step {
	var all []step
	for _, transaction := range []string{"t1", "claim", "t2", "t3a", "t3b", "t3c", "seal"} {
		for _, moment := range []string{"before", "written", "committed"} {
			all = append(all, step{{Point: transaction + "." + moment}})
		}
	}
	for _, point := range []string{
		imap.PointFetched, imap.PointReceived, imap.PointMoved,
		"filer.claimed", "filer.parsed", "filer.filed",
		responder.PointRendered, responder.PointClaimed, responder.PointDot, responder.PointHanded, responder.PointAccepted, responder.PointSettled,
	} {
		all = append(all, step{{Point: point}})
	}
	return append(all,
		step{{Point: "t1.inserted", Times: 3}},
		step{{Point: responder.PointHanded, Times: 3}},
		step{{Point: responder.PointAccepted, Times: 2}, {Point: "recover.written"}},
		step{{Point: "t2.written"}, {Point: "recover.before"}, {Point: "recover.committed"}},
		step{{Point: "t2.written"}, {Point: "t2.written", Times: 2}},
		step{{Point: imap.PointReceived}, {Point: "t2.committed"}, {Point: responder.PointDot}, {Point: "t3c.written"}},
	)
}

func (s step) name() string {
	var names []string
	for _, k := range s {
		names = append(names, fmt.Sprintf("%s-%d", strings.ReplaceAll(k.Point, ":", "."), max(k.Times, 1)))
	}
	return strings.Join(names, ",")
}

// user is a mailbox of the step's own, so that all can share one server.
func (s step) user(box string) string {
	return fmt.Sprintf("%s-%s@example.org", box, digestName(s.name()))
}

// digestName is a short name for a long one.
func digestName(name string) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(name))) }

// TestKillAtEveryStep kills the whole program at every named step and starts it
// again. Whatever the step: no mail is lost, none becomes two entries, and no
// answer leaves twice.
func TestKillAtEveryStep(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		receiver := startReceiver(t)
		server := startMemory(t, imaptest.Options{}, stepUsers()...)
		killAtEach(t, func(t *testing.T, s step) *rig {
			return newRig(t, server, receiver, receiver.Addr(), s.user("csirt"), s.user("abuse"))
		})
	})
	t.Run("postgres", func(t *testing.T) {
		receiver := startReceiver(t)
		server := startMemory(t, imaptest.Options{}, stepUsers()...)
		killAtEach(t, func(t *testing.T, s step) *rig {
			return newRig(t, server, receiver, receiver.Addr(), s.user("csirt"), s.user("abuse"))
		})
	})
	t.Run("dovecot and postfix", func(t *testing.T) {
		server := startReal(t, stepUsers()...)
		receiver := startReceiver(t)
		relay := startRelay(t, receiver)
		killAtEach(t, func(t *testing.T, s step) *rig {
			return newRig(t, server, receiver, relay, s.user("csirt"), s.user("abuse"))
		})
	})
	t.Run("without MOVE", func(t *testing.T) {
		for _, point := range []string{imap.PointCopied, imap.PointMoved} {
			s := step{{Point: point}}
			t.Run(s.name(), func(t *testing.T) {
				receiver := startReceiver(t)
				server := startMemory(t, imaptest.Options{NoMove: true}, s.user("csirt"), s.user("abuse"))
				killAt(t, newRig(t, server, receiver, receiver.Addr(), s.user("csirt"), s.user("abuse")), s)
			})
		}
	})
}

func stepUsers() (users []string) {
	for _, s := range steps() {
		users = append(users, s.user("csirt"), s.user("abuse"))
	}
	return users
}

func killAtEach(t *testing.T, build func(*testing.T, step) *rig) {
	for _, s := range steps() {
		t.Run(s.name(), func(t *testing.T) {
			t.Parallel()
			killAt(t, build(t, s), s)
		})
	}
}

func killAt(t *testing.T, r *rig, s step) {
	seeds := crashMails(t, r.users[0])
	r.deliver(r.users[0], seeds...)
	r.deliver(r.users[1], copyOf(seeds[0]))
	for _, k := range s {
		r.start(k).died(k.Point)
	}
	r.finish()
	r.check()
}

// crashMails are few, and of every kind that takes a way of its own: plain,
// alternative, encrypted, written by a program.
func crashMails(t *testing.T, user string) []letter {
	g := newGenerator(t, "k"+digestName(user+t.Name()), 1)
	g.observed = 6
	g.add(g.plain(), true)
	g.add(g.alternative(), true)
	g.addEncrypted(t, teamKey(t))
	g.addAutomatic()
	g.add(g.plain(), true)
	return g.made
}
