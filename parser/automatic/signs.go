package automatic

import (
	"strings"

	"github.com/emersion/go-message"
)

// weakSigns weighs what proves nothing alone: people write about absences,
// shops send a person's mail, and reports come from no-reply addresses. Two of
// them, one being the subject, make an automatic mail. Auto-Submitted: no is a
// person's word against them.
func weakSigns(in Input) (Verdict, bool) {
	if !autoReplySubject(in.Subject) || value(in.Header, "Auto-Submitted") == "no" {
		return unknown()
	}
	const subject = "the subject of an automatic reply and "
	switch {
	case suppresses(in) != "":
		return automatic(kindAutoReply, subject+"X-Auto-Response-Suppress: "+suppresses(in))
	case noReply(localPart(in.Header.Get("From"))):
		return automatic(kindAutoReply, subject+"a sender that takes no replies")
	case in.Header.Has("Feedback-Id"):
		return automatic(kindAutoReply, subject+"Feedback-ID")
	case in.Header.Has("In-Reply-To") || in.Header.Has("References"):
		return automatic(kindAutoReply, subject+"In-Reply-To")
	}
	return unknown()
}

// autoReplySubject knows how mail programs begin the subject of an automatic
// reply, in the languages we are written to. It must begin so: "Re: automatic
// reply" is a person's.
func autoReplySubject(subject string) bool {
	subject = strings.ToLower(strings.TrimSpace(subject))
	for _, phrase := range [...]string{
		"automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "autoresponse", "out of office", "out of the office", "on vacation",
		"automatische antwort", "abwesenheitsnotiz", "abwesenheit:", "automatische rückmeldung", "ich bin nicht im büro", "außer haus",
		"réponse automatique", "absence du bureau", "absent du bureau", "message d'absence", "en congé",
		"respuesta automática", "respuesta automatica", "fuera de la oficina", "ausencia de la oficina",
		"risposta automatica", "fuori sede", "fuori ufficio", "assente dall'ufficio",
		"autoodpowiedź", "odpowiedź automatyczna", "automatyczna odpowiedź", "poza biurem", "nieobecność",
		"automatisch antwoord", "automatische reactie", "afwezig:", "afwezigheidsbericht", "niet aanwezig",
		"resposta automática", "resposta automatica", "ausente do escritório", "fora do escritório", "ausência temporária",
	} {
		if strings.HasPrefix(subject, phrase) {
			return true
		}
	}
	return false
}

// bounceSubject knows how mail servers begin the subject of a bounce.
func bounceSubject(subject string) bool {
	subject = strings.ToLower(strings.TrimSpace(subject))
	for _, phrase := range [...]string{
		"undelivered mail", "undeliverable", "undeliverable:", "delivery status notification", "mail delivery failed", "mail delivery failure",
		"failure notice", "returned mail", "delivery failure", "delivery has failed", "mail delivery system", "message not delivered",
		"unzustellbar", "nicht zugestellt", "zustellung fehlgeschlagen", "non remis", "échec de la remise", "no se puede entregar", "no entregado",
		"mancata consegna", "non recapitabile", "niedostarczone", "onbestelbaar", "não entregue", "falha na entrega",
	} {
		if strings.HasPrefix(subject, phrase) {
			return true
		}
	}
	return false
}

// noReply knows local parts that nobody reads.
func noReply(local string) bool {
	switch strings.NewReplacer("-", "", "_", "", ".", "").Replace(local) {
	case "noreply", "donotreply", "dontreply", "nereply", "noresponder", "nepasrepondre", "keineantwort", "nichtantworten", "naoresponda":
		return true
	}
	return false
}

// maxValue is how much of a header is read and repeated as a reason.
const maxValue = 200

// values gives all fields of a name in lower case, without comments at the end.
func values(header message.Header, name string) []string {
	var list []string
	for fields := header.FieldsByKey(name); fields.Next(); {
		v := fields.Value()
		if len(v) > maxValue {
			v = strings.ToValidUTF8(v[:maxValue], "")
		}
		v, _, _ = strings.Cut(v, " (")
		list = append(list, strings.ToLower(strings.Join(strings.Fields(v), " ")))
	}
	return list
}

// value gives the first field of a name, "" when there is none.
func value(header message.Header, name string) string {
	if !header.Has(name) {
		return ""
	}
	list := values(header, name)
	return list[0]
}

// address gives the address of a From field in lower case, as far as a verdict needs it.
func address(from string) string {
	if open := strings.LastIndexByte(from, '<'); open >= 0 {
		from, _, _ = strings.Cut(from[open+1:], ">")
	}
	return strings.ToLower(strings.TrimSpace(from))
}

// localPart gives what stands before the @ in From.
func localPart(from string) string {
	local, _, _ := strings.Cut(address(from), "@")
	return local
}
