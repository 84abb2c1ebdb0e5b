package automatic

import (
	"regexp"
	"strings"
)

// personal tells that a text speaks of itself in the first person, as people
// do and notices of programs do not. Answers for the absent do too.
func personal(text string) bool { return firstPerson.MatchString(head(text)) }

// firstPerson are the words for I, my and we in the languages we are written
// to. Those that are another word in the next language, or a top-level domain,
// are left out.
var firstPerson = regexp.MustCompile(`(?:^|[^\p{L}\p{N}.])(?:I|I['’](?:m|ve|d|ll)|(?i:my|we|we['’](?:re|ve|d|ll)|our|ich|mein(?:e|en|em|er|es)?|mir|mich|wir|uns|unser(?:e|en|em|er)?|je|j['’]ai|mon|moi|nous|notre|yo|mis?|nosotros|nuestr[oa]s?|mi[oae]|miei|nostr[oaie]|meus?|minhas?|nós|noss[oa]s?|ik|mijn|wij|onze|mnie|mój|moja|moje|nasz[aey]?|я|мне|меня|мой|моя|мы|нам|наш[аие]?))(?:$|[^\p{L}\p{N}])|私|弊社|我们|我們|我的`)

// singular tells a text in which somebody says I: services say we.
func singular(text string) bool { return firstSingular.MatchString(head(text)) }

var firstSingular = regexp.MustCompile(`(?:^|[^\p{L}\p{N}.])(?:I|I['’](?:m|ve|d|ll)|(?i:my|ich|mein(?:e|en|em|er|es)?|mir|mich|je|j['’]ai|mon|moi|yo|mia|mio|meus?|minhas?|ik|mijn|mój|moja|moje|я|мне|меня|мой|моя))(?:$|[^\p{L}\p{N}])|私は|我的|我是`)

// aboutOurs tells a person's words about a host of ours: who finds something
// may write with a tool for sales, which lets everybody unsubscribe. What such
// a mail says of our addresses (to whom it was sent) counts for nothing.
func aboutOurs(in Input) bool {
	text := strings.ToLower(head(in.Text))
	return personal(in.Text) && containsAny(text, findings) && namesHost(text, ownDomains(in))
}

// findings are words of people who found something on a host.
var findings = append([]string{"security", "password", "expos", "misconfig", "disclos", "sensitive", "without authentication", "unauthenticated", "publicly accessible", "outdated", "takeover", "injection", "sicherheitslücke", "schwachstelle", "passwort", "offen im", "faille", "mot de passe", "vulnérab", "vulnerabil", "contraseña", "уязвим", "脆弱性", "漏洞"}, reportWords...)

// ownDomains are the domains that the mail was sent to, and those of our addresses.
func ownDomains(in Input) (list []string) {
	for _, to := range values(in.Header, "To") {
		list = appendDomain(list, address(to))
	}
	for _, own := range in.OwnAddresses {
		list = appendDomain(list, strings.ToLower(own))
	}
	return list
}

func appendDomain(list []string, address string) []string {
	if _, domain, found := strings.Cut(address, "@"); found && strings.Contains(domain, ".") && len(list) < maxDomains {
		return append(list, domain)
	}
	return list
}

// maxDomains are looked for in one text.
const maxDomains = 20

// namesHost tells that a host of one of the domains stands in the text, not as
// part of a mail address.
func namesHost(text string, domains []string) bool {
	for _, domain := range domains {
		for rest := text; ; {
			at := strings.Index(rest, domain)
			if at < 0 {
				break
			}
			if !strings.HasSuffix(rest[:at], "@") && !strings.HasSuffix(rest[:at], "%40") {
				return true
			}
			rest = rest[at+len(domain):]
		}
	}
	return false
}
