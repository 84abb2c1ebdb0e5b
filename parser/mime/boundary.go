package mime

import (
	"bytes"
	"io"
	"strings"
)

// delimiter looks whether the line is a boundary of an open multipart and, if
// so, ends what stands before it and begins what follows.
func (r *reader) delimiter(l line) bool {
	if len(r.open) == 0 || len(l.bytes) < 2 || l.bytes[0] != '-' || l.bytes[1] != '-' {
		return false
	}
	text := bytes.TrimRight(l.bytes[2:], " \t\r")
	if len(text) > maxBoundary+2 {
		return false
	}
	if f := r.open[string(text)]; f != nil {
		r.endChildren(f, l)
		r.begin(f, l)
		return true
	}
	if before, closing := bytes.CutSuffix(text, []byte("--")); closing {
		if f := r.open[string(before)]; f != nil {
			r.endChildren(f, l)
			r.close(f, l)
			return true
		}
	}
	return r.junked(l, text)
}

// Bounds of a boundary with other text behind it: a short one begins lines by chance.
const (
	minJunked   = 8 // signs of the boundary
	triedJunked = 8 // multiparts that are asked, the innermost first
)

// junked looks for a boundary with other text behind it on its line, as lists
// make that add a footer without a line break. Behind a boundary that opens a
// part a blank must come first, or it would be another boundary that begins alike.
func (r *reader) junked(l line, text []byte) bool {
	asked := 0
	for f := r.top; f != nil && asked < triedJunked; f = f.parent {
		if len(f.boundaries) == 0 || strings.Trim(f.boundaries[0], "-") == "" { // rules of dashes stand in any text
			continue
		}
		asked++
		rest, ok := bytes.CutPrefix(text, []byte(f.boundaries[0]))
		if !ok || len(f.boundaries[0]) < minJunked || len(rest) == 0 {
			continue
		}
		closing := bytes.HasPrefix(rest, []byte("--"))
		if !closing && rest[0] != ' ' && rest[0] != '\t' {
			continue
		}
		r.shared.problems.Tell(CodeBrokenBoundary, "A boundary of part %s has other text behind it on its line.", shown(f.part))
		r.endChildren(f, l)
		if closing {
			r.close(f, l)
		} else {
			r.begin(f, l)
		}
		return true
	}
	return false
}

// endChildren ends all parts inside the multipart f, which is the innermost then.
func (r *reader) endChildren(f *frame, at line) {
	for r.top != f {
		r.end(at.start, r.contentEnd(at))
	}
}

// contentEnd is where the bytes before a boundary end: the line break before it
// belongs to the boundary.
func (r *reader) contentEnd(at line) int64 {
	if r.last.end == at.start && at.start > 0 {
		return r.last.text
	}
	return at.start
}

// begin starts a new part of the multipart f behind its boundary.
func (r *reader) begin(f *frame, at line) {
	if f.state == inEpilogue {
		r.shared.problems.Tell(CodeBrokenBoundary, "Part %s goes on behind its last boundary.", shown(f.part))
	}
	f.state = inParts
	r.push(f, at.end, false)
}

// push begins a part below f. When there are too many, the new one takes
// everything to the end of the mail.
func (r *reader) push(f *frame, start int64, mail bool) {
	child := &frame{part: f.part.child(start), parent: f, depth: f.depth + 1, mail: mail}
	r.top = child
	r.shared.parts++
	if r.shared.parts < r.shared.limits.Parts {
		return
	}
	child.part.Type = "application/octet-stream"
	child.state = inRest
	r.shared.problems.Tell(CodeTooManyParts, "The mail has more than %d parts; the rest is kept as one.", r.shared.limits.Parts)
}

// close ends the multipart f at its last boundary. Its boundary stays known, for
// mailers that end too early, unless an outer multipart waits for it.
func (r *reader) close(f *frame, at line) {
	f.state = inEpilogue
	if f.part.Leaf() {
		f.preamble, f.epilogue = r.contentEnd(at), at.end
	}
	for n, outer := range f.shadowed {
		if outer != nil {
			r.open[f.boundaries[n]] = outer
			f.boundaries[n], f.shadowed[n] = "", nil // forget must not give it back again
			r.shared.problems.Tell(CodeBrokenBoundary, "Part %s has the same boundary as the part around it.", shown(f.part))
		}
	}
}

// candidate is a line that may be an undeclared boundary, and the line before it.
type candidate struct{ at, before line }

// adopt looks for a boundary that the header of the multipart f does not
// declare: a line that begins like one, with a field of a part's header right
// behind it.
func (r *reader) adopt(f *frame, l line) {
	found := f.candidate
	f.candidate = nil
	if f.state == inPreamble && !l.white() && !f.prose {
		f.prose = true
		if hasFold(l.bytes, "content-") && fieldName(l.bytes) != "" {
			r.shared.problems.Tell(CodeBrokenBoundary, "The first boundary of part %s is missing.", shown(f.part))
			f.state = inParts
			r.push(f, l.start, false)
			r.headerLine(l)
			return
		}
	}
	if found != nil && (hasFold(l.bytes, "content-") && fieldName(l.bytes) != "" || l.blank() && resembles(found.at.bytes, f.boundaries)) {
		r.shared.problems.Tell(CodeBrokenBoundary, "Part %s does not declare the boundary it uses.", shown(f.part))
		r.last = found.before
		r.endChildren(f, found.at)
		r.register(f, strings.TrimRight(string(found.at.bytes[2:]), " \t\r"))
		r.begin(f, found.at)
		r.headerLine(l)
		return
	}
	if len(l.bytes) > 2 && len(l.bytes) <= maxBoundary && bytes.HasPrefix(l.bytes, []byte("--")) {
		l.bytes = bytes.Clone(l.bytes)
		f.candidate = &candidate{at: l, before: r.last}
	}
}

// minAlike is how many signs two boundaries have in common at least that are
// taken for one.
const minAlike = 6

// resembles tells whether a line is a declared boundary but for its dashes, its
// case, or something missing at an end.
func resembles(line []byte, declared []string) bool {
	text := strings.ToLower(strings.Trim(string(line), "- \t"))
	for _, boundary := range declared[:min(len(declared), triedJunked)] {
		boundary = strings.ToLower(strings.Trim(boundary, "- \t"))
		if len(text) < minAlike || len(boundary) < minAlike {
			continue
		}
		if strings.Contains(boundary, text) || strings.Contains(text, boundary) {
			return true
		}
	}
	return false
}

// unparted turns a multipart in which no part was found into text, so that a
// person reads what is there.
func (r *reader) unparted(f *frame) {
	switch {
	case f.epilogue == 0:
	case f.preamble > f.part.body && r.holdsText(f.part.body, f.preamble): // all there is stands before the last boundary
		f.part.to = f.preamble
	default: // or behind it
		f.part.body = min(f.epilogue, f.part.to)
	}
	if !f.part.identity() && !f.unwrapped && r.unwrap(f) {
		return
	}
	r.shared.problems.Tell(CodeBrokenBoundary, "No part was found in part %s; its body is shown as text.", shown(f.part))
	f.part.Type = "text/plain"
	var head [512]byte
	n, _ := f.part.Body().Read(head[:])
	if looksLikeHTML(head[:n]) {
		f.part.Type = "text/html"
	}
}

// holdsText tells whether anything but white space begins raw[from:to].
func (r *reader) holdsText(from, to int64) bool {
	var head [512]byte
	n, _ := r.raw().ReadAt(head[:min(to-from, int64(len(head)))], from)
	return len(bytes.TrimSpace(head[:n])) > 0
}

func (r *reader) raw() io.ReaderAt { return r.lines.raw }

// unwrap reads a multipart that somebody transfer-encoded as a whole, which RFC
// 2045 section 6.4 forbids, in memory. Its body is the decoded one from then on.
func (r *reader) unwrap(f *frame) bool {
	p := f.part
	leaf := *p
	leaf.Type = "application/octet-stream" // so that its encoding is undone
	body, err := io.ReadAll(io.LimitReader(leaf.Open(), r.shared.embedded))
	declared := boundaries(p.Header.Get("Content-Type"))
	if err != nil || len(declared) == 0 || !bytes.Contains(body, []byte("--"+declared[0])) || int64(len(body)) >= r.shared.embedded {
		return false
	}
	r.shared.embedded -= int64(len(body))
	r.shared.problems.Tell(CodeBrokenEncoding, "Part %s holds several parts and is encoded as a whole.", shown(p))
	p.raw, p.start, p.body, p.to = bytes.NewReader(body), 0, 0, int64(len(body))
	inner := newReader(r.ctx, p, p.to, f.depth, r.shared)
	inner.top.mail, inner.top.unwrapped = false, true
	inner.expect(inner.top)
	inner.run()
	return true
}

// embed reads an attached mail that came transfer-encoded, in memory.
func (r *reader) embed(f *frame) {
	decoder := f.part.Open()
	// The room is no larger than the part: it stays, and a mail may have thousands of such parts.
	body, err := readUpTo(decoder, min(r.shared.embedded, f.part.to-f.part.body+1))
	r.shared.problems.Add(decoder.Problems()...)
	if int64(len(body)) >= r.shared.embedded {
		r.shared.problems.Tell(CodeTooLarge, "The attached mail in part %s is too large to be opened.", shown(f.part))
		return
	}
	if err != nil || len(body) == 0 || r.shared.parts+1 >= r.shared.limits.Parts {
		return
	}
	r.shared.embedded -= int64(len(body))
	r.shared.parts++
	root := f.part.child(0)
	root.raw = bytes.NewReader(body)
	root.start, root.body, root.to = 0, 0, 0
	inner := newReader(r.ctx, root, int64(len(body)), f.depth+1, r.shared)
	inner.run()
}

func looksLikeHTML(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n\ufeff")
	return hasFold(head, "<html") || hasFold(head, "<!doctype html")
}

// hasFold tells whether text begins with the lower case prefix, in any case.
func hasFold(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(string(text[:len(prefix)]), prefix)
}

// shown names a part to people.
func shown(p *Part) string {
	if p.Number == "" {
		return "0 (the whole mail)"
	}
	return p.Number
}
