package automatic

import (
	"strings"
	"unicode"

	"github.com/emersion/go-message"

	"postern/parser/mime"
)

// Input is what a verdict may rest on. Only the outer mail's own header counts.
type Input struct {
	Header       message.Header // of the outer mail
	Root         *mime.Part     // its tree; only the outer parts are looked at
	OwnLists     []string       // List-Ids of our own reporting addresses
	OwnAddresses []string       // our own addresses, lower case
	Subject      string         // decoded
	Format       string         // what the format detectors found, "free-text" or "" when none
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
// of what they prove: reports about mail, structured reports, what the sender
// declares (RFC 3834), what mail systems add, and last the signs that count
// only in company. A mail that no rule knows is a person's.
func Judge(in Input) Verdict {
	for _, rule := range [...]func(Input) (Verdict, bool){
		aboutMail, structured, declared, nullSender, autoresponder, throughRT, throughList, precedence, weakSigns, fromOurselves, suppressed,
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

// unknown passes the question on to the next rule.
func unknown() (Verdict, bool) { return Verdict{}, false }

// aboutMail knows notifications of delivery and of reading (RFC 3464, RFC 8098).
func aboutMail(in Input) (Verdict, bool) {
	if in.Root == nil {
		return unknown()
	}
	switch {
	case reportPart(in.Root, isStatus) != nil:
		bounce, _ := ReadBounce(in.Root)
		return automatic(statusKind(bounce), "the mail holds a delivery status (RFC 3464)")
	case reportPart(in.Root, isDisposition) != nil:
		return automatic(kindReceipt, "the mail holds a reading receipt (RFC 8098)")
	case in.Root.Type == "multipart/report" && strings.EqualFold(in.Root.Params["report-type"], "delivery-status"):
		return automatic(kindBounce, "Content-Type says that this is a delivery status")
	case in.Root.Type == "multipart/report" && strings.EqualFold(in.Root.Params["report-type"], "disposition-notification"):
		return automatic(kindReceipt, "Content-Type says that this is a reading receipt")
	}
	if _, plain := plainBounce(in.Root); plain {
		return automatic(kindBounce, "the mail says which recipients could not be reached")
	}
	return unknown()
}

func isDisposition(p *mime.Part) bool {
	return p.Type == "message/disposition-notification" || p.Type == "message/global-disposition-notification"
}

// statusKind tells a delay and a confirmation from a failure.
func statusKind(bounce Bounce) string {
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

// structured knows what the format detectors recognised.
func structured(in Input) (Verdict, bool) {
	switch in.Format {
	case "", "free-text":
		return unknown()
	case "dsn":
		return automatic(kindBounce, "the mail is a delivery status")
	case "mdn":
		return automatic(kindReceipt, "the mail is a reading receipt")
	}
	return automatic(kindMachine, "the mail is a structured report in the format "+in.Format)
}

// declared reads Auto-Submitted (RFC 3834 section 5, RFC 5436 section 2.7.1).
func declared(in Input) (Verdict, bool) {
	for _, value := range values(in.Header, "Auto-Submitted") {
		reason := "Auto-Submitted: " + value
		switch {
		case value == "" || value == "no":
			continue
		case strings.HasPrefix(value, "auto-replied"):
			return automatic(kindAutoReply, reason)
		case autoReplySubject(in.Subject):
			return automatic(kindAutoReply, reason+" and the subject of an automatic reply")
		}
		return automatic(kindMachine, reason)
	}
	return unknown()
}

// nullSender knows what must never be answered (RFC 5321 section 4.5.5).
func nullSender(in Input) (Verdict, bool) {
	from := localPart(in.Header.Get("From"))
	daemon := from == "mailer-daemon" || from == "postmaster" && bounceSubject(in.Subject)
	null := false
	for _, path := range values(in.Header, "Return-Path") {
		null = null || path == "<>"
	}
	switch {
	case daemon && (null || bounceSubject(in.Subject)):
		return automatic(kindBounce, "the sender "+from+" tells of a mail that did not arrive")
	case null && bounceSubject(in.Subject):
		return automatic(kindBounce, "Return-Path is empty and the subject is that of a bounce")
	case null:
		return automatic(kindAutoReply, "Return-Path is empty (<>)")
	case from == "mailer-daemon":
		return automatic(kindBounce, "the sender is mailer-daemon")
	}
	return unknown()
}

// autoresponder knows the headers that responders used before RFC 3834, and after.
func autoresponder(in Input) (Verdict, bool) {
	for _, name := range [...]string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Autoreply-From", "X-Mail-Autoreply",
		"X-Autogenerated", "X-Auto-Reply", "X-Vacation", "X-Otrs-Loop", "X-Znuny-Loop", "X-Ms-Exchange-Generated-Message-Source"} {
		for _, value := range values(in.Header, name) {
			if value != "no" && value != "false" && value != "" {
				return automatic(kindAutoReply, name+": "+value)
			}
		}
	}
	switch {
	case value(in.Header, "X-Fc-Machinegenerated") == "true":
		return automatic(kindMachine, "X-FC-MachineGenerated: true")
	case in.Header.Has("X-Cron-Env"):
		return automatic(kindMachine, "X-Cron-Env: the mail is a timed job's output")
	case value(in.Header, "Delivered-To") == "autoresponder":
		return automatic(kindAutoReply, "Delivered-To: Autoresponder")
	case strings.Contains(value(in.Header, "X-Post-Messageclass"), "autoresponder"):
		return automatic(kindAutoReply, "X-POST-MessageClass: autoresponder")
	}
	for _, name := range [...]string{"Precedence", "X-Precedence", "Preference"} {
		if v := value(in.Header, name); v == "auto_reply" || v == "auto-reply" {
			return automatic(kindAutoReply, name+": "+v)
		}
	}
	return unknown()
}

// throughRT knows that Request Tracker marks every mail of its users as bulk.
// What it writes by itself has Auto-Submitted too, which was asked before.
func throughRT(in Input) (Verdict, bool) {
	if !in.Header.Has("X-Rt-Loop-Prevention") || in.Header.Has("List-Id") {
		return unknown()
	}
	return Verdict{MayAnswer: true, Reason: "X-RT-Loop-Prevention without Auto-Submitted: a person's mail sent through Request Tracker"}, true
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
			return Verdict{Reason: "the mail comes from our own address " + from}, true
		}
	}
	return unknown()
}

// suppressed reads what Exchange asks other servers: to send no automatic
// answer. Delivery and reading notices alone (DR, RN, NRN) are no concern of ours.
func suppressed(in Input) (Verdict, bool) {
	if asks := suppresses(in); asks != "" {
		return Verdict{Reason: "X-Auto-Response-Suppress: " + asks}, true
	}
	return unknown()
}

func suppresses(in Input) string {
	v := value(in.Header, "X-Auto-Response-Suppress")
	for _, word := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		if word == "all" || word == "oof" || word == "autoreply" {
			return v
		}
	}
	return ""
}
