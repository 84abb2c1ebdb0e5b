package mime

import (
	"bytes"
	"context"
	"slices"
	"strings"
)

// Graft reads bytes that came out of a part, as a layer of encryption or a
// signature that wraps its text, and puts the tree in the place of that part:
// same parent, numbers below the part's own. The part itself stays what it was.
func Graft(ctx context.Context, entity []byte, place *Part, limits Limits) (*Part, []Problem) {
	inner, problems := Read(ctx, bytes.NewReader(entity), int64(len(entity)), limits)
	inner.renumber(place.Number)
	inner.Parent = place.Parent
	return inner, problems
}

// renumber puts a tree that was numbered from its own root below another number.
func (p *Part) renumber(under string) {
	if under == "" {
		return
	}
	p.Number = strings.TrimSuffix(under+"."+p.Number, ".")
	for _, child := range p.Children {
		child.renumber(under)
	}
}

// WithChildren copies a part and gives the copy other children, so that the
// tree of the raw mail stays what it was.
func (p *Part) WithChildren(children []*Part) *Part {
	changed := *p
	changed.Children, changed.copied = children, p.original()
	for _, child := range children {
		child.Parent = &changed
	}
	return &changed
}

// Replaced gives every child to replace. It is p itself when nothing changed,
// else a copy with the children that replace gave. An attached mail keeps its header
// when its content is replaced.
func (p *Part) Replaced(replace func(child *Part) *Part) *Part {
	children := make([]*Part, len(p.Children))
	for i, child := range p.Children {
		children[i] = replace(child)
		if p.Message() && !children[i].copyOf(child) {
			children[i] = child.around(children[i])
		}
	}
	if slices.Equal(children, p.Children) {
		return p
	}
	return p.WithChildren(children)
}

// copyOf tells the part itself, or one made of it by WithChildren.
func (p *Part) copyOf(other *Part) bool { return p.original() == other.original() }

// original is the part of which p is a copy, p itself when it is none.
func (p *Part) original() *Part {
	if p.copied != nil {
		return p.copied
	}
	return p
}

// around is a copy of the root of a mail, with what came out of it as all of its content.
func (p *Part) around(content *Part) *Part {
	whole := p.WithChildren([]*Part{content})
	whole.Type = "multipart/mixed"
	return whole
}
