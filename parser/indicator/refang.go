package indicator

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// refang undoes defanging and gives the text with its plain dots, colons and at
// signs back, and the offsets in it where something was undone, ascending. A
// text without any is returned as it is, uncopied.
//
// Undone are: [.] (.) {.} <.> and the same with ":", "/", "//", "://", "@",
// "dot", "at", doubled, and with blanks inside or around; a lone "[." or ".]";
// the end of a name in brackets ("[.com]"), a scheme or its "s" in them; " dot "
// and " . " in what can only be a name, and " at " before such a name; a
// backslash before a dot, a colon or a slash; look-alike dots. Signs nobody sees
// are left out. Full-width letters and typographic hyphens become plain ones,
// which is no defanging.
func refang(text string) (string, []int) {
	r := refanger{text: text}
	for i := 0; i < len(text); {
		if !undoable[text[i]] || text[i] == ' ' && !mayBeDot(text, i+1) {
			i++
			continue
		}
		i += max(1, r.step(i))
	}
	if r.copied == 0 {
		return text, nil
	}
	r.out.WriteString(text[r.copied:])
	return r.out.String(), r.marks
}

// undoable are the bytes at which something to undo can begin.
var undoable = func() (set [256]bool) {
	for _, c := range []byte("[({<. \\_\xc2\xe2\xe3\xef") {
		set[c] = true
	}
	return set
}()

// mayBeDot tells whether the sign behind a blank can begin what blank undoes.
func mayBeDot(text string, i int) bool {
	if i >= len(text) {
		return false
	}
	switch text[i] {
	case '[', '(', '{', 'd', 'D', 'a', 'A', '.', ':', '/', '@':
		return true
	}
	return false
}

// refanger copies a text, replacing as it goes.
type refanger struct {
	text   string
	out    strings.Builder
	copied int // text up to here stands in out
	marks  []int
	spoken int // dots before this offset belong to a name that was recognised
}

// step undoes what begins at i and tells how many bytes it took, 0 for none.
func (r *refanger) step(i int) int {
	switch r.text[i] {
	case '[', '(', '{', '<':
		return r.bracket(i, i)
	case '.':
		return r.halfClosed(i)
	case ' ':
		return r.blank(i)
	case '\\':
		return r.escaped(i)
	case '_':
		return r.underscored(i)
	}
	return r.lookAlike(i)
}

// replace puts plain for text[from:to] and marks the place.
func (r *refanger) replace(from, to int, plain string) int {
	if r.copied == 0 {
		r.out.Grow(len(r.text))
	}
	r.out.WriteString(r.text[r.copied:from])
	r.marks = append(r.marks, r.out.Len())
	r.out.WriteString(plain)
	r.copied = to
	return to - from
}

// spell puts another spelling without a mark: nobody wrote it to defang.
func (r *refanger) spell(from, to int, plain string) int {
	r.out.WriteString(r.text[r.copied:from])
	r.out.WriteString(plain)
	r.copied = to
	return to - from
}

// What may stand between two brackets at most (" dot ", ".online", "собака"), and how
// often a bracket may be repeated.
const (
	bracketInside = 12
	bracketDepth  = 3
)

// bracket undoes "[.]" and its kin; from is where the replacement begins, which
// is before the bracket when a blank stands there.
func (r *refanger) bracket(from, at int) int {
	inside, end := r.inside(at)
	if end == 0 {
		return r.halfOpen(from, at)
	}
	plain := bracketed(strings.TrimSpace(inside))
	switch {
	case plain == "" || r.text[at] == '<' && len(plain) > 1:
		if from == at && r.text[at] != '<' && r.partOfName(at, inside, end) {
			return r.replace(at, end, inside)
		}
		return r.halfOpen(from, at)
	case from < at || plain == "." || plain == "@":
		end = r.skipBlank(end)
	}
	begin := from
	if plain == "." && r.text[at] == '[' {
		begin, end = r.unpaired(from, end)
	}
	r.replace(begin, end, plain)
	return end - from
}

// unpaired takes the brackets along that stand around a dot without their pair:
// "example[[.]com", "example[.]]com".
func (r *refanger) unpaired(from, end int) (int, int) {
	if from > r.copied+1 && r.text[from-1] == '[' && alnum(r.text[from-2]) {
		from--
	}
	if end+1 < len(r.text) && r.text[end] == ']' && alnum(r.text[end+1]) {
		end++
	}
	return from, end
}

// inside gives what stands between the brackets that open at at, and the offset
// behind those that close them, 0 when they do not close soon.
func (r *refanger) inside(at int) (string, int) {
	text, open := r.text, r.text[at]
	depth := 1
	for depth < bracketDepth && at+depth < len(text) && text[at+depth] == open {
		depth++
	}
	begin := at + depth
	end := begin
	for end < len(text) && end-begin < bracketInside && text[end] != closing(open) {
		end++
	}
	for n := range depth {
		if end+n >= len(text) || text[end+n] != closing(open) {
			return "", 0
		}
	}
	return text[begin:end], end + depth
}

// partOfName knows parts of names and schemes that people put in brackets:
// "evil[.com]", "evil.[com]", "http[s]://", "[http]://".
func (r *refanger) partOfName(at int, inside string, end int) bool {
	if inside == "" {
		return false
	}
	switch {
	case inside[0] == '.' && len(inside) > 2:
		return at > 0 && alnum(r.text[at-1]) && lettersOnly(inside)
	case at > 1 && r.text[at-1] == '.' && alnum(r.text[at-2]):
		return len(inside) > 1 && lettersOnly(inside)
	case inside == "s" || inside == "S":
		return schemeEnds(r.text[end:]) && at >= 4 && r.text[at-1]|0x20 == 'p' && alnum(r.text[at-2])
	}
	known, _ := readScheme(inside)
	return known != "" && (schemeEnds(r.text[end:]) || strings.HasPrefix(r.text[end:], "[:"))
}

// skipBlank steps over one blank when a word follows it.
func (r *refanger) skipBlank(i int) int {
	if i+1 < len(r.text) && r.text[i] == ' ' && alnum(r.text[i+1]) && i >= 2 {
		return i + 1
	}
	return i
}

// halfOpen undoes "example[.com".
func (r *refanger) halfOpen(from, at int) int {
	text := r.text
	if from != at || text[at] != '[' || at+2 >= len(text) || text[at+1] != '.' || !alnum(text[at+2]) || at == 0 || !alnum(text[at-1]) {
		return 0
	}
	return r.replace(at, at+2, ".")
}

// halfClosed undoes "example.]com".
func (r *refanger) halfClosed(at int) int {
	text := r.text
	if at+2 >= len(text) || text[at+1] != ']' || !alnum(text[at+2]) || at == 0 || !alnum(text[at-1]) {
		return 0
	}
	return r.replace(at, at+2, ".")
}

// escaped undoes "example\.com" and "http\://"; "\/" is how JSON writes a slash.
func (r *refanger) escaped(at int) int {
	text := r.text
	if at+2 >= len(text) || at == 0 {
		return 0
	}
	before := alnum(text[at-1])
	switch next := text[at+1]; {
	case next == '.' && before && alnum(text[at+2]):
		return r.replace(at, at+2, ".")
	case next == ':' && before && (text[at+2] == '/' || text[at+2] == '\\'):
		return r.replace(at, at+2, ":")
	case next == '/' && (before || text[at-1] == ':' || text[at-1] == '/'):
		return r.spell(at, at+2, "/")
	case next == 'u':
		return r.escapedCode(at)
	}
	return 0
}

// escapedCode undoes the "\u0026" and "\u003d" with which JSON writes signs that
// mean something to HTML. Letters and digits it never writes so.
func (r *refanger) escapedCode(at int) int {
	const size = len(`\u0026`)
	if at+size > len(r.text) || r.text[at+2:at+4] != "00" {
		return 0
	}
	code, err := strconv.ParseUint(r.text[at+4:at+size], 16, 8)
	if err != nil || code <= ' ' || code >= 0x7f || alnum(byte(code)) {
		return 0
	}
	return r.spell(at, at+size, string(rune(code)))
}

// underscored undoes "bob_AT_example" and "example_DOT_com". In small letters
// programs name their variables so.
func (r *refanger) underscored(at int) int {
	text := r.text
	if at == 0 || !alnum(text[at-1]) {
		return 0
	}
	for _, sign := range [...]struct{ written, plain string }{{"_AT_", "@"}, {"_DOT_", "."}} {
		end := at + len(sign.written)
		if strings.HasPrefix(text[at:], sign.written) && end < len(text) && alnum(text[end]) {
			return r.replace(at, end, sign.plain)
		}
	}
	return 0
}

// blank undoes " [.] ", " dot ", " . ", " at " and " :// ".
func (r *refanger) blank(at int) int {
	text := r.text
	if at == 0 || at+3 >= len(text) {
		return 0
	}
	if text[at-1] == ':' && strings.HasPrefix(text[at:], " //") {
		return r.partedScheme(at)
	}
	if !alnum(text[at-1]) {
		return 0
	}
	switch text[at+1] {
	case '[', '(', '{':
		return r.spacedBracket(at)
	case 'd', 'D':
		if word(text[at:], " dot ") && r.spacedDot(at, at+5, functionWord) {
			return r.replace(at, at+5, ".")
		}
	case '.':
		if text[at+2] == ' ' && r.spacedDot(at, at+3, wordSuffix) {
			return r.replace(at, at+3, ".")
		}
		if r.quotedName(at) {
			return r.replace(at, at+2, ".")
		}
	case '@':
		return r.spacedAt(at)
	case 'a', 'A':
		if word(text[at:], " at ") && r.spokenAddress(at) {
			return r.replace(at, at+4, "@")
		}
	case ':':
		return r.spacedScheme(at)
	}
	return 0
}

// spacedScheme undoes "http :// x" and "http : // x".
func (r *refanger) spacedScheme(at int) int {
	for _, form := range [...]string{" ://", " : //"} {
		if strings.HasPrefix(r.text[at:], form) {
			return r.replace(at, r.skipBlank(at+len(form)), "://")
		}
	}
	return 0
}

// partedScheme undoes "http: //x", as copies from documents have it.
func (r *refanger) partedScheme(at int) int {
	if before := r.text[max(0, at-len("https:")):at]; word(before, "http") || word(before, "hxxp") || strings.HasSuffix(before, "ttp:") || strings.HasSuffix(before, "xxp:") {
		return r.replace(at, at+1, "")
	}
	return 0
}

// spacedBracket undoes " [.] " only when a word follows, so that a bracket
// after a word stays one.
func (r *refanger) spacedBracket(at int) int {
	end := strings.IndexByte(r.text[at:min(len(r.text), at+bracketInside+3)], closing(r.text[at+1]))
	if end < 0 {
		return 0
	}
	plain := bracketed(strings.TrimSpace(r.text[at+2 : at+end]))
	if plain != "." && plain != "@" {
		return 0
	}
	return r.bracket(at, at+1)
}

// maxSpoken is how many labels of a spoken name are looked at.
const maxSpoken = 8

// spacedDot tells whether a dot with blanks around it stands in a name and is not
// the end of a sentence or a word of one: what follows must be numbers, or a name
// below a suffix that exists and, where it is the only such dot, is no word.
func (r *refanger) spacedDot(at, next int, isWord func(string) bool) bool {
	text := r.text
	if at < r.spoken {
		return true
	}
	if next < len(text) && digit(text[at-1]) && digit(text[next]) {
		return true
	}
	last, dots := next, 1
	end := labelEnd(text, next)
	for n := 0; n < maxSpoken; n++ {
		size := dotSize(text[end:])
		if size == 0 {
			break
		}
		last, dots = end+size, dots+1
		end = labelEnd(text, last)
	}
	suffix := text[last:end]
	if !knownSuffix(suffix) || dots == 1 && isWord(strings.ToLower(suffix)) {
		return false
	}
	r.spoken = end
	return true
}

func labelEnd(text string, i int) int {
	end := i
	for end < len(text) && end-i < maxLabel && (alnum(text[end]) || text[end] == '-') {
		end++
	}
	return end
}

// dotSize gives the length of the dot a text begins with, spoken, in brackets or
// plain, 0 when it begins with none that a label follows.
func dotSize(text string) int {
	for _, dot := range [...]string{" dot ", " . ", "[.]", "(.)", "[dot]", "(dot)", " [.] ", " [dot] ", " (dot) ", "."} {
		if word(text, dot) && len(text) > len(dot) && alnum(text[len(dot)]) {
			return len(dot)
		}
	}
	return 0
}

// spokenWord is the longest label looked at behind a spoken " at ".
const spokenWord = 63

// lookAlike undoes dots of other scripts, signs nobody sees, full-width letters
// and typographic hyphens.
func (r *refanger) lookAlike(at int) int {
	sign, size := utf8.DecodeRuneInString(r.text[at:])
	end := at + size
	switch sign {
	case '。', '．', '｡', '․', '﹒':
		if at > 0 && end < len(r.text) && r.nameBefore(at) && r.nameBehind(end) {
			return r.replace(at, end, ".")
		}
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		if at > 0 && end < len(r.text) && alnum(r.text[at-1]) {
			return r.replace(at, end, "")
		}
		return r.spell(at, end, "")
	case '\u2014':
		if at == 0 || end == len(r.text) || alnum(r.text[at-1]) && !digit(r.text[at-1]) || alnum(r.text[end]) && !digit(r.text[end]) {
			return 0 // between words it parts sentences
		}
		return r.spell(at, end, "-")
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2212', '\ufe63':
		return r.spell(at, end, "-")
	}
	if sign >= '！' && sign <= '～' {
		return r.spell(at, end, string(sign-'！'+'!'))
	}
	return 0
}

// nameBefore and nameBehind tell whether a look-alike dot stands in a name: with
// a letter of its own script beside it, it ends a sentence.
func (r *refanger) nameBefore(at int) bool {
	sign, _ := utf8.DecodeLastRuneInString(r.text[:at])
	return alnum(r.text[at-1]) || wideName(sign)
}

func (r *refanger) nameBehind(at int) bool {
	sign, _ := utf8.DecodeRuneInString(r.text[at:])
	return alnum(r.text[at]) || wideName(sign)
}

func wideName(sign rune) bool {
	return sign >= '０' && sign <= '９' || sign >= 'ａ' && sign <= 'ｚ'
}

// bracketed gives what a bracket's inside stands for, "" for nothing.
func bracketed(inside string) string {
	switch inside {
	case ".", ":", "::", "/", "//", "://", "@":
		return inside
	}
	return spokenSigns[strings.ToLower(inside)]
}

// spokenSigns are the words people put in brackets for a dot and an at sign. A
// language is added by adding its words.
var spokenSigns = func() map[string]string {
	all := map[string]string{}
	for sign, words := range map[string]string{
		".": "dot d0t , \\. · • punkt punto point ponto punt kropka tečka tecka bod pont nokta piste prick prik точка крапка 点 點",
		"@": "at ät arroba chiocciola małpa malpa arobase zavináč zavinac kukac apenstaartje apestaartje snabel-a собака собачка",
	} {
		for word := range strings.FieldsSeq(words) {
			all[word] = sign
		}
	}
	return all
}()

func closing(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '{':
		return '}'
	case '<':
		return '>'
	}
	return ']'
}

// word tells whether text begins with w, in any case.
func word(text, w string) bool {
	return len(text) >= len(w) && text[0]|0x20 == w[0]|0x20 && strings.EqualFold(text[:len(w)], w)
}

func digit(c byte) bool    { return c-'0' < 10 }
func alnum(c byte) bool    { return c|0x20-'a' < 26 || c-'0' < 10 }
func nameByte(c byte) bool { return alnum(c) || c >= 0x80 }
