package automatic

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"postern/parser/mime"
)

// maxHead is how much of a text is searched for words of programs; they say
// soon that they are none of a person.
const maxHead = 4 << 10

func head(text string) string { return text[:min(len(text), maxHead)] }

// autoReplySubject knows how programs begin the subject of an automatic reply,
// in the languages we are written to. It must begin so, perhaps behind the tag of
// a ticket: "Re: automatic reply" is a person's.
func autoReplySubject(subject string) bool {
	return startsAny(untagged(subject), autoReplySubjects) || strings.ContainsAny(subject, "[(") && replyTag.MatchString(subject)
}

// replyTag is a tag that says it, before or behind the subject that is answered.
var replyTag = regexp.MustCompile(leadingTag.String() + `|[\[(](?:auto(?:matic|mated)?[- ]?(?:reply|response|antwort)|out[- ]of[- ](?:the[- ])?office)[\])]\s*$`)

var leadingTag = regexp.MustCompile(`(?i)^\s*\[(?:auto(?:matic|mated)?[- ]?(?:reply|response|antwort)|out[- ]of[- ](?:the[- ])?office|abwesen[a-z]{1,20})\]`)

// untagged is a subject in lower case, without the tags before it.
func untagged(subject string) string {
	subject = strings.ToLower(strings.TrimSpace(subject))
	for n := 0; n < maxTags && strings.HasPrefix(subject, "["); n++ {
		_, rest, closed := strings.Cut(subject, "]")
		if !closed {
			break
		}
		subject = strings.TrimLeft(rest, " :-")
	}
	return subject
}

// announces tells a subject in which the words of an automatic reply stand by
// themselves, before a sign or at the end: "Automatic reply from your server
// shows our names" is a sentence of somebody who got one.
func announces(subject string) bool {
	if leadingTag.MatchString(subject) {
		return true
	}
	subject = untagged(subject)
	for n := 0; n < maxTags; n++ { // "out of office autoreply: …"
		if phrase := longest(subject, autoReplySubjects); phrase != "" {
			subject = strings.TrimLeft(subject[len(phrase):], " ")
		}
	}
	return subject == "" || !unicode.IsLetter([]rune(subject)[0]) || startsAny(subject, []string{"re:", "aw:", "until ", "bis ", "notification"})
}

// longest is the longest phrase that a subject begins with, "" when it begins
// with none. One that ends in a sign announces by itself and is left.
func longest(subject string, phrases []string) string {
	found := ""
	for _, phrase := range phrases {
		if len(phrase) > len(found) && strings.HasPrefix(subject, phrase) && !strings.HasSuffix(phrase, ":") {
			found = phrase
		}
	}
	return found
}

// absenceSubject knows subjects that programs and people write: they count only
// with the words of an absence or a sign of a program.
func absenceSubject(subject string) bool {
	subject = strings.ToLower(strings.TrimSpace(subject))
	return startsAny(subject, absenceSubjects) || strings.Contains(subject, "is out of the office") || strings.Contains(subject, "is out of office")
}

var absenceSubjects = []string{
	"vacation", "on holiday", "on leave", "on annual leave", "challenge", "abwesenheit", "abwesend", "im urlaub", "urlaub", "absence", "absent", "ausencia", "de vacaciones", "ausente", "assenza", "assente", "in ferie", "nieobecność",
	"nieobecny", "nieobecna", "urlop", "afwezig", "niet aanwezig", "vakantie", "ausência", "de férias", "em férias", "отсутствую", "в отпуске", "不在", "外出中", "休暇中", "外出", "休假", "frånvaro", "fravær", "ooo ", "auto:", "auto :", "no longer with", "no longer at", "accusé de réception", "eingangsbestätigung", "empfangsbestätigung",
}

// maxTags stand before a subject at most.
const maxTags = 3

var autoReplySubjects = []string{
	"automatic reply", "automatic response", "automated reply", "automated response", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "out of office", "out-of-office", "out of the office", "i am out of", "i'm out of", "away from office", "away from the office", "away from my", "on vacation", "absence notification", "ooo:", "[ooo]", "i am currently away", "please confirm your message", "please verify your message", "verify your e-mail to", "your message is awaiting",
	"automatische antwort", "automatische abwesenheit", "abwesenheitsnotiz", "abwesenheit:", "abwesenheitsmeldung", "abwesenheitsbenachrichtigung", "automatische rückmeldung", "automatische eingangsbestätigung", "autom. antwort", "ich bin nicht im büro", "nicht im büro", "außer haus", "ausser haus", "büroabwesenheit",
	"réponse automatique", "réponse d'absence", "absence du bureau", "absent du bureau", "message d'absence", "notification d'absence", "en congé", "je suis absent", "hors du bureau",
	"respuesta automática", "respuesta automatica", "fuera de la oficina", "fuera de oficina",
	"risposta automatica", "risposta automatizzata", "fuori sede", "fuori ufficio", "assente dall'ufficio",
	"autoodpowiedź", "autoodpowiedz", "odpowiedź automatyczna", "automatyczna odpowiedź", "poza biurem",
	"automatisch antwoord", "afwezig:", "afwezigheidsbericht", "automatische reactie", "automatisch bericht", "buiten kantoor",
	"resposta automática", "resposta automatica", "ausente do escritório", "fora do escritório", "fora do escritorio",
	"автоответ", "автоматический ответ", "автоматическое уведомление", "нет на работе", "нет на месте", "вне офиса", "я в отпуске",
	"自動返信", "自動応答", "自動回答", "不在通知", "【自動返信】", "【自動配信】",
	"自动回复", "自动答复", "自動回覆", "不在办公室",
	"automatiskt svar", "autosvar", "automatisk svar", "poissaoloviesti", "automaattinen vastaus", "automatická odpověď", "automatikus válasz", "otomatik yanıt", "automatická odpoveď", "samodejni odgovor", "automatski odgovor", "răspuns automat", "raspuns automat", "автоматичен отговор", "автоматична відповідь", "автовідповідь", "аутоматски одговор", "αυτόματη απάντηση", "automātiska atbilde", "automatinis atsakymas", "automaatvastus", "automaatne vastus", "resposta automàtica", "sjálfvirkt svar", "תשובה אוטומטית", "מענה אוטומטי", "رد تلقائي", "الرد التلقائي", "پاسخ خودکار", "자동 회신", "자동회신", "자동 응답", "자동응답", "부재중", "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "trả lời tự động", "thư trả lời tự động", "balasan otomatis", "balasan automatik",
}

// absence knows the words of programs that answer for somebody.
func absence(text string) bool {
	return containsAny(strings.ToLower(head(text)), absenceWords)
}

var absenceWords = []string{
	"i am out of the office", "i'm out of the office", "i am currently out of", "i'm currently out of", "i will be out of the office", "i'll be out of the office", "i am away from", "i am currently away", "i am on vacation", "i'm on vacation", "i am on holiday", "i am on leave", "i am on annual leave", "i'm on leave", "i am out of office", "i'm out of office", "i am away until", "i'm away until", "i am out until", "i'm out until", "out of the office until", "out of the office from", "i am currently on leave", "am currently on vacation", "limited access to email", "limited access to e-mail", "limited access to my email", "no access to my email", "will return on", "will be back on", "upon my return", "when i return", "not in the office", "out of office until",
	"no longer with the company", "no longer with us", "no longer works", "no longer work at", "no longer working", "no longer employed", "has left the company", "has left our company", "left the organisation", "left the organization", "is no longer in use", "no longer monitored", "not monitored", "unmonitored", "is not being monitored", "no longer active", "address is no longer valid", "this is an automatic reply", "this is an automated reply", "this is an automated response", "this is an auto-reply", "this is an autoreply", "automatic out of office", "confirm that you are not", "click the link below to release", "to have your message delivered", "confirm your identity", "awaiting your verification", "one-time confirmation",
	"ich bin derzeit nicht", "ich bin zurzeit nicht", "ich bin momentan nicht", "ich bin nicht im büro", "ich bin bis", "bin ich nicht im büro", "bin ich nicht erreichbar", "bin ich im urlaub", "bin im urlaub", "urlaub bis", "wieder im büro", "ich wieder erreichbar", "bin wieder erreichbar", "wieder für sie erreichbar", "wieder persönlich erreichbar", "ich befinde mich im urlaub", "außer haus", "nicht im hause", "bin ab dem", "bin ich ab dem", "bin erst ab dem", "ich erst ab dem", "mails werden nicht weitergeleitet", "e-mails werden nicht weitergeleitet", "nicht mehr im unternehmen", "nicht mehr für", "nicht mehr bei", "postfach wird nicht", "wird nicht mehr gelesen", "wird nicht überwacht", "automatische antwort", "automatisch generierte antwort",
	"je suis absent", "je suis actuellement absent", "je suis en congé", "je suis en vacances", "actuellement en congé", "absent du bureau", "absente du bureau", "de retour le", "je serai de retour", "à mon retour", "ne fait plus partie", "n'est plus consultée", "réponse automatique",
	"estoy fuera de la oficina", "me encuentro fuera", "estaré fuera", "estoy de vacaciones", "estaré ausente", "estoy ausente", "a mi regreso", "regresaré", "ya no trabaja", "respuesta automática",
	"sono fuori ufficio", "sono assente", "sarò assente", "sono in ferie", "al mio rientro", "rientrerò", "non lavora più", "risposta automatica",
	"estou fora do escritório", "estarei ausente", "estou ausente", "estou de férias", "ao meu retorno", "não trabalha mais", "já não trabalha", "resposta automática",
	"ik ben afwezig", "ik ben niet aanwezig", "ik ben momenteel", "ik ben op vakantie", "ik ben met vakantie", "ik ben met verlof", "ben ik afwezig", "niet meer werkzaam", "automatisch antwoord",
	"jestem nieobecn", "jestem na urlopie", "przebywam na urlopie", "poza biurem", "będę nieobecn", "już nie pracuje", "odpowiedź automatyczna",
	"нахожусь в отпуске", "я в отпуске", "у відпустці", "jag är på semester", "är på semester", "jag är ledig", "jeg er på ferie", "jeg har ferie", "olen lomalla", "na dovolené", "mimo kancelář", "szabadságon vagyok", "izindeyim", "ofis dışında", "εκτός γραφείου", "휴가 중", "부재 중", "부재중", "в отпуске до", "буду отсутствовать", "отсутствую на", "больше не работает", "автоматический ответ",
	"不在にして", "休暇をいただ", "休暇中", "外出して", "退職", "自動返信", "自動的に返信", "自動送信", "このメールは自動", "不在办公室", "正在休假", "休假中", "出差", "自动回复", "自動回覆", "已离职",
}

// joined takes out what separates the words of a local part. It is made once:
// a mail asks for it several times.
var joined = strings.NewReplacer("-", "", "_", "", ".", "")

// noReply knows local parts that nobody reads.
func noReply(local string) bool {
	local = joined.Replace(strings.ReplaceAll(local, "+", ""))
	return startsAny(local, []string{"noreply", "donotreply", "dontreply", "noresponse", "nereply", "noresponder", "nepasrepondre", "keineantwort", "nichtantworten", "naoresponda", "nonrispondere", "nieodpowiadaj", "autoreply", "autoresponder", "autoconfirm", "autoanswer"})
}

// acknowledges knows what ticket systems say when they confirm a mail or tell
// of a change.
func acknowledges(in Input) bool {
	subject, text := strings.ToLower(in.Subject), strings.ToLower(head(in.Text))
	return containsAny(subject, ackSubjects) || containsAny(text, ackWords)
}

var ackSubjects = []string{"autoreply:", "auto-reply:", "has been received", "has been created", "has been opened", "has been resolved", "has been closed", "has been updated", "has been assigned", "have received your", "ticket received", "ticket created", "ticket opened", "request received", "new ticket", "case created", "thank you for contacting", "thank you for your", "confirmation of receipt", "eingangsbestätigung", "wurde erstellt", "wurde eröffnet", "eingegangen", "ticket eröffnet", "accusé de réception", "a été créé", "bien reçu", "bien été reçu", "bien été enregistré", "recibido", "recibimos", "acuse de recibo", "ha sido creado", "ricevuto", "ricezione", "recebido", "recebemos", "ontvangen", "ontvangstbevestiging", "otrzymaliśmy", "potwierdzenie", "получен", "зарегистрирован", "создана заявка", "受付", "受け付け", "已收到", "工单"}

var ackWords = append([]string{"this is an automated", "this is an automatic", "this message has been automatically generated", "this message was automatically generated", "this email was automatically generated", "automatically generated in response", "automated acknowledgement", "automated acknowledgment", "please do not reply to this", "do not reply to this", "diese e-mail wurde automatisch", "diese nachricht wurde automatisch", "automatisch erstellt", "automatisch generiert", "message automatique", "mensaje automático", "messaggio automatico", "mensagem automática", "automatisch gegenereerd", "wiadomość została wygenerowana", "автоматически", "自動送信", "自動配信", "系统自动"}, receivedWords...)

// receivedWords are those that say that something arrived or was opened.
var receivedWords = []string{"your request has been received", "confirming that we got your request", "confirming that we received your", "confirm that we have received", "acknowledge receipt of your", "we got your request", "we got your message", "thanks for contacting", "thank you for contacting", "thank you for reaching out", "your message has been received", "your email has been received", "your report has been received", "we have received your", "your ticket has been", "your request has been", "a ticket has been", "has been assigned an id", "has been assigned ticket", "has been assigned the", "ticket number is", "your ticket id", "your case number", "a summary of which appears below", "ihre anfrage ist bei uns eingegangen", "ihre anfrage wurde", "wir haben ihre anfrage", "wir haben ihre nachricht", "wir haben ihre mail", "wir haben ihre e-mail", "wir haben ihre meldung", "wir haben ihren hinweis", "wir haben ihr anliegen", "wir haben ihre beschwerde", "ist unter der nummer", "wird unter der nummer", "wurde unter der nummer", "vorgang unter der nummer", "anfrage unter der nummer", "anliegen unter der nummer", "ticket unter der nummer", "meldung unter der nummer", "votre demande a été", "nous avons bien reçu", "hemos recibido su", "hemos recibido tu", "hemos recibido correctamente su", "su solicitud ha sido", "abbiamo ricevuto la sua", "abbiamo ricevuto la tua", "abbiamo ricevuto la vostra", "abbiamo ricevuto il suo", "abbiamo ricevuto il tuo", "abbiamo ricevuto il vostro", "recebemos a sua", "recebemos sua", "wij hebben uw bericht", "wij hebben uw mail", "wij hebben uw e-mail", "wij hebben uw melding", "wij hebben uw aanvraag", "wij hebben uw vraag", "wij hebben uw verzoek", "we hebben je bericht", "we hebben je mail", "we hebben je e-mail", "we hebben je melding", "we hebben je aanvraag", "we hebben je vraag", "we hebben je verzoek", "we hebben uw", "otrzymaliśmy", "мы получили", "ваше обращение", "受け付けました", "我们已收到", "votre message a été", "a bien été reçu", "a bien été enregistré", "recibimos su", "se ha registrado su", "richiesta è stata registrata", "chamado foi registrado", "melding is geregistreerd", "vi har tagit emot ditt", "vi har mottagit ditt", "ditt ärende har", "vi har modtaget din", "din henvendelse er", "vi har mottatt din", "henvendelsen din er", "olemme vastaanottaneet", "viestisi on vastaanotettu", "tukipyyntösi", "přijali jsme váš", "váš požadavek byl", "vaša požiadavka bola", "prijali sme va", "megkaptuk levelét", "megkaptuk üzenetét", "bejelentését megkaptuk", "am primit mesajul", "am înregistrat solicitarea", "solicitarea dumneavoastră a fost", "λάβαμε το αίτημά", "λάβαμε το μήνυμά", "το αίτημά σας", "talebiniz alın", "mesajınız alın", "talebiniz oluşturul", "ваше звернення", "ми отримали ваш", "вашият сигнал е", "получихме ваш", "vaš upit je", "vaš zahtjev je", "primili smo va", "문의가 접수", "접수되었습니다", "요청이 접수", "تم استلام طلب", "تم استلام رسالت", "استلمنا رسالت", "פנייתך התקבלה", "פנייתך נקלטה", "קיבלנו את פנייתך", "đã nhận được yêu cầu", "đã nhận được email", "kami telah menerima", "permintaan anda telah", "zgłoszenie zostało zarejestrowane", "受付いたしました", "受付しました", "ご連絡ありがとうございます", "お問い合わせありがとう", "お問い合わせいただき"}

// reports tells words that report something: an address or a name made
// harmless, together with what happened. It is weighed only where a mail would
// otherwise count for nothing.
func reports(text string) bool {
	text = strings.ToLower(head(text))
	return observable.MatchString(text) && containsAny(text, reportWords)
}

// observable finds what reports are about.
var observable = regexp.MustCompile(address4.String() + `|\[\.\]|\[dot\]|\b[0-9a-f]{1,4}:[0-9a-f:]{4,}[0-9a-f]\b|https?://`)

// address4 finds addresses and what was made harmless, but no plain link.
var address4 = regexp.MustCompile(`\b(?:[0-9]{1,3}(?:\[?\.\]?|\(\.\))){3}[0-9]{1,3}\b|\bhxxps?://`)

var reportWords = []string{"abuse", "attack", "scan", "brute", "intrusion", "malware", "phish", "infect", "botnet", "ddos", "compromis", "spam", "fail2ban", "banned", "failed password", "invalid user", "login attempt", "exploit", "vulnerab", "sql injection", "cross-site scripting", "xss", "remote code", "data leak", "leaked", "copyright", "infring", "hacked", "blacklist", "blocklist", "incident", "angriff", "missbrauch", "attaque", "ataque", "attacco", "атак", "攻撃", "攻击"}

// carries tells that the mail brings a file that may be its report: a table, an
// archive, a document. Answers of desks bring pictures, cards and what they answer.
func carries(in Input) (found bool) {
	if in.Root == nil {
		return false
	}
	in.Root.Walk(func(p *mime.Part) bool {
		file := p.Leaf() && (p.Name != "" || p.Disposition == "attachment") && p.Type != "text/html"
		found = found || file && !slices.ContainsFunc(adornments, func(kind string) bool { return strings.HasPrefix(p.Type, kind) })
		return !p.Message()
	})
	return found
}

// adornments are types of what stands beside a text and reports nothing.
var adornments = []string{"image/", "message/", "multipart/", "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers", "application/ics", "application/pgp-", "application/pkcs7-signature", "application/x-pkcs7-signature", "application/ms-tnef"}
