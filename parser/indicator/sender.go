package indicator

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"postern/parser/mime"
)

// senders are those who write the mail. Their address and the names of their
// organisation stand in signatures, footers and greetings.
type senders struct {
	addresses map[string]bool
	domains   map[string]bool // what they registered, without providers and without ours
	readers   map[string]bool // domains of those it was written to
}

func (c *collector) newSenders(addresses, recipients []string) senders {
	s := senders{addresses: map[string]bool{}, domains: map[string]bool{}, readers: map[string]bool{}}
	for _, address := range recipients {
		address = strings.ToLower(address)
		s.addresses[address] = true
		_, domain, _ := strings.Cut(address, "@")
		s.readers[domain] = true
	}
	for _, address := range addresses {
		address = strings.ToLower(address)
		s.addresses[address] = true
		_, domain, _ := strings.Cut(address, "@")
		domain, ok := canonicalDomain(domain, 0)
		if !ok || mime.FreeMail(domain) || c.ownDomain(domain) {
			continue
		}
		if name, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil && !mime.FreeMail(name) {
			s.domains[name] = true
		}
	}
	return s
}

// dropSenders leaves out what only names who writes: nothing speaks of it, nobody
// defanged it and no format states it.
func (c *collector) dropSenders() {
	if len(c.senders.addresses) == 0 {
		return
	}
	kept := c.found[:0]
	for n, i := range c.found {
		if c.isSettled(n) || i.Defang || i.Role != roleUnknown && i.Derived == "" || !c.namesSender(i) {
			kept = append(kept, i)
		}
	}
	c.found = kept
}

func (c *collector) namesSender(i Indicator) bool {
	switch i.Type {
	case typeEmail:
		_, domain, _ := strings.Cut(i.Value, "@")
		return c.senders.addresses[i.Value] || c.ofSenders(domain)
	case typeDomain:
		return c.ofSenders(i.Value) || i.Derived == typeEmail && c.senders.readers[i.Value]
	case typeURL:
		return c.ofSenders(urlHost(i.Value))
	}
	return false
}

func (c *collector) ofSenders(domain string) bool {
	return len(c.senders.domains) > 0 && underAny(domain, func(d string) bool { return c.senders.domains[d] })
}
