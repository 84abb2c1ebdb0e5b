package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/parser/pgp"
	"postern/tickets"
)

// keyEntry is one key with all that is known of it.
type keyEntry struct {
	info    pgp.KeyInfo
	stored  tickets.Key // zero when the database has none of it
	contact string
	inRing  bool // it counts
	fixed   bool // the configuration holds it
}

// waits tells a key that nobody has decided about.
func (e keyEntry) waits() bool { return !e.inRing && e.stored.State == tickets.KeyPending }

func (e keyEntry) refused() bool { return !e.inRing && e.stored.State == tickets.KeyRefused }

// called tells whether a person means this key: by fingerprint or an end of it, as
// people copy it, by one of its addresses, or by its contact.
func (e keyEntry) called(word string) bool {
	if e.contact != "" && tickets.Folded(e.contact) == tickets.Folded(word) {
		return true
	}
	if slices.ContainsFunc(e.info.Addresses, func(a string) bool { return strings.EqualFold(a, strings.TrimSpace(word)) }) {
		return true
	}
	bare := tickets.BareFingerprint(word)
	return len(bare) >= shortestPrint && printEnds(e.info.Fingerprint, bare)
}

// shortestPrint is how much of a fingerprint shows a key; to approve one it takes longestID.
const (
	shortestPrint = 8
	longestID     = 16
)

// printEnds tells whether a fingerprint begins or ends so: key IDs are its end,
// of version 6 its beginning.
func printEnds(fingerprint, bare string) bool {
	return strings.HasSuffix(fingerprint, bare) || strings.HasPrefix(fingerprint, bare)
}

// entries lists every key: ours, those that count, those that wait or were refused.
func (d *directory) entries() []keyEntry {
	var list []keyEntry
	inRing := map[string]bool{}
	for _, info := range d.ring.Keys() {
		inRing[info.Fingerprint] = true
		list = append(list, d.entry(info))
	}
	for _, k := range d.keys {
		if !inRing[k.Fingerprint] && k.State != tickets.KeyCopy {
			list = append(list, keyEntry{info: pgpEntry(k), stored: k, contact: k.Contact})
		}
	}
	return list
}

// entry is a key of the ring.
func (d *directory) entry(info pgp.KeyInfo) keyEntry {
	e := keyEntry{info: info, inRing: true, fixed: d.fixed[info.Fingerprint] || info.Secret}
	for _, k := range d.keys {
		if k.Fingerprint == info.Fingerprint && !e.fixed {
			e.stored, e.contact = k, k.Contact
		}
	}
	if c, ok := d.contacts.ByKey(info.Fingerprint); ok {
		e.contact = c.Name
	}
	return e
}

// introducers names who vouches for a key by a signature on it: ours, keys that
// count, and master keys.
func (d *directory) introducers(e keyEntry, at time.Time) []string {
	data := []byte(e.stored.Data)
	if len(data) == 0 {
		data, _ = d.ring.Public(e.info.Fingerprint) // of nothing nothing comes
	}
	return append(append([]string{}, d.ring.Introducers(data, at)...), d.masters.Introducers(data, at)...)
}

// decide finds the one key of the database that a person decides about. The
// whole fingerprint is best, a long end of it will do; a short key ID is easily imitated.
func (d *directory) decide(word string) (keyEntry, error) {
	bare := tickets.BareFingerprint(word)
	if strings.Trim(bare, "0123456789ABCDEF") != "" || bare == "" {
		return keyEntry{}, misuse{fmt.Errorf("%q is no fingerprint: it has the digits 0-9 and letters A-F only, with or without blanks", word)}
	}
	if len(bare) < longestID {
		return keyEntry{}, misuse{fmt.Errorf("%s is too short: keys with the same %d digits can be made by anybody; give the whole fingerprint, or its last %d digits", bare, len(bare), longestID)}
	}
	var fit []keyEntry
	for _, e := range d.entries() {
		if printEnds(e.info.Fingerprint, bare) {
			fit = append(fit, e)
		}
	}
	switch {
	case len(fit) == 0:
		return keyEntry{}, fmt.Errorf("no key has the fingerprint %s: `postern keys --pending` lists those that wait, `postern keys import FILE` brings one", tickets.InGroups(bare))
	case len(fit) > 1:
		var names []string
		for _, e := range fit {
			names = append(names, tickets.InGroups(e.info.Fingerprint))
		}
		return keyEntry{}, misuse{fmt.Errorf("%s means several keys, give the whole fingerprint of one:\n  %s", bare, strings.Join(names, "\n  "))}
	case fit[0].info.Secret:
		return keyEntry{}, fmt.Errorf("%s is a key of our own", tickets.InGroups(fit[0].info.Fingerprint))
	case fit[0].fixed:
		return keyEntry{}, fmt.Errorf("%s stands in the configuration, which counts as checked and is changed in its files alone", tickets.InGroups(fit[0].info.Fingerprint))
	}
	return fit[0], nil
}
