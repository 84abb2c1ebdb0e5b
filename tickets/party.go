package tickets

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"postern/parser"
)

// maxAddress is the longest address SMTP can carry (RFC 5321 section 4.5.3.1).
const maxAddress = 254

// usableAddress is s in small letters, the domain in ASCII, when a mail could
// be sent to it, else "".
func usableAddress(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || len(s) > maxAddress || strings.Count(s, "@") != 1 {
		return ""
	}
	if domain := s[at+1:]; !isPlain(domain) {
		if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
			s = s[:at+1] + ascii
		}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>,;\"()[]\\", r) }) {
		return ""
	}
	return s
}

// isPlain tells a domain that is written in ASCII, in small letters as it is here,
// which IDNA leaves as it is.
func isPlain(domain string) bool {
	return !strings.Contains(domain, "xn--") && strings.IndexFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func domainOf(address string) string {
	_, domain, _ := strings.Cut(address, "@")
	return strings.TrimSuffix(strings.ToLower(domain), ".")
}

// organisation is the registrable domain of an address, "" where a domain says
// nothing about who belongs together: free mail, and names below a public suffix only.
func organisation(address string) string {
	domain := domainOf(address)
	registrable, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil || parser.FreeMail(registrable) || parser.FreeMail(domain) {
		return ""
	}
	return registrable
}

// maxAuthors is how many people write one mail; more of them are nobody.
const maxAuthors = 50

// authors are the addresses a mail speaks for. Where the parser told the
// reporter apart from From by something our own side added, that is the reporter alone; else everybody
// in From, and what needs a person of a conversation needs it of all of them.
func authors(r Report) []string {
	if toldApart(r) {
		return []string{usableAddress(r.Reporter.Address)}
	}
	if len(r.From) > maxAuthors {
		return nil
	}
	var all []string
	for _, from := range r.From {
		if a := usableAddress(from.Address); a != "" && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		if a := usableAddress(r.Reporter.Address); a != "" {
			all = append(all, a)
		}
	}
	return all
}

// ToldApart tells that a list or a report button of ours wrote the mail for the
// person who reports.
func ToldApart(r Report) bool {
	switch r.Reporter.Via {
	case "x-original-from", "reply-to", "report-button":
		return true
	}
	return false
}

// toldApart is ToldApart, with an address that can be used.
func toldApart(r Report) bool { return ToldApart(r) && usableAddress(r.Reporter.Address) != "" }

// Party is the one address answers to a report go to, as it was written: who
// reports, or the only Reply-To where it belongs to the same organisation; never
// Cc, and never the sender of something that was merely handed on to us. "" when
// there is none that could be used.
func Party(report Report) string {
	all := authors(report)
	if len(all) == 0 {
		return ""
	}
	if other := replyTo(report); len(all) == 1 && other != "" && SameOrganisation(all[0], other) {
		return strings.TrimSpace(report.ReplyTo[0].Address)
	}
	for _, from := range report.From {
		if usableAddress(from.Address) == all[0] {
			return strings.TrimSpace(from.Address)
		}
	}
	return strings.TrimSpace(report.Reporter.Address)
}

// partyOf is Party in small letters; "" for an address of our own.
func (r *Rules) partyOf(report Report) string { return r.notOwn(usableAddress(Party(report))) }

func replyTo(report Report) string {
	if len(report.ReplyTo) != 1 || toldApart(report) {
		return ""
	}
	return usableAddress(report.ReplyTo[0].Address)
}

// SameOrganisation tells whether two addresses belong to one registered domain
// that is no provider for everybody.
func SameOrganisation(a, b string) bool {
	org := organisation(a)
	return org != "" && org == organisation(b)
}

func (r *Rules) notOwn(address string) string {
	if slices.Contains(r.OwnAddresses, address) {
		return ""
	}
	return address
}

// peopleOf are who takes part in a conversation that this report begins.
func (r *Rules) peopleOf(report Report) []string {
	var people []string
	for _, a := range append(authors(report), r.partyOf(report)) {
		if r.notOwn(a) != "" && !slices.Contains(people, a) {
			people = append(people, a)
		}
	}
	return people
}

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
