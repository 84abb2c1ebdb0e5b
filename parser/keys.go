package parser

import (
	"encoding/base64"
	"io"
	"path"
	"slices"
	"strings"

	"postern/parser/mime"
	"postern/parser/pgp"
)

// The bounds of looking for keys: one is a few kilobytes, and nobody attaches
// more than his own and an older one.
const (
	maxKeyPart  = 256 << 10 // bytes of a part that is searched
	maxKeyParts = 8
	maxAutoKey  = 96 << 10 // bytes of the header field
)

// beginKey begins an armoured public or secret key (RFC 9580 section 6.2).
const (
	beginKey    = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
	beginSecret = "-----BEGIN PGP PRIVATE KEY BLOCK-----"
)

// keys finds the public keys that a person sent along: attached, in the text,
// or in the header (Autocrypt). They prove nothing, and nothing is judged by them.
func (r *reading) keys() {
	if r.report.Automatic.Is && r.report.Automatic.Kind != "machine-report" || r.report.Automatic.Kind == "list" {
		return
	}
	parts := 0
	r.keyFinder = pgp.NewFinder()
	r.keysIn(r.root, &parts)
	if strings.Contains(r.report.Text, beginKey) || strings.Contains(r.report.Text, beginSecret) {
		r.keep([]byte(r.report.Text[:min(len(r.report.Text), maxKeyPart)]), "attached")
	}
	r.keep(r.autocrypt(), "autocrypt")
}

// keysIn looks at the files of the mail itself; what is in an attached mail is
// somebody else's.
func (r *reading) keysIn(p *mime.Part, parts *int) {
	if p.Message() && p != r.root {
		return
	}
	for _, child := range p.Children {
		r.keysIn(child, parts)
	}
	if !p.Leaf() || !mayHoldKey(p) || p.Body().Size() > 2*maxKeyPart || *parts == maxKeyParts || r.ctx.Err() != nil {
		return
	}
	*parts++
	data, err := io.ReadAll(io.LimitReader(p.Open(), maxKeyPart+1))
	if err == nil && len(data) <= maxKeyPart {
		r.keep(data, "attached")
	}
}

// mayHoldKey tells by type and name which files are worth reading.
func mayHoldKey(p *mime.Part) bool {
	if p.Type == "application/pgp-keys" {
		return true
	}
	if p.Type == "application/pgp-signature" || p.Type == "application/pgp-encrypted" {
		return false
	}
	return slices.Contains([]string{".asc", ".pgp", ".gpg", ".key", ".pub"}, strings.ToLower(path.Ext(p.Name)))
}

// keep notes the keys in some bytes, each once, and none of ours.
func (r *reading) keep(data []byte, via string) {
	if len(data) == 0 {
		return
	}
	found, secret := r.keyFinder.Find(data)
	if secret {
		r.problems.Tell("secret-key-sent", "The mail holds a secret key: whoever it belongs to should revoke it, since others may have read it.")
	}
	for _, key := range found {
		held, _ := r.env.Keys.ByFingerprint(key.Fingerprint, r.env.ReceivedAt)
		same := func(k pgp.FoundKey) bool { return k.Fingerprint == key.Fingerprint }
		if !held.Secret && len(r.report.Keys) < pgp.MaxFound && !slices.ContainsFunc(r.report.Keys, same) {
			key.Via, key.Held = via, held.Fingerprint != ""
			r.report.Keys = append(r.report.Keys, key)
		}
	}
}

// autocrypt reads the key in the header of the mail (Autocrypt Level 1, section
// 2.1): there is one such field, and it names the sender.
func (r *reading) autocrypt() []byte {
	fields := r.outer.Fields("Autocrypt")
	if len(fields) != 1 || len(fields[0]) > maxAutoKey || len(r.report.From) != 1 {
		return nil
	}
	values := map[string]string{}
	for _, attribute := range strings.Split(fields[0], ";") {
		name, value, _ := strings.Cut(attribute, "=")
		values[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	if !strings.EqualFold(values["addr"], r.report.From[0].Address) {
		return nil
	}
	text := strings.Join(strings.Fields(values["keydata"]), "")
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil
	}
	return data
}
