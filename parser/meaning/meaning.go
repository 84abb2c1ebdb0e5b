// Package meaning weighs the words of a mail: which category of incident they
// speak for, which kind of mail, and how bad it is.
//
// The rules are tables of phrases, one file for each class of the taxonomy (RSIT
// human version 1.3, machine version 1003), one for kinds and one for severity; four
// more hold pairs: what is done to people (lures), to accounts and machines
// (breakins), what comes of it (harm), and what is open or was found (holes). A
// language is added by adding its phrases, a rule by adding a row. A phrase is
// written in small letters and counts where words of the mail begin with it: "scan"
// finds "scanned"; with a "$" behind it it is whole: "scan$" finds only itself.
// In scripts without blanks a phrase counts anywhere.
//
// Each phrase counts once, with the weight of its list, twice in the subject, and
// not at all behind a negation ("no malware"). Two words that only together say
// something are a pair; see near.go. The rule with most weight wins, the
// earlier one of two; too little weight says nothing.
package meaning

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Version is the machine version of the taxonomy the categories are from.
const Version = "1003"

// Undetermined is the category of what nothing speaks for.
const Undetermined = "other/undetermined"

// rule is one row: what it proposes, the reason that people read, and its phrases,
// each list separated by "|".
type rule struct {
	name, reason        string
	strong, plain, weak string
}

// The weights of the three lists, and what a rule needs to say anything. The
// subject counts double.
const (
	weightStrong = 4
	weightPlain  = 2
	weightWeak   = 1
	enough       = 2
)

// maxRead is how many bytes of text are weighed: what a mail is about stands at
// its beginning.
const maxRead = 16 << 10

// Words is a text whose words were weighed.
type Words struct {
	score   []int  // by rule
	phrases set    // those that were found
	pairs   []bool // those whose halves met
	last    []hit  // by rule
	any     bool
}

// Read weighs a mail. What stands beyond maxRead is not looked at.
func Read(subject, body string) Words {
	w := Words{score: make([]int, len(book.rules)), phrases: newSet(len(book.phrases)), pairs: make([]bool, len(book.pairs)), last: make([]hit, len(book.rules))}
	w.weigh(plain(subject), 2)
	w.weigh(plain(body[:min(len(body), maxRead)]), 1)
	return w
}

// Add weighs more text, which counts no more than in the body: a mail that was
// handed on.
func (w *Words) Add(text string) { w.weigh(plain(text[:min(len(text), maxRead)]), 1) }

// plain gives a text in small letters, with one blank before and behind each
// word, a dot as a word where a sentence ends, and nothing else between them.
func plain(text string) string {
	out := make([]byte, 1, len(text)+2)
	out[0] = ' '
	open := false // it ends in a letter of a script without blanks
	for i := 0; i < len(text); {
		if sign := plainSigns[text[i]]; sign != 0 {
			if open && sign != ' ' {
				out = append(out, ' ')
			}
			if open = false; sign != ' ' || out[len(out)-1] != ' ' {
				out = append(out, sign)
			}
			if sign == ' ' && endsSentence(text[i:]) {
				out = append(out, '.', ' ')
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
			open = unspaced(r)
			if last := out[len(out)-1]; open && last != ' ' && last < utf8.RuneSelf {
				out = append(out, ' ') // "XSSが" is two words
			}
			out = utf8.AppendRune(out, unicode.ToLower(r))
		} else if open = false; out[len(out)-1] != ' ' {
			out = append(out, ' ')
		}
	}
	if out[len(out)-1] != ' ' {
		out = append(out, ' ')
	}
	return string(out)
}

// endsSentence tells a dot or its like before a blank, and the end of a paragraph.
func endsSentence(text string) bool {
	if len(text) < 2 {
		return false
	}
	switch text[0] {
	case '.', '!', '?':
		return text[1] <= ' '
	}
	return text[0] == '\n' && text[1] == '\n'
}

// plainSigns is what plain makes of each byte: a small letter, a digit or a
// blank, 0 for those of signs beyond ASCII.
var plainSigns = func() (signs [256]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case c|0x20-'a' < 26:
			signs[c] = c | 0x20
		case c-'0' < 10:
			signs[c] = c
		default:
			signs[c] = ' '
		}
	}
	return signs
}()

// weigh finds the phrases in a plain text.
func (w *Words) weigh(text string, times int) {
	clear(w.last) // places of another text
	sides, at := newSides(2*len(book.pairs)), int32(0)
	for i := 1; i < len(text); i++ {
		if utf8.RuneStart(text[i]) {
			at++
		}
		if text[i-1] != ' ' && !unspacedAt(text[i]) && !joinedAt(text, i) {
			continue
		}
		if text[i] == '.' {
			at += pause
		}
		denied, asked := false, false
		for n := range book.tree.walk(text[i:]) {
			p := &book.phrases[n]
			if w.phrases.has(n) || p.pair >= 0 && w.pairs[p.pair] {
				continue
			}
			if !asked {
				denied, asked = negated(text, i), true
			}
			switch {
			case denied, book.byOthers[p.rule] && byWriter(text, i):
			case p.pair >= 0:
				w.near(sides, p, at, times)
			default:
				w.phrases.add(n)
				w.any = true
				w.count(p, i, times)
			}
		}
	}
}

// set holds numbers, one bit for each that there may be.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) has(n int32) bool { return s[n/64]>>(n%64)&1 == 1 }

func (s set) add(n int32) { s[n/64] |= 1 << (n % 64) }

// hit is where a phrase of a rule began last, and what it counted.
type hit struct{ at, weight int }

// count adds a phrase's weight. Of phrases that begin with one word and say the
// same only the one that says most counts.
func (w *Words) count(p *phrase, at, times int) {
	last := &w.last[p.rule]
	if last.at != at {
		*last = hit{at: at}
	}
	if more := times*p.weight - last.weight; more > 0 {
		w.score[p.rule] += more
		last.weight += more
	}
}

// unspacedAt tells the first byte of a letter of a script without blanks between
// its words.
func unspacedAt(c byte) bool { return c >= 0xe3 && c <= 0xed }

// joinedAt tells a letter of an Arabic or Hebrew word behind the article or the
// small words that are written together with the next one: "and", "in", "to".
func joinedAt(text string, i int) bool {
	if c := text[i]; c != 0xd7 && c != 0xd8 && c != 0xd9 {
		return false
	}
	for range maxJoinedLetters {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if i -= size; r == ' ' {
			return true
		}
		if !strings.ContainsRune("وفبلكاسהובלמשכ", r) {
			return false
		}
	}
	return i > 0 && text[i-1] == ' '
}

// maxJoinedLetters stand before a word at most: "وبال".
const maxJoinedLetters = 4

// unspaced tells a letter of such a script.
func unspaced(r rune) bool { return r >= 0x3000 && r < 0xe000 }

// negations take away what stands right behind them. A language is added by
// adding its words.
var negations = setOf("no not never without kein keine keinen keiner nicht ohne pas sans aucun aucune sin ningún ninguna sem nenhum nenhuma senza nessun nessuna geen niet zonder bez brak nie нет не без isn wasn aren doesn nobody nadie niemand personne nessuno ninguém nikt никто " +
	"inte inga ingen inget aldrig utan ikke intet uden uten ei eivät emme ilman není nejsou žádný žádná žádné žádnou žiadny žiadna žiadne bez nem nincs nélkül fără niciun nicio δεν χωρίς değil немає жодного без няма nije nisu لا لم ليس بدون غير לא אין ללא không chưa tidak bukan tanpa")

// writers are the words for who writes, helpers those between him and what he
// does. What he tries himself is no attack: "I have tried to log in".
var (
	writers = setOf("i we ich wir j je nous yo nosotros io noi ho abbiamo eu nós ik wij ja my я мы jag jeg minä já")
	helpers = setOf("am are m re ve have will ll would just even also habe haben werde werden ai avons allons heb hebben har skal ska vil")
)

// byWriter tells whether the word right before, or before a helper, is who writes.
func byWriter(text string, at int) bool {
	for range 3 {
		start := strings.LastIndexByte(text[:max(at-1, 0)], ' ') + 1
		if at-1 <= start {
			return false
		}
		word := text[start : at-1]
		if writers[word] {
			return true
		}
		if !helpers[word] {
			return false
		}
		at = start
	}
	return false
}

// negated looks at the two words before.
func negated(text string, at int) bool {
	end := at - 1
	for range 2 {
		start := strings.LastIndexByte(text[:max(end, 0)], ' ') + 1
		if end <= start {
			return false
		}
		if negations[text[start:end]] {
			return true
		}
		if text[start:end] == "." {
			return false // of another sentence
		}
		end = start - 1
	}
	return false
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// Of gives the weight that speaks for a rule by its name.
func (w Words) Of(name string) int { return w.score[book.byName[name]] }

// Says tells whether enough speaks for a rule.
func (w Words) Says(name string) bool { return w.Of(name) >= enough }

// Category gives the category that most words speak for, the reason, and the
// weight; Undetermined when too little speaks for any.
func (w Words) Category() (category, reason string, weight int) {
	category, reason = Undetermined, "No words of the subject or the text point to a category."
	if !w.any {
		return category, reason, 0
	}
	for n, r := range book.rules[:book.categories] {
		if w.score[n] >= enough && w.score[n] > weight {
			category, reason, weight = r.name, r.reason, w.score[n]
		}
	}
	return category, reason, weight
}

// Reason gives the sentence of a rule.
func Reason(name string) string { return book.rules[book.byName[name]].reason }
