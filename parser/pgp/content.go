package pgp

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readSome reads at most limit bytes; a broken encoding gives what could be read.
func readSome(r io.Reader, limit int64) []byte {
	data, _ := io.ReadAll(io.LimitReader(r, limit))
	return data
}

// holds searches a stream for a mark without keeping it in memory: most parts
// of most mails hold none.
func (o *opening) holds(r io.Reader, mark string) bool {
	if o.window == nil {
		o.window = make([]byte, 4<<10)
	}
	window := o.window
	kept := 0
	for {
		n, err := r.Read(window[kept:])
		kept += n
		if bytes.Contains(window[:kept], []byte(mark)) {
			return true
		}
		if err != nil {
			return false
		}
		tail := min(kept, len(mark)-1)
		copy(window, window[kept-tail:kept])
		kept = tail
	}
}

// plainText makes readable text of bytes whose charset nobody named: UTF-8 when
// it is that, else windows-1252, which has a letter for nearly every byte. Lines
// end with LF, as in the text of a part.
func plainText(b []byte) string {
	if !utf8.Valid(b) {
		if decoded, err := charmap.Windows1252.NewDecoder().Bytes(b); err == nil {
			b = decoded
		}
	}
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	return strings.ToValidUTF8(strings.ReplaceAll(string(b), "\x00", ""), "\uFFFD")
}
