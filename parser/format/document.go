package format

import (
	"errors"
	"io"
	"maps"
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
}

// Limits on the documents of one mail.
const (
	MaxDocument  = 16 << 20 // bytes of one document that are read; some carry screenshots
	maxDocuments = 2_000    // of one mail
	maxLeaves    = 500      // parts that are looked into
	sniffed      = 1024     // bytes of a part by which it is judged
)

// source is one text of a mail that may hold documents.
type source struct {
	text string
	part *mime.Part
	cut  bool
}

// sources gives the shown text and the text of every leaf of the mail itself in
// which a document may begin with one of the signs. What lies in an attached
// mail is that mail's and not this one's.
func sources(root *mime.Part, text, signs string) []source {
	list := []source{{text: text}}
	looked := 0
	walkOuter(root, func(p *mime.Part) {
		if looked++; looked > maxLeaves || !mayHold(p) || !begins(p, signs) {
			return
		}
		body, _ := inItsCharset(p).Text(MaxDocument)
		list = append(list, source{text: body, part: p, cut: p.Body().Size() > MaxDocument && len(body) > MaxDocument-4})
	})
	return list
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
		}
		return true
	})
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

// begins tells whether a leaf is text in which one of the signs stands early.
func begins(p *mime.Part, signs string) bool {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(p.Open(), head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	return strings.HasPrefix(p.Type, "text/") || strings.ContainsAny(string(head[:n]), signs)
}

// xmlCharset finds the charset that an XML document itself declares.
var xmlCharset = regexp.MustCompile(`^[^<]{0,8}<\?xml[^>]{0,200}encoding=["']([A-Za-z0-9._:-]{1,40})`)

// inItsCharset is the part as it wants to be read: the charset of the header,
// else the one an XML document declares (RFC 7303 section 3).
func inItsCharset(p *mime.Part) *mime.Part {
	if p.Params["charset"] != "" {
		return p
	}
	head := make([]byte, sniffed)
	n, _ := io.ReadFull(p.Open(), head)
	charset := ""
	switch match := xmlCharset.FindSubmatch(head[:n]); {
	case match != nil:
		charset = string(match[1])
	case n > 1 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff):
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
