package outlook

import (
	"slices"
	"strconv"
	"strings"
)

// The names of what a .msg holds (MS-OXMSG section 2.2).
const (
	propertiesStream = "__properties_version1.0"
	valuePrefix      = "__substg1.0_"
	recipientPrefix  = "__recip_version1.0_#"
	attachmentPrefix = "__attach_version1.0_#"
	messageStorage   = "__substg1.0_3701000D"
)

// How long the header of a properties stream is (MS-OXMSG section 2.4.1).
const (
	headOfTop      = 32
	headOfEmbedded = 24
	headOfOther    = 8
)

// msgReader reads one .msg.
type msgReader struct {
	file  *compound
	seen  map[uint32]bool
	whole bool
}

// readMsg reads a .msg as far as it can be read; m is nil when it is no compound
// file. whole is false when something was damaged.
func readMsg(data []byte) (m *message, whole bool) {
	file, ok := openCompound(data)
	if !ok {
		return nil, false
	}
	r := &msgReader{file: file, seen: map[uint32]bool{0: true}, whole: true}
	m = r.message(0, headOfTop, maxDepth)
	return m, r.whole && file.budget > 0
}

// message reads the storage of a message.
func (r *msgReader) message(storage uint32, head, depth int) *message {
	m := newMessage()
	inside := r.children(storage)
	r.properties(inside, head, m.props)
	for _, n := range inside {
		name := r.file.entries[n].name
		switch {
		case strings.HasPrefix(name, recipientPrefix) && len(m.recipients) < maxPeople:
			row := newBag()
			r.properties(r.children(n), headOfOther, row)
			m.recipients = append(m.recipients, row)
		case strings.HasPrefix(name, attachmentPrefix):
			m.attachments = append(m.attachments, r.attachment(n, depth))
		}
	}
	m.inherit()
	return m
}

// children are the entries of a storage in the order of their names, which is
// that of the message.
func (r *msgReader) children(storage uint32) []uint32 {
	list := r.file.children(storage, r.seen)
	slices.SortStableFunc(list, func(a, b uint32) int {
		return strings.Compare(r.file.entries[a].name, r.file.entries[b].name)
	})
	return list
}

// attachment reads the storage of an attachment, which may hold a message.
func (r *msgReader) attachment(storage uint32, depth int) *attachment {
	a := &attachment{props: newBag()}
	inside := r.children(storage)
	r.properties(inside, headOfOther, a.props)
	for _, n := range inside {
		if e := r.file.entries[n]; e.storage && e.name == messageStorage && a.props.number(tagAttachMethod) == attachedMessage {
			if depth <= 0 {
				r.whole = false
				break
			}
			a.message = r.message(n, headOfEmbedded, depth-1)
		}
	}
	return a
}

// attachedMessage is the method of an attachment that is a message (MS-OXCMSG
// section 2.2.2.9).
const attachedMessage = 5

// properties reads the values of a storage: those of fixed size stand in one
// stream, each of the others in a stream of its own whose name says what it is.
func (r *msgReader) properties(inside []uint32, head int, into bag) {
	for _, n := range inside {
		e := r.file.entries[n]
		switch {
		case e.storage:
		case e.name == propertiesStream:
			c := &cursor{data: r.file.stream(n)}
			c.take(int64(head))
			r.fixed(c, into)
		case strings.HasPrefix(e.name, valuePrefix) && len(e.name) == len(valuePrefix)+8:
			number, err := strconv.ParseUint(e.name[len(valuePrefix):], 16, 32)
			if kind := uint16(number); err == nil && kind&kindMany == 0 {
				content := r.file.stream(n)
				r.whole = r.whole && int64(len(content)) == e.size
				into.set(tag(number>>16), value{kind, content})
			}
		}
	}
}

// fixed reads rows of type, number, flags and eight bytes of value.
func (r *msgReader) fixed(c *cursor, into bag) {
	for c.left() >= 16 {
		kind, id := c.uint16(), c.uint16()
		c.take(4)
		content := c.take(8)
		switch kind {
		case kindString8, kindUnicode, kindBinary, kindObject, 0x0048: // only their length stands here
		default:
			if kind&kindMany == 0 {
				into.set(tag(id), value{kind, content})
			}
		}
	}
}
