package automatic

import (
	"strings"
	"unicode"

	"github.com/emersion/go-message"

	"postern/parser/format"
	"postern/parser/mime"
)

// Input is what a verdict may rest on. Only the outer mail's own header counts.
type Input struct {
	Header       message.Header // of the outer mail
	Root         *mime.Part     // its tree; only the outer parts are looked at
	OwnLists     []string       // List-Ids of our own reporting addresses
	OwnAddresses []string       // our own addresses, lower case
	Subject      string         // decoded
	Text         string         // what the sender wrote, without quotes
	Format       string         // what the format detectors found, "free-text" or "" when none
	Bounce       format.Bounce  // what a notice about delivery says
	Known        bool           // a contact of ours is in From
}

// The kinds of a Verdict.
const (
	kindAutoReply = "auto-reply"
	kindBounce    = "bounce"
	kindDelay     = "delay"
	kindReceipt   = "receipt"
	kindList      = "list"
	kindBulk      = "bulk"
	kindMachine   = "machine-report"
)

// Judge decides whether a program wrote the mail and whether it may be
// answered. The first rule that knows an answer gives it; they stand in order
// of what they prove: reports about mail, structured reports, statistics, ticket systems and
// lists that mark everybody's mail, what the sender declares (RFC 3834), what
// mail systems add, and last the signs that count only in company. A mail that
// no rule knows is a person's.
func Judge(in Input) Verdict {
	for _, rule := range [...]func(Input) (Verdict, bool){
		aboutMail, structured, statistics, returned, reported, calendar, listAdmin, throughDesk, declared, nullSender, autoresponder,
		throughRT, throughList, precedence, weakSigns, receipts, robots, fromOurselves, suppressed,
	} {
		if verdict, known := rule(in); known {
			verdict.Reason = plain(verdict.Reason)
			return verdict
		}
	}
	return Verdict{MayAnswer: true}
}

// maxReason bounds a reason; a header field that is quoted in one may be long.
const maxReason = 300

// plain makes a reason one line of valid text: strangers' header values stand in it.
func plain(reason string) string {
	reason = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(reason, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(reason) <= maxReason {
		return reason
	}
	return strings.ToValidUTF8(reason[:maxReason], "") + "…"
}

// automatic is the verdict on a program's mail.
func automatic(kind, reason string) (Verdict, bool) {
	return Verdict{Is: true, Kind: kind, Reason: reason}, true
}

// person is the verdict on a person's mail that is not to be answered.
func person(kind, reason string) (Verdict, bool) {
	return Verdict{Kind: kind, Reason: reason}, true
}

// unknown passes the question on to the next rule.
func unknown() (Verdict, bool) { return Verdict{}, false }

// aboutMail knows notices of delivery and of reading (RFC 3464, RFC 8098).
func aboutMail(in Input) (Verdict, bool) {
	switch in.Format {
	case format.DSN:
		return automatic(statusKind(in.Bounce), "the mail is a notice about delivery (RFC 3464 or a mail server's words)")
	case format.MDN:
		if len(in.Bounce.Recipients) > 0 {
			return automatic(kindBounce, "the recipient's filter refused the mail (RFC 5429)")
		}
		return automatic(kindReceipt, "the mail is a reading receipt (RFC 8098)")
	}
	return unknown()
}

// statusKind tells a delay and a confirmation from a failure.
func statusKind(bounce format.Bounce) string {
	delayed, done := 0, 0
	for _, recipient := range bounce.Recipients {
		switch recipient.Action {
		case "delayed":
			delayed++
		case "delivered", "relayed", "expanded":
			done++
		}
	}
	switch n := len(bounce.Recipients); {
	case n > 0 && done == n:
		return kindReceipt
	case n > 0 && delayed > 0 && delayed+done == n:
		return kindDelay
	}
	return kindBounce
}

// structured knows what the format detectors recognised. A report that a person
// hands on says nothing of who sent the mail.
func structured(in Input) (Verdict, bool) {
	if format.IsReport(in.Format) && !handsOn(in) {
		return automatic(kindMachine, "the mail is a structured report in the format "+in.Format)
	}
	return unknown()
}

// handsOn tells a person's mail that brings a program's report: a forward, or one
// in which somebody says I of a table or of a document that teams exchange.
// Complaints about mail and works are written so by programs too.
func handsOn(in Input) bool {
	if forwards(in.Subject) {
		return true
	}
	switch in.Format {
	case format.Shadowserver, format.STIX, format.IODEF:
		return singular(in.Text)
	}
	return false
}

// reported knows the other reports that programs send (RFC 6522), of TLS (RFC
// 8460) and the like.
func reported(in Input) (Verdict, bool) {
	if in.Root != nil && in.Root.Type == "multipart/report" {
		return automatic(kindMachine, "Content-Type: multipart/report")
	}
	return unknown()
}

// calendar knows answers to invitations (RFC 5546 section 3.2.3). The
// invitation itself is a person's, and so is a report that shows an answer as a file.
func calendar(in Input) (Verdict, bool) {
	if in.Root == nil {
		return unknown()
	}
	method := ""
	in.Root.Walk(func(p *mime.Part) bool {
		if method == "" && p.Type == "text/calendar" && !(p.Disposition == "attachment" && reports(in.Text)) {
			method = strings.ToUpper(strings.TrimSpace(p.Params["method"]))
		}
		return !p.Message()
	})
	switch method {
	case "REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH":
		return automatic(kindAutoReply, "the mail answers an invitation (text/calendar; method="+method+")")
	}
	return unknown()
}

// declared reads Auto-Submitted (RFC 3834 section 5, RFC 5436 section 2.7.1).
func declared(in Input) (Verdict, bool) {
	for _, name := range [...]string{"Auto-Submitted", "X-Auto-Submitted"} {
		for _, value := range values(in.Header, name) {
			word := token(value)
			if word == "" || word == "no" {
				continue
			}
			return declaredKind(in, word, name+": "+value)
		}
	}
	return unknown()
}

// token is the word of a value before parameters and comments.
func token(value string) string {
	if end := strings.IndexAny(value, ";( \t,"); end >= 0 {
		value = value[:end]
	}
	return strings.ReplaceAll(strings.Trim(value, `"'`), "_", "-")
}

func declaredKind(in Input, word, reason string) (Verdict, bool) {
	switch {
	case strings.HasPrefix(word, "auto-replied") || word == "auto-reply" || word == "autoreply" || word == "vacation":
		return automatic(kindAutoReply, reason)
	case autoReplySubject(in.Subject) || absenceSubject(in.Subject) || acknowledges(in) && (answers(in) || !reports(in.Text) && !carries(in)) || absence(in.Text) && answers(in) && !reports(in.Text) && !carries(in):
		return automatic(kindAutoReply, reason+" and the words of an automatic reply")
	case repliesByField(in) && !reports(in.Text):
		return automatic(kindAutoReply, reason+" and the field of a program that answers")
	case massMail(in) && !reports(in.Text):
		return automatic(kindBulk, reason+" and the marks of a mass mailing")
	}
	return automatic(kindMachine, reason)
}

// fromOurselves keeps us from talking to ourselves. A group address of ours
// that puts itself into From stands for a person.
func fromOurselves(in Input) (Verdict, bool) {
	from := address(in.Header.Get("From"))
	if from == "" || in.Header.Has("X-Original-From") || in.Header.Has("X-Original-Sender") || ownList(in) {
		return unknown()
	}
	for _, own := range in.OwnAddresses {
		if strings.EqualFold(own, from) {
			return person("", "the mail comes from our own address "+from)
		}
	}
	return unknown()
}

// suppressed reads what Exchange asks other servers: to send no automatic
// answer ([MS-OXCMAIL], AutoReply). Notices of delivery, reading and absence (DR,
// RN, NRN, OOF) are no concern of ours. It does not say who wrote: Exchange sets
// it on what goes through a group. A group of ours has no say in it.
func suppressed(in Input) (Verdict, bool) {
	asks := suppresses(in)
	if (strings.Contains(asks, "all") || strings.Contains(asks, "autoreply")) && !ownList(in) && !ownGroup(in) {
		return person("", "X-Auto-Response-Suppress: "+asks)
	}
	for fields := in.Header.Fields(); fields.Next(); {
		if name := fields.Key(); wantsNone.MatchString(name) && !refuses(value(in.Header, name)) {
			return person("", name+": "+value(in.Header, name))
		}
	}
	return unknown()
}

func suppresses(in Input) string {
	for _, v := range values(in.Header, "X-Auto-Response-Suppress") {
		for _, word := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
			if word == "all" || word == "oof" || word == "autoreply" {
				return v
			}
		}
	}
	return ""
}
