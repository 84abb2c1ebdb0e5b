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
	var block []Field
	total := 0
	end := func() {
		if len(block) > 0 {
			blocks = append(blocks, block)
		}
		block = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		name, value, isField := strings.Cut(line, ":")
		switch {
		case strings.TrimSpace(line) == "":
			end()
		case total >= MaxFields:
			return append(blocks, block), append(faults, "more fields than are read")
		case (line[0] == ' ' || line[0] == '\t') && len(block) > 0:
			block[len(block)-1].fold(strings.TrimSpace(line))
		case !isField || name == "" || strings.ContainsAny(strings.TrimSpace(name), " \t"):
			faults = append(faults, shorten(line))
			total++
		default:
			block = append(block, Field{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
			total++
		}
	}
	end()
	return blocks, faults
}

// maxValue bounds one folded field, so that joining stays linear.
const maxValue = 64 << 10

func (f *Field) fold(more string) {
	if len(f.Value)+len(more) < maxValue {
		f.Value = strings.TrimSpace(f.Value + " " + more)
	}
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
