package pgp

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrOtherKey says that two copies are not of one key.
var ErrOtherKey = errors.New("is another key")

// Update is what another copy of a key brought. Its words are for people.
type Update struct {
	Revoked  bool      // the owner has taken the key back
	Subkeys  int       // new ones, and old ones revoked
	From, To time.Time // when it ended being of use and ends now; zero is never
	Names    []string  // user IDs that were not taken: a person has to approve those
	Changed  bool      // the bytes to keep are others
}

// String puts it in words.
func (u Update) String() string {
	var words []string
	if u.Revoked {
		words = append(words, "revoked by its owner")
	}
	if !u.From.Equal(u.To) {
		words = append(words, "is of use until "+dayOrNever(u.To)+" and no more until "+dayOrNever(u.From))
	}
	if u.Subkeys > 0 {
		words = append(words, fmt.Sprintf("%d subkeys are new or revoked", u.Subkeys))
	}
	if len(u.Names) > 0 {
		words = append(words, "names more, which was not taken: "+plainLine(strings.Join(u.Names, ", ")))
	}
	if len(words) == 0 {
		return "newer signatures of its owner"
	}
	return strings.Join(words, "; ")
}

func dayOrNever(t time.Time) string {
	if t.IsZero() {
		return "for ever"
	}
	return day(t)
}

// Merge takes into a public key what another copy of it says under the
// signature of the same primary key: new expiry, new subkeys, revocations, which
// are never dropped. User IDs that the first copy lacks are named and left out:
// a person approved whose key this is, and that is what they say. Data is one
// key each, armoured or binary; what comes back is armoured.
func Merge(old, other []byte) (merged string, update Update, err error) {
	a, err := oneCert(old)
	if err != nil {
		return "", update, err
	}
	b, err := oneCert(other)
	if err != nil {
		return "", update, err
	}
	if !bytes.Equal(a.primary.Fingerprint, b.primary.Fingerprint) {
		return "", update, ErrOtherKey
	}
	before := a.bytes()
	was, err := infoOf(a)
	if err != nil {
		return "", update, err
	}
	update.Names, update.Subkeys = a.join(b)
	if err := a.clean(); err != nil {
		return "", update, err
	}
	is, err := infoOf(a)
	if err != nil {
		return "", update, err
	}
	update.Changed = !bytes.Equal(before, a.bytes())
	update.Revoked, update.From, update.To = is.Revoked && !was.Revoked, was.Until, is.Until
	merged, err = a.armoured()
	return merged, update, err
}

// oneCert reads and cleans the one key of a copy.
func oneCert(data []byte) (*cert, error) {
	all, err := readCerts(data, 1)
	if err != nil {
		return nil, err
	}
	return all[0], all[0].clean()
}

func infoOf(c *cert) (KeyInfo, error) {
	e, err := c.entity()
	if err != nil {
		return KeyInfo{}, err
	}
	return infoOfEntity(e), nil
}

// join takes over the signatures on what both have, and the subkeys of the other.
func (c *cert) join(other *cert) (names []string, subkeys int) {
	c.checks = 2 * maxChecks
	c.direct = append(c.direct, other.direct...)
	for _, u := range other.users {
		i := slices.IndexFunc(c.users, func(own bound) bool { return own.id == u.id })
		if i < 0 {
			names = append(names, u.id)
			continue
		}
		c.users[i].sigs = append(c.users[i].sigs, u.sigs...)
	}
	for _, sub := range other.subs {
		i := slices.IndexFunc(c.subs, func(own bound) bool { return bytes.Equal(own.raw, sub.raw) })
		switch {
		case i < 0 && len(c.subs) < maxSubkeys:
			c.subs = append(c.subs, sub)
			subkeys++
		case i >= 0:
			if revokedSub(sub) && !revokedSub(c.subs[i]) {
				subkeys++
			}
			c.subs[i].sigs = append(c.subs[i].sigs, sub.sigs...)
		}
	}
	return names, subkeys
}
