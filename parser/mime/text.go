package mime

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Text gives the body of a text part as UTF-8 without NUL, its lines ended by
// LF, at most limit bytes of it (0: no more than may be decoded). The charset is
// taken from the header, from an HTML page's own head, or guessed.
func (p *Part) Text(limit int64) (string, []Problem) {
	if limit <= 0 || limit > p.decoded {
		limit = p.decoded
	}
	body := p.Open()
	octets, err := readUpTo(body, min(limit, p.to-p.body)+1) // undoing an encoding never makes it longer
	var found Problems
	found.Add(body.Problems()...)
	if err != nil {
		found.Tell(CodeUnreadable, "Part %s could not be read: %v.", shown(p), err)
	}
	if int64(len(octets)) > limit {
		octets = wholeSigns(octets[:limit])
		found.Tell(CodeTextTruncated, "Part %s has more than %d bytes of text; the rest is not searched.", shown(p), limit)
	}
	octets = p.undeclared(octets, &found)
	p.keepBeginning(octets, limit)
	text, code := toUTF8(octets, p.likelyCharset(octets))
	found.charset(p, code)
	return cutText(unixLines(text), limit), found.List()
}

// firstRead is how much memory is taken for a text before any of it was read:
// an archive may state sizes that it does not have.
const firstRead = 1 << 20

// readUpTo reads at most n bytes in one piece.
func readUpTo(from io.Reader, n int64) ([]byte, error) {
	octets := make([]byte, 0, min(n, firstRead))
	for int64(len(octets)) < n {
		if len(octets) == cap(octets) {
			octets = slices.Grow(octets, int(min(n-int64(len(octets)), int64(len(octets)))))
		}
		room := octets[len(octets):min(int64(cap(octets)), n)]
		got, err := from.Read(room)
		octets = octets[:len(octets)+got]
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return octets, err
		}
	}
	return octets, nil
}

// wholeSigns leaves out the beginning of a UTF-8 sequence that a cut left at the end.
func wholeSigns(octets []byte) []byte {
	for back := 1; back <= min(utf8.UTFMax, len(octets)); back++ {
		if at := len(octets) - back; utf8.RuneStart(octets[at]) {
			if !utf8.FullRune(octets[at:]) {
				return octets[:at]
			}
			break
		}
	}
	return octets
}

// likelyCharset is what the part says its charset is; after many parts that say
// nothing or not the truth, what the mail as a whole looks like.
func (p *Part) likelyCharset(octets []byte) string {
	name := p.charset(octets)
	if name != "" && encodingOf(charsetName(name)) != nil && !isUTF8Name(charsetName(name)) || utf8.Valid(octets) {
		return name
	}
	root := p
	for root.Parent != nil {
		root = root.Parent
	}
	if root.guesses++; root.guesses > maxGuesses {
		return root.charsetHint()
	}
	return name
}

// charset is what the part says its charset is, "" when it does not.
func (p *Part) charset(octets []byte) string {
	if name := p.Params["charset"]; name != "" {
		return name
	}
	if p.Type != "text/html" {
		return ""
	}
	match := htmlCharset.FindSubmatch(octets[:min(len(octets), 1024)])
	if match == nil || hasFold(match[1], "utf-16") { // what could be read by single bytes is none (HTML section 13.2.3.3)
		return ""
	}
	return string(match[1])
}

// htmlCharset finds the charset in the head of a page (HTML section 4.2.5.4).
var htmlCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset=["']?([a-z0-9_.:-]{1,40})`)

func (p *Problems) charset(part *Part, code string) {
	switch code {
	case CodeUnknownCharset:
		p.Tell(code, "The charset of part %s is unknown and was guessed.", shown(part))
	case CodeWrongCharset:
		p.Tell(code, "The text of part %s is not in the charset it claims.", shown(part))
	case CodeNUL:
		p.Tell(code, "The text of part %s held NUL bytes, which were left out.", shown(part))
	}
}

// unixLines ends every line with LF; a CR alone ends a line too, and so does CR
// CR LF, which a server makes that adds a CR to each LF.
func unixLines(text string) string {
	if strings.IndexByte(text, '\r') < 0 {
		return text
	}
	text = strings.ReplaceAll(text, "\r\r\n", "\n")
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
}

// cutText cuts text that grew by becoming UTF-8, never inside a sign.
func cutText(text string, limit int64) string {
	if int64(len(text)) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "")
}
