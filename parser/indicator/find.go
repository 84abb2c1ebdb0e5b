package indicator

import (
	"net/netip"
	"strings"
)

// Input is the text of one mail and what is known about ourselves.
type Input struct {
	Texts        []Text
	Own          []netip.Prefix // constituency
	OwnDomains   []string       // constituency and own people
	OwnAddresses []string       // reporting addresses and what we send from, lower case
	Senders      []string       // who writes the mail, lower case: no indicators unless something speaks of them
	Recipients   []string       // whom it was sent to, lower case: no indicators either
	Stated       []Stated       // what structured formats and log lines say; it wins over the wording
	Lure         bool           // it reports links that somebody is to follow: of those nothing speaks of, they are sources
	Flaw         bool           // it reports a flaw in something: what it names is a target
	Limit        int            // indicators kept at most; 0 takes DefaultLimit
}

// Stated is a value whose role is known. It is found whether a text names it or
// not, unless it says itself that one does.
type Stated struct {
	Value, Role, Part string
	Named             bool // a text names it, so it is found there or it is none
}

// Text is one text to search.
type Text struct {
	Part, Body string
	URLs       []string // link targets of HTML
	Attached   bool     // text or headers of an attached mail
}

// DefaultLimit is more than any report names that a person reads; feeds carry
// theirs as incidents.
const DefaultLimit = 20_000

// Find gives the indicators of all texts in the order they first stand there,
// each once: the first occurrence gives the part, a stated role beats none, and
// what is named itself is no longer derived. A result as long as the limit may
// be incomplete.
func Find(in Input) []Indicator {
	c := newCollector(in)
	c.lure, c.flaw = in.Lure, in.Flaw
	for _, one := range in.Stated {
		c.stated[one.Value] = true
	}
	for _, text := range in.Texts {
		clean, marks := refang(text.Body)
		s := scanner{text: clean, marks: marks, out: c}
		s.out.part, s.out.attached = text.Part, text.Attached
		s.scan()
		for _, link := range text.URLs {
			c.link(link)
		}
	}
	for _, one := range in.Stated {
		c.state(one)
	}
	return c.finish()
}

// state records a value that a format or a log line states.
func (c *collector) state(one Stated) {
	c.part, c.attached, c.role = one.Part, false, one.Role
	for _, kind := range [...]string{typeIPv4, typeIPv6} {
		if n, known := c.at[key{kind, one.Value}]; known { // as most addresses of log lines are
			c.merge(n, Indicator{Role: roleUnknown})
			c.settle(n)
			c.role = ""
			return
		}
	}
	if !one.Named {
		clean, marks := refang(one.Value)
		s := scanner{text: clean, marks: marks, out: c}
		s.scan()
	}
	c.role = ""
}

// usual is the number of indicators in a mail with a log.
const usual = 96

// key is what makes two indicators the same.
type key struct{ kind, value string }

// collector keeps what was found, once each.
type collector struct {
	found    []Indicator
	at       map[key]int
	limit    int
	own      []netip.Prefix
	domains  map[string]bool
	mailbox  map[string]bool
	part     string
	attached bool
	lure     bool
	flaw     bool
	genuine  map[string]bool // links that the text calls genuine
	stated   map[string]bool // values that formats and log lines state
	role     string          // of the value that is being stated
	settled  []bool          // of what was found, whether it was stated; shorter when the last was not
	senders  senders
	bare     map[int]bool // places of URLs whose scheme nobody wrote
	pairs    [][2]int     // places of what stands beside another in brackets
}

func newCollector(in Input) *collector {
	c := &collector{at: make(map[key]int, usual), found: make([]Indicator, 0, usual), limit: in.Limit, own: in.Own, bare: map[int]bool{}, genuine: map[string]bool{}, stated: make(map[string]bool, len(in.Stated)), domains: map[string]bool{}, mailbox: map[string]bool{}}
	if c.limit <= 0 {
		c.limit = DefaultLimit
	}
	for _, domain := range in.OwnDomains {
		c.domains[strings.ToLower(strings.Trim(domain, "."))] = true
	}
	for _, address := range in.OwnAddresses {
		c.mailbox[strings.ToLower(address)] = true
	}
	c.senders = c.newSenders(in.Senders, in.Recipients)
	return c
}

// add records one sighting and gives its place in the list, or -1 when the
// limit is reached.
func (c *collector) add(i Indicator) int {
	k := key{i.Type, i.Value}
	if n, known := c.at[k]; known {
		c.merge(n, i)
		c.settle(n)
		return n
	}
	if len(c.found) >= c.limit {
		return -1
	}
	i.Part = c.part
	c.at[k] = len(c.found)
	c.found = append(c.found, i)
	c.settle(len(c.found) - 1)
	return len(c.found) - 1
}

// settle gives a stated value its role, the first time it is stated.
func (c *collector) settle(n int) {
	if c.role == "" || c.isSettled(n) {
		return
	}
	if missing := len(c.found) - len(c.settled); missing > 0 {
		c.settled = append(c.settled, make([]bool, missing)...)
	}
	c.settled[n] = true
	c.found[n].Role = c.role
}

func (c *collector) isSettled(n int) bool { return n < len(c.settled) && c.settled[n] }

// merge folds a further sighting into the first one.
func (c *collector) merge(n int, i Indicator) {
	first := &c.found[n]
	if first.Role == roleUnknown {
		first.Role = i.Role
	}
	if first.Derived != "" && i.Derived == "" {
		first.Derived = ""
	}
	first.Defang = first.Defang || i.Defang
}

// addHost records the host of a URL or mail address.
func (c *collector) addHost(host, derived, role string, defang bool) {
	kind, value, ok := hostIndicator(host)
	if ok {
		c.add(Indicator{Type: kind, Value: value, Role: role, Defang: defang, Derived: derived})
	}
}

// link records the target of an HTML link.
func (c *collector) link(target string) {
	target = strings.TrimSpace(target)
	if rest, ok := cutPrefixFold(target, "mailto:"); ok {
		rest, _, _ = strings.Cut(rest, "?")
		c.addEmail(rest, roleUnknown, false)
		return
	}
	clean, marks := refang(target)
	scheme, rest, ok := strings.Cut(clean, "://")
	if !ok {
		return
	}
	known, defanged := readScheme(scheme)
	if known == "" {
		return
	}
	delete(c.bare, c.addURL(known, rest, roleUnknown, defanged || len(marks) > 0))
}

// finish settles what depends on all sightings: our own things are targets
// unless the wording calls them a source, and what is benign.
func (c *collector) finish() []Indicator {
	c.settlePairs()
	c.settleBare()
	c.dropSenders()
	for n := range c.found {
		i := &c.found[n]
		own := c.isOwn(*i)
		if i.Role == roleUnknown {
			i.Role = c.byDefault(*i, own)
		}
		i.Benign = c.isBenign(*i, own)
	}
	return c.found
}

// settlePairs lets what is said of an address hold for its name in brackets behind
// it and of a name for its address: "host.example (203.0.113.5)".
func (c *collector) settlePairs() {
	for _, pair := range c.pairs {
		a, b := &c.found[pair[0]], &c.found[pair[1]]
		if (a.Type == typeDomain) == (b.Type == typeDomain) {
			continue
		}
		switch roleUnknown {
		case a.Role:
			a.Role = b.Role
		case b.Role:
			b.Role = a.Role
		}
	}
}

// settleBare gives what was said of "host.example/path" to the link of the same
// words whose scheme somebody wrote, "https://host.example/path".
func (c *collector) settleBare() {
	if len(c.bare) == 0 {
		return
	}
	drop := make([]bool, len(c.found))
	for n := range c.bare {
		twin, known := c.at[key{typeURL, "https" + strings.TrimPrefix(c.found[n].Value, "http")}]
		if drop[n] = known; known {
			c.merge(twin, c.found[n])
		}
	}
	kept, settled := c.found[:0], make([]bool, 0, len(c.found))
	for n, i := range c.found {
		if !drop[n] {
			kept, settled = append(kept, i), append(settled, c.isSettled(n))
		}
	}
	c.found, c.settled = kept, settled
}

// byDefault is the role of what nothing speaks for: what is ours is a target, and
// people defang what they want nobody to follow, which are hosts and links of the
// other side. Mail addresses are also hidden from collectors.
func (c *collector) byDefault(i Indicator, own bool) string {
	switch {
	case own, c.flaw && c.mayBeFlawed(i):
		return roleTarget
	case c.lure && i.Type == typeURL && !c.genuine[i.Value] && !reference(i.Value):
		return roleSource
	case !i.Defang || i.Derived == typeEmail:
		return roleUnknown
	}
	switch i.Type {
	case typeIPv4, typeIPv6, typeCIDR, typeDomain, typeURL:
		return roleSource
	}
	return roleUnknown
}

// mayBeFlawed tells what a report of a flaw can be about: a host or page that is
// no reference to what others wrote of such flaws.
func (c *collector) mayBeFlawed(i Indicator) bool {
	switch i.Type {
	case typeIPv4, typeIPv6:
		return !i.Defang
	case typeDomain:
		return !i.Defang && i.Derived == "" && !reference("//"+i.Value)
	case typeURL:
		return !i.Defang && !reference(i.Value)
	}
	return false
}

// reference tells a link to what everybody knows: references, providers, and where
// people put pictures and films for others to look at.
func reference(link string) bool {
	_, host, _ := strings.Cut(link, "//")
	host, _, _ = strings.Cut(host, "/")
	return benignDomain(host) || provider(host) || underAny(host, func(d string) bool { return references[d] })
}

// references are sites about flaws and their finders.
var references = map[string]bool{
	"owasp.org": true, "portswigger.net": true, "hackerone.com": true, "bugcrowd.com": true, "openbugbounty.org": true, "medium.com": true, "imgur.com": true, "youtu.be": true, "vimeo.com": true, "streamable.com": true,
	"cvedetails.com": true, "snyk.io": true, "rapid7.com": true, "tenable.com": true, "oast.fun": true, "oast.pro": true, "oast.site": true, "oast.live": true, "oast.me": true, "oast.online": true, "interact.sh": true, "burpcollaborator.net": true, "oastify.com": true, "webhook.site": true,
	"ssllabs.com": true, "securityheaders.com": true, "mxtoolbox.com": true, "letsencrypt.org": true, "securitytxt.org": true, "gist.github.com": true, "drive.google.com": true,
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if !word(s, prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
