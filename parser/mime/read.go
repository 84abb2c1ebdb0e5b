package mime

import (
	"bytes"
	"context"
	"io"
)

// Read finds the parts of one mail in one pass over its lines. It always
// returns a root; what is wrong with the mail is in the problems, and whatever
// could not be told apart is a part of its own. Nothing is decoded but attached
// mails that came transfer-encoded. ctx is asked between lines; when it has
// ended, the tree is what was found so far, and the last part reaches to the end.
func Read(ctx context.Context, raw io.ReaderAt, size int64, limits Limits) (*Part, []Problem) {
	limits = limits.withDefaults()
	shared := &budget{limits: limits, parts: 1, embedded: min(maxEmbedded, limits.Decoded), headers: maxHeaders}
	if octets, ok := narrow(raw, size); ok {
		raw, size = bytes.NewReader(octets), int64(len(octets))
		shared.problems.Tell(CodeWrongCharset, "The whole mail is in UTF-16.")
	}
	root := &Part{raw: raw, Type: "text/plain", decoded: limits.Decoded}
	r := newReader(ctx, root, size, 0, shared)
	if looksParted(r.lines.window[:min(len(r.lines.window), headSize)]) {
		r.parted()
	}
	r.run()
	root.nameRaw()
	return root, shared.problems.List()
}

// budget is what all trees of one mail may use together.
type budget struct {
	limits   Limits
	parts    int   // nodes made
	embedded int64 // bytes of attached mails that may still be decoded
	headers  int64 // bytes of headers that may still be kept
	problems Problems
}

// reader reads one tree: the mail's own, or that of an attached mail that came
// transfer-encoded.
type reader struct {
	ctx    context.Context
	lines  *lines
	size   int64
	shared *budget
	open   map[string]*frame // boundary -> the innermost multipart that declared it
	top    *frame            // the part being read
	last   line              // the line before
}

func newReader(ctx context.Context, root *Part, size int64, depth int, shared *budget) *reader {
	r := &reader{ctx: ctx, lines: newLines(root.raw, size), size: size, shared: shared, open: make(map[string]*frame)}
	r.top = &frame{part: root, depth: depth, mail: true}
	return r
}

// linesPerCheck is how many lines pass between two looks at the context.
const linesPerCheck = 1024

func (r *reader) run() {
	for n := 0; ; n++ {
		if n%linesPerCheck == 0 && r.ctx.Err() != nil {
			r.shared.problems.Tell(CodeWorkLimit, "The time for this mail was up before all of its parts were found.")
			break
		}
		if r.settled() {
			break
		}
		next, ok := r.lines.next()
		if !ok {
			break
		}
		r.take(next)
		r.last = next
	}
	if r.lines.err != nil {
		r.shared.problems.Tell(CodeUnreadable, "The stored mail could not be read to its end: %v.", r.lines.err)
	}
	r.finish()
}

// settled tells that no line to come can change the tree.
func (r *reader) settled() bool {
	switch r.top.state {
	case inRest:
		return true
	case inBody, inEpilogue:
		return len(r.open) == 0
	}
	return false
}

// take gives one line to whom it belongs.
func (r *reader) take(l line) {
	if r.delimiter(l) {
		return
	}
	switch r.top.state {
	case inHeader:
		r.headerLine(l)
	case inPreamble:
		r.adopt(r.top, l)
	case inBody:
		if f := r.top.parent; f != nil && f.undeclared {
			r.adopt(f, l)
		}
	}
}

// finish ends all parts at the end of the mail.
func (r *reader) finish() {
	for r.top != nil {
		r.end(r.size, r.size)
	}
}

// end ends the innermost part. at is where the next line begins, to where the
// part's last byte was.
func (r *reader) end(at, to int64) {
	f := r.top
	if f.state == inHeader {
		r.endHeader(f, f.bodyAt(at))
		if r.top != f { // an attached mail without a line of its own
			r.end(at, to)
		}
	}
	f.part.to = max(f.part.body, to)
	if f.state == inParts {
		r.shared.problems.Tell(CodeBrokenBoundary, "The last boundary of part %s is missing.", shown(f.part))
	}
	r.forget(f)
	r.nameUU(f.part)
	r.top = f.parent
	switch {
	case f.part.Multipart() && f.boundaries != nil && f.part.Leaf():
		r.unparted(f)
	case f.embedded:
		r.embed(f)
	}
	if f.part.Message() {
		f.part.noMail()
	}
}
