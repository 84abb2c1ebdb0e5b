package format

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"postern/parser/mime"
)

// Limits on one XML document. IODEF nests some twenty levels.
const (
	MaxXMLDepth    = 100
	MaxXMLElements = 300_000
)

// Element is one element of an XML document. Names are without their prefix:
// senders choose any, and some choose a wrong one.
type Element struct {
	Name     string
	Attrs    []Field // "xmlns" and "xmlns:x" keep their full names
	Text     string  // its own characters, without blanks around them
	Children []*Element
}

// XMLDocuments gives the XML documents of a mail whose root has that name, with
// any prefix, in the shown text and in any part.
func XMLDocuments(root *mime.Part, text, name string) []Document {
	marks := []string{name}
	texts := documents(root, text, marks, func(p *mime.Part, head string) bool { return strings.Contains(head, name) })
	if root != nil && (speaksOf(text, name) || speaksOf(root.Subject(), name)) {
		texts = append(texts, pages(root, name)...)
	}
	if len(texts) == 0 {
		return nil
	}
	var docs []Document
	opening := regexp.MustCompile(`<(?:[A-Za-z_][\w.-]{0,60}:)?` + regexp.QuoteMeta(name) + `(?:[\s/>]|$)`)
	for _, from := range texts {
		for at := 0; at < len(from.Text) && len(docs) < maxDocuments; {
			start := opening.FindStringIndex(from.Text[at:])
			if start == nil {
				break
			}
			doc := xmlPassage(from.Text[at+start[0]:])
			doc.Part, doc.Cut = from.Part, doc.Cut || from.Cut
			docs = append(docs, doc)
			at += start[0] + len(doc.Text)
		}
	}
	return unique(docs)
}

// pages gives the HTML of a mail in which an element of that name stands: some
// senders put their XML bare into it, where no reader sees it.
func pages(root *mime.Part, name string) (list []Document) {
	walkOuter(root, func(p *mime.Part) {
		if p.Type != "text/html" || len(list) >= maxPages || !holds(p, []string{"<" + name, ":" + name}) {
			return
		}
		body, _ := p.Text(MaxDocument)
		list = append(list, Document{Text: body, Part: p, Cut: len(body) > MaxDocument-4})
	})
	return list
}

// speaksOf tells whether the words of a mail have the name of the element in
// them. Without, no page is searched for it: most mails have one.
func speaksOf(words, name string) bool {
	return containsAny(words, []string{name[1:], strings.ToUpper(name)[1:]}) // "Infringement" and "infringement"
}

// maxPages are looked into; a mail has one page, or one for each forward.
const maxPages = 10

// xmlPassage is the document that begins the text, up to the first end of its
// root, or the whole text when it has none.
func xmlPassage(text string) Document {
	name := text[1:]
	name = name[:strings.IndexFunc(name+">", func(c rune) bool { return strings.ContainsRune(" \t\r\n/>", c) })]
	end := regexp.MustCompile(`</\s*` + regexp.QuoteMeta(name) + `\s*>`).FindStringIndex(text)
	if end == nil {
		return Document{Text: text, Cut: true}
	}
	return Document{Text: text[:end[1]]}
}

// ReadXML reads one document. Nothing outside of it is ever fetched and no
// entity but the five of XML is expanded. A tolerant reading forgives what mail
// does to XML: elements that never close, ends without a beginning, a bare "&".
// What was read before an error is given with it.
func ReadXML(text string, tolerant bool) (*Element, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = !tolerant
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 already
	if tolerant {
		d.Entity = xml.HTMLEntity
	}
	r := xmlReader{tolerant: tolerant}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return r.root, r.end()
		}
		if err != nil {
			return r.root, plainXMLError(err)
		}
		if err := r.take(token); err != nil {
			return r.root, err
		}
	}
}

// xmlReader builds the tree.
type xmlReader struct {
	root     *Element
	open     []*xmlNode
	elements int
	tolerant bool
}

// xmlNode is an element that has not ended yet.
type xmlNode struct {
	element *Element
	text    strings.Builder
}

func (r *xmlReader) take(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		return r.start(token)
	case xml.EndElement:
		return r.close(token.Name.Local)
	case xml.CharData:
		if n := len(r.open); n > 0 {
			r.open[n-1].text.Write(token)
		}
	}
	return nil
}

func (r *xmlReader) start(token xml.StartElement) error {
	if r.elements++; r.elements > MaxXMLElements || len(r.open) >= MaxXMLDepth {
		return fmt.Errorf("it holds %w", errTooMuch)
	}
	element := &Element{Name: clean(token.Name.Local)}
	for _, attr := range token.Attr {
		name := attr.Name.Local
		if attr.Name.Space == "xmlns" {
			name = "xmlns:" + name
		}
		element.Attrs = append(element.Attrs, Field{Name: clean(name), Value: clean(strings.TrimSpace(attr.Value))})
	}
	switch n := len(r.open); {
	case n > 0:
		parent := r.open[n-1].element
		parent.Children = append(parent.Children, element)
	case r.root == nil:
		r.root = element
	}
	r.open = append(r.open, &xmlNode{element: element})
	return nil
}

// close ends the innermost open element of that name, and in a tolerant reading
// those inside it that never ended.
func (r *xmlReader) close(name string) error {
	for n := len(r.open) - 1; n >= 0; n-- {
		if r.open[n].element.Name == name {
			for len(r.open) > n {
				r.pop()
			}
			return nil
		}
		if !r.tolerant {
			return errors.New("its elements are not nested well")
		}
	}
	if !r.tolerant {
		return errors.New("its elements are not nested well")
	}
	return nil
}

func (r *xmlReader) pop() {
	last := r.open[len(r.open)-1]
	last.element.Text = clean(strings.TrimSpace(last.text.String()))
	r.open = r.open[:len(r.open)-1]
}

func (r *xmlReader) end() error {
	unclosed := len(r.open) > 0
	for len(r.open) > 0 {
		r.pop()
	}
	if unclosed || r.root == nil {
		return errors.New("it ends too early")
	}
	return nil
}

// plainXMLError says where it broke, without a word of the text.
func plainXMLError(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("it is no XML in line %d", syntax.Line)
	}
	return errors.New("it is no XML")
}

// Attr gives an attribute, "" when there is none.
func (e *Element) Attr(name string) string {
	if e == nil {
		return ""
	}
	for _, attr := range e.Attrs {
		if attr.Is(name) {
			return attr.Value
		}
	}
	return ""
}

// Child gives the first child of that name, in any case; nil when there is none.
func (e *Element) Child(name string) *Element {
	if e == nil {
		return nil
	}
	for _, child := range e.Children {
		if strings.EqualFold(child.Name, name) {
			return child
		}
	}
	return nil
}

// All gives the children of one of these names, in order.
func (e *Element) All(names ...string) []*Element {
	if e == nil {
		return nil
	}
	var found []*Element
	for _, child := range e.Children {
		for _, name := range names {
			if strings.EqualFold(child.Name, name) {
				found = append(found, child)
				break
			}
		}
	}
	return found
}

// Value gives the text of the first child of that name, on one line.
func (e *Element) Value(name string) string { return e.Child(name).Line() }

// Line gives an element's own text with all blanks as one.
func (e *Element) Line() string {
	if e == nil {
		return ""
	}
	return strings.Join(strings.Fields(e.Text), " ")
}

// Fields gives an element as a report shows it: attributes and children under
// their own names, children of one name as a list, a text alone as a string.
func (e *Element) Fields() any {
	if len(e.Attrs) == 0 && len(e.Children) == 0 {
		return Cut(e.Text, maxText)
	}
	fields := make(map[string]any, len(e.Attrs)+len(e.Children)+1)
	for _, attr := range e.Attrs {
		fields[attr.Name] = attr.Value
	}
	if e.Text != "" {
		fields["text"] = Cut(e.Text, maxText)
	}
	for _, child := range e.Children {
		switch known := fields[child.Name].(type) {
		case nil:
			fields[child.Name] = child.Fields()
		case []any:
			fields[child.Name] = append(known, child.Fields())
		default:
			fields[child.Name] = []any{known, child.Fields()}
		}
	}
	return fields
}
