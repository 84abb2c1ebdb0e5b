package text

import (
	"regexp"
	"strings"
)

// What clients put before the subject of an answer and of a forward, in all their languages.
const (
	answering = `re|aw|antw|antwort|sv|rif|réf|rép|odp|res|ris|risp|r|ynt|yan|vá|bls|atb|απ|отв|ответ` +
		`|回复|回覆|答复|答覆|返信|답장|회신|trả lời|رد|השב|תגובה`
	forwarding = `fw|fwd|forward|wg|tr|trs|rv|reenv|enc|encaminhado|i|doorst|pd|vs|vb|vl|hv|vd|fs|ilt|İLT|İlt|ilet|yön|tl|πρθ|továbbítás|persiun|pāradr|пер|пересл` +
		`|转发|轉寄|轉發|転送|전달|chuyển tiếp|تحويل|إعادة توجيه|הועבר`
	// either is a client's word for one of the two and, elsewhere, a person's for something else.
	either = `ref|reply|od|ha|bal|na|на|σχετ|atsak`
	// counted ends a prefix, also in "RE[2]:"; the colon may be the wide one.
	counted = `( ?[\[(]\d{1,3}[\])]|\^\d{1,3}|\*\d{1,3}| ?\d{1,2})?\s*[:：]\s*`
	// tags are what desks and lists put before the prefix of a client.
	tags = `(?i)^(\s*(\[[^\[\]]{1,60}\]|\*{2,5}[^*]{1,30}\*{2,5}|\([^()]{1,20}\)))*\s*`
)

var (
	prefix  = regexp.MustCompile(`(?i)^(` + answering + `|` + forwarding + `|` + either + `)` + counted)
	answer  = regexp.MustCompile(tags + `(` + answering + `)` + counted)
	forward = regexp.MustCompile(tags + `(` + forwarding + `)` + counted)
)

// Answers tells the subject of an answer: clients that lose the thread of a mail
// keep it.
func Answers(subject string) bool { return begins(subject, answer) }

// Forwards tells the subject of a mail that was passed on.
func Forwards(subject string) bool { return begins(subject, forward) }

func begins(subject string, pattern *regexp.Regexp) bool {
	return mayBegin(subject) && pattern.MatchString(Untagged(cut(subject, maxSubject)))
}

// tag are what gateways put before a subject. What a sender writes there, a
// ticket number or the name of a list, stays.
var tag = regexp.MustCompile(`(?i)^(` +
	`[\[({<*【]{1,3} ?(` +
	`ext|external|extern|externe?r?|externo|externa|esterno|esterna|zewn(ętrzn[aye])?|внешн\pL*|ulkoinen|külső|harici|外部|社外|외부|dış` +
	`)([ _:-]?(e-?mail|mail|message|msg|sender|absender|nachricht|bericht|correo|mensaje|courriel|to csu|メール|邮件))?[!?]? ?[\])}>*】]{1,3}` +
	`|[\[({<*]{1,3} ?((possible|probable|suspected|likely|bulk|potential|verdacht auf|posible|möglicher?) ?)?(spam|junk|bulk|phish(ing)?|virus|malware|marketing|newsletter|graymail|fraud)[^\])}>*\n]{0,24}[\])}>*]{1,3}` +
	`|\[(warning|caution|achtung|attention|suspicious|unverified|untrusted|alert|cuidado|attenzione|warnung|vorsicht)[^\]\n]{0,60}\]` +
	`|(ext|external|extern|spam|junk) ?: ?` +
	`|\*{2,5} ?(spam|ext|external|extern|junk|warning|caution|phishing)[^*\n]{0,24}\*{2,5}` +
	`)\s*[:-]?\s*`)

// mayBegin is a cheap test for prefix and tag: a colon, or a bracket or star in front.
func mayBegin(subject string) bool {
	return strings.Contains(subject, ":") || strings.Contains(subject, "：") || strings.IndexByte("[({<*\xe3", (subject + " ")[0]) >= 0
}

// maxSubject is how many bytes of a subject are looked at: a header line has 998.
const maxSubject = 4 << 10

// maxPrefixes is how many prefixes and tags are taken off one behind the other.
const maxPrefixes = 40

// Untagged gives the subject without the tags of gateways, wherever they stand
// before its words; the prefixes of answers stay.
func Untagged(subject string) string {
	clean := strings.Join(strings.Fields(cut(subject, maxSubject)), " ")
	head := ""
	for range maxPrefixes {
		if !mayBegin(clean) {
			break
		}
		if found := tag.FindString(clean); found != "" && len(found) < len(clean) {
			clean = clean[len(found):]
			continue
		}
		found := prefix.FindString(clean)
		if found == "" {
			break
		}
		head, clean = head+found, clean[len(found):]
	}
	return head + clean
}
