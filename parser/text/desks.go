package text

import (
	"slices"
	"strings"
)

// Help desks write a line into their mail above which the answer is to be
// written; their own words and all that was said before stand below it. Where
// nothing stands above it the mail is the desk's.

// aboveLine are the words for the place above such a line. A language is added
// by adding its words to both tables.
var aboveLine = phrasesOf(
	"above this line", "above the line", "above the dotted line", "above this marker", "above this text", "reply above", "above to ", "above here",
	"über dieser zeile", "oberhalb dieser zeile", "über diese zeile", "oberhalb dieser linie", "über dieser linie", "oberhalb der linie",
	"au-dessus de cette ligne", "au dessus de cette ligne", "dessus de la ligne", "encima de esta línea", "encima de esta linea", "sobre esta línea", "arriba de esta línea",
	"sopra questa riga", "sopra di questa riga", "sopra a questa riga", "al di sopra di questa", "sopra questa linea", "acima desta linha", "acima dessa linha",
	"boven deze regel", "boven deze lijn", "powyżej tej linii", "nad tą linią", "выше этой строки", "выше этой линии", "над этой строкой", "над этой чертой", "вище цієї лінії", "вище цього рядка",
	"ovanför denna rad", "ovanför den här raden", "ovanför raden", "over denne linje", "over denne linjen", "tämän rivin yläpuolelle", "nad tento řádek", "nad tímto řádkem", "nad touto čárou", "nad tento riadok", "e fölé a sor fölé", "a sor fölé", "bu satırın üst", "πάνω από αυτή",
	"この行より上", "この線より上", "この行の上", "この線の上", "在此行上方", "在这行上面", "在此线上方", "此行之上", "請在此行", "이 줄 위", "이 선 위",
)

// replying are the words for what is to be done there.
var replying = []string{
	"reply", "replies", "respond", "answer", "type", "write", "enter", "add", "comment", "antwort", "schreiben", "répon", "réponse", "ecrire", "écri", "respuesta", "escrib", "rispo", "scriv", "resposta", "escrev",
	"antwoord", "reageer", "odpowied", "wpisz", "ответ", "введите", "напишите", "відпові", "svar", "skriv", "vastau", "kirjoit", "odpověď", "odpoveď", "napište", "válasz", "yanıt", "cevap", "απάντ", "返信", "回复", "回覆", "답장", "회신",
}

// maxAsking is how many bytes such a line has at most.
const maxAsking = 160

// asksReply tells such a line. It is drawn like one, or begins with what is to
// be done and says no more.
func asksReply(line string) bool {
	if len(line) > maxAsking || len(line) < len("reply above") {
		return false
	}
	if !aboveLine.in(line) || !hasAny(line, replying) {
		return false
	}
	words := strings.Trim(line, "-#=_*<>[](){}~+| .!:^")
	drawn := len(line)-len(words) >= 4 && strings.IndexByte("-#=_*<[~+^", line[0]) >= 0
	return drawn || len(words) <= maxAsked && !strings.ContainsAny(words, ".!?") && !hasAny(" "+words+" ", persons)
}

// maxAsked is how many bytes the words of a line have that is not drawn.
const maxAsked = 90

// isDash tells a line drawn above such a line, of whatever signs.
func isDash(plain string) bool { return len(plain) >= 3 && strings.Trim(plain, "-_=#*~ ") == "" }

// deskEntries finds in a desk's own mail, whose first line asks for an answer
// above it, what was said before: entries stand below a line of the name and the
// time, the newest first.
func (s *sheet) deskEntries() {
	if s.first >= len(s.lines) || !asksReply(s.plain[s.first]) {
		return
	}
	entries := 0
	for n := s.first + 1; n < len(s.lines); n++ {
		from := s.entryHead(n)
		if from < 0 {
			continue
		}
		s.set(from, n+1, introduction)
		if entries++; entries == 2 {
			s.set(n+1, s.deskFooter(n+1), quoted)
			return
		}
	}
}

// entryHead is where the head of an entry begins that ends in line n, -1 when none does.
func (s *sheet) entryHead(n int) int {
	switch {
	case s.lines[n].kind != own:
		return -1
	case s.headsEntry(n):
		if above := s.above(n); above >= 0 && isDash(s.plain[above]) {
			return above
		}
		return n
	case onlyTime(s.plain[n]): // Zendesk: the name, below it the time
		if above := s.above(n); above > s.first && len(s.plain[above]) <= maxName && !strings.ContainsAny(s.plain[above], ".!?:;@") {
			return above
		}
	}
	return -1
}

// maxName is how many bytes the name above an entry has at most.
const maxName = 80

// onlyTime tells a line of a date and a time and little else.
func onlyTime(line string) bool {
	return len(line) <= 40 && len(line) > 8 && hasDate(line) && hasTime(line) && !strings.HasSuffix(line, ".") && !isLog(line)
}

// headsEntry tells the line above an entry: a name and a time below a rule.
func (s *sheet) headsEntry(n int) bool {
	line := s.plain[n]
	if len(line) > maxRank || !hasDate(line) || !hasTime(line) || strings.HasSuffix(line, ".") || isLog(line) {
		return false
	}
	above := s.above(n)
	return above >= 0 && isDash(s.plain[above]) && !strings.ContainsAny(line[:1], "0123456789[")
}

// deskFooter is where a desk's last lines begin behind the entries.
func (s *sheet) deskFooter(n int) int {
	at := slices.IndexFunc(s.plain[n:], func(line string) bool { return startsAny(line, furnitureLines) })
	if at < 0 {
		return len(s.lines)
	}
	return n + at
}

// deskToken tells the last line by which a desk finds its ticket again.
func (s *sheet) deskToken(_, begin, to int) (int, kind) {
	line := s.plain[to-1]
	if to-begin == 1 && strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") && token(line[1:len(line)-1]) {
		return begin, footer
	}
	return to, own
}

// token tells "exvq12-w0gy": two groups of letters and digits, digits among them.
func token(word string) bool {
	front, back, found := strings.Cut(word, "-")
	return found && len(front) == 6 && (len(back) == 4 || len(back) == 5) && strings.ContainsAny(word, "0123456789") &&
		!strings.ContainsFunc(front+back, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}
