package tickets

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"postern/parser"
)

const (
	maxSubject     = 250 // bytes of a ticket's subject
	noSubject      = "(no subject)"
	undetermined   = "other/undetermined"
	kindIncident   = "incident"
	kindNoReport   = "not-a-report"
	roleReporter   = "reporter"
	rolePeer       = "peer"
	defaultUrgency = "medium"
)

// Judge makes the pure decision of these rules: the same filing and the same evidence give the
// same decision, but for the clock, which only says whether a mail is too old to
// be answered. ack plans the answers and may be nil: then none is owed. The
// result may be called from several goroutines.
//
// In order, the first that fits: a mail filed again by a person's act, our own mail
// coming back, the same mail, junk, an altered copy, a follow-up, a claim without proof,
// automatic mail, another report of an open ticket, a new ticket.
func (r *Rules) Judge(ack Acknowledger, now func() time.Time) Judge {
	x := r.index()
	return func(f Filing, e Evidence) Decision {
		c := matter{index: x, Filing: f, Evidence: worthy(e)}
		d := c.decide()
		d.LookUp = c.lookUp(d)
		d.Answer, d.Withheld = c.answer(d, ack, now())
		if d.Withheld == "" && d.Answer == nil {
			d.Withheld = "no answer is owed"
		}
		return d
	}
}

// matter is one filing with all that is known of it, while it is decided.
type matter struct {
	*index
	Filing
	Evidence
}

// worthy is the evidence without threads under Junk: a mail that came to a real
// mailbox must not follow another one into a queue that nobody works.
func worthy(e Evidence) Evidence {
	junk := func(t Thread) bool { return t.Division == Junk }
	junkHit := func(h Hit) bool { return junk(h.Thread) }
	e.ByMessage = slices.DeleteFunc(slices.Clone(e.ByMessage), junkHit)
	e.Awaited = slices.DeleteFunc(slices.Clone(e.Awaited), junkHit)
	e.ByRef = slices.DeleteFunc(slices.Clone(e.ByRef), junk)
	if e.Altered != nil && junkHit(*e.Altered) {
		e.Altered = nil
	}
	return e
}

func (m *matter) decide() Decision {
	if m.Claim.Refile != "" {
		return m.again()
	}
	if m.Own != nil && m.inOurName() {
		return m.belongs(MatchEcho, m.Own.Thread, "our own mail coming back")
	}
	if m.Same != nil {
		return m.belongs(MatchSame, m.Same.Thread, "the same mail is filed already: same sender, date, Message-ID and text")
	}
	if m.Claim.Junk {
		return m.junk()
	}
	if m.Altered != nil {
		return m.altered()
	}
	return m.decideReport()
}

// inOurName tells that nobody but us stands in From, as in the mails that we send. A
// stranger who has seen one of them can give its Message-ID to his own mail: that is
// read like any other.
func (m *matter) inOurName() bool {
	return !slices.ContainsFunc(m.Report.From, func(from parser.Address) bool { return m.rules.notOwn(usableAddress(from.Address)) != "" })
}

// decideReport places a mail that is neither a copy nor set aside by the server.
func (m *matter) decideReport() Decision {
	if d, ok := m.followUp(); ok {
		return d
	}
	if d, ok := m.unproven(); ok {
		return d
	}
	if m.setAside() {
		return m.noReport()
	}
	return m.reported()
}

// altered places a copy of a filed mail that brings other evidence: a gateway
// disarmed files in one of two deliveries, or somebody who saw the mail sent it
// with files or quoted words of his own, before or after the true one. People have to see both.
// Unless it is authenticated it is no better than the other.
func (m *matter) altered() Decision {
	if d, ok := m.followUp(); ok {
		return d
	}
	if m.authenticated() && m.takesPart(m.Altered.Thread) {
		return m.joined(m.Altered.Thread, "the same mail is filed already with other files or quoted text; this copy is authenticated")
	}
	d := m.belongs(MatchAltered, m.Altered.Thread, "the same sender, date, Message-ID and new text as a mail of this ticket, with other files or quoted text")
	d.Note = m.withUrgency("a copy of a mail came with other files or quoted text")
	return d
}

// belongs places the mail on a thread that exists and changes nothing there.
func (m *matter) belongs(match string, t Thread, reason string) Decision {
	return Decision{
		Match:        match,
		Ticket:       t.Ticket,
		Conversation: t.Conversation,
		Signed:       m.signer(),
		Matched:      because(reason),
	}
}

// again decides a mail whose entry exists. What a person took out of Junk is a
// report like any other; its junk ticket becomes the report's or is left behind. Where
// somebody has taken that ticket up already, or where the mail only became
// readable, the entry stays in its place and nothing else changes.
func (m *matter) again() Decision {
	switch {
	case m.Claim.Refile == RefileAlone:
		return m.alone("its claim on another ticket was never proven: a ticket of its own")
	case m.Claim.Refile == RefileSplit:
		return m.alone("a person made it a ticket of its own")
	case m.Existing != nil && strings.HasPrefix(m.Claim.Refile, RefileAccept):
		return m.joined(m.Existing.Thread, "a person accepted it as part of this conversation")
	case m.Existing != nil && m.Claim.Refile == RefileAttach:
		return m.accepted()
	case m.Claim.Refile == RefileReport && (m.Existing == nil || m.Existing.Thread.Division == Junk):
		d := m.decideReport()
		d.Note = orElse(d.Note, "a person moved it from Junk to the inbox")
		return d
	case m.Existing == nil:
		return m.decideReport()
	}
	return m.reread()
}

// reread takes what could be read only now into the ticket that is there. What is
// suggested by it holds where nobody has taken the ticket up; the store knows that.
func (m *matter) reread() Decision {
	d := m.belongs(MatchRefile, m.Existing.Thread, "read again; it stays where it is")
	d.TheirNumber = m.theirNumber()
	d.Language = m.Report.Language
	d.Key = d.Signed
	if m.Claim.Refile == RefileVerdict {
		d.Note = judgedAgain(m.Report)
		return d
	}
	if Unopened(m.Report) {
		d.Note = "it still cannot be opened"
		return d
	}
	if t := m.Existing.Thread; t.State != New || t.Division == Junk || t.Division == "" {
		return d
	}
	fresh := m.newTicket()
	d.Kind, d.Category, d.Severity = fresh.Kind, fresh.Category, fresh.Severity
	d.Division, d.Restricted, d.Routed = fresh.Division, fresh.Restricted, fresh.Routed
	return d
}

// judgedAgain is the new verdict for the log. Who signed inside of an encrypted
// mail stays sealed.
func judgedAgain(r Report) string {
	note := "a key has come since"
	if encrypted(r) {
		return note
	}
	for _, s := range r.Crypto.Signatures {
		note += "; " + oneLine(s.Sentence, maxQuoted)
	}
	return note
}

// Unopened tells an encrypted mail that could not be opened, or not all of it.
func Unopened(r Report) bool { return r.Crypto.Encrypted && !r.Crypto.Decrypted }

// alone gives a mail its own ticket after its claim on another one was never
// proven. It is matched with nothing, since that is what went wrong before.
func (m *matter) alone(reason string) Decision {
	if m.Report.Automatic.Is && !m.isReport() {
		return m.noReport()
	}
	d := m.newTicket()
	d.Matched = because(reason)
	return d
}

// accepted gives the sender of an unproven entry a conversation of his own on its ticket.
func (m *matter) accepted() Decision {
	d := m.attached(m.newTicket(), candidate{Thread: m.Existing.Thread, reason: "a person said so"}, nil)
	d.Matched = because("a person accepted it as a report of the same matter")
	return d
}

// junk files what the server's filter set aside: seen, never answered.
func (m *matter) junk() Decision {
	d := m.newTicket()
	d.Division, d.Restricted = Junk, false
	d.Routed = because("the mail server put it into the Junk folder")
	d.Matched = because("filed under Junk; moving it to the inbox says that it is a report")
	return d
}

// newTicket is a ticket of the report's own, placed and suggested for.
func (m *matter) newTicket() Decision {
	d := m.withConversation(Decision{
		Match:    MatchNew,
		State:    New,
		Subject:  publicSubject(m.Report),
		Kind:     orElse(m.Report.Kind, kindIncident),
		Category: orElse(m.Report.Category, undetermined),
	})
	d.Division, d.Restricted, d.Routed = m.route(m.Report, m.Claim.Mailbox)
	d.Severity = m.severity(&d)
	d.Matched = because("nothing open is about the same matter")
	return d
}

// withConversation fills in what a conversation of the sender's own needs.
func (m *matter) withConversation(d Decision) Decision {
	d.Role = roleReporter
	if fromPeer(m.Report) {
		d.Role = rolePeer
	}
	d.Party = m.rules.partyOf(m.Report)
	d.People = m.rules.peopleOf(m.Report)
	d.TheirNumber = m.theirNumber()
	d.Language = m.Report.Language
	d.Signed = m.signer()
	d.Key = d.Signed
	return d
}

// severity is the report's suggestion, a step higher for a critical asset and not
// low for one marked high, but never above high: critical is a person's word.
func (m *matter) severity(d *Decision) string {
	suggested := m.Report.Severity
	if suggested == "critical" {
		suggested = "high"
	}
	if suggested == "" {
		suggested = defaultUrgency
	}
	asset := m.asset(m.Report)
	name := asset.Name
	if encrypted(m.Report) {
		name = "an asset"
	}
	switch {
	case asset.Name == "":
		return suggested
	case asset.Criticality == critical:
		d.Routed = append(d.Routed, Reason{Reason: "severity at least one step up: " + name + " is marked critical"})
		return oneStepUp(suggested)
	case suggested == "low":
		d.Routed = append(d.Routed, Reason{Reason: "severity not low: " + name + " is marked high"})
		return "medium"
	}
	return suggested
}

func oneStepUp(severity string) string {
	if severity == "low" {
		return "medium"
	}
	return "high"
}

// noReport files automatic mail that belongs to nothing of ours: done at once,
// in no queue, and still there when somebody looks for it.
func (m *matter) noReport() Decision {
	d := m.newTicket()
	d.State, d.Resolution, d.Kind = Closed, NotAReport, kindNoReport
	d.Division, d.Restricted = "", false
	d.Severity = "low"
	d.Matched = because("automatic mail that answers nothing of ours: " + automaticReason(m.Report))
	d.Routed = because("not a report: it enters no queue")
	return d
}

// setAside tells mail that is no report to us: what programs write for nobody,
// and what people write to a mailing list of others.
func (m *matter) setAside() bool {
	auto := m.Report.Automatic
	return (auto.Is || auto.Kind == "list") && !m.isReport()
}

// isReport tells that automatic mail is a report all the same: complaints and
// feeds of machines, and advisories, which come by list.
func (m *matter) isReport() bool {
	return m.Report.Structured() || m.Report.Automatic.Kind == "machine-report" || m.Report.Kind == "advisory"
}

// answer asks the policy for the acknowledgement; whether one is owed is its word alone.
func (m *matter) answer(d Decision, ack Acknowledger, now time.Time) (*Outgoing, string) {
	if ack == nil {
		return nil, "automatic answers are not configured"
	}
	return ack.Acknowledge(m.Filing, m.Evidence, d, now)
}

// maxQuoted is how much of a header a reason may repeat, in bytes.
const maxQuoted = 200

// automaticReason is the parser's reason, which quotes at most a header that
// everybody on the way could read.
func automaticReason(r Report) string {
	return orElse(oneLine(r.Automatic.Reason, maxQuoted), orElse(oneLine(r.Automatic.Kind, maxQuoted), "its form"))
}

// outerSubject is the subject anybody on the way could read.
func outerSubject(r Report) string {
	if r.OuterSubject != "" || encrypted(r) {
		return r.OuterSubject
	}
	return r.Subject
}

// publicSubject is the subject as lists show it: one line, never the inner one
// of an encrypted mail.
func publicSubject(r Report) string {
	subject := r.Subject
	if encrypted(r) {
		subject = r.OuterSubject
	}
	return orElse(oneLine(subject, maxSubject), noSubject)
}

// oneLine folds white space and control signs, those that turn the direction of
// writing among them, and cuts at a whole rune.
func oneLine(s string, limit int) string {
	s = strings.TrimSpace(s)
	s = strings.ToValidUTF8(s[:min(len(s), 4*limit)], "\ufffd")
	s = strings.Join(strings.FieldsFunc(s, notShown), " ")
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

func notShown(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// freshness is how old a signature may be at receipt and still prove who sends:
// the bytes of an older signed mail can be sent again by anybody who has them.
const freshness = 7 * 24 * time.Hour

// Signer is the key of the first good and fresh signature over the whole mail that
// matches From, "" when it has none. received is when the mail came.
func Signer(r Report, received time.Time) string {
	for _, s := range r.Crypto.Signatures {
		if s.Verdict == "good" && s.FromMatch && s.Covers != "part" && fresh(s.Made, received) {
			return s.Key
		}
	}
	return ""
}

// Authenticated tells that the address in From is proven to have sent the mail: by
// its signature, or by its domain. It says nothing of whom the mail names beside that.
func Authenticated(r Report, received time.Time) bool {
	return r.Authentication.Aligned || Signer(r, received) != ""
}

// signer is Signer, unless From only stands for the person who reports.
func (m *matter) signer() string {
	if toldApart(m.Report) {
		return ""
	}
	return Signer(m.Report, m.Claim.ReceivedAt)
}

// authenticated tells that who reports is proven to have sent the mail.
func (m *matter) authenticated() bool {
	return !toldApart(m.Report) && Authenticated(m.Report, m.Claim.ReceivedAt)
}

// fresh tells whether something made at a time (RFC 3339) was sent about then. An
// S/MIME signature need not say when it was made, and could be sent again for ever.
func fresh(made string, received time.Time) bool {
	at, err := time.Parse(time.RFC3339, made)
	return received.IsZero() || err == nil && received.Sub(at).Abs() <= freshness
}

func fromPeer(r Report) bool {
	for _, s := range r.Crypto.Signatures {
		if s.Verdict == "good" && s.FromMatch && s.Tier == "peer" {
			return true
		}
	}
	return false
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
