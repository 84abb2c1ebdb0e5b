package indicator

// role is what a word says about the indicators behind it.
type role struct {
	says  bool
	is    string // source|target, "" for a word that ends what was said before
	hosts bool   // it speaks of addresses only, and of mail addresses in an attached mail
}

// of gives the role for one kind of indicator. Hashes and holes have none.
func (r role) of(kind string, attached bool) string {
	host := kind == typeIPv4 || kind == typeIPv6 || kind == typeCIDR
	switch {
	case r.is == "" || !host && kind != typeDomain && kind != typeURL && kind != typeEmail && kind != typeASN:
		return roleUnknown
	case r.hosts && !host && !(attached && kind == typeEmail):
		return roleUnknown
	}
	return r.is
}

// roleOf knows the words that reports and logs use for the two ends, in the
// languages we are written to. The word is in lower case.
func roleOf(word string) role {
	switch word {
	case "attacker", "attackers", "attacking", "attacks", "source", "sources", "src", "saddr", "srcip", "src_ip", "source_ip", "source-ip", "sourceip",
		"offender", "offending", "malicious", "suspicious", "phishing", "scanner", "scanners", "intruder", "hostile",
		"spammer", "botnet", "c2", "rhost", "client", "remote", "sender", "from", "banned", "ban", "blocked", "reply-to",
		"return-path", "fake", "fraudulent", "originating", "origin",
		"angreifer", "angreifers", "angreifende", "angreifenden", "quelle", "quellen", "quell-ip", "absender", "von", "vom", "ausgehend",
		"attaquant", "attaquants", "depuis", "expéditeur", "malveillant",
		"atacante", "atacantes", "origen", "desde", "remitente",
		"attaccante", "sorgente", "origine", "mittente", "dal", "dall",
		"atakujący", "atakującego", "źródło", "źródłowy", "nadawca",
		"origem", "remetente", "aanvaller", "bron", "afzender":
		return role{says: true, is: roleSource}
	case "target", "targets", "targeted", "targeting", "victim", "victims", "dst", "daddr", "dest", "destination", "dstip",
		"dst_ip", "dest_ip", "destination_ip", "our", "my", "attacked", "affected", "compromised", "against", "towards",
		"ziel", "ziele", "ziel-ip", "opfer", "unser", "unsere", "unserem", "unseren", "unserer", "betroffen", "betroffene", "betroffener", "gegen",
		"cible", "victime", "notre", "nos", "contre",
		"destino", "víctima", "objetivo", "nuestro", "nuestra", "contra",
		"vittima", "destinazione", "nostro", "nostra", "contro", "bersaglio",
		"cel", "ofiara", "nasz", "naszego", "naszym", "alvo", "vítima", "nosso", "nossa", "doel", "slachtoffer", "onze", "tegen":
		return role{says: true, is: roleTarget}
	case "by", "durch":
		return role{says: true, is: roleSource, hosts: true}
	case "to", "an", "auf", "vers", "hacia", "verso", "do":
		return role{says: true, is: roleTarget, hosts: true}
	case "contact", "reply", "write", "regards", "wrote", "schrieb", "écrit", "cc", "reporter", "grüße", "greetings",
		"telephone", "see", "siehe", "reference", "note":
		return role{says: true}
	}
	return role{}
}

// joins knows the words between the members of a list.
func joins(word string) bool {
	switch word {
	case "and", "or", "und", "oder", "et", "ou", "y", "e", "o", "en", "of", "i", "oraz", "lub", "as", "well", "also", "sowie":
		return true
	}
	return false
}

// acts knows the verbs of an attack.
func acts(word string) bool {
	switch word {
	case "attacked", "attacks", "attacking", "scanned", "scans", "scanning", "probed", "probes", "tried", "tries", "attempted",
		"attempts", "flooded", "exploited", "bruteforced", "connected", "logged", "angegriffen", "gescannt", "versucht", "versuchte",
		"greift", "scannt":
		return true
	}
	return false
}

// subject is what the number or name behind a word is about.
type subject uint8

const (
	subjectNone subject = iota
	subjectVersion
	subjectDomain
	subjectKey
	subjectNetwork
	subjectServer
)

func subjectOf(word string) subject {
	switch word {
	case "version", "versions", "ver", "v", "release", "firmware", "build", "revision", "rev", "kernel", "patch", "patchlevel",
		"section", "chapter", "clause", "abschnitt", "kapitel", "oid", "snmpv2-smi", "upgrade", "update":
		return subjectVersion
	case "domain", "domains", "hostname", "host", "fqdn", "website", "domäne", "domaine", "dominio", "domena":
		if word == "host" {
			return subjectServer
		}
		return subjectDomain
	case "fingerprint", "commit", "fingerabdruck", "keyid", "key-id", "revision-id", "etag", "uuid":
		return subjectKey
	case "as", "asn":
		return subjectNetwork
	case "server", "upstream", "vhost":
		return subjectServer
	}
	return subjectNone
}
