package mime

import "strings"

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
	if b.bad {
		r.shared.problems.Tell(CodeBadHeader, "The header of part %s has lines that are no fields.", shown(f.part))
	}
}

// descend opens what holds other parts: a multipart waits for its boundaries,
// an attached mail begins at once, or is decoded when it ends.
func (r *reader) descend(f *frame) {
	p := f.part
	if !p.Multipart() && !p.Message() {
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
	declared := boundaries(f.part.Header.Get("Content-Type"))
	for _, boundary := range declared {
		r.register(f, boundary)
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
	if value := p.Header.Get("Content-Type"); value != "" {
		mediaType, params := parseMediaType(value)
		p.Params = params
		if mediaType != "" {
			p.Type = mediaType
		} else {
			r.shared.problems.Tell(CodeBadContentType, "The content type of part %s cannot be read; it is taken for %s.", shown(p), p.Type)
		}
	}
	disposition, params := parseDisposition(p.Header.Get("Content-Disposition"))
	p.Disposition = disposition
	p.Name = fileName(params["filename"])
	if p.Name == "" {
		p.Name = fileName(p.Params["name"])
	}
	if isMailFile(p.Type, p.Name) {
		p.Type = "message/rfc822"
	}
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
