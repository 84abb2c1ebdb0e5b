// Package mime reads a raw mail into a tree of parts, as far as it can be read.
//
// The tree holds offsets into the raw bytes and not the bytes themselves: a
// part's body is decoded each time somebody opens it, so a mail of any size
// costs memory only for its headers, and what a signature covers can be had
// byte for byte (RFC 1847 section 2.1).
//
// Headers, transfer encodings and charsets are go-message's work. Finding the
// parts is ours, in one pass over the lines, because real mail breaks its
// boundaries in ways that make a strict reader lose everything behind the break.
package mime

import (
	"io"

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

	raw             io.ReaderAt
	start, body, to int64 // raw[start:body] is the header block, raw[body:to] the encoded body
}

// Raw gives the exact bytes of header and body, without the line break that
// belongs to the following boundary (RFC 2046 section 5.1.1).
func (p *Part) Raw() *io.SectionReader { return io.NewSectionReader(p.raw, p.start, p.to-p.start) }

// Body gives the exact bytes of the body as they stand in the mail, still encoded.
func (p *Part) Body() *io.SectionReader { return io.NewSectionReader(p.raw, p.body, p.to-p.body) }
