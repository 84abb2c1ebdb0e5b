package tickets

import (
	"slices"
	"strings"
	"unicode"

	"postern/parser"
)

// proof is what ties a mail to a thread, and whether it holds.
type proof struct {
	thread Thread
	reason string
	holds  bool
}

// followUp places a mail that provably belongs to a conversation.
func (m *matter) followUp() (Decision, bool) {
	for _, p := range m.proofs() {
		if p.holds {
			return m.joined(p.thread, p.reason), true
		}
	}
	return m.early()
}

// unproven places a mail that names a thread without proving it: it is shown
// there, makes nobody a participant, reopens nothing and gets no answer. What
// was filed as no report is nothing to claim: answers to it stand for themselves.
// Nor does a mail claim anything by what somebody else wrote into the mail that it hands on.
func (m *matter) unproven() (Decision, bool) {
	if m.handsOn() {
		return Decision{}, false
	}
	for _, p := range m.proofs() {
		if p.thread.Kind == kindNoReport {
			continue
		}
		d := m.belongs(MatchUnproven, p.thread, p.reason)
		d.Note = m.withUrgency("claims " + p.thread.Reference + " without proof")
		return d, true
	}
	return Decision{}, false
}

// handsOn tells a mail that passes on a stranger's: a victim who forwards a
// phishing mail repeats its References and its subject. Whoever wrote those must
// not decide that the victim's report waits on a ticket of his choice. A
// forwarded mail of ours does speak of our ticket.
func (m *matter) handsOn() bool {
	inner := m.Report.Forwarded.From
	if inner == "" {
		return false
	}
	address := strings.TrimSuffix(inner[strings.LastIndexByte(inner, '<')+1:], ">")
	return !slices.Contains(m.rules.OwnAddresses, usableAddress(address))
}

// withUrgency adds to a note that the mail suggests a high severity, so that
// the owner looks at once. Of an encrypted mail it tells nothing.
func (m *matter) withUrgency(note string) string {
	if encrypted(m.Report) || m.Report.Severity != "high" && m.Report.Severity != "critical" {
		return note
	}
	return strings.TrimPrefix(note+"; it suggests severity high", "; ")
}

// proofs are all claims of the mail on threads that exist, the strongest kind
// first: our token, a Message-ID, a reference in the subject.
func (m *matter) proofs() []proof {
	all := slices.Concat(m.tokenProofs(), m.messageProofs(), m.subjectProofs())
	for i := range all {
		if m.disowned() && !all[i].holds {
			all[i].reason = "claims this conversation, but the sender's domain says that it did not send the mail (DMARC)"
		}
	}
	return all
}

// disowned tells that the domain in From says the mail is forged, and no
// signature says otherwise.
func (m *matter) disowned() bool {
	return strings.EqualFold(m.Report.Authentication.DMARC, "fail") && m.signer() == ""
}

// tokenProofs judge our HMAC IDs among the References. The HMAC proves the
// thread, the sender has to be a person of it, or a bounce speaks of our own mail.
func (m *matter) tokenProofs() []proof {
	var all []proof
	for _, id := range m.Keys.MessageIDs {
		named := m.rules.Tokens.References([]string{id})
		if len(named) == 0 {
			continue
		}
		for _, t := range m.ByRef {
			if t.Reference == named[0] {
				all = append(all, m.tokenProof(id, t))
			}
		}
	}
	return all
}

func (m *matter) tokenProof(id string, t Thread) proof {
	recipients := append(slices.Clone(t.People), t.Party)
	switch {
	case !m.rules.Tokens.Proves(id, t.Reference, recipients, ForReporter):
		return proof{t, "names this conversation by a mark that is not ours", false}
	case !m.speaksIn(t):
		return proof{t, "answers our mail, but the sender is no person of the conversation", false}
	}
	return proof{t, "answers our mail in this conversation, from a person of it", true}
}

// messageProofs judge the mails named in In-Reply-To and References.
func (m *matter) messageProofs() []proof {
	var all []proof
	for _, hit := range m.ByMessage {
		all = append(all, m.messageProof(hit))
	}
	return all
}

func (m *matter) messageProof(hit Hit) proof {
	t := hit.Thread
	switch {
	case hit.Outgoing && m.speaksIn(t):
		return proof{t, "answers a mail of ours, from a person of the conversation", true}
	case hit.Outgoing:
		return proof{t, "answers a mail of ours, but the sender is no person of the conversation", false}
	case m.takesPart(t) && slices.Contains(t.People, strings.ToLower(hit.From)):
		return proof{t, "continues the sender's own earlier mail", true}
	}
	return proof{t, "answers a mail of this ticket, but the sender is no person of the conversation", false}
}

// subjectProofs judge references in the subject: the weakest claim, since
// anybody can have read them, and so the person has to be authenticated.
func (m *matter) subjectProofs() []proof {
	named := subjectReferences(m.Report, m.rules.Prefix)
	var all []proof
	for _, t := range m.ByRef {
		if slices.Contains(named, t.Reference) {
			all = append(all, m.subjectProof(t))
		}
	}
	return all
}

func (m *matter) subjectProof(t Thread) proof {
	key := m.signer()
	if m.addedLater(t.Reference) {
		key = ""
	}
	switch {
	case key != "" && (slices.Contains(t.Keys, key) || m.takesPart(t)):
		return proof{t, "names the reference, signed by a person of the conversation", true}
	case m.Report.Authentication.Aligned && !toldApart(m.Report) && m.sameSide(t):
		return proof{t, "names the reference, from an authenticated person of the conversation", true}
	case m.takesPart(t):
		return proof{t, "names the reference in the subject only, and nothing proves the sender", false}
	}
	return proof{t, "names the reference in the subject only", false}
}

// addedLater tells a reference that does not stand in the subject which the signer gave
// his mail: somebody else sends his words again under another one.
func (m *matter) addedLater(reference string) bool {
	signed := m.Report.Crypto.SignedSubject
	return signed != "" && !slices.Contains(FindIDs(m.rules.Prefix, signed, maxNamedRefs), reference)
}

// speaksIn tells whether a reply to our mail counts: from a person's side of the conversation, or a
// bounce, delay or receipt, which a mail server writes.
func (m *matter) speaksIn(t Thread) bool {
	switch m.Report.Automatic.Kind {
	case "bounce", "delay", "receipt":
		return m.Report.Automatic.Is
	}
	return m.sameSide(t)
}

// takesPart tells whether everybody the mail speaks for is a person of the thread.
func (m *matter) takesPart(t Thread) bool { return t.Includes(m.Report) && m.speaks() }

// speaks tells that somebody stands in From whose domain does not disown the mail.
// A mail that has only a Sender or a Return-Path names whom it likes, and no domain
// is ever asked about it (DMARC).
func (m *matter) speaks() bool {
	named := slices.ContainsFunc(m.Report.From, func(a parser.Address) bool { return usableAddress(a.Address) != "" })
	return (named || toldApart(m.Report)) && !m.disowned()
}

// Includes tells whether everybody a mail speaks for is a person of the thread.
func (t Thread) Includes(r Report) bool {
	all := authors(r)
	for _, a := range all {
		if !slices.Contains(t.People, a) && a != strings.ToLower(t.Party) {
			return false
		}
	}
	return len(all) > 0
}

// sameSide is takesPart, widened to colleagues: addresses of an organisation
// or of a contact that a person of the thread belongs to. Free-mail domains are
// no organisation.
func (m *matter) sameSide(t Thread) bool {
	all := authors(m.Report)
	for _, a := range all {
		if !slices.Contains(t.People, a) && a != strings.ToLower(t.Party) && !m.isColleague(a, t) {
			return false
		}
	}
	return len(all) > 0 && m.speaks()
}

func (m *matter) isColleague(address string, t Thread) bool {
	same := func(p string) bool { return SameOrganisation(p, address) || m.rules.Contacts.same(p, address) }
	return same(t.Party) || slices.ContainsFunc(t.People, same)
}

// joined makes the mail an entry of a conversation it belongs to. Automatic mail
// changes nothing there.
func (m *matter) joined(t Thread, reason string) Decision {
	d := m.belongs(MatchFollowUp, t, reason)
	if m.Report.Automatic.Is {
		d.Note = "automatic mail: the ticket stays as it is"
		return d
	}
	d.People = m.rules.peopleOf(m.Report)
	d.TheirNumber = m.theirNumber()
	d.Language = m.Report.Language
	d.Key = d.Signed
	d.State, d.Note = m.stateAfter(t)
	d.Note = m.withUrgency(d.Note)
	return d
}

// stateAfter is what a person's follow-up does to the ticket: an answer ends
// the waiting, and what was done is opened again unless the mail is but a word of thanks.
func (m *matter) stateAfter(t Thread) (state, note string) {
	switch {
	case t.State == Waiting:
		return Open, "an answer came"
	case IsDone(t.State) && isThanks(m.Report):
		return "", "new mail on a ticket that is done; it reads like thanks and stays done"
	case IsDone(t.State):
		return Open, "a follow-up opened it again"
	}
	return "", ""
}

// maxThanks is how many words a mere thank-you has at most. One of them is among
// thanks and none among doubts: "Thanks, but it is still up" is no end.
const maxThanks = 8

var thanks = setOf(
	"thanks", "thank", "thx", "cheers", "danke", "dank", "dankeschön", "vielen", "merci", "remerciements",
	"gracias", "grazie", "obrigado", "obrigada", "bedankt", "dankjewel", "dzięki", "dziękuję", "dziekuje", "děkuji",
	"díky", "tack", "takk", "kiitos", "köszönöm", "mulțumesc", "hvala", "спасибо", "дякую", "ευχαριστώ", "teşekkürler", "ありがとう",
)

var doubts = setOf(
	"but", "still", "again", "not", "no", "however", "never", "yet", "cannot", "back", "another", "more", "t",
	"aber", "noch", "immer", "wieder", "nicht", "nein", "kein", "keine", "mais", "encore", "toujours", "pas", "non",
	"pero", "todavía", "aún", "sigue", "ma", "ancora", "mas", "ainda", "não", "ale", "nadal", "nie", "wciąż", "jeszcze",
	"maar", "nog", "niet", "stále", "ještě", "но", "ещё", "не",
)

// polite are the words that stand around thanks. Any other may say that something
// happened: "Thanks, now all our files are encrypted".
var polite = setOf(strings.Fields(
	"you u very so much many a lot lots for the your this it all everyone team help support quick fast swift prompt reply response answer work effort update " +
		"great good perfect excellent wonderful super ok okay fine best kind warm regards appreciated really and dear hi hello have nice day weekend " +
		"herzlichen herzlich besten schön sehr für die den das ihre eure deine hilfe schnelle rasche antwort rückmeldung unterstützung info mühe alles prima gut liebe lieben freundliche freundlichen grüße gruß mit viele herr frau hallo " +
		"beaucoup bien pour votre ton l d aide réponse rapide le la les de à vous tous cordialement bonjour " +
		"muchas muchos mil por su tu ayuda respuesta rápida todo saludos hola mille molte per aiuto il lo risposta rapida saluti ciao muito pela pelo ajuda resposta " +
		"je wel hartelijk voor het hulp snelle reactie groeten bardzo za pomoc szybką odpowiedź moc rychlou så mycket för hjälpen mange tusen hjelpen hjælpen paljon szépen mult большое за помощь πολύ çok ederim")...)

// isThanks knows a mail that says nothing but thanks: few polite words, perhaps a
// name, no question, nothing attached and nothing named. Where in doubt it is more than that.
func isThanks(r Report) bool {
	if unread(r) || len(r.Attachments) > 0 || strings.ContainsAny(r.NewText, "?？") {
		return false
	}
	for _, i := range r.Indicators {
		if !i.Benign && i.Type != "email" && i.Derived != "email" {
			return false
		}
	}
	words := strings.FieldsFunc(r.NewText, func(c rune) bool { return !unicode.IsLetter(c) })
	names := 0
	for i, word := range words {
		words[i] = strings.ToLower(word)
		if thanks[words[i]] || polite[words[i]] {
			continue
		}
		if names++; word == words[i] { // names are written large
			return false
		}
	}
	return len(words) <= maxThanks && names <= 1 && anyOf(words, thanks) && !anyOf(words, doubts)
}

func anyOf(words []string, set map[string]bool) bool {
	return slices.ContainsFunc(words, func(w string) bool { return set[w] })
}
