package indicator

import (
	"net/netip"
	"strings"

	"postern/parser/mime"
)

// isOwn tells whether the indicator is ours: inside an own prefix, at or below
// an own domain, or one of our addresses.
func (c *collector) isOwn(i Indicator) bool {
	switch i.Type {
	case typeIPv4, typeIPv6:
		address, err := netip.ParseAddr(i.Value)
		return err == nil && c.ownAddress(address)
	case typeCIDR:
		prefix, err := netip.ParsePrefix(i.Value)
		return err == nil && c.ownPrefix(prefix)
	case typeDomain:
		return c.ownDomain(i.Value)
	case typeURL:
		return c.ownHost(urlHost(i.Value))
	case typeEmail:
		_, domain, _ := strings.Cut(i.Value, "@")
		return c.mailbox[i.Value] || c.ownDomain(domain)
	}
	return false
}

func (c *collector) ownAddress(address netip.Addr) bool {
	for _, prefix := range c.own {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// ownPrefix tells whether all of a prefix is ours.
func (c *collector) ownPrefix(prefix netip.Prefix) bool {
	for _, own := range c.own {
		if own.Bits() <= prefix.Bits() && own.Contains(prefix.Addr()) {
			return true
		}
	}
	return false
}

func (c *collector) ownDomain(domain string) bool {
	return len(c.domains) > 0 && underAny(domain, func(d string) bool { return c.domains[d] })
}

func (c *collector) ownHost(host string) bool {
	if address, ok := hostAddress(host); ok {
		return c.ownAddress(address)
	}
	return c.ownDomain(host)
}

// isBenign tells whether the indicator can be no suspect and no match key. Own
// hosts are victims and stay; own mail addresses stand in every signature.
func (c *collector) isBenign(i Indicator, own bool) bool {
	switch i.Type {
	case typeIPv4, typeIPv6:
		return benignAddress(i.Value)
	case typeCIDR:
		prefix, err := netip.ParsePrefix(i.Value)
		return err == nil && (prefix.Bits() == 0 || localAddress(prefix.Addr()))
	case typeDomain:
		return benignDomain(i.Value) || i.Role == roleUnknown && !i.Defang && provider(i.Value) || (i.Derived == typeEmail && (own || mime.FreeMail(i.Value)))
	case typeURL:
		host := urlHost(i.Value)
		return benignDomain(host) || host == "localhost" || benignAddress(host) || i.Role == roleUnknown && !i.Defang && provider(host) && homePage(i.Value)
	case typeEmail:
		_, domain, _ := strings.Cut(i.Value, "@")
		return c.mailbox[i.Value] || benignDomain(domain) || (own && i.Role != roleSource)
	case "md5", "sha1", "sha256", "sha512":
		return emptyFile(i.Value)
	}
	return false
}

func benignAddress(value string) bool {
	address, ok := hostAddress(value)
	return ok && (localAddress(address) || publicResolver(value))
}

// localAddress is true for what no report from outside can be about: loopback,
// unspecified, multicast, link-local, private (RFC 1918, RFC 4193) and the
// shared space of RFC 6598. Documentation prefixes are ordinary here.
func localAddress(a netip.Addr) bool {
	if a.IsLoopback() || a.IsUnspecified() || a.IsMulticast() || a.IsLinkLocalUnicast() || a.IsPrivate() {
		return true
	}
	if !a.Is4() {
		return false
	}
	b := a.As4()
	return b[0] == 0 || b[0] == 100 && b[1]&0xc0 == 64
}

// publicResolver names the open resolvers that stand in every log and guide.
func publicResolver(value string) bool {
	switch value {
	case "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112",
		"2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2606:4700:4700::1001", "2620:fe::fe":
		return true
	}
	return false
}

// benignDomain names what appears in reports as mark-up, protocol or reference.
func benignDomain(domain string) bool {
	return underAny(domain, func(d string) bool {
		switch d {
		case "w3.org", "schemas.microsoft.com", "schemas.openxmlformats.org", "schemas.xmlsoap.org", "ns.adobe.com", "purl.org",
			"ietf.org", "rfc-editor.org", "iana.org", "cve.org", "cve.mitre.org", "nvd.nist.gov", "first.org",
			"openssh.com", "libssh.org", "gnupg.org", "openpgp.org", "aka.ms",
			"fonts.googleapis.com", "ajax.googleapis.com", "fonts.gstatic.com", "cdnjs.cloudflare.com", "code.jquery.com", "bootstrapcdn.com", "fontawesome.com",
			"virustotal.com", "urlscan.io", "abuseipdb.com", "abuse.ch", "any.run", "hybrid-analysis.com", "shodan.io", "censys.io", "talosintelligence.com",
			"shadowserver.org", "spamhaus.org", "spamcop.net", "blocklist.de", "fail2ban.org", "x-arf.org", "xarf.org", "mitre.org", "cisa.gov", "exploit-db.com", "phishtank.com", "openphish.com",
			"ripe.net", "arin.net", "apnic.net", "lacnic.net", "afrinic.net", "peeringdb.com":
			return true
		}
		return false
	})
}

// provider names what stands in signatures, footers and guides of everybody:
// a report about one of them says so.
func provider(domain string) bool {
	return underAny(domain, func(d string) bool {
		switch d {
		case "facebook.com", "twitter.com", "x.com", "linkedin.com", "instagram.com", "youtube.com", "xing.com", "t.me", "wa.me", "whatsapp.com", "tiktok.com",
			"google.com", "microsoft.com", "office.com", "apple.com", "mozilla.org", "adobe.com", "cisco.com", "wikipedia.org", "github.com", "wordpress.org",
			"debian.org", "ubuntu.com", "redhat.com", "apache.org", "nginx.org", "php.net", "python.org":
			return true
		}
		return false
	})
}

// homePage tells a link to a site as a whole, where no single page is meant.
func homePage(value string) bool {
	_, rest, _ := strings.Cut(value, "://")
	_, path, _ := strings.Cut(rest, "/")
	return path == ""
}

// emptyFile knows the hashes of nothing, which scripts report when a file was gone.
func emptyFile(hash string) bool {
	switch hash {
	case "d41d8cd98f00b204e9800998ecf8427e",
		"da39a3ee5e6b4b0d3255bfef95601890afd80709",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e":
		return true
	}
	return false
}

// underAny asks for the domain itself and everything above it.
func underAny(domain string, is func(string) bool) bool {
	for domain != "" {
		if is(domain) {
			return true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return false
}
