package outlook

import (
	"encoding/binary"
)

// tnefSignature begins every TNEF stream (MS-OXTNEF section 2.1.3.1).
var tnefSignature = []byte{0x78, 0x9f, 0x3e, 0x22}

// The attributes of a TNEF stream that matter (MS-OXTNEF section 2.1.3.3.1).
const (
	attSubject        = 0x00018004
	attBody           = 0x0002800c
	attMessageID      = 0x00018009
	attMessageProps   = 0x00069003
	attRecipients     = 0x00069004
	attCodepage       = 0x00069007
	attAttachRender   = 0x00069002 // begins an attachment
	attAttachTitle    = 0x00018010
	attAttachData     = 0x0006800f
	attAttachProps    = 0x00069005
	attAttachFileName = 0x00069001
)

// tnefReader reads one stream.
type tnefReader struct {
	message *message
	depth   int
	whole   bool // nothing was wrong so far
}

// readTNEF reads a stream as far as it can be read. depth is how many messages
// may be nested in it. whole is false when something was damaged.
func readTNEF(data []byte, depth int) (m *message, whole bool) {
	r := &tnefReader{message: newMessage(), depth: depth, whole: true}
	c := &cursor{data: data}
	c.take(4 + 2) // signature and key
	for c.left() > 0 && r.whole {
		level, attribute, length := c.byte(), c.uint32(), c.uint32()
		content := c.take(int64(length))
		c.take(2) // checksum
		r.whole = !c.short && level <= 2
		r.attribute(attribute, content)
	}
	r.message.inherit()
	return r.message, r.whole
}

// attribute takes one attribute of the stream.
func (r *tnefReader) attribute(attribute uint32, content []byte) {
	m := r.message
	switch attribute {
	case attCodepage:
		if len(content) >= 4 {
			m.props.codepage = binary.LittleEndian.Uint32(content)
		}
	case attSubject:
		m.props.set(tagSubject, value{kindString8, content})
	case attMessageID:
		m.props.set(tagMessageID, value{kindString8, content})
	case attBody:
		m.props.set(tagBody, value{kindString8, content})
	case attMessageProps:
		r.properties(&cursor{data: content}, m.props, nil)
	case attRecipients:
		r.recipients(&cursor{data: content})
	case attAttachRender:
		m.attachments = append(m.attachments, &attachment{props: newBag()})
	case attAttachTitle, attAttachFileName:
		if a := m.last(); a != nil {
			a.props.set(tagAttachFileName, value{kindString8, content})
		}
	case attAttachData:
		if a := m.last(); a != nil {
			a.props.set(tagAttachData, value{kindBinary, content})
		}
	case attAttachProps:
		if a := m.last(); a != nil {
			r.properties(&cursor{data: content}, a.props, a)
		}
	}
}

// recipients reads rows of properties.
func (r *tnefReader) recipients(c *cursor) {
	for range min(c.uint32(), maxPeople) {
		row := newBag()
		if r.properties(c, row, nil); c.short {
			return
		}
		r.message.recipients = append(r.message.recipients, row)
	}
}

// properties reads a block of them (MS-OXTNEF section 2.1.3.4). The object of an
// attachment is the message attached.
func (r *tnefReader) properties(c *cursor, into bag, of *attachment) {
	for range min(c.uint32(), maxProps) {
		kind, id := c.uint16(), c.uint16()
		if id >= 0x8000 {
			c.name()
		}
		v := value{kind, c.value(kind)}
		if c.short {
			r.whole = false
			return
		}
		if kind == kindObject && of != nil && tag(id) == tagAttachData {
			r.attached(of, v.data)
			continue
		}
		into.set(tag(id), v)
	}
}

// attached reads the message that an attachment is: a stream behind the
// identifier of its interface.
func (r *tnefReader) attached(of *attachment, data []byte) {
	const identifier = 16
	if len(data) < identifier+len(tnefSignature) || string(data[identifier:identifier+len(tnefSignature)]) != string(tnefSignature) {
		if len(data) > identifier {
			of.props.set(tagAttachData, value{kindBinary, data[identifier:]})
		}
		return
	}
	if r.depth <= 0 {
		r.whole = false
		return
	}
	inner, whole := readTNEF(data[identifier:], r.depth-1)
	of.message = inner
	r.whole = r.whole && whole
}
