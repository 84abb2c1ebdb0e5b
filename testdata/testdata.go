// Package testdata embeds the mails and keys that the demo delivers and the
// tests read. Every mail in it was written for Postern; people, organisations
// and addresses are invented (RFC 2606, RFC 5737, RFC 3849).
package testdata

import "embed"

// Files holds the folders "mail" and "keys".
//
//go:embed all:mail all:keys
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

// Mails gives the samples in the order they are delivered. It fails only when a
// mail of the list is not embedded, which a test rules out.
func Mails() ([]Sample, error) {
	samples := manifest()
	for n := range samples {
		data, err := Files.ReadFile("mail/" + samples[n].Name)
		if err != nil {
			return nil, err
		}
		samples[n].Order, samples[n].Data = n+1, data
		if samples[n].Folder == "" {
			samples[n].Folder = "INBOX"
		}
	}
	return samples, nil
}
