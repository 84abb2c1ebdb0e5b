package responder

import (
	"regexp"
	"slices"
	"strings"

	"postern/tickets"
)

// Notices are what the sender of encrypted mail is told in clear when it could not
// be opened, or when we have no key of his to answer with.
const (
	cannotDecrypt      = "cannot-decrypt"
	cannotDecryptSMIME = "cannot-decrypt-smime"
	encryptedNoKey     = "encrypted-no-key"
	encryptedSMIME     = "encrypted-smime"
)

// withoutContent are templates that name nothing of what came encrypted; they
// may answer an encrypted mail in clear and carry our key along.
var withoutContent = map[string]bool{cannotDecrypt: true, cannotDecryptSMIME: true, encryptedNoKey: true, encryptedSMIME: true}

// notice is the template of the notice that is due instead of an acknowledgement,
// "" when none is. Anybody can send us the ciphertext of another: somebody whose
// key we do not know learns only what the mail shows to everybody.
func (c candidate) notice() string {
	smime := c.report.Crypto.Protocol == "smime"
	switch {
	case c.tellsClosed() && smime:
		return cannotDecryptSMIME
	case c.tellsClosed():
		return cannotDecrypt
	case c.blind() && smime:
		return encryptedSMIME
	case c.blind():
		return encryptedNoKey
	}
	return ""
}

// tellsClosed tells that the mail could not be opened and that its sender may hear
// of it: since we know his key, or since the mail names its keys and none of ours.
func (c candidate) tellsClosed() bool {
	crypto := c.report.Crypto
	return crypto.Encrypted && !crypto.Decrypted && (c.key != "" || crypto.Foreign)
}

// blind tells that an encrypted mail comes from somebody whose key we do not
// know, and that only we know whether it could be opened. The notice is
// the same then in both cases, in the language that is ours.
func (c candidate) blind() bool {
	return c.report.Crypto.Encrypted && c.key == "" && !c.tellsClosed()
}

// madeFor are the keys that a mail which nobody here can open was made for.
func (c candidate) madeFor() []string {
	if !c.tellsClosed() {
		return nil
	}
	return keyIDs(c.report.Crypto.Problem)
}

// refuseTold bounds the notices to one a day and address, whichever of its mails
// and conversations they are about, and whether we could open them. A ciphertext
// that is sent once more, by whomever and whenever, brings none.
func refuseTold(_ *Policy, c candidate) string {
	told := func(t tickets.Thread) bool { return t.Acknowledged }
	switch {
	case c.notice() == "":
		return ""
	case c.evidence.Answers.NoticeDay > 0:
		return "encrypted, and its sender had a notice about encrypted mail within a day: one a day is enough"
	case c.tellsClosed() && slices.ContainsFunc(c.evidence.ByFile, told):
		return "the same ciphertext came before, and its sender was told then"
	}
	return ""
}

var keyID = regexp.MustCompile(`\b(?:0[xX])?([0-9A-F]{40}|[0-9A-F]{16})\b`)

const maxKeyIDs = 5

// keyIDs takes the IDs of keys, which are public, out of a sentence.
func keyIDs(problem string) []string {
	var ids []string
	for _, match := range keyID.FindAllStringSubmatch(strings.ToUpper(problem), maxKeyIDs) {
		if !slices.Contains(ids, match[1]) {
			ids = append(ids, match[1])
		}
	}
	return ids
}
