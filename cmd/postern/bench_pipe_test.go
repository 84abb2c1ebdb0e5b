package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"runtime"
	"strings"
	"sync"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	"github.com/klauspost/compress/zstd"

	"postern/parser/mime"
	"postern/parser/pgp"
	"postern/responder"
	"postern/responder/smtp"
	"postern/testdata"
)

// pipeOrder tells a child to be the bare pipe: the work that nobody can leave
// out, and no thinking. It fetches in batches, opens OpenPGP, walks the MIME
// tree, stores the raw mail and one row with a durable commit a batch, sends one
// fixed answer, and moves the mail on the server.
type pipeOrder struct {
	IMAP, SMTP string // host:port
	User       string
	Folder     string // for the database
	Mails      int    // the end
}

// pipeBatch is the batch of the program.
const pipeBatch = 50

type pipe struct {
	order   pipeOrder
	db      *sql.DB
	keys    *pgp.Keyring
	encoder *zstd.Encoder
	reader  *imapclient.Client
	mover   *imapclient.Client
	relay   *smtp.Transport
}

// piped is one mail on its way through.
type piped struct {
	uid    goimap.UID
	raw    []byte
	packed []byte
	from   string // "" when nothing is answered
	row    string
}

// run says ready, works until all mails are through, says settled, and waits
// for the end, so that it is measured like the program.
func (o pipeOrder) run(ctx context.Context) (err error) {
	p := &pipe{order: o}
	if err := p.open(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	fmt.Println(saysReady)
	if err := p.connect(); err != nil {
		return err
	}
	if err := p.work(ctx); err != nil {
		return err
	}
	fmt.Println(saysSettled)
	<-ctx.Done()
	return nil
}

func (p *pipe) open() (err error) {
	passphrase := bytes.TrimSpace(testdata.Key("team.passphrase"))
	public := []pgp.PublicKey{{Data: testdata.Key("cert-alpha-public.asc"), Tier: "peer"}, {Data: testdata.Key("cert-beta-public.asc"), Tier: "peer"}}
	if p.keys, err = pgp.NewKeyring([][]byte{testdata.Key("team-secret.asc")}, [][]byte{passphrase}, public); err != nil {
		return err
	}
	if p.encoder, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2)); err != nil {
		return err
	}
	p.db, err = sql.Open("sqlite", "file:"+p.order.Folder+"/pipe.db?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return err
	}
	p.db.SetMaxOpenConns(1)
	const schema = `CREATE TABLE mails (id INTEGER PRIMARY KEY, uid INTEGER, row TEXT); CREATE TABLE raw (mail INTEGER, data BLOB);`
	if _, err := p.db.Exec(schema); err != nil {
		return err
	}
	p.relay, err = smtp.New(smtp.Options{Address: p.order.SMTP, Security: smtp.Insecure})
	return err
}

// connect logs in, which counts as it does for the program.
func (p *pipe) connect() (err error) {
	if p.reader, err = p.login(); err != nil {
		return err
	}
	p.mover, err = p.login()
	return err
}

func (p *pipe) login() (*imapclient.Client, error) {
	c, err := imapclient.DialInsecure(p.order.IMAP, nil)
	if err != nil {
		return nil, err
	}
	if err := c.Login(p.order.User, rigPassword).Wait(); err != nil {
		return nil, err
	}
	_, err = c.Select("INBOX", nil).Wait()
	return c, err
}

func (p *pipe) close() error {
	errs := []error{p.relay.Close(), p.db.Close()}
	for _, c := range []*imapclient.Client{p.reader, p.mover} {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// work runs fetching, storing and answering beside each other.
func (p *pipe) work(ctx context.Context) error {
	if err := p.mover.Create("Processed", nil).Wait(); err != nil {
		return err
	}
	found, err := p.reader.UIDSearch(&goimap.SearchCriteria{}, nil).Wait()
	if err != nil {
		return err
	}
	uids := found.AllUIDs()
	if len(uids) != p.order.Mails {
		return fmt.Errorf("%d mails are there, not %d", len(uids), p.order.Mails)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	fetched, answers := make(chan []piped, 1), make(chan piped, pipeBatch)
	var stages sync.WaitGroup
	stage := func(run func() error) {
		stages.Go(func() {
			if err := run(); err != nil {
				cancel(err)
			}
		})
	}
	stage(func() error { defer close(fetched); return p.fetch(ctx, uids, fetched) })
	stage(func() error { defer close(answers); return p.store(ctx, fetched, answers) })
	for range linesAtHome { // connections, as many as the program has
		stage(func() error { return p.answer(ctx, answers) })
	}
	stages.Wait()
	return context.Cause(ctx)
}

func (p *pipe) fetch(ctx context.Context, uids []goimap.UID, out chan<- []piped) error {
	for len(uids) > 0 {
		n := min(pipeBatch, len(uids))
		set := goimap.UIDSetNum(uids[:n]...)
		uids = uids[n:]
		messages, err := p.reader.Fetch(set, &goimap.FetchOptions{UID: true, BodySection: []*goimap.FetchItemBodySection{{Peek: true}}}).Collect()
		if err != nil {
			return err
		}
		batch := make([]piped, len(messages))
		for i, m := range messages {
			batch[i] = piped{uid: m.UID, raw: m.BodySection[0].Bytes}
		}
		select {
		case out <- batch:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

func (p *pipe) store(ctx context.Context, in <-chan []piped, out chan<- piped) error {
	for batch := range in {
		if err := p.read(ctx, batch); err != nil {
			return err
		}
		if err := p.commit(batch); err != nil {
			return err
		}
		var moved goimap.UIDSet
		for _, m := range batch {
			moved.AddNum(m.uid)
		}
		if _, err := p.mover.Move(moved, "Processed").Wait(); err != nil {
			return err
		}
		for _, m := range batch {
			select {
			case out <- m:
			case <-ctx.Done():
				return nil
			}
		}
	}
	return nil
}

// read opens and walks the mails of a batch, as many at a time as there are cores.
func (p *pipe) read(ctx context.Context, batch []piped) error {
	var all sync.WaitGroup
	errs := make([]error, len(batch))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range batch {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			errs[i] = p.readOne(ctx, &batch[i])
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func (p *pipe) readOne(ctx context.Context, m *piped) error {
	m.packed = p.encoder.EncodeAll(m.raw, nil)
	entity, err := message.Read(bytes.NewReader(m.raw))
	if err != nil {
		return err
	}
	h := entity.Header
	if h.Get("Auto-Submitted") == "" && h.Get("In-Reply-To") == "" {
		from, err := netmail.ParseAddress(h.Get("From"))
		if err != nil {
			return err
		}
		m.from = from.Address
	}
	if strings.HasPrefix(h.Get("Content-Type"), "multipart/encrypted") {
		root, _ := mime.Read(ctx, bytes.NewReader(m.raw), int64(len(m.raw)), mime.Limits{})
		opened := p.keys.Open(ctx, root, m.from, time.Now(), pgp.Limits{}, mime.Limits{})
		if !opened.Result.Decrypted {
			return errors.New("an encrypted mail could not be opened: " + opened.Result.Problem)
		}
		_, err := io.Copy(io.Discard, opened.Root.Body())
		m.row = h.Get("Subject")
		return err
	}
	var text int64
	err = entity.Walk(func(_ []int, e *message.Entity, err error) error {
		if err != nil || strings.HasPrefix(e.Header.Get("Content-Type"), "multipart/") {
			return err
		}
		n, err := io.Copy(io.Discard, e.Body)
		text += n
		return err
	})
	m.row = fmt.Sprintf("%s %s %d", h.Get("Message-ID"), h.Get("Subject"), text)
	return err
}

// commit stores a batch; it is durable when it returns.
func (p *pipe) commit(batch []piped) (err error) {
	tx, err := p.db.Begin()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	for _, m := range batch {
		done, err := tx.Exec(`INSERT INTO mails (uid, row) VALUES (?, ?)`, m.uid, m.row)
		if err != nil {
			return err
		}
		id, err := done.LastInsertId()
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO raw (mail, data) VALUES (?, ?)`, id, m.packed); err != nil {
			return err
		}
	}
	return tx.Commit()
}

const pipeAnswer = "From: csirt@example.org\r\nSubject: We have your report\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <%d@example.org>\r\n\r\nThank you.\r\n"

func (p *pipe) answer(ctx context.Context, in <-chan piped) error {
	for m := range in {
		if m.from == "" {
			continue
		}
		envelope := responder.Envelope{From: "csirt@example.org", To: m.from}
		body := fmt.Appendf(nil, pipeAnswer, m.uid)
		if _, err := p.relay.Send(ctx, envelope, body, func(context.Context) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}
