package smime

// Limits on one CMS structure. The decoder below us calls itself for each level
// and makes an object of each element; a stranger chooses both.
const (
	maxDepth    = 32       // levels; a signature with its certificates has some 12
	maxElements = 200_000  // elements; a stream of 30 MB in pieces of 1 kB has 30,000
	maxMessage  = 32 << 20 // bytes of one structure, which is held in memory several times
)

// sound tells whether the bytes are one BER element (X.690 section 8) whose
// elements lie inside each other, within the limits. Bytes behind it are allowed.
// It decodes nothing and keeps nothing but the ends of the open levels.
func sound(ber []byte) bool {
	if len(ber) == 0 || len(ber) > maxMessage {
		return false
	}
	_, ok := behind(ber, 0)
	return ok
}

// behind is where the element that begins at a place ends with all that is in it.
func behind(ber []byte, at int) (end int, ok bool) {
	ends := make([]int, 0, maxDepth) // of the levels that are open; unknown is -1
	for range maxElements {
		element, ok := readElement(ber, at)
		if !ok || !fits(ends, element.end) {
			return 0, false
		}
		switch {
		case !element.constructed:
			at = element.end
		case len(ends) == maxDepth:
			return 0, false
		default:
			ends, at = append(ends, element.end), element.content
		}
		if ends, at, ok = closeLevels(ber, ends, at); !ok || len(ends) == 0 {
			return at, ok
		}
	}
	return 0, false
}

// node is one element with its content, without the zero bytes behind one of indefinite length.
type node struct {
	tag       byte
	raw, body []byte
}

// elements splits the content of one level of a sound structure.
func elements(content []byte) (list []node) {
	for at := 0; at < len(content); {
		e, ok := readElement(content, at)
		next, closed := behind(content, at)
		if !ok || !closed || next <= at {
			return nil
		}
		end := next
		if e.end == unknown {
			end -= 2
		}
		list = append(list, node{tag: content[at], raw: content[at:next], body: content[e.content:end]})
		at = next
	}
	return list
}

// octets joins an octet string that may stand in pieces (X.690 section 8.7).
func octets(n node) []byte {
	if n.tag&0x20 == 0 {
		return n.body
	}
	return n.join(nil)
}

func (n node) join(all []byte) []byte {
	if n.tag&0x20 == 0 {
		return append(all, n.body...)
	}
	for _, piece := range elements(n.body) {
		all = piece.join(all)
	}
	return all
}

const unknown = -1

// element is where one element has its content. The end is unknown where the
// length is indefinite.
type element struct {
	constructed  bool
	content, end int
}

func readElement(ber []byte, at int) (e element, ok bool) {
	if at+2 > len(ber) {
		return element{}, false
	}
	e.constructed = ber[at]&0x20 != 0
	long := ber[at]&0x1f == 0x1f
	at++
	for long && at < len(ber) && ber[at] >= 0x80 {
		at++
	}
	if long {
		at++
	}
	length, at, ok := readLength(ber, at)
	if !ok || length == unknown && !e.constructed {
		return element{}, false
	}
	e.content, e.end = at, unknown
	if length != unknown {
		e.end = at + length
	}
	return e, e.end <= len(ber)
}

// readLength reads one length in up to four bytes.
func readLength(ber []byte, at int) (length, next int, ok bool) {
	if at >= len(ber) {
		return 0, 0, false
	}
	first := ber[at]
	at++
	switch {
	case first < 0x80:
		return int(first), at, true
	case first == 0x80:
		return unknown, at, true
	}
	bytes := int(first & 0x7f)
	if bytes > 4 || at+bytes > len(ber) {
		return 0, 0, false
	}
	for _, b := range ber[at : at+bytes] {
		length = length<<8 | int(b)
	}
	return length, at + bytes, true
}

// fits tells whether an element that ends there lies inside the innermost level
// whose end is known.
func fits(ends []int, end int) bool {
	for i := len(ends) - 1; i >= 0 && end != unknown; i-- {
		if ends[i] != unknown {
			return end <= ends[i]
		}
	}
	return true
}

// closeLevels leaves the levels that end here: by their length, or by two zero
// bytes where the length is indefinite.
func closeLevels(ber []byte, ends []int, at int) ([]int, int, bool) {
	for len(ends) > 0 {
		end := ends[len(ends)-1]
		switch {
		case end == unknown && at+2 <= len(ber) && ber[at] == 0 && ber[at+1] == 0:
			at += 2
		case end == unknown && at+2 > len(ber):
			return nil, 0, false
		case end == unknown || at < end:
			return ends, at, true
		}
		ends = ends[:len(ends)-1]
	}
	return ends, at, true
}

// Object identifiers of what a structure is (RFC 5652 sections 5.1 and 6.1, RFC
// 5083 section 2.1), as they stand in the bytes.
const (
	envelopedData     = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	authEnvelopedData = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
)

// contentType is the identifier at the beginning of a sound structure.
func contentType(ber []byte) string {
	outer, ok := readElement(ber, 0)
	if !ok || !outer.constructed {
		return ""
	}
	oid, ok := readElement(ber, outer.content)
	if !ok || oid.constructed || ber[outer.content] != 0x06 {
		return ""
	}
	return string(ber[oid.content:oid.end])
}
