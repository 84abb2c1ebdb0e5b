package mime

import (
	"regexp"
	"strings"
)

// maxInText is how many files are cut out of one text.
const maxInText = 100

// beginLine begins a file that stands in a text (POSIX uuencode).
var beginLine = regexp.MustCompile(`^begin [0-7]{3,4} (\S.{0,250})$`)

// CutFiles takes the uuencoded files out of a text, as programs of old put them
// there. What begins like a file and does not end as one stays text. files is
// nil when there is none.
func CutFiles(text string) (rest string, files []*Part) {
	if !strings.Contains(text, "begin ") || !strings.Contains(text, "\nend") {
		return text, nil
	}
	var b strings.Builder
	for text != "" {
		line, after, _ := strings.Cut(text, "\n")
		if match := beginLine.FindStringSubmatch(strings.TrimRight(line, " \t")); match != nil && len(files) < maxInText {
			if content, behind, ok := cutFile(after); ok {
				files = append(files, NewPart("application/octet-stream", match[1], content))
				text = behind
				continue
			}
		}
		b.WriteString(text[:len(text)-len(after)])
		text = after
	}
	if files == nil {
		return b.String(), nil
	}
	return b.String(), files
}

// cutFile reads the lines of a file up to its end. A line that cannot be one of
// them means that there is no file.
func cutFile(text string) (content []byte, behind string, ok bool) {
	var u uuReader
	u.problems = &Problems{}
	for text != "" {
		line, after, _ := strings.Cut(text, "\n")
		switch {
		case strings.TrimRight(line, " \t") == "end":
			return content, after, len(content) > 0
		case line == "" || line == "`": // a length of nothing, whose blank may be lost
		case !uuLine(line):
			return nil, "", false
		default:
			u.out = nil
			u.decode([]byte(line))
			content = append(content, u.out...)
		}
		text = after
	}
	return nil, "", false
}

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
