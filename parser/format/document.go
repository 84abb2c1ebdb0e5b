package format

import (
	"io"
	"maps"
	"path"
	"regexp"
	"strings"

	"postern/parser/mime"
)

// Document is a piece of a mail that may be a structured report: the whole body
// of a leaf, or a passage of a text.
type Document struct {
	Text string     // UTF-8, lines ended by LF
	Part *mime.Part // the leaf it stands in; nil for a passage of the shown text
	Cut  bool       // the end is missing: it never closes, or there is more than is read
	In   bool       // it stands inside another one that never closes
}

// Limits on the documents of one mail.
const (
	MaxDocument  = 16 << 20 // bytes of one document that are read; some carry screenshots
	maxDocuments = 2_000    // of one mail
	maxLeaves    = 500      // parts that are looked into
	sniffed      = 4 << 10  // bytes of a part by which it is judged
)

// TextDocuments gives every leaf of the mail itself that is text, and last the
// shown text, each whole, in which one of the marks stands early.
func TextDocuments(root *mime.Part, text string, marks ...string) []Document {
	found := documents(root, "", marks, func(p *mime.Part, head string) bool { return containsAny(head, marks) })
	if containsAny(text, marks) {
		found = append(found, Document{Text: text})
	}
	return unique(found)
}

// documents gives the shown text and the text of every leaf of the mail itself
// that may be a document, if one of the marks stands in it. What lies in an
// attached mail is that mail's and not this one's.
func documents(root *mime.Part, text string, marks []string, may func(p *mime.Part, head string) bool) []Document {
	var list []Document
	if containsAny(text, marks) {
		list = append(list, Document{Text: text})
	}
	looked := 0
	walkOuter(root, func(p *mime.Part) {
		if looked++; looked > maxLeaves || !mayHold(p) || len(list) > 0 && list[0].Part == nil && isShown(p) {
			return
		}
		head := p.Beginning(sniffed)
		if !may(p, strings.ReplaceAll(head, "\x00", "")) { // UTF-16 has a NUL in every sign
			return
		}
		body, _ := inItsCharset(p, head).Text(MaxDocument)
		if containsAny(body, marks) {
			list = append(list, Document{Text: body, Part: p, Cut: len(body) > MaxDocument-4})
		}
	})
	return list
}

// isShown tells a text that is part of the shown one, where it may read otherwise:
// without the marks of a signature, with its lines joined.
func isShown(p *mime.Part) bool {
	return p.Type == "text/plain" && p.Name == "" && p.Disposition != "attachment"
}

func containsAny(text string, marks []string) bool {
	for _, mark := range marks {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

// streamed is how much of a part is searched at a time.
const streamed = 64 << 10

// holds tells whether one of the marks stands anywhere in a leaf, without
// keeping it.
func holds(p *mime.Part, marks []string) bool {
	const longest = 64 // bytes of a mark
	from := p.Open()
	buffer := make([]byte, min(p.Body().Size(), streamed)+longest)
	kept := 0
	for {
		n, err := io.ReadFull(from, buffer[kept:])
		if containsAny(string(buffer[:kept+n]), marks) {
			return true
		}
		if err != nil {
			return false
		}
		kept = copy(buffer, buffer[len(buffer)-longest:])
	}
}

// walkOuter visits the leaves of the mail itself.
func walkOuter(root *mime.Part, visit func(*mime.Part)) {
	if root == nil {
		return
	}
	root.Walk(func(p *mime.Part) bool {
		if p.Message() {
			return false
		}
		if p.Leaf() {
			visit(p)
			packed(p, visit)
		}
		return true
	})
}

// packed visits the files of an archive that are named as documents are: some
// senders pack all they send.
func packed(p *mime.Part, visit func(*mime.Part)) {
	for _, member := range p.Members {
		switch strings.ToLower(path.Ext(member.Name)) {
		case ".xml", ".json", ".jsonl", ".ndjson", ".iodef", ".stix", ".xarf", ".yaml", ".yml":
			visit(member)
		}
	}
}

// mayHold tells leaves that may be a document: anything but pictures, sounds
// and pages, since senders call their reports by any type.
func mayHold(p *mime.Part) bool {
	kind, _, _ := strings.Cut(p.Type, "/")
	switch kind {
	case "image", "audio", "video", "font", "multipart":
		return false
	}
	switch p.Type {
	case "text/html", "text/calendar", "application/pdf", "application/pgp-signature", "application/pkcs7-signature", "application/zip":
		return false
	}
	return true
}

// xmlCharset finds the charset that an XML document itself declares.
var xmlCharset = regexp.MustCompile(`^[^<]{0,8}<\?xml[^>]{0,200}encoding=["']([A-Za-z0-9._:-]{1,40})`)

// inItsCharset is the part as it wants to be read: in the charset of the header,
// else in the one its first bytes declare (RFC 7303 section 3).
func inItsCharset(p *mime.Part, head string) *mime.Part {
	charset := ""
	switch match := xmlCharset.FindStringSubmatch(head); {
	case p.Params["charset"] != "":
		return p
	case match != nil:
		charset = match[1]
	case strings.HasPrefix(head, "\xff\xfe"), strings.HasPrefix(head, "\xfe\xff"):
		charset = "utf-16"
	default:
		return p
	}
	told := *p
	told.Params = maps.Clone(p.Params)
	if told.Params == nil {
		told.Params = map[string]string{}
	}
	told.Params["charset"] = charset
	return &told
}

// unique keeps the first of the documents that say the same: the one in the
// body is often attached too.
func unique(docs []Document) []Document {
	if len(docs) < 2 {
		return docs
	}
	seen := make(map[string]bool)
	kept := docs[:0]
	for _, doc := range docs {
		same := strings.Join(strings.Fields(doc.Text), "")
		if seen[same] || len(kept) >= maxDocuments {
			continue
		}
		seen[same] = true
		kept = append(kept, doc)
	}
	return kept
}
