package mime

import (
	"slices"
	"strings"
)

// Wrapped is the mail that a program signed or encrypted with all of its header,
// in the place of the part that was signed or encrypted: that part is the mail
// (RFC 8551 section 3.1) or, as p≡p writes it, holds it beside the sender's key. It
// counts where it says that nobody forwards it ("forwarded=no"), or is by the sender
// of the mail around it; any other is a mail that somebody passes on. Where there is
// none, it is the part itself.
func (p *Part) Wrapped(from string) *Part {
	if p.wraps() && (p.notForwarded() || p.Children[0].by(from)) {
		return p.Children[0]
	}
	at := slices.IndexFunc(p.Children, func(child *Part) bool { return child.wraps() && child.notForwarded() })
	if at < 0 || !p.Multipart() {
		return p
	}
	mail := p.Children[at].Children[0]
	children := []*Part{mail}
	for i, child := range p.Children {
		if i != at && !strings.HasPrefix(child.Beginning(len(wrapperNote)), wrapperNote) {
			children = append(children, child)
		}
	}
	whole := p.WithChildren(children)
	whole.Header, whole.mailboxes, whole.hint = mail.Header, nil, ""
	return whole
}

// wrapperNote begins the text that p≡p puts beside such a mail, for programs.
const wrapperNote = "pEp-Wrapped-Message-Info: "

func (p *Part) wraps() bool { return p.Message() && len(p.Children) == 1 }

// by tells whether the first sender of a mail is this one.
func (p *Part) by(from string) bool {
	senders := p.Senders()
	return len(senders) > 0 && senders[0] == strings.ToLower(from)
}

func (p *Part) notForwarded() bool {
	return strings.EqualFold(strings.TrimSpace(p.Params["forwarded"]), "no")
}
