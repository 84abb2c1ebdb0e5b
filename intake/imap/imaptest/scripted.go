package imaptest

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Script says in what ways a Scripted server behaves badly. The zero value is a
// small, honest server with MOVE and IDLE.
type Script struct {
	Caps     string // "" is "IMAP4rev1 MOVE IDLE"
	Greeting string // "" is "* OK ready"
	Flags    string // PERMANENTFLAGS; "" is `\Seen \*`
	Validity uint32 // 0 is 1: as small servers have it after every start
	StartTLS bool

	// Handle sees every command first. True means that it has answered, or
	// that it wants silence; an error cuts the connection.
	Handle func(c *Conversation, tag, command string) (answered bool, err error)
}

// ScriptedMail is one mail on a Scripted server.
type ScriptedMail struct {
	UID   uint32
	Raw   []byte
	At    time.Time
	Flags []string
	Size  int // announced as RFC822.SIZE; 0 is the true one
}

// Scripted is an IMAP server that follows a script. It knows the commands that
// a careful reader of mail needs and writes down all it is asked, so that a
// test can also say what must never be asked.
type Scripted struct {
	listener net.Listener
	identity Authority
	served   sync.WaitGroup

	mu       sync.Mutex
	script   Script
	folders  map[string][]ScriptedMail
	commands []string
	conns    map[net.Conn]struct{}
	changed  chan struct{}
}

// StartScripted listens on a free port of 127.0.0.1. There is an INBOX; every
// user and password is welcome.
func StartScripted(script Script) (*Scripted, error) {
	identity, err := NewAuthority()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for IMAP: %w", err)
	}
	s := &Scripted{
		listener: listener, identity: identity, script: script,
		folders: map[string][]ScriptedMail{"INBOX": nil},
		conns:   map[net.Conn]struct{}{},
		changed: make(chan struct{}),
	}
	s.served.Go(s.accept)
	return s, nil
}

func (s *Scripted) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn] = struct{}{}
		s.mu.Unlock()
		s.served.Go(func() { s.serve(conn) })
	}
}

// Close ends the server and waits for its goroutines.
func (s *Scripted) Close() error {
	err := s.listener.Close()
	s.DropConnections()
	s.served.Wait()
	return err
}

// DropConnections cuts every connection.
func (s *Scripted) DropConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		// Cut in the middle on purpose: whether that hurt is the client's concern.
		_ = conn.Close()
	}
}

// Port is the port the server listens on, at 127.0.0.1.
func (s *Scripted) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// CAs is the pool that the server's certificate verifies with, with StartTLS.
func (s *Scripted) CAs() *x509.CertPool { return s.identity.Pool }

// Rewrite changes the script; it counts from the next command.
func (s *Scripted) Rewrite(edit func(*Script)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	edit(&s.script)
}

// Put places mails in a folder, which it makes if need be, and announces them.
func (s *Scripted) Put(folder string, mails ...ScriptedMail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folders[folder] = append(s.folders[folder], mails...)
	s.change()
}

// Clear empties a folder, as a restart of a server without a disk does.
func (s *Scripted) Clear(folder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.folders[folder] = nil
}

// change tells who waits with IDLE. The caller holds mu.
func (s *Scripted) change() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Mails are the mails of a folder.
func (s *Scripted) Mails(folder string) []ScriptedMail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.folders[folder])
}

// HasFolder tells whether a folder is there.
func (s *Scripted) HasFolder(folder string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.folders[folder]
	return ok
}

// Commands are all commands so far, without tags; the password is left out.
func (s *Scripted) Commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

// Conversation is one connection to a Scripted server.
type Conversation struct {
	server   *Scripted
	conn     net.Conn
	in       *bufio.Reader
	out      *bufio.Writer
	selected string
	told     int // mails announced in the selected folder
}

var errEnd = errors.New("the conversation is over")

func (s *Scripted) serve(conn net.Conn) {
	defer func() {
		_ = conn.Close() // the client may have closed it first
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	c := &Conversation{server: s, conn: conn, in: bufio.NewReader(conn), out: bufio.NewWriter(conn)}
	greeting := s.now().Greeting
	if greeting == "" {
		greeting = "* OK ready"
	}
	err := c.Say("%s\r\n", greeting)
	for err == nil {
		err = c.hear()
	}
}

func (s *Scripted) now() Script {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.script
}

// Say sends text as it is.
func (c *Conversation) Say(format string, args ...any) error {
	if _, err := fmt.Fprintf(c.out, format, args...); err != nil {
		return err
	}
	return c.out.Flush()
}

// Mails are the mails of the selected folder.
func (c *Conversation) Mails() []ScriptedMail { return c.server.Mails(c.selected) }

// Make makes a folder, as another client would.
func (c *Conversation) Make(folder string) { c.server.Put(folder) }

// Refuse answers a command with NO.
func (c *Conversation) Refuse(tag, text string) (bool, error) {
	return true, c.Say("%s NO %s\r\n", tag, text)
}

func (c *Conversation) hear() error {
	line, err := c.in.ReadString('\n')
	if err != nil {
		return err
	}
	tag, command, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
	c.server.note(command)
	if handle := c.server.now().Handle; handle != nil {
		if answered, err := handle(c, tag, command); answered || err != nil {
			return err
		}
	}
	return c.answer(tag, command)
}

func (s *Scripted) note(command string) {
	if word, _, _ := strings.Cut(command, " "); strings.EqualFold(word, "LOGIN") {
		command = word
	} else if strings.HasPrefix(command, "AUTHENTICATE PLAIN") {
		command = "AUTHENTICATE PLAIN"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = append(s.commands, command)
}

func (c *Conversation) caps() string {
	script := c.server.now()
	caps := script.Caps
	if caps == "" {
		caps = "IMAP4rev1 MOVE IDLE"
	}
	if _, encrypted := c.conn.(*tls.Conn); script.StartTLS && !encrypted {
		caps += " STARTTLS LOGINDISABLED"
	}
	return caps
}

// answer is how an honest server answers.
func (c *Conversation) answer(tag, command string) error {
	words := strings.Fields(command)
	if len(words) == 0 {
		return c.Say("* BAD what?\r\n")
	}
	name := strings.ToUpper(words[0])
	if name == "UID" {
		name = "UID " + strings.ToUpper(words[1])
		words = words[1:]
	}
	switch name {
	case "CAPABILITY":
		return c.Say("* CAPABILITY %s\r\n%s OK done\r\n", c.caps(), tag)
	case "STARTTLS":
		return c.encrypt(tag)
	case "SELECT", "EXAMINE":
		return c.open(tag, unquote(words[1]))
	case "LIST":
		return c.list(tag)
	case "AUTHENTICATE":
		if len(words) < 3 { // without an initial response (RFC 4959)
			return c.hearResponse(tag)
		}
	case "CREATE":
		c.server.Put(unquote(words[1]))
	case "IDLE":
		return c.idle(tag)
	case "LOGOUT":
		return errors.Join(c.Say("* BYE bye\r\n%s OK done\r\n", tag), errEnd)
	case "UID FETCH":
		return c.fetch(tag, words[1], strings.Join(words[2:], " "))
	case "UID COPY", "UID MOVE":
		return c.transfer(tag, words[1], unquote(words[2]), name == "UID MOVE")
	case "UID STORE":
		c.store(words[1], words[2:])
	}
	return c.done(tag)
}

// hearResponse asks for the response of a SASL exchange and believes it.
func (c *Conversation) hearResponse(tag string) error {
	if err := c.Say("+ \r\n"); err != nil {
		return err
	}
	if _, err := c.in.ReadString('\n'); err != nil {
		return err
	}
	return c.done(tag)
}

func unquote(word string) string { return strings.Trim(word, `"`) }

func (c *Conversation) done(tag string) error {
	if err := c.announce(); err != nil {
		return err
	}
	return c.Say("%s OK done\r\n", tag)
}

func (c *Conversation) announce() error {
	if c.selected == "" {
		return nil
	}
	if n := len(c.Mails()); n != c.told {
		c.told = n
		return c.Say("* %d EXISTS\r\n", n)
	}
	return nil
}

func (c *Conversation) encrypt(tag string) error {
	if err := c.Say("%s OK go ahead\r\n", tag); err != nil {
		return err
	}
	conn := tls.Server(c.conn, c.server.identity.config())
	c.conn, c.in, c.out = conn, bufio.NewReader(conn), bufio.NewWriter(conn)
	return conn.Handshake()
}

func (c *Conversation) open(tag, folder string) error {
	if !c.server.HasFolder(folder) {
		return c.Say("%s NO [NONEXISTENT] no such folder\r\n", tag)
	}
	c.selected = folder
	script := c.server.now()
	flags := script.Flags
	if flags == "" {
		flags = `\Seen \*`
	}
	c.told = len(c.Mails())
	return c.Say("* %d EXISTS\r\n* OK [UIDVALIDITY %d] valid\r\n* OK [PERMANENTFLAGS (%s)] flags\r\n%s OK [READ-WRITE] open\r\n",
		c.told, max(script.Validity, 1), flags, tag)
}

func (c *Conversation) list(tag string) error {
	c.server.mu.Lock()
	var lines strings.Builder
	for name := range c.server.folders {
		fmt.Fprintf(&lines, "* LIST () \"/\" %q\r\n", name)
	}
	c.server.mu.Unlock()
	return c.Say("%s%s OK done\r\n", lines.String(), tag)
}

// idle holds the line until the client says DONE.
func (c *Conversation) idle(tag string) error {
	c.server.mu.Lock()
	changed := c.server.changed
	c.server.mu.Unlock()
	if err := c.announce(); err != nil {
		return err
	}
	if err := c.Say("+ idling\r\n"); err != nil {
		return err
	}
	said := make(chan error, 1)
	go func() {
		_, err := c.in.ReadString('\n')
		said <- err
	}()
	for {
		select {
		case err := <-said:
			if err != nil {
				return err
			}
			return c.Say("%s OK done\r\n", tag)
		case <-changed:
			c.server.mu.Lock()
			changed = c.server.changed
			c.server.mu.Unlock()
			if err := c.announce(); err != nil {
				return err
			}
		}
	}
}

// fetch answers with UID first, as the client library expects it.
func (c *Conversation) fetch(tag, set, items string) error {
	for i, mail := range c.Mails() {
		if !contains(set, mail.UID) {
			continue
		}
		if err := c.Say("* %d FETCH (UID %d", i+1, mail.UID); err != nil {
			return err
		}
		if err := c.Items(mail, items); err != nil {
			return err
		}
		if err := c.Say(")\r\n"); err != nil {
			return err
		}
	}
	return c.done(tag)
}

// Items sends what was asked of one mail.
func (c *Conversation) Items(mail ScriptedMail, items string) error {
	var out strings.Builder
	if strings.Contains(items, "FLAGS") {
		fmt.Fprintf(&out, " FLAGS (%s)", strings.Join(mail.Flags, " "))
	}
	if strings.Contains(items, "RFC822.SIZE") {
		size := mail.Size
		if size == 0 {
			size = len(mail.Raw)
		}
		fmt.Fprintf(&out, " RFC822.SIZE %d", size)
	}
	if strings.Contains(items, "INTERNALDATE") {
		fmt.Fprintf(&out, " INTERNALDATE %q", mail.At.Format("_2-Jan-2006 15:04:05 -0700"))
	}
	switch _, partial, _ := strings.Cut(items, "]<0."); {
	case partial != "":
		limit, _ := strconv.Atoi(strings.TrimRight(partial, ">)"))
		raw := mail.Raw[:min(limit, len(mail.Raw))]
		fmt.Fprintf(&out, " BODY[]<0> {%d}\r\n%s", len(raw), raw)
	case strings.Contains(items, "BODY.PEEK[]"):
		fmt.Fprintf(&out, " BODY[] {%d}\r\n%s", len(mail.Raw), mail.Raw)
	}
	_, err := io.WriteString(c.out, out.String())
	return errors.Join(err, c.out.Flush())
}

func (c *Conversation) transfer(tag, set, folder string, move bool) error {
	s := c.server
	s.mu.Lock()
	if _, ok := s.folders[folder]; !ok {
		s.mu.Unlock()
		return c.Say("%s NO [TRYCREATE] no such folder\r\n", tag)
	}
	var kept []ScriptedMail
	for _, mail := range s.folders[c.selected] {
		if !contains(set, mail.UID) {
			kept = append(kept, mail)
			continue
		}
		s.folders[folder] = append(s.folders[folder], mail)
		if !move {
			kept = append(kept, mail)
		}
	}
	s.folders[c.selected] = kept
	s.mu.Unlock()
	return c.done(tag)
}

func (c *Conversation) store(set string, words []string) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	flags := strings.Fields(strings.Trim(strings.Join(words[1:], " "), "()"))
	for i := range s.folders[c.selected] {
		if mail := &s.folders[c.selected][i]; contains(set, mail.UID) {
			mail.Flags = append(slices.Clone(mail.Flags), flags...)
		}
	}
}

// contains tells whether a UID is in a set such as "1,3:5,9:*".
func contains(set string, uid uint32) bool {
	for part := range strings.SplitSeq(set, ",") {
		first, last, ranged := strings.Cut(part, ":")
		low, _ := strconv.ParseUint(first, 10, 32)
		high := low
		if ranged {
			high, _ = strconv.ParseUint(last, 10, 32)
			if last == "*" {
				high = 1<<32 - 1
			}
		}
		if uint64(uid) >= low && uint64(uid) <= high {
			return true
		}
	}
	return false
}
