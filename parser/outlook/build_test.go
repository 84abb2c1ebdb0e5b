package outlook_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// prop is one property of a built file: a number, a text (Unicode) or bytes.
type prop struct {
	tag   uint16
	kind  uint16
	value []byte
}

func text(tag uint16, s string) prop   { return prop{tag, 0x1f, wide(s)} }
func octets(tag uint16, b []byte) prop { return prop{tag, 0x102, b} }
func narrow(tag uint16, s string) prop { return prop{tag, 0x1e, []byte(s)} }
func number(tag uint16, n uint32) prop { return prop{tag, 3, binary.LittleEndian.AppendUint32(nil, n)} }
func instant(tag uint16, n uint64) prop {
	return prop{tag, 0x40, binary.LittleEndian.AppendUint64(nil, n)}
}

func wide(s string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return b
}

// mapi writes properties as they stand in a TNEF stream.
func mapi(props ...prop) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(props)))
	for _, p := range props {
		b = binary.LittleEndian.AppendUint16(b, p.kind)
		b = binary.LittleEndian.AppendUint16(b, p.tag)
		if p.tag >= 0x8000 {
			b = append(append(b, make([]byte, 16)...), 0, 0, 0, 0, 1, 2, 3, 4)
		}
		switch p.kind {
		case 0x1e, 0x1f, 0x102, 0x0d:
			b = binary.LittleEndian.AppendUint32(b, 1)
			b = binary.LittleEndian.AppendUint32(b, uint32(len(p.value)))
			b = append(b, p.value...)
			b = append(b, make([]byte, -len(p.value)&3)...)
		default:
			b = append(b, p.value...)
		}
	}
	return b
}

// attribute is one of a TNEF stream.
func attribute(level byte, id uint32, content []byte) []byte {
	b := append([]byte{level}, binary.LittleEndian.AppendUint32(nil, id)...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(content)))
	b = append(b, content...)
	var sum uint16
	for _, c := range content {
		sum += uint16(c)
	}
	return binary.LittleEndian.AppendUint16(b, sum)
}

// tnef writes a stream.
func tnef(attributes ...[]byte) []byte {
	b := []byte{0x78, 0x9f, 0x3e, 0x22, 1, 0}
	b = append(b, attribute(1, 0x00089006, []byte{0, 0, 1, 0})...)
	b = append(b, attribute(1, 0x00069007, []byte{0xe4, 4, 0, 0, 0, 0, 0, 0})...)
	return append(b, bytes.Join(attributes, nil)...)
}

// tnefFile writes an attachment.
func tnefFile(title string, data []byte, props ...prop) []byte {
	b := attribute(2, 0x00069002, make([]byte, 14))
	b = append(b, attribute(2, 0x00018010, append([]byte(title), 0))...)
	if data != nil {
		b = append(b, attribute(2, 0x0006800f, data)...)
	}
	return append(b, attribute(2, 0x00069005, mapi(props...))...)
}

// node is a storage or stream of a built compound file.
type node struct {
	name   string
	data   []byte // nil for a storage
	inside []node
}

// storage makes a storage of a .msg with its properties; head is how long the
// header of its fixed properties is.
func storage(name string, head int, props []prop, inside ...node) node {
	fixed := make([]byte, head)
	for _, p := range props {
		row := binary.LittleEndian.AppendUint16(nil, p.kind)
		row = binary.LittleEndian.AppendUint16(row, p.tag)
		row = append(row, 6, 0, 0, 0)
		switch p.kind {
		case 0x1e, 0x1f, 0x102:
			row = binary.LittleEndian.AppendUint32(row, uint32(len(p.value)))
			inside = append(inside, node{name: fmt.Sprintf("__substg1.0_%04X%04X", p.tag, p.kind), data: append([]byte{}, p.value...)})
		default:
			row = append(row, p.value...)
		}
		fixed = append(fixed, append(row, make([]byte, 16-len(row))...)...)
	}
	return node{name: name, inside: append(inside, node{name: "__properties_version1.0", data: fixed})}
}

// compound writes a compound file of version 3.
func compound(root node) []byte {
	w := &compoundWriter{}
	w.entries = append(w.entries, nil)
	down := w.children(root.inside)
	mini := w.big(w.mini)
	w.entries[0] = dirEntry("Root Entry", 5, down, mini, uint64(len(w.mini)))
	var minifat []byte
	for _, n := range w.minifat {
		minifat = binary.LittleEndian.AppendUint32(minifat, n)
	}
	minifatAt := w.big(minifat)
	directory := w.big(bytes.Join(w.entries, nil))
	fatAt := uint32(len(w.fat))
	sectors := (len(w.fat) + 128) / 127
	for n := range sectors {
		_ = n
		w.fat = append(w.fat, 0xfffffffd)
		w.sectors = append(w.sectors, make([]byte, 512)...)
	}
	var fat []byte
	for _, n := range w.fat {
		fat = binary.LittleEndian.AppendUint32(fat, n)
	}
	for len(fat) < sectors*512 {
		fat = append(fat, 0xff)
	}
	copy(w.sectors[int(fatAt)*512:], fat)
	head := make([]byte, 512)
	copy(head, []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1})
	binary.LittleEndian.PutUint16(head[24:], 0x3e)
	binary.LittleEndian.PutUint16(head[26:], 3)
	binary.LittleEndian.PutUint16(head[28:], 0xfffe)
	binary.LittleEndian.PutUint16(head[30:], 9)
	binary.LittleEndian.PutUint16(head[32:], 6)
	binary.LittleEndian.PutUint32(head[44:], uint32(sectors))
	binary.LittleEndian.PutUint32(head[48:], directory)
	binary.LittleEndian.PutUint32(head[56:], 4096)
	binary.LittleEndian.PutUint32(head[60:], minifatAt)
	binary.LittleEndian.PutUint32(head[68:], 0xfffffffe)
	for n := range 109 {
		at := uint32(0xffffffff)
		if n < sectors {
			at = fatAt + uint32(n)
		}
		binary.LittleEndian.PutUint32(head[76+4*n:], at)
	}
	return append(head, w.sectors...)
}

type compoundWriter struct {
	entries [][]byte
	sectors []byte
	fat     []uint32
	mini    []byte
	minifat []uint32
}

// big writes a stream into sectors of its own.
func (w *compoundWriter) big(data []byte) uint32 {
	if len(data) == 0 {
		return 0xfffffffe
	}
	start := uint32(len(w.fat))
	for n := 0; n < len(data); n += 512 {
		w.sectors = append(w.sectors, append(bytes.Clone(data[n:min(n+512, len(data))]), make([]byte, max(0, n+512-len(data)))...)...)
		w.fat = append(w.fat, uint32(len(w.fat)+1))
	}
	w.fat[len(w.fat)-1] = 0xfffffffe
	return start
}

func (w *compoundWriter) small(data []byte) uint32 {
	start := uint32(len(w.minifat))
	for n := 0; n < len(data) || n == 0; n += 64 {
		w.mini = append(w.mini, append(bytes.Clone(data[min(n, len(data)):min(n+64, len(data))]), make([]byte, max(0, n+64-len(data)))...)...)
		w.minifat = append(w.minifat, uint32(len(w.minifat)+1))
	}
	w.minifat[len(w.minifat)-1] = 0xfffffffe
	return start
}

// children writes the entries of a storage, each the right neighbour of the one before.
func (w *compoundWriter) children(list []node) uint32 {
	down := uint32(0xffffffff)
	for n := len(list) - 1; n >= 0; n-- {
		at := uint32(len(w.entries))
		w.entries = append(w.entries, nil)
		var e []byte
		switch {
		case list[n].data == nil:
			e = dirEntry(list[n].name, 1, w.children(list[n].inside), 0, 0)
		case len(list[n].data) < 4096:
			e = dirEntry(list[n].name, 2, 0xffffffff, w.small(list[n].data), uint64(len(list[n].data)))
		default:
			e = dirEntry(list[n].name, 2, 0xffffffff, w.big(list[n].data), uint64(len(list[n].data)))
		}
		binary.LittleEndian.PutUint32(e[72:], down)
		w.entries[at] = e
		down = at
	}
	return down
}

func dirEntry(name string, kind byte, down, start uint32, size uint64) []byte {
	e := make([]byte, 128)
	n := copy(e[:62], wide(name))
	binary.LittleEndian.PutUint16(e[64:], uint16(n+2))
	e[66], e[67] = kind, 1
	binary.LittleEndian.PutUint32(e[68:], 0xffffffff)
	binary.LittleEndian.PutUint32(e[72:], 0xffffffff)
	binary.LittleEndian.PutUint32(e[76:], down)
	binary.LittleEndian.PutUint32(e[116:], start)
	binary.LittleEndian.PutUint64(e[120:], size)
	return e
}

// compressed wraps RTF as compressed, every byte as it is.
func compressed(rtf string) []byte {
	var body []byte
	for n := 0; n < len(rtf); n += 8 {
		body = append(append(body, 0), rtf[n:min(n+8, len(rtf))]...)
	}
	return lzfu(body, len(rtf))
}

func lzfu(body []byte, size int) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(body)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(size))
	b = binary.LittleEndian.AppendUint32(b, 0x75465a4c)
	return append(binary.LittleEndian.AppendUint32(b, 0), body...)
}
