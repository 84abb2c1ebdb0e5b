package outlook

import "encoding/binary"

// cursor reads little-endian values one after the other. Behind the end it
// gives zeros and says so in short.
type cursor struct {
	data  []byte
	at    int
	short bool
}

func (c *cursor) left() int { return len(c.data) - c.at }

// take gives the next n bytes, or as many as there are.
func (c *cursor) take(n int64) []byte {
	if n > int64(c.left()) {
		c.short = true
		n = int64(c.left())
	}
	taken := c.data[c.at : c.at+int(n)]
	c.at += int(n)
	return taken
}

func (c *cursor) byte() byte {
	if b := c.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (c *cursor) uint16() uint16 {
	if b := c.take(2); len(b) == 2 {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) uint32() uint32 {
	if b := c.take(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// name passes over the name of a named property: a set, and a number or a text.
func (c *cursor) name() {
	c.take(16)
	if c.uint32() == 0 {
		c.take(4)
		return
	}
	c.padded()
}

// padded gives a length and so many bytes, filled up to a multiple of four.
func (c *cursor) padded() []byte {
	length := int64(c.uint32())
	taken := c.take(length)
	c.take(min(int64(-length&3), int64(c.left())))
	return taken
}

// value gives the value of a property in a TNEF stream: of several the first.
func (c *cursor) value(kind uint16) []byte {
	count := int64(1)
	switch kind &^ kindMany {
	case 0x0000, 0x0001:
		return nil
	case kindString8, kindUnicode, kindBinary, kindObject:
		count = int64(c.uint32())
	default:
		if kind&kindMany != 0 {
			count = int64(c.uint32())
		}
	}
	var first []byte
	for n := int64(0); n < count && !c.short; n++ {
		one := c.one(kind &^ kindMany)
		if n == 0 {
			first = one
		}
	}
	return first
}

// one gives one value of a kind.
func (c *cursor) one(kind uint16) []byte {
	switch kind {
	case kindString8, kindUnicode, kindBinary, kindObject:
		return c.padded()
	case 0x0005, 0x0006, 0x0007, 0x0014, kindTime: // eight bytes
		return c.take(8)
	case 0x0048: // an identifier
		return c.take(16)
	case 0x0000, 0x0001: // nothing
		return nil
	}
	return c.take(4)
}
