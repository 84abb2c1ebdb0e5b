package imaptest

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// inside is a second door to the server's memory, for the test itself: past the
// listener, encryption and passwords.
type inside struct {
	server *imapserver.Server
	queue  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

// insider is a pipe that says whose mail it may see.
type insider struct {
	net.Conn
	user *imapmemserver.User
}

func newInside() *inside {
	in := &inside{queue: make(chan net.Conn), closed: make(chan struct{})}
	in.server = imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			user := c.NetConn().(insider).user
			return imapmemserver.NewUserSession(user), &imapserver.GreetingData{PreAuth: true}, nil
		},
		Caps:   imap.CapSet{imap.CapIMAP4rev1: {}},
		Logger: log.New(io.Discard, "", 0),
	})
	return in
}

// Accept implements net.Listener.
func (in *inside) Accept() (net.Conn, error) {
	select {
	case conn := <-in.queue:
		return conn, nil
	case <-in.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (in *inside) Close() error {
	in.once.Do(func() { close(in.closed) })
	return nil
}

// Addr implements net.Listener.
func (in *inside) Addr() net.Addr { return &net.UnixAddr{Name: "inside", Net: "pipe"} }

func (in *inside) connect(user *imapmemserver.User) (*imapclient.Client, error) {
	ours, theirs := net.Pipe()
	select {
	case in.queue <- insider{theirs, user}:
	case <-in.closed:
		return nil, errors.New("the server is closed")
	}
	client := imapclient.New(ours, nil)
	if err := client.WaitGreeting(); err != nil {
		return nil, fmt.Errorf("look into the server: %w", err)
	}
	return client, nil
}

// ReadFolder reads a whole folder, by UID, and changes nothing in it. A folder
// that is not there has no mail.
func ReadFolder(client *imapclient.Client, folder string) ([]Mail, error) {
	folders, err := client.List("", "*", nil).Collect()
	if err != nil {
		return nil, fmt.Errorf("list the folders: %w", err)
	}
	if !slices.ContainsFunc(folders, func(d *imap.ListData) bool { return d.Mailbox == folder }) {
		return nil, nil
	}
	if _, err := client.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		return nil, fmt.Errorf("open %s: %w", folder, err)
	}
	return readAll(client)
}

func readAll(client *imapclient.Client) ([]Mail, error) {
	var all imap.UIDSet
	all.AddRange(1, 0)
	messages, err := client.Fetch(all, &imap.FetchOptions{
		UID: true, Flags: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	}).Collect()
	if err != nil {
		return nil, fmt.Errorf("read the folder: %w", err)
	}
	var mails []Mail
	for _, m := range messages {
		mail := Mail{UID: uint32(m.UID)}
		for _, flag := range m.Flags {
			mail.Flags = append(mail.Flags, string(flag))
		}
		if len(m.BodySection) > 0 {
			mail.Raw = m.BodySection[0].Bytes
		}
		mails = append(mails, mail)
	}
	return mails, nil
}

// RemoveMails deletes mails for good, as a person at a mail program does.
func RemoveMails(client *imapclient.Client, folder string, uids []uint32) error {
	if _, err := client.Select(folder, nil).Wait(); err != nil {
		return fmt.Errorf("open %s: %w", folder, err)
	}
	var set imap.UIDSet
	for _, uid := range uids {
		set.AddNum(imap.UID(uid))
	}
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := client.Store(set, deleted, nil).Close(); err != nil {
		return fmt.Errorf("mark mails in %s as deleted: %w", folder, err)
	}
	return client.Expunge().Close()
}
