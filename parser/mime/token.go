package mime

import "strings"

// token is one piece of an address list.
type token struct {
	kind  byte   // one of the kinds below, or the sign itself: , ; : @
	text  string // of a comment or quoted-string what is inside; of an angle what is between its brackets
	raw   string // as written
	glued bool   // no blank stands before it
}

// Kinds of tokens that are no signs.
const (
	kindWord    = 'w'
	kindQuoted  = 'q' // RFC 5322 section 3.2.4
	kindComment = 'c' // section 3.2.2
	kindEncoded = 'e' // RFC 2047
	kindAngle   = '<'
	kindLiteral = '[' // RFC 5321 section 4.1.3
)

// Bounds within which a bracket or quote must find its end to be one.
const (
	maxComment  = 1000
	maxQuoted   = 8 << 10
	maxAngle    = 1024 // directory entries of Exchange are long
	maxAddrSpec = 512  // an address; SMTP allows 256
	maxFailed   = 50   // comments that never end, before brackets are taken for plain signs
)

// lexer cuts an address list into tokens in one pass. A quote or bracket that
// is never closed is an ordinary sign.
type lexer struct {
	text   string
	pos    int
	odd    bool // the number of quotation marks is odd
	failed int
	last   byte // the kind of the token before
	wrong  addressFault
}

func newLexer(text string) *lexer {
	text = strings.TrimSpace(text)
	return &lexer{text: text, odd: (strings.Count(text, `"`)-strings.Count(text, `\"`))%2 != 0}
}

// atEnd tells that nothing but blanks follows.
func (l *lexer) atEnd() bool { return l.pos == len(l.text) }

// next gives the next token; ok is false at the end.
func (l *lexer) next() (t token, ok bool) {
	start := l.pos
	for l.pos < len(l.text) {
		for l.pos < len(l.text) && isBlank(l.text[l.pos]) {
			l.pos++
		}
		glued := l.pos == start && start > 0
		from := l.pos
		if t, ok = l.token(); ok {
			t.glued, t.raw = glued, l.text[from:l.pos]
			l.last = t.kind
			return t, true
		}
	}
	return token{}, false
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// token reads what begins here. ok is false for a stray sign, which is stepped over.
func (l *lexer) token() (t token, ok bool) {
	if l.pos >= len(l.text) {
		return token{}, false
	}
	switch c := l.text[l.pos]; c {
	case ',', ';', ':', '@':
		l.pos++
		return token{kind: c, text: string(c)}, true
	case '"':
		return l.quoted(1)
	case '(':
		return l.comment()
	case '<':
		return l.angle()
	case '[':
		return l.square()
	case '>':
		return l.stray(faultBracket)
	case '\\':
		if strings.HasPrefix(l.text[l.pos:], `\"`) {
			return l.quoted(2)
		}
	case '=':
		if t, ok := l.encoded(); ok {
			return t, true
		}
	}
	return l.word(), true
}

func (l *lexer) stray(fault addressFault) (token, bool) {
	l.pos++
	l.wrong |= fault
	return token{}, false
}

// word reads an atom and whatever else nobody gave a meaning.
func (l *lexer) word() token {
	from := l.pos
	for l.pos++; l.pos < len(l.text); l.pos++ {
		c := l.text[l.pos]
		if isBlank(c) || strings.IndexByte(`,;:@"(<>[`, c) >= 0 || c == '=' && strings.HasPrefix(l.text[l.pos:], "=?") {
			break
		}
	}
	return token{kind: kindWord, text: l.text[from:l.pos]}
}

// quoted reads a quoted-string behind its opening mark of that many bytes: two
// when a program escaped the marks themselves.
func (l *lexer) quoted(opening int) (token, bool) {
	var b strings.Builder
	rest := l.text[l.pos+opening : min(len(l.text), l.pos+maxQuoted)]
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '"' || opening == 2 && strings.HasPrefix(rest[i:], `\"`):
			end := l.pos + opening + i + 1
			if rest[i] == '\\' {
				end++
			}
			if !l.closes(b.String(), end) {
				return l.stray(faultQuote)
			}
			if opening == 2 {
				l.wrong |= faultQuote
			}
			l.pos = end
			return token{kind: kindQuoted, text: b.String()}, true
		case rest[i] == '\\' && i+1 < len(rest):
			i++
			b.WriteByte(rest[i])
		default:
			b.WriteByte(rest[i])
		}
	}
	l.pos += opening - 1
	return l.stray(faultQuote)
}

// closes tells whether the mark before end closes a name. Where marks are
// missing, the next one opens another name: a letter follows it at once.
func (l *lexer) closes(inside string, end int) bool {
	if !l.odd && !strings.Contains(inside, "<") || end >= len(l.text) {
		return true
	}
	return isBlank(l.text[end]) || strings.IndexByte("<,;@.:()>\"\\", l.text[end]) >= 0
}

// comment reads a comment with those nested in it.
func (l *lexer) comment() (token, bool) {
	depth := 0
	rest := l.text[l.pos:min(len(l.text), l.pos+maxComment)]
	for i := 0; i < len(rest) && l.failed < maxFailed; i++ {
		switch rest[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				l.pos += i + 1
				return token{kind: kindComment, text: rest[1:i]}, true
			}
		}
	}
	l.failed++
	return l.stray(faultBracket)
}

// angle reads an address in angle brackets. One that never closes ends where
// the next mailbox begins.
func (l *lexer) angle() (token, bool) {
	rest := l.text[l.pos+1 : min(len(l.text), l.pos+1+maxAngle)]
	if strings.HasPrefix(strings.TrimLeft(rest, " "), "<") {
		return l.stray(faultBracket)
	}
	quoted := false
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '"':
			quoted = !quoted && strings.IndexByte(rest[i+1:], '"') >= 0
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '>':
			l.pos += i + 2
			return token{kind: kindAngle, text: rest[:i]}, true
		case c == '<':
			return l.openAngle(rest[:i]), true
		}
	}
	return l.openAngle(rest), true
}

func (l *lexer) openAngle(rest string) token {
	l.wrong |= faultBracket
	if end := strings.IndexAny(rest, ",;"); end >= 0 {
		rest = rest[:end]
	}
	l.pos += 1 + len(rest)
	return token{kind: kindAngle, text: rest}
}

// square reads a domain literal, and an address in square brackets as old
// clients quote it: "Ana [mailto:ana@example.org]".
func (l *lexer) square() (token, bool) {
	rest := l.text[l.pos:min(len(l.text), l.pos+maxAddrSpec)]
	end := strings.IndexByte(rest, ']')
	switch {
	case end < 0:
	case l.last == '@':
		l.pos += end + 1
		return token{kind: kindLiteral, text: rest[:end+1]}, true
	case strings.Contains(rest[:end], "@") && !strings.ContainsAny(rest[:end], "<>"):
		l.pos += end + 1
		l.wrong |= faultMailto
		return token{kind: kindAngle, text: rest[1:end]}, true
	}
	return l.word(), true
}

// encoded reads an encoded word; what stands in it separates nothing. One
// without an end is one up to the next sign that does.
func (l *lexer) encoded() (token, bool) {
	rest := l.text[l.pos:]
	if !strings.HasPrefix(rest, "=?") {
		return token{}, false
	}
	found, length, ok := parseWord(rest)
	if !ok {
		return token{}, false
	}
	if found.wrong&faultCut != 0 {
		if end := strings.IndexAny(rest[:length], " \t,;<\"@"); end > 0 {
			length = end
		}
	}
	l.pos += length
	return token{kind: kindEncoded, text: rest[:length]}, true
}
