package imap

import (
	"bytes"
	"strconv"
)

// Limits on one response of a server, outside the bodies we asked for. The
// library keeps such text in memory whatever its length.
const (
	maxResponse = 256 << 10 // a LIST or CAPABILITY line is far below
	maxWord     = 64        // of a token that may introduce a body
	bodySlack   = 1 << 20   // a body may be larger than RFC822.SIZE said: Exchange counts differently
)

// meter follows a server's bytes far enough to tell bodies, which are streamed
// and may be large, from everything else, which the library buffers. It fails
// with errTooMuch when one response costs more than limit, or a body more than
// maxBody, and with errCaps at what the library would read for ever. It tokenises
// as the library does (RFC 9051 section 9), so that both agree on what is a literal.
type meter struct {
	maxBody int64
	limit   int // of one response, bodies aside: maxResponse

	spent   int    // bytes of this response that count
	head    []byte // its first bytes
	kind    responseKind
	depth   int // open parentheses
	quoted  bool
	escaped bool
	word    []byte // token being read, cut at maxWord
	before  []byte // token before the last space
	size    []byte // digits of a literal's size, nil outside "{…}"
	closed  bool   // "}" was read: only CRLF may follow
	literal int64  // bytes of the literal that are still to come

	code         int  // bytes of capabilityCode that the last ones are
	capabilities bool // a list of capabilities is being read
}

type responseKind int

const (
	kindUnknown responseKind = iota
	kindText                 // free text to the line's end: no literal, no quotes
	kindData                 // atoms, quoted strings, literals
)

// maxHead is enough for "* 4294967295 FETCH " and for every status word.
const maxHead = 24

// feed looks at the bytes that came next. It keeps none of them.
func (m *meter) feed(p []byte) error {
	for len(p) > 0 {
		if m.literal > 0 {
			n := min(int64(len(p)), m.literal)
			m.literal -= n
			p = p[n:]
			continue
		}
		if err := m.byte(p[0]); err != nil {
			return err
		}
		p = p[1:]
	}
	return nil
}

func (m *meter) byte(c byte) error {
	m.spent++
	if m.spent > m.limit {
		return errTooMuch
	}
	if len(m.head) < maxHead {
		m.head = append(m.head, c)
	}
	if m.kind == kindUnknown {
		m.decide(c)
	}
	m.inCode(c)
	switch {
	case m.kind == kindData:
		if err := m.data(c); err != nil {
			return err
		}
	case c == '\n':
		m.reset()
	}
	if c == '(' && m.capabilities && !m.quoted {
		return errCaps
	}
	return nil
}

// capabilityCode begins a list of capabilities inside of a status response
// (RFC 9051 section 7.1).
const capabilityCode = "[CAPABILITY"

// inCode follows a list of capabilities that a status response holds. There is no
// parenthesis in such a list, and the library would read one for ever.
func (m *meter) inCode(c byte) {
	switch {
	case m.quoted:
		m.code = 0
	case c == ']':
		m.code, m.capabilities = 0, false
	case bytes.EqualFold([]byte{c}, []byte{capabilityCode[m.code]}):
		m.code++
	case c == '[':
		m.code = 1
	default:
		m.code = 0
	}
	if m.code == len(capabilityCode) {
		m.code, m.capabilities = 0, true
	}
}

// decide looks at a response's first words. Only untagged data may hold
// literals; a status response ends with free text (RFC 9051 section 7).
func (m *meter) decide(c byte) {
	if m.head[0] != '*' {
		m.kind = kindText
		return
	}
	ended := c == ' ' || c == '\r' || c == '\n' || c == '(' || len(m.head) >= maxHead
	if !ended {
		return
	}
	words := bytes.Fields(m.head)
	if len(words) < 2 {
		return
	}
	switch string(bytes.ToUpper(words[1])) {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		m.kind = kindText
	default:
		m.kind = kindData
		m.capabilities = isCapability(bytes.TrimSuffix(words[1], []byte("(")))
	}
}

func isCapability(word []byte) bool { return bytes.EqualFold(word, []byte("CAPABILITY")) }

func (m *meter) data(c byte) error {
	switch {
	case m.escaped:
		m.escaped = false
	case m.quoted:
		return m.inQuotes(c)
	case m.size != nil:
		return m.inSize(c)
	case c == '"':
		m.quoted = true
	case c == '{':
		m.size = []byte{}
	case c == '\n':
		m.reset()
	case c == ' ' || c == '(' || c == ')':
		m.endWord(c)
	case len(m.word) < maxWord:
		m.word = append(m.word, c)
	}
	return nil
}

func (m *meter) endWord(c byte) {
	if m.depth == 0 && isCapability(m.word) && isNumber(bytes.Fields(m.head)[1]) { // the library passes over a number
		m.capabilities = true
	}
	m.before = append(m.before[:0], m.word...)
	m.word = m.word[:0]
	switch c {
	case '(':
		m.depth++
	case ')':
		m.depth--
	}
}

// inQuotes: a quoted string never crosses a line. A server that tries would
// make the library swallow what we believe to be a body.
func (m *meter) inQuotes(c byte) error {
	switch c {
	case '\\':
		m.escaped = true
	case '"':
		m.quoted = false
	case '\r', '\n':
		return errTooMuch
	}
	return nil
}

// inSize reads "{digits}CRLF" and then lets the literal through.
func (m *meter) inSize(c byte) error {
	switch {
	case c >= '0' && c <= '9' && !m.closed && len(m.size) < 19:
		m.size = append(m.size, c)
		return nil
	case c == '}' && !m.closed && len(m.size) > 0:
		m.closed = true
		return nil
	case m.closed && (c == '\r' || c == ' '):
		return nil
	case m.closed && c == '\n':
		return m.open()
	}
	return errTooMuch
}

func (m *meter) open() error {
	n, err := strconv.ParseInt(string(m.size), 10, 64)
	if err != nil {
		return errTooMuch
	}
	m.size, m.closed = nil, false
	m.literal = n
	switch {
	case m.atBody() && n <= m.maxBody:
		return nil
	case n > int64(m.limit-m.spent):
		return errTooMuch
	}
	m.spent += int(n)
	return nil
}

// atBody tells whether the literal is the value of BODY[] or BODY[]<0> in a
// FETCH response: the only one that the library streams and we ask for.
func (m *meter) atBody() bool {
	words := bytes.Fields(bytes.ToUpper(m.head))
	if len(words) < 3 || !isNumber(words[1]) || string(words[2]) != "FETCH" || m.depth != 1 {
		return false
	}
	item := bytes.ToUpper(m.before)
	return bytes.Equal(item, []byte("BODY[]")) || bytes.HasPrefix(item, []byte("BODY[]<"))
}

func isNumber(word []byte) bool {
	return len(bytes.Trim(word, "0123456789")) == 0
}

func (m *meter) reset() {
	m.spent, m.kind, m.depth = 0, kindUnknown, 0
	m.head, m.word, m.before = m.head[:0], m.word[:0], m.before[:0]
	m.quoted, m.escaped, m.size, m.closed = false, false, nil, false
	m.code, m.capabilities = 0, false
}
