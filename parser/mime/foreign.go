package mime

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/emersion/go-message"
)

// NewPart makes a part of bytes that do not stand in MIME: a file of another
// mail format. The bytes are taken as they are; the name is made harmless.
func NewPart(mediaType, name string, content []byte) *Part {
	return &Part{
		Type: mediaType, Params: map[string]string{}, Name: fileName(name),
		raw: bytes.NewReader(content), to: int64(len(content)), decoded: DefaultDecoded,
	}
}

// NewText makes a text part of UTF-8.
func NewText(mediaType, text string) *Part {
	p := NewPart(mediaType, "", []byte(text))
	p.Params["charset"] = "utf-8"
	return p
}

// NewMail makes the root of a mail that does not stand in MIME from its header
// fields; what it holds is adopted afterwards.
func NewMail(header message.Header) *Part {
	p := NewPart("multipart/mixed", "", nil)
	p.Header = header
	return p
}

// Adopt puts parts below p, behind those it has, and numbers them and all that
// is below them.
func (p *Part) Adopt(children ...*Part) {
	for _, child := range children {
		child.Parent = p
		p.Children = append(p.Children, child)
		child.number(p.childNumber(len(p.Children)))
	}
}

// number numbers p and what is below it.
func (p *Part) number(number string) {
	p.Number = number
	p.nameText()
	for n, child := range p.Children {
		child.number(p.childNumber(n + 1))
	}
}

// AddMember lists one file of the archive p: the path inside the archive, the
// size its directory states, and how its bytes are had. open is called each
// time somebody opens the member; what it cannot give is a problem.
func (p *Part) AddMember(path, mediaType string, size int64, open func(*Problems) io.Reader) {
	p.Members = append(p.Members, &Part{
		Number: p.Number + "/" + strconv.Itoa(len(p.Members)+1), Parent: p, Name: memberName(path), Type: mediaType,
		Params: map[string]string{}, raw: bytes.NewReader(nil), to: max(size, 0), decoded: p.decoded, open: open,
	})
}

// Files gives every leaf of the tree and every member of the archives in it,
// depth first in the order of the mail: where a format looks for its data.
func (p *Part) Files() []*Part {
	var files []*Part
	p.Walk(func(p *Part) bool {
		if p.Leaf() {
			files = append(append(files, p), p.Members...)
		}
		return true
	})
	return files
}

// Size is how many bytes the body has at most: as encoded in the mail, or, for
// the member of an archive, as the archive states.
func (p *Part) Size() int64 { return p.to - p.body }

// memberName makes a harmless path of one in an archive: it never leaves the
// archive, and holds no control signs.
func memberName(path string) string {
	var kept []string
	for _, step := range strings.Split(strings.ReplaceAll(path, `\`, "/"), "/") {
		if step = fileName(step); step != "" {
			kept = append(kept, step)
		}
	}
	return shorten(strings.Join(kept, "/"), maxFileName)
}

// Decode makes readable UTF-8 of bytes in the charset named, as of a text part:
// a wrong or missing name is made up for.
func Decode(octets []byte, charset string) string {
	text, _ := toUTF8(octets, charset)
	return text
}
