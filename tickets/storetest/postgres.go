package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/testdata/hosttest"
)

// server is the PostgreSQL of this test process, started by the first test that
// needs it. It listens on a socket in a folder of its own, and ends with the
// process, however that ends.
var server = sync.OnceValues(func() (*postgres, error) { return startPostgres(quick) })

// durable is one more that waits for the disk before it answers, for measurements.
var durable = sync.OnceValues(func() (*postgres, error) { return startPostgres(nil) })

// postgres is a running server.
type postgres struct {
	folder string   // of the socket
	ours   *os.File // closed with this process: then the server ends

	mu    sync.Mutex
	admin *pgx.Conn
	made  int      // databases
	free  []string // those that are migrated, empty and in no use
}

// errNoPostgres says that the programs are not installed.
var errNoPostgres = errors.New("PostgreSQL is not installed: testdata/scripts/install-test-servers.sh")

// Postgres gives the address of a database of the test's own, without any table.
// Where no server is installed the test is skipped; where CI says that nothing
// may be skipped, it fails.
func Postgres(t testing.TB) string {
	t.Helper()
	return running(t, server).empty(t)
}

// DurablePostgres is Postgres on a server that is set up like one at work.
func DurablePostgres(t testing.TB) string {
	t.Helper()
	return running(t, durable).empty(t)
}

func (s *postgres) empty(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	name := s.named()
	if err := s.command(`CREATE DATABASE ` + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.drop(t, name) })
	return s.url(name)
}

func running(t testing.TB, server func() (*postgres, error)) *postgres {
	t.Helper()
	s, err := server()
	if errors.Is(err, errNoPostgres) {
		hosttest.Lacks(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// command runs one statement as the administrator, whose connection is made anew
// when a test has had the server crash. It needs the mutex.
func (s *postgres) command(statement string, args ...any) error {
	if s.admin.Ping(context.Background()) != nil {
		if err := s.connect(); err != nil {
			return err
		}
	}
	_, err := s.admin.Exec(context.Background(), statement, args...)
	return err
}

func (s *postgres) named() string {
	s.made++
	return fmt.Sprintf("test%d", s.made)
}

func (s *postgres) drop(t testing.TB, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.command(`DROP DATABASE ` + name + ` WITH (FORCE)`); err != nil {
		t.Error(err)
	}
}

func (s *postgres) url(database string) string {
	address := url.URL{Scheme: "postgres", User: url.User("postern"), Path: "/" + database, RawQuery: url.Values{"host": {s.folder}}.Encode()}
	return address.String()
}

// settings are those of every server, and quick is for tests: nothing has to
// outlast the machine.
var (
	settings = []string{"listen_addresses=", "max_connections=200", "shared_buffers=64MB", "max_wal_size=4GB", "log_min_messages=fatal"}
	quick    = []string{"fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off"}
)

// startPostgres makes a server with a user called postern.
func startPostgres(more []string) (*postgres, error) {
	programs, err := postgresPrograms()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "postern-postgres-")
	if err != nil {
		return nil, err
	}
	who, err := someUser(folder)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(folder, "data")
	initdb := exec.Command(filepath.Join(programs, "initdb"), "-D", data, "-U", "postern", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	initdb.SysProcAttr, initdb.Dir = who, folder
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	ours, err := launch(filepath.Join(programs, "postgres"), folder, data, who, append(more, settings...))
	if err != nil {
		return nil, err
	}
	s := &postgres{folder: folder, ours: ours}
	return s, s.connect()
}

// launch starts the server below a shell that waits for the end of its input:
// that is when ours is closed, by the end of this process if by nothing else.
func launch(program, folder, data string, who *syscall.SysProcAttr, settings []string) (ours *os.File, err error) {
	const watch = `"$@" & read -r _; kill -QUIT $!; wait; rm -rf "$0"`
	args := []string{"-c", watch, folder, program, "-D", data, "-k", folder}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	end, ours, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer end.Close()
	shell := exec.Command("sh", args...)
	shell.Stdin, shell.Stdout, shell.Stderr, shell.Dir, shell.SysProcAttr = end, log, log, folder, who
	return ours, shell.Start()
}

// connect waits until the server answers.
func (s *postgres) connect() error {
	const patience = 30 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		var err error
		if s.admin, err = pgx.Connect(ctx, s.url("postgres")); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			return fmt.Errorf("PostgreSQL does not answer: %w: %s", err, log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// postgresPrograms finds the folder of initdb and postgres: Debian keeps them
// out of the path, by version.
func postgresPrograms() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errNoPostgres
	}
	path, err = filepath.EvalSymlinks(path)
	return filepath.Dir(path), err
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4]) // 0 is the oldest
	return n
}

// someUser is who the server runs as: it refuses root. The folder is given to
// that user.
func someUser(folder string) (*syscall.SysProcAttr, error) {
	who := &syscall.SysProcAttr{Setpgid: true}
	if os.Getuid() != 0 {
		return who, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	who.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return who, os.Chown(folder, uid, gid)
}

// run executes statements in a database.
func (s *postgres) run(ctx context.Context, database, statements string) error {
	conn, err := pgx.Connect(ctx, s.url(database))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statements)
	return errors.Join(err, conn.Close(ctx))
}
