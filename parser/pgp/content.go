package pgp

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"postern/parser/mime"
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

// plainText makes readable text of bytes: UTF-8 when they are that, as RFC 9580
// section 6.2 wants it, else in the charset that was named. A charset of 16 bits or
// of 7, by which plain letters read as others, counts only where it is one of
// Japanese mail and its shifts are there. Lines end with LF, as in the text of a part.
func plainText(b []byte, charset string) string {
	charset = strings.ToLower(charset)
	shifts := bytes.IndexByte(b, escape) >= 0
	switch {
	case utf8.Valid(b) && !shifts:
	case shifts && !strings.HasPrefix(charset, "iso-2022-"), strings.HasPrefix(charset, "utf-"):
		b = []byte(mime.Decode(b, ""))
	default:
		b = []byte(mime.Decode(b, charset))
	}
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	return strings.ToValidUTF8(strings.ReplaceAll(string(b), "\x00", ""), "\uFFFD")
}

// escape begins the shifts of ISO 2022.
const escape = 0x1b

// armourCharset is what the header of armour says of the text inside (RFC 4880
// section 6.2); "" when it says nothing.
func armourCharset(armoured []byte) string {
	match := charsetLine.FindSubmatch(armoured[:min(len(armoured), headSize)])
	if match == nil {
		return ""
	}
	return string(match[1])
}

var charsetLine = regexp.MustCompile(`(?m)^[ \t>|]*Charset:[ \t]*([A-Za-z0-9_.:-]{1,40})[ \t\r]*$`)
