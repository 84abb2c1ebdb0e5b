package mime

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// block collects the header of one part, line by line, repaired so that no bad
// line loses the rest.
type block struct {
	bytes    []byte
	fields   int    // all that were there
	kept     int    // those in bytes
	known    bool   // has a field that mail headers have
	keeping  bool   // the field being read is kept
	last     string // its name, in lower case
	cut      bool
	bad      bool
	leading  int   // blank or folded lines before the first field
	text     int64 // where the text begins if the leading lines ended the header
	pending  bool  // a line that is no field, until the next line tells what it was
	white    bool  // it is of blanks only
	from     int64 // where it begins
	end      int64 // where the line behind it begins
	pendings []byte
}

// maxLeading is how many odd lines may stand before the first field of a mail.
const maxLeading = 20

// headerLine takes one line of the header of the innermost part.
func (r *reader) headerLine(l line) {
	f := r.top
	b := &f.block
	if f.mail { // a server may have put fields before the mark
		l.bytes = l.bytes[markLength(l.bytes):]
	}
	name := fieldName(l.bytes)
	folded := len(l.bytes) > 0 && (l.bytes[0] == ' ' || l.bytes[0] == '\t')
	switch {
	case f.mail && b.fields == 0 && b.leading < maxLeading && isMbox(l.bytes):
		b.leading++
		b.text = l.end
	case b.fields == 0 && !b.pending && (l.blank() || folded):
		r.leadingLine(f, l)
	case l.blank():
		r.endHeader(f, b.textAfter(l))
	case folded && !b.pending && l.white():
		b.wait(l)
	case folded && b.pending && b.white && len(b.pendings) < maxAfterWhite:
		b.pendings = append(append(b.pendings, l.bytes...), '\r', '\n')
	case folded && b.fields > 0:
		b.settle(r.shared)
		b.fold(l.bytes, r.shared)
	case name != "" && b.leading > 0 && b.fields == 0 && !f.mail && !hasFold(l.bytes, "content-") && !hasFold(l.bytes, "mime-version"):
		r.textLine(f, b.text, l)
	case name != "" && (b.beganText(name) || b.beganParts()):
		r.textLine(f, b.pendingText(), l)
	case name != "":
		b.settle(r.shared)
		b.field(name, l.bytes, r.shared)
	case !b.pending && b.unindented(l.bytes):
		b.bad = true
		b.fold(append([]byte{' '}, l.bytes...), r.shared)
	case b.pending:
		r.textLine(f, b.pendingText(), l)
	case b.leading > 0 && b.fields == 0 && !f.mail:
		r.textLine(f, b.text, l)
	default:
		b.wait(l)
	}
}

// unindented tells a line of the trace that somebody on the way left the indentation
// off, as web archives do: more of them may follow, which look like a text.
func (b *block) unindented(text []byte) bool {
	switch b.last {
	case "received", "x-received":
		word, _, more := bytes.Cut(text, []byte(" "))
		return more && clauses[string(word)] || bytes.HasPrefix(text, []byte("("))
	case "dkim-signature", "arc-seal", "arc-message-signature":
		return signatureLine.Match(text)
	}
	return false
}

// signatureLine is a tag of a signature, or more of its digits (RFC 6376 section 3.2).
var signatureLine = regexp.MustCompile(`^(?:[a-z]{1,2}=|[A-Za-z0-9+/]{20,}[=;]*$)`)

// clauses begin what a server says of how it got a mail (RFC 5321 section 4.4).
var clauses = map[string]bool{"from": true, "by": true, "via": true, "with": true, "id": true, "for": true}

// leadingLine takes a blank or folded line before the first field. In the
// header of a mail it is skipped; in that of a part it most likely ends the
// header, unless a content field follows after all.
func (r *reader) leadingLine(f *frame, l line) {
	b := &f.block
	if b.leading == 0 {
		b.text = l.end
		if !l.white() {
			b.text = l.start
		}
	}
	b.leading++
	if b.leading > maxLeading || !f.mail && b.leading > 1 {
		r.textLine(f, b.text, l)
	}
}

// textLine ends the header because l and what stands before it is text already.
func (r *reader) textLine(f *frame, body int64, l line) {
	b := f.block
	r.endHeader(f, body)
	if r.top == f && f.state != inPreamble {
		return
	}
	// The text is an attached mail, or begins with the boundary of the first part.
	if b.pending && !b.white {
		waited := line{start: b.from, text: b.from + int64(len(b.pendings)), end: b.end, bytes: b.pendings}
		r.take(waited)
		r.last = waited
	}
	r.take(l)
}

// wait keeps a line that is no field until the next line tells what it was.
func (b *block) wait(l line) {
	b.pending, b.white, b.from, b.end = true, l.white(), l.start, l.end
	b.pendings = b.pendings[:0]
	if !b.white { // of a white one only what is folded behind it counts
		b.pendings = append(b.pendings, l.bytes...)
	}
}

// maxAfterWhite is how many bytes of folded lines may stand behind one of blanks
// before they are text.
const maxAfterWhite = 4 << 10

// settle decides that the line waiting was a damaged line of the header, since
// another field follows. Its words go to the field before.
func (b *block) settle(shared *budget) {
	if !b.pending {
		return
	}
	b.pending = false
	switch {
	case b.white:
		if len(b.pendings) > 0 {
			b.fold(bytes.TrimSuffix(b.pendings, []byte("\r\n")), shared)
		}
	case isMbox(b.pendings):
	default:
		b.bad = true
		if b.fields > 0 && b.goesOn(b.pendings) {
			b.fold(append([]byte{' '}, b.pendings...), shared)
		}
	}
}

// goesOn tells whether a damaged line can be more of the field before it: words
// are none of a date, and none of a list of addresses.
func (b *block) goesOn(text []byte) bool {
	switch b.last {
	case "from", "sender", "reply-to", "to", "cc", "bcc", "return-path", "message-id", "in-reply-to", "references":
		return bytes.IndexByte(text, '@') >= 0
	case "date", "mime-version", "content-transfer-encoding":
		return false
	}
	return true
}

// beganText tells that the line waiting began the text, whose second line only
// looks like a field: no program writes that field into a header.
func (b *block) beganText(name string) bool {
	if !b.pending || b.white || b.fields == 0 || isMbox(b.pendings) {
		return false
	}
	lower := strings.ToLower(name)
	return !vital[lower] && !known(lower) && !strings.HasPrefix(lower, "content-")
}

// beganParts tells that the line waiting is the first boundary: the blank line
// before it is missing.
func (b *block) beganParts() bool {
	boundary, ok := bytes.CutPrefix(b.pendings, []byte("--"))
	return b.pending && !b.white && ok && len(bytes.TrimSpace(boundary)) > 0 && bytes.Contains(b.bytes, bytes.TrimSpace(boundary))
}

// isMbox tells the separator line of an mbox file.
func isMbox(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimPrefix(text, []byte(">")), []byte("From ")) && fieldName(text) == ""
}

// textAfter is where the text begins when the blank line l ends the header.
func (b *block) textAfter(l line) int64 {
	if b.pending {
		return b.pendingText()
	}
	return l.end
}

// pendingText is where the text begins when the line waiting was none of the header.
func (b *block) pendingText() int64 {
	if b.white {
		return b.end
	}
	return b.from
}

// bodyAt is where the text begins when the part ends at the offset given before
// its header did.
func (f *frame) bodyAt(at int64) int64 {
	switch {
	case f.block.pending:
		return min(at, f.block.pendingText())
	case f.block.fields == 0 && f.block.leading > 0:
		return min(at, f.block.text)
	}
	return at
}

// field begins a field; fold goes on with it.
func (b *block) field(name string, text []byte, shared *budget) {
	lower := strings.ToLower(name)
	important := vital[lower] || strings.HasPrefix(lower, "content-")
	b.known = b.known || important || known(lower)
	b.fields++
	b.last = lower
	b.keeping = b.room(len(text), important, shared)
	if b.keeping {
		b.kept++
	}
	if colon := bytes.IndexByte(text, ':'); colon > len(name) { // blanks before it
		text = append([]byte(name), text[colon:]...)
	}
	b.keep(text, shared)
}

func (b *block) fold(text []byte, shared *budget) {
	b.keeping = b.keeping && b.room(len(text), false, shared)
	b.keep(text, shared)
}

// room tells whether another line of a field fits the limits.
func (b *block) room(n int, important bool, shared *budget) bool {
	most, fields := shared.limits.Header, shared.limits.Fields
	if important {
		most, fields = most+headerReserve, fields+fieldReserve
	}
	return b.kept < fields && int64(len(b.bytes)) < most && shared.headers > int64(n)
}

// keep adds a line, cut to what fits.
func (b *block) keep(text []byte, shared *budget) {
	if !b.keeping {
		b.cut = true
		return
	}
	if int64(len(text)) >= maxLine { // the line was longer
		b.cut = true
	}
	shared.headers -= int64(len(text))
	b.bytes = append(append(b.bytes, text...), '\r', '\n')
}

// parse gives the fields to go-message. The block holds nothing it refuses.
func (b *block) parse() message.Header {
	header, err := textproto.ReadHeader(bufio.NewReaderSize(bytes.NewReader(b.bytes), 512))
	if err != nil {
		return message.Header{}
	}
	return message.Header{Header: header}
}

// fieldName gives the name of the field that a line begins, "" when it begins
// none (RFC 5322 section 2.2; blanks before the colon are forgiven).
func fieldName(text []byte) string {
	colon := bytes.IndexByte(text[:min(len(text), maxFieldName)], ':')
	if colon < 1 {
		return ""
	}
	name := bytes.TrimRight(text[:colon], " \t")
	for _, c := range name {
		if c < 33 || c > 126 {
			return ""
		}
	}
	return string(name)
}

const maxFieldName = 200

// vital are the fields a report cannot do without; they are kept when the
// limits have cut everything else.
var vital = map[string]bool{
	"from": true, "to": true, "cc": true, "subject": true, "date": true, "message-id": true, "reply-to": true,
	"in-reply-to": true, "references": true, "auto-submitted": true, "return-path": true, "mime-version": true,
	"list-id": true, "precedence": true, "sender": true,
}

// known tells a field that stands in headers and hardly ever begins a text.
func known(lower string) bool {
	for _, prefix := range knownPrefixes {
		if strings.HasPrefix(lower, prefix) {
			return true
		}
	}
	switch lower {
	case "bcc", "comments", "keywords", "importance", "priority", "sensitivity", "errors-to",
		"user-agent", "organization", "autocrypt", "status", "lines", "newsgroups", "path", "approved", "distribution",
		"archived-at", "expires", "supersedes", "followup-to", "acceptlanguage", "autoforwarded", "via":
		return true
	}
	return false
}

var knownPrefixes = []string{
	"x-", "list-", "resent-", "arc-", "dkim-", "received", "authentication-", "delivered-", "auto-", "thread-", "disposition-",
	"domainkey-", "ironport-", "original-", "envelope-", "return-", "apparently-", "delivery-", "bounces-", "feedback-", "mail-",
	"mailing-", "message-", "msip_", "accept-", "require-", "tls-", "deferred-", "old-", "nntp-",
}
