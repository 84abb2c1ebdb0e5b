package pgp

import "time"

// newest gives our newest key that others can write to us with, nil when there is none.
func (k *keys) newest(at time.Time) *holder {
	for _, h := range k.own {
		if h.canEncrypt(at) {
			return h
		}
	}
	return nil
}

func (k *keys) ownKey(at time.Time) (KeyInfo, bool) {
	h := k.newest(at)
	if h == nil {
		return KeyInfo{}, false
	}
	return h.info.copy(), true
}

// lacks names what living keys of ours cannot do. One that has ended lacks
// everything but opening old mail, which is what it is kept for.
func (k *keys) lacks(at time.Time) map[string][]string {
	all := map[string][]string{}
	for _, h := range k.own {
		if h.info.Revoked || !h.info.Expires.IsZero() && at.After(h.info.Expires) {
			continue
		}
		if why := h.lacks(at); len(why) > 0 {
			all[h.info.Fingerprint] = why
		}
	}
	return all
}

func (h *holder) lacks(at time.Time) (why []string) {
	if at.Before(h.info.Created) {
		return []string{"it was made in the future, on " + day(h.info.Created) + ", and is not used before"}
	}
	if !h.canSign(at) {
		why = append(why, "it cannot sign: "+h.whyNoSignature(at))
	}
	if !h.canEncrypt(at) {
		why = append(why, "nobody can encrypt to it: "+h.whyNoEncryption())
	} else if key, _ := h.entity.EncryptionKey(at); !usableSecret(key.PrivateKey) {
		why = append(why, "what is encrypted to it stays closed: the secret of its subkey "+keyID(key.PublicKey.KeyId)+" is not in the file")
	}
	return why
}

func (h *holder) whyNoSignature(at time.Time) string {
	if key, ok := h.entity.SigningKey(at); ok {
		return "the secret of its subkey " + keyID(key.PublicKey.KeyId) + " is not in the file"
	}
	for _, key := range componentKeys(h.entity) {
		if maySign(key) {
			return "the subkey that signs has ended"
		}
	}
	return "it has no subkey that signs"
}

func (h *holder) whyNoEncryption() string {
	for _, sub := range h.entity.Subkeys {
		if sub.Sig != nil && sub.PublicKey.PubKeyAlgo.CanEncrypt() {
			return "the subkey for it has ended"
		}
	}
	return "it has no subkey for it"
}
