package format

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"postern/parser/mime"
)

// Limits on one JSON document. The schemas of our formats nest some ten levels.
const (
	MaxJSONDepth  = 64
	MaxJSONValues = 500_000
	maxStray      = 20 // things that only look like a document, in one text
)

// JSONDocuments gives the JSON documents of a mail, in the shown text and in any
// part, in which one of the marks stands.
func JSONDocuments(root *mime.Part, text string, marks ...string) []Document {
	var docs []Document
	if strings.IndexByte(text, '{') < 0 {
		text = ""
	}
	for _, from := range documents(root, text, marks, func(p *mime.Part, head string) bool {
		return containsAny(head, marks) || beginsJSON(head) && holds(p, marks)
	}) {
		for _, doc := range jsonPassages(from.Text) {
			if containsAny(doc.Text, marks) {
				doc.Part, doc.Cut = from.Part, doc.Cut || from.Cut && strings.HasSuffix(from.Text, doc.Text)
				docs = append(docs, doc)
			}
		}
	}
	return unique(docs)
}

func beginsJSON(head string) bool {
	head = strings.TrimLeft(head, "\ufeff \t\r\n")
	return strings.HasPrefix(head, "{") || strings.HasPrefix(head, "[")
}

// jsonPassages finds objects, and arrays of objects, that begin a line. One that
// never closes reaches to the end of the text.
func jsonPassages(text string) (docs []Document) {
	stray := 0
	for at := 0; at < len(text) && stray < maxStray && len(docs) < maxDocuments; {
		start := jsonStart(text, at)
		if start < 0 {
			break
		}
		length := jsonLength(text[start:])
		if length == 0 {
			docs = append(docs, Document{Text: strings.TrimRight(text[start:], " \t\n`"), Cut: true, In: stray > 0})
			stray++
			at = start + 1
			continue
		}
		docs = append(docs, Document{Text: text[start : start+length], In: stray > 0})
		at = start + length
	}
	return docs
}

// jsonStart finds a line that begins with an object or an array of objects.
func jsonStart(text string, at int) int {
	for at < len(text) {
		rest := strings.TrimLeftFunc(text[at:], func(c rune) bool { return unicode.IsSpace(c) || c == '\ufeff' || c == ',' })
		start := len(text) - len(rest)
		if opensObject(rest) {
			return start
		}
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			return -1
		}
		at = start + end + 1
	}
	return -1
}

func opensObject(rest string) bool {
	if strings.HasPrefix(rest, "[") {
		rest = strings.TrimLeftFunc(rest[1:min(len(rest), 200)], unicode.IsSpace)
	}
	if !strings.HasPrefix(rest, "{") {
		return false
	}
	rest = strings.TrimLeftFunc(rest[1:min(len(rest), 200)], unicode.IsSpace)
	return strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "\u201c") || strings.HasPrefix(rest, "}")
}

// jsonLength is where the value that begins the text closes, 0 when it does not.
func jsonLength(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// JSON is a value read from a document: objects as map[string]any, arrays as
// []any, numbers as json.Number so that none loses a digit. Members that are
// null are left out, as if they were not there.
type JSON struct {
	Value    any
	Doubled  []string // keys that stood twice in one object; the last one counts
	Repaired bool     // what mail programs do to text had to be undone
}

// ReadJSON reads one document. What was read before an error is given with it.
func ReadJSON(text string) (JSON, error) {
	read, err := readJSON(text)
	if err == nil || errors.Is(err, errTooMuch) {
		return read, err
	}
	if again, err := readJSON(repairJSON(text)); err == nil {
		again.Repaired = true
		return again, nil
	}
	return read, err
}

// errTooMuch says that a document breaks a limit, and is not worth a repair.
var errTooMuch = errors.New("more than is read")

func readJSON(text string) (JSON, error) {
	r := jsonReader{tokens: json.NewDecoder(strings.NewReader(text))}
	r.tokens.UseNumber()
	value, err := r.value(0)
	if err == nil {
		if _, more := r.tokens.Token(); more != io.EOF {
			err = errors.New("something stands behind its end")
		}
	}
	return JSON{Value: value, Doubled: r.doubled}, err
}

// jsonReader counts what it reads.
type jsonReader struct {
	tokens  *json.Decoder
	values  int
	doubled []string
}

func (r *jsonReader) value(depth int) (any, error) {
	token, err := r.tokens.Token()
	if err != nil {
		return nil, plainJSONError(err)
	}
	if r.values++; r.values > MaxJSONValues || depth > MaxJSONDepth {
		return nil, fmt.Errorf("it holds %w", errTooMuch)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return r.object(depth)
		}
		return r.array(depth)
	case string:
		return clean(token), nil
	}
	return token, nil
}

func (r *jsonReader) object(depth int) (any, error) {
	object := make(map[string]any)
	for r.tokens.More() {
		token, err := r.tokens.Token()
		if err != nil {
			return object, plainJSONError(err)
		}
		name, _ := token.(string)
		name = clean(name)
		value, err := r.value(depth + 1)
		if _, twice := object[name]; twice && len(r.doubled) < maxStray {
			r.doubled = append(r.doubled, shorten(name))
		}
		if value != nil {
			object[name] = value
		}
		if err != nil {
			return object, err
		}
	}
	_, err := r.tokens.Token()
	return object, plainJSONError(err)
}

func (r *jsonReader) array(depth int) (any, error) {
	list := []any{}
	for r.tokens.More() {
		value, err := r.value(depth + 1)
		if value != nil {
			list = append(list, value)
		}
		if err != nil {
			return list, err
		}
	}
	_, err := r.tokens.Token()
	return list, plainJSONError(err)
}

// plainJSONError says in few words what is wrong, without a word of the text.
func plainJSONError(err error) error {
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("it ends too early")
	case errors.As(err, &syntax):
		return fmt.Errorf("it is no JSON at byte %d", syntax.Offset)
	}
	return errors.New("it is no JSON")
}

// clean drops what no text of ours may hold.
func clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// repairJSON undoes what mail programs and people do to JSON in a text: curly
// quotes, blanks that do not break, lines wrapped inside a string, and the comma
// behind the last member.
func repairJSON(text string) string {
	text = strings.NewReplacer("\u201c", `"`, "\u201d", `"`, "\u201e", `"`, "\u00a0", " ", "\ufeff", "").Replace(text)
	b := make([]byte, 0, len(text))
	quoted, comma := false, -1 // where a comma was written that nothing followed yet
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted && c == '\\' && i+1 < len(text):
			b = append(b, c, text[i+1])
			i++
			continue
		case c == '"':
			quoted = !quoted
		case quoted && c < ' ':
			c = ' '
		case !quoted && (c == '}' || c == ']') && comma >= 0:
			b[comma] = ' '
		}
		switch {
		case !quoted && c == ',':
			comma = len(b)
		case quoted || c > ' ':
			comma = -1
		}
		b = append(b, c)
	}
	return string(b)
}
