package parser

import (
	"regexp"
	"slices"
	"strings"

	"postern/parser/mime"
)

// How we know who reports.
const (
	viaFrom         = "from"
	viaOriginalFrom = "x-original-from"
	viaReplyTo      = "reply-to"
	viaButton       = "report-button"
	viaForward      = "forward"
)

// reporter tells who reports from who stands in From: report buttons send for a
// person, group addresses hide one, staff hand on what others sent to us.
func (r *reading) reporter() {
	for _, rule := range []func() (Reporter, string){r.byButton, r.byGroup, r.byForward} {
		found, why := rule()
		if found.Address != "" {
			r.report.Reporter = found
			r.report.Why["reporter"] = why
			return
		}
	}
	r.report.Reporter = r.bySender()
}

// bySender takes From, and what comes nearest when it is missing.
func (r *reading) bySender() Reporter {
	for _, list := range [][]mime.Address{r.report.From, r.addresses("Sender"), r.report.ReplyTo, r.addresses("Return-Path")} {
		for _, address := range list {
			if address.Address != "" {
				return Reporter{Address: address.Address, Name: address.Name, Via: viaFrom}
			}
		}
	}
	return Reporter{Via: viaFrom}
}

// byButton reads the mail of a report-button add-in: the suspicious mail is
// attached and the person named in a header or a line of the body.
func (r *reading) byButton() (Reporter, string) {
	if !slices.Contains(r.env.ReportButtons, lowerFirst(r.report.From)) || r.firstAttached() == nil {
		return Reporter{}, ""
	}
	for _, field := range buttonFields {
		if found, ok := r.person(field); ok {
			return Reporter{found.Address, found.Name, viaButton}, "The mail came from a report button, which names the person in " + field + "."
		}
	}
	for line := range strings.Lines(r.report.Text) {
		if found, ok := namedReporter(line); ok {
			return Reporter{found.Address, found.Name, viaButton}, "The mail came from a report button, which names the person in its text."
		}
	}
	return Reporter{}, ""
}

// buttonFields are where report buttons name the person.
var buttonFields = []string{"X-Reporter", "X-Reported-By", "X-Reporter-Email", "X-Original-Sender", "X-Phish-Reporter", "X-Originating-Email", "Reply-To"}

// reportedBy is the line in which report buttons name the person. A language is
// added by adding its words.
var reportedBy = regexp.MustCompile(`(?i)^[\s>*-]*(?:reported by|reporter|reporting user|submitted by|gemeldet von|melder|meldende person|signalé par|informado por|reportado por|segnalato da)\s*[:=]\s*(.{3,300})$`)

func namedReporter(line string) (mime.Address, bool) {
	match := reportedBy.FindStringSubmatch(strings.TrimSpace(line))
	if match == nil {
		return mime.Address{}, false
	}
	return mime.ParseAddress(match[1])
}

// byGroup finds the person behind a group address of ours, which puts itself
// into From.
func (r *reading) byGroup() (Reporter, string) {
	if !r.ownList() || !r.byOurs(lowerFirst(r.report.From)) {
		return Reporter{}, ""
	}
	if found, ok := r.person("X-Original-From"); ok {
		return Reporter{found.Address, found.Name, viaOriginalFrom}, "The mail came through our own list, which keeps the sender in X-Original-From."
	}
	if !slices.Contains(r.env.OwnAddresses, lowerFirst(r.report.From)) {
		return Reporter{}, "" // the list leaves From as it is
	}
	if found, ok := r.person("Reply-To"); ok {
		return Reporter{found.Address, found.Name, viaReplyTo}, "The mail came through our own list, which keeps the sender in Reply-To."
	}
	return Reporter{}, ""
}

// byOurs tells whether an address can be that of a group of ours. Anybody can
// write our List-Id; a sender elsewhere stands for himself and hides nobody,
// and what his domain vouches for is not said of whom he names.
func (r *reading) byOurs(from string) bool {
	return r.isOwn(from) || r.ownPerson(from) || from != "" && strings.Replace(from, "@", ".", 1) == r.listID()
}

// listID is the name in List-Id (RFC 2919), in small letters.
func (r *reading) listID() string {
	id := r.outer.Field("List-Id")
	if open := strings.LastIndexByte(id, '<'); open >= 0 {
		id, _, _ = strings.Cut(id[open+1:], ">")
	}
	return strings.ToLower(strings.TrimSpace(id))
}

// ownList tells whether the mail came through a list of ours.
func (r *reading) ownList() bool {
	id := r.listID()
	return id != "" && slices.ContainsFunc(r.env.OwnLists, func(own string) bool {
		return strings.ToLower(strings.Trim(own, "<> ")) == id
	})
}

// byForward finds the reporter behind a member of staff who hands on a mail
// that was sent to us. A suspicious mail that somebody forwards was sent to that
// person and not to us: there the one who forwards is the reporter.
func (r *reading) byForward() (Reporter, string) {
	inner := r.report.Forwarded
	if !r.ownPerson(lowerFirst(r.report.From)) || !r.namesUs(inner.To) {
		return Reporter{}, ""
	}
	found, ok := mime.ParseAddress(inner.From)
	if !ok || r.isOwn(found.Address) {
		return Reporter{}, ""
	}
	return Reporter{found.Address, found.Name, viaForward}, "One of our own people handed on a mail that was sent to us."
}

func (r *reading) ownPerson(address string) bool {
	domain := domainOf(address)
	return domain != "" && slices.ContainsFunc(r.env.OwnDomains, func(own string) bool {
		own = strings.ToLower(own)
		return domain == own || strings.HasSuffix(domain, "."+own)
	})
}

func (r *reading) namesUs(to string) bool {
	to = strings.ToLower(to)
	return to != "" && slices.ContainsFunc(r.env.OwnAddresses, func(own string) bool { return strings.Contains(to, own) })
}

func (r *reading) isOwn(address string) bool {
	return slices.Contains(r.env.OwnAddresses, strings.ToLower(address))
}

// person is the first address in a field that is neither ours nor the sender's.
func (r *reading) person(field string) (mime.Address, bool) {
	list, _ := r.outer.Addresses(field)
	for _, address := range list {
		lower := strings.ToLower(address.Address)
		if lower != "" && !r.isOwn(lower) && lower != lowerFirst(r.report.From) {
			return address, true
		}
	}
	return mime.Address{}, false
}

func lowerFirst(list []mime.Address) string { return strings.ToLower(firstAddress(list)) }
