// Package text makes plain words of what a mail shows: HTML into lines,
// format=flowed into paragraphs, and tells the sender's own words from quotes,
// signatures, footers, gateways' warnings and forwarded mail.
//
// Everything is one pass over the text, nothing is loaded, and every list of
// words in other languages is a table, so that a language is added without code.
package text

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Page is what a reader sees of an HTML page.
type Page struct {
	// Text has lines ended by LF, quotes with "> ", table cells apart by tabs. Marks
	// before lines keep what the page's structure says; New reads and Readable removes them.
	Text  string
	Links []string // every target in order, each once, hidden ones too; never nil
	Shown []Shown  // the links whose words could name another place
}

// Shown is a link as its reader meets it.
type Shown struct{ Words, Target string }

const (
	maxLinks  = 10_000
	maxTarget = 8 << 10 // bytes of one link target
	maxShown  = 300     // bytes of the words of a link
	maxQuotes = 20      // signs of quotation in front of a line
	maxLists  = 10      // lists in each other that are indented
)

// Reader reads pages in one way.
type Reader struct {
	Unwrap func(link string) string // gives the link that a gateway wrapped; nil leaves all as they are
}

// HTML reads a page with the tokenizer alone: a broken page is read as far as
// any, and its cost is linear. Scripts, styles and what the page hides are left
// out of the text; a link stands behind its words when they do not name it.
func (r Reader) HTML(page string) Page {
	w := writer{seen: make(map[string]bool), links: []string{}, unwrap: r.Unwrap, row: noRow}
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			w.endLink()
			return Page{Text: strings.TrimSpace(w.out.String()), Links: w.links, Shown: w.shown}
		case html.TextToken:
			if w.hidden.tag == "" && w.dropping == "" {
				w.words(string(tokens.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(tokens)
		case html.EndTagToken:
			name, _ := tokens.TagName()
			w.end(atom.String(name))
		}
	}
}

// writer collects the text of a page.
type writer struct {
	out      strings.Builder
	breaks   int    // line breaks owed before the next word
	space    bool   // a blank is owed before the next word
	tab      bool   // a table cell begins
	glued    bool   // a cell or item began: its first block begins no line
	pre      int    // inside preformatted text
	quotes   int    // inside quotes
	indents  []bool // the open block quotes: true for one that only indents
	lists    []int  // the open lists: the number of the last item, -1 without numbers
	dropping string // the element whose text nobody sees
	hidden   hidden
	zones    []zone
	lines    int // line breaks written
	row      int // line on which the table row began
	base     string
	unwrap   func(string) string
	link     string // target of the link being read
	from     int    // where its words begin in out
	links    []string
	shown    []Shown
	seen     map[string]bool
}

// noRow says that nothing of a table row was written yet.
const noRow = -1

// line owes at least n line breaks.
func (w *writer) line(n int) {
	if n > 0 && !w.glued {
		w.breaks = max(w.breaks, n)
	}
}

// words adds text, its white space joined unless it is preformatted.
func (w *writer) words(text string) {
	if w.pre > 0 {
		w.preformatted(text)
		return
	}
	text = strings.ReplaceAll(text, "\u00a0", " ")
	for n := 0; n < len(text); {
		if isBlank(text[n]) {
			w.space = true
			n++
			continue
		}
		from := n
		for n < len(text) && !isBlank(text[n]) {
			n++
		}
		w.word(text[from:n])
	}
}

// isBlank tells the white space of HTML.
func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' }

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
	if !printable(word) {
		word = strings.Map(visible, word)
		if strings.Trim(word, "\u200c\u200d\u200e\u200f") == "" {
			return
		}
	}
	switch {
	case w.out.Len() == 0:
		w.quote()
	case w.breaks > 0:
		w.newLines(min(w.breaks, 3))
	case w.tab:
		w.out.WriteByte('\t')
	case w.space:
		w.out.WriteByte(' ')
	}
	if w.row == noRow {
		w.row = w.lines
	}
	w.breaks, w.space, w.tab, w.glued = 0, false, false, false
	w.out.WriteString(word)
}

// printable tells words that are seen as they stand.
func printable(word string) bool {
	for n := range len(word) {
		if word[n] < ' ' || word[n] >= 0x7f {
			return false
		}
	}
	return word != ""
}

// visible drops signs that only split words from the eyes of filters, and makes
// ordinary blanks of unbreakable ones.
func visible(r rune) rune {
	switch {
	case control(r) || unseen(r):
		return -1
	case r == '\u00a0' || r == '\u2007' || r == '\u202f':
		return ' '
	}
	return r
}

func (w *writer) newLines(n int) {
	for range n {
		w.out.WriteByte('\n')
	}
	w.lines += n
	w.quote()
}

// quote begins a line with what its place says about it.
func (w *writer) quote() {
	if m := w.mark(); m != markNone && w.quotes == 0 {
		w.out.WriteByte(byte(m))
	}
	for range min(w.quotes, maxQuotes) {
		w.out.WriteString("> ")
	}
}
