// Package mime reads a raw mail into a tree of parts, as far as it can be read.
//
// The tree holds offsets into the raw bytes and not the bytes themselves: a
// part's body is decoded each time somebody opens it, so a mail of any size
// costs memory only for its headers, and what a signature covers can be had
// byte for byte (RFC 1847 section 2.1).
//
// Header fields and the charsets in use are go-message's work; of old ones that no
// library knows we have tables, and a charset that nobody named, or named wrongly,
// is guessed. Finding the parts is ours, in one pass over the lines, because real
// mail breaks its boundaries in ways that make a strict reader lose everything
// behind the break; so is undoing the transfer encodings, where a strict reader
// drops what follows the first bad byte.
package mime

import (
	"io"
	"strings"

	"github.com/emersion/go-message"
)

// Part is one node of the tree: a leaf with a body, a multipart with children,
// or an attached mail (message/rfc822) whose only child is that mail's root.
type Part struct {
	Number      string            // section number as in IMAP: "" for the root, "2.1" below
	Header      message.Header    // as repaired; raw field bytes are kept
	Type        string            // lower case "text/plain"; the default of the context when absent or broken
	Params      map[string]string // parameters of Content-Type, names in lower case, decoded (RFC 2231)
	Disposition string            // "inline", "attachment" or ""
	Name        string            // file name, decoded, without folders; "" when none is given
	Children    []*Part
	Parent      *Part
	Members     []*Part // the files of an archive that was listed; they are no part of the tree, so Walk leaves them out

	raw             io.ReaderAt
	start, body, to int64 // raw[start:body] is the header block, raw[body:to] the encoded body
	decoded         int64 // bytes Open may give

	mailboxes map[string]mailboxes // by the name of the field, what Addresses has read

	begins string // what Beginning has read
	asked  int    // and how much of it was asked for

	guesses int    // of the root: texts whose charset was guessed
	hint    string // of the root of a mail: the charset of raw text in its header, once somebody asked

	copied *Part // what WithChildren copied

	open func(*Problems) io.Reader // of the member of an archive, which stands nowhere in raw
}

// Raw gives the exact bytes of header and body, without the line break that
// belongs to the following boundary (RFC 2046 section 5.1.1).
func (p *Part) Raw() *io.SectionReader { return io.NewSectionReader(p.raw, p.start, p.to-p.start) }

// Beginning gives up to n of the first bytes of the decoded body. They are kept,
// because everybody who judges a part by how it begins asks for them.
func (p *Part) Beginning(n int) string {
	if n > p.asked {
		head := make([]byte, min(p.Body().Size(), int64(n)))
		read, _ := io.ReadFull(p.Open(), head) // what can be read is what is judged
		p.begins, p.asked = string(head[:read]), n
	}
	return p.begins[:min(n, len(p.begins))]
}

// keepBeginning keeps how a body begins of which so much was decoded.
func (p *Part) keepBeginning(octets []byte, decoded int64) {
	if p.asked < keptBeginning && decoded >= keptBeginning && p.open == nil {
		p.begins, p.asked = string(octets[:min(len(octets), keptBeginning)]), keptBeginning
	}
}

// keptBeginning is as much as those who judge a part by its beginning ask for.
const keptBeginning = 4 << 10

// Body gives the exact bytes of the body as they stand in the mail, still encoded.
func (p *Part) Body() *io.SectionReader { return io.NewSectionReader(p.raw, p.body, p.to-p.body) }

// Leaf tells a part that has a body of its own and no parts below it.
func (p *Part) Leaf() bool { return len(p.Children) == 0 }

// Multipart tells whether parts stand side by side below this one.
func (p *Part) Multipart() bool { return strings.HasPrefix(p.Type, "multipart/") }

// Message tells a part that holds a whole mail.
func (p *Part) Message() bool { return isMessage(p.Type) }

// Attached tells whether the part belongs to a mail attached to the one whose
// tree this is. The headers of an attached mail never decide about the outer one.
func (p *Part) Attached() bool { return p.AttachedIn(nil) }

// AttachedIn tells whether the part belongs to a mail attached to the one whose
// root is given, which may be an attached one itself.
func (p *Part) AttachedIn(root *Part) bool {
	if p == root {
		return false
	}
	for up := p.Parent; up != nil && up != root; up = up.Parent {
		if up.Message() {
			return true
		}
	}
	return false
}

// Walk calls visit for p and everything below it, depth first in the order of
// the mail. Below a part for which visit gives false nothing is visited.
func (p *Part) Walk(visit func(*Part) bool) {
	if !visit(p) {
		return
	}
	for _, child := range p.Children {
		child.Walk(visit)
	}
}

// Outer gives the first part of the mail itself, not of one attached to it, for
// which is holds; nil when there is none. An attached mail itself is asked too.
func (p *Part) Outer(is func(*Part) bool) (found *Part) {
	p.Walk(func(part *Part) bool {
		if found == nil && is(part) {
			found = part
		}
		return found == nil && !part.Message()
	})
	return found
}

func isMessage(mediaType string) bool {
	switch mediaType {
	case "message/rfc822", "message/global", "message/news", "x-message/rfc822", TypeOutlook:
		return true
	}
	return false
}

// TypeOutlook is a mail as Outlook saves it (.msg). It is no MIME: its parts are
// there when somebody who knows the form has opened it.
const TypeOutlook = "application/vnd.ms-outlook"

// child appends a new part below p.
func (p *Part) child(start int64) *Part {
	part := &Part{
		Parent: p, raw: p.raw, start: start, body: start, to: start, decoded: p.decoded,
		Number: p.childNumber(len(p.Children) + 1), Type: "text/plain",
	}
	if p.Type == "multipart/digest" { // RFC 2046 section 5.1.5
		part.Type = "message/rfc822"
	}
	p.Children = append(p.Children, part)
	return part
}
