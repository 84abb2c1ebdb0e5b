package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/intake/imap"
	"postern/intake/imap/imaptest"
	"postern/responder"
	"postern/tickets/storetest"
)

// cluster is several machines on one database, each with a configuration and a
// data folder of its own and the same keys.
type cluster struct {
	*rig
	configs   []string
	databases []string // each machine reaches it in its own way
	proxies   []*dbProxy
	controls  []string
	children  []*child // nil where none runs
	skew      []time.Duration
}

const machines = 3

// newCluster lays out the files.
func newCluster(t *testing.T, server mailServer, relay string, r *rig) *cluster {
	t.Helper()
	c := &cluster{rig: r, children: make([]*child, machines), skew: make([]time.Duration, machines)}
	c.rig.database = storetest.Options(t, storetest.NewClock()).URL // a fresh one
	for _, config := range r.alike(machines) {
		p, address := startProxy(t, c.database, 0)
		c.configs, c.databases = append(c.configs, config), append(c.databases, address)
		c.proxies, c.controls = append(c.proxies, p), append(c.controls, p.control(t))
	}
	return c
}

// alike makes the keys, and the folders of so many machines that share them. It
// gives their configurations.
func (r *rig) alike(machines int) (configs []string) {
	r.t.Helper()
	home := filepath.Dir(r.config)
	data := filepath.Join(home, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		r.t.Fatal(err)
	}
	for i, name := range []string{sealKeyName, threadKeyName} {
		if err := os.WriteFile(filepath.Join(data, name), bytes.Repeat([]byte{'a' + byte(i), 'b'}, keyBytes), 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	for range machines {
		folder := r.t.TempDir()
		if err := os.CopyFS(folder, os.DirFS(home)); err != nil {
			r.t.Fatal(err)
		}
		configs = append(configs, filepath.Join(folder, "postern.toml"))
	}
	return configs
}

// clusterLease is short enough that losing it is a matter of seconds, and long
// enough that a loaded machine mostly keeps it.
const clusterLease = 1500 * time.Millisecond

// startOn runs a machine.
func (c *cluster) startOn(i int, faults ...fault) {
	c.t.Helper()
	for n := range faults {
		faults[n].Control = c.controls[i]
	}
	c.children[i] = startChild(c.t, order{
		Config: c.configs[i], Database: c.databases[i], Faults: faults, Housekeeper: 50 * time.Millisecond, Lease: clusterLease, Skew: c.skew[i],
	})
	if !c.children[i].waitFor(saysReady) {
		c.t.Fatalf("machine %d did not start; its log ends:\n%s", i, c.children[i].log)
	}
}

func (c *cluster) startAll() {
	for i := range machines {
		c.startOn(i)
	}
}

func (c *cluster) signal(i int, s syscall.Signal) {
	c.t.Helper()
	if err := c.children[i].process.Process.Signal(s); err != nil {
		c.t.Fatalf("%v to machine %d: %v; its log ends:\n%s", s, i, err, c.children[i].log)
	}
}

// settle waits until all is done, stops every machine well and checks everything.
func (c *cluster) settle() tally {
	c.t.Helper()
	c.awaitDone()
	for i, child := range c.children {
		if child == nil {
			continue
		}
		select {
		case <-child.ended:
			c.t.Fatalf("machine %d ended by itself: %v; its log ends:\n%s", i, child.process.ProcessState, child.log)
		default:
		}
		child.stop()
		c.children[i] = nil
	}
	sum := c.check()
	if c.t.Failed() {
		c.t.Logf("the logs end:\n%s", c.logs())
	}
	return sum
}

// undone are the things that are still to be done, by kind. $1 is how many mails are to come.
const undone = `
	SELECT greatest(0, $1 - (SELECT count(*) FROM mails)),
	       (SELECT count(*) FROM mails WHERE state IN ('received', 'claimed')),
	       (SELECT count(*) FROM outbox WHERE state IN ('queued', 'claimed', 'handed')),
	       (SELECT count(*) FROM events e WHERE NOT EXISTS (SELECT 1 FROM chain c WHERE c.event = e.id))`

// awaitDone waits as long as something gets done: how long all of it takes
// depends on the machine and on how much there is.
func (c *cluster) awaitDone() {
	c.t.Helper()
	conn, mails := c.connect(), len(c.different())
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	last, moved := "", time.Now()
	for ; ; <-tick.C {
		var missing, unfiled, unsent, unsealed int
		ctx, cancel := context.WithTimeout(c.t.Context(), childPatience)
		err := conn.QueryRow(ctx, undone, mails).Scan(&missing, &unfiled, &unsent, &unsealed)
		cancel()
		if err != nil {
			c.t.Fatal(err)
		}
		left := 0
		if missing+unfiled+unsent+unsealed == 0 {
			for _, user := range c.users {
				left += len(c.unmoved(user))
			}
			if left == 0 {
				return
			}
		}
		if now := fmt.Sprintf("%d mails to take in, %d to file, %d to move, %d answers to send, %d events to seal", missing, unfiled, left, unsent, unsealed); now != last {
			last, moved = now, time.Now()
		}
		if time.Since(moved) > childPatience {
			c.t.Fatalf("nothing goes on: %s; the logs end:\n%s", last, c.logs())
		}
	}
}

// different are the mails by their bytes.
func (c *cluster) different() map[string]bool {
	all := map[string]bool{}
	for _, l := range c.letters() {
		all[string(l.raw)] = true
	}
	return all
}

func (c *cluster) logs() string {
	var text strings.Builder
	for i, child := range c.children {
		if child != nil {
			fmt.Fprintf(&text, "machine %d:\n%s\n", i, child.log)
		}
	}
	return text.String()
}

// clusterRig is a cluster on the memory servers, with some mail waiting.
func clusterRig(t *testing.T, seed string, mails int) *cluster {
	users := []string{"csirt-" + seed + "@example.org", "abuse-" + seed + "@example.org"}
	receiver := startReceiver(t)
	server := startMemory(t, imaptest.Options{}, users...)
	c := newCluster(t, server, receiver.Addr(), newRig(t, server, receiver, receiver.Addr(), users...))
	g := newGenerator(t, seed, 7)
	g.observed = 20
	for i, l := range g.letters(t, mails) {
		c.deliver(users[i%2], l)
		if i%7 == 0 {
			c.deliver(users[1-i%2], copyOf(l))
		}
	}
	return c
}

// TestAMachinePauses stops one of three machines for longer than its lease, at the
// moments when that is worst. The others do its work meanwhile, and when it goes
// on it can spoil nothing.
func TestAMachinePauses(t *testing.T) {
	for _, at := range []struct{ name, point string }{
		{"after T1", imap.PointReceived},
		{"with claims", "filer.claimed"},
		{"before T2", "filer.parsed"},
		{"before T3b", responder.PointDot},
		{"before the final dot", responder.PointHanded},
		{"after the final dot", responder.PointAccepted},
	} {
		t.Run("postgres/"+at.name, func(t *testing.T) {
			t.Parallel()
			c := clusterRig(t, digestName(at.name), 8)
			c.startOn(0, fault{Point: at.point, How: pausesItself})
			c.awaitStopped(0)
			c.startOn(1)
			c.startOn(2)
			c.awaitTakeover()
			c.signal(0, syscall.SIGCONT)
			c.settle()
		})
	}
}

// TestTheNetworkFails cuts a machine off from the database in the middle of every
// transaction, and, which is worse, loses the answer to its last statement: then
// it cannot know whether that was done.
func TestTheNetworkFails(t *testing.T) {
	for _, test := range []struct {
		how    string
		points []string
	}{
		{cutsNow, []string{"t1.written", "claim.written", "t2.written", "t3a.written", "t3b.written", "t3c.written"}},
		{cutsAfter, []string{"t1.written", "claim.written", "t2.written", "t3a.written", "t3b.written", "t3c.written"}},
	} {
		t.Run("postgres/"+test.how, func(t *testing.T) {
			t.Parallel()
			c := clusterRig(t, "n"+test.how, 30)
			var faults []fault
			for _, point := range test.points {
				faults = append(faults, fault{Point: point, How: test.how})
			}
			c.startOn(0, faults...)
			defer func() {
				if t.Failed() {
					t.Logf("the logs end:\n%s", c.logs())
				}
			}()
			c.await("not every fault has come", func() bool { return c.proxies[0].obeyed.Load() == int64(len(test.points)) })
			c.startOn(1)
			c.startOn(2)
			c.settle()
		})
	}
}

// awaitStopped waits until a machine has paused itself.
func (c *cluster) awaitStopped(i int) {
	c.t.Helper()
	stat := fmt.Sprintf("/proc/%d/stat", c.children[i].process.Process.Pid)
	c.await("the machine did not pause", func() bool {
		text, err := os.ReadFile(stat)
		if err != nil {
			c.t.Fatalf("the machine ended; its log ends:\n%s", c.children[i].log)
		}
		_, state, _ := strings.Cut(string(text), ") ")
		return strings.HasPrefix(state, "T")
	})
}

// awaitTakeover waits until one machine is no longer known as alive.
func (c *cluster) awaitTakeover() { c.awaitAlive(machines - 1) }

// awaitAlive waits until so many machines are known as alive.
func (c *cluster) awaitAlive(n int) {
	c.t.Helper()
	conn := c.connect()
	c.await(fmt.Sprintf("there are never %d machines", n), func() bool {
		var alive int
		if err := conn.QueryRow(c.t.Context(), `SELECT count(*) FROM leases WHERE name LIKE 'worker:%'`).Scan(&alive); err != nil {
			c.t.Fatal(err)
		}
		return alive == n
	})
}

// TestTheDatabaseFails: its server crashes and recovers, its statements run out
// of time, its transactions cannot be serialised, and the clocks of the machines differ.
func TestTheDatabaseFails(t *testing.T) {
	t.Run("postgres/crash", func(t *testing.T) {
		c := clusterRig(t, "crash", 60)
		c.startAll()
		c.awaitAlive(machines)
		c.awaitFiled(10)
		c.crashServer()
		c.settle()
	})
	for _, code := range []string{"57014", "40001"} { // query_canceled as by a timeout, serialization_failure
		t.Run("postgres/SQLSTATE "+code, func(t *testing.T) {
			c := clusterRig(t, "s"+strings.ToLower(code), 40)
			stop := c.raise(code)
			c.startAll()
			c.awaitFiled(15)
			stop()
			c.settle()
		})
	}
	t.Run("postgres/clocks", func(t *testing.T) {
		c := clusterRig(t, "clocks", 40)
		c.skew = []time.Duration{-90 * time.Second, 0, 2 * time.Second}
		c.startAll()
		c.awaitFiled(10)
		c.children[1].kill()
		c.startOn(1)
		c.settle()
	})
}

func (c *cluster) sql(query string) {
	c.t.Helper()
	conn := c.connect()
	var err error
	c.await("its locks are never free", func() bool {
		_, err = conn.Exec(context.Background(), query)
		return err == nil || !strings.Contains(err.Error(), "40P01") // against a transaction of the machines
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// awaitFiled waits until so many mails are filed.
func (c *cluster) awaitFiled(n int) {
	c.t.Helper()
	conn := c.connect()
	c.await("mail is not filed", func() bool {
		var filed int
		if err := conn.QueryRow(c.t.Context(), `SELECT count(*) FROM mails WHERE state = 'filed'`).Scan(&filed); err != nil {
			c.t.Fatal(err)
		}
		return filed >= n
	})
}

// crashServer kills one process of the server's: it ends all others, recovers from its
// log and begins anew.
func (c *cluster) crashServer() {
	c.t.Helper()
	victim := c.connect()
	if err := syscall.Kill(int(victim.PgConn().PID()), syscall.SIGKILL); err != nil {
		c.t.Fatal(err)
	}
	c.await("the server went on as if nothing had happened", func() bool { return victim.Ping(c.t.Context()) != nil })
	c.connect()
}

// connect is a connection of the test's own, past the machines' proxies. A
// server that recovers is waited for.
func (c *cluster) connect() (conn *pgx.Conn) {
	c.t.Helper()
	c.await("the server does not answer", func() bool {
		var err error
		conn, err = pgx.Connect(context.Background(), c.database)
		return err == nil
	})
	c.t.Cleanup(func() { _ = conn.Close(context.Background()) }) // it may be gone
	return conn
}

// raise has one in five statements that claim, file or send end with an error.
func (c *cluster) raise(code string) (stop func()) {
	c.sql(`
		CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN
			IF random() < 0.2 THEN RAISE EXCEPTION 'by the test' USING ERRCODE = '` + code + `'; END IF;
			RETURN NEW;
		END $$;
		CREATE TRIGGER trouble BEFORE INSERT OR UPDATE ON mails FOR EACH STATEMENT EXECUTE FUNCTION trouble();
		CREATE TRIGGER trouble BEFORE INSERT OR UPDATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION trouble()`)
	stop = func() {
		c.sql(`DROP TRIGGER IF EXISTS trouble ON mails; DROP TRIGGER IF EXISTS trouble ON outbox; DROP FUNCTION IF EXISTS trouble`)
	}
	c.t.Cleanup(stop)
	return stop
}

// TestAMachineWithoutTheSecretKey files and sends nothing while another one has the key.
func TestAMachineWithoutTheSecretKey(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		c := clusterRig(t, "nokey", 0)
		for _, path := range c.configs[1:] {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range []string{`secret_keys = ["team-secret.asc"]`, `passphrase_file = "team.passphrase"`} {
				text = bytes.Replace(text, []byte(line), nil, 1)
			}
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		conn := c.connect()
		count := func(query string) (n int) {
			if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		c.startOn(0)
		c.await("no machine shows its keys", func() bool { return count(`SELECT count(*) FROM leases WHERE name LIKE 'opens:%'`) > 0 })
		c.startOn(1)
		c.startOn(2)
		c.awaitAlive(machines)
		g := newGenerator(t, "nokey", 3)
		g.observed = 5
		for i := range 12 {
			g.addEncrypted(t, teamKey(t))
			c.deliver(c.users[i%2], g.made[i])
		}
		with := fmt.Sprintf("%%/%d-%%", c.children[0].process.Process.Pid)
		c.settle()
		if n := count(`SELECT count(*) FROM mails WHERE worker NOT LIKE '` + with + `'`); n > 0 {
			t.Errorf("%d encrypted mails were filed by machines that cannot open them", n)
		}
		if n := count(`SELECT count(*) FROM outbox WHERE worker NOT LIKE '` + with + `'`); n > 0 {
			t.Errorf("%d answers were sent by machines that cannot sign them", n)
		}
	})
}

// clusterSoak is a run of three machines under load, kills and pauses.
type clusterSoak struct {
	mails, kills, pauses int
	seed                 uint64
}

// TestClusterSoak kills and pauses machines at random moments while mail comes in.
// It is a small run unless the environment asks for more, as `make soak` does.
func TestClusterSoak(t *testing.T) {
	s := clusterSoak{
		mails: numberOf(t, "POSTERN_CLUSTER_MAILS", 120), kills: numberOf(t, "POSTERN_CLUSTER_KILLS", 3),
		pauses: numberOf(t, "POSTERN_CLUSTER_PAUSES", 2), seed: soakSeed(t),
	}
	t.Run("postgres", s.run)
}

func (s clusterSoak) run(t *testing.T) {
	t.Logf("seed %d", s.seed)
	users := []string{"csirt@example.org", "abuse@example.org", "network@example.org", "helpdesk@example.org"}
	server := startReal(t, users...)
	receiver := startReceiver(t)
	relay := startRelay(t, receiver)
	c := newCluster(t, server, relay, newRig(t, server, receiver, relay, users...))
	random := rand.New(rand.NewPCG(s.seed, 3))
	g := newGenerator(t, "m", s.seed)
	g.observed = 20
	left := g.letters(t, s.mails)
	events := append(bytes.Repeat([]byte{'k'}, s.kills), bytes.Repeat([]byte{'p'}, s.pauses)...)
	random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	c.startAll()
	for n, event := range events {
		portion := left[:len(left)/(len(events)-n+1)]
		left = left[len(portion):]
		s.bringAll(c, random, portion[:len(portion)/2])
		i := random.IntN(machines)
		if event == 'k' {
			c.children[i].kill()
			s.bringAll(c, random, portion[len(portion)/2:])
			c.startOn(i)
			continue
		}
		c.signal(i, syscall.SIGSTOP)
		over := time.NewTimer(clusterLease + time.Duration(random.IntN(1000))*time.Millisecond)
		s.bringAll(c, random, portion[len(portion)/2:])
		<-over.C
		c.signal(i, syscall.SIGCONT)
	}
	s.bringAll(c, random, left)
	sum := c.settle()
	t.Logf("\n%s%-8s %d", sum.table(s.kills), "pauses", s.pauses)
}

// bringAll brings mails to the mailboxes, one in twenty to two of them.
func (s clusterSoak) bringAll(c *cluster, random *rand.Rand, letters []letter) {
	for _, l := range letters {
		first := random.IntN(len(c.users))
		c.deliver(c.users[first], l)
		if random.IntN(20) == 0 {
			c.deliver(c.users[(first+1)%len(c.users)], copyOf(l))
		}
	}
}
