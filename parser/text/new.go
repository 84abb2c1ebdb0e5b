package text

import "strings"

// New gives the sender's own words: without quoted earlier mail and the lines
// that introduce it, without what was forwarded, without signature and footers,
// without what a gateway wrote above them. It is "" when there are none. Words
// between and below quotes stay, so that an answer point by point is kept whole.
//
// Its lines are lines of the body, in their order, the first ones without the
// tags that a gateway set before them. In doubt a line stays: words that are lost
// are worse than a signature that is shown. A raw header that the sender shows
// stays as well; see Prose. The body may hold the marks that HTML leaves; see
// Readable.
func New(body string) string { return newSheet(body).classify(false) }

// Reply is New for a mail whose header says that it answers another one: there
// a line beginning with ">" is always a quote, elsewhere it may be the prompt of
// a terminal or a line of a log.
func Reply(body string) string { return newSheet(body).classify(true) }

// Prose is a new text without the raw headers that it shows: whoever wrote those,
// their words say nothing about the sender's.
func Prose(words string) string {
	if !strings.Contains(words, "eceived:") && !strings.Contains(words, "eturn-") && !strings.Contains(words, "From:") {
		return words
	}
	s := newSheet(words)
	s.headers()
	for n := range s.lines {
		if s.lines[n].kind == pasted {
			s.lines[n].kind = quoted
		}
	}
	return s.own()
}

// kind is what a line of a mail is.
type kind uint8

const (
	own          kind = iota
	quoted            // earlier mail
	introduction      // the line above it, or the head of a mail quoted whole
	signature         // the sender's, or what his telephone adds
	footer            // legal notices, lists, virus checkers
	warning           // a gateway's banner
	armour            // of a clear signature
	pasted            // the raw header of a mail that the sender shows
)

// line is one line and what is known about it.
type line struct {
	raw  string // without the mark
	mark mark
	kind kind
}

// sheet is a mail as lines. plain holds them as they are compared; see fold.
type sheet struct {
	lines []line
	plain []string
	heads headSearch

	first        int  // the first line with words; see next
	settled      int  // no line above has words of the sender; see alone
	attributions int  // lines that were tried
	answer       bool // the header says that the mail answers another one
}

func newSheet(body string) *sheet {
	raw := strings.Split(body, "\n")
	s := &sheet{lines: make([]line, len(raw)), plain: make([]string, len(raw))}
	for n, words := range raw {
		m, words := cutMark(strings.TrimSuffix(words, "\r"))
		s.lines[n] = line{raw: words, mark: m}
		s.plain[n] = fold(words)
	}
	s.first = s.next(0)
	return s
}

// classify says of every line what it is, and gives the sender's.
func (s *sheet) classify(answer bool) string {
	s.answer = answer
	s.banners()
	s.armour()
	s.quotes(answer)
	s.headers()
	s.deskEntries()
	s.introductions()
	s.signatures()
	return s.own()
}

// own joins the sender's lines, without blank ones at the ends and never two of
// them in a row.
func (s *sheet) own() string {
	var b strings.Builder
	b.Grow(s.ownSize())
	blank := false
	for n, l := range s.lines {
		switch {
		case l.kind != own && l.kind != pasted:
		case s.plain[n] == "":
			blank = b.Len() > 0
		default:
			if blank {
				b.WriteByte('\n')
			}
			blank = false
			b.WriteString(strings.TrimRight(l.raw, " \t\u00a0"))
			b.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// ownSize is how many bytes the sender's lines have, blanks at their ends too.
func (s *sheet) ownSize() (n int) {
	for _, l := range s.lines {
		if l.kind == own || l.kind == pasted {
			n += len(l.raw) + 1
		}
	}
	return n
}

// set gives the lines from up to before to a kind, those that are the sender's
// so far.
func (s *sheet) set(from, to int, k kind) {
	for n := from; n < to; n++ {
		if s.lines[n].kind == own {
			s.lines[n].kind = k
		}
	}
}

// next is the first line from n on that is not blank, len(lines) when there is none.
func (s *sheet) next(n int) int {
	for n < len(s.lines) && s.plain[n] == "" {
		n++
	}
	return n
}

// near is how many blank lines may stand between a line that introduces a quote
// and the quote.
const near = 4

// quotedBelow tells whether the next line with words is a marked quote.
func (s *sheet) quotedBelow(n int) bool {
	for next := n; next < len(s.lines) && next <= n+near; next++ {
		if s.plain[next] != "" {
			return s.lines[next].kind == quoted
		}
	}
	return false
}

// armour takes out the lines that OpenPGP sets around a clear-signed text
// (RFC 9580 section 7), which stay where a signature could not be checked.
func (s *sheet) armour() {
	for n := 0; n < len(s.lines); n++ {
		switch s.plain[n] {
		case "-----begin pgp signed message-----":
			for ; n < len(s.lines) && s.plain[n] != ""; n++ {
				s.lines[n].kind = armour
			}
		case "-----begin pgp signature-----":
			for ; n < len(s.lines) && s.plain[n] != "-----end pgp signature-----"; n++ {
				s.lines[n].kind = armour
			}
			if n < len(s.lines) {
				s.lines[n].kind = armour
			}
		}
	}
}
