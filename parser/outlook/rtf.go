package outlook

import (
	"strconv"
	"strings"

	"postern/parser/mime"
)

// rtfState is what holds inside one group of an RTF.
type rtfState struct {
	skip    bool // a destination nobody reads: fonts, colours, pictures
	hidden  bool // between \htmlrtf and \htmlrtf0: there for programs that do not know HTML
	unicode int  // signs behind \u that repeat it for old programs
	fonts   bool // inside of the table of fonts
	font    int  // the font that is set
}

// rtfReader makes text of RTF. RTF that carries a page (MS-OXRTFEX) gives the page.
type rtfReader struct {
	text     string
	at       int
	state    rtfState
	stack    []rtfState
	codepage uint32
	fonts    map[int]uint32 // the codepage of each font that has one of its own
	usual    int            // the font where none is set
	html     bool
	out      strings.Builder
	octets   []byte // signs of the codepage, not yet decoded
	pass     int    // signs to be passed over behind \u
	high     rune   // the first half of a pair
	star     bool   // \* came: an unknown destination is to be skipped
}

// maxGroups is how deep groups of an RTF are followed; below it nothing is read.
const maxGroups = 1000

// fromRTF gives the page or the text that an RTF carries, with its type.
func fromRTF(rtf []byte) (mediaType, text string) {
	r := &rtfReader{text: string(rtf), state: rtfState{unicode: 1}, codepage: 1252, fonts: make(map[int]uint32)}
	for r.at < len(r.text) && r.out.Len() < maxText {
		r.step()
	}
	r.flush()
	if r.html {
		return "text/html", r.out.String()
	}
	return "text/plain", r.out.String()
}

func (r *rtfReader) step() {
	c := r.text[r.at]
	r.at++
	switch c {
	case '{':
		r.flush()
		r.pass = 0
		if len(r.stack) < maxGroups {
			r.stack = append(r.stack, r.state)
		}
	case '}':
		r.flush()
		r.pass = 0
		if n := len(r.stack); n > 0 {
			r.state, r.stack = r.stack[n-1], r.stack[:n-1]
		}
	case '\\':
		r.control()
	case '\r', '\n':
	default:
		r.sign(c)
	}
}

// sign takes one byte of text.
func (r *rtfReader) sign(c byte) {
	if r.pass > 0 {
		r.pass--
		return
	}
	if !r.state.skip && !r.state.hidden {
		r.octets = append(r.octets, c)
	}
}

// put takes text that needs no decoding.
func (r *rtfReader) put(text string) {
	if !r.state.skip && !r.state.hidden {
		r.flush()
		r.out.WriteString(text)
	}
}

func (r *rtfReader) flush() {
	if len(r.octets) > 0 {
		codepage := r.codepage
		if own := r.fonts[r.state.font]; own != 0 {
			codepage = own
		}
		r.out.WriteString(mime.Decode(r.octets, charset(codepage)))
		r.octets = r.octets[:0]
	}
}

// control reads what follows a backslash: a sign, a byte, or a word with a number.
func (r *rtfReader) control() {
	if r.at >= len(r.text) {
		return
	}
	c := r.text[r.at]
	if !letter(c) {
		r.at++
		r.symbol(c)
		return
	}
	start := r.at
	for r.at < len(r.text) && letter(r.text[r.at]) {
		r.at++
	}
	word := r.text[start:r.at]
	start = r.at
	for r.at < len(r.text) && (r.text[r.at] >= '0' && r.text[r.at] <= '9' || r.at == start && r.text[r.at] == '-') {
		r.at++
	}
	number, err := strconv.Atoi(r.text[start:min(r.at, start+11)])
	if r.at < len(r.text) && r.text[r.at] == ' ' {
		r.at++
	}
	r.word(word, number, err == nil)
}

// symbol takes a control sign.
func (r *rtfReader) symbol(c byte) {
	switch c {
	case '\'':
		code, err := strconv.ParseUint(r.text[r.at:min(r.at+2, len(r.text))], 16, 8)
		r.at = min(r.at+2, len(r.text))
		if err == nil {
			r.sign(byte(code))
		}
	case '\\', '{', '}':
		r.sign(c)
	case '~':
		r.put("\u00a0")
	case '_':
		r.sign('-')
	case '*':
		r.star = true
	case '\r', '\n':
		r.put("\n")
	}
}

// noFont is none of the fonts.
const noFont = -1

// maxFonts is how many fonts of one text are minded.
const maxFonts = 1000

// fontCodepages are the codepages of the charsets that a font states (RTF
// specification 1.9.1, \fcharset); 0 and 1 say nothing.
var fontCodepages = map[int]uint32{
	77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
}

// rtfText is what control words stand for.
var rtfText = map[string]string{
	"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "tab": "\t", "cell": "\t", "row": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"bullet": "•", "endash": "–", "emdash": "—", "emspace": "\u2003", "enspace": "\u2002",
}

// rtfSkipped are destinations without text for people.
var rtfSkipped = map[string]bool{
	"colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "header": true, "footer": true, "generator": true,
	"themedata": true, "datastore": true, "listtable": true, "listoverridetable": true, "filetbl": true, "revtbl": true, "rsidtbl": true, "fldinst": true, "pntext": true, "xmlnstbl": true,
}

// word takes a control word.
func (r *rtfReader) word(word string, number int, numbered bool) {
	star := r.star
	r.star = false
	switch {
	case word == "f" && numbered:
		r.flush()
		r.state.font = number
	case word == "fcharset" && r.state.fonts && len(r.fonts) < maxFonts:
		r.fonts[r.state.font] = fontCodepages[number]
	case word == "plain":
		r.flush()
		r.state.font = r.usual
	case word == "deff":
		r.usual, r.state.font = number, number
	case word == "fonttbl":
		r.state.skip, r.state.fonts = true, true
	case word == "u" && numbered:
		r.unicode(number)
	case word == "uc" && numbered:
		r.state.unicode = max(0, min(number, 10))
	case word == "ansicpg" && number > 0:
		r.codepage = uint32(number)
	case word == "fromhtml":
		r.html = true
	case word == "htmlrtf":
		r.flush()
		r.state.hidden = !numbered || number != 0
	case word == "htmltag": // markup is in the codepage of the whole
		r.state.skip, r.state.font = false, noFont
	case word == "bin" && number > 0:
		r.at = min(len(r.text), r.at+number)
	case rtfSkipped[word], star:
		r.state.skip = true
	case rtfText[word] != "":
		r.put(rtfText[word])
	}
}

// unicode takes a UTF-16 unit, half of a pair perhaps; negative ones are meant
// as unsigned.
func (r *rtfReader) unicode(number int) {
	unit := rune(uint16(number))
	switch {
	case unit >= 0xd800 && unit < 0xdc00:
		r.high = unit
	case unit >= 0xdc00 && unit < 0xe000 && r.high != 0:
		r.put(string(0x10000 + (r.high-0xd800)<<10 + unit - 0xdc00))
		r.high = 0
	default:
		r.put(string(unit))
		r.high = 0
	}
	r.pass = r.state.unicode
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
