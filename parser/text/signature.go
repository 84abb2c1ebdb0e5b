package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// signatures takes signatures and footers off the end of each run of the
// sender's lines.
func (s *sheet) signatures() {
	for n := range s.lines {
		if s.lines[n].mark == markSign {
			s.set(n, n+1, signature)
		}
	}
	for from := 0; from < len(s.lines); from++ {
		if s.lines[from].kind != own {
			continue
		}
		to := from
		for to < len(s.lines) && (s.lines[to].kind == own || s.lines[to].kind == signature) {
			to++
		}
		s.signed(from, to)
		from = to
	}
}

// maxSignature is how many lines may follow a signature mark without its blank.
const maxSignature = 12

// signed looks at one run of the sender's lines: below a mark all is signature,
// above it what stands last is judged again and again.
func (s *sheet) signed(from, to int) {
	parted := false // a weak mark stood above already: they part sections
	for n := from; n < to; n++ {
		if isStrongMark(s.lines[n].raw) || !parted && (s.isWeakMark(n, to) || s.isDrawnMark(from, n, to)) {
			s.set(n, to, signature)
			to = n
			break
		}
		parted = parted || s.plain[n] == "--" || isDrawn(s.plain[n])
	}
	for n := 0; n < maxTaken && s.last(from, to); n++ {
	}
}

// maxTaken is how many signatures and footers are taken off one run of lines:
// more than the gateways of two companies add.
const maxTaken = 40

// isStrongMark tells the mark above a signature by the book (RFC 3676 section
// 4.3), and its form inside a clear-signed text.
func isStrongMark(raw string) bool { return raw == "-- " || raw == "--\u00a0" || raw == "- -- " }

// isWeakMark tells a mark that lost its blank or has another form, when no more
// follows than a signature.
func (s *sheet) isWeakMark(n, to int) bool {
	switch s.plain[n] {
	case "--", "- --", "__", "___":
	case "-":
		if !strings.ContainsAny(s.lines[n].raw, "—–―") {
			return false
		}
	default:
		return false
	}
	return n > s.first && s.next(n+1) < to && s.little(n+1, to, s.plain[n])
}

// little tells whether no more lines with words stand there than a signature
// has, and none that only a report has. The same mark again parts sections.
func (s *sheet) little(from, to int, mark string) bool {
	worded := 0
	for n := from; n < to && worded <= maxSignature; n++ {
		if line := s.plain[n]; line != "" {
			worded++
			if line == mark || isLog(line) || shownLine.MatchString(line) || strings.HasSuffix(line, ":") {
				return false
			}
		}
	}
	return worded <= maxSignature
}

// last judges the last paragraph of a run, and tells whether it took something off.
func (s *sheet) last(from, to int) bool {
	for to > from && (s.lines[to-1].kind != own || s.plain[to-1] == "") {
		to--
	}
	if to == from {
		return false
	}
	begin := to
	for begin > from && s.lines[begin-1].kind == own && s.plain[begin-1] != "" {
		begin--
	}
	for _, judge := range []func(from, begin, to int) (int, kind){s.device, s.deskToken, s.footer, s.loneRule, s.nameBehindDash, s.contact} {
		if n, k := judge(from, begin, to); n < to {
			s.set(n, to, k)
			return true
		}
	}
	return false
}

// devices begin the lines that telephones and web mailers add. A language is
// added by adding its line.
var devices = []string{
	"sent from my ", "sent from mail for ", "sent from the ", "sent from yahoo", "sent from outlook", "sent from mailbox", "sent from proton", "sent from samsung", "sent from gmail", "sent from iphone", "sent from ipad", "sent from android", "sent from blackberry",
	"sent from a ", "sent from mymail", "sent from nine", "sent from spark", "sent from bluemail", "sent from aol", "sent from tutanota", "sent from fairemail", "sent from a mobile", "sent from airmail", "sent from thunderbird",
	"sent via ", "sent with ", "sent using ", "sent on the go", "sent on my ", "get outlook for ", "download outlook for ", "get bluemail for ", "on the go",
	"typed on ", "written on my ", "posted from my ", "this message was sent from my", "this email was sent from my", "please excuse", "excuse typos", "excuse my brevity", "apologies for typos", "sorry for typos",
	"von meinem ", "von unterwegs gesendet", "von unterwegs", "gesendet von ", "gesendet mit ", "gesendet über ", "gesendet via ", "gesendet aus ", "mobil gesendet", "diese nachricht wurde von meinem", "diese nachricht wurde mit k-9", "diese e-mail wurde von meinem", "outlook für ", "holen sie sich outlook", "laden sie outlook",
	"von meinem iphone gesendet", "von outlook für ", "aus der outlook", "meinem android",
	"envoyé de mon ", "envoyé depuis ", "envoyé à partir ", "envoyé avec ", "envoyé via ", "envoyé d'", "obtenez outlook", "obtenir outlook", "télécharger outlook", "téléchargez outlook", "provenance : courrier",
	"enviado desde ", "enviado con ", "enviado a través", "enviado por mi", "obtener outlook", "obtén outlook", "obtenga outlook",
	"enviado do meu ", "enviado pelo meu", "enviado de ", "enviado a partir", "enviado via ", "enviado do ", "obter o outlook", "baixar o outlook", "obtenha o outlook", "enviada do meu ",
	"inviato da ", "inviato dal ", "inviato con ", "inviata da ", "scarica outlook", "ottieni outlook", "ottenere outlook",
	"verzonden vanaf ", "verstuurd vanaf ", "verzonden met ", "verzonden via ", "verzonden vanuit ", "verstuurd met ", "outlook voor ", "download outlook voor", "mijn iphone verstuurd",
	"wysłane z ", "wysłano z ", "wysłane przez ", "wysłano przez", "pobierz outlook", "pobierz aplikację outlook", "wysłane za pomocą",
	"отправлено с ", "отправлено из ", "отправлено от ", "отправлено через", "скачать outlook", "получить outlook", "надіслано з ", "відправлено з ", "отримати outlook", "завантажити outlook",
	"skickat från ", "skickat via ", "skickades från", "hämta outlook", "skaffa outlook", "sendt fra ", "sendt via ", "sendt med ", "hent outlook", "få outlook", "skaff outlook", "last ned outlook",
	"lähetetty ", "lähetetty iphonesta", "hanki outlook", "lataa outlook", "odesláno z ", "odesláno pomocí", "odoslané z ", "získat outlook", "stáhnout outlook", "získejte outlook", "odesláno ze",
	"küldve ", "iphone-ról küldve", "az iphone", "iphone-omról küldve", "az outlook ios", "iphone'umdan gönderildi", "iphone'dan gönderildi", "ios için outlook", "android için outlook", "gönderildi: ",
	"στάλθηκε από ", "εστάλη από ", "αποστολή από ", "λήψη του outlook", "trimis de pe ", "trimis din ", "descărcați outlook", "obțineți outlook", "изпратено от ", "poslano s ", "poslano iz ", "poslano z ", "poslato sa ", "poslané z ", "enviat des ",
	"iphoneから送信", "ipadから送信", "androidから送信", "私のiphoneから", "outlook for ios を入手", "ios 版 outlook", "outlook for android を入手", "を入手", "iphone から送信", "スマートフォンから送信",
	"发自我的", "发自", "發自我的", "從我的", "从我的", "獲取 outlook", "获取 outlook", "取得 outlook", "下载 outlook", "下載 outlook", "傳送自", "從 yahoo", "從我的 iphone 傳送", "自我的",
	"나의 iphone", "내 iphone", "iphone에서 보냄", "ios용 outlook", "android용 outlook", "모바일에서 보냄", "갤럭시에서", "galaxy에서", "내 galaxy", "내 갤럭시", "나의 갤럭시", "내 아이폰", "나의 아이폰", "내 휴대전화", "내 핸드폰",
	"được gửi từ", "đã gửi từ", "gửi từ ", "tải outlook", "tải xuống outlook", "dikirim dari ", "נשלח מה", "נשלח מ", "تم الإرسال من", "أُرسلت من", "أرسلت من", "ส่งจาก", "получено с ",
}

// deviceEnds close such lines where the language puts the words last.
var deviceEnds = []string{
	" gesendet", " gesendet.", "から送信", "에서 보냄", "에서 전송", "에서 보냈습니다", "에서 보낸 메일입니다", "에서 전송되었습니다", "에서 전송됨", "gönderildi", " küldve", " verstuurd", " verzonden", "iphonesta", " lähetetty", " 傳送", " 发送", " 寄出", "發送", "送信", " downloaden", " herunterladen", " beziehen", "i̇ndirin", "indirin",
}

// mine begin such lines whatever the device is called.
var mine = []string{"sent from my ", "von meinem ", "envoyé de mon ", "enviado desde mi ", "enviado do meu ", "inviato dal mio ", "verzonden vanaf mijn ", "verstuurd vanaf mijn ", "wysłane z mojego ", "отправлено с моего ", "skickat från min ", "sendt fra min "}

// deviceNames are words of what is added in any language.
var deviceNames = []string{
	"phone", "ipad", "android", "samsung", "galaxy", "blackberry", "windows", "outlook", "yahoo", "k-9", "gmx", "web.de", "huawei", "xiaomi", "redmi", "oneplus", "pixel", "proton", "tuta", " ios", "courrier pour",
	"mobil", "telefon", "téléphone", "teléfono", "telefono", "handy", "nokia", "motorola", "handheld", "wireless", "tablet", "mail app", "mailbox", "airmail", "spark", "bluemail", "mymail", "fairemail", "thunderbird", "superhuman",
	"gmail", "zoho", "fastmail", "posteo", "freenet", "mail.ru", "yandex", "mailspring", "roundcube", "celular", "cellulare", "komórk", "portable", "puhelim", "brevity", "typos", "typing", "unterwegs", "on the go", "my pc", " mac",
	"яндекс", "почт", "телефон", "手机", "手機", "メール", "スマ", "携帯", "휴대", "모바일", "갤럭시", "foxmail", "网易", "qq",
}

// maxDevice is how many bytes such a line has at most.
const maxDevice = 160

// device tells the lines at the end of a paragraph that a telephone or web
// mailer added: "Sent from my iPhone", and the link that follows it.
func (s *sheet) device(_, begin, to int) (int, kind) {
	n := to - 1
	for n > begin && isLink(s.plain[n]) {
		n--
	}
	line := strings.Trim(s.plain[n], "*_-<>[]() .")
	if len(line) <= maxDevice && !strings.HasSuffix(line, ":") && !shownAddress.MatchString(line) && isDevice(line) {
		return n, signature
	}
	return to, own
}

// linkedName is a link as programs write it that make plain text of a page.
var linkedName = regexp.MustCompile(`\[([^\[\]]{1,60})\]\([^()\s]{1,400}\)?`)

func isDevice(line string) bool {
	line = linkedName.ReplaceAllString(line, "$1")
	if at := strings.IndexAny(line, "<["); at > 0 {
		line = strings.TrimSpace(line[:at]) // the link of "Get Outlook for iOS<…>"
	}
	if !startsAny(line, devices) && !slices.ContainsFunc(deviceEnds, func(end string) bool { return strings.HasSuffix(line, end) }) {
		return false
	}
	words := len(strings.Fields(line))
	if hasAny(" "+line+" ", sentenceWords) && !hasAny(line, excuses) {
		return false
	}
	return words <= maxDeviceWords && hasAny(line, deviceNames) || words <= maxMineWords && startsAny(line, mine)
}

// Words that such a line has at most, with the name of a device and without.
const (
	maxDeviceWords = 14
	maxMineWords   = 7
)

// sentenceWords stand in sentences of a sender: "Sent from my desk, which is easier".
var sentenceWords = []string{" is ", " are ", " was ", " were ", " but ", " so ", " then ", " than ", " because ", " we ", " i ", " it ", " which ", " that ", " ist ", " wird ", " wurde an ", " weil ", " est ", " parce ", " es ", " porque ", " è ", " perché "}

// excuses stand in lines of telephones all the same.
var excuses = []string{"excuse", "typos", "brevity", "tippfehler", "kürze"}

// isLink tells a line of a link alone.
func isLink(line string) bool {
	line = strings.Trim(line, "<>[]() ")
	return (strings.HasPrefix(line, "http://") || strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "www.")) && !strings.Contains(line, " ")
}

// loneRule tells a line drawn, or a mark set, above what was taken off already.
func (s *sheet) loneRule(from, begin, to int) (int, kind) {
	if to < len(s.lines) && begin > from && (isRule(s.plain[to-1]) || isMark(s.plain[to-1])) && s.takenBelow(to) {
		return to - 1, footer
	}
	return to, own
}

// isMark tells a line of one to three dashes.
func isMark(plain string) bool {
	return plain != "" && len(plain) <= 3 && (strings.Trim(plain, "-") == "" || strings.Trim(plain, "_") == "")
}

func (s *sheet) takenBelow(n int) bool {
	next := s.next(n)
	return next < len(s.lines) && (s.lines[next].kind == footer || s.lines[next].kind == signature)
}

// dashedName is a name behind a dash, as people sign short mails.
var dashedName = regexp.MustCompile(`^\s*[-–—]{1,2} ?(\p{Lu}[\p{L}'.]*)( \p{Lu}[\p{L}'.]*){0,2}\s*$`)

// nameBehindDash tells the last line of a mail when it is a name behind a dash.
// A list has such lines too, but more than one.
func (s *sheet) nameBehindDash(from, begin, to int) (int, kind) {
	n := to - 1
	if !dashedName.MatchString(s.lines[n].raw) || s.next(from) == n {
		return to, own
	}
	for above := n - 1; above >= from; above-- {
		if s.plain[above] != "" {
			if strings.HasPrefix(s.plain[above], "-") || strings.HasSuffix(s.plain[above], ":") {
				return to, own
			}
			break
		}
	}
	return n, signature
}

// closings are the formulas above a name.
var closings = setOf(
	"best regards", "kind regards", "regards", "warm regards", "with best regards", "with kind regards", "best wishes", "many thanks", "thanks", "thank you", "cheers", "sincerely", "yours sincerely", "yours faithfully", "best", "br", "kr", "rgds", "respectfully",
	"mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit freundlichem gruss", "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "beste grüße", "beste grüsse", "liebe grüße", "schöne grüße", "herzliche grüße", "gruß", "grüße", "mfg", "vg", "lg", "mit besten grüßen", "hochachtungsvoll", "danke",
	"cordialement", "bien cordialement", "sincères salutations", "salutations", "bien à vous", "cdlt", "merci", "meilleures salutations", "respectueusement",
	"saludos", "un saludo", "saludos cordiales", "atentamente", "atte", "cordialmente", "gracias", "muchas gracias", "un cordial saludo",
	"cordiali saluti", "distinti saluti", "saluti", "grazie", "un saluto", "cordialità",
	"atenciosamente", "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "obrigado", "obrigada", "abraços", "att",
	"met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "groeten", "groet", "mvg", "hartelijke groet", "bedankt",
	"pozdrawiam", "z poważaniem", "z wyrazami szacunku", "serdecznie pozdrawiam", "pozdrowienia", "dziękuję",
	"с уважением", "с наилучшими пожеланиями", "спасибо", "з повагою", "дякую",
	"med vänliga hälsningar", "vänliga hälsningar", "mvh", "hälsningar", "med vennlig hilsen", "vennlig hilsen", "med venlig hilsen", "venlig hilsen", "hilsen", "ystävällisin terveisin", "terveisin", "yst. terv",
	"s pozdravem", "s pozdravom", "děkuji", "üdvözlettel", "tisztelettel", "köszönettel", "saygılarımla", "saygılar", "iyi çalışmalar", "teşekkürler", "με εκτίμηση", "ευχαριστώ", "cu stimă", "cu respect", "mulțumesc", "s poštovanjem", "lep pozdrav", "с уважение", "pagarbiai",
	"med vänlig hälsning", "vänlig hälsning", "bästa hälsningar", "med venlige hilsner", "venlige hilsner", "mange hilsner", "beste hilsen", "med hilsen", "vennlige hilsener", "parhain terveisin", "ystävällisesti", "hezký den", "srdečně", "přeji hezký den", "s priateľským pozdravom", "saygılarımızla", "iyi günler", "φιλικά", "με εκτιμηση",
	"z pozdrowieniami", "łączę pozdrowienia", "łączę wyrazy szacunku", "pozdr", "с уважением и наилучшими пожеланиями", "всего доброго", "с наилучшими", "з найкращими побажаннями", "bien à toi", "amicalement", "bonne journée", "bonne réception", "excellente journée", "très cordialement", "sincèrement", "atentos saludos", "reciba un cordial saludo", "saludos y gracias", "quedo atento", "quedo atenta",
	"buona giornata", "cordialmente saluti", "in fede", "un abbraccio", "um abraço", "abraço", "cumps", "respeitosamente", "saudações", "saudações cordiais", "hartelijke groeten", "met hartelijke groet", "met hartelijke groeten", "fijne dag", "beste groeten", "met de meeste hoogachting", "hoogachtend",
	"mit den besten grüßen", "mit kollegialen grüßen", "mit kollegialem gruß", "herzliche grüsse", "schönen gruß", "viele liebe grüße", "lieben gruß", "freundlichst", "besten dank", "vielen dank", "danke und gruß", "im auftrag", "i. a.", "gez.", "gez",
	"all the best", "take care", "with thanks", "thanks in advance", "thanks & regards", "yours truly", "respectfully yours", "kindest regards", "warmest regards", "thank you in advance", "thx", "tia", "many thanks in advance", "with regards", "yours",
	"よろしくお願いいたします", "よろしくお願いします", "以上", "敬具", "此致", "祝好", "谢谢", "謝謝", "顺颂商祺", "감사합니다", "trân trọng", "cảm ơn", "مع التحية", "بברכה", "בברכה",
)

// maxClosing is how many bytes the line of a closing formula has at most.
const maxClosing = 60

// isClosing tells the line of a closing formula, in one language or two.
func isClosing(line string) bool {
	if len(line) > maxClosing {
		return false
	}
	for _, between := range []string{" / ", " | ", " und ", " and ", ","} {
		line, _, _ = strings.Cut(line, between)
	}
	return closings[strings.Trim(line, " ,.!-*_。")]
}

// contactLine are lines of a signature that say how to reach somebody.
var contactLine = regexp.MustCompile(`^(tel|telefon|telephone|phone|ph|fon|mobile?|mob|cell|fax|telefax|direct|office|desk|tlf|tfno|teléfono|téléphone|tél|cel|celular|telefono|cellulare|telefone|telemóvel|telefoon|kom|komórka|тел|моб|факс|puh|gsm|电话|電話|手机|手機|전화|t|m|f|p|d|o|w|e)[.:|/ ]{1,4}[+(0-9]` +
	`|^[+(]{0,2}\d[\d ()./-]{7,24}(,? ?(ext|extension|poste|durchwahl|dw|int|interno|ramal|anexo|toestel|wew|доб|内線|分机|x)[.: ]{0,2}\d{1,6})?$|^(tel|phone|mobile|telefon)[^0-9]{0,20}[+(]?\d[\d ()./-]{6,}` +
	`|(^|[|·•] ?)\(?\+\d[\d ()./-]{7,24}( ?[|·•]|$)`)

// shownLine are lines that only a report has.
var shownLine = regexp.MustCompile(`hxxp|\[\.\]|\[dot\]|\(dot\)|^\d{1,3}(\.\d{1,3}){3}|cve-\d|[0-9a-f]{32}` +
	`|^(inetnum|inet6num|netname|netrange|descr|person|role|nic-hdl|mnt-by|abuse-mailbox|orgname|cidr|origin|route6?|source|country|registrar|domain name):`)

// shownAddress is an IPv4 address, which no program adds to a mail.
var shownAddress = regexp.MustCompile(`\d{1,3}(\.\d{1,3}){3}`)

// Bounds of a block that says how to reach the sender.
const (
	maxContact     = 14  // lines
	maxContactLine = 110 // bytes
)

// contact tells the block below the name that says how to reach the sender.
// Formula and name stay: he wrote them. Without a formula the block must say more.
func (s *sheet) contact(from, begin, to int) (int, kind) {
	formula := -1
	for n := to - 1; n >= from && n > to-2*maxContact; n-- {
		if isClosing(s.plain[n]) {
			formula = n
			break
		}
	}
	if formula < 0 {
		if s.reach(begin, to) >= 2 && to-begin >= 3 && begin > from && !s.led(from, begin) {
			return begin, signature
		}
		if begin > from && s.carded(begin, to) && !s.led(from, begin) {
			return begin + 1, signature
		}
		return to, own
	}
	name := s.next(formula + 1)
	if name+1 >= to || s.reach(name+1, to) < 1 && !s.ranked(name, to) && !s.housed(name, to) {
		return to, own
	}
	return name + 1, signature
}

// housed tells a name with no more below it than a house in one line: "Muster GmbH
// | Musterweg 1 | 99999 Musterstadt".
func (s *sheet) housed(name, to int) bool {
	house := s.next(name + 1)
	if house >= to || s.next(house+1) < to || len(s.plain[house]) > maxContactLine || !fullName.MatchString(strings.TrimSpace(s.lines[name].raw)) {
		return false
	}
	line := s.plain[house]
	return strings.Count(line, "|")+strings.Count(line, "·")+strings.Count(line, "•") >= 2 && !shownLine.MatchString(line) && !isLog(line) && !strings.ContainsAny(line, "?!=")
}

// carded tells a name, what its bearer is, and his telephone, without a formula
// above them.
func (s *sheet) carded(begin, to int) bool {
	phone := to - 1
	return to-begin >= minCard && fullName.MatchString(strings.TrimSpace(s.lines[begin].raw)) && s.titles(begin+1, phone) &&
		contactLine.MatchString(s.plain[phone]) && s.reach(begin, to) >= 1
}

// minCard is how many lines such a block has at least.
const minCard = 3

// ranked tells a name with no more below it than a rank, a house and a place.
func (s *sheet) ranked(name, to int) bool {
	if !fullName.MatchString(strings.TrimSpace(s.lines[name].raw)) || !s.titles(name+1, to) {
		return false
	}
	for n := name + 1; n < to; n++ {
		if s.plain[n] != "" && (len(s.plain[n]) > maxRank || !titled(strings.TrimSpace(s.lines[n].raw))) {
			return false
		}
	}
	return true
}

// maxRank is how many bytes a line has at most that says what somebody is.
const maxRank = 80

// titled tells a line of names: no end of a sentence, and hardly a word in small
// letters but those that join names.
func titled(line string) bool {
	small := 0
	for word := range strings.FieldsSeq(line) {
		if r, _ := utf8.DecodeRuneInString(word); unicode.IsLower(r) && !joining[strings.ToLower(word)] {
			small++
		}
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(line, "*_|-–—•· "))
	return !unicode.IsLower(first) && unicode.IsLetter(first) && small <= 1 && !strings.ContainsAny(line, ".!?;") || small == 0 && !strings.ContainsAny(line, "!?;:")
}

// joining are small words between names.
var joining = setOf("of", "the", "and", "for", "in", "at", "&", "für", "und", "der", "des", "die", "im", "de", "du", "la", "le", "et", "en", "y", "del", "los", "las", "e", "di", "della", "dei", "per", "do", "da", "dos", "das", "van", "het", "voor", "ds.", "ds", "i", "w", "z", "и", "по", "в", "a", "of", "och", "og", "ja", "pro", "és")

// led tells whether the line above a block announces it.
func (s *sheet) led(from, begin int) bool {
	for n := begin - 1; n >= from; n-- {
		if s.plain[n] != "" {
			return strings.HasSuffix(s.plain[n], ":")
		}
	}
	return false
}

// reach counts the lines of a block that say how to reach somebody; -1 when some
// line is none of a signature.
func (s *sheet) reach(from, to int) int {
	count, worded, phone := 0, 0, false
	for n, line := range s.plain[from:to] {
		if line == "" {
			continue
		}
		worded++
		if worded > maxContact || len(line) > maxContactLine || strings.HasSuffix(line, ":") || strings.HasSuffix(line, "?") || isLog(line) || shownLine.MatchString(line) || s.sentence(from+n) {
			return -1
		}
		switch {
		case contactLine.MatchString(line):
			phone = true
			count++
		case isLink(line), strings.Contains(line, "@") && len(strings.Fields(line)) <= 4, strings.HasPrefix(line, "www."):
			count++
		}
	}
	if !phone {
		return 0
	}
	return count
}

// sentence tells a line of ordinary words.
func (s *sheet) sentence(n int) bool {
	small := 0
	for word := range strings.FieldsSeq(s.lines[n].raw) {
		if r := []rune(word); unicode.IsLower(r[0]) && unicode.IsLetter(r[len(r)-1]) {
			small++
		}
	}
	return small >= 5 || small >= 3 && strings.HasSuffix(s.plain[n], ".")
}
