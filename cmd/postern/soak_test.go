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

// TestSmallSoak kills the program at random moments while mail comes in, on a
// real Dovecot and behind a real Postfix.
func TestSmallSoak(t *testing.T) {
	soak{mails: 200, kills: 8, seed: 20261121}.run(t)
}

// TestSoak is TestSmallSoak for as many mails and kills as one likes; `make
// soak` runs it.
func TestSoak(t *testing.T) {
	const variable = "POSTERN_SOAK_MAILS"
	if os.Getenv(variable) == "" {
		t.Skipf("takes minutes and runs only when asked for: make soak, or set %s and POSTERN_SOAK_KILLS", variable)
	}
	s := soak{mails: numberOf(t, variable, 2000), kills: numberOf(t, "POSTERN_SOAK_KILLS", 40), seed: uint64(time.Now().UnixNano())}
	s.run(t)
}

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
