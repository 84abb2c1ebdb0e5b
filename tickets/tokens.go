package tickets

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Purposes of a token: which way a mail that carries it may act.
const (
	ForReporter = "reporter" // in mails to the outside: proves the conversation
	ForStaff    = "staff"    // in notifications to our own people; never leaves the house
)

const (
	tokenBytes   = 16 // 128 bits of the HMAC stay
	minTokenKey  = 16 // bytes; less can be guessed
	maxTokenSize = 256
)

// Tokens makes and checks the HMAC IDs that prove a thread. Each outgoing mail
// carries one as the first entry of References, in the form of a Message-ID, because relays
// rewrite Message-IDs but keep References. A token proves which conversation is
// answered, not who answers. A nil *Tokens makes none and proves none.
type Tokens struct {
	keys   [][]byte
	domain string
}

// NewTokens takes the keys of the data folder: the first one writes, all of them
// read, so that a key can be replaced while old mails are still being answered.
// domain stands right of the @.
func NewTokens(keys [][]byte, domain string) (*Tokens, error) {
	if len(keys) == 0 {
		return nil, errors.New("thread tokens need a key")
	}
	if domain == "" {
		return nil, errors.New("thread tokens need a domain")
	}
	t := &Tokens{domain: domain}
	for i, key := range keys {
		if len(key) < minTokenKey {
			return nil, fmt.Errorf("thread token key %d has %d bytes, it needs %d", i+1, len(key), minTokenKey)
		}
		t.keys = append(t.keys, append([]byte(nil), key...))
	}
	return t, nil
}

// Make is the token of one conversation for one recipient and purpose, a
// Message-ID without its brackets: "ex-7kq4-9mzx.reporter.<32 hexadecimal digits>@domain".
// It is in small letters throughout, so that software which folds case does no harm.
func (t *Tokens) Make(reference, recipient, purpose string) string {
	if t == nil {
		return ""
	}
	mac := hex.EncodeToString(tokenMAC(t.keys[0], reference, recipient, purpose))
	return strings.ToLower(reference) + "." + purpose + "." + mac + "@" + t.domain
}

// Fingerprint names the writing key without telling it. All machines on one
// database must show the same.
func (t *Tokens) Fingerprint() string {
	if t == nil {
		return ""
	}
	sum := sha256.Sum256(append([]byte("postern thread key\x00"), t.keys[0]...))
	return hex.EncodeToString(sum[:8])
}

// References lists the conversations that well-formed tokens among the
// Message-IDs name, each once, in order. Nothing is proven by being named.
func (t *Tokens) References(messageIDs []string) []string {
	var named []string
	seen := map[string]bool{}
	for _, id := range messageIDs {
		reference, _, _, ok := splitToken(id)
		if ok && !seen[reference] {
			seen[reference] = true
			named = append(named, reference)
		}
	}
	return named
}

// Proves tells whether messageID is our token for the reference, made for one
// of the recipients and for the purpose. The comparison takes the same time whatever differs.
func (t *Tokens) Proves(messageID, reference string, recipients []string, purpose string) bool {
	named, stated, mac, ok := splitToken(messageID)
	if t == nil || !ok || named != reference || stated != purpose {
		return false
	}
	proven := false
	for _, key := range t.keys {
		for _, recipient := range recipients {
			proven = hmac.Equal(mac, tokenMAC(key, reference, recipient, purpose)) || proven
		}
	}
	return proven
}

// tokenMAC runs over the three values, each with its length before it, so that
// no two triples give the same bytes.
func tokenMAC(key []byte, reference, recipient, purpose string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("postern thread 1\x00"))
	for _, value := range []string{strings.ToUpper(reference), strings.ToLower(recipient), purpose} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(value)))
		mac.Write(length[:])
		mac.Write([]byte(value))
	}
	return mac.Sum(nil)[:tokenBytes]
}

// splitToken takes a token apart. What stands right of the @ is not looked at:
// relays replace it, and the HMAC alone proves.
func splitToken(messageID string) (reference, purpose string, mac []byte, ok bool) {
	if len(messageID) > maxTokenSize {
		return "", "", nil, false
	}
	local, _, _ := strings.Cut(strings.Trim(messageID, "<>"), "@")
	parts := strings.Split(strings.ToLower(local), ".")
	if len(parts) != 3 || len(parts[2]) != 2*tokenBytes {
		return "", "", nil, false
	}
	mac, err := hex.DecodeString(parts[2])
	if err != nil {
		return "", "", nil, false
	}
	reference, ok = tokenReference(parts[0])
	if !ok || (parts[1] != ForReporter && parts[1] != ForStaff) {
		return "", "", nil, false
	}
	return reference, parts[1], mac, true
}

// tokenReference reads "ex-7kq4-9mzx", whatever the prefix is.
func tokenReference(s string) (string, bool) {
	prefix, signs, found := strings.Cut(strings.ToUpper(s), "-")
	if !found || !ValidPrefix(prefix) {
		return "", false
	}
	id, ok := checkedID(prefix, strings.Replace(signs, "-", "", 1))
	return id, ok && strings.EqualFold(id, s)
}
