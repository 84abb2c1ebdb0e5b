package tickets

import (
	"slices"
	"strings"

	"postern/parser"
)

// How much of one report is looked up. A mail that brings more is matched by
// the first of it.
const (
	maxMessageID   = 998 // bytes: a header line (RFC 5322 section 2.1.1)
	maxNamedMails  = 60  // of In-Reply-To and References
	maxNamedRefs   = 20
	maxKeyFiles    = 64
	maxKeyURLs     = 64
	minKeyFile     = 64       // bytes; less is an empty document or a mark
	minKeyText     = 256      // bytes of a named text file
	minKeyPicture  = 20 << 10 // bytes; smaller pictures are logos of signatures
	maxSearchedTag = 4 << 10  // bytes of a subject that are searched
)

// KeysOf computes what the store has to look up for a report before Judge can
// decide. It is pure; the filer calls it beside the parse.
func KeysOf(c Claim, r Report, rules *Rules) Keys {
	named := namedMails(r)
	return Keys{
		Identity:   identityOf(c, r),
		MessageID:  cleanMessageID(r.MessageID),
		MessageIDs: named,
		References: namedReferences(r, named, rules),
		Files:      keyFiles(r),
		URLs:       keyURLs(r),
		From:       rules.partyOf(r),
	}
}

// namedMails are the Message-IDs this mail answers or, when it is a bounce,
// speaks of. Of too many the first and the last stay: the first is where our
// token stands, the last are the newest.
func namedMails(r Report) []string {
	all := append(slices.Clone(r.InReplyTo), r.Bounce.OriginalMessageID)
	all = append(all, r.References...)
	own := cleanMessageID(r.MessageID)
	seen := map[string]bool{"": true, own: true}
	named := []string{}
	for _, id := range all {
		if id = cleanMessageID(id); !seen[id] {
			seen[id] = true
			named = append(named, id)
		}
	}
	if over := len(named) - maxNamedMails; over > 0 {
		named = slices.Delete(named, maxNamedMails/2, maxNamedMails/2+over)
	}
	return named
}

func cleanMessageID(id string) string {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	if len(id) > maxMessageID {
		return ""
	}
	return id
}

func namedReferences(r Report, named []string, rules *Rules) []string {
	refs := rules.Tokens.References(named)
	for _, id := range subjectReferences(r, rules.Prefix) {
		if !slices.Contains(refs, id) {
			refs = append(refs, id)
		}
	}
	return refs[:min(len(refs), maxNamedRefs)]
}

// subjectReferences are the IDs in the subject. Of a mail that protects its
// subject the inner one comes first.
func subjectReferences(r Report, prefix string) []string {
	subject := r.Subject[:min(len(r.Subject), maxSearchedTag)]
	outer := r.OuterSubject[:min(len(r.OuterSubject), maxSearchedTag)]
	return FindIDs(prefix, subject+"\n"+outer, maxNamedRefs)
}

// keyFiles are the digests of attached files that can identify a case. What
// mail programs and PGP attach by themselves, pictures of signature blocks and
// ciphertexts say nothing.
func keyFiles(r Report) []string {
	files := []string{}
	for _, a := range r.Attachments {
		if len(files) == maxKeyFiles {
			break
		}
		digest := strings.ToLower(a.SHA256)
		if isKeyFile(a.Type, a.Name, a.Size) && !a.Inline && len(digest) == 64 && !slices.Contains(files, digest) {
			files = append(files, digest)
		}
	}
	return files
}

// furniture are the types of attachments that are part of the mail and not of the matter.
var furniture = setOf(
	"application/pgp-signature", "application/pgp-encrypted", "application/pgp-keys",
	"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pkcs7-mime", "application/x-pkcs7-mime",
	"application/ms-tnef", "application/vnd.ms-tnef",
	"text/vcard", "text/x-vcard", "text/directory", "text/calendar",
	"message/delivery-status", "message/disposition-notification", "message/feedback-report", "text/rfc822-headers",
)

func isKeyFile(kind, name string, size int64) bool {
	kind, _, _ = strings.Cut(strings.ToLower(kind), ";")
	kind = strings.TrimSpace(kind)
	switch {
	case furniture[kind], size < minKeyFile:
		return false
	case strings.HasPrefix(kind, "image/"):
		return size >= minKeyPicture
	case kind == "text/plain", kind == "text/html":
		return name != "" && size >= minKeyText // else a list's footer or another form of the text
	}
	return true
}

// keyURLs are the links under suspicion, as the parser made them canonical and
// without what was made for one receiver: two people who got the same phishing
// mail have links of their own to one page.
func keyURLs(r Report) []string {
	urls := []string{}
	for _, i := range r.Indicators {
		if len(urls) == maxKeyURLs {
			break
		}
		if i.Type != "url" || i.Benign || i.Role == "target" {
			continue
		}
		if key := parser.PageKey(i.Value); !slices.Contains(urls, key) {
			urls = append(urls, key)
		}
	}
	return urls
}
