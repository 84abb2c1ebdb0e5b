package parser

import (
	"strings"

	"postern/parser/archive"
	"postern/parser/mime"
	"postern/parser/outlook"
)

// unpacking opens the files of one mail that hold mails or files themselves.
// What it opens shares the limits, whether it stood in the mail as it came or in
// what came out of encryption.
type unpacking struct {
	outlook  *outlook.Opener
	archives *archive.Expander
}

func newUnpacking(limits Limits) unpacking {
	return unpacking{outlook.NewOpener(limits.Outlook), archive.NewExpander(limits.Archive)}
}

// unpackOuter opens the mails in the outer tree that do not come in MIME, before
// the search for what is encrypted: an Exchange server may wrap that too.
func (r *reading) unpackOuter() {
	r.unpacking.outlook.Open(r.ctx, r.outer)
	r.wrapper = winmail(r.outer)
}

// unpackInner does the same for what came out of encryption, and lists archives.
func (r *reading) unpackInner() {
	r.unpacking.outlook.Open(r.ctx, r.root)
	r.unpacking.archives.Expand(r.ctx, r.root)
	r.problems.Add(r.unpacking.outlook.Problems()...)
	r.problems.Add(r.unpacking.archives.Problems()...)
}

// winmail is the winmail.dat that wraps the mail itself, nil when there is none.
func winmail(root *mime.Part) *mime.Part {
	return root.Outer(func(p *mime.Part) bool { return p.Type == outlook.TypeTNEF && !p.Leaf() })
}

// wraps tells whether a field is missing outside and stands in the winmail.dat.
func (r *reading) wraps(field string) bool {
	return r.wrapper != nil && strings.TrimSpace(r.outer.Header.Get(field)) == "" && r.wrapper.Header.Has(field)
}

// pickWinmail shows the text in a winmail.dat where the mail around it has none,
// or only says that there is one.
func (r *reading) pickWinmail(p *mime.Part, picked map[*mime.Part]bool) {
	before := r.shown
	r.shown = nil
	for _, child := range p.Children {
		r.pick(child, picked)
	}
	inside := r.shown
	r.shown = before
	if len(inside) > 0 && (len(before) == 0 || poorer(countWords(before), countWords(inside))) {
		r.shown = append(r.shown, inside...)
	}
}
