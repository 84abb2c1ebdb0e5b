package automatic

import (
	"regexp"
	"strings"

	"postern/parser/mime"
)

// statistics knows the daily counts that receivers of mail send to the owner of
// a domain: of DMARC (RFC 7489 section 7.2.1.1) and of TLS (RFC 8460 section
// 5.3). Both state how the subject reads and what the file is called. What a
// person hands on or asks about is his.
func statistics(in Input) (Verdict, bool) {
	if in.Root == nil || passedOn(in.Subject) {
		return unknown()
	}
	switch {
	case statisticSubject.MatchString(in.Subject):
		return counts("the subject is that of a statistic about mail (RFC 7489, RFC 8460)")
	case statisticFiles(in.Root) && !singular(in.Text):
		return counts("the file is named as a statistic about mail (RFC 7489, RFC 8460)")
	}
	return unknown()
}

func counts(reason string) (Verdict, bool) {
	return Verdict{Is: true, Kind: kindMachine, Reason: reason, Statistic: true}, true
}

// statisticSubject is stated in both documents, with more or fewer signs in practice.
var statisticSubject = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:dmarc (?:aggregate )?)?report[ -]domain:\s*\S+\s+submitter:\s*\S+`)

// statisticName is receiver, domain, begin and end of the days, with the
// identifier of the report behind them.
var statisticName = regexp.MustCompile(`(?i)^[^!/\\]{1,253}![^!/\\]{1,253}![0-9]{9,11}![0-9]{9,11}(?:![^/\\]{1,200})?(?:\.(?:xml|json))?\.(?:xml|json|zip|gz)$`)

// statisticFiles looks at the files of the outer mail.
func statisticFiles(root *mime.Part) (found bool) {
	root.Walk(func(p *mime.Part) bool {
		found = found || strings.Contains(p.Name, "!") && statisticName.MatchString(p.Name)
		return !found && !p.Message()
	})
	return found
}
