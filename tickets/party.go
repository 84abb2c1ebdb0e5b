package tickets

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
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
	if ascii, err := idna.Lookup.ToASCII(s[at+1:]); err == nil {
		s = s[:at+1] + ascii
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>,;\"()[]\\", r) }) {
		return ""
	}
	return s
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
	if err != nil || freeMail[registrable] || freeMail[domain] {
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

// toldApart tells that the parser found the reporter elsewhere than in From.
func toldApart(r Report) bool {
	switch r.Reporter.Via {
	case "x-original-from", "reply-to", "report-button":
		return usableAddress(r.Reporter.Address) != ""
	}
	return false
}

// partyOf is the one address answers to a report go to: who reports, or the
// only Reply-To where it belongs to the same organisation. "" when there is none that could be
// used: no address, or one of our own.
func (r *Rules) partyOf(report Report) string {
	all := authors(report)
	if len(all) == 0 {
		return ""
	}
	if other := replyTo(report); len(all) == 1 && other != "" && SameOrganisation(all[0], other) {
		return r.notOwn(other)
	}
	return r.notOwn(all[0])
}

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

// freeMail are domains where everybody can have an address: sharing one says
// nothing about two people.
var freeMail = setOf(
	"126.com", "163.com", "abv.bg", "aim.com", "aol.com", "arcor.de", "aruba.it", "att.net", "bigpond.com", "bk.ru",
	"bluewin.ch", "bol.com.br", "bt.com", "btinternet.com", "centrum.cz", "charter.net", "comcast.net", "cox.net", "daum.net", "duck.com",
	"email.cz", "email.de", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "gmail.com", "gmx.at",
	"gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hanmail.net", "hey.com", "hotmail.be", "hotmail.ch", "hotmail.co.uk",
	"hotmail.com", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl", "hushmail.com", "icloud.com", "ig.com.br", "inbox.lv",
	"inbox.ru", "interia.pl", "kolabnow.com", "laposte.net", "libero.it", "list.ru", "live.co.uk", "live.com", "live.de", "live.fr",
	"live.it", "live.nl", "lycos.com", "mac.com", "mail.bg", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org",
	"mailfence.com", "me.com", "msn.com", "naver.com", "netscape.net", "o2.pl", "onet.pl", "op.pl", "orange.fr", "outlook.at",
	"outlook.com", "outlook.de", "outlook.es", "outlook.fr", "outlook.it", "outlook.jp", "pm.me", "posteo.at", "posteo.ch", "posteo.de",
	"posteo.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "riseup.net", "rocketmail.com", "sapo.pt",
	"sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.com", "sky.com", "sohu.com", "startmail.com", "sunrise.ch", "t-online.de",
	"talktalk.net", "terra.com.br", "tiscali.it", "tutamail.com", "tutanota.com", "tutanota.de", "tuta.io", "tuta.com", "uol.com.br", "verizon.net",
	"virgilio.it", "vodafone.de", "wanadoo.fr", "web.de", "wp.pl", "ya.ru", "yahoo.ca", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.uk",
	"yahoo.com", "yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "yeah.net", "ymail.com",
	"ziggo.nl", "zoho.com", "zohomail.com", "zonnet.nl",
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, name := range names {
		set[name] = true
	}
	return set
}
