package indicator

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner reads one refanged text from front to back. Every byte is looked at
// a bounded number of times.
type scanner struct {
	text  string
	pos   int
	marks []int // where refang undid something, ascending
	out   *collector
	say   wording

	field field // what the header field above, if it is one, lets its folded lines be
	noV6  int   // no IPv6 address begins before this offset
}

// shape says what a run of word bytes is made of.
type shape uint8

const (
	hasDigit  shape = 1 << iota
	hasHex          // a-f
	hasLetter       // g-z
	hasDot
	hasDash
	hasUnder
	hasWide // beyond ASCII
)

func (s *scanner) scan() {
	s.say = wording{out: s.out, last: none}
	s.startLine()
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '\n':
			s.pos++
			s.say.endLine()
			s.startLine()
		case alnum(c) || c >= 0x80 || c == '_':
			s.token()
		case c == ':' && s.colonsHere():
			s.v6(s.pos, s.pos)
		default:
			s.say.mark(s.text, s.pos)
			s.pos++
		}
	}
}

// colonsHere tells whether an address like "::1" begins here.
func (s *scanner) colonsHere() bool {
	return s.pos+2 < len(s.text) && s.text[s.pos+1] == ':' && (s.pos == 0 || !alnum(s.text[s.pos-1]) && s.text[s.pos-1] != ':')
}

// startLine steps over quote marks, and over lines that hold names which look
// like indicators and are none: message identifiers, boundaries, signatures.
func (s *scanner) startLine() {
	folded := s.peek(s.pos) == ' ' || s.peek(s.pos) == '\t'
	for s.pos < len(s.text) && (s.text[s.pos] == '>' || s.text[s.pos] == ' ' || s.text[s.pos] == '\t') {
		s.pos++
	}
	if folded && (s.field == fieldKey || s.field == fieldID && s.peek(s.pos) == '<') {
		s.skipLine()
		return
	}
	if s.field = fieldOf(s.text[s.pos:]); s.field != fieldOther {
		s.skipLine()
	}
}

func (s *scanner) skipLine() {
	if end := strings.IndexByte(s.text[s.pos:], '\n'); end >= 0 {
		s.pos += end
		return
	}
	s.pos = len(s.text)
}

// field is a kind of header field that is not searched.
type field uint8

const (
	fieldOther field = iota
	fieldID          // message identifiers; its folded lines hold some in brackets
	fieldKey         // keys and parameters, its folded lines too
	fieldEdge        // a boundary
)

// fieldOf knows header fields of identifiers and keys, and boundaries.
func fieldOf(line string) field {
	if len(line) < 3 {
		return fieldOther
	}
	switch line[0] | 0x20 {
	case 'm', 'c', 'd', 'a', 'x', 't', 'o':
		for _, name := range [...]string{"message-id:", "content-id:", "resent-message-id:", "original-message-id:", "x-original-message-id:"} {
			if word(line, name) {
				return fieldID
			}
		}
		for _, name := range [...]string{"content-type:", "dkim-signature:", "arc-", "mime-version:", "thread-index:",
			"x-google-dkim-signature:", "x-google-smtp-source:", "x-gm-message-state:"} {
			if word(line, name) {
				return fieldKey
			}
		}
	case 'r':
		return threadField(line, "references:", "resent-message-id:")
	case 'i':
		return threadField(line, "in-reply-to:")
	case '-':
		if boundaryLine(line) {
			return fieldEdge
		}
	}
	return fieldOther
}

// threadField tells the header field from a heading, which has no identifier.
func threadField(line string, names ...string) field {
	for _, name := range names {
		if word(line, name) && strings.HasPrefix(strings.TrimLeft(line[len(name):], " \t\r\n"), "<") {
			return fieldID
		}
	}
	return fieldOther
}

// maxBoundary is "--", the 70 characters of RFC 2046 section 5.1.1, and "--".
const maxBoundary = 74

// boundaryLine tells a MIME boundary from a list item: one word of no name.
func boundaryLine(line string) bool {
	if !strings.HasPrefix(line, "--") || line[2] == ' ' || line[2] == '\r' || line[2] == '\n' {
		return false
	}
	equals := false
	for i := 2; i < len(line) && i < maxBoundary; i++ {
		switch c := line[i]; {
		case c == '\r' || c == '\n':
			return true
		case c == '=' || c == '_':
			equals = true
		case c == ' ' || c == '\t' || c == '/' || (c == '.' || c == ':') && !equals:
			return false
		}
	}
	return len(line) < maxBoundary
}

// token reads the run of word bytes at pos and what it begins.
func (s *scanner) token() {
	start := s.pos
	end, what := s.run(start, len(s.text))
	if end == start {
		s.say.mark(s.text, start)
		_, size := utf8.DecodeRuneInString(s.text[start:])
		s.pos += size
		return
	}
	s.pos = end
	switch next := s.peek(end); {
	case next == ':' && schemeEnds(s.text[end:]) && s.url(start, end):
	case next == ':' && what&^(hasDigit|hasHex) == 0 && end-start <= 4 && start >= s.noV6 && s.v6(start, end):
	case next == '@' && s.email(end):
	default:
		s.name(start, end, what)
		if s.text[end-1] == '.' {
			s.say.sentence()
		}
	}
}

// schemeEnds knows "://" and what people type instead.
func schemeEnds(rest string) bool {
	return strings.HasPrefix(rest, "://") || strings.HasPrefix(rest, `:\\`)
}

// run finds the end of a word before limit: letters, digits, dot, dash and underscore.
func (s *scanner) run(i, limit int) (end int, what shape) {
	text := s.text[:limit]
	for i < len(text) {
		switch c := text[i]; {
		case c-'0' < 10:
			what |= hasDigit
		case c|0x20-'a' < 6:
			what |= hasHex
		case c|0x20-'a' < 26:
			what |= hasLetter
		case c == '.':
			what |= hasDot
		case c == '-':
			what |= hasDash
		case c == '_':
			what |= hasUnder
		case c < 0x80:
			return i, what
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) {
				return i, what
			}
			what |= hasWide
			i += size - 1
		}
		i++
	}
	return i, what
}

// name decides what a run is by what it is made of.
func (s *scanner) name(start, end int, what shape) {
	if from, to := s.trim(start, end); from != start || to != end {
		start, end = from, to
		_, what = s.run(start, end)
	}
	if start >= end {
		return
	}
	if what&^(hasDigit|hasHex) == 0 && what&hasDigit != 0 && s.hash(start, end) {
		return
	}
	switch {
	case what&hasDot != 0 && what&hasDigit != 0 && what&^(hasDigit|hasDot|hasDash) == 0:
		s.v4(start, end)
	case what&hasDot != 0 && s.domain(start, end, what):
	case what&hasDigit != 0 && s.numbered(start, end):
	default:
		s.say.word(s.text[start:end])
	}
}

// trim takes punctuation off both ends of a run. An underscore in front is
// mark-up when one stands behind too, else part of a name like _dmarc.
func (s *scanner) trim(start, end int) (int, int) {
	for start < end && (s.text[start] == '.' || s.text[start] == '-' || s.text[start] == '_' && s.text[end-1] == '_') {
		start++
	}
	for start < end && (s.text[end-1] == '.' || s.text[end-1] == '-' || s.text[end-1] == '_') {
		end--
	}
	return start, end
}

// found records an indicator that stands in the text itself.
func (s *scanner) found(kind, value string, start, end int) {
	i := Indicator{Type: kind, Value: value, Role: s.say.role(kind), Defang: s.defanged(start, end)}
	s.say.hit(s.out.add(i), kind)
}

// defanged tells whether something was undone between start and end. Offsets
// are asked for in ascending order.
func (s *scanner) defanged(start, end int) bool {
	for len(s.marks) > 0 && s.marks[0] < start {
		s.marks = s.marks[1:]
	}
	return len(s.marks) > 0 && s.marks[0] < end
}

// peek gives the byte at i, 0 beyond the end.
func (s *scanner) peek(i int) byte {
	if i < 0 || i >= len(s.text) {
		return 0
	}
	return s.text[i]
}
