// Package outlook opens mails in the forms that Outlook and Exchange keep to
// themselves: winmail.dat (TNEF, MS-OXTNEF) and .msg (MS-OXMSG, in a compound
// file, MS-CFB).
//
// Both hold the same thing: a message of numbered properties (MS-OXPROPS), with
// recipients and attachments, and messages attached to it. It is opened in its
// place: the part that held it gets children, as if it had come in MIME. A
// winmail.dat is a wrapping of the mail it comes in; a .msg holds a mail of its
// own and is read like message/rfc822.
//
// Everything a file says of itself is doubted: lengths, counts and references
// are checked against what is there, and the work is bounded by its size.
package outlook

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"

	"postern/parser/mime"
)

// Limits bound what the files of one mail may cost. A zero field takes the default.
type Limits struct {
	Opened int64 // bytes of all files together that are held in memory
	Parts  int   // parts made of them
}

// The defaults hold a mail with a long thread attached.
const (
	DefaultOpened = 20 << 20
	DefaultParts  = 1_000
)

// Bounds that no caller needs to turn.
const (
	maxDepth  = 8       // messages attached to messages
	maxText   = 8 << 20 // bytes that come out of compressed RTF, of all files together
	maxProps  = 4_000   // properties of one message, recipient or attachment
	maxPeople = 1_000   // recipients of one message
)

// Codes of the problems this package tells.
const (
	CodeBroken = "broken-outlook-file" // a winmail.dat or .msg that cannot be read, or only in part
	CodeLimit  = "outlook-limit"       // it holds more than is opened
)

// Type names of the two forms.
const (
	TypeTNEF = "application/ms-tnef"
	TypeMsg  = mime.TypeOutlook
)

// Opener opens the files of one mail, which share its limits. It is not for
// several goroutines.
type Opener struct {
	limits   Limits
	rtf      int // bytes that may still come out of compressed RTF
	problems mime.Problems
}

// NewOpener makes an opener for one mail.
func NewOpener(limits Limits) *Opener {
	if limits.Opened <= 0 {
		limits.Opened = DefaultOpened
	}
	if limits.Parts <= 0 {
		limits.Parts = DefaultParts
	}
	return &Opener{limits: limits, rtf: maxText}
}

// Problems is what was wrong with the files opened so far.
func (o *Opener) Problems() []mime.Problem { return o.problems.List() }

// Open gives every winmail.dat and .msg among the leaves below root what it
// holds as children. One that cannot be read stays a leaf. When ctx ends, those
// not yet opened stay leaves too.
func (o *Opener) Open(ctx context.Context, root *mime.Part) {
	root.Walk(func(p *mime.Part) bool {
		if p.Leaf() && ctx.Err() == nil {
			switch form(p) {
			case TypeTNEF:
				o.winmail(ctx, p)
			case TypeMsg:
				o.msg(ctx, p)
			}
		}
		return ctx.Err() == nil
	})
}

// form tells the two by type or name; their first bytes have the last word.
func form(p *mime.Part) string {
	ending := strings.ToLower(path.Ext(p.Name))
	switch {
	case p.Type == TypeTNEF, p.Type == "application/vnd.ms-tnef":
		return begins(p, tnefSignature, TypeTNEF)
	case p.Type == TypeMsg, p.Type == "application/msoutlook", p.Type == "application/x-msg":
		return begins(p, compoundSignature, TypeMsg)
	case strings.HasPrefix(p.Type, "text/"), strings.HasPrefix(p.Type, "multipart/"):
		return ""
	case ending == ".msg":
		return begins(p, compoundSignature, TypeMsg)
	case ending == ".dat":
		return begins(p, tnefSignature, TypeTNEF)
	}
	return ""
}

func begins(p *mime.Part, signature []byte, form string) string {
	head := make([]byte, len(signature))
	if _, err := io.ReadFull(p.Open(), head); err != nil || !bytes.Equal(head, signature) {
		return ""
	}
	return form
}

// content reads a file into memory, nil when it is too large.
func (o *Opener) content(p *mime.Part) []byte {
	file := bytes.NewBuffer(make([]byte, 0, min(p.Size(), o.limits.Opened)+bytes.MinRead+1)) // an encoding makes nothing shorter
	_, err := file.ReadFrom(io.LimitReader(p.Open(), o.limits.Opened+1))
	data := file.Bytes()
	if err != nil || int64(len(data)) > o.limits.Opened {
		o.problems.Tell(CodeLimit, "The Outlook file in part %s is too large to be opened.", p.Number)
		return nil
	}
	o.limits.Opened -= int64(len(data))
	return data
}

// winmail opens a winmail.dat: its text and files are those of the mail around it.
func (o *Opener) winmail(ctx context.Context, p *mime.Part) {
	data := o.content(p)
	if data == nil {
		return
	}
	m, whole := readTNEF(data, maxDepth)
	o.complain(p, whole)
	p.Type = TypeTNEF
	m.fields(&p.Header)
	p.Adopt(o.parts(ctx, m)...)
}

// msg opens a .msg: it holds a mail of its own.
func (o *Opener) msg(ctx context.Context, p *mime.Part) {
	data := o.content(p)
	if data == nil {
		return
	}
	m, whole := readMsg(data)
	o.complain(p, whole)
	if m == nil || m.empty() {
		return
	}
	p.Type = TypeMsg
	p.Adopt(o.mail(ctx, m))
}

func (o *Opener) complain(p *mime.Part, whole bool) {
	if !whole {
		o.problems.Tell(CodeBroken, "The Outlook file in part %s is damaged; what could be read was kept.", p.Number)
	}
}

// spend counts a part, and tells when there are too many.
func (o *Opener) spend() bool {
	if o.limits.Parts--; o.limits.Parts < 0 {
		o.problems.Tell(CodeLimit, "The Outlook files of the mail hold more parts than are read.")
	}
	return o.limits.Parts >= 0
}
