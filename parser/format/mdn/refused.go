package mdn

import (
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// Limits on what a filter says.
const (
	maxWords  = 4 << 10 // bytes in which it says that it refused the mail
	maxReason = 300     // bytes of why
)

// refused gives the recipient whose filter refused the mail: Sieve tells so in a
// notification of disposition (RFC 5429 section 2.1.1), which is no receipt. nil
// when it is one.
func refused(fields map[string]any, text string) []format.Recipient {
	text = strings.ToValidUTF8(text[:min(len(text), maxWords)], "")
	disposition, _ := fields["disposition"].(string)
	who, _ := fields["final-recipient"].(string)
	if _, address, typed := strings.Cut(who, ";"); typed {
		who = address
	}
	mailbox, ok := mime.ParseAddress(who)
	if !ok || !strings.Contains(strings.ToLower(disposition), "deleted") || !strings.Contains(text, "automatically rejected") {
		return nil
	}
	_, why, _ := strings.Cut(text, "reason was given:")
	why = strings.ToValidUTF8(strings.Join(strings.Fields(why[:min(len(why), maxReason)]), " "), "")
	return []format.Recipient{{Address: mailbox.Address, Action: "failed", Status: status(why), Diagnostic: why}}
}

// status is that of a full mailbox, or of a mail that is not wanted (RFC 3463).
func status(why string) string {
	why = strings.ToLower(why)
	if strings.Contains(why, "quota") || strings.Contains(why, "full") {
		return "5.2.2"
	}
	return "5.7.1"
}
