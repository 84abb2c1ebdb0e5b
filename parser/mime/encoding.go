package mime

import (
	"io"
	"strings"
)

// Encoding is the Content-Transfer-Encoding in lower case, one of "7bit",
// "8bit", "binary", "base64", "quoted-printable", "uuencode", or what else the
// mail says. Spellings in use are put right.
func (p *Part) Encoding() string {
	value := strings.ToLower(cutComment(p.Header.Get("Content-Transfer-Encoding")))
	value = strings.Trim(value, " \t\";.,")
	switch value {
	case "", "7-bit", "7 bit", "none":
		return "7bit"
	case "8-bit", "8 bit", "utf-8", "utf8", "us-ascii":
		return "8bit"
	case "base-64", "base 64", "b":
		return "base64"
	case "quoted printable", "quotedprintable", "qp", "q":
		return "quoted-printable"
	case "x-uuencode", "uue", "x-uue", "uu":
		return "uuencode"
	}
	return value
}

// identity tells that the body stands in the mail as it is.
func (p *Part) identity() bool {
	switch p.Encoding() {
	case "base64", "quoted-printable", "uuencode":
		return false
	}
	return true
}

// Decoder reads a body with its transfer encoding undone.
type Decoder struct {
	source   io.Reader
	left     int64
	problems Problems
}

// Open gives the body with its transfer encoding undone, as far as it can be
// undone: damage never ends it early. A part with children gives its body as it
// stands. Whoever reads to the end may ask Problems. It may be called again;
// each reader starts anew.
func (p *Part) Open() *Decoder {
	d := &Decoder{left: p.decoded}
	if p.open != nil {
		d.source = p.open(&d.problems)
		return d
	}
	body := p.Body()
	if p.Multipart() {
		d.source = body
		return d
	}
	switch p.Encoding() {
	case "base64":
		d.source = newBase64(body, &d.problems)
	case "quoted-printable":
		d.source = newQuotedPrintable(body, &d.problems)
	case "uuencode":
		d.source = newUU(body, &d.problems)
	case "7bit", "8bit", "binary":
		d.source = body
	default:
		d.source = body
		d.problems.Tell(CodeUnknownEncoding, "The transfer encoding of part %s is unknown; its bytes are taken as they are.", shown(p))
	}
	return d
}

// Read implements io.Reader. It fails only when the raw mail cannot be read or
// the limit on decoded bytes is reached, which is io.EOF with a problem.
func (d *Decoder) Read(to []byte) (int, error) {
	if d.left <= 0 {
		d.problems.Tell(CodeTooLarge, "A part is larger than may be decoded; the rest was left out.")
		return 0, io.EOF
	}
	n, err := d.source.Read(to[:min(int64(len(to)), d.left)])
	d.left -= int64(n)
	return n, err
}

// Problems is what was wrong with the part of the body read so far.
func (d *Decoder) Problems() []Problem { return d.problems.List() }
