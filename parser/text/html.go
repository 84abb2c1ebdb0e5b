// Package text makes plain words of what a mail shows: HTML into lines,
// format=flowed into paragraphs, and tells the sender's own words from quotes,
// signatures and forwarded mail.
//
// Everything is one pass over the text, nothing is loaded, and every list of
// words in other languages is a table, so that a language is added without code.
package text

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Page is what a reader sees of an HTML page.
type Page struct {
	Text  string   // lines ended by LF, quotes with "> ", table cells apart by tabs
	Links []string // every link target and form target in order, each once, hidden ones too; never nil
}

const (
	maxLinks  = 10_000
	maxTarget = 8 << 10 // bytes of one link target
	maxQuotes = 20      // signs of quotation in front of a line
)

// HTML reads a page with the tokenizer alone: a broken page is read as far as
// any, and its cost is linear. Scripts, styles and what the page hides are left
// out of the text; a link stands behind its words when they do not name it.
func HTML(page string) Page {
	w := writer{seen: make(map[string]bool), links: []string{}}
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			w.endLink()
			return Page{Text: strings.TrimSpace(w.out.String()), Links: w.links}
		case html.TextToken:
			if w.hidden.tag == "" && !w.dropping {
				w.words(tokens.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(tokens)
		case html.EndTagToken:
			name, _ := tokens.TagName()
			w.end(string(name))
		}
	}
}

// writer collects the text of a page.
type writer struct {
	out      strings.Builder
	breaks   int  // line breaks owed before the next word
	space    bool // a blank is owed before the next word
	tab      bool // a table cell begins
	pre      int  // inside preformatted text
	quotes   int  // inside quotes
	dropping bool // inside a script or style
	hidden   hidden
	link     string // target of the link being read
	from     int    // where its words begin in out
	links    []string
	seen     map[string]bool
}

// hidden is an element that the page does not show, and how often it is nested
// in itself.
type hidden struct {
	tag   string
	depth int
}

func (w *writer) start(tokens *html.Tokenizer) {
	raw, more := tokens.TagName()
	tag := string(raw)
	attributes := readAttributes(tokens, more)
	if w.hide(tag, attributes) {
		w.note(attributes.target(tag))
		return
	}
	switch atom.Lookup([]byte(tag)) {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Noscript, atom.Template, atom.Object:
		w.dropping = tag == "script" || tag == "style" || tag == "title" || tag == "template"
	case atom.Br:
		w.breaks++
	case atom.A, atom.Area, atom.Form:
		w.startLink(tag, attributes.target(tag))
	case atom.Img:
		if attributes.alt != "" {
			w.words([]byte("[" + attributes.alt + "]"))
		}
	case atom.Li:
		w.line(1)
		w.words([]byte("- "))
	case atom.Td, atom.Th:
		w.tab = w.breaks == 0 && w.out.Len() > 0
	case atom.Pre, atom.Textarea:
		w.pre++
		w.line(1)
	case atom.Blockquote:
		w.line(1)
		w.quotes++
	default:
		w.line(breaksAround[tag])
	}
}

func (w *writer) end(tag string) {
	if w.hidden.tag != "" {
		w.unhide(tag)
		return
	}
	switch tag {
	case "script", "style", "title", "template":
		w.dropping = false
	case "a":
		w.endLink()
	case "pre", "textarea":
		w.pre = max(0, w.pre-1)
		w.line(1)
	case "blockquote":
		w.line(1)
		w.quotes = max(0, w.quotes-1)
	default:
		w.line(breaksAround[tag])
	}
}

// line owes at least n line breaks.
func (w *writer) line(n int) {
	if n > 0 {
		w.breaks = max(w.breaks, n)
	}
}

// breaksAround is how many line breaks part an element from what is around it:
// 1 begins a line, 2 leaves one empty.
var breaksAround = map[string]int{
	"address": 1, "article": 1, "aside": 1, "body": 1, "caption": 1, "center": 1, "dd": 1, "div": 1, "dl": 1, "dt": 1,
	"fieldset": 1, "figure": 1, "footer": 1, "header": 1, "hr": 1, "main": 1, "nav": 1, "ol": 1, "section": 1,
	"table": 1, "tbody": 1, "tr": 1, "ul": 1, "option": 1, "li": 1,
	"h1": 2, "h2": 2, "h3": 2, "h4": 2, "h5": 2, "h6": 2, "p": 2,
}

// words adds text, its white space joined unless it is preformatted.
func (w *writer) words(octets []byte) {
	if w.pre > 0 {
		w.preformatted(string(octets))
		return
	}
	for len(octets) > 0 {
		n := bytes.IndexAny(octets, " \t\r\n\f")
		if n == 0 {
			w.space = true
			octets = octets[1:]
			continue
		}
		if n < 0 {
			n = len(octets)
		}
		w.word(string(octets[:n]))
		octets = octets[n:]
	}
}

func (w *writer) preformatted(text string) {
	for n, line := range strings.Split(strings.ReplaceAll(text, "\r", ""), "\n") {
		if n > 0 {
			w.breaks++
		}
		if line != "" {
			w.word(line)
		}
	}
}

// word writes what is owed and then the word.
func (w *writer) word(word string) {
	word = strings.Map(invisible, word)
	if word == "" {
		return
	}
	switch {
	case w.breaks > 0 && w.out.Len() > 0:
		w.newLines(min(w.breaks, 3))
	case w.out.Len() == 0:
		w.quote()
	case w.tab:
		w.out.WriteByte('\t')
	case w.space:
		w.out.WriteByte(' ')
	}
	w.breaks, w.space, w.tab = 0, false, false
	w.out.WriteString(word)
}

// invisible drops signs that only split words from the eyes of filters, and
// makes ordinary blanks of unbreakable ones.
func invisible(r rune) rune {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', 0:
		return -1
	case '\u00a0', '\u2007', '\u202f':
		return ' '
	}
	return r
}

func (w *writer) newLines(n int) {
	for range n {
		w.out.WriteByte('\n')
	}
	w.quote()
}

func (w *writer) quote() {
	for range min(w.quotes, maxQuotes) {
		w.out.WriteString("> ")
	}
}
