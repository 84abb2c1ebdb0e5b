package format

import "strings"

// Field is one field of a header-like block, as machine-readable report parts
// are made of (RFC 3464 section 2.1, RFC 5965 section 3).
type Field struct{ Name, Value string }

// Limits on one part of fields: a report about ten thousand recipients is
// no report that a person sends.
const (
	MaxFields = 20_000
	MaxBlock  = 4 << 20 // bytes of a part of fields that are read
)

// ReadFields reads blocks of fields, which blank lines separate, from text with
// LF line ends. Folded lines are joined by one blank. A line that is no field
// is added to faults and stepped over. Blocks without a field are left out.
func ReadFields(text string) (blocks [][]Field, faults []string) {
	var r fieldReader
	for line := range strings.Lines(text) {
		if len(r.faults)+len(r.block)+r.done >= MaxFields {
			r.faults = append(r.faults, "more fields than are read")
			break
		}
		r.line(strings.TrimRight(line, "\r\n"))
	}
	r.endBlock()
	return r.blocks, r.faults
}

// fieldReader keeps what was read so far. The value of the last field grows in
// a builder, so that folding stays linear.
type fieldReader struct {
	blocks [][]Field
	block  []Field
	value  strings.Builder
	faults []string
	done   int // fields in blocks
}

func (r *fieldReader) line(line string) {
	name, value, isField := strings.Cut(line, ":")
	switch {
	case strings.TrimSpace(line) == "":
		r.endBlock()
	case (line[0] == ' ' || line[0] == '\t') && len(r.block) > 0:
		r.fold(strings.TrimSpace(line))
	case !isField || strings.TrimSpace(name) == "" || strings.ContainsAny(strings.TrimSpace(name), " \t"):
		r.faults = append(r.faults, shorten(line))
	default:
		r.endField()
		r.block = append(r.block, Field{Name: strings.TrimSpace(name)})
		r.value.WriteString(strings.TrimSpace(value))
	}
}

// maxValue bounds one folded field.
const maxValue = 64 << 10

func (r *fieldReader) fold(more string) {
	if r.value.Len()+len(more) >= maxValue {
		return
	}
	if r.value.Len() > 0 {
		r.value.WriteByte(' ')
	}
	r.value.WriteString(more)
}

func (r *fieldReader) endField() {
	if len(r.block) > 0 {
		r.block[len(r.block)-1].Value = r.value.String()
	}
	r.value.Reset()
}

func (r *fieldReader) endBlock() {
	r.endField()
	if len(r.block) > 0 {
		r.blocks = append(r.blocks, r.block)
		r.done += len(r.block)
	}
	r.block = nil
}

// Is tells whether the field has that name, in any case.
func (f Field) Is(name string) bool { return strings.EqualFold(f.Name, name) }

// shorten cuts a faulty line for people.
func shorten(line string) string {
	const enough = 80
	if len(line) <= enough {
		return line
	}
	return strings.ToValidUTF8(line[:enough], "") + "…"
}
