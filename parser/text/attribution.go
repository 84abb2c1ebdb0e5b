package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// An attribution is what a client writes above the mail it quotes: who wrote it,
// and when. Every language and client orders it in its own way, but all of them
// name a date, a time or an address, close with a colon, and most have a word
// for writing. That is asked for, rather than the wording of each.

// wrote are the words for writing that stand right before the colon. A language
// is added by adding its words.
var wrote = []string{
	"wrote", "writes", "escribió", "escribio", "a écrit", "a ecrit", "ha scritto", "escreveu", "va escriure", "a scris",
	"schrieb", "geschrieben", "schreef", "geschreven",
	"skrev", "har skrevet", "har skrivit", "skrifaði", "kirjoitti", "kirjutas", "rakstīja", "rašė", "parašė",
	"pisze", "napisał(a)", "napisał", "napisała", "napisal(a)", "napsal", "napsal(a)", "napsala", "napísal", "napísal(a)", "napísala",
	"píše", "napisao", "napisala", "napisao je", "napisao/la", "napisal", "napisal/-a", "je napisao", "је написао",
	"написал", "написал(а)", "написала", "пишет", "писал", "писал(а)", "пише", "написав", "написав(ла)", "написа", "напісаў",
	"ezt írta", "írta", "yazdı", "şunu yazdı", "şunları yazdı", "έγραψε", "έγραψε τα εξής", "đã viết", "viết", "menulis", "menulis:", "เขียนว่า", "เขียน",
	"写道", "寫道", "写到", "さんは書きました", "が書きました", "書きました", "のメール", "のメッセージ", "さんのメール", "작성", "님이 작성", "님이 씀", "썼습니다", "כתב", "כתב/ה", "كتب",
	"dijo", "ha scritto:", "je napisala", "yazmış", "نوشت", "نوشته است", "نوشته", "ได้เขียน", "menulis sbb", "je napisao/la", "написав/ла", "написа/ла", "ai scris",
}

// writing are those after which the writer or the date follows.
var writing = []string{
	" schrieb ", "schrieb am ", " schreef ", "schreef op ", " skrev ", "skrev den ", " wrote on ", " wrote at ", " вы писали ", " ви писали ", " вы написали ", " escribió el ", " escreveu (", " escreveu em ",
	" a écrit le ", " a écrit (", " ha scritto il ", " ezt írta ", " napsal(a) ", " napsal ", " napísal ", " pisze ", " написал ", " написал(а) ", " пишет ",
	" kirjutas ", " cu privire la ", " je v ", " tarihinde ", "寫於", " مكتوب", " تمت كتابة ", " escribio el ", " wrote (", " schrieb (", " ha scritto (",
	" u navedenom ", "missatge de ", " написав ", " پر لکھا", " kirjoitti ",
}

// opening are the words with which an attribution begins, before its date.
var opening = []string{
	"on ", "am ", "le ", "el ", "il ", "em ", "no dia ", "a ", "op ", "w dniu ", "dnia ", "den ", "d. ", "på ", "vào ", "at ", "dne ", "στις ", "на ", "в ", "у ",
	"pada ", "la ", "kuupäev ", "în ", "ke ", "ngày ", "في ", "בתאריך ", "在", "于", "於", "ในวันที่", "missatge de", "in message ", "in article ", "---- on ", "-- on ",
	"---on ", "il giorno ", "ai ", "در تاریخ ", "در ", "pada tanggal ", "เมื่อ", "dana ", "dne ", "uto, ", "pe ", "od ", "dňa ",
}

// quoting are attributions without a date.
var quoting = []string{"quoting ", "zitat von ", "zitiere ", "citando ", "citation de ", "citát ", "cytowanie ", "citerar ", "citat från ", "quoted from "}

// ownAddress is a mail address in brackets.
var ownAddress = regexp.MustCompile(`[<(\[](mailto:)?[^<>()\[\] ]{1,100}@[^<>()\[\] ]{1,100}[>)\]]`)

const (
	maxAttribution = 4   // lines: clients fold it at 72 columns or before the address
	maxJoined      = 500 // bytes of them together

	// maxAttributions is how many lines of one text are tried, each with a hundred
	// words: more than any mail quotes, and a tenth of a second. What stands behind
	// them stays the sender's.
	maxAttributions = 10_000
)

// attributionTo finds the attribution whose last line is n, and tells where it
// begins.
func (s *sheet) attributionTo(n int) (from int, ok bool) {
	if s.plain[n] == "" || s.attributions >= maxAttributions {
		return 0, false
	}
	below := s.quotedBelow(n + 1)
	if !below && !closing(s.plain[n]) {
		return 0, false
	}
	if below && bracketed.MatchString(s.plain[n]) {
		return n, true
	}
	s.attributions++
	from, opened, joined := -1, false, ""
	for k := n; k >= 0 && k > n-maxAttribution && s.lines[k].kind == own && s.plain[k] != ""; k-- {
		opens := opens(s.plain[k])
		if opened && !opens || from >= 0 && isSentence(s.plain[k]) {
			break
		}
		if joined = strings.TrimSpace(bare(s.plain[k]) + " " + joined); len(joined) > maxJoined {
			break
		}
		if !introduces(joined, below) {
			continue
		}
		if opens || from < 0 || continued(s.plain[from]) {
			from, opened = k, opens
		}
	}
	if from >= 0 && !below && (s.cites(from, n+1) || inSentence.MatchString(s.lines[from].raw)) {
		return 0, false
	}
	if from >= 0 && !opened {
		from = s.parted(from)
	}
	return from, from >= 0
}

// parted gives the line above a blank one where an attribution begins whose
// other half stands at n: programs that make paragraphs of lines part them.
func (s *sheet) parted(n int) int {
	above := s.above(n)
	if above < 0 || above != n-2 || !continued(s.plain[n]) || s.lines[above].kind != own {
		return n
	}
	line := s.plain[above]
	if !opens(line) || !hasTime(line) || isSentence(line) || closing(line) {
		return n
	}
	return above
}

// runsOn tells an attribution behind which the quoted mail goes on in the same
// line, parted by blanks (Yahoo's telephones). Only a whole one counts: date,
// time, address and a word for writing.
func (s *sheet) runsOn(n int) bool {
	before, rest, found := strings.Cut(strings.TrimSpace(s.lines[n].raw), ":  ")
	if !found || len(before) > maxJoined || strings.TrimSpace(rest) == "" {
		return false
	}
	line := bare(fold(before))
	return opens(line) && hasDate(line) && hasTime(line) && ownAddress.MatchString(line) && endsWriting(line)
}

// bracketed is how some news readers name the writer of a quote: with the date
// and the time behind him in brackets.
var bracketed = regexp.MustCompile(`^\* [^:]{2,60} [\[(][^\])]{0,30}\d\d:\d\d[^\])]{0,20}[\])] ?:$`)

// inSentence is how a sentence goes on behind a greeting: "Hallo,\n\nam 17.
// November schrieb …". Programs write these words with a capital.
var inSentence = regexp.MustCompile(`^\s*(?:on|at|am|le|el|il|em|op|den) `)

// cites tells lines like "the attacker wrote:" in front of what a report shows:
// nobody is named by an address, no sign of quotation stands below, and the mail
// begins so though it answers none, or lines of a log follow.
func (s *sheet) cites(from, to int) bool {
	if joined := strings.Join(s.plain[from:to], " "); strings.Contains(joined, "@") || strings.HasPrefix(joined, "--") {
		return false
	}
	next := s.next(to)
	if next >= len(s.lines) {
		return false
	}
	if s.lines[next].mark != markNone || s.lines[from].mark != markNone {
		return false
	}
	return !s.answer && s.beginsAt(from) || isLog(s.plain[next]) || shownAddress.MatchString(s.plain[next])
}

// beginsAt tells whether the mail begins with a line, or with no more than a
// greeting above it.
func (s *sheet) beginsAt(n int) bool {
	if n > s.first && startsAny(s.plain[s.first], greetings) {
		return s.next(s.first+1) >= n
	}
	return n <= s.first
}

// isSentence tells a line that ends like one.
func isSentence(line string) bool { return strings.TrimRight(line, ".!?") != line }

// closing tells a line that may end an attribution though no marked quote follows.
func closing(line string) bool {
	line = bare(line)
	return strings.HasSuffix(line, ":") || strings.HasSuffix(line, "---") && len(line) < 300
}

// continued tells a line that cannot be the first of an attribution.
func continued(line string) bool {
	return strings.HasPrefix(line, "<") || strings.HasPrefix(line, "(") || startsAny(line, wrote) || startsAny(" "+line, writing)
}

// opens tells a line that may be the first of an attribution: it has its date in
// front, or behind a word that opens one.
func opens(line string) bool {
	line = strings.TrimLeft(bare(line), "-\"' ")
	if continued(line) {
		return false
	}
	return hasDate(cut(line, 48)) || startsAny(line, quoting) ||
		startsAny(line, opening) && strings.ContainsAny(cut(line, 90), "0123456789")
}

// cut gives the first n bytes of a text, without half a sign at the end.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// Attributes tells a line that alone, whatever stands around it, names who wrote
// the mail below: it ends in a colon and says that somebody wrote.
func Attributes(line string) bool {
	line = strings.TrimRight(line, " \t\r\n")
	if !strings.HasSuffix(line, ":") && !strings.HasSuffix(line, "：") {
		return false
	}
	bare := strings.TrimRight(fold(line), ":-* \"")
	return endsWriting(bare) || strings.Contains(bare, "@") && hasAny(" "+bare+" ", writing)
}

// introduces tells whether a folded text is an attribution. below: a marked
// quote follows, so that less needs to speak for it.
func introduces(text string, below bool) bool {
	framed := strings.HasPrefix(text, "--") && strings.HasSuffix(text, "--")
	colon := strings.HasSuffix(text, ":") || framed
	text = strings.TrimRight(text, ":-* \"")
	at := strings.Contains(text, "@")
	address, date, time := at && ownAddress.MatchString(text), hasDate(text), hasTime(text)
	verb := endsWriting(text)
	switch {
	case verb && (colon || below):
		return below || framed || address || time && (date || opens(text)) || at && date
	case !colon:
		return below && address && date && opens(text)
	case hasAny(" "+text+" ", writing):
		return date && (at || time || below) || below
	case below && startsAny(text, quoting):
		return true
	case address && date && time:
		return endsInAddress(text) || below
	}
	return below && at && (date || time) && (address || opens(text))
}

// endsWriting tells a text whose last word is one for writing. What stands in
// brackets behind it may be the date.
func endsWriting(text string) bool {
	if open := strings.LastIndexByte(text, '('); open > 0 && strings.HasSuffix(text, ")") && hasDate(text[open:]) {
		text = strings.TrimRight(text[:open], " ")
	}
	return slices.ContainsFunc(wrote, func(verb string) bool {
		before, found := strings.CutSuffix(text, verb)
		return found && (before == "" || !letterEnds(before) || verb[0] >= utf8.RuneSelf)
	})
}

func letterEnds(text string) bool {
	last := text[len(text)-1]
	return last >= 'a' && last <= 'z' || last >= utf8.RuneSelf
}

func endsInAddress(text string) bool {
	places := ownAddress.FindAllStringIndex(text, -1)
	return len(places) > 0 && len(text)-places[len(places)-1][1] <= 2
}
