package indicator

import "strings"

// reach is how many words a role word speaks for. Behind an indicator that took
// its role it goes on for the others of the same list: "the attackers 203.0.113.5
// and 203.0.113.6", but no further than the next word that joins none.
const reach = 6

// afterReach is how many words behind an indicator still speak of it.
const afterReach = 3

// none is no place in the collector's list.
const none = -1

// wording follows what the words of a text say about the indicators among
// them. It sees each word once and remembers a fixed number of things.
type wording struct {
	out *collector

	genuine  int  // words since one that says what is imitated: "the real page is"
	trace    bool // something is traced to what follows
	versions bool // the text spoke of versions
	talk     talk // what it spoke of last that digests may be
	renewed  int  // words since a version was changed: "upgraded zlib to"
	ended    role // what was said before the word that ended it
	now      role // what the last role word said
	distance int  // words since it or since the last indicator it spoke for
	used     bool // an indicator of this line took it
	broken   bool // words stand between that one and here, so the list is over
	heading  role // of the list we are in: "Attacking hosts:"

	previous   string  // the word before
	before     subject // what the word just before counts
	beforeDist int
	verb       bool // the last word ended in "ed": "scanned by"

	last    int // indicator found last in this line
	after   int // words since then
	passive bool
	weak    bool // its role is only "your"
	paren   bool // a bracket opened right behind it

	words, hits int  // of this line
	colon       bool // nothing stands behind a colon yet
	comma       bool // the line ends in a comma, so far
}

// word takes notice of a word that is no indicator.
func (w *wording) word(s string) {
	m := meaningOf(s)
	if len(s) == 2 && strings.EqualFold(s, "id") && strings.EqualFold(w.previous, "message") {
		m.about = subjectMessage
	}
	if len(w.previous) == len("autonomous") && strings.EqualFold(w.previous, "autonomous") && strings.EqualFold(s, "system") || w.previous == "AS" && strings.EqualFold(s, "number") {
		m.about = subjectNetwork
	}
	if m.about == subjectServer && w.before == subjectProduct && w.beforeDist == 0 {
		m.about = subjectProduct // "Exchange Server"
	}
	w.aimed(s, &m)
	w.traced(s, &m)
	if m.about == subjectNetwork && len(s) == 2 && s != "AS" {
		m.about = subjectNone // "as" is a word, "AS" a network
	}
	if m.about == subjectNone {
		m.about = fieldSubject(s)
	}
	if m.about == subjectNumber && word(w.previous, "ip") && len(w.previous) < 4 {
		m.about = subjectAddress // "IP number"
	}
	if m.about == subjectNone && camel(s) {
		m.about = subjectProduct
	}
	if m.talk != talkNothing {
		w.talk = m.talk
	}
	w.versions = w.versions || m.release
	if w.genuine++; m.genuine {
		w.genuine = 0
	}
	if m.role.weak && w.out.flaw {
		m.role = role{says: true, is: roleTarget} // "your site" has the flaw
	}
	if m.role.weak && w.aimedAt() {
		m.role = role{} // "attacks against your server"
	}
	if w.renewed--; m.about == subjectProduct && renewal(s) {
		w.renewed = reach
	}
	w.behind(s, m)
	w.pass(m.about)
	w.broken = w.broken || w.used && !m.joins
	switch {
	case m.role.says && !(w.paren && w.last != none):
		w.say(m.role, s)
	case m.acts && w.last != none && w.after == 1 && !w.passive:
		w.speak(role{says: true, is: roleTarget, hosts: true, near: true}) // "203.0.113.5 scans 192.0.2.1"
	case m.acts && w.last == none && !(w.now.says && w.distance <= reach):
		w.speak(role{says: true, is: roleTarget, hosts: true, near: true}) // "it scans 192.0.2.1"
	}
	w.verb = participle(s)
	w.previous = s
}

// aimed gives the little words behind an attack the meaning that what follows is
// its target: "a scan of", "attempts on", "directed at".
func (w *wording) aimed(s string, m *meaning) {
	switch s {
	case "of", "on", "upon", "at":
	case "for":
		if w.previous == "report" && !w.now.says { // nmap's "scan report for"
			m.role = role{says: true, is: roleTarget, short: true}
		}
		return
	case "adresa":
		if w.previous == "la" { // Romanian
			m.role = role{says: true, is: roleSource, hosts: true}
		}
		return
	default:
		return
	}
	switch strings.ToLower(w.previous) {
	case "scan", "scans", "scanning", "attack", "attacks", "attempt", "attempts", "intrusion", "flood", "assault", "directed", "aimed", "bruteforce", "brute-force", "force":
		m.role, m.joins = role{says: true, is: roleTarget, hosts: true, short: true}, false
	}
}

// aimedAt tells whether what comes was just called a target, and not for being ours.
func (w *wording) aimedAt() bool {
	return w.now.says && w.now.is == roleTarget && !w.now.short && !w.used && !w.comma && w.distance <= reach/2
}

// traced makes a source of what something is traced to: "we traced the scans of our
// network to 203.0.113.5".
func (w *wording) traced(s string, m *meaning) {
	w.trace = w.trace || m.traces
	if w.trace && len(s) == 2 && (s == "to" || s == "TO") {
		m.role, w.trace = role{says: true, is: roleSource, hosts: true}, false
	}
}

// pass counts a word.
func (w *wording) pass(next subject) {
	w.words++
	w.distance++
	w.after++
	w.colon, w.comma = false, false
	if next == subjectAddress && w.before == subjectDomain && w.beforeDist == 0 {
		return // "domain|ip"
	}
	if w.beforeDist++; next != subjectNone || w.beforeDist > 1 {
		w.before, w.beforeDist = next, 0
	}
}

// say makes a role word count from here on.
func (w *wording) say(r role, s string) {
	if strings.EqualFold(s, "by") && !w.verb {
		r = role{says: true}
	}
	ended := role{}
	if w.now.says && !w.used && w.distance <= reach {
		ended = w.now
	}
	w.speak(r)
	w.ended = ended
}

func (w *wording) speak(r role) {
	w.now, w.distance, w.used, w.broken = r, 0, false, false
}

// behind lets a word speak for the indicator before it: "203.0.113.5 scanned
// us", "192.0.2.40 was attacked", "203.0.113.5 (attacker)", "203.0.113.5から".
func (w *wording) behind(s string, m meaning) {
	if w.last == none || w.after > afterReach {
		return
	}
	switch {
	case m.passive:
		w.passive = true
	case m.flawed:
		w.assign(w.last, roleTarget)
	case m.caught:
		w.assign(w.last, roleSource)
	case m.acts && w.passive && !gerund(s):
		w.assign(w.last, roleTarget)
	case m.acts:
		w.assign(w.last, roleSource)
	case m.role.says && w.paren && w.after == 0:
		w.assign(w.last, m.role.is)
	case w.after == 0 && (strings.HasPrefix(s, "から") || strings.HasPrefix(s, "より") || strings.HasPrefix(s, "에서") || strings.HasPrefix(s, "攻击") || strings.HasPrefix(s, "对") || strings.HasPrefix(s, "向") || strings.HasPrefix(s, "发起") || strings.HasPrefix(s, "が攻撃")):
		w.assign(w.last, roleSource)
	case w.after == 0 && (strings.HasPrefix(s, "に対") || strings.HasPrefix(s, "への") || strings.HasPrefix(s, "宛")):
		w.assign(w.last, roleTarget)
	}
}

// renewal knows the words that change a version.
func renewal(s string) bool {
	return word(s, "upgrad") || word(s, "downgrad") || word(s, "bump")
}

// camel tells names as programs have them: "AnyConnect".
func camel(s string) bool {
	if len(s) < 4 || !upper(s[0]) || s[len(s)-1] < 'a' {
		return false
	}
	for i := 2; i < len(s); i++ {
		if upper(s[i]) && s[i-1] >= 'a' {
			return true
		}
	}
	return false
}

// fieldSubject knows names of fields by their end: "Formular-Version",
// "os_version", "ClientASN", "X-Request-Id".
func fieldSubject(s string) subject {
	switch s[len(s)-1] | 0x20 {
	case 'n', 'd':
	case 'r':
		if len(s) > 4 && (strings.HasSuffix(s, "nr") || strings.HasSuffix(s, "Nr") || strings.HasSuffix(s, "nummer") || strings.HasSuffix(s, "Nummer")) && !word(s, "ip") {
			return subjectNumber
		}
		return subjectNone
	case 'p':
		if len(s) > 2 && (strings.HasSuffix(s, "Ip") || strings.HasSuffix(s, "IP") || strings.HasSuffix(s, "_ip") || strings.HasSuffix(s, "-ip")) {
			return subjectAddress
		}
		return subjectNone
	default:
		return subjectNone
	}
	ends := func(with string) bool { return len(s) > len(with) && strings.EqualFold(s[len(s)-len(with):], with) }
	switch {
	case ends("version"):
		return subjectVersion
	case ends("asn"):
		return subjectNetwork
	case ends("-id") || ends("_id") || len(s) > 3 && strings.HasSuffix(s, "Id"):
		if lower := strings.ToLower(s); !strings.Contains(lower, "sample") && !strings.Contains(lower, "file") && !strings.Contains(lower, "hash") && !strings.Contains(lower, "malware") {
			return subjectKey
		}
	}
	return subjectNone
}

// participle knows the verbs behind which "by" names who did it.
func participle(s string) bool {
	switch s {
	case "hit", "sent", "made", "done", "run":
		return true
	case "received", "Received":
		return false
	}
	return len(s) > 2 && s[len(s)-1]|0x20 == 'd' && s[len(s)-2]|0x20 == 'e'
}

// gerund knows verbs that "has been" does not turn round: "has been scanning".
func gerund(s string) bool { return len(s) > 3 && strings.EqualFold(s[len(s)-3:], "ing") }

func (w *wording) assign(n int, is string) {
	if n == none || is == "" || w.out.found[n].Role != roleUnknown && !w.weak {
		return
	}
	w.out.found[n].Role, w.weak = is, false
}

// mark takes notice of punctuation.
func (w *wording) mark(text string, at int) {
	switch text[at] {
	case ':', '=':
		w.colon = text[at] == ':'
		if !w.colon && w.beforeDist > 0 {
			w.before = subjectNone // the key says what it is
		}
		if w.colon && w.distance == 0 && w.now.says && w.now.is == "" && w.ended.says {
			w.speak(w.ended) // "Attacking hosts seen:"
		}
		if w.before == subjectServer && w.beforeDist == 0 && !(w.now.says && !w.used && w.distance == 1) { // but "C2 server:"
			w.speak(role{says: true, is: roleTarget})
		}
	case ';', '!', '?':
		w.sentence()
	case ',':
		w.comma, w.broken = true, false
	case '(', '[':
		w.paren = w.last != none && w.after == 0
	case ')', ']':
		w.paren = false
	case '-':
		if w.words == 0 && w.hits == 1 && strings.HasPrefix(text[at:], "- - [") {
			w.assign(w.last, roleSource) // common log format
		}
	case '>':
		if at > 0 && (text[at-1] == '-' || text[at-1] == '=' || text[at-1] == ' ' && strings.HasPrefix(text[at:], "> ")) {
			w.arrow()
		}
	case '<':
		if strings.HasPrefix(text[at:], "<- ") || strings.HasPrefix(text[at:], "<--") {
			w.backwards()
		}
	case 0xe2:
		if strings.HasPrefix(text[at:], "→") {
			w.arrow()
		}
		if strings.HasPrefix(text[at:], "←") {
			w.backwards()
		}
	}
}

// arrow makes what stands before it the source and what follows the target.
func (w *wording) arrow() {
	if w.last == none || w.after > afterReach {
		return
	}
	w.assign(w.last, roleSource)
	w.speak(role{says: true, is: roleTarget, hosts: true})
}

// backwards is an arrow that points to what stands before it.
func (w *wording) backwards() {
	if w.last == none || w.after > afterReach {
		return
	}
	w.assign(w.last, roleTarget)
	w.speak(role{says: true, is: roleSource, hosts: true})
}

// sentence ends what the words before it said.
func (w *wording) sentence() {
	if w.hits > 0 || w.words > 0 {
		w.now, w.last, w.trace, w.genuine = role{}, none, false, genuineReach
	}
}

// hit takes notice of an indicator at place n of the collector's list.
func (w *wording) hit(n int, kind string) {
	w.hits++
	if w.paren && w.last != none && w.after == 0 && n >= 0 {
		w.out.pairs = append(w.out.pairs, [2]int{w.last, n})
	}
	w.last, w.after, w.passive, w.paren = n, 0, false, false
	w.weak = w.now.weak && n >= 0 && w.out.found[n].Role == roleSource && w.distance <= reach && !w.broken
	if w.broken {
		w.now = role{}
	}
	w.distance, w.used, w.broken = 0, true, false
	w.colon, w.comma = false, false
	w.before = subjectNone
	if n < 0 {
		w.last = none
	}
}

// role gives what the words so far say about an indicator that stands here.
func (w *wording) role(kind string) string {
	if w.now.says && w.distance <= w.now.reach() && !w.broken {
		return w.now.of(kind, w.out.attached)
	}
	return w.heading.of(kind, w.out.attached)
}

// endLine settles what holds for the next line: the role of a heading, that of
// a sentence that was wrapped, or none.
func (w *wording) endLine() {
	blank := w.words == 0 && w.hits == 0
	switch {
	case w.colon && (w.hits == 0 || w.now.says && !w.used) && w.distance <= w.now.reach() && !w.now.near && !(w.now.short && w.distance > 1):
		w.heading = w.now
	case w.words > 0 && w.hits == 0:
		w.heading = role{}
	}
	if blank || w.used && !w.comma || w.colon {
		w.now = role{}
	}
	if blank {
		w.trace, w.genuine = false, genuineReach
	}
	if w.words != 1 || w.before != subjectVersion { // the label of a form stands alone above its value
		w.before = subjectNone
	}
	w.last, w.paren, w.passive = none, false, false
	w.words, w.hits, w.colon, w.comma = 0, 0, false, false
	w.verb, w.previous, w.renewed = false, "", 0
}

func (w *wording) countsVersions() bool { return w.before == subjectVersion }
func (w *wording) numbers() bool {
	return w.before == subjectNumber && w.beforeDist == 0
}

// genuineReach is how many words "genuine" and the like speak for.
const genuineReach = 7

func (w *wording) saysGenuine() bool  { return w.genuine < genuineReach }
func (w *wording) namesProduct() bool { return w.before == subjectProduct }
func (w *wording) tellsRenewal() bool {
	return w.renewed > 0 && (w.previous == "to" || w.previous == "from")
}
func (w *wording) namesDomain() bool  { return w.before == subjectDomain }
func (w *wording) namesKey() bool     { return w.before == subjectKey }
func (w *wording) namesCommit() bool  { return w.before == subjectCommit }
func (w *wording) namesMessage() bool { return w.before == subjectMessage }
func (w *wording) namesFile() bool    { return w.before == subjectFile }
func (w *wording) namesNetwork() bool { return w.before == subjectNetwork && w.beforeDist == 0 }
