package outlook

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"postern/parser/mime"
)

// tag is the number of a property (MS-OXPROPS).
type tag uint16

// The properties that a report needs.
const (
	tagSubject         tag = 0x0037
	tagSubmitTime      tag = 0x0039
	tagRepresentName   tag = 0x0042
	tagRepresentType   tag = 0x0064
	tagRepresentEmail  tag = 0x0065
	tagHeaders         tag = 0x007d
	tagRecipientType   tag = 0x0c15
	tagSenderName      tag = 0x0c1a
	tagSenderType      tag = 0x0c1e
	tagSenderEmail     tag = 0x0c1f
	tagDeliveryTime    tag = 0x0e06
	tagNormalSubject   tag = 0x0e1d
	tagBody            tag = 0x1000
	tagRTF             tag = 0x1009
	tagHTML            tag = 0x1013
	tagMessageID       tag = 0x1035
	tagReferences      tag = 0x1039
	tagInReplyTo       tag = 0x1042
	tagDisplayName     tag = 0x3001
	tagEmail           tag = 0x3003
	tagAttachData      tag = 0x3701
	tagAttachFileName  tag = 0x3704
	tagAttachMethod    tag = 0x3705
	tagAttachLongName  tag = 0x3707
	tagAttachMIME      tag = 0x370e
	tagAttachContentID tag = 0x3712
	tagAttachFlags     tag = 0x3714
	tagSMTP            tag = 0x39fe
	tagInternetCode    tag = 0x3fde
	tagMessageCode     tag = 0x3ffd
	tagSenderSMTP      tag = 0x5d01
	tagRepresentSMTP   tag = 0x5d02
)

// The types of values that matter (MS-OXCDATA section 2.11.1).
const (
	kindObject  = 0x000d
	kindString8 = 0x001e
	kindUnicode = 0x001f
	kindTime    = 0x0040
	kindBinary  = 0x0102
	kindMany    = 0x1000 // a flag: several values
)

// value is one property as it stands in the file.
type value struct {
	kind uint16
	data []byte
}

// bag is the properties of a message, a recipient or an attachment.
type bag struct {
	values   map[tag]value
	codepage uint32 // of 8-bit strings, 0 when not stated
}

func newBag() bag { return bag{values: make(map[tag]value)} }

// set keeps a property; of a doubled one the first counts.
func (b bag) set(t tag, v value) {
	if _, ok := b.values[t]; !ok && len(b.values) < maxProps {
		b.values[t] = v
	}
}

func (b bag) has(t tag) bool { return len(b.values[t].data) > 0 }

// text gives a property as UTF-8, "" when it is missing or no text.
func (b bag) text(t tag) string {
	v := b.values[t]
	switch v.kind {
	case kindUnicode:
		return strings.TrimRight(fromUTF16(v.data), "\x00")
	case kindString8, kindBinary:
		data, _, _ := strings.Cut(string(v.data), "\x00")
		return mime.Decode([]byte(data), charset(b.codepage))
	}
	return ""
}

// line gives a property as a line of a header.
func (b bag) line(t tag) string {
	return strings.Join(strings.Fields(b.text(t)), " ")
}

func (b bag) number(t tag) uint32 {
	if data := b.values[t].data; len(data) >= 4 {
		return binary.LittleEndian.Uint32(data)
	}
	return 0
}

// epoch is how many intervals of 100 ns lie between 1601 and 1970.
const epoch = 116444736000000000

// date gives a time as a mail's header has it (RFC 5322 section 3.3), "" when there is none.
func (b bag) date(t tag) string {
	v := b.values[t]
	if v.kind != kindTime || len(v.data) < 8 {
		return ""
	}
	ticks := int64(binary.LittleEndian.Uint64(v.data)) - epoch
	if ticks <= 0 {
		return ""
	}
	return time.Unix(ticks/1e7, 0).UTC().Format(time.RFC1123Z)
}

func fromUTF16(data []byte) string {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

// codepages are the numbers that do not say their charset's name.
var codepages = map[uint32]string{
	0: "", 437: "ibm437", 850: "ibm850", 852: "ibm852", 866: "ibm866", 874: "windows-874", 932: "shift_jis", 936: "gb18030", 949: "euc-kr", 950: "big5",
	1200: "utf-16le", 1201: "utf-16be", 10000: "macintosh", 20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso-2022-jp", 50221: "iso-2022-jp",
	50222: "iso-2022-jp", 51932: "euc-jp", 51936: "gb18030", 51949: "euc-kr", 52936: "hz-gb-2312", 54936: "gb18030", 65000: "utf-7", 65001: "utf-8",
}

// charset names the charset of a Windows codepage, "" when it is not known.
func charset(codepage uint32) string {
	switch {
	case codepage >= 1250 && codepage <= 1258:
		return "windows-" + strconv.Itoa(int(codepage))
	case codepage > 28590 && codepage <= 28606:
		return "iso-8859-" + strconv.Itoa(int(codepage-28590))
	}
	return codepages[codepage]
}
