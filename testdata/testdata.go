// Package testdata embeds the mails and keys that the demo delivers and the
// tests read. Every mail in it was written for Postern; people, organisations
// and addresses are invented (RFC 2606, RFC 5737, RFC 3849).
package testdata

import "embed"

// Files holds the sample mails in "mail" and the folder "keys". The golden set
// below "mail" is read by its tests from the tree and is not part of the program.
//
//go:embed mail/*.eml mail/README.md all:keys
var Files embed.FS

// Sample is one mail of the demo, as a mail server would hold it.
type Sample struct {
	Name    string // file name in "mail"
	Mailbox string // reporting mailbox it is delivered to: csirt|abuse|helpdesk, at example.org
	Folder  string // INBOX or Junk
	Purpose string // why it exists, one line
	Order   int    // place in the order of delivery, from 1
	Data    []byte // raw mail, CRLF line ends
}

// Mails gives the samples in the order they are delivered.
func Mails() []Sample {
	samples := manifest()
	for n := range samples {
		s := &samples[n]
		s.Order = n + 1
		s.Data = read("mail/" + s.Name)
		if s.Folder == "" {
			s.Folder = "INBOX"
		}
	}
	return samples
}

// Key gives a file of the folder "keys", nil when there is none of that name.
func Key(name string) []byte { return read("keys/" + name) }

// read gives an embedded file. What the manifest names is embedded: a test
// compares both, so nil is only for names that nobody made.
func read(name string) []byte {
	data, err := Files.ReadFile(name)
	if err != nil {
		return nil
	}
	return data
}
