package mime

import (
	"bytes"
	"io"
)

// maxWide is the largest mail in UTF-16 that is read: it is held in memory.
const maxWide = 20 << 20

// narrow makes UTF-8 of a mail that some program saved as UTF-16, as Windows
// tools do. ok is false for any other mail, which costs one look at its beginning.
func narrow(raw io.ReaderAt, size int64) (octets []byte, ok bool) {
	var head [512]byte
	n, _ := raw.ReadAt(head[:min(size, int64(len(head)))], 0)
	name := "utf-16"
	if !marked16(head[:n]) {
		name = unmarked16(head[:n])
	}
	if name == "" || size > maxWide {
		return nil, false
	}
	all := make([]byte, size)
	n, _ = raw.ReadAt(all, 0)
	text, ok := decode(all[:n], name)
	return []byte(text), ok && fieldName([]byte(text)) != ""
}

// markLength is how many bytes of a byte order mark stand before the first line.
func markLength(first []byte) int {
	if bytes.HasPrefix(first, byteOrderMark) {
		return len(byteOrderMark)
	}
	return 0
}
