package mime

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// endHeader ends the header of a part and decides what its body is.
func (r *reader) endHeader(f *frame, body int64) {
	b := &f.block
	p := f.part
	p.body, p.to = body, body
	f.state = inBody
	if b.fields > 0 && b.known {
		p.Header = b.parse()
	} else {
		r.headless(f)
	}
	r.complain(f)
	b.bytes, b.pendings = nil, nil
	r.describe(p)
	if f.mail && p.Type == "text/plain" && f.block.fields > 0 && looksParted(r.head(p)) { // the header says nothing, or a list made it say so
		p.Type = "multipart/mixed"
	}
	p.nameText()
	r.descend(f)
}

// headless takes a part without any header to be text from its first byte.
func (r *reader) headless(f *frame) {
	if f.mail || f.block.fields > 0 {
		f.part.body, f.part.to = f.part.start, f.part.start
		r.shared.problems.Tell(CodeNoHeader, "Part %s has no header; all of it is read as text.", shown(f.part))
	}
}

func (r *reader) complain(f *frame) {
	b := &f.block
	if b.cut {
		r.shared.problems.Tell(CodeHeaderTooLarge, "The header of part %s is too large; some of it was left out.", shown(f.part))
	}
	if b.known && b.pending && !b.white && !isMbox(b.pendings) {
		r.shared.problems.Tell(CodeBadHeader, "The header of part %s runs into its text; the blank line between them is missing.", shown(f.part))
	}
	if b.bad {
		r.shared.problems.Tell(CodeBadHeader, "The header of part %s has lines that are no fields.", shown(f.part))
	}
}

// descend opens what holds other parts: a multipart waits for its boundaries,
// an attached mail begins at once, or is decoded when it ends.
func (r *reader) descend(f *frame) {
	p := f.part
	if !p.Multipart() && !p.Message() || p.Type == TypeOutlook {
		return
	}
	if f.depth >= r.shared.limits.Depth {
		r.shared.problems.Tell(CodeTooDeep, "Parts are nested deeper than %d; what is below is kept as one part.", r.shared.limits.Depth)
		return
	}
	switch {
	case p.Multipart():
		r.expect(f)
	case p.identity():
		r.push(f, p.body, true)
	default:
		f.embedded = true
	}
}

// expect makes the boundaries of a multipart known.
func (r *reader) expect(f *frame) {
	f.state = inPreamble
	f.boundaries = []string{}
	declared := boundaries(r.contentType(f.part))
	for _, boundary := range declared {
		r.register(f, boundary)
		if bare := strings.Trim(boundary, "'"); bare != boundary && bare != "" { // quotes of a shell, perhaps
			r.register(f, bare)
		}
	}
	switch len(declared) {
	case 0:
		f.undeclared = true
		r.shared.problems.Tell(CodeMissingBoundary, "Part %s has several parts but does not say what separates them.", shown(f.part))
	case 1:
	default:
		r.shared.problems.Tell(CodeBrokenBoundary, "Part %s declares more than one boundary.", shown(f.part))
	}
}

// describe reads the fields that say what a part is.
func (r *reader) describe(p *Part) {
	if value := r.contentType(p); value != "" {
		mediaType, params := parseMediaType(bytewise(value))
		p.Params = params
		if mediaType != "" {
			p.Type = mediaType
		} else {
			r.shared.problems.Tell(CodeBadContentType, "The content type of part %s cannot be read; it is taken for %s.", shown(p), p.Type)
		}
	}
	p.Disposition, p.Name = disposed(p)
	if p.Name == "" {
		p.Name = fileName(p.Params["name"])
	}
	if masked(p) {
		r.shared.problems.Tell(CodeMaskedName, "The name of the file in part %s holds signs that turn its direction, so that its ending looks like another one; they were left out.", shown(p))
	}
	switch {
	case isMailFile(p.Type, p.Name):
		p.Type = "message/rfc822"
	case p.Type == "message/partial":
		r.shared.problems.Tell(CodePartial, "Part %s is one piece of a mail that was sent in several.", shown(p))
	case p.Type == "message/external-body":
		r.shared.problems.Tell(CodeExternalBody, "Part %s only says where something can be fetched; it is not fetched.", shown(p))
	case p.Type == "application/xhtml+xml" && p.Name == "" && p.Disposition != "attachment": // a page that is the text
		p.Type = "text/html"
	}
}

// looksParted tells a body that begins with a boundary and the header of a part
// although the mail's own header says nothing of it.
func looksParted(head []byte) bool {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		head = rest
		text := bytes.TrimSpace(line)
		switch {
		case len(text) == 0, multipartWords.Match(text):
		case len(text) > minAlike && bytes.HasPrefix(text, []byte("--")):
			return hasFold(rest, "content-type:")
		default:
			return false
		}
	}
	return false
}

// parted reads a mail whose header is lost: it begins with the boundary of its
// first part.
func (r *reader) parted() {
	r.top.part.Type = "multipart/mixed"
	r.shared.problems.Tell(CodeNoHeader, "Part %s has no header; it begins with its parts.", shown(r.top.part))
	r.expect(r.top)
}

// multipartWords are what mailers write before the first part, for programs
// that do not know MIME.
var multipartWords = regexp.MustCompile(`(?i)multi-?part message|MIME[- ]format|MIME[- ]encapsulated|MIME[- ]aware`)

// noMail makes a file again of what was taken for an attached mail and has
// neither a header nor words, or was called a mail by its name alone.
func (p *Part) noMail() {
	if len(p.Children) != 1 || p.Children[0].Header.Len() > 0 || !p.Children[0].Leaf() {
		return
	}
	byName := p.SavedMail()
	if !byName && p.Children[0].Size() > 0 {
		return
	}
	p.Children = nil
	if byName {
		p.Type, _ = parseMediaType(p.Header.Get("Content-Type"))
	}
}

// contentType gives the Content-Type that counts: the first, unless it cannot be
// read, or only a later one names the boundary that the body begins with.
func (r *reader) contentType(p *Part) string {
	values := p.Header.Values("Content-Type")
	if len(values) < 2 {
		return p.Header.Get("Content-Type")
	}
	counts := values[0]
	if mediaType, _ := parseMediaType(counts); mediaType == "" || !strings.HasPrefix(mediaType, "multipart/") {
		for _, value := range values[1:min(len(values), maxTypes)] {
			other, _ := parseMediaType(value)
			if mediaType == "" && other != "" || strings.HasPrefix(other, "multipart/") && r.begins(p, boundaries(value)) {
				counts, mediaType = value, other
			}
		}
	}
	if slices.ContainsFunc(values, func(v string) bool { return v != counts }) {
		r.shared.problems.Tell(CodeBadContentType, "Part %s states several content types; the one that fits its body counts.", shown(p))
	}
	return counts
}

// maxTypes is how many Content-Type fields of one part are looked at.
const maxTypes = 5

// begins tells whether a line of one of these boundaries stands near the beginning of a body.
func (r *reader) begins(p *Part, boundaries []string) bool {
	head := r.head(p)
	return slices.ContainsFunc(boundaries, func(b string) bool { return bytes.Contains(head, []byte("--"+b)) })
}

// headSize is how much of a body is looked at to tell what it is.
const headSize = 1 << 10

// head gives the first bytes of a body, also while its end is not known yet.
func (r *reader) head(p *Part) []byte {
	head := make([]byte, min(headSize, max(0, r.size-p.body)))
	n, _ := p.raw.ReadAt(head, p.body)
	return head[:n]
}

// SavedMail tells a mail that came as a file that somebody saved: it is read like
// an attached mail, and is a file of its own too, whose bytes are evidence.
func (p *Part) SavedMail() bool {
	if p.Type == TypeOutlook {
		return true
	}
	stated, _ := parseMediaType(p.Header.Get("Content-Type"))
	return p.Message() && isMailFile(stated, p.Name)
}

// isMailFile tells a mail that was attached as a file: report buttons and some
// clients do not say what it is but by its name.
func isMailFile(mediaType, name string) bool {
	switch mediaType {
	case "application/octet-stream", "application/eml", "application/x-eml", "application/email", "message/eml":
		return strings.HasSuffix(strings.ToLower(name), ".eml")
	}
	return false
}
