package mime

import (
	"io"
	"strings"
)

// Encoding is the Content-Transfer-Encoding in lower case, one of "7bit",
// "8bit", "binary", "base64", "quoted-printable", "uuencode", or what else the
// mail says. Spellings in use are put right.
func (p *Part) Encoding() string {
	value := strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding")))
	if value == "" {
		return "7bit"
	}
	if known := transferEncodings[value]; known != "" {
		return known
	}
	spelt := signs(cutComment(value))
	for start, known := range transferEncodings { // at most one of them begins it
		if start = signs(start); len(start) > 3 && strings.HasPrefix(spelt, start) {
			return known
		}
	}
	return strings.Trim(cutComment(value), " \t\";.,")
}

// transferEncodings are the names in use. No name is the beginning of another
// one's spelling unless both mean the same.
var transferEncodings = map[string]string{
	"7bit": "7bit", "7-bit": "7bit", "7": "7bit", "none": "7bit", "us-ascii": "7bit", "text/plain": "7bit", "plain": "7bit",
	"8bit": "8bit", "8-bit": "8bit", "8": "8bit", "utf-8": "8bit", "utf8": "8bit", "16bit": "8bit", "iso-8859-1": "8bit",
	"binary": "binary",
	"base64": "base64", "base-64": "base64", "b": "base64", "x-base64": "base64",
	"quoted-printable": "quoted-printable", "qp": "quoted-printable", "q": "quoted-printable", "printable": "quoted-printable",
	"quoted": "quoted-printable", "x-quoted-printable": "quoted-printable",
	"uuencode": "uuencode", "x-uuencode": "uuencode", "uue": "uuencode", "x-uue": "uuencode", "uu": "uuencode", "x-uu": "uuencode", "uuencoded": "uuencode",
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
		d.source = newBase64(body, p.worded(), &d.problems)
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

// worded tells a part that people read, and no file.
func (p *Part) worded() bool {
	return strings.HasPrefix(p.Type, "text/") && p.Name == "" && p.Disposition != "attachment"
}
