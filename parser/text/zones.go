package text

import "strings"

// zone is an open element whose name says what its text is, and how often its
// tag is nested in itself.
type zone struct {
	tag   string
	depth int
	mark  mark
}

// maxZones is how many such elements may be open at once.
const maxZones = 50

// enter opens the zone that a start tag begins.
func (w *writer) enter(tag string, a attributes) {
	if empty[tag] {
		return
	}
	if last := len(w.zones) - 1; last >= 0 && w.zones[last].tag == tag {
		w.zones[last].depth++
		if a.mark == markNone || a.mark == w.zones[last].mark {
			return
		}
	}
	if tag == "signature" {
		a.mark = markSign
	}
	if a.mark != markNone && len(w.zones) < maxZones {
		w.zones = append(w.zones, zone{tag: tag, mark: a.mark})
		w.line(breaksAround["div"])
	}
}

// leave closes the zone that an end tag ends.
func (w *writer) leave(tag string) {
	last := len(w.zones) - 1
	if last < 0 || w.zones[last].tag != tag {
		return
	}
	if w.zones[last].depth > 0 {
		w.zones[last].depth--
		return
	}
	w.zones = w.zones[:last]
	w.line(breaksAround["div"])
	// The tag counted for the zone around as well.
	if last--; last >= 0 && w.zones[last].tag == tag && w.zones[last].depth > 0 {
		w.zones[last].depth--
	}
}

// mark is what the innermost zone says.
func (w *writer) mark() mark {
	if len(w.zones) == 0 {
		return markNone
	}
	return w.zones[len(w.zones)-1].mark
}

// zoneNames are the identifiers and classes that mail programs give the elements
// around earlier mail, above it, and around signatures. Outlook sets "x_" before
// those of a mail that it quotes, Yahoo a number: the end of a name counts.
var zoneNames = []struct {
	name string
	mark mark
}{
	{"yahoo_quoted", markQuote}, {"protonmail_quote", markQuote}, {"tutanota_quote", markQuote}, {"zmail_extra", markQuote},
	{"mail-editor-reference-message-container", markQuote}, {"ms-outlook-mobile-reference-message", markQuote}, {"freshdesk_quote", markQuote},
	{"front-blockquote", markQuote}, {"messagereplysection", markQuote}, {"__quoted_text__", markQuote}, {"isreplycontent", markQuote},
	{"missive_quote", markQuote}, {"nylas-quote", markQuote}, {"composer_quote", markQuote}, {"quoted-mail", markQuote}, {"history_container", markQuote},
	{"gmail_attr", markCite}, {"moz-cite-prefix", markCite}, {"outlookmessageheader", markCite}, {"divrplyfwdmsg", markCite}, {"reply-intro", markCite},
	{"aolreplyheader", markCite}, {"quoteheader", markCite}, {"gmail_quote_attribution", markCite}, {"moz-email-headers-table", markCite},
	{"ms-outlook-ios-reply-separator", markCite}, {"front-attribution", markCite},
	{"gmail_signature", markSign}, {"gmail_signature_prefix", markSign}, {"moz-signature", markSign}, {"applemailsignature", markSign},
	{"protonmail_signature_block", markSign}, {"ms-outlook-mobile-signature", markSign}, {"ms-outlook-ios-signature", markSign}, {"ymail_android_signature", markSign},
	{"messagesignaturesection", markSign}, {"__sig_pre__", markSign}, {"__sig_post__", markSign}, {"ydpsignature", markSign}, {"yahoo_signature", markSign},
	{"email-signature", markSign}, {"mail-signature", markSign}, {"emailsignature", markSign}, {"mailsignature", markSign}, {"signature", markSign},
	{"composer_signature", markSign}, {"tutanota_signature", markSign}, {"bloop_sign", markSign},
}

// markOf reads a class or identifier. A program that calls its quote just
// "quote" does so in a name alone.
func markOf(value string) mark {
	if len(value) > maxShown {
		return markNone
	}
	value = strings.ToLower(value)
	if value == "quote" {
		return markQuote
	}
	for word := range strings.FieldsSeq(value) {
		for _, zone := range zoneNames {
			if strings.HasSuffix(word, zone.name) {
				return zone.mark
			}
		}
	}
	return markNone
}
