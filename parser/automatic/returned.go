package automatic

import (
	"regexp"
	"strings"
)

// returned knows bounces that name no recipient that could be read: a mail
// daemon writes them under the subject of a bounce (RFC 5321 section 4.5.5).
func returned(in Input) (Verdict, bool) {
	from := localPart(in.Header.Get("From"))
	null := nullPath(in)
	if passedOn(in.Subject) {
		return unknown()
	}
	kind, subject := bounceSubject(in.Subject)
	switch {
	case !subject && (autoReplySubject(in.Subject) || absenceSubject(in.Subject)):
		return unknown() // some servers send what their users are away with in their own name
	case daemon(from) && (null || subject):
		return automatic(kindOr(kind), "the sender "+from+" tells of a mail that did not arrive")
	case null && subject:
		return automatic(kindOr(kind), "Return-Path is empty and the subject is that of a bounce")
	case from == "postmaster" && subject && !greets(in.Text) && !asks.MatchString(head(in.Text)):
		return automatic(kindOr(kind), "the sender postmaster tells of a mail that did not arrive")
	case daemon(from):
		return automatic(kindBounce, "the sender is "+from)
	}
	return unknown()
}

// greets tells how people begin: a postmaster may write about bounces himself.
func greets(text string) bool {
	return startsAny(strings.ToLower(strings.TrimSpace(head(text))), []string{"hello", "hi ", "hi,", "dear ", "good morning", "hallo", "guten ", "sehr geehrte", "liebe", "bonjour", "madame", "monsieur", "hola", "estimad", "buenos", "ciao", "buongiorno", "gentile", "olá", "prezad", "beste ", "geachte", "dzień dobry", "szanown", "здравствуйте", "добрый", "уважаем"})
}

// asks are questions at the end of a line: servers ask nothing.
var asks = regexp.MustCompile(`(?m)[\p{L}\p{N}] ?[?？][ \t\r]*$`)

func kindOr(kind string) string {
	if kind == "" {
		return kindBounce
	}
	return kind
}

func daemon(local string) bool {
	switch joined.Replace(local) {
	case "mailerdaemon", "maildaemon", "mdaemon", "doublebounce":
		return true
	}
	return false
}

// nullPath tells the null reverse-path.
func nullPath(in Input) bool {
	for _, path := range values(in.Header, "Return-Path") {
		if path == "<>" {
			return true
		}
	}
	return false
}

// nullSender knows what must never be answered. Programs that answer send so;
// so do some that report on their own, and their report is not to be lost. A
// gateway on the way may have emptied the path of a person's mail.
func nullSender(in Input) (Verdict, bool) {
	if !nullPath(in) {
		return unknown()
	}
	told := reports(in.Subject + "\n" + in.Text)
	switch {
	case told && !answers(in) && greets(in.Text) && personal(in.Text) && !acknowledges(in) && !absence(in.Text):
		return person("", "Return-Path is empty (<>), but a person's words report something")
	case autoReplySubject(in.Subject) || absenceSubject(in.Subject) || answers(in) || absence(in.Text) && !told && !carries(in):
		return automatic(kindAutoReply, "Return-Path is empty (<>) and the mail answers another one")
	case told || carries(in):
		return automatic(kindMachine, "Return-Path is empty (<>)")
	}
	return automatic(kindAutoReply, "Return-Path is empty (<>)")
}

// answers tells a mail that says it answers another one.
func answers(in Input) bool { return in.Header.Has("In-Reply-To") || in.Header.Has("References") }

// bounceSubject knows how mail servers begin the subject of a notice, and tells
// a delay from a bounce.
func bounceSubject(subject string) (kind string, ok bool) {
	subject = strings.ToLower(strings.TrimSpace(subject))
	switch {
	case startsAny(subject, delaySubjects):
		return kindDelay, true
	case startsAny(subject, bounceSubjects):
		return kindBounce, true
	}
	return "", false
}

var delaySubjects = []string{"delayed mail", "delivery delayed", "delivery status notification (delay)", "warning: could not send", "warning: message", "mail delivery delayed", "message delayed", "your message has been delayed",
	"zustellung verzögert", "verzögerte zustellung", "remise différée", "entrega retrasada", "consegna ritardata", "entrega atrasada", "bezorging vertraagd", "配信遅延"}

var bounceSubjects = []string{
	"undelivered", "undeliverable", "delivery status notification", "delivery notification", "delivery report", "mail delivery", "failure notice",
	"returned mail", "returned to sender", "delivery failure", "delivery failed", "delivery has failed", "delivery problem", "delivery error", "message not delivered", "mail system error", "mail could not be delivered", "non-delivery", "nondeliverable", "non delivery", "unable to deliver", "failed delivery", "bounced mail",
	"unzustellbar", "nicht zugestellt", "zustellung fehlgeschlagen", "zustellfehler", "unzustellbare", "non remis", "échec de", "message non délivré", "no se puede entregar", "no entregado", "error de entrega", "devuelto",
	"mancata consegna", "non recapitabile", "niedostarcz", "zwrot poczty", "onbestelbaar", "niet bezorgd", "não entregue", "falha na entrega", "не доставлено", "недоставленное", "невозможно доставить",
	"配信不能", "配信エラー", "送信エラー", "エラーメール", "退信", "系统退信", "无法投递",
}

// passedOn tells the subject of a reply or forward.
func passedOn(subject string) bool {
	return startsAny(strings.ToLower(strings.TrimSpace(subject)), []string{"re:", "re :", "fw:", "fwd:", "aw:", "wg:", "tr:", "rv:", "odp:", "antw:", "doorst:", "sv:", "vs:", "回复", "转发", "答复"})
}

// forwards tells the subject of a forward.
func forwards(subject string) bool {
	return startsAny(strings.ToLower(strings.TrimSpace(subject)), []string{"fw:", "fwd:", "wg:", "tr:", "rv:", "doorst:", "i:", "enc:", "转发"})
}

func startsAny(text string, phrases []string) bool {
	for _, phrase := range phrases {
		if strings.HasPrefix(text, phrase) {
			return true
		}
	}
	return false
}

func containsAny(text string, phrases []string) bool {
	for _, phrase := range phrases {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}
