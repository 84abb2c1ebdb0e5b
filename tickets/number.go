package tickets

import (
	"regexp"
	"strings"
)

// tagNumber is how request trackers mark their mails: "[CERT-AA #48211]",
// "[team.example #7]", "[Ticket#2026112110000015]".
var tagNumber = regexp.MustCompile(`\[([\p{L}\p{N}][\p{L}\p{N}._ -]{0,39})(#)(\p{N}{1,20})\]`)

// plainNumber is how teams mark their mails that set no "#": "[ALPHA-2211]",
// "[ABUSE:4711001]". Capitals alone, as names of projects are, and a number that
// ends the tag: what goes on behind it is the number of a document or one of ours.
var plainNumber = regexp.MustCompile(`\[([A-Z][A-Z0-9]{1,11}(?:[-_][A-Z][A-Z0-9]{0,11})?)[-_:/] ?(\d{3,14})\]`)

// wordNumber names it in a word: "[Ticket 48211]", "[Case ID: 48211]".
var wordNumber = regexp.MustCompile(`(?i)\[(?:ticket|case|incident|request|abuse|ref|reference|vorgang|fall|dossier|demande|caso|incidencia|segnalazione|zaak|melding|zgłoszenie|sprawa|заявка|обращение)(?: ?(?:id|no\.?|nr\.?|number|nummer|n°))? ?[:= -] ?\d{3,17}\]`)

// noTeams stand before numbers of other things: holes, documents, standards,
// labels, times, networks and programs.
var noTeams = setOf(strings.Fields(`CVE CWE CAPEC CPE CVSS GHSA OSV EUVD TLP ISO IEC RFC NIST PCI GDPR DSA DLA USN RHSA RHBA SUSE FEDORA MS KB ADV SA
	VU ICSA JVN BSI WID WIDSEC CA TA AA AV AL DSGVO EXT EXTERNAL SPAM JUNK AS ASN IP IPV4 IPV6 TCP UDP PORT SHA SHA1 SHA256 MD5 UTF UTC GMT
	CW KW WEEK Q1 Q2 Q3 Q4 PATCH PART PAGE VERSION VER REV COVID WINDOWS WIN OFFICE SPF DKIM DMARC HTTP HTTPS SMTP ERROR CODE ROOM`)...)

// TheirNumber finds the other side's own ticket number in a subject, in its own
// spelling without the brackets ("CERT-AA #48211"), "" when there is none.
// Only a subject that anybody could read is given to it.
func TheirNumber(subject string) string {
	subject = subject[:min(len(subject), maxSearchedTag)]
	for _, pattern := range [...]*regexp.Regexp{tagNumber, wordNumber} {
		if m := strings.Trim(pattern.FindString(subject), "[]"); m != "" {
			return m
		}
	}
	for _, m := range plainNumber.FindAllStringSubmatch(subject, maxTags) {
		team, _, _ := strings.Cut(m[1], "-")
		if !noTeams[team] && !isYear(m[2]) {
			return strings.Trim(m[0], "[]")
		}
	}
	return ""
}

// maxTags is how many tags of one subject are looked at.
const maxTags = 10

// isYear tells the number of a year: "[KONGRESS-2026]".
func isYear(number string) bool {
	return len(number) == 4 && (strings.HasPrefix(number, "19") || strings.HasPrefix(number, "20"))
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
