package responder

import (
	"strings"
	"time"

	"postern/parser/pgp"
)

// Team is who we are to the outside, as it stands in every mail.
type Team struct {
	Name      string
	Address   string         // people read it: From of every mail, and where bounces go
	Phone     string         // "" leaves the telephone out
	Hours     string         // in words: "Mon-Fri 8-17"; "" leaves them out
	Languages []string       // we write in these, first one preferred; empty: in all there are
	Zone      *time.Location // of times we write; nil is UTC
}

// language is the one of ours that suits a reader best: the reader's, else
// English, else our first.
func (t Team) language(wanted string) string {
	wanted, _, _ = strings.Cut(strings.ToLower(wanted), "-")
	if len(t.Languages) == 0 {
		return wanted
	}
	choice := strings.ToLower(t.Languages[0])
	for _, language := range t.Languages {
		switch language = strings.ToLower(language); language {
		case wanted:
			return wanted
		case "en":
			choice = language
		}
	}
	return choice
}

// zone is never nil.
func (t Team) zone() *time.Location {
	if t.Zone == nil {
		return time.UTC
	}
	return t.Zone
}

// tierKnown tells whether we vouch for a key: it was given to us and did not
// just come along with a mail.
func tierKnown(tier string) bool { return tier == "peer" || tier == "known" }

// canSign and usable work without any keyring, too.
func canSign(keys *pgp.Keyring, at time.Time) bool { return keys != nil && keys.CanSign(at) }

func usable(keys *pgp.Keyring, fingerprint string, at time.Time) (pgp.KeyInfo, bool) {
	if keys == nil || fingerprint == "" {
		return pgp.KeyInfo{}, false
	}
	return keys.ByFingerprint(fingerprint, at)
}

func recipientKey(keys *pgp.Keyring, address string, at time.Time) (string, bool) {
	if keys == nil {
		return "", false
	}
	return keys.Recipient(address, at)
}
