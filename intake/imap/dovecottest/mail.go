package dovecottest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"postern/intake/imap/imaptest"
)

// connect logs in over TLS, with the password that counts now.
func (d *Dovecot) connect(name string) (*imapclient.Client, error) {
	config := d.Identity.ClientConfig()
	client, err := imapclient.DialTLS(d.Host+":"+strconv.Itoa(d.TLSPort), &imapclient.Options{TLSConfig: config})
	if err != nil {
		return nil, fmt.Errorf("connect to dovecot: %w", err)
	}
	if err := client.Login(name, d.options.Users[name]).Wait(); err != nil {
		return nil, fmt.Errorf("log in to dovecot: %w", err)
	}
	return client, nil
}

// with runs a few commands on a connection of their own.
func (d *Dovecot) with(name string, commands func(*imapclient.Client) error) {
	d.tb.Helper()
	client, err := d.connect(name)
	if err != nil {
		d.tb.Fatal(err)
	}
	defer client.Close()
	if err := commands(client); err != nil {
		d.tb.Fatal(err)
	}
}

// Append puts mails into a folder with IMAP APPEND, with their INTERNALDATE.
func (d *Dovecot) Append(name, folder string, at time.Time, mails ...[]byte) {
	d.tb.Helper()
	d.with(name, func(client *imapclient.Client) error {
		for _, raw := range mails {
			if err := appendOne(client, folder, raw, at); err != nil {
				return fmt.Errorf("append to %s: %w", folder, err)
			}
		}
		return nil
	})
}

func appendOne(client *imapclient.Client, folder string, raw []byte, at time.Time) error {
	cmd := client.Append(folder, int64(len(raw)), &imap.AppendOptions{Time: at})
	if _, err := bytes.NewReader(raw).WriteTo(cmd); err != nil {
		return err
	}
	if err := cmd.Close(); err != nil {
		return err
	}
	_, err := cmd.Wait()
	return err
}

// Deliver drops a mail into the INBOX as Dovecot's own delivery does: a file,
// renamed into place, whose name tells its sizes. Each mail needs a file name of
// its own. A zero time is now.
func (d *Dovecot) Deliver(user, file string, raw []byte, at time.Time) {
	d.tb.Helper()
	if err := d.deliver(user, file, raw, at); err != nil {
		d.tb.Fatal(err)
	}
}

func (d *Dovecot) deliver(user, file string, raw []byte, at time.Time) error {
	for _, dir := range [][]string{{}, {"Maildir"}, {"Maildir", "tmp"}, {"Maildir", "new"}, {"Maildir", "cur"}} {
		if err := d.mailFolder(append([]string{"mail", user}, dir...)...); err != nil {
			return err
		}
	}
	file = fmt.Sprintf("%s,S=%d,W=%d", file, len(raw), len(raw)+bareLines(raw))
	temporary := d.path("mail", user, "Maildir", "tmp", file)
	if err := os.WriteFile(temporary, raw, 0o600); err != nil {
		return fmt.Errorf("write a mail: %w", err)
	}
	if err := os.Chown(temporary, d.uid, d.gid); err != nil {
		return fmt.Errorf("hand over a mail: %w", err)
	}
	if !at.IsZero() { // Dovecot takes INTERNALDATE from the file
		if err := os.Chtimes(temporary, at, at); err != nil {
			return fmt.Errorf("date a mail: %w", err)
		}
	}
	return os.Rename(temporary, filepath.Join(d.path("mail", user, "Maildir", "new"), file))
}

// bareLines counts the line ends to which IMAP adds a CR.
func bareLines(raw []byte) int {
	return bytes.Count(raw, []byte("\n")) - bytes.Count(raw, []byte("\r\n"))
}

// Messages reads a folder; one that is not there has none.
func (d *Dovecot) Messages(user, folder string) []imaptest.Mail {
	d.tb.Helper()
	var mails []imaptest.Mail
	d.with(user, func(client *imapclient.Client) (err error) {
		mails, err = imaptest.ReadFolder(client, folder)
		return err
	})
	return mails
}

// Create makes a folder. A Maildir folder is made step by step: somebody who
// opens it between two steps finishes it first, and Dovecot tells the one who
// asked for it that it exists already.
func (d *Dovecot) Create(user, folder string) {
	d.tb.Helper()
	d.with(user, func(client *imapclient.Client) error {
		err := client.Create(folder, nil).Wait()
		var refused *imap.Error
		if errors.As(err, &refused) && refused.Code == imap.ResponseCodeAlreadyExists {
			return nil
		}
		return err
	})
}

// Delete removes a folder and what is in it; made again it has a new UIDVALIDITY.
func (d *Dovecot) Delete(user, folder string) {
	d.tb.Helper()
	d.with(user, func(client *imapclient.Client) error { return client.Delete(folder).Wait() })
}

// Rename renames a folder.
func (d *Dovecot) Rename(user, from, to string) {
	d.tb.Helper()
	d.with(user, func(client *imapclient.Client) error { return client.Rename(from, to, nil).Wait() })
}

// Remove deletes mails, as a person at a mail program does.
func (d *Dovecot) Remove(user, folder string, uids ...uint32) {
	d.tb.Helper()
	d.with(user, func(client *imapclient.Client) error { return imaptest.RemoveMails(client, folder, uids) })
}
