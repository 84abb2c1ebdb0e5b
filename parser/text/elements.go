package text

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// start reads a start tag.
func (w *writer) start(tokens *html.Tokenizer) {
	name, more := tokens.TagName()
	tag := atom.String(name)
	a := readAttributes(tokens, more)
	if tag == "noscript" {
		tokens.NextIsNotRawText() // mail programs run no scripts: this is what they show
	}
	w.notes(tag, a)
	if w.dropping != "" || w.hide(tag, a) {
		return
	}
	w.enter(tag, a)
	switch tag {
	case "script", "style", "title", "template", "xml", "iframe", "noembed", "noframes", "svg":
		w.dropping = tag
	case "br":
		w.breaks, w.glued = w.breaks+1, false
	case "a":
		w.startLink(w.target(a.href))
	case "img":
		w.words(picture(a.alt))
	case "input":
		if a.kind == "submit" || a.kind == "button" {
			w.space = true
			w.words(picture(a.value))
			w.space = true
		}
	case "ul", "ol", "menu", "dir":
		w.line(1)
		w.openList(tag)
	case "li":
		w.item()
	case "tr":
		w.line(1)
		w.row = noRow
	case "td", "th":
		w.cell()
	case "pre", "textarea", "listing", "xmp":
		w.pre++
		w.line(1)
	case "blockquote":
		w.line(1)
		w.indents = append(w.indents, a.indents)
		if !a.indents {
			w.quotes++
		}
	default:
		w.line(breaksAround[tag])
	}
}

func (w *writer) end(tag string) {
	switch {
	case w.dropping != "":
		if tag == w.dropping {
			w.dropping = ""
		}
		return
	case w.hidden.tag != "":
		w.unhide(tag)
		return
	}
	switch tag {
	case "a":
		w.endLink()
	case "ul", "ol", "menu", "dir":
		w.glued = false
		w.line(1)
		w.lists = w.lists[:max(0, len(w.lists)-1)]
	case "pre", "textarea", "listing", "xmp":
		w.pre = max(0, w.pre-1)
		w.line(1)
	case "blockquote":
		w.line(1)
		w.endQuote()
	case "tr":
		w.glued = false
		w.line(1)
	case "li", "td", "th":
		w.glued = false
		if tag == "li" || w.row == w.lines {
			w.breaks = min(w.breaks, 1) // paragraphs in it leave no line empty
		}
	default:
		w.line(breaksAround[tag])
	}
	w.leave(tag)
}

func (w *writer) endQuote() {
	last := len(w.indents) - 1
	if last < 0 {
		return
	}
	if !w.indents[last] {
		w.quotes--
	}
	w.indents = w.indents[:last]
}

// breaksAround is how many line breaks part an element from what is around it:
// 1 begins a line, 2 leaves one empty.
var breaksAround = map[string]int{
	"address": 1, "article": 1, "aside": 1, "body": 1, "caption": 1, "center": 1, "dd": 1, "div": 1, "dl": 1, "dt": 1,
	"fieldset": 1, "figure": 1, "figcaption": 1, "footer": 1, "form": 1, "header": 1, "hr": 1, "main": 1, "nav": 1, "section": 1, "legend": 1, "details": 1, "summary": 1,
	"table": 1, "tbody": 1, "thead": 1, "tfoot": 1, "option": 1, "area": 1, "signature": 1,
	"h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 2, "h6": 2, "p": 2,
}

func (w *writer) openList(tag string) {
	first := -1
	if tag == "ol" {
		first = 0
	}
	w.lists = append(w.lists, first)
}

// item begins an item of a list with its number or a dash.
func (w *writer) item() {
	w.glued = false
	w.line(1)
	mark, depth := "-", len(w.lists)
	if depth > 0 && w.lists[depth-1] >= 0 {
		w.lists[depth-1]++
		mark = strconv.Itoa(w.lists[depth-1]) + "."
	}
	if depth > 1 {
		mark = strings.Repeat("  ", min(depth, maxLists)-1) + mark
	}
	w.word(mark)
	w.space, w.glued = true, true
}

// cell begins a table cell: behind a tab while its row is one line.
func (w *writer) cell() {
	w.glued = false
	if w.row == w.lines && w.out.Len() > 0 {
		w.breaks, w.tab, w.glued = 0, true, true
		return
	}
	w.tab = w.breaks == 0 && w.out.Len() > 0 && w.row != noRow
	w.glued = w.row == noRow && w.breaks > 0
}

// picture is how the words of a picture or a button are shown. A picture of a
// face is a sign like others.
func picture(words string) string {
	words = strings.TrimSpace(words)
	if words == "" || len(words) <= 16 && !strings.ContainsFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r < 0x80 }) {
		return words
	}
	return "[" + words + "]"
}
