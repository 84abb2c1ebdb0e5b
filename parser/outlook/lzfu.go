package outlook

import "encoding/binary"

// The two forms of compressed RTF (MS-OXRTFCP section 2.1.3.1).
const (
	compressedLZ = 0x75465a4c // "LZFu"
	compressedNo = 0x414c454d // "MELA"
)

// dictionary is how many bytes a reference reaches back; they begin with words
// that every RTF has (MS-OXRTFCP section 2.1.2.1).
const (
	dictionary = 4096
	lzWords    = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`
)

// decompress undoes the compression of RTF, as far as it goes and not beyond
// most bytes. What is not compressed comes back as it is.
func decompress(data []byte, most int) []byte {
	const header = 16
	if len(data) < header {
		return data[:min(len(data), max(most, 0))]
	}
	size, form := binary.LittleEndian.Uint32(data[4:]), binary.LittleEndian.Uint32(data[8:])
	most = int(min(int64(size), int64(max(most, 0))))
	switch form {
	case compressedNo:
		return data[header:min(len(data), header+most)]
	case compressedLZ:
		return unLZ(data[header:], most)
	}
	return data[:min(len(data), most)]
}

// unLZ follows the flags: eight steps to a byte, a set bit is a reference into
// the dictionary of offset and length, a clear one a byte as it is.
func unLZ(data []byte, most int) []byte {
	var window [dictionary]byte
	at := copy(window[:], lzWords)
	out := make([]byte, 0, min(most, 4*len(data)))
	put := func(b byte) {
		out = append(out, b)
		window[at] = b
		at = (at + 1) % dictionary
	}
	c := &cursor{data: data}
	for c.left() > 0 && len(out) < most {
		flags := c.byte()
		for bit := 0; bit < 8 && c.left() > 0 && len(out) < most; bit++ {
			if flags>>bit&1 == 0 {
				put(c.byte())
				continue
			}
			high, low := int(c.byte()), int(c.byte())
			from, length := high<<4|low>>4, low&15+2
			if from == at { // the end
				return out
			}
			for range length {
				put(window[from])
				from = (from + 1) % dictionary
			}
		}
	}
	return out[:min(len(out), most)]
}
