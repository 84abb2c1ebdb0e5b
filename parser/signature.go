package parser

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/parser/text"
)

// withoutSignature gives a text without the blocks below its greetings and
// signature marks, and without the lines that only say who wrote what follows;
// and the links without those that stand only in such a block. Names and
// addresses there are the sender's.
func withoutSignature(body string, links []string) (string, []string) {
	c := cutter{text: body}
	below, at := 0, 0          // lines of a block that may still come; where the line begins
	signed, notice := false, 0 // a block was seen; where the legal notice below it ends
	for line := range strings.Lines(body) {
		plain := strings.TrimSpace(line[:min(len(line), maxAttribution+2)])
		if signed && c.gap(at) && plain != "" {
			notice = c.noticeEnd(at)
		}
		switch {
		case at < notice:
			c.cut(at, at+len(line))
		case below > 0 && !endsSignature(plain):
			c.cut(at, at+len(line))
			if below--; plain == "" && below < signatureLines-1 {
				below = min(below, signatureLines/2)
			}
		case isSignatureMark(line, plain) || isGreeting(plain) || isThanks(plain) && nameFollows(body[at+len(line):]):
			below, signed = signatureLines, true
		default:
			below = 0
			if isAttribution(plain) {
				c.cut(at, at+len(line))
			}
		}
		at += len(line)
	}
	return c.rest(links)
}

// cutter takes pieces out of a text, which is not copied when there are none.
type cutter struct {
	text      string
	kept, out strings.Builder
	copied    int
}

// gap tells whether the line before is blank.
func (c *cutter) gap(at int) bool {
	return strings.HasSuffix(c.text[:at], "\n\n") || strings.HasSuffix(c.text[:at], "\n\r\n")
}

// maxNotice is how many bytes of a paragraph can be a legal notice.
const maxNotice = 4000

// noticeEnd gives where the paragraph that begins at at ends when it is a legal
// notice, whose addresses are those of who answers for the mail, else 0.
func (c *cutter) noticeEnd(at int) int {
	paragraph := c.text[at:min(len(c.text), at+maxNotice)]
	for _, blank := range [...]string{"\n\n", "\n\r\n"} {
		paragraph, _, _ = strings.Cut(paragraph, blank)
	}
	if !text.Notice(paragraph) {
		return 0
	}
	return at + len(paragraph)
}

func (c *cutter) cut(from, to int) {
	if c.copied == 0 {
		c.kept.Grow(len(c.text))
	}
	c.kept.WriteString(c.text[c.copied:from])
	c.out.WriteString(c.text[from:to])
	c.copied = to
}

func (c *cutter) rest(links []string) (string, []string) {
	if c.copied == 0 {
		return c.text, links
	}
	c.kept.WriteString(c.text[c.copied:])
	return c.kept.String(), linksOutside(links, c.kept.String(), c.out.String())
}

// signatureLines is how many lines a block of name, office, telephone and
// address has at most.
const signatureLines = 14

// maxCutLinks bounds the links that are looked for in a signature block.
const maxCutLinks = 200

func linksOutside(links []string, kept, cut string) []string {
	if len(links) > maxCutLinks {
		return links
	}
	var outside []string
	for _, link := range links {
		if name := shownName(link); !strings.Contains(cut, name) || strings.Contains(kept, name) {
			outside = append(outside, link)
		}
	}
	return outside
}

// shownName is how people write a link: without scheme and final slash.
func shownName(link string) string {
	if _, name, ok := strings.Cut(link, "://"); ok {
		return strings.TrimSuffix(name, "/")
	}
	return link
}

func isSignatureMark(line, plain string) bool {
	return plain == "--" || strings.TrimRight(line, "\r\n") == "-- " || plain == "—"
}

// maxGreeting is the longest line that is only a greeting.
const maxGreeting = 60

// greetings are the lines above a name, in small letters. A language is added by
// adding its words.
var greetings = []string{
	"regards", "best regards", "kind regards", "warm regards", "with regards", "best wishes", "greetings", "cheers", "sincerely", "yours sincerely", "yours faithfully", "respectfully", "many thanks", "thanks and regards", "thank you and regards", "best", "br", "rgds",
	"mit freundlichen grüßen", "mit freundlichen gruessen", "mit freundlichem gruß", "freundliche grüße", "viele grüße", "beste grüße", "liebe grüße", "schöne grüße", "mit besten grüßen", "mfg", "vg", "lg", "hochachtungsvoll", "herzliche grüße", "freundliche grüsse", "gruß", "grüße",
	"cordialement", "bien cordialement", "bien à vous", "sincères salutations", "salutations", "meilleures salutations",
	"saludos", "un saludo", "saludos cordiales", "un cordial saludo", "atentamente", "cordialmente",
	"cordiali saluti", "distinti saluti", "saluti", "un saluto", "cordialità",
	"atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "abraços",
	"met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "groeten", "mvg", "hoogachtend",
	"pozdrawiam", "z poważaniem", "serdecznie pozdrawiam", "z wyrazami szacunku",
	"venlig hilsen", "med venlig hilsen", "mvh", "hilsen", "med vennlig hilsen", "vennlig hilsen", "bedste hilsner", "de bedste hilsner", "hilsner", "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "vänlig hälsning", "hälsningar", "bästa hälsningar",
	"ystävällisin terveisin", "terveisin", "yt", "parhain terveisin", "s pozdravem", "s přátelským pozdravem", "s pozdravom", "üdvözlettel", "tisztelettel", "cu stimă", "cu respect", "saygılarımla", "saygılarımızla", "με εκτίμηση", "з повагою", "с поштовањем", "s poštovanjem", "lep pozdrav", "lugupidamisega", "pagarbiai", "ar cieņu",
	"att", "atte", "grato", "bien à toi", "cdlt", "trân trọng", "감사합니다",
	"с уважением", "с наилучшими пожеланиями", "敬具", "よろしくお願いいたします", "以上", "此致", "此致敬礼", "顺颂商祺",
}

var greetingSet = func() map[string]bool {
	set := make(map[string]bool, len(greetings))
	for _, words := range greetings {
		set[words] = true
	}
	return set
}()

func isGreeting(plain string) bool {
	if plain == "" || len(plain) > maxGreeting || plain[0] == '>' || strings.IndexByte(plain, '@') >= 0 {
		return false
	}
	return greetingSet[strings.ToLower(strings.TrimRight(plain, " ,.!;。、"))]
}

// thanks are the lines that are a greeting when a name stands below.
var thanks = map[string]bool{
	"danke": true, "danke und gruß": true, "danke im voraus": true, "vielen dank": true, "besten dank": true, "thanks": true, "thank you": true, "thx": true, "thanks in advance": true, "merci": true, "merci d'avance": true,
	"gracias": true, "muchas gracias": true, "grazie": true, "grazie mille": true, "obrigado": true, "obrigada": true, "bedankt": true, "dank": true, "alvast bedankt": true, "dziękuję": true, "tack": true, "tak": true, "takk": true, "kiitos": true, "děkuji": true, "teşekkürler": true, "спасибо": true,
}

// longestThanks is more than any of them has bytes.
const longestThanks = 24

func isThanks(plain string) bool {
	return plain != "" && len(plain) <= longestThanks && plain[0] != '>' && thanks[strings.ToLower(strings.TrimRight(plain, " ,.!"))]
}

// longestSigned is the longest line that is only a name.
const longestSigned = 40

// nameFollows tells whether the next line is a person's name: two to four words with
// a capital each.
func nameFollows(rest string) bool {
	for range 2 {
		line, after, _ := strings.Cut(rest, "\n")
		if line = strings.TrimSpace(line); line == "" {
			rest = after
			continue
		}
		words := 0
		for word := range strings.FieldsSeq(line[:min(len(line), longestSigned)]) {
			first, _ := utf8.DecodeRuneInString(word)
			if words++; !unicode.IsUpper(first) {
				return false
			}
		}
		return len(line) < longestSigned && words > 1 && words < 5 && !strings.ContainsAny(line, "0123456789@:/")
	}
	return false
}

// endsSignature tells lines below a signature that are none of it: quotes, rules,
// headings, header fields and evidence.
func endsSignature(plain string) bool {
	if plain == "" {
		return false
	}
	switch plain[0] {
	case '>', '#', '|', '{', '<':
		return plain[0] != '<' || strings.IndexByte(plain, '>') < 0
	}
	return strings.HasSuffix(plain, ":") || strings.HasPrefix(plain, "-----") || strings.HasPrefix(plain, "_____") || strings.HasPrefix(plain, "=====") ||
		strings.HasPrefix(plain, "From: ") || strings.HasPrefix(plain, "Von: ") || strings.HasPrefix(plain, "De : ") || dottedNumber(plain)
}

// dottedNumber tells a line with an address in it: four numbers and three dots.
func dottedNumber(line string) bool {
	dots, digits := 0, 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c-'0' < 10:
			digits++
		case c == '.' && digits > 0 && digits < 4:
			dots, digits = dots+1, 0
		default:
			dots, digits = 0, 0
		}
		if dots == 3 && digits > 0 {
			return !dialled(line)
		}
	}
	return false
}

// dialled tells a line of telephone numbers, which many write with dots.
func dialled(line string) bool {
	for word := range strings.FieldsFuncSeq(line, func(c rune) bool { return !unicode.IsLetter(c) && c != '+' }) {
		if word[0] == '+' && line[0] == '+' || phoneMarks[strings.ToLower(word)] {
			return true
		}
	}
	return false
}

// phoneMarks are the words before telephone numbers, in small letters.
var phoneMarks = map[string]bool{
	"tel": true, "tlf": true, "tél": true, "telefon": true, "téléphone": true, "teléfono": true, "telefono": true, "telefone": true, "telefoon": true, "phone": true, "fon": true, "fax": true,
	"mob": true, "mobil": true, "mobile": true, "móvil": true, "cell": true, "handy": true, "direkte": true, "direkt": true, "direct": true, "durchwahl": true, "natel": true, "gsm": true, "puh": true, "kom": true, "ext": true,
	"тел": true, "моб": true, "факс": true, "τηλ": true, "電話": true, "电话": true, "전화": true, "内線": true,
}

// maxAttribution is the longest line that names who wrote a quoted mail.
const maxAttribution = 250

// isAttribution tells the line that names who wrote the quoted mail below.
func isAttribution(plain string) bool {
	return len(plain) <= maxAttribution && len(plain) >= 8 && plain[0] != '>' && text.Attributes(plain)
}
