package parser

import (
	"net/netip"
	"slices"
	"strings"

	"postern/parser/indicator"
	"postern/parser/mime"
)

// searchHeader lets the subject be searched: reports name their host there.
func (r *reading) searchHeader() {
	r.searched = append(r.searched, indicator.Text{Part: r.outer.Number, Body: r.report.Subject})
}

// searchRest lets the text of attached files, of the alternatives not shown and
// of attached mails be searched, while there is room.
func (r *reading) searchRest() {
	r.root.Walk(func(p *mime.Part) bool {
		if r.ctx.Err() != nil {
			return false
		}
		if p.Message() && !p.Leaf() {
			r.heads[len(r.searched)] = p.Children[0] // read once it is known who reports
			r.searched = append(r.searched, indicator.Text{Part: p.Children[0].Number, Attached: true})
		}
		if p.Leaf() && !r.shownParts[p] && searchable(p) {
			body, links := r.read(p)
			r.searched = append(r.searched, indicator.Text{Part: p.Number, Body: r.forSearch(body), URLs: links, Attached: p.Attached()})
		}
		return true
	})
}

// searchable tells a leaf whose words are worth a search.
func searchable(p *mime.Part) bool {
	switch p.Type {
	case "text/calendar", "text/vcard":
		return false
	case "message/feedback-report", "application/json", "application/xml", "application/yaml", "application/x-yaml":
		return true
	}
	if strings.HasPrefix(p.Type, "image/") {
		return false // SVG
	}
	return strings.HasPrefix(p.Type, "text/") || strings.HasSuffix(p.Type, "+json") || strings.HasSuffix(p.Type, "+xml")
}

// indicators searches all texts.
func (r *reading) indicators() {
	limit := r.env.Limits.Indicators
	found := indicator.Find(indicator.Input{
		Texts: r.toSearch(), Own: r.env.OwnPrefixes, OwnDomains: r.env.OwnDomains, OwnAddresses: r.env.OwnAddresses,
		Senders: r.senders(), Recipients: r.recipients(), Stated: r.statedValues(), Limit: limit,
		Lure: r.tellsOfLure(), Flaw: r.tellsOfFlaw(),
	})
	if len(found) >= limit {
		r.problems.Tell("too-many-indicators", "The mail names more things than are kept.")
	}
	if found != nil {
		r.report.Indicators = found
	}
}

// linkCategories are what is done with links that somebody is to follow.
var linkCategories = []string{"fraud/phishing", "fraud/masquerade", "malicious-code/malware-distribution"}

// tellsOfLure tells a report about links that somebody is to follow.
func (r *reading) tellsOfLure() bool {
	return r.report.Kind == "incident" && r.stated.Format == "" && slices.Contains(linkCategories, r.report.Category)
}

// flawCategories are of machines that nobody has attacked yet.
var flawCategories = []string{"vulnerable/vulnerable-system", "vulnerable/weak-crypto", "vulnerable/information-disclosure", "vulnerable/potentially-unwanted-accessible"}

// tellsOfFlaw tells a report about a flaw in something.
func (r *reading) tellsOfFlaw() bool {
	return r.report.Kind == "vulnerability" || r.report.Kind == "incident" && r.stated.Format == "" && slices.Contains(flawCategories, r.report.Category)
}

// toSearch are the texts without what stands in every mail of the sender.
func (r *reading) toSearch() []indicator.Text {
	texts := make([]indicator.Text, 0, len(r.searched))
	for n, t := range r.searched {
		if p := r.heads[n]; p != nil && !r.isPassedOn(p) {
			t.Body = r.originOf(p)
		}
		if !t.Attached {
			t.Body, t.URLs = withoutSignature(t.Body, t.URLs)
		}
		texts = append(texts, t)
	}
	return texts
}

// senders are the addresses of who writes.
func (r *reading) senders() []string {
	var all []string
	for _, list := range [][]mime.Address{r.report.From, r.report.ReplyTo, {{Address: r.report.Reporter.Address}}} {
		for _, a := range list {
			if a.Address != "" {
				all = append(all, strings.ToLower(a.Address))
			}
		}
	}
	return all
}

// recipients are the addresses the mail was sent to.
func (r *reading) recipients() []string {
	var all []string
	for _, list := range [][]mime.Address{r.report.To, r.report.Cc} {
		for _, a := range list[:min(len(list), maxRecipients)] {
			if a.Address != "" {
				all = append(all, strings.ToLower(a.Address))
			}
		}
	}
	return all
}

// maxRecipients is how many of them are looked at.
const maxRecipients = 200

// statedValues are what a structured report and the log lines of free text say,
// with the roles they give.
func (r *reading) statedValues() []indicator.Stated {
	all := make([]indicator.Stated, 0, len(r.logged)+len(r.stated.Named))
	part := r.statedPart()
	add := func(value, role string) { all = append(all, indicator.Stated{Value: value, Role: role, Part: part}) }
	for _, incident := range r.report.Incidents {
		for _, value := range incident.Sources {
			add(value, "source")
		}
		for _, value := range incident.Targets {
			add(value, "target")
		}
		for _, end := range incident.Endpoints {
			add(end.Address, end.Role)
		}
	}
	for _, named := range r.stated.Named {
		add(named.Value, named.Role)
	}
	for _, end := range r.logged {
		all = append(all, indicator.Stated{Value: end.Address, Role: end.Role, Part: part, Named: true})
	}
	return all
}

// attachedFields are the fields of an attached mail that name its origin.
var attachedFields = []string{"From", "Reply-To", "Return-Path", "Sender", "Subject", "X-Originating-Ip", "X-Sender-Ip", "X-Source-Ip", "X-Originating-Email"}

// maxFieldValues is how many values of one field of an attached mail are searched.
const maxFieldValues = 10

// originOf gives the fields of an attached mail that name its origin; none when it
// was sent to us and nobody calls it suspicious: who wrote it reported something.
func (r *reading) originOf(p *mime.Part) string {
	to, _ := p.Addresses("To")
	if slices.ContainsFunc(to, func(a mime.Address) bool { return r.isOwn(a.Address) }) && !r.callsSuspicious() {
		return ""
	}
	var b strings.Builder
	for _, field := range attachedFields {
		values := p.Fields(field)
		for _, value := range values[:min(len(values), maxFieldValues)] {
			b.WriteString(field + ": " + value + "\n")
		}
	}
	if origin := r.origin(p.Fields("Received")); origin != "" {
		b.WriteString("Received: " + origin + "\n")
	}
	return b.String()
}

// maxHops is how many servers a mail's way is followed back.
const maxHops = 30

// origin is the "from" clause of the first hop that is not one between the
// servers of the recipient: that server saw the address, what stands below it
// anybody may have written (RFC 5321 section 4.4).
func (r *reading) origin(received []string) string {
	for _, value := range received[:min(len(received), maxHops)] {
		from, by, found := strings.Cut(strings.Join(strings.Fields(value), " "), " by ")
		if !found || !strings.HasPrefix(from, "from ") {
			continue
		}
		address, ok := hopAddress(from)
		if !ok || address.IsPrivate() || address.IsLoopback() || address.IsLinkLocalUnicast() || r.ownAddress(address) || sameHouse(from, by) {
			continue
		}
		return from
	}
	return ""
}

// hopAddress is the address in brackets that the receiving server saw.
func hopAddress(from string) (netip.Addr, bool) {
	for part := range strings.FieldsFuncSeq(from, func(c rune) bool { return c == '[' || c == ']' || c == '(' || c == ')' || c == ' ' }) {
		part = strings.TrimPrefix(strings.TrimPrefix(part, "IPv6:"), "ipv6:")
		if a, err := netip.ParseAddr(part); err == nil {
			return a.Unmap(), true
		}
	}
	return netip.Addr{}, false
}

func (r *reading) ownAddress(a netip.Addr) bool {
	for _, own := range r.env.OwnPrefixes {
		if own.Contains(a) {
			return true
		}
	}
	return false
}

// sameHouse tells whether both servers of a hop call themselves by the same
// domain.
func sameHouse(from, by string) bool {
	to := indicator.Registrable(strings.TrimRight(firstWord(by), ";"))
	if to == "" {
		return false
	}
	for name := range strings.FieldsFuncSeq(from, func(c rune) bool { return c == '(' || c == ')' || c == ' ' }) {
		if indicator.Registrable(name) == to {
			return true
		}
	}
	return false
}

func firstWord(text string) string {
	word, _, _ := strings.Cut(text, " ")
	return word
}
