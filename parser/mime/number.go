package mime

import (
	"strconv"
	"strings"
)

// childNumber is the section number of the nth child (RFC 9051 section 6.4.5.1):
// the parts of an attached mail count below the part that holds the mail.
func (p *Part) childNumber(n int) string {
	base := p.Number
	if p.Parent != nil && p.Parent.Message() {
		base = p.Parent.Number
	}
	base = strings.TrimSuffix(strings.TrimSuffix(base, "TEXT"), ".")
	if base == "" {
		return strconv.Itoa(n)
	}
	return base + "." + strconv.Itoa(n)
}

// nameText gives the root of an attached multipart the number of its text, so
// that no two parts of a tree have the same one.
func (p *Part) nameText() {
	if p.Parent != nil && p.Parent.Message() && p.Multipart() {
		p.Number = strings.TrimPrefix(p.Parent.Number+".TEXT", ".")
	}
}
