package text

import (
	"strings"
	"unicode"
)

// Forward is the head of a mail that stands whole inside another one's text.
type Forward struct {
	From, To, Subject, Date, MessageID string

	Forwarded bool   // the words above it say that it was forwarded, not answered
	Body      string // what follows its head, as it stands
}

// labels are the names of header fields as clients write them above a quoted mail.
var labels = map[string]string{
	"from": "from", "von": "from", "de": "from", "da": "from", "van": "from", "od": "from", "expéditeur": "from", "remitente": "from", "mittente": "from",
	"to": "to", "an": "to", "à": "to", "para": "to", "a": "to", "aan": "to", "do": "to", "destinataire": "to", "destinatario": "to",
	"cc": "cc", "kopie": "cc", "dw": "cc", "copie": "cc",
	"subject": "subject", "betreff": "subject", "objet": "subject", "asunto": "subject", "oggetto": "subject", "assunto": "subject",
	"onderwerp": "subject", "temat": "subject", "sujet": "subject",
	"sent": "date", "date": "date", "gesendet": "date", "datum": "date", "envoyé": "date", "enviado": "date", "enviado el": "date",
	"fecha": "date", "inviato": "date", "data": "date", "verzonden": "date", "wysłano": "date", "date sent": "date", "enviada em": "date",
	"reply-to": "reply-to", "antwort an": "reply-to", "message-id": "message-id", "importance": "other", "attachments": "other", "anlagen": "other",
}

// maxHead is how many lines the head of a quoted mail may have.
const maxHead = 25

// Bounds of a folded value in such a head.
const (
	maxFolds  = 8   // lines
	maxFolded = 400 // bytes of one
)

// head is the field block of a quoted mail: how many lines, and what they say.
type head struct {
	n      int
	fields map[string]string
}

// headSearch looks for such heads in one text. Lines that begin like a head and
// are none cost work, so only so many are tried.
type headSearch struct{ tries int }

const maxTries = 500

// at reads the head of a quoted mail. It begins with the sender or the
// date and names at least three different things; n is 0 when it is none.
func (s *headSearch) at(lines []string) head {
	if s.tries >= maxTries {
		return head{}
	}
	first, _ := label(lines[0])
	if first != "from" && first != "date" && first != "subject" && first != "to" {
		return head{}
	}
	s.tries++
	found := head{fields: make(map[string]string)}
	last, folds := "", 0
	for n, line := range lines[:min(len(lines), maxHead)] {
		if strings.Trim(line, "> \t") == "" {
			if found.n > 0 && len(found.fields) >= 3 {
				break
			}
			continue // some clients leave a line empty between fields
		}
		name, value := label(line)
		_, double := found.fields[name]
		if double || name == "" && (last == "" || n-found.n > 0 || folds >= maxFolds || len(line) > maxFolded) {
			break
		}
		if name == "" { // a folded value
			folds++
			found.fields[last] += " " + strings.Trim(line, "> \t")
			found.n = n + 1
			continue
		}
		found.fields[name] = value
		last, found.n, folds = name, n+1, 0
	}
	if len(found.fields) < 3 || !strings.ContainsFunc(found.fields["from"], unicode.IsLetter) { // "From: 192.0.2.1" is a log
		return head{}
	}
	return found
}

// label reads "From: value", also "*From:* value" and quoted.
func label(line string) (name, value string) {
	line = strings.TrimLeft(line, "> \t*")
	name, value, ok := strings.Cut(line, ":")
	if !ok || len(name) > 24 {
		return "", ""
	}
	name = labels[strings.ToLower(strings.Trim(strings.ReplaceAll(name, "\u00a0", " "), " \t*"))]
	return name, strings.Trim(value, " \t*\u00a0")
}

// FindForward finds the first mail that stands whole in the text.
func FindForward(body string) (Forward, bool) {
	lines := strings.Split(body, "\n")
	forwarded := false
	since := 0
	var search headSearch
	for n := range lines {
		if found, forward := separator(lines[n]); found {
			forwarded, since = forward, n
			continue
		}
		found := search.at(lines[n:])
		if found.n == 0 {
			continue
		}
		return Forward{
			From: found.fields["from"], To: found.fields["to"], Subject: found.fields["subject"], Date: found.fields["date"],
			MessageID: strings.Trim(found.fields["message-id"], "<> "),
			Forwarded: forwarded && n-since <= 6,
			Body:      strings.Join(lines[n+found.n:], "\n"),
		}, true
	}
	return Forward{}, false
}
