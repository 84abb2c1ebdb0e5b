package mime

import (
	"regexp"
	"strings"
)

// maxInText is how many files are cut out of one text.
const maxInText = 100

// fullLines is how many full lines show that a file without end is one: 60 signs
// without a small letter behind an "M" are no words, least of all twice.
const fullLines = 2

// beginLine begins a file that stands in a text (POSIX uuencode).
var beginLine = regexp.MustCompile(`^begin [0-7]{3,4} (\S.{0,250})$`)

// CutFiles takes the uuencoded files out of a text, as programs of old put them
// there. A file whose end was lost on the way counts when enough of its lines are
// there; what only begins like one stays text. files is nil when there is none.
func CutFiles(text string) (rest string, files []*Part, found []Problem) {
	if !strings.Contains(text, "begin ") {
		return text, nil, nil
	}
	var b strings.Builder
	var told Problems
	for text != "" {
		line, after, _ := strings.Cut(text, "\n")
		if name := beganName(line); name != "" && len(files) < maxInText {
			if file, ok := cutFile(after); ok {
				files = append(files, NewPart("application/octet-stream", name, file.content))
				text = file.behind
				told.Add(file.told.List()...)
				continue
			}
		}
		b.WriteString(text[:len(text)-len(after)])
		text = after
	}
	return b.String(), files, told.List()
}

// beganName is the name in the line that begins a file, "" when the line begins none.
func beganName(line string) string {
	if !strings.HasPrefix(line, "begin ") {
		return ""
	}
	match := beginLine.FindStringSubmatch(strings.TrimRight(line, " \t"))
	if match == nil {
		return ""
	}
	return match[1]
}

// inText is a file found in a text.
type inText struct {
	content []byte
	behind  string // the text behind it
	full    int    // full lines
	told    Problems
}

// cutFile reads the lines of a file up to its end, or to the first one that
// cannot be one of them and does not stand between full ones. ok is false when
// what stands there is no file.
func cutFile(text string) (file inText, ok bool) {
	var u uuReader
	u.problems = &file.told
	for text != "" {
		line, after, more := strings.Cut(text, "\n")
		switch {
		case strings.TrimRight(line, " \t") == "end":
			file.behind = after
			return file, len(file.content) > 0
		case line == "" || line == "`": // a length of nothing, whose blank may be lost
		case uuLine(line), fullLine(line) && file.full > 0 && (!more || fullLine(after)): // the last may be cut, one between others damaged
			if len(line) == uuWidth && uuLine(line) {
				file.full++
			}
			u.out = nil
			u.decode([]byte(line))
			file.content = append(file.content, u.out...)
		default:
			return file.unended(text)
		}
		text = after
	}
	return file.unended("")
}

// unended ends a file where its lines end and no line says so.
func (f inText) unended(behind string) (inText, bool) {
	f.behind = behind
	f.told.Tell(CodeBrokenEncoding, "An uuencoded file in the text has no end; what could be read was kept.")
	return f, f.full >= fullLines
}

// uuWidth is the length of a full line: 45 bytes, and the sign that says so.
const uuWidth = 61

// fullLine tells what begins like a full line.
func fullLine(text string) bool { return strings.HasPrefix(text, "M") }

// uuLine tells a line whose length is what its first sign says, blanks at its
// end left out or not.
func uuLine(line string) bool {
	n := int(line[0]-' ') & 63
	need := (n+2)/3*4 + 1
	if line[0] < ' ' || line[0] > '`' || len(line) > need+2 || len(line) < need-4 {
		return false
	}
	for i := range len(line) {
		if line[i] < ' ' || line[i] > '`' {
			return false
		}
	}
	return true
}
