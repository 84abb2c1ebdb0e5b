package text

import (
	"regexp"
	"strings"
)

// seam is a line that announces a mail quoted whole.
type seam struct{ found, forwarded bool }

// answered are the words of such lines above a mail that is answered.
var answered = setOf(
	"original message", "original email", "original e-mail", "original appointment", "original mail", "reply message", "replied message", "previous message", "message original",
	"ursprüngliche nachricht", "originalnachricht", "original-nachricht", "urspruengliche nachricht", "ursprüngliche mail", "ursprungsnachricht", "originalmail", "ursprünglicher termin",
	"message d'origine", "message initial", "message précédent", "mail original", "e-mail d'origine",
	"mensaje original", "correo original", "mensaje de origen", "messaggio originale", "messaggio originario", "mensagem original",
	"oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht", "wiadomość oryginalna", "oryginalna wiadomość", "pierwotna wiadomość", "pôvodná správa",
	"исходное сообщение", "оригинальное сообщение", "пересылаемое сообщение от", "вихідне повідомлення", "початкове повідомлення", "оригінальне повідомлення",
	"ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "original meddelelse", "opprinnelig melding", "original melding", "alkuperäinen viesti",
	"původní zpráva", "původní e-mail", "eredeti üzenet", "eredeti levél", "orijinal mesaj", "özgün ileti", "orjinal mesaj", "αρχικό μήνυμα", "πρωτότυπο μήνυμα",
	"mesaj original", "mesajul original", "izvorna poruka", "originalna poruka", "izvirno sporočilo", "оригинално съобщение", "missatge original",
	"元のメッセージ", "元のメール", "原始邮件", "原邮件", "回复的原邮件", "原始郵件", "原始訊息", "原始信件", "원본 메시지", "원본 메일", "원본 이메일", "원본 메세지", "원문 메일", "원본편지", "original message from",
	"thư gốc", "tin nhắn gốc", "pesan asli", "הודעה מקורית", "הודעה המקורית", "الرسالة الأصلية", "رسالة أصلية", "ข้อความต้นฉบับ",
)

// passed are those above a mail that is forwarded.
var passed = setOf(
	"forwarded message", "forwarded mail", "forwarded by", "begin forwarded message", "start of forwarded message", "forwarded email", "forwarded appointment",
	"weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail", "weitergeleitete mail", "weitergeleitet von",
	"message transféré", "message transmis", "début du message transféré", "début du message réexpédié", "courriel transféré", "message réexpédié",
	"mensaje reenviado", "inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato",
	"mensagem encaminhada", "início da mensagem reencaminhada", "início da mensagem encaminhada", "mensagem reencaminhada",
	"doorgestuurd bericht", "begin doorgestuurd bericht", "doorgestuurde e-mail", "przekazana wiadomość", "treść przekazanej wiadomości", "początek przekazywanej wiadomości", "wiadomość przekazana",
	"пересылаемое сообщение", "перенаправленное сообщение", "пересылаемое письмо", "转发的消息", "轉寄訊息", "转发消息", "iletilmiş mesaj", "mesaj înaintat", "препратено съобщение", "пренасочено съобщение", "proslijeđena poruka", "posredovano sporočilo", "прослеђена порука", "persiųstas laiškas", "edastatud kiri", "pārsūtītais ziņojums", "начало переадресованного сообщения", "пересланное сообщение", "переслане повідомлення", "початок переадресованого повідомлення",
	"vidarebefordrat meddelande", "vidarebefordrat brev", "videresendt meddelelse", "videresendt besked", "start på videresendt besked", "start på videresendt melding", "videresendt melding",
	"välitetty viesti", "edelleenlähetetty viesti", "välitetty viesti alkaa", "přeposlaná zpráva", "začátek přeposlané zprávy", "preposlaná správa",
	"továbbított üzenet", "továbbított levél", "iletilen ileti", "iletilen mesaj", "yönlendirilen mesaj", "προωθημένο μήνυμα", "mesaj redirecționat", "missatge reenviat",
	"転送メッセージ", "転送されたメッセージ", "転送元メッセージ", "以下是转发的邮件", "以下為轉寄的郵件", "以下是轉寄的郵件", "以下是被转发的邮件", "转发的邮件", "转发邮件", "转发邮件信息", "转发的邮件信息", "已转发邮件", "開始轉寄郵件", "轉寄郵件", "轉寄的郵件", "开始转发的邮件", "被转发邮件的开始", "전달된 메시지", "전달된 메일", "전달된 메세지",
	"thư được chuyển tiếp", "thư đã chuyển tiếp", "tin nhắn được chuyển tiếp", "pesan yang diteruskan", "הודעה שהועברה", "رسالة معاد توجيهها",
)

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, word := range words {
		set[word] = true
	}
	return set
}

// separator reads a line that announces a mail quoted whole.
func separator(line string) (found, forward bool) {
	if len(line) > 300 || !maySeparate(line) {
		return false, false
	}
	read := seamOf(fold(line))
	return read.found, read.forwarded
}

// maySeparate is a cheap test for what seamOf asks of a line; signs of other
// scripts may become dashes and colons when it is folded.
func maySeparate(line string) bool {
	last := strings.TrimRightFunc(line, func(r rune) bool { return r <= ' ' || r == '*' || r == 0x7f })
	return strings.HasSuffix(last, ":") || strings.Contains(line, "--") || strings.HasPrefix(line, "==") || !isASCII(line)
}

// seamOf reads a folded line: words of the tables between dashes, or before a
// colon.
func seamOf(plain string) seam {
	doubled := strings.HasPrefix(plain, "====") && strings.HasSuffix(plain, "====") // Zoho's
	if len(plain) > 200 || !doubled && !strings.Contains(plain, "--") && !strings.HasSuffix(strings.TrimRight(plain, "* "), ":") {
		return seam{}
	}
	dashed := doubled || strings.HasPrefix(strings.TrimLeft(plain, "> *<"), "--")
	words, colon := strings.CutSuffix(strings.Trim(plain, "-_=*>< ."), ":")
	words = strings.TrimRight(words, " *")
	switch {
	case !dashed && !colon:
		return seam{}
	case passed[words], dashed && startsAny(words, passedFrom):
		return seam{found: true, forwarded: true}
	}
	return seam{found: answered[words] || dashed && strings.HasPrefix(words, "original message")}
}

// passedFrom begin separators that name the sender (mutt, Notes).
var passedFrom = []string{"forwarded by ", "forwarded message from ", "forwarded from ", "weitergeleitet von ", "weitergeleitete nachricht von ", "message transféré de ", "inoltrato da ", "reenviado por ", "doorgestuurd door "}

// passedEnd are the lines behind which the sender goes on (mutt, Pine, Notes).
var passedEnd = setOf("end forwarded message", "end of forwarded message", "end of forwarded mail", "ende der weitergeleiteten nachricht", "ende weitergeleitete nachricht",
	"fin du message transféré", "fin du message réexpédié", "fin del mensaje reenviado", "fine messaggio inoltrato", "einde doorgestuurd bericht", "end original message", "end of original message",
	"ende der originalnachricht", "конец пересылаемого сообщения", "end included message", "end quoted message")

// notesHead is the frame that Lotus Notes draws around the head of a mail.
var notesHead = regexp.MustCompile(`^\|[-+]{6,}[>|]?$`)

// notesLine is how Lotus Notes sums up a mail above its head: who, when, and how
// it begins.
var notesLine = regexp.MustCompile(`^[^-]{2,100} ?---\d{1,4}[./-]\d{1,2}[./-]\d{1,4} \d{1,2}:\d\d(:\d\d)?( [ap]m)?---`)

// introductions finds where earlier mail begins that is introduced: by an
// attribution, a separator or a head.
func (s *sheet) introductions() {
	for n := 0; n < len(s.lines); n++ {
		if s.lines[n].kind != own || s.plain[n] == "" && s.lines[n].mark == markNone {
			continue
		}
		from, to := s.introduction(n)
		if to == 0 {
			continue
		}
		s.set(from, to, introduction)
		if s.marked(to) {
			n = to - 1
			continue
		}
		if s.alone(from) && s.lines[n].mark == markNone && (!s.whole(n, to) || asksReply(s.plain[n])) {
			n = to - 1 // nothing but this line says that the words below are not the sender's
			continue
		}
		end := s.wholeEnd(to)
		s.set(to, end, quoted)
		n = end - 1
	}
}

// wholeEnd is the line behind a mail that is quoted whole. Most programs do not
// say where it ends; then it is the end of all.
func (s *sheet) wholeEnd(n int) int {
	for ; n < len(s.lines); n++ {
		if strings.HasPrefix(s.plain[n], "--") && passedEnd[strings.Trim(s.plain[n], "- ")] {
			return n + 1
		}
	}
	return n
}

// introduction gives the lines that introduce earlier mail, the first of which
// that says so is n. to is 0 when there are none.
func (s *sheet) introduction(n int) (from, to int) {
	switch {
	case s.lines[n].mark == markCite:
		return n, s.cite(n)
	case s.whole(n, n+1):
		if above := s.above(n); above >= 0 && isDash(s.plain[above]) && asksReply(s.plain[n]) {
			return above, n + 1
		}
		return n, s.headEnd(n + 1)
	}
	if from, ok := s.attributionTo(n); ok {
		return from, n + 1
	}
	if strings.Contains(s.plain[n], "---") && notesLine.MatchString(s.plain[n]) {
		return n, s.headEnd(n + 1)
	}
	if from, to := s.columnHead(n); to > 0 {
		return from, to
	}
	if isRule(s.plain[n]) {
		if next := s.next(n + 1); next < len(s.lines) && next <= n+3 {
			if found := s.head(next); found.n > 0 {
				return n, next + found.n
			}
		}
		return 0, 0
	}
	if found := s.head(n); found.n > 0 && found.addressed() {
		return n, n + found.n
	}
	if s.runsOn(n) || isLineHead(s.plain[n]) || isGroupWise(s.plain[n]) {
		return n, n + 1
	}
	return n, s.shortHead(n)
}

// shortHead is the end of a head of two fields: right above a marked quote, or
// a sender with his address and a date with its time. 0 when there is none.
func (s *sheet) shortHead(n int) int {
	if !s.mayBeShortHead(n) {
		return 0
	}
	to := n
	for to < len(s.lines) && to < n+maxAttribution && s.lines[to].kind == own {
		if name, _ := label(s.plain[to]); name == "" {
			break
		}
		to++
	}
	if to-n < 2 || !s.quotedBelow(to) && !s.dated(s.plain[n:to]) {
		return 0
	}
	return to
}

// mayBeShortHead looks for a quote or an address near a line before its fields
// are read: eight megabytes may be lines that look like fields.
func (s *sheet) mayBeShortHead(n int) bool {
	for k := n; k < len(s.lines) && k < n+maxAttribution+near; k++ {
		if s.lines[k].kind == quoted || k < n+maxAttribution && strings.IndexByte(s.plain[k], '@') >= 0 {
			return true
		}
	}
	return false
}

// dated tells whether fields name a sender with his address, and a time.
func (s *sheet) dated(lines []string) bool {
	from, date := false, false
	for _, line := range lines {
		switch name, value := label(line); name {
		case "from":
			from = ownAddress.MatchString(value)
		case "date":
			date = hasDate(value) && hasTime(value)
		}
	}
	return from && date
}

// head reads the head of a quoted mail that begins at n and is not itself marked
// as a quote.
func (s *sheet) head(n int) head {
	if !beginsHead(s.plain[n]) {
		return head{}
	}
	to := n
	for to < len(s.lines) && to < n+maxHead && s.lines[to].kind == own {
		to++
	}
	if to == n {
		return head{}
	}
	return s.heads.at(s.plain[n:to])
}

// whole tells lines that say that a whole mail follows.
func (s *sheet) whole(n, to int) bool {
	plain := s.plain[n]
	if seamOf(plain).found || asksReply(plain) || isLineHead(plain) {
		return true
	}
	if strings.HasPrefix(plain, "|") && notesHead.MatchString(plain) && n+1 < len(s.lines) && strings.HasPrefix(s.plain[n+1], "| ") && strings.Contains(s.plain[n+1], ":") {
		return true
	}
	return to > n+1 // a head
}

// Labels of a head in which each stands on a line of its own.
var (
	columnTo      = setOf("to", "an", "à", "a", "para", "per", "aan", "do", "кому", "宛先", "收件人")
	columnSubject = setOf("subject", "thema", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "temat", "тема", "件名", "主题")
)

// maxColumn is how many lines such a head has, blank ones included.
const maxColumn = 24

// columnHead reads the head that Lotus Notes leaves in plain text where it was a
// table: the sender, the date, and below them labels and values in turn. n is the
// line of the first label. to is 0 when it is none.
func (s *sheet) columnHead(n int) (from, to int) {
	if !columnTo[s.plain[n]] {
		return 0, 0
	}
	from = s.senderAbove(n)
	for to = n + 1; from >= 0 && to < len(s.lines) && to < n+maxColumn; to++ {
		if columnSubject[s.plain[to]] {
			return from, min(s.next(to+1)+1, len(s.lines))
		}
	}
	return 0, 0
}

// senderAbove finds the line of a sender above that of a time, both above n; -1
// when they are not there.
func (s *sheet) senderAbove(n int) int {
	date := s.above(n)
	if date < 0 || len(s.plain[date]) > maxDevice || !hasDate(s.plain[date]) || !hasTime(s.plain[date]) {
		return -1
	}
	if strings.Contains(s.plain[date], "@") {
		return date
	}
	return s.above(date)
}

// above is the last line with words before n, within a few; -1 when there is none.
func (s *sheet) above(n int) int {
	for k := n - 1; k >= 0 && k >= n-near; k-- {
		if s.plain[k] != "" {
			return k
		}
	}
	return -1
}

// cite is the end of the lines from n on that the page marks as introduction.
func (s *sheet) cite(n int) int {
	to := n
	for to < len(s.lines) && (s.lines[to].mark == markCite || s.plain[to] == "" && s.lines[to].mark == markNone) {
		to++
	}
	return s.headEnd(to)
}

// headEnd is the end of the head that begins at n or right below, else n.
func (s *sheet) headEnd(n int) int {
	next := s.next(n)
	if next >= len(s.lines) || next > n+near || s.lines[next].kind != own {
		return n
	}
	if found := s.head(next); found.n > 0 {
		return next + found.n
	}
	return n
}

// marked tells whether the quote that begins at n is marked line by line, so
// that the sender may have written between and below. Behind an introduction a
// bar marks a quote too.
func (s *sheet) marked(n int) bool {
	if s.quotedBelow(n) {
		return true
	}
	next := s.next(n)
	if next >= len(s.lines) || next > n+near || !strings.HasPrefix(s.plain[next], "|") {
		return false
	}
	for ; next < len(s.lines) && strings.HasPrefix(s.plain[next], "|"); next++ {
		s.set(next, next+1, quoted)
	}
	return true
}

// alone tells whether no words of the sender stand before n. While introductions
// are looked for no line becomes his again, so that none is looked at twice.
func (s *sheet) alone(n int) bool {
	for s.settled < n && (s.lines[s.settled].kind != own || s.plain[s.settled] == "") {
		s.settled++
	}
	return s.settled >= n
}

// isRule tells a line that Outlook and others draw above the mail that is answered.
func isRule(plain string) bool {
	return len(plain) >= 10 && (strings.Trim(plain, "_") == "" || strings.Trim(plain, "-") == "" || strings.Trim(plain, "=") == "")
}
