package tickets

import (
	"errors"
	"strings"
	"time"
)

// The states of a key in the directory.
const (
	KeyPending  = "pending"  // seen or found; never used until a person approves its fingerprint
	KeyApproved = "approved" // a person checked the fingerprint, or imported it as known
	KeyRefused  = "refused"  // never used, and not offered again
	KeyCopy     = "copy"     // a newer copy of a key that stands in the configuration, and counts with it alone
)

// How a key came to us.
const (
	ViaImport    = "import"
	ViaAttached  = "attached"
	ViaAutocrypt = "autocrypt"
	ViaWKD       = "wkd"
	ViaConfig    = "config"
)

// How a person verified a fingerprint.
var KeyProofs = []string{"telephone", "meeting", "directory"}

// Key is one OpenPGP key of somebody outside, with what was done about it.
type Key struct {
	Fingerprint string   `json:"fingerprint"` // upper case hexadecimal
	State       string   `json:"state"`       // pending | approved | refused | copy
	Tier        string   `json:"tier"`        // peer | known, of an approved one
	Contact     string   `json:"contact"`     // name, "" when it belongs to none
	Holder      string   `json:"holder"`      // the member of a team whose it is
	UserIDs     []string `json:"user_ids"`
	Data        string   `json:"-"` // armoured, public

	Via      string    `json:"via"`  // import | attached | autocrypt | wkd | config
	Mail     int64     `json:"mail"` // in which it was first seen, 0 for none
	Seen     time.Time `json:"seen"`
	SeenFrom string    `json:"seen_from"` // sender of that mail, not proven

	VerifiedBy  string    `json:"verified_by"`
	VerifiedHow string    `json:"verified_how"` // telephone | meeting | directory | import
	VerifiedAt  time.Time `json:"verified_at"`
	Reason      string    `json:"reason"` // why it was refused

	Version int64 `json:"-"` // rises with every change, for compare-and-swap
}

// Approval is what a person says of a key whose fingerprint was checked.
type Approval struct {
	Fingerprint string
	By          string // who compared it
	How         string // telephone | meeting | directory
	Contact     string // "" keeps the one it has
	Holder      string
	Tier        string // peer | known
}

// Errors of the directory that people see.
var (
	ErrNoContact = errors.New("no such contact")
	ErrNoKey     = errors.New("no such key")
	ErrTwice     = errors.New("there is one already")
)

// InGroups writes a fingerprint in fours, as it is read out over the telephone.
func InGroups(fingerprint string) string {
	var groups []string
	for ; len(fingerprint) > 4; fingerprint = fingerprint[4:] {
		groups = append(groups, fingerprint[:4])
	}
	return strings.Join(append(groups, fingerprint), " ")
}

// BareFingerprint takes the blanks, colons and the 0x off a fingerprint as people write it.
func BareFingerprint(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\u00a0:-", r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimPrefix(strings.ToUpper(s), "0X")
}
