package automatic

import "strings"

// desk is a ticket system or tracker that people write through.
type desk struct {
	name   string
	fields []string // one of these stands in its mails
	mailer string   // or it calls itself so
}

// desks mark what people write through them as a machine's: Auto-Submitted,
// Precedence and X-Auto-Response-Suppress of such a mail say nothing of who wrote.
var desks = []desk{
	{"ServiceNow", []string{"X-Servicenow-Generated", "X-Servicenow-Source", "X-Servicenow-Sysemail-Version"}, "servicenow"},
	{"Jira", []string{"X-Jira-Fingerprint", "X-Atlassian-Token", "X-Atlassian-Mail-Transaction-Id"}, "jira"},
	{"Zendesk", []string{"X-Zendesk-From-Account-Id", "X-Zendesk-Email-Id"}, "zendesk"},
	{"Freshdesk", []string{"X-Freshdesk-Ticket-Id", "X-Fd-Ticket-Id", "X-Fd-Account-Id"}, "freshdesk"},
	{"OTRS", []string{"X-Otrs-Ticket"}, "otrs mail service"},
	{"Znuny", []string{"X-Znuny-Ticket"}, "znuny mail service"},
	{"Zammad", []string{"X-Zammad-Ticket-Id"}, "zammad mail service"},
	{"GLPI", []string{"X-Glpi-Uuid", "X-Glpi-Notification"}, "glpi"},
	{"osTicket", []string{"X-Osticket-Thread"}, "osticket mailer"},
	{"Redmine", []string{"X-Redmine-Host", "X-Redmine-Project"}, "redmine"},
	{"GitLab", []string{"X-Gitlab-Project", "X-Gitlab-Issue-Id"}, "gitlab"},
	{"GitHub", []string{"X-Github-Sender", "X-Github-Reason"}, "github"},
	{"Bugzilla", []string{"X-Bugzilla-Who", "X-Bugzilla-Type"}, "bugzilla"},
	{"Trac", []string{"X-Trac-Version", "X-Trac-Project"}, "trac"},
	{"Help Scout", []string{"X-Helpscout-Conversation-Id"}, "help scout"},
	{"Front", []string{"X-Front-Message-Id"}, "front"},
	{"TOPdesk", []string{"X-Topdesk-Id"}, "topdesk"},
	{"Kayako", []string{"X-Kayako-Ticket"}, "kayako"},
}

// deskOf names the ticket system that the mail came through, "" when none.
func deskOf(in Input) string {
	mailer := program(in)
	powered := value(in.Header, "X-Powered-By")
	for _, d := range desks {
		for _, field := range d.fields {
			if in.Header.Has(field) {
				return d.name
			}
		}
		if mailer != "" && strings.HasPrefix(mailer, d.mailer) || powered != "" && strings.HasPrefix(powered, strings.ToLower(d.name)) {
			return d.name
		}
	}
	return ""
}

// throughDesk tells apart what a ticket system says by itself and what a person
// writes through it. The first confirms or tells of a change; the second answers
// or comments. Its marks forbid an answer all the same: only for a contact that is
// known to write so may they be forgiven.
func throughDesk(in Input) (Verdict, bool) {
	name := deskOf(in)
	if name == "" || !marked(in) {
		return unknown()
	}
	switch {
	case strings.HasPrefix(token(value(in.Header, "Auto-Submitted")), "auto-replied"), acknowledges(in), autoReplySubject(in.Subject):
		return automatic(kindAutoReply, name+" confirms a mail or tells of a change")
	case in.Known && !in.Header.Has("List-Id"):
		return Verdict{MayAnswer: true, Reason: "sent through " + name + ", which marks all its mail as a machine's: forgiven for a known contact"}, true
	case passedOn(in.Subject) || answers(in) || containsAny(strings.ToLower(head(in.Text)), commentWords) || containsAny(strings.ToLower(in.Subject), commentSubjects):
		return person("", "a person's words sent through "+name+", which marks all its mail as a machine's")
	}
	return unknown()
}

// marked tells a mail that bears a machine's mark at all.
func marked(in Input) bool {
	word := token(value(in.Header, "Auto-Submitted"))
	return word != "" && word != "no" || value(in.Header, "Precedence") == "bulk" || value(in.Header, "Precedence") == "list" || suppresses(in) != "" || in.Header.Has("List-Id")
}

// commentWords stand before what a person wrote through a ticket system.
var commentWords = []string{"commented:", "commented on", " wrote:", "added a comment", "comments added", "new comment", "additional comments", "##- please type your reply above this line", "please type your reply above", "reply above this line", "kommentar hinzugefügt", "kommentierte", "schrieb:", "a commenté", "a écrit", "ha comentado", "ha commentato", "comentou"}

var commentSubjects = []string{"comments added", "new comment", "comment added", "- comment", "kommentar"}

// rtSubjects begin what Request Tracker tells a sender whose mail it does not take.
var rtSubjects = []string{"could not load a valid user", "could not record", "message not recorded", "ticket creation failed", "couldn't create a ticket", "failed attempt to create a ticket", "rt bounce:", "rt received mail", "we have no your public key"}

// refusedByRT tells such a mail. A person may use the same words of an incident.
func refusedByRT(in Input) bool {
	subject := untagged(in.Subject)
	return (subject == "permission denied" || startsAny(subject, rtSubjects)) && !reports(in.Text)
}

// throughRT knows that Request Tracker marks every mail of its users as bulk.
// What it writes by itself has Auto-Submitted too, which was asked before, or
// says in the subject that it is an answer of its own.
func throughRT(in Input) (Verdict, bool) {
	if !in.Header.Has("X-Rt-Loop-Prevention") || in.Header.Has("List-Id") {
		return unknown()
	}
	if autoReplySubject(in.Subject) || strings.Contains(strings.ToLower(in.Subject), "autoreply:") || refusedByRT(in) {
		return automatic(kindAutoReply, "X-RT-Loop-Prevention and the subject of an automatic reply")
	}
	return Verdict{MayAnswer: true, Reason: "X-RT-Loop-Prevention without Auto-Submitted: a person's mail sent through Request Tracker"}, true
}
