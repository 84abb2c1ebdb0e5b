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

	field      field  // what the header field above, if it is one, lets its folded lines be
	noV6       int    // no IPv6 address begins before this offset
	line       int    // where the line begins
	sensor     int    // the line in which a network sensor wrote two ends
	slashed    int    // the line that was asked last whether ports follow a slash in it, and
	ported     bool   // what it said
	versions   int    // the line in which a version stood last
	asked      int    // the line that was asked last whether it is a program's, and
	program    bool   // what it said
	memberFrom int    // where the last name began that is none of a host, and
	fileLine   int    // the line in which a file's name stood last, and
	filePlace  int    // where in it
	member     int    // where the last name ended that is none of a host
	systems    column // of AS numbers, of the table we are in, and
	releases   column // that of versions
	hostLine   int    // the line in which an address stood last, and
	hostPlace  int    // where in it
	plain      int    // no encoded link begins before this offset
	file       int    // where the last name of a file ended
	skipFrom   int    // what stands from here to skipTo is not searched
	skipTo     int
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
	s.say, s.slashed, s.sensor, s.file, s.asked, s.versions, s.member, s.hostLine, s.fileLine = wording{out: s.out, last: none, genuine: genuineReach}, none, none, none, none, none, none, none, none
	s.skipFrom = len(s.text)
	s.startLine()
	for s.pos < len(s.text) {
		if s.pos >= s.skipFrom {
			s.pos, s.skipFrom = max(s.pos, s.skipTo), len(s.text)
			continue
		}
		switch c := s.text[s.pos]; {
		case c == ' ':
			s.pos++
		case c == '\n':
			s.systems.endLine(s.text[s.line:s.pos], s.say.hits)
			s.releases.endLine(s.text[s.line:s.pos], s.say.hits)
			s.pos++
			s.say.endLine()
			s.startLine()
		case alnum(c) || c >= 0x80 || c == '_':
			s.token()
		case c == '"' && s.quoted():
		case c == '%' && hexDigit(s.peek(s.pos+1)) && hexDigit(s.peek(s.pos+2)):
			s.escape()
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
	s.line = s.pos
	folded := s.peek(s.pos) == ' ' || s.peek(s.pos) == '\t'
	for s.pos < len(s.text) && (s.text[s.pos] == '>' || s.text[s.pos] == ' ' || s.text[s.pos] == '\t') {
		s.pos++
	}
	if folded && (s.field == fieldKey || s.field == fieldID && s.peek(s.pos) == '<') {
		s.skipLine()
		return
	}
	switch s.field = fieldOf(s.text[s.pos:]); s.field {
	case fieldOther:
	case fieldRoute:
		s.route()
	default:
		s.skipLine()
	}
}

// route lets of a Received field only its "from" clause be searched (RFC 5321
// section 4.4): the servers that took the mail in are no indicators.
func (s *scanner) route() {
	end := s.foldedEnd(s.pos)
	clause := s.text[s.pos:end]
	from, by := indexWord(clause, "from"), indexWord(clause, "by")
	switch {
	case by < 0:
		return
	case from < 0 || by < from:
		s.skipFrom = s.pos
	default:
		s.skipFrom = s.pos + by
	}
	s.skipTo = end
}

// maxRoute is the longest Received field that is looked at.
const maxRoute = 4096

// foldedEnd finds the line break that ends a header field and its folded lines.
func (s *scanner) foldedEnd(from int) int {
	limit := min(len(s.text), from+maxRoute)
	for i := from; i < limit; i++ {
		if s.text[i] == '\n' && (i+1 >= limit || s.text[i+1] != ' ' && s.text[i+1] != '\t') {
			return i
		}
	}
	return limit
}

// indexWord finds a word of small letters between blanks.
func indexWord(text, w string) int {
	for i := 1; i+len(w) < len(text); i++ {
		if text[i] == w[0] && text[i-1] <= ' ' && text[i+len(w)] <= ' ' && strings.HasPrefix(text[i:], w) {
			return i
		}
	}
	return -1
}

func (s *scanner) skipLine() {
	if end := strings.IndexByte(s.text[s.pos:], '\n'); end >= 0 {
		s.pos += end
		return
	}
	s.pos = len(s.text)
}

// field is a kind of header field that is not searched, or not all of it.
type field uint8

const (
	fieldOther field = iota
	fieldID          // message identifiers; its folded lines hold some in brackets
	fieldKey         // keys and parameters, its folded lines too
	fieldEdge        // a boundary
	fieldRoute       // where a mail came through
)

// Fields of identifiers, and of keys, parameters and what servers and programs
// write for each other.
var (
	idFields  = [...]string{"message-id:", "content-id:", "resent-message-id:", "original-message-id:"}
	keyFields = [...]string{"content-type:", "content-disposition:", "content-location:", "dkim-signature:", "domainkey-signature:", "arc-", "mime-version:", "thread-index:", "thread-topic:",
		"authentication-results:", "received-spf:", "list-", "user-agent:", "feedback-id:", "autocrypt:", "openpgp:", "tls-report", "require-recipient"}
)

// fieldOf knows header fields of identifiers and keys, routes, and boundaries.
func fieldOf(line string) field {
	if len(line) < 3 {
		return fieldOther
	}
	switch line[0] | 0x20 {
	case 'm', 'c', 'd', 'a', 't', 'o', 'l', 'u', 'f':
		return namedField(line)
	case 'x':
		return extraField(line)
	case 'r':
		switch {
		case word(line, "received:"):
			return fieldRoute
		case word(line, "received-spf:"):
			return fieldKey
		case word(line, "resent-message-id:"):
			return fieldID
		}
		return threadField(line, "references:")
	case 'i':
		return threadField(line, "in-reply-to:")
	case '-':
		if boundaryLine(line) {
			return fieldEdge
		}
	}
	return fieldOther
}

func namedField(line string) field {
	for _, name := range idFields {
		if word(line, name) {
			return fieldID
		}
	}
	for _, name := range keyFields {
		if word(line, name) && (name[len(name)-1] == ':' || dashedField(line)) && !injected(line) {
			return fieldKey
		}
	}
	return fieldOther
}

// injected tells a header field that carries an attack: a shell's command, or a
// lookup of Log4j.
func injected(line string) bool {
	line, _, _ = strings.Cut(line[:min(len(line), longestLog)], "\n")
	return strings.Contains(line, "${") || strings.Contains(line, "() {") || strings.Contains(line, "wget ") || strings.Contains(line, "curl ")
}

// maxFieldName is longer than any name of a header field in use.
const maxFieldName = 60

// dashedField tells a line that begins like a header field with a dash in its name.
func dashedField(line string) bool {
	for i := 1; i < len(line) && i < maxFieldName; i++ {
		switch c := line[i]; {
		case c == ':':
			return true
		case !alnum(c) && c != '-' && c != '_':
			return false
		}
	}
	return false
}

// extraField judges a field that is no standard's. Where it names the address
// a mail came from it is searched.
func extraField(line string) field {
	if line[1] != '-' || !dashedField(line) {
		return fieldOther
	}
	name, _, _ := strings.Cut(line[:min(len(line), maxFieldName)], ":")
	name = strings.ToLower(name)
	switch {
	case strings.HasSuffix(name, "message-id"):
		return fieldID
	case strings.HasSuffix(name, "-ip") || strings.Contains(name, "originating") || strings.HasSuffix(name, "-from") || strings.HasSuffix(name, "-url"):
		return fieldOther
	}
	return fieldKey
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
	case next == '/' && end-start < 6 && s.colonless(start, end):
	case next == ':' && what&^(hasDigit|hasHex) == 0 && end-start <= 4 && start >= s.noV6 && s.v6(start, end):
	case next == '@' && s.email(end, 1):
	default:
		s.name(start, end, what)
		if s.text[end-1] == '.' && !strings.HasPrefix(s.text[end:], " [") { // a name in full, as mail servers write it
			s.say.sentence()
		}
	}
}

// schemeEnds knows "://" and what people type instead.
func schemeEnds(rest string) bool {
	return strings.HasPrefix(rest, "://") || strings.HasPrefix(rest, `:\\`)
}

// run finds the end of a word before limit: letters, digits, dot, dash and
// underscore. Where a script without blanks between words meets plain letters
// or digits, a word ends.
func (s *scanner) run(i, limit int) (end int, what shape) {
	text, from, close := s.text[:limit], i, false
	for i < len(text) {
		c := text[i]
		bit := byteShape[c]
		if bit == 0 {
			return i, what
		}
		if bit != hasWide {
			if close && bit&(hasDigit|hasHex|hasLetter) != 0 {
				return i, what
			}
			what |= bit
			close = false
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return i, what
		}
		close = unspaced(r)
		if close && i > from && alnum(text[i-1]) {
			return i, what
		}
		what |= hasWide
		i += size
	}
	return i, what
}

// byteShape says what a byte makes of a run, 0 for what ends it.
var byteShape = func() (table [256]shape) {
	for c := range 256 {
		switch b := byte(c); {
		case digit(b):
			table[c] = hasDigit
		case b|0x20-'a' < 6:
			table[c] = hasHex
		case alnum(b):
			table[c] = hasLetter
		case b == '.':
			table[c] = hasDot
		case b == '-':
			table[c] = hasDash
		case b == '_':
			table[c] = hasUnder
		case b >= 0x80:
			table[c] = hasWide
		}
	}
	return table
}()

// unspaced knows the scripts that put no blank between a word and a name:
// Thai, Japanese, Chinese, Korean.
func unspaced(r rune) bool {
	return r >= 0x0e00 && r < 0x0e80 || r >= 0x3040 && r < 0xa000 || r >= 0xac00 && r < 0xd7b0
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
	case what&hasDot != 0 && s.wildcard(start, end):
	case what&hasDot != 0 && s.sample(start, end):
	case what&hasDot != 0 && s.domain(start, end, what):
	case what&hasDot != 0 && digit(s.text[start]) && s.gluedAddress(start, end):
	case what&(hasDot|hasDash|hasDigit) == hasDot|hasDash|hasDigit && digit(s.text[start]) && s.dashed(start, end):
	case what == hasDigit && s.systems.holds(s.text[s.line:end], start-s.line) && s.system(start, end):
	case what&hasDigit != 0 && s.numbered(start, end):
	default:
		switch s.text[end-1] {
		case 'N', 'n', 'S', 's', 'E', 'e':
			s.systems.name(s.text[start:end], start-s.line, systemName)
			s.releases.name(s.text[start:end], start-s.line, releaseName)
		}
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
	if kind == typeIPv4 {
		s.hostLine, s.hostPlace = s.line, start-s.line
	}
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
