package xarf01

import (
	"regexp"
	"strings"

	"postern/parser/format"
)

// block is one YAML document of a text: its fields as they are named, the
// values as text, lists of text or one level of fields.
type block struct {
	fields map[string]any
	order  []string
	from   int // where in the text it begins
	to     int
}

// Limits on the blocks of one text.
const (
	maxBlocks = 10_000
	maxFields = 500 // of one block; the schemas have some thirty
	maxValue  = 16 << 10
)

// keyLine is "Key: value" at the beginning of a line. Keys have no blanks but
// those that some programs write instead of a hyphen; some programs quote them.
var keyLine = regexp.MustCompile(`^["']?([A-Za-z][A-Za-z0-9_-]{0,60}(?: [A-Za-z0-9]{1,30})?)["']?[ \t]*:(.*)$`)

// readBlocks finds the YAML documents in a text. They begin with "---" or with
// a key that X-ARF knows, and end with the first line that is no YAML. A known
// key that stands there a second time begins the next document.
func readBlocks(text string) []block {
	r := reader{text: text}
	at := 0
	for line := range strings.Lines(text) {
		if len(r.blocks) >= maxBlocks {
			break
		}
		r.line(strings.TrimRight(line, " \t\n"), at)
		at += len(line)
	}
	r.end(at)
	return r.blocks
}

// reader reads a subset of YAML: the subset that X-ARF is written in.
type reader struct {
	text   string
	blocks []block
	now    *block
	key    string // the field that was read last
	style  byte   // '|' or '>' while a block scalar is read
	gap    bool   // a blank line stands before this one
}

func (r *reader) line(line string, at int) {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		r.gap = true
		return
	case line == "---" || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "%YAML"):
		r.end(at)
		r.now = &block{fields: map[string]any{}, from: at}
	case line == "...":
		r.end(at)
	case r.now != nil && (line[0] == ' ' || line[0] == '\t' || strings.HasPrefix(line, "- ")):
		r.continued(line, trimmed, at)
	case strings.HasPrefix(trimmed, "#"):
	default:
		r.field(line, at)
	}
	r.gap = false
}

// field reads a line that ought to be a field.
func (r *reader) field(line string, at int) {
	match := keyLine.FindStringSubmatch(line)
	if match == nil || strings.HasPrefix(match[2], "//") { // a URL alone
		r.end(at)
		return
	}
	name, isKnown := match[1], known[strings.ToLower(match[1])]
	if r.now != nil && (isKnown && r.has(name) || r.gap && !isKnown) {
		r.end(at)
	}
	if r.now == nil {
		if !isKnown {
			return
		}
		r.now = &block{fields: map[string]any{}, from: at}
	}
	r.key, r.style = "", 0
	if len(r.now.order) >= maxFields {
		return
	}
	r.key = name
	if !r.has(name) {
		r.now.order = append(r.now.order, name)
	}
	r.now.to = at + len(line)
	r.set(match[2])
}

func (r *reader) has(name string) bool {
	for _, written := range r.now.order {
		if strings.EqualFold(written, name) {
			return true
		}
	}
	return false
}

// set stores what stands behind the colon.
func (r *reader) set(value string) {
	value = strings.TrimSpace(value)
	switch {
	case value == "|" || value == ">" || value == "|-" || value == ">-" || value == "|+" || value == ">+":
		r.style = value[0]
		r.now.fields[r.key] = ""
	case strings.HasPrefix(value, "[") && strings.HasSuffix(value, "]"):
		list := []string{}
		for element := range strings.SplitSeq(value[1:len(value)-1], ",") {
			list = append(list, scalar(element))
		}
		r.now.fields[r.key] = list
	default:
		r.now.fields[r.key] = format.Cut(scalar(value), maxValue)
	}
}

// continued reads a line that belongs to the field before it: an element of a
// list, a line of a long text, or a field of a field.
func (r *reader) continued(line, trimmed string, at int) {
	if r.key == "" {
		return
	}
	r.now.to = at + len(line)
	switch value := r.now.fields[r.key].(type) {
	case []string:
		if element, ok := strings.CutPrefix(trimmed, "- "); ok && len(value) < maxFields {
			r.now.fields[r.key] = append(value, scalar(element))
		}
	case map[string]any:
		if match := keyLine.FindStringSubmatch(trimmed); match != nil && len(value) < maxFields {
			value[match[1]] = scalar(match[2])
		}
	case string:
		r.extend(value, trimmed)
	}
}

func (r *reader) extend(value, trimmed string) {
	element, isElement := strings.CutPrefix(trimmed, "- ")
	match := keyLine.FindStringSubmatch(trimmed)
	switch {
	case r.style == 0 && value == "" && isElement:
		r.now.fields[r.key] = []string{scalar(element)}
	case r.style == 0 && value == "" && match != nil:
		r.now.fields[r.key] = map[string]any{match[1]: scalar(match[2])}
	case len(value)+len(trimmed) >= maxValue:
	case r.style == '|' && value != "":
		r.now.fields[r.key] = value + "\n" + trimmed
	default:
		r.now.fields[r.key] = strings.TrimSpace(value + " " + trimmed)
	}
}

// end keeps the block if it has fields.
func (r *reader) end(at int) {
	if r.now != nil && len(r.now.order) > 0 {
		r.now.to = min(max(r.now.to, r.now.from), at, len(r.text))
		r.blocks = append(r.blocks, *r.now)
	}
	r.now, r.key, r.style = nil, "", 0
}

// scalar reads a value: quotes and comments are YAML's and not the value's.
func scalar(value string) string {
	value = strings.TrimSpace(value)
	for strings.HasPrefix(value, "!!") { // a tag: "!!str 22"
		_, value, _ = strings.Cut(value, " ")
		value = strings.TrimSpace(value)
	}
	switch {
	case strings.HasPrefix(value, `"`):
		return doubleQuoted(value)
	case strings.HasPrefix(value, "'"):
		return singleQuoted(value)
	case value == "~" || value == "null" || strings.HasPrefix(value, "#"):
		return ""
	}
	if comment := strings.Index(value, " #"); comment >= 0 {
		value = value[:comment]
	}
	return strings.TrimSpace(value)
}

func singleQuoted(value string) string {
	var b strings.Builder
	for i := 1; i < len(value); i++ {
		if value[i] == '\'' {
			if i+1 >= len(value) || value[i+1] != '\'' {
				break
			}
			i++
		}
		b.WriteByte(value[i])
	}
	return b.String()
}

// escapes are those of YAML's double quotes that occur.
var escapes = map[byte]byte{'n': '\n', 't': '\t', '"': '"', '\\': '\\', '/': '/'}

func doubleQuoted(value string) string {
	var b strings.Builder
	for i := 1; i < len(value) && value[i] != '"'; i++ {
		if escaped := byte(0); value[i] == '\\' && i+1 < len(value) {
			if escaped = escapes[value[i+1]]; escaped != 0 {
				b.WriteByte(escaped)
				i++
				continue
			}
		}
		b.WriteByte(value[i])
	}
	return b.String()
}
