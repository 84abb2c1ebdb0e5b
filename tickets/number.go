package tickets

import (
	"regexp"
	"strings"
)

// tagNumber is how request trackers mark their mails: "[CERT-AA #48211]",
// "[team.example #7]", "[Ticket#2026112110000015]".
var tagNumber = regexp.MustCompile(`\[([\p{L}\p{N}][\p{L}\p{N}._ -]{0,39})(#)(\p{N}{1,20})\]`)

// TheirNumber finds the other side's own ticket number in a subject, in its own
// spelling without the brackets ("CERT-AA #48211"), "" when there is none.
// Only a subject that anybody could read is given to it.
func TheirNumber(subject string) string {
	subject = subject[:min(len(subject), maxSearchedTag)]
	m := tagNumber.FindString(subject)
	return strings.Trim(m, "[]")
}

// theirNumber is TheirNumber by the pattern of the contact who wrote, if one was
// agreed with him and it is in the subject.
func (m *matter) theirNumber() string {
	subject := outerSubject(m.Report)
	contact, _ := m.rules.Contacts.of(m.Report, m.Claim.ReceivedAt)
	if number := m.rules.Contacts.number(contact, subject[:min(len(subject), maxSearchedTag)]); number != "" {
		return number
	}
	return TheirNumber(subject)
}
