package responder

import (
	"fmt"
	"slices"
	"strings"

	"postern/tickets"
)

// protectReply decides on key and signature, and which subject stands where.
// Encrypted is answered encrypted, and so is what only named people may read and
// everything for a contact with whom that was agreed.
func protectReply(options ComposeOptions, c tickets.Correspondence, o *tickets.Outgoing) error {
	contact, _ := options.Contacts.ByAddress(o.To)
	key := replyKey(options, contact, c, o.To)
	o.Sign = canSign(options.Keys, options.Now) && (c.Signed || c.Encrypted || key != "")
	if !contact.Handles(c.Raised) {
		if options.Override == "" {
			return notAgreed(contact, c)
		}
		o.Override, options.Override = clean(options.Override), "" // one reason sets one rule aside
	}
	why := mustEncrypt(contact, c)
	switch {
	case why == "" && options.Override != "":
		return fmt.Errorf("%w: this reply may leave as it is; leave the override out", ErrOverride)
	case why == "":
		o.Subject = subject(c.Subject)
		return nil
	case key != "" && options.Override != "":
		return fmt.Errorf("%w: this reply leaves encrypted; leave the override out", ErrOverride)
	case key != "":
		o.EncryptTo, o.Sealed = []string{key}, true
		if c.Protected || contact.Protected {
			o.Inner = subject(c.Inner)
		}
		return nil
	case options.Override != "" && !c.Encrypted:
		o.Override = clean(options.Override)
		return nil
	}
	return fmt.Errorf("%w: %s. %s", ErrNoKey, why, wayOut(contact, c, o.To, o.Override == ""))
}

// notAgreed says why a ticket is not spoken of to a contact, and what to do. What a contact
// labelled itself it may hear of again: its own mails are not asked.
func notAgreed(contact tickets.Contact, c tickets.Correspondence) error {
	name := clean(contact.Name)
	return fmt.Errorf("%w: the ticket was set to TLP:%s, and with %s it was agreed up to TLP:%s. Ask them whether they can handle it, then `postern contacts set %q --tlp %s`; %s; or send it with a reason: --override",
		ErrTLP, c.Raised, name, contact.TLP, name, c.Raised, callThem(contact))
}

// mustEncrypt says why content leaves this conversation encrypted or not at all,
// "" when it need not.
func mustEncrypt(contact tickets.Contact, c tickets.Correspondence) string {
	switch {
	case c.Encrypted:
		return "their mail came encrypted"
	case tickets.TLPNeedsEncryption(c.TLP):
		return "it is TLP:" + c.TLP
	case tickets.TLPNeedsEncryption(c.Raised):
		return "the ticket was set to TLP:" + c.Raised
	case contact.Encryption == tickets.EncryptAlways:
		return "it was agreed with " + clean(contact.Name) + " that everything is encrypted"
	}
	return ""
}

// wayOut says what a person can do who has no key to encrypt to.
func wayOut(contact tickets.Contact, c tickets.Correspondence, to string, override bool) string {
	ways := []string{"Check the fingerprint of their key with them, then `postern keys import` and `postern keys approve` it"}
	if contact.Encryption == tickets.EncryptNever {
		ways = []string{"It was agreed with " + clean(contact.Name) + " that nothing is encrypted for them"}
	}
	ways = append(ways, callThem(contact))
	if override && !c.Encrypted {
		ways = append(ways, "or send it in clear with a reason: --override")
	}
	return strings.Join(ways, "; ") + " (" + to + ")"
}

func callThem(contact tickets.Contact) string {
	if contact.Telephone == "" {
		return "speak with them"
	}
	return "call them (" + clean(contact.Telephone) + ")"
}

// replyKey is the conversation's key if we vouch for it, else the address's.
func replyKey(options ComposeOptions, contact tickets.Contact, c tickets.Correspondence, to string) string {
	if contact.Encryption == tickets.EncryptNever {
		return ""
	}
	if info, ok := usable(options.Keys, c.Key, options.Now); ok && tierKnown(info.Tier) {
		return info.Fingerprint
	}
	fingerprint, _ := recipientKey(options.Keys, to, options.Now)
	return fingerprint
}

// protectedHeader gives content a header of its own for the inside of the
// encryption (RFC 9788, and the older protected-headers="v1"): the outer one but
// for the subject, and in HP-Outer what stands outside. outer is a complete header
// without the empty line, of folded lines.
func protectedHeader(content entity, outer []byte, subject string) entity {
	var inner, told strings.Builder
	for _, field := range fieldsOf(string(outer)) {
		name, _, _ := strings.Cut(field, ":")
		switch {
		case strings.EqualFold(name, "MIME-Version"):
			continue
		case strings.EqualFold(name, "Subject"):
			inner.Write(subjectField(subject))
		default:
			inner.WriteString(field)
		}
		told.WriteString(fold("HP-Outer:", strings.Fields(field)))
	}
	content.protected = inner.String() + told.String()
	content.header = slices.Clone(content.header)
	for i, f := range content.header {
		if f.name == "Content-Type" {
			content.header[i].value = f.value + ";\r\n protected-headers=\"v1\"; hp=\"cipher\""
		}
	}
	return content
}

// fieldsOf splits a header into its fields, each with its continuation lines.
func fieldsOf(header string) []string {
	var fields []string
	for line := range strings.SplitAfterSeq(header, "\r\n") {
		switch {
		case line == "":
		case (line[0] == ' ' || line[0] == '\t') && len(fields) > 0:
			fields[len(fields)-1] += line
		default:
			fields = append(fields, line)
		}
	}
	return fields
}
