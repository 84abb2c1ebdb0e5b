package tickets

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// DefaultMaxAge is how old a mail may be when it is filed and still be answered
// by itself.
const DefaultMaxAge = 48 * time.Hour

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
	if m.Own != nil {
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

// decideReport places a mail that is neither a copy nor set aside by the server.
func (m *matter) decideReport() Decision {
	if d, ok := m.followUp(); ok {
		return d
	}
	if d, ok := m.unproven(); ok {
		return d
	}
	if m.Report.Automatic.Is && !m.isReport() {
		return m.noReport()
	}
	return m.reported()
}

// altered places a copy of a filed mail that brings other files: a gateway
// disarmed them in one of two deliveries, or somebody who saw the mail sent it
// with files of his own, before or after the true one. People have to see both.
// Unless it is authenticated it is no better than the other.
func (m *matter) altered() Decision {
	if d, ok := m.followUp(); ok {
		return d
	}
	if m.authenticated() && m.takesPart(m.Altered.Thread) {
		return m.joined(m.Altered.Thread, "the same mail is filed already with other attached files; this copy is authenticated")
	}
	d := m.belongs(MatchAltered, m.Altered.Thread, "the same sender, date, Message-ID and text as a mail of this ticket, with other attached files")
	d.Note = m.withUrgency("a copy of a mail came with other attached files")
	return d
}

// authenticated tells that who is named in From is proven to have sent the mail.
func (m *matter) authenticated() bool {
	return m.signer() != "" || m.Report.Authentication.Aligned && !toldApart(m.Report)
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
		return m.alone()
	case m.Claim.Refile == RefileReport && (m.Existing == nil || m.Existing.Thread.Division == Junk):
		d := m.decideReport()
		d.Note = orElse(d.Note, "a person moved it from Junk to the inbox")
		return d
	case m.Existing == nil:
		return m.decideReport()
	}
	d := m.belongs(MatchRefile, m.Existing.Thread, "read again; it stays where it is")
	d.TheirNumber = TheirNumber(outerSubject(m.Report))
	d.Language = m.Report.Language
	return d
}

// alone gives a mail its own ticket after its claim on another one was never
// proven. It is matched with nothing, since that is what went wrong before.
func (m *matter) alone() Decision {
	if m.Report.Automatic.Is && !m.isReport() {
		return m.noReport()
	}
	d := m.newTicket()
	d.Matched = because("its claim on another ticket was never proven: a ticket of its own")
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
	d.TheirNumber = TheirNumber(outerSubject(m.Report))
	d.Language = m.Report.Language
	d.Signed = m.signer()
	d.Key = d.Signed
	return d
}

// severity is the report's suggestion, a step higher for a critical asset, but
// never above high: critical is a person's word.
func (m *matter) severity(d *Decision) string {
	suggested := m.Report.Severity
	if suggested == "critical" {
		suggested = "high"
	}
	if suggested == "" {
		suggested = defaultUrgency
	}
	asset := m.criticalAsset(m.Report)
	if asset == "" {
		return suggested
	}
	if encrypted(m.Report) {
		asset = "an asset"
	}
	d.Routed = append(d.Routed, Reason{Reason: "severity at least one step up: " + asset + " is marked critical"})
	return oneStepUp(suggested)
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

// isReport tells that automatic mail is a report all the same: complaints and
// feeds of machines, and advisories, which come by list.
func (m *matter) isReport() bool {
	return m.Report.Structured() || m.Report.Automatic.Kind == "machine-report" || m.Report.Kind == "advisory"
}

// answer asks for the acknowledgement where one may be owed at all. What the
// responder's policy says beyond that is its own matter.
func (m *matter) answer(d Decision, ack Acknowledger, now time.Time) (*Outgoing, string) {
	if reason := m.withheld(d, now); reason != "" {
		return nil, reason
	}
	if ack == nil {
		return nil, "automatic answers are not configured"
	}
	return ack.Acknowledge(m.Filing, m.Evidence, d, now)
}

// writesAlready tells that a mail names a conversation which its sender takes
// part in and which was acknowledged: a program that keeps only our reference
// would otherwise be answered again every two hours.
func (m *matter) writesAlready() bool {
	return slices.ContainsFunc(m.ByRef, func(t Thread) bool { return t.Acknowledged && m.takesPart(t) })
}

// withheld has the rules that hold whatever the policy is.
func (m *matter) withheld(d Decision, now time.Time) string {
	switch {
	case d.Match == MatchEcho:
		return "it is our own mail"
	case d.Match == MatchSame:
		return "this mail was handled when it first came"
	case d.Match == MatchAltered:
		return "another copy of this mail was handled when it came"
	case d.Match == MatchUnproven:
		return "not proven to be from a person of the conversation it claims"
	case d.Match == MatchRefile:
		return "it was handled when it first came"
	case m.Claim.Refile == RefileAlone && m.writesAlready():
		return "the sender has an acknowledged conversation with us already, which this mail names"
	case d.Division == Junk, m.Claim.Junk:
		return "filed under Junk"
	}
	if reason := m.unanswerable(); reason != "" {
		return reason
	}
	if d.Match == MatchFollowUp && m.acknowledged(d.Conversation) {
		return "this conversation was acknowledged before"
	}
	return m.late(now)
}

// unanswerable tells what the mail itself says against an answer.
func (m *matter) unanswerable() string {
	auto := m.Report.Automatic
	switch {
	case auto.Is:
		return "automatic mail is never answered: " + automaticReason(m.Report)
	case m.Report.NullSender:
		return "the mail has no sender to answer (null reverse-path)"
	case !auto.MayAnswer && auto.Reason != "":
		return "the mail asks for no answer: " + automaticReason(m.Report)
	}
	return ""
}

// late holds back answers to mail from before: nobody wants one after days.
func (m *matter) late(now time.Time) string {
	limit := m.rules.MaxAge
	if limit == 0 {
		limit = DefaultMaxAge
	}
	switch {
	case m.Claim.Unanswered:
		return "taken in by an import or after a restore"
	case now.Sub(m.Claim.ReceivedAt) > limit:
		return "received more than " + hours(limit) + " before it was filed"
	}
	return ""
}

// hours is a span of time in words, "48h" or "1h30m".
func hours(d time.Duration) string {
	s := d.Round(time.Minute).String()
	s = strings.TrimSuffix(s, "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
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

// signer is the key of the first good and fresh signature, "" when the mail has
// none. One whose address does not match From signs for somebody else, and so
// does one who only stands in From for the person who reports.
func (m *matter) signer() string {
	if toldApart(m.Report) {
		return ""
	}
	for _, s := range m.Report.Crypto.Signatures {
		if s.Verdict == "good" && s.FromMatch && s.Covers != "part" && fresh(s.Made, m.Claim.ReceivedAt) {
			return s.Key
		}
	}
	return ""
}

// fresh tells whether something made at a time (RFC 3339) was sent about then.
func fresh(made string, received time.Time) bool {
	at, err := time.Parse(time.RFC3339, made)
	return err != nil || received.IsZero() || received.Sub(at).Abs() <= freshness
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
