package text

import (
	"regexp"
	"slices"
	"strings"
)

// Gateways write warnings above mail from outside. They are no words of the
// sender, and differ between two copies of one mail. A language is added by
// adding its words to the three tables.

// alarms are how a warning begins, folded.
var alarms = []string{
	"caution", "warning", "attention", "notice", "be careful", "alert", "external", "important", "think before", "this email", "this e-mail", "this message", "this mail", "stop", "note:", "beware", "security notice", "use caution",
	"achtung", "vorsicht", "warnung", "hinweis", "extern", "diese e-mail", "diese mail", "diese nachricht", "sicherheitshinweis", "dies ist eine externe",
	"avertissement", "prudence", "mise en garde", "courriel externe", "e-mail externe", "message externe", "expéditeur externe", "ce message", "ce courriel", "cet e-mail", "cet email",
	"precaución", "atención", "aviso", "advertencia", "cuidado", "correo externo", "este correo", "este mensaje", "remitente externo", "mensaje externo",
	"attenzione", "avviso", "mail esterna", "e-mail esterna", "messaggio esterno", "mittente esterno", "questa e-mail", "questa mail", "questo messaggio", "questa email",
	"atenção", "cuidado:", "email externo", "e-mail externo", "mensagem externa", "remetente externo", "esta mensagem", "este e-mail", "este email", "alerta",
	"let op", "pas op", "waarschuwing", "externe", "deze e-mail", "dit bericht", "deze mail", "voorzichtig",
	"uwaga", "ostrzeżenie", "ta wiadomość", "wiadomość zewnętrzna", "wiadomość spoza", "zewnętrzny nadawca", "nadawca zewnętrzny",
	"внимание", "осторожно", "внешнее", "внешняя", "предупреждение", "это письмо", "это сообщение", "увага", "зовнішн", "цей лист", "обережно",
	"varning", "obs", "detta mail", "detta meddelande", "detta e-post", "advarsel", "denne e-mail", "denne mail", "denne e-post", "bemærk", "varsel", "huomio", "varoitus", "tämä viesti", "ulkoinen",
	"upozornění", "pozor", "varování", "externí", "tento e-mail", "tato zpráva", "figyelem", "figyelmeztetés", "külső", "ez az e-mail", "ez a levél", "dikkat", "uyarı", "bu e-posta", "harici", "dış ",
	"προσοχή", "προειδοποίηση", "εξωτερικό", "αυτό το", "atenție", "atentie", "upozorenje", "opozorilo", "внимание:", "pažnja", "oprez",
	"注意", "警告", "外部", "社外", "このメール", "【外部", "【社外", "【注意", "[外部", "[社外", "此邮件", "此郵件", "本邮件", "外来邮件", "提醒", "주의", "경고", "외부", "이 메일", "cảnh báo", "chú ý", "email này", "thư này", "peringatan", "تنبيه", "تحذير", "זהירות", "שים לב", "אזהרה",
}

// outside are the words by which a warning says that the sender is no colleague.
var outside = []string{
	"external sender", "external e-mail", "external email", "external mail", "external message", "external source", "external address", "external user", "external domain", "external to", "external:", "an external", "external organi",
	"outside of", "outside the", "outside your", "outside our", "from outside", "not from within", "unknown sender", "originated from", "originates from", "unverified sender", "could not be verified", "first time you", "not part of our organi", "haven't received", "have not received", "never emailed", "never e-mailed", "emailed you before", "not emailed you", "never corresponded", "do not know the sender", "don't know the sender", "first email from", "first message from", "first e-mail from", "contacted you before", "not in your contacts", "new sender",
	"noch nie eine e-mail", "noch nie eine nachricht", "zum ersten mal von diesem absender", "jamais envoyé de", "première fois que cet expéditeur", "nunca le ha enviado", "nunca te ha enviado", "nunca enviou", "non ti ha mai", "non ha mai inviato", "nog nooit een", "niet eerder gemaild", "nigdy wcześniej", "впервые получ", "никогда раньше не", "初めて受信", "初めての差出人", "首次向您", "从未向您",
	"externe e-mail", "externe mail", "externe nachricht", "externen e-mail", "externen mail", "externen absender", "externer absender", "externem absender", "externer mail", "externer e-mail", "externen quelle", "externer herkunft", "von extern", "extern:", "ist extern", "außerhalb", "ausserhalb", "unbekannten absender", "nicht aus unserem", "courriel externe", "message externe", "expéditeur externe", "e-mail externe", "mail externe", "source externe", "externe à", "extérieur", "en dehors", "hors de", "provient de l'ext", "fuera de", "externo", "externa", "esterno", "esterna", "fuori", "al di fuori", "dall'estern", "fora da", "fora de", "fora do",
	"buiten", "zewnątrz", "zewnętrzn", "spoza", "внешн", "извне", "за пределами", "зовнішн", "ззовні", "поза межами", "utanför", "utifrån", "udefra", "uden for", "utenfor", "utenfra", "ulkopuol", "ulkoise", "organisaation ulko",
	"mimo organizaci", "z vnějšku", "zvenčí", "externí", "kívül", "külső", "dışından", "dışarıdan", "harici", "kurum dışı", "εκτός", "εξωτερικ", "din afara", "izvan", "zunanj", "извън", "išorin", "外部", "社外", "組織外", "组织外", "公司外", "外来", "外網", "외부", "bên ngoài", "ngoài tổ chức", "dari luar", "خارج", "מחוץ", "חיצוני",
}

// advice are words of what a warning tells its reader to do, or not to.
var advice = []string{
	"click", "attachment", "recogni", "unless you", "know the content", "report phish", "report suspicious", "learn why this is important", "be cautious", "exercise caution", "use caution", "verify", "trust", "reply", "links", "credentials", "password", "suspicious", "phish", "powered by mimecast",
	"klick", "öffnen", "anhäng", "anlagen", "absender", "vorsicht", "verdächtig", "cliquez", "pièces jointes", "expéditeur", "vigilan", "prudent", "hameçonnage", "haga clic", "adjunto", "enlaces", "remitente", "cliccare", "allegati", "mittente", "clique", "anexos", "remetente",
	"klik", "bijlage", "afzender", "klikaj", "załącznik", "nadawc", "ссылк", "вложени", "отправител", "посиланн", "вкладенн", "відправник", "klicka", "bifog", "avsändar", "klikk", "vedhæft", "vedlegg", "afsender", "avsender", "linkk", "liitte", "lähettäj", "neklikejte", "příloh", "odesílatel",
	"kattints", "melléklet", "feladó", "tıkla", "ekler", "gönderen", "συνδέσμ", "συνημμέν", "αποστολ", "リンク", "添付", "クリック", "链接", "附件", "點擊", "连结", "連結", "링크", "첨부", "liên kết", "đính kèm", "klik tautan", "lampiran", "الروابط", "המרפקות", "קישור",
}

// tips are the lines that Exchange and others set above a mail, whole.
var tips = []string{
	"you don't often get email from", "you don't often get e-mail from", "some people who received this message don't often get", "this sender might be impersonating", "this message is from an external sender", "this message is from an unknown sender", "this message came from outside your", "you have not previously corresponded",
	"sie erhalten nicht häufig", "sie erhalten nicht oft", "sie erhalten selten", "sie bekommen nicht oft", "einige personen, die diese nachricht erhalten haben", "vous n'obtenez pas souvent", "vous ne recevez pas souvent", "no suele recibir correo", "no recibe con frecuencia", "non si ricevono spesso", "non ricevi spesso", "você não costuma receber", "não costuma receber",
	"u ontvangt niet vaak", "je ontvangt niet vaak", "nie otrzymujesz często", "nieczęsto otrzymujesz", "вы нечасто получаете", "ви не часто отримуєте", "du får inte ofta", "du får ikke ofte", "et saa usein", "nemáte často", "často nedostáváte", "nem gyakran kap", "sık sık e-posta almıyorsunuz", "δεν λαμβάνετε συχνά", "からメールを受け取ることはあまりありません", "你通常不会收到来自", "您通常不會收到來自", "자주 받지 않습니다",
	"report suspicious", "[external]", "[external email]", "[external sender]", "[ext]", "[extern]", "[externe]", "[externo]", "[esterno]", "[externa]", "[external mail]", "[externe e-mail]", "[externe mail]", "[e-mail externe]", "[外部]", "【外部】", "[社外]", "【社外】", "[외부]", "***external***", "***external email***", "*** external ***", "caution: external", "warning: external", "achtung: extern", "vorsicht: extern", "external", "extern", "externo", "externe", "external email", "external sender", "external mail", "external message", "externe e-mail", "externer absender",
	"be careful with this message", "this message seems dangerous", "this message might be dangerous", "this message could be a scam", "seien sie vorsichtig bei dieser nachricht", "soyez prudent avec ce message", "ten cuidado con este mensaje", "fai attenzione a questo messaggio", "cuidado com esta mensagem", "wees voorzichtig met dit bericht", "uważaj na tę wiadomość", "будьте осторожны с этим письмом",
	"zjqcmqryfpfptbannerstart", "zjqcmqryfpfptbannerend",
}

const (
	maxBanners   = 4   // stacked by gateways one behind the other
	bannerLines  = 8   // of one of them
	bannerLength = 700 // bytes of a line: some are one long sentence
	shortAlarm   = 30  // bytes of a warning that needs no advice behind a tag
)

// banners finds the warnings above the sender's first words and, since some
// gateways are shy, below his last.
func (s *sheet) banners() {
	n := s.next(0)
	for range maxBanners {
		if n >= len(s.lines) {
			return
		}
		to := n
		if s.untag(n) && startsAny(s.plain[n], alarms) && (len(s.plain[n]) <= shortAlarm || hasAny(s.plain[n], advice)) && !s.accuses(n, n+1) {
			to = s.bannerEnd(n + 1) // the tag has named the topic
		} else {
			to = s.bannerAt(n)
		}
		if to == n {
			break
		}
		s.set(n, to, warning)
		n = s.next(to)
	}
	s.lastBanner(n)
}

// gatewayTags are what gateways set before the first word of a text.
var gatewayTags = regexp.MustCompile(`^(?i)(?:[ *]*[\[({<【]{1,2}(?:ext|external|extern[eo]?r?|esterno|externa)(?:[ _-](?:sender|absender|e-?mail|mail|message|nachricht))?[\])}>】]{1,2}[*]*:?[ \t]*)+`)

// mayBeTagged is a cheap test for such a tag.
func mayBeTagged(raw string) bool { return strings.ContainsAny(raw[:min(len(raw), 4)], "[({<【") }

// untag cuts the tags before the words of a line, and tells whether there were any.
// One alone in its line is a warning of its own.
func (s *sheet) untag(n int) bool {
	raw := s.lines[n].raw
	if !mayBeTagged(raw) {
		return false
	}
	tags := len(gatewayTags.FindString(raw))
	if tags == 0 || tags == len(raw) {
		return false
	}
	s.lines[n].raw, s.plain[n] = raw[tags:], fold(raw[tags:])
	return true
}

// warnedLines is how many lines of a text are looked at for a warning above it.
const warnedLines = 60

// Unwarned is a text without the warnings that gateways wrote above it.
func Unwarned(body string) string {
	if rest, ok := unwarnable(body); ok {
		return rest
	}
	end := 0
	for range warnedLines {
		n := strings.IndexByte(body[end:], '\n')
		if n < 0 {
			end = len(body)
			break
		}
		end += n + 1
	}
	s := newSheet(body[:end])
	s.banners()
	skip := 0
	for n, line := range strings.SplitAfter(body[:end], "\n") {
		if s.lines[n].kind != warning && s.plain[n] != "" {
			if s.lines[n].mark == markNone {
				skip += strings.LastIndex(line, s.lines[n].raw) // over a tag
			}
			break
		}
		skip += len(line)
	}
	return body[skip:]
}

// unwarnable is Unwarned for a text whose first line with words begins no
// warning, as with nearly all of them: the rest need not be looked at.
func unwarnable(body string) (rest string, ok bool) {
	for range warnedLines {
		line, below, more := strings.Cut(body, "\n")
		_, raw := cutMark(strings.TrimSuffix(line, "\r"))
		if plain := fold(raw); plain != "" {
			return body, !mayWarn(raw, plain)
		}
		if body = below; !more {
			return "", true
		}
	}
	return "", false
}

// mayWarn is a cheap test for the first line of a warning.
func mayWarn(raw, plain string) bool {
	line := trimBanner(plain)
	return mayBeTagged(raw) || strings.HasPrefix(plain, "zjqcmqryfpfptbannerstart") || isTip(line) || isTip(plain) || isFrame(plain) || startsAny(line, alarms)
}

// Bare is a text without the warnings that gateways wrote above and below it.
func Bare(body string) string {
	body = strings.TrimRight(Unwarned(body), " \t\r\n")
	from := len(body)
	for range warnedLines {
		if from = strings.LastIndexByte(body[:max(from, 0)], '\n'); from < 0 {
			break
		}
	}
	s := newSheet(body[from+1:])
	s.lastBanner(0)
	end := len(body)
	for n := len(s.lines) - 1; n >= 0 && s.lines[n].kind == warning; n-- {
		end = max(0, strings.LastIndexByte(body[:end], '\n'))
	}
	return body[:end]
}

// lastBanner looks at the last paragraph, if it is not the first as well. Only a
// whole paragraph that names its topic and gives advice counts there.
func (s *sheet) lastBanner(first int) {
	to := len(s.lines)
	for to > first && s.plain[to-1] == "" {
		to--
	}
	from := to
	for from > first && s.plain[from-1] != "" {
		from--
	}
	if from > first && to-from <= bannerLines && s.bannerAt(from) == to && slices.ContainsFunc(s.plain[from:to], func(line string) bool { return hasAny(line, advice) }) {
		s.set(from, to, warning)
	}
}

// bannerAt gives the end of the warning that begins with line n, n when none does.
func (s *sheet) bannerAt(n int) int {
	line := trimBanner(s.plain[n])
	switch {
	case strings.HasPrefix(s.plain[n], "zjqcmqryfpfptbannerstart"):
		return s.proofpoint(n)
	case len(s.plain[n]) > bannerLength:
		return n
	case isTip(line) || isTip(s.plain[n]):
		if s.accuses(n, n+1) {
			return n
		}
		return s.bannerEnd(n + 1)
	case isFrame(s.plain[n]) && n+1 < len(s.lines) && s.plain[n+1] != "":
		if to := s.bannerAt(n + 1); to > n+1 {
			return to
		}
		return n
	case !startsAny(line, alarms):
		return n
	}
	topic := n
	for topic < len(s.plain) && topic < n+3 && s.plain[topic] != "" && !isOutside(s.plain[topic]) {
		topic++
	}
	if topic == len(s.plain) || topic == n+3 || s.plain[topic] == "" {
		return n
	}
	to := s.bannerEnd(topic + 1)
	if !s.warns(n, to) || s.accuses(n, to) {
		return n
	}
	return to
}

// isOutside tells a line that says that the mail came from elsewhere.
func isOutside(line string) bool {
	return hasAny(line, outside) && (hasAny(line, thisMail) || hasAny(line, advice))
}

// warns tells whether lines are a warning and no report that begins like one:
// they give advice, or say of this mail that it came from elsewhere.
func (s *sheet) warns(from, to int) bool {
	for n := from; n < to; n++ {
		if hasAny(s.plain[n], advice) || hasAny(s.plain[n], thisMail) {
			return true
		}
	}
	return false
}

// accused are words for what a report is about, and a warning never.
var accused = []string{
	"your server", "your network", "your ip", "your host", "your system", "your customer", "your address", "abuse", "your range", "your client", "your machine", "your infrastructure", "attack from",
	"ihr server", "ihrem server", "ihr netz", "ihrem netz", "ihr rechner", "ihrem rechner", "ihre ip", "ihr kunde", "ihrer ip", "votre serveur", "votre réseau", "votre machine", "votre adresse ip", "su servidor", "su red", "su máquina", "vostro server", "vostra rete", "seu servidor", "sua rede",
	"uw server", "uw netwerk", "państwa serwer", "państwa sieci", "ваш сервер", "вашего сервера", "вашей сети", "er server", "deres server", "váš server", "vašeho serveru",
}

// accuses tells whether lines speak of a machine of the reader, or name one.
func (s *sheet) accuses(from, to int) bool {
	return slices.ContainsFunc(s.plain[from:to], func(line string) bool { return hasAny(line, accused) || shownAddress.MatchString(line) })
}

// thisMail are words for the mail that a warning stands in.
var thisMail = []string{
	"mail", "message", "sender", "nachricht", "absender", "courriel", "correo", "mensaje", "messaggio", "mensagem", "bericht", "wiadomość", "сообщени", "письмо", "лист", "meddel", "e-post", "viesti", "zpráva", "levél", "üzenet", "posta", "μήνυμα", "mesaj", "poruka", "メール", "邮件", "郵件", "메일", "thư", "رسالة", "הודעה",
}

// bannerEnd goes on over the lines that belong to a warning which has said its topic.
func (s *sheet) bannerEnd(n int) int {
	for end := n; n < len(s.plain) && n < end+bannerLines; n++ {
		line := s.plain[n]
		if line == "" || personal(line) || !(isFrame(line) || hasAny(line, advice) || isTip(trimBanner(line)) || isOutside(line)) || len(line) > bannerLength {
			break
		}
	}
	return n
}

// greetings begin the sender's first line, and persons stand in his sentences:
// a gateway speaks to its reader and never of itself.
var (
	greetings = []string{"hello", "hi ", "hi,", "dear ", "good morning", "good day", "team", "hallo", "guten ", "sehr geehrte", "liebe ", "moin", "servus", "grüezi", "bonjour", "madame", "hola", "buenos ", "estimad", "buongiorno", "salve", "gentile", "olá", "bom dia", "prezad", "goedemorgen", "goedendag", "beste ", "geachte ", "dzień dobry", "witam", "szanowni", "добр", "здравствуйте", "уважаем", "hej", "hei", "dobrý den", "tisztelt", "merhaba", "sayın", "καλημέρα", "お世話", "您好", "你好", "안녕"}
	persons   = []string{" i ", " i'", " we ", " my ", " ich ", " wir ", " mein ", " meine ", " je ", " j'", " nous ", " yo ", " hemos ", " io ", " abbiamo ", " eu ", " nós ", " ik ", " wij ", " мы ", " я "}
)

func personal(line string) bool { return startsAny(line, greetings) || hasAny(" "+line+" ", persons) }

// proofpoint is the end of a warning between the marks of that gateway.
func (s *sheet) proofpoint(n int) int {
	for end := n + 1; end < len(s.plain) && end < n+4*bannerLines; end++ {
		if strings.Contains(s.plain[end], "zjqcmqryfpfptbannerend") {
			return end + 1
		}
	}
	return n + 1
}

func trimBanner(line string) string {
	return strings.TrimLeft(line, " *_=-[(|>#!⚠🛑❗🚨✉🔒\ufe0f\t")
}

// isTip tells a line of the table of whole lines. What is no longer than its
// entry must be it.
func isTip(line string) bool {
	return slices.ContainsFunc(tips, func(tip string) bool {
		rest, found := strings.CutPrefix(line, tip)
		return found && (len(tip) > 24 || strings.Trim(rest, " .:!*-_=]|") == "" || len(tip) >= 10 && (strings.HasPrefix(rest, " be ") || strings.HasPrefix(rest, ": ") && strings.HasPrefix(tip, "exter")))
	})
}

// isFrame tells a line drawn around a warning.
func isFrame(line string) bool { return len(line) >= 3 && strings.Trim(line, "*-=_#~+|! ") == "" }
