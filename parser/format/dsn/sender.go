package dsn

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/parser/mime"
)

// sender is what the header says about who wrote: a server or a person.
type sender struct {
	null    bool   // Return-Path is <>
	daemon  bool   // the address or name is that of a mail system
	failed  bool   // X-Failed-Recipients, or the mark of certified mail
	human   bool   // the address may be a person's, and nothing else says that it is none
	subject bool   // that of a notice
	log     bool   // Postfix tells its postmaster of a session, in which no mail came back
	action  string // what the subject says became of the mail
	own     string // whom the notice went to, who is no failed recipient; lower case
	from    string // the server's own address, lower case
}

func judgeSender(root *mime.Part) sender {
	s := sender{null: nullPath(root), failed: root.Header.Has("X-Failed-Recipients") || certified(root)}
	from, _ := root.Addresses("From")
	for _, address := range from {
		s.daemon = s.daemon || isDaemon(address)
		s.from = strings.ToLower(address.Address)
	}
	s.human = !s.null && !s.failed && !root.Header.Has("Auto-Submitted") && !strings.Contains(strings.ReplaceAll(s.from, "-", ""), "daemon")
	to, _ := root.Addresses("To")
	if len(to) > 0 {
		s.own = strings.ToLower(to[0].Address)
	}
	subject := strings.ToLower(strings.TrimSpace(root.Subject()))
	s.action = subjectAction(subject)
	s.subject = s.action != "" && !passedOn(subject)
	s.log = strings.Contains(subject, "smtp server: errors from")
	return s
}

// certified tells the receipt of certified mail that says that it did not arrive
// (RFC 6109 section 2.2).
func certified(root *mime.Part) bool {
	return strings.HasSuffix(strings.ToLower(strings.TrimSpace(root.Field("X-Ricevuta"))), "errore-consegna")
}

func nullPath(root *mime.Part) bool {
	if strings.TrimSpace(root.Field("From")) == "<>" {
		return true
	}
	for _, value := range root.Fields("Return-Path") {
		if value == "<>" || value == "" && root.Header.Has("Return-Path") {
			return true
		}
	}
	return false
}

// isDaemon knows the addresses and names of mail systems.
func isDaemon(a mime.Address) bool {
	local, _, _ := strings.Cut(strings.ToLower(a.Address), "@")
	if a.Address == "" {
		local = strings.ToLower(a.Name)
	}
	switch strings.Trim(joined.Replace(local), `"`) {
	case "mailerdaemon", "maildaemon", "mdaemon", "postmaster", "doublebounce", "mailerd", "mmdf", "pmdf", "lmtp", "maildelivery", "maildeliverysystem", "maildeliverysubsystem", "mailsystem", "smtpd", "bouncehandler", "mailrouter", "systemadministrator", "mailadministrator", "mailadmin", "systemattendant", "bounce", "bounces", "internetmaildelivery":
		return true
	}
	return exchangeSender.MatchString(local) || containsAny(strings.ToLower(a.Name), daemonWords) && daemonName.MatchString(a.Name)
}

// joined takes out of a local part what some set between its words.
var joined = strings.NewReplacer("-", "", "_", "", ".", "")

// exchangeSender is how Exchange calls itself: a fixed word and a GUID.
var exchangeSender = regexp.MustCompile(`^microsoftexchange[0-9a-f]{20,40}$`)

// daemonWords are words one of which stands in each such name.
var daemonWords = []string{"mail", "administrat", "postmaster", "delivery", "microsoft"}

// daemonName are the display names of mail systems.
var daemonName = regexp.MustCompile(`(?i)^"?(?:internet |e-?)?mail (?:delivery|transport|router|transfer)\b|mail(?:er)?[ _-]?daemon|^"?(?:mail|system|e-?mail) administrat(?:or|ion)\b|^"?mail system\b|^"?postmaster\b|delivery (?:sub)?system|delivery status notification|^"?microsoft outlook$|^"?microsoft exchange$`)

// system tells that the header alone shows a mail system as the sender.
func (s sender) system() bool { return s.null || s.daemon || s.failed }

// speaks tells whether the mail may be a notice at all.
func (s sender) speaks() bool { return s.system() || s.subject }

// certain tells that the mail is a notice whatever its words are.
func (s sender) certain() bool { return s.failed || s.system() && s.subject }

// isNotice weighs the header with the words. The less the header says, the more
// the words have to: a person who writes about a bounce uses the same ones.
func (s sender) isNotice(text string, said recipients) bool {
	opening := strings.ToLower(text[:min(len(text), maxOpening)])
	switch {
	case s.failed:
		return true
	case s.log, !s.subject && !said.stated() && challenge.MatchString(opening), membership.MatchString(opening):
		return false
	case len(said.list) == 0, s.human && greeting.MatchString(opening) && !knownOpening(opening):
		return false
	case s.human && pondered(text) && !knownOpening(opening):
		return false
	case s.system() && s.subject:
		return true
	case s.daemon && s.null && (containsAny(opening, undelivered) || headingAction(opening) == "delayed"):
		return true
	case s.daemon || s.null:
		return knownOpening(opening) || said.stated() && (!s.human || containsAny(opening, failing) || refusalQuoted.MatchString(opening))
	case s.subject && machines[s.local()] && said.stated():
		return !pondered(text)
	}
	return s.subject && knownOpening(opening[:min(len(opening), maxFirst)]) && !(s.human && pondered(text))
}

// challenge are the words of a program that holds a mail until its sender
// confirms that he is somebody. They begin like those of a mail server.
var challenge = regexp.MustCompile(`(?:confirm|verify|authenticate|release|deliver) (?:that )?(?:you|your|this|the) (?:message|mail|e-mail|email|address|identity|are|sent|wrote)[^.]{0,80}(?:reply|click|link|send|visit|following address|not a (?:robot|machine|spammer))|has not (?:yet )?been (?:verified|confirmed)|waiting for (?:your )?confirmation|awaiting (?:your )?(?:confirmation|verification)`)

// membership are the words of a list manager about mail to a member that came
// back, which is no mail of ours.
var membership = regexp.MustCompile(`\bmessages (?:sent )?to you from the [^\n]{1,80}\bmailing list|\byour membership in the (?:mailing )?list\b|\bbounces? (?:received )?from your (?:address|account) on (?:the )?[^\n]{1,80}\blist\b`)

// refusalQuoted is how Exchange quotes a server's refusal, in every language.
var refusalQuoted = regexp.MustCompile(`(?i)remote server returned '|#[45][0-9][0-9] [45]\.[0-9]|#< ?#?[45]\.[0-9]|##rfc822;`)

// machines are addresses under which gateways and filters write.
var machines = map[string]bool{"root": true, "mail": true, "mailer": true, "smtp": true, "system": true, "admin": true, "administrator": true, "noreply": true, "notification": true, "notifications": true, "gateway": true, "mailgateway": true, "antispam": true, "mailscanner": true, "quarantine": true, "mailfilter": true, "server": true, "mta": true}

// local is the local part of the server's address, without what separates its words.
func (s sender) local() string {
	local, _, _ := strings.Cut(s.from, "@")
	return joined.Replace(local)
}

// pondered tells the words of a person around a notice that he pasted: servers
// ask nothing and have no account.
func pondered(text string) bool {
	return ponder.MatchString(text[:min(len(text), maxWords)])
}

// ponder are questions at the end of a line, and what people say of themselves
// when mail comes back that they never sent.
var ponder = regexp.MustCompile(`(?m)[\p{L}\p{N}] ?[?？][ \t\r]*$|(?:^|[^\p{L}])(?:I (?:did|do|have|never|get|got|keep|am|received?|think|want|can|don|see|saw)|(?i:please (?:advise|help|investigate)|my (?:account|mailbox|address|e-?mail|password|name|server|domain)|ich (?:habe|bin|bekomme|erhalte)|mein(?:e|em|en|er)? (?:konto|adresse|postfach|passwort|name)|je (?:n['’]ai|reçois|suis)|j['’]ai|mon (?:compte|adresse)|(?:yo no|no he|he recibido|mi cuenta|mi dirección)|(?:io non|non ho|ho ricevuto|il mio)|(?:eu não|minha conta|recebi)|(?:ik heb|mijn account)|(?:nie wysyłał|moje konto|moja skrzynka)|(?:я не|мне приход|мой ящик|моя почта)))(?:$|[^\p{L}])`)

// greeting is how people begin: a postmaster may write about bounces himself.
var greeting = regexp.MustCompile(`^\s*(?:hello|hi|hey|dear|good (?:morning|afternoon|day)|greetings|hallo|guten (?:tag|morgen)|sehr geehrte|liebe|bonjour|madame|monsieur|hola|estimad|buenos|ciao|buongiorno|gentile|olá|prezad|beste|geachte|dzień dobry|szanown|witam|здравствуйте|добрый|уважаем)[\s,!a-zäöüéèáíóúßçñа-я.]`)

// stated tells that a server's reply or status stands behind a recipient.
func (l *recipients) stated() bool {
	for _, r := range l.list {
		if r.Status != "" && r.Diagnostic != "" {
			return true
		}
	}
	return false
}

// How much of the words is looked at for what a notice begins with.
const (
	maxOpening = 4 << 10
	maxFirst   = 400
)

// passedOn tells the subject of a forward or reply.
func passedOn(subject string) bool {
	return passing.MatchString(subject)
}

var passing = regexp.MustCompile(`^(?:\[[^\]]{1,40}\]\s*)*(?:re|fw|fwd|aw|wg|tr|rv|rif|i|odp|pd|antw|doorst|vs|sv|res|enc|回复|转发|回覆|轉寄)\s*(?:\[\d+\])?\s*[:：]`)

// subjectAction tells what the subject of a notice says: failed, delayed or
// delivered; "" when it is not that of a notice. What stands before a colon
// counts first: behind it often stands the subject of the mail.
func subjectAction(subject string) string {
	if head, _, found := strings.Cut(subject, ":"); found {
		if action := subjectWords(head + ":"); action != "" {
			return action
		}
	}
	return subjectWords(subject)
}

func subjectWords(subject string) string {
	for _, row := range subjects {
		if row.shape != nil && row.shape.fits(subject) {
			return row.action
		}
		for _, phrase := range row.phrases {
			if before, _, found := strings.Cut(subject, phrase); found && !negated(before) && !(row.action == "delivered" && inWord(before)) {
				return row.action
			}
		}
	}
	return ""
}

// negated tells that the word for not stands before a phrase of a subject: "Non
// remis : …" tells of a failure. Of failures it makes none.
func negated(before string) bool {
	for _, not := range [...]string{"non ", "not ", "nicht ", "no ", "não ", "niet ", "nie ", "не "} {
		if strings.HasSuffix(before, not) {
			return true
		}
	}
	return false
}

// inWord tells that a word goes on behind these signs: "undelivered:" is not
// "delivered:".
func inWord(before string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsLetter(last) && !unspaced(last)
}

// subjects of notices, in lower case; delays before failures, because they use
// the words of both.
var subjects = [...]struct {
	action  string
	shape   *subjectShape
	phrases []string
}{
	{"delayed", shapeOf(`delay|verzöger|verspät|retard|différ|retras|demora|diferid|ritard|atras|vertraag|vertraging|opóźni|задерж|отложен|försen|forsink|viiväst|zpožd|késleltet|gecik|遅延|遅れ|延迟|延遲|지연`, `message|nachricht|mensaje|mensagem|messaggio|bericht|wiadomoś|письм|сообщени|メール`), []string{"(delay)", "(delayed)", "delayed:", "delivery delayed", "delayed mail", "delivery is delayed", "message delayed", "mail delayed", "delayed 24 hours", " delayed", "could not send message for past", "still being retried", "delivery incomplete", "delivery delay", "temporarily undeliverable", "warning: message", "zustellung verzögert", "verzögerte zustellung", "(verzögert)", "remise différée", "remise retardée", "(délai)", "(retraso)", "entrega retrasada", "entrega diferida", "consegna ritardata", "(ritardo)", "(atraso)", "entrega atrasada", "bezorging vertraagd", "(vertraging)", "opóźnienie dostarcz", "(opóźnienie)", "задержка доставки", "доставка задерживается", "配信遅延", "配送が遅延", "延迟", "延遲", "verzögert:", "retardé :", "retardé:", "retrasado:", "ritardato:", "atrasado:", "atrasada:", "vertraagd:", "opóźnione:", "задержано:", "gecikti:", "försenat:", "forsinket:", "viivästynyt:", "zpožděno:", "késleltetve:"}},
	{"delivered", nil, []string{"(success)", "successful mail delivery", "delivered:", "relayed:", "delivery receipt", "delivery confirmation", "delivery notification: delivery has been successful", "(relay)", "message delivered", "zugestellt:", "übermittelt:", "zustellbestätigung", "accusé de remise", "remis :", "remis:", "entregado:", "consegnato:", "entregue:", "bezorgd:", "dostarczono:", "доставлено:", "配信済み", "已送达", "已送達"}},
	{"failed", shapeOf(`fail|fehl|échec|echec|erreur|error|fallo|falha|falla|errore|mancat|mislukt|fout|błąd|niepowodz|ошибк|сбой|не удал|невозможн|nicht möglich|impossib|felaktig|feil|virhe|chyba|hiba|hata|失敗|失败|不能|エラー|できま|不可|错误|錯誤|실패|오류`, ""), []string{"undelivered mail", "undeliverable", "undelivered", "undeliverd", "delivery status", "delivery notification", "delivery report", "mail delivery failed", "mail delivery failure", "mail delivery error", "mail delivery problem", "failure notice", "failure delivery", "failed delivery", "fail delivery", "failed mail", "returned mail", "returned to sender", "return to sender", "mail returned", "returned e-mail", "returned email", "delivery failure", "delivery failed", "delivery has failed", "delivery error", "delivery problem", "delivery unsuccessful", "unable to deliver", "not deliver", "could not be delivered", "couldn't be delivered", "cannot be delivered", "wasn't delivered", "mail delivery system", "mail delivery subsystem", "mail system error", "message not delivered", "nondeliverable", "non-deliverable", "nondelivery", "non delivery", "non-delivery", "mail could not", "message could not", "email could not", "address not found", "user unknown", "unknown user", "unknown recipient", "mail error", "mail failure", "message status - undeliver", "bounced mail", "bounce notification", "rejected mail", "mail rejected", "message rejected", "error sending", "problems found", "delivery-fehler", "smtp error", "warning: could not send", "permanent error", "delivery status notice", "(failure)",
		"unzustellbar", "nicht zugestellt", "nicht zustellbar", "zustellung fehlgeschlagen", "zustellfehler", "unzustellbare", "nicht übermittelt", "zustellung nicht möglich", "nicht ausgeliefert", "zustellungsfehler", "zurückgewiesen",
		"non remis", "échec de la remise", "échec de remise", "échec de livraison", "échec de distribution", "non distribu", "impossible de remettre", "non délivr", "échec d'envoi", "erreur de livraison", "retour à l'expéditeur",
		"no se puede entregar", "no entregado", "no se ha podido entregar", "no se pudo entregar", "error de entrega", "fallo en la entrega", "fallo de entrega", "devuelto", "no se puede enviar",
		"mancata consegna", "non recapitabile", "non recapitato", "impossibile recapitare", "errore di consegna", "consegna non riuscita", "recapito non riuscito", "mancato recapito",
		"niedostarczone", "niedostarczalne", "nie można dostarczyć", "niedoręczona", "niepowodzenie dostarcz", "zwrot poczty", "nie dostarczono", "błąd dostarczania",
		"onbestelbaar", "niet bezorgd", "niet afgeleverd", "bezorging mislukt", "kan niet worden bezorgd", "niet worden afgeleverd", "onbestelbare",
		"não entregue", "falha na entrega", "falha de entrega", "não pôde ser entregue", "não foi possível entregar", "erro de entrega", "devolvido", "devolvida",
		"не доставлено", "недоставленное", "невозможно доставить", "ошибка доставки", "не может быть доставлено", "недоставка", "возврат",
		"配信不能", "配信できません", "配信失敗", "送信できません", "送信エラー", "送達不能", "エラーメール", "お届けできません", "配送不能", "配信エラー",
		"kan inte levereras", "olevererbar", "kunde inte levereras", "kan ikke leveres", "kunne ikke leveres", "ikke leverbar", "ikke levert", "ei voi toimittaa", "ei voida toimittaa", "ei toimitettavissa", "toimitus epäonnistui", "nedoručiteln", "nedoručeno", "nedoručiteľn", "nelze doručit", "kézbesíthetetlen", "nem kézbesíthető", "sikertelen kézbesítés", "teslim edilemedi", "teslim edilemiyor", "iletilemedi", "δεν ήταν δυνατή η παράδοση", "δεν παραδόθηκε", "αδυναμία παράδοσης", "неможливо доставити", "не вдалося доставити", "nu se poate livra", "nelivrabil", "neisporučeno", "nije isporučeno", "배달되지 않음", "배달할 수 없", "전송 실패", "반송", "לא ניתן למסור", "لم يتم تسليم", "تعذر تسليم",
		"无法投递", "无法送达", "退信", "投递失败", "未送达", "系统退信", "無法傳遞", "無法送達", "退件"}},
}

// subjectShape is what the subject of a notice looks like whose words nobody
// listed: a noun of delivery and one of the verbs, in either order, with little
// between them.
type subjectShape struct{ nouns, verbs []string }

// deliveries are nouns and verbs of delivery.
var deliveries = strings.Split("deliver|zustell|übermitt|auslieferung|remise|distribution|livraison|acheminement|entrega|consegna|recapito|bezorg|aflever|dostarcz|doręcz|доставк|leverans|levering|toimitu|doruč|kézbesít|teslim|配信|送信|配送|送達|投递|送达|传送|傳送|전송|배달|발송", "|")

// shapeOf makes a shape of words between bars; more are nouns beside those of delivery.
func shapeOf(verbs, more string) *subjectShape {
	nouns := deliveries
	if more != "" {
		nouns = append(strings.Split(more, "|"), deliveries...)
	}
	return &subjectShape{nouns: nouns, verbs: strings.Split(verbs, "|")}
}

// maxBetween is how many bytes stand between noun and verb.
const maxBetween = 40

// fits tells a subject of that shape. The first of each noun counts.
func (s *subjectShape) fits(subject string) bool {
	for _, noun := range s.nouns {
		at := strings.Index(subject, noun)
		if at < 0 {
			continue
		}
		behind := at + len(noun)
		before := subject[max(0, at-maxBetween):at]
		before = before[strings.LastIndexAny(before, ":：")+1:]
		if containsAny(subject[behind:min(len(subject), behind+maxBetween)], s.verbs) || containsAny(before, s.verbs) {
			return true
		}
	}
	return false
}
