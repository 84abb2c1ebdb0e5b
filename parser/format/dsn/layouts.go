package dsn

import (
	"regexp"
	"strings"
)

// openings are sentences that mail servers begin their notices with. They are
// their programmers' words: nobody writes so of his own.
var openings = []string{
	"a list of the affected recipients follows", "this mail is generated because of an error in the delivery",
	"hi. this is the ", "hi! this is the ", // qmail, James, and what descends from them
	"this message was created automatically by", // Exim, Mail.ru, GMX, Zoho
	"this is the mail system at host", "this is the mail server on", "this is the mail server at", "this is the postfix program at host", "this is the mail system at ",
	"the original message was received at", // Sendmail
	"this is a delivery status notification", "this is an automatically generated delivery status notification", "this is an automated delivery status",
	"a message that you sent could not be delivered", "a message you sent could not be delivered", "a message that you have sent could not be delivered",
	"delivery to the following recipient", "your message did not reach some or all of the intended recipients", "did not reach the following recipient",
	"your message to the following recipients cannot be delivered", "your message wasn't delivered to", "** address not found **", "** message blocked **", "** delivery incomplete **", "** message not delivered **", "** recipient inbox full **",
	"delivery has failed to these recipients", "sorry, we were unable to deliver your message", "unable to deliver message to the following address", "this is the mailer-daemon", "i'm afraid i wasn't able to deliver your message",
	"this message was undeliverable due to", "your message cannot be delivered to the following", "the following message to <", "this report relates to a message you sent", "an error occurred while trying to deliver the mail",
	"unable to deliver message to:", "the mail system", "could not deliver the following message", "message from  yahoo", "mdaemon", "this is a system-generated", "was automatically rejected", "undeliverable mail", "your mail could not be delivered", "your mail to the following recipients could not be delivered",
	"次のあて先への", "メールは送信できませんでした", "message could not be delivered to",
	"diese nachricht wurde automatisch erzeugt", "ihre nachricht konnte nicht zugestellt", "ihre e-mail konnte nicht zugestellt", "die folgende nachricht konnte nicht zugestellt", "die folgende e-mail konnte nicht zugestellt", "ihre nachricht konnte nicht", "fehler bei der nachrichtenzustellung", "votre message n'a pas pu être", "ce message a été créé automatiquement", "su mensaje no se ha podido entregar", "no se ha podido entregar", "este mensaje se ha creado automáticamente", "il tuo messaggio non è stato recapitato", "il messaggio non è stato recapitato", "a sua mensagem não foi entregue", "sua mensagem não foi entregue", "uw bericht kon niet", "je bericht is niet bezorgd", "wiadomość nie została dostarczona", "ваше сообщение не было доставлено", "это письмо создано автоматически", "您的邮件", "您發送的郵件",
}

func knownOpening(opening string) bool {
	opening = strings.Join(strings.Fields(opening), " ")
	return containsAny(opening, openings) || announced.MatchString(opening)
}

// announced is what every language's notice says in one sentence: delivery, the
// recipients, and that they follow.
var announced = regexp.MustCompile(`(?:deliver|zustell|zugestellt|übermitt|remise|remis |distribu|livr|entreg|consegn|recapit|bezorg|afgelever|dostarcz|doręcz|достав|leverera|levere|toimit|doruč|kézbes|teslim)[^.!?]{0,80}(?:following|folgende|suivant|ces |siguiente|estos |seguent|questi |seguinte|estes |volgende|deze |następując|tych |следующ|этим |följande|følgende|seuraav|následující|alábbi|aşağıdaki)[^.!?]{0,30}(?:recipient|address|empfänger|adresse|destinat|direccion|indirizz|endereço|ontvanger|geadresseerde|adres|odbiorc|получател|адрес|mottag|modtag|vastaanottaj|příjemc|címzett|alıcı)`)

// undelivered are words that tell of a mail that did not arrive.
var undelivered = []string{
	"could not be delivered", "couldn't be delivered", "cannot be delivered", "can not be delivered", "can't be delivered", "not be delivered", "wasn't delivered", "was not delivered", "not delivered", "hasn't been delivered", "has not been delivered", "undeliver", "non-deliver", "nondeliver", "not deliver", "unable to deliver", "not able to deliver", "wasn't able to deliver", "could not deliver", "failed to deliver", "delivery has failed", "delivery failed", "delivery failure", "delivery error", "delivery problem", "delivery to the following", "trouble delivering", "problem delivering", "error delivering", "failure delivering", "attempting to deliver", "trying to deliver", "was considered unsolicited", "was considered spam", "delivery was stopped", "delivery of the email was stopped", "delivery of the message was stopped", "failed address", "address failed", "addresses failed", "address(es) failed",
	"did not reach", "zugestellt", "nicht erreicht", "délivr", "entregar", "entregado", "recapitat", "consegn", "entregue", "afgeleverd", "bezorgd", "dostarcz", "доставлен", "доставить", "送信でき", "配信でき", "配送でき", "届け", "投递", "送达", "送達", "退回", "传送", "傳送", "전송", "배달", "반송", "doruč", "kézbes", "teslim", "παράδοση", "übermitt", "ausgeliefert",
}

// failing are these, and words of anything that went wrong.
var failing = append([]string{
	"unable to send", "failed to send", "could not send", "could not be sent", "failed permanently", "recipient(s)", "could not be reached", "not reach", "fatal error", "permanent error", "permanent failure", "been rejected", "was rejected", "were rejected", "rejected recipient", "returned to", "unknown user", "user unknown", "unknown host", "unknown recipient", "no such user", "mailbox", "over quota", "delayed", "bounced", "rejected", "refused", "been blocked", "was blocked", "undefined", "invalid", "error", "were affected", "not accepting", "disabled", "zustell", "unbekannt", "abgelehnt", "fehlgeschlagen", "remis", "livr", "échec", "erreur", "fallo", "falha", "エラー", "不明", "失败", "失敗", "실패", "오류",
	"leverera", "levere", "toimit", "fehler", "distribu", "impossible", "no se pudo", "não foi", "nie można", "niemożliw", "ошибка", "не удалось", "できません", "拒否",
}, undelivered...)

// headings set what became of the recipients below them; the first that a line
// holds counts.
var headings = [...]struct {
	action  string
	phrases []string
}{
	{"delayed", []string{"n'a pas encore été", "pas encore pu être", "sera retenté", "nouvelle tentative", "noch nicht zugestellt", "bisher nicht zugestellt", "versuchen es weiter", "aún no se ha", "todavía no se ha", "seguirá intent", "non è stato ancora", "non è ancora stato", "ainda não foi", "nog niet", "nie została jeszcze", "jeszcze nie", "ещё не был", "еще не был", "будут продолжены", "まだ配信", "まだお届け", "尚未送达", "尚未投递", "稍后重试", "ännu inte", "endnu ikke", "ennå ikke", "dosud nebyl", "henüz teslim", "teslim gecik", "teslimat gecik", "transient non-fatal errors", "transient errors", "temporary non-fatal", "warning message only", "do not need to resend", "not need to resend", "will keep trying", "will continue to try", "will be retried", "still being retried", "will be re-tried", "will retry", "delivery attempts will continue", "attempts to deliver the message will continue", "has been delayed", "is delayed", "was delayed", "been queued for", "not yet been delivered", "hasn't been delivered yet", "has not been delivered yet", "temporary problem delivering", "delivery to these recipients or groups has been delayed", "delivery is delayed",
		"wurde verzögert", "verzögert sich", "weitere zustellversuche", "a été retardé", "est retardée", "se ha retrasado", "è in ritardo", "foi atrasada", "is vertraagd", "zostało opóźnione", "задерживается", "遅延", "再送を試み", "再送信を試み", "再送を行い", "再送され", "再送いたします", "再送を繰り返", "被延迟"}},
	{"delivered", []string{"successful delivery notification", "successfully delivered to", "was successfully delivered", "been successfully delivered", "has been delivered to", "successful delivery to", "delivery to these recipients or groups is complete", "your message has been delivered", "wurde erfolgreich zugestellt", "erfolgreich zugestellt an", "a été remis à", "se ha entregado a", "è stato consegnato", "foi entregue a", "is bezorgd bij"}},
	{"relayed", []string{"relayed to", "successfully relayed", "destination server did not send", "no delivery notification was sent"}},
	{"expanded", []string{"was expanded", "have been expanded"}},
	{"failed", []string{"permanent fatal errors", "permanent error", "fatal errors", "delivery errors", "delivery problems", "unrecoverable errors", "permanent delivery errors", "given up", "permanent failure", "failed permanently", "address(es) failed", "addresses failed", "delivery has failed", "could not be delivered", "undeliverable"}},
}

// headingAction tells what a line says became of the recipients below it.
func headingAction(line string) string {
	for _, row := range headings {
		for _, phrase := range row.phrases {
			if before, _, found := strings.Cut(line, phrase); found && (row.action != "delivered" || !negated(before)) {
				return row.action
			}
		}
	}
	return ""
}

// isCopy tells the line behind which the mail that came back is quoted.
func isCopy(line string) bool {
	trimmed := strings.TrimSpace(line)
	if len(trimmed) > maxCopyLine || trimmed == "" {
		return false
	}
	lower := strings.ToLower(strings.Join(strings.Fields(strings.Trim(trimmed, "-=*_#~<>+ \t")), " "))
	decorated := strings.HasPrefix(trimmed, "--") || strings.HasPrefix(trimmed, "==") || strings.HasPrefix(trimmed, "**") || strings.HasPrefix(trimmed, "__")
	if decorated && containsAny(lower, copyWords) {
		return true
	}
	return startsAny(lower, copyStarts) && (len(lower) < 60 || strings.HasSuffix(lower, ":") || strings.HasSuffix(lower, "."))
}

// maxCopyLine is the longest line that may be a heading.
const maxCopyLine = 160

// copyWords stand in a line of dashes before the copy.
var copyWords = []string{"original message", "copy of the", "copy of your", "unsent message", "message follows", "returned message", "returned mail", "original mail", "message header", "original headers", "headers follow", "undelivered message", "message text", "rejected message", "header of the", "returned text", "your original", "enclosed", "ursprüngliche nachricht", "originalnachricht", "message original", "mensaje original", "messaggio originale", "mensagem original", "oorspronkelijk bericht", "oryginalna wiadomość", "исходное сообщение", "оригинал", "元のメッセージ", "原始邮件", "原始郵件"}

// copyStarts begin a line that announces the copy.
var copyStarts = []string{"below this line is", "below is a copy", "the original message follows", "original message follows", "original message:", "your original message", "a copy of the original message", "a copy of your message", "included is a copy", "message headers follow", "here is a copy", "the header of the original", "original message header", "the headers of", "the following is a copy", "the message you sent follows", "message contents follow", "returned message follows", "this is a copy of", "original message headers", "original headers", "die ursprüngliche nachricht", "nachstehend die", "message d'origine", "--- the header", "元のメッセージ"}

// headerField tells a line of a header that is quoted as it is, not to be
// searched for recipients.
var headerField = regexp.MustCompile(`(?i)^(?:from|subject|date|sent|cc|bcc|reply-to|sender|return-path|received|mime-version|content-[a-z-]+|x-[a-z0-9-]+|in-reply-to|references|organi[sz]ation|user-agent|importance|(?:original[- ])?message[- ]?id|delivered-to|envelope-from|von|betreff|datum|gesendet|de|objet|asunto|fecha|oggetto|inviato|assunto|onderwerp|temat|тема|дата|от|sender address|original sender|mail from|reporting-mta|arrival-date|差出人|送信者|件名|发件人|主题)\s*[:：]`)

// copiedHeader begins the copy where nothing announces it.
var copiedHeader = regexp.MustCompile(`(?i)^(?:received: |return-path: ?<|dkim-signature: |arc-seal: )`)

// recipientKeys stand before a colon and a recipient.
var recipientKeys = []string{";dda", "recipient", "address", "addressed to", "mailbox", "user", "account", "rcpt", "deliver", "failed", "reach", "sent to", "e-mail", "email", "mail to", "message to", "destination", "quota", "allowed size", "unknown host", "following", "empfänger", "adresse", "zustell", "destinataire", "destinatario", "dirección", "indirizzo", "destinatário", "endereço", "ontvanger", "geadresseerde", "adres", "odbiorc", "получател", "адрес", "あて先", "宛先", "送信先", "受信者", "收件人", "收件者", "地址", "宛て先", "받는 사람", "받는사람", "수신자", "수신인", "příjemce", "címzett", "alıcı", "mottagare", "modtager", "vastaanottaj"}

// otherKeys stand before a colon and somebody who is no recipient.
var otherKeys = []string{"sender", "from", "contact", "reply", "message-id", "message id", "questions", "help", "support", "postmaster", "administrator", "report", "absender", "expéditeur", "remitente", "mittente", "remetente", "afzender", "nadawc", "отправител", "送信元", "差出人", "发件人", "http"}

// toWords stand before an address that a sentence is about.
var toWords = map[string]bool{"utente": true, "to": true, "for": true, "recipient": true, "recipients": true, "address": true, "user": true, "mailbox": true, "account": true, "addressee": true, "mailto": true, "email": true, "e-mail": true, "reach": true,
	"an": true, "für": true, "adresse": true, "empfänger": true, "destinataire": true, "à": true, "a": true, "al": true, "para": true, "destinatario": true, "dirección": true, "per": true, "indirizzo": true, "destinatário": true, "endereço": true, "aan": true, "adres": true, "do": true, "na": true, "adresu": true, "адрес": true, "адресу": true, "получателю": true, "пользователю": true, "адресату": true, "адресатам": true, "получателям": true, "destinatari": true, "destinatarios": true, "empfängern": true, "destinataires": true, "получатель": true, "пользователь": true, "для": true}

func containsAny(text string, phrases []string) bool {
	for _, phrase := range phrases {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}

func startsAny(text string, phrases []string) bool {
	for _, phrase := range phrases {
		if strings.HasPrefix(text, phrase) {
			return true
		}
	}
	return false
}
