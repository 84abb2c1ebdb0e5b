package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// soak is a run under load and kills.
type soak struct {
	mails int
	kills int
	seed  uint64
}

// TestSoak kills the program at random moments while mail comes in, on a real
// Dovecot and behind a real Postfix. It is a small run unless the environment asks
// for more, as `make soak` does.
func TestSoak(t *testing.T) {
	soak{mails: numberOf(t, "POSTERN_SOAK_MAILS", 200), kills: numberOf(t, "POSTERN_SOAK_KILLS", 8), seed: soakSeed(t)}.run(t)
}

// soakSeed is the same each time, so that a small run can be repeated.
func soakSeed(t *testing.T) uint64 { return uint64(numberOf(t, "POSTERN_SOAK_SEED", 20261121)) }

// numberOf reads a number from the environment.
func numberOf(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q and no number", variable, text)
	}
	return n
}

func (s soak) run(t *testing.T) {
	t.Logf("seed %d", s.seed)
	users := []string{"csirt@example.org", "abuse@example.org"}
	server := startReal(t, users...)
	receiver := startReceiver(t)
	r := newRig(t, server, receiver, startRelay(t, receiver), users...)
	random := rand.New(rand.NewPCG(s.seed, 2))
	g := newGenerator(t, "s", s.seed)
	g.observed = 20
	left := g.letters(t, s.mails)
	for life := range s.kills {
		portion := left[:len(left)/(s.kills-life+1)]
		left = left[len(portion):]
		s.life(r, random, portion)
	}
	for _, l := range left {
		s.deliver(r, random, l)
	}
	r.finish()
	sum := r.check()
	t.Logf("\n%s", sum.table(s.kills))
}

// life starts the program, lets mail come in, and kills it at a random moment.
func (s soak) life(r *rig, random *rand.Rand, portion []letter) {
	r.t.Helper()
	c := r.start(kill{})
	if !c.waitFor(saysReady) {
		r.t.Fatalf("the program did not start again; its log ends:\n%s", c.log)
	}
	length := time.Duration(100+random.IntN(600)) * time.Millisecond
	end := time.AfterFunc(length, c.kill)
	defer end.Stop()
	tick := time.NewTicker(max(length/time.Duration(len(portion)+1), time.Millisecond))
	defer tick.Stop()
	for _, l := range portion {
		s.deliver(r, random, l)
		<-tick.C
	}
	<-c.ended
}

// deliver brings a mail to one of the mailboxes, one in twenty to both.
func (s soak) deliver(r *rig, random *rand.Rand, l letter) {
	r.t.Helper()
	first := random.IntN(len(r.users))
	r.deliver(r.users[first], l)
	if random.IntN(20) == 0 {
		r.deliver(r.users[1-first], copyOf(l))
	}
}

func (sum tally) table(kills int) string {
	verified := "clean"
	if sum.broken > 0 {
		verified = fmt.Sprintf("%d broken promises", sum.broken)
	}
	text := ""
	for _, row := range []struct {
		name  string
		value any
	}{
		{"mails", sum.mails}, {"kills", kills}, {"tickets", sum.tickets}, {"answers", sum.answers}, {"unsure", sum.unsure},
		{"held", sum.held}, {"doubled", sum.doubled}, {"lost", sum.lost}, {"verify", verified},
	} {
		text += fmt.Sprintf("%-8s %v\n", row.name, row.value)
	}
	return text
}
