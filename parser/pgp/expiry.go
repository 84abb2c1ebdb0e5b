package pgp

import (
	"slices"
	"time"
)

// until is when a key ends being of use: from then on nobody can encrypt to it
// or, if it is ours, we cannot sign with it. That may be before the primary key
// expires, when its last subkey does. Zero is never.
func (h *holder) until() time.Time {
	var ends []time.Time
	if !h.info.Expires.IsZero() {
		ends = append(ends, h.info.Expires)
	}
	for _, sub := range h.entity.Subkeys {
		if end := expiry(sub.PublicKey, sub.Sig); !end.IsZero() {
			ends = append(ends, end)
		}
	}
	slices.SortFunc(ends, time.Time.Compare)
	for _, end := range ends {
		after := end.Add(time.Second)
		if !h.canEncrypt(after) || h.own && !h.canSign(after) {
			return end
		}
	}
	return time.Time{}
}

// Expiring gives the keys that end being of use within the time given, or have
// ended, soonest first. Of ours, one that a newer one of ours outlives is left
// out: it only decrypts, which it does for ever. Revoked keys ended otherwise.
func (k *Keyring) Expiring(now time.Time, within time.Duration) []KeyInfo {
	var list []KeyInfo
	set := k.set()
	limit := now.Add(within)
	outlived := slices.ContainsFunc(set.own, func(h *holder) bool {
		return !h.info.Revoked && (h.info.Until.IsZero() || h.info.Until.After(limit))
	})
	for _, h := range slices.Concat(set.own, set.others) {
		ends := !h.info.Revoked && !h.info.Until.IsZero() && !h.info.Until.After(limit)
		if ends && !(h.own && outlived) {
			list = append(list, h.info.copy())
		}
	}
	slices.SortStableFunc(list, func(a, b KeyInfo) int { return a.Until.Compare(b.Until) })
	return list
}
