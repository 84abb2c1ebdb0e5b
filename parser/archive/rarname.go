package archive

import (
	"bytes"
	"unicode/utf16"

	"postern/parser/mime"
)

// rar4Decoded reads the name of a file in a RAR of version 4: in the charset of
// whoever packed it, in UTF-8, or as that with the difference to UTF-16 behind it.
func rar4Decoded(name []byte, wide bool) string {
	plain, difference, both := bytes.Cut(name, []byte{0})
	if !wide || !both || len(difference) == 0 {
		return mime.Decode(plain, "")
	}
	w := wideName{plain: plain, code: difference[1:], high: uint16(difference[0]) << 8}
	for len(w.code) > 0 && len(w.units) < maxWideName {
		w.step()
	}
	return string(utf16.Decode(w.units))
}

// maxWideName is how many units of UTF-16 a name has at most.
const maxWideName = 2048

// wideName is a name while it is put together: two bits say for each unit where
// it comes from.
type wideName struct {
	plain, code []byte
	high        uint16 // the upper half of most units
	flags       byte
	left        int // of the flags, pairs of bits
	units       []uint16
}

// take gives the next byte of the difference, 0 behind its end.
func (w *wideName) take() byte {
	if len(w.code) == 0 {
		return 0
	}
	c := w.code[0]
	w.code = w.code[1:]
	return c
}

func (w *wideName) step() {
	if w.left == 0 {
		w.flags, w.left = w.take(), 4
	}
	how := w.flags >> 6
	w.flags, w.left = w.flags<<2, w.left-1
	switch {
	case len(w.code) == 0:
	case how == 0:
		w.units = append(w.units, uint16(w.take()))
	case how == 1:
		w.units = append(w.units, w.high|uint16(w.take()))
	case how == 2:
		w.units = append(w.units, uint16(w.take())|uint16(w.take())<<8)
	default:
		w.run()
	}
}

// run takes several units from the plain name, as they are or moved.
func (w *wideName) run() {
	length, moved, high := int(w.take()), byte(0), uint16(0)
	if length&0x80 != 0 {
		moved, high = w.take(), w.high
	}
	for range length&0x7f + 2 {
		if at := len(w.units); at < len(w.plain) {
			w.units = append(w.units, uint16(w.plain[at]+moved)|high)
		}
	}
}
