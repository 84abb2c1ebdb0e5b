package mime

import (
	"strconv"
	"strings"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// maxCharset is how long the name of a charset is looked at.
const maxCharset = 60

// charsetName puts the name a mail gives its charset right: what programs write
// around it, add to it and misspell in it. The result is in lower case; "" when
// the name says nothing about the bytes.
func charsetName(written string) string {
	name := strings.ToLower(written[:min(len(written), maxCharset)])
	name = strings.Trim(name, " \t\"'<>[]_=")
	for _, rubbish := range []string{"charset=", "charset:", "3d", "\"", "'"} { // "charset=3Dutf-8"
		name = strings.TrimPrefix(name, rubbish)
	}
	if end := strings.IndexAny(name, ";,$*()\"'\\?|"); end >= 0 {
		name = name[:end]
	}
	word, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	for _, spelling := range []string{signs(name), signs(word)} { // "Windows 1251", "utf-8 or what"
		if known, ok := aliases[spelling]; ok {
			return known
		}
		if family, number := charsetFamily(spelling); family != "" {
			return family + number
		}
	}
	return word
}

// signs are the letters and digits of a name, which is what spellings of a
// charset have in common.
func signs(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, name)
}

// aliases are names in use that the web's table of charsets does not know, or
// knows as something else, by their letters and digits.
var aliases = map[string]string{
	"utf8": "utf-8", "utf8mb4": "utf-8", "unicode11utf8": "utf-8", "utf8bom": "utf-8", "utf8n": "utf-8", "cesu8": "utf-8", "xutf8": "utf-8",
	"usascii": "us-ascii", "ascii": "us-ascii", "ansix341968": "us-ascii", "iso646us": "us-ascii", "ascii7bit": "us-ascii", "646": "us-ascii", "xascii": "us-ascii",
	"7bit": "", "8bit": "", "binary": "", "unknown": "", "unknown8bit": "", "xunknown": "", "default": "", "defaultcharset": "", "none": "", "null": "", "undefined": "", "xuserdefined": "", "base64": "",
	"ansi": "windows-1252", "latin1": "iso-8859-1", "iso88591windows31latin1": "windows-1252", "iso8859": "iso-8859-1", "winbaltrim": "windows-1257", "msee": "windows-1250", "mscyrl": "windows-1251", "msgreek": "windows-1253", "msturk": "windows-1254", "mshebr": "windows-1255", "msarab": "windows-1256", "win": "windows-1251", "western": "windows-1252", "iso10646": "utf-8", "isolatin1": "iso-8859-1",
	"utf7": "utf-7", "unicode11utf7": "utf-7", "xunicode20utf7": "utf-7", "utf7imap": "utf-7", "csunicode11utf7": "utf-7", "csutf7": "utf-7",
	"utf16": "utf-16", "unicode": "utf-16", "ucs2": "utf-16", "iso10646ucs2": "utf-16", "utf16be": "utf-16be", "utf16le": "utf-16le", "unicodebig": "utf-16be", "unicodelittle": "utf-16le",
	"utf32": "utf-32", "ucs4": "utf-32", "iso10646ucs4": "utf-32", "utf32be": "utf-32be", "utf32le": "utf-32le",
	"gb2312": "gb18030", "gb231280": "gb18030", "gbk": "gb18030", "xgbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "windows936": "gb18030", "euccn": "gb18030", "xeuccn": "gb18030", "cngb": "gb18030", "gb180302000": "gb18030", "gb180302005": "gb18030", "hzgb2312": "hz-gb-2312", "hz": "hz-gb-2312",
	"ksc56011987": "euc-kr", "ksc5601": "euc-kr", "cp949": "euc-kr", "ms949": "euc-kr", "windows949": "euc-kr", "uhc": "euc-kr", "ks5601": "euc-kr",
	"cp932": "shift_jis", "ms932": "shift_jis", "sjis": "shift_jis", "shiftjis": "shift_jis", "mskanji": "shift_jis", "xmscp932": "shift_jis", "windows932": "shift_jis", "sjiswin": "shift_jis",
	"eucjp": "euc-jp", "ujis": "euc-jp", "cp51932": "euc-jp", "eucjpms": "euc-jp", "eucjpwin": "euc-jp",
	"iso2022jp": "iso-2022-jp", "iso2022jp1": "iso-2022-jp", "iso2022jp2": "iso-2022-jp", "iso2022jp3": "iso-2022-jp", "iso2022jp2004": "iso-2022-jp", "iso2022jpms": "iso-2022-jp", "cp50220": "iso-2022-jp", "cp50221": "iso-2022-jp", "cp50222": "iso-2022-jp", "jis": "iso-2022-jp", "iso2022jpesc": "iso-2022-jp",
	"cp950": "big5", "ms950": "big5", "windows950": "big5", "big5eten": "big5", "big5hkscs": "big5", "xbig5": "big5", "big5tw": "big5",
	"tis620": "windows-874", "cp874": "windows-874", "iso885911": "windows-874", "koi8": "koi8-r", "cskoi8r": "koi8-r",
	"macroman": "macintosh", "xmacroman": "macintosh", "mac": "macintosh", "macintosh": "macintosh", "xmaccyrillic": "x-mac-cyrillic", "maccyrillic": "x-mac-cyrillic",
	"macce": "x-mac-ce", "xmacce": "x-mac-ce", "maccentraleurope": "x-mac-ce", "xmaccentraleurroman": "x-mac-ce", "macgreek": "x-mac-greek", "xmacgreek": "x-mac-greek", "macturkish": "x-mac-turkish", "xmacturkish": "x-mac-turkish",
	"maccroatian": "x-mac-croatian", "xmaccroatian": "x-mac-croatian", "macromania": "x-mac-romanian", "xmacromanian": "x-mac-romanian", "maciceland": "x-mac-icelandic", "xmacicelandic": "x-mac-icelandic", "roman8": "hp-roman8", "hproman8": "hp-roman8", "cshproman8": "hp-roman8",
}

// charsetFamily knows the numbered charsets in every spelling: "ISO8859_15",
// "Windows 1252", "CP-1251", "x-cp1250", "latin-9".
func charsetFamily(signs string) (family, number string) {
	for _, row := range charsetFamilies {
		number, ok := strings.CutPrefix(signs, row.start)
		switch {
		case !ok || !isNumber(number):
		case row.family == "ibm" && codePages[number]:
			return row.family, number
		case len(number) > 2 || row.family == "ibm":
		case row.family == "latin":
			return "iso-8859-", latins[number]
		default:
			return row.family, number
		}
	}
	return "", ""
}

// codePages are the numbers of the code pages of DOS that are known.
var codePages = map[string]bool{
	"437": true, "737": true, "775": true, "850": true, "852": true, "855": true, "857": true, "858": true, "860": true, "861": true,
	"862": true, "863": true, "865": true, "866": true, "869": true,
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

var charsetFamilies = []struct{ start, family string }{
	{"iso8859", "iso-8859-"}, {"xiso8859", "iso-8859-"}, {"8859", "iso-8859-"}, {"latin", "latin"}, {"isolatin", "latin"},
	{"ibm", "ibm"}, {"cp", "ibm"}, {"dos", "ibm"}, {"csibm", "ibm"}, {"xibm", "ibm"}, {"xcp", "ibm"}, {"cspc", "ibm"}, {"", "ibm"},
	{"windows125", "windows-125"}, {"win125", "windows-125"}, {"cp125", "windows-125"}, {"xcp125", "windows-125"}, {"ms125", "windows-125"}, {"xwindows125", "windows-125"}, {"125", "windows-125"},
}

// latins are the parts of ISO 8859 by the number of their Latin alphabet.
var latins = map[string]string{"1": "1", "2": "2", "3": "3", "4": "4", "5": "9", "6": "10", "7": "13", "8": "14", "9": "15", "10": "16"}

// encodingOf finds the charset of a right name. The web's table comes first:
// what calls itself ISO 8859-1 is windows-1252 in practice. nil when unknown.
func encodingOf(name string) encoding.Encoding {
	switch name {
	case "utf-16", "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf-32", "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM)
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "hz-gb-2312":
		return simplifiedchinese.HZGB2312
	case "ibm858":
		return charmap.CodePage858
	}
	if web, err := htmlindex.Get(name); err == nil && web != encoding.Replacement {
		return web
	}
	return nil
}

// otherCharsets reads what go-message knows beyond the web's table.
var otherCharsets = charset.Reader
