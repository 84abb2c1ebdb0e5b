package mime

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// disposed reads Content-Disposition: of several fields the first counts, and the
// first file name in any of them.
func disposed(p *Part) (disposition, name string) {
	values := p.Header.Values("Content-Disposition")
	for n, value := range values[:min(len(values), maxTypes)] {
		word, params := parseDisposition(bytewise(value))
		if n == 0 {
			disposition = word
		}
		if name == "" {
			name = fileName(params["filename"])
		}
	}
	switch { // RFC 7578: a field of a form is read, a file is attached
	case disposition == "form-data" && name != "":
		disposition = "attachment"
	case disposition == "form-data":
		disposition = ""
	}
	return disposition, name
}

// bytewise makes UTF-8 of a field that is not, byte by byte: what its text is
// nobody knows before the whole mail is there.
func bytewise(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	return decoded([]byte(value), "windows-1252")
}

// masked tells a name that shows another ending than it has: signs that turn the
// direction of writing do that (Unicode Standard Annex 9).
func masked(p *Part) bool {
	_, params := parseDisposition(bytewise(p.Header.Get("Content-Disposition")))
	turns := func(r rune) bool {
		return unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c' // marks of one direction only
	}
	return strings.ContainsFunc(params["filename"], turns) || strings.ContainsFunc(p.Params["name"], turns)
}

// nameRaw reads the names that stand in a header as raw 8-bit text once the whole
// mail is there to tell their charset.
func (p *Part) nameRaw() {
	p.Walk(func(q *Part) bool {
		if name := q.rawName("Content-Disposition", "filename", parseDisposition); name != "" {
			q.Name = name
		} else if name := q.rawName("Content-Type", "name", parseMediaType); name != "" && !q.Header.Has("Content-Disposition") {
			q.Name = name
		}
		return true
	})
}

// rawName is a name in a field that is not UTF-8, "" when there is none.
func (p *Part) rawName(field, param string, parse func(string) (string, map[string]string)) string {
	value := p.Header.Get(field)
	if utf8.ValidString(value) {
		return ""
	}
	line, _ := p.rawLine(value)
	_, params := parse(line)
	return fileName(params[param])
}

const maxFileName = 255 // bytes, as most file systems

// fileName makes a harmless name of what a sender calls a file: no folders, no
// control or direction signs, no more than a file system holds.
func fileName(name string) string {
	name = strings.ReplaceAll(decodeWords(name), `\`, "/")
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, name)
	name = strings.TrimSpace(name)
	if name == "" {
		return ""
	}
	name = path.Base(name)
	if name == "." || name == ".." || name == "/" {
		return ""
	}
	return shorten(name, maxFileName)
}

// shorten cuts a file name in the middle of a sign never, and keeps its ending.
func shorten(name string, most int) string {
	if len(name) <= most {
		return name
	}
	ending := path.Ext(name)
	if len(ending) > 16 {
		ending = ""
	}
	return strings.ToValidUTF8(name[:most-len(ending)], "") + ending
}
