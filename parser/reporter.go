package parser

import (
	"cmp"
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
// person, group addresses hide one, staff hand on what others sent to us. Each
// needs evidence that our own side added; in doubt it is who stands in From.
func (r *reading) reporter() {
	for _, rule := range []func() (Reporter, string){r.byButton, r.byGroup, r.byForward} {
		found, why := rule()
		if found.Address != "" {
			if strings.EqualFold(found.Name, found.Address) {
				found.Name = ""
			}
			r.report.Reporter = found
			r.report.Why["reporter"] = why
			return
		}
	}
	r.report.Reporter = r.bySender()
	if by := r.resender(); by != "" {
		r.report.Why["reporter"] = "The mail was redirected to us by " + by + " (Resent-From); who wrote it stands in From."
	}
}

// resender is who redirected the mail as it came, "" when nobody did. The author
// stays who he is, and answers go to him (RFC 5322 section 3.6.6); the latest
// block of Resent fields stands first.
func (r *reading) resender() string {
	for _, field := range []string{"Resent-From", "Resent-Sender"} {
		list, _ := r.outer.Addresses(field)
		for _, address := range list {
			if address.Address != "" && len(address.Address) <= maxResender && !strings.EqualFold(address.Address, firstAddress(r.report.From)) {
				return address.Address
			}
		}
	}
	return ""
}

// maxResender is the longest address that is told, in bytes (RFC 5321 section 4.5.3.1).
const maxResender = 320

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

// byGroup finds the person behind a group address of ours, which puts itself
// into From.
func (r *reading) byGroup() (Reporter, string) {
	from := lowerFirst(r.report.From)
	switch {
	case r.ownList() && r.byOurs(from):
	case r.isOwn(from) && r.outer.Header.Has("Rt-Originator") && r.outer.Header.Has("Rt-Ticket"): // a queue of ours hands on
		found, ok := r.person("Rt-Originator")
		return reporterIf(ok, found, viaOriginalFrom), "The mail came through a queue of our own, which keeps the sender in RT-Originator."
	default:
		return Reporter{}, ""
	}
	if found, ok := r.person("X-Original-From"); ok && r.rewritten(from) {
		return reporterIf(ok, found, viaOriginalFrom), "The mail came through our own list, which keeps the sender in X-Original-From."
	}
	if !slices.Contains(r.env.OwnAddresses, from) && !r.isListAddress(from) {
		return Reporter{}, "" // the list leaves From as it is
	}
	for _, field := range []string{"Reply-To", "X-Original-Sender", "X-Mailfrom"} { // Google Groups, Mailman 3
		if found, ok := r.person(field); ok {
			return Reporter{found.Address, cmp.Or(found.Name, beforeVia(r.report.From)), viaReplyTo}, "The mail came through our own list, which keeps the sender in " + field + "."
		}
	}
	found, ok := r.namedInCc()
	return reporterIf(ok, found, viaReplyTo), "The mail came through our own list, which moved the sender to Cc."
}

func reporterIf(ok bool, found mime.Address, via string) Reporter {
	if !ok {
		return Reporter{}
	}
	return Reporter{found.Address, found.Name, via}
}

// rewritten tells that a list put something of its own into From.
func (r *reading) rewritten(from string) bool {
	return r.isOwn(from) || r.isListAddress(from) || beforeVia(r.report.From) != ""
}

// via is what lists put between the name of a sender and their own, in the
// languages that Mailman and Google Groups speak.
var via = regexp.MustCompile(`(?i)^(.+?) (?:via|über|par l'intermédiaire de|por medio de|tramite|przez|через) .+$`)

// beforeVia is the name of the person in "'Ana Example' via Security".
func beforeVia(from []mime.Address) string {
	if len(from) != 1 || len(from[0].Name) > 300 {
		return ""
	}
	match := via.FindStringSubmatch(from[0].Name)
	if match == nil {
		return ""
	}
	return strings.Trim(match[1], `'" `)
}

// namedInCc finds the sender that Mailman moved to Cc: the one whose name stands
// in From before "via".
func (r *reading) namedInCc() (mime.Address, bool) {
	name := beforeVia(r.report.From)
	for _, address := range r.report.Cc {
		if name != "" && strings.EqualFold(address.Name, name) && address.Address != "" && !r.isOwn(address.Address) {
			return address, true
		}
	}
	return mime.Address{}, false
}

// byOurs tells whether an address can be that of a group of ours. Anybody can
// write our List-Id; a sender elsewhere stands for himself and hides nobody,
// and what his domain vouches for is not said of whom he names.
func (r *reading) byOurs(from string) bool {
	return r.isOwn(from) || r.ownPerson(from) || r.isListAddress(from)
}

// isListAddress tells the address that belongs to the List-Id.
func (r *reading) isListAddress(from string) bool {
	return from != "" && strings.Replace(from, "@", ".", 1) == r.listID()
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
// person and not to us, or comes with a word about it: there the one who forwards is
// the reporter, and the sender inside is the suspect.
func (r *reading) byForward() (Reporter, string) {
	from := lowerFirst(r.report.From)
	switch inner := r.inside.from; {
	case len(r.report.From) != 1, !r.ownPerson(from), strings.EqualFold(r.report.Authentication.DMARC, "fail"):
	case inner.Address == "", r.isOwn(inner.Address), strings.EqualFold(inner.Address, from), isRobot(inner.Address):
	case !r.sentToUs(from), !r.isOwn(from) && (r.byAddIn() || r.callsSuspicious()):
	default:
		return Reporter{inner.Address, inner.Name, viaForward}, "One of our own people handed on a mail that was sent to us."
	}
	return Reporter{}, ""
}

// sentToUs tells whether the forwarded mail was sent to a reporting address of
// ours and not to the one who forwards it.
func (r *reading) sentToUs(from string) bool {
	ours := false
	for _, to := range r.inside.to {
		if r.isOwn(to.Address) {
			ours = true
		} else if strings.EqualFold(to.Address, from) {
			return false
		}
	}
	return ours
}

// isRobot tells an address that nobody reads.
func isRobot(address string) bool {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	local = strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	return strings.HasPrefix(local, "noreply") || strings.HasPrefix(local, "donotreply") || local == "mailerdaemon" || local == "postmaster"
}

// suspicions are words by which people call a mail they got what it is. A
// language is added by adding its words.
var suspicions = []string{
	"phish", "spam", "scam", "suspicious", "suspect", "fraud", "fake", "malware", "virus", "hoax", "is this real", "is this legit", "genuine", "spoof",
	"verdächtig", "verdaechtig", "betrug", "betrüg", "gefälscht", "fälschung", "bösartig", "ist das echt", "hameçonnage", "frauduleu", "douteu", "arnaque", "suspecte",
	"suplantación", "sospechos", "fraude", "estafa", "truffa", "sospett", "suspeit", "golpe", "verdacht", "oplicht", "nepmail", "valse mail",
	"podejrzan", "oszust", "wyłudz", "подозрител", "мошен", "фишинг", "不審", "詐欺", "迷惑メール", "钓鱼", "釣魚", "可疑", "诈骗", "垃圾邮件",
}

// maxOwnWords is how many bytes of the words above a forwarded mail are looked at.
const maxOwnWords = 4 << 10

// callsSuspicious tells whether the one who forwards says that the mail inside
// is bad. Its own subject is repeated in that of the forward and says nothing.
func (r *reading) callsSuspicious() bool {
	subject := strings.Replace(strings.ToLower(r.report.Subject), strings.ToLower(r.report.Forwarded.Subject), "", 1)
	lead := r.inside.lead
	words := subject + "\n" + strings.ToLower(strings.ToValidUTF8(lead[:min(len(lead), maxOwnWords)], ""))
	return slices.ContainsFunc(suspicions, func(word string) bool { return strings.Contains(words, word) })
}

func (r *reading) ownPerson(address string) bool {
	domain := domainOf(address)
	return domain != "" && slices.ContainsFunc(r.env.OwnDomains, func(own string) bool {
		own = strings.ToLower(own)
		return domain == own || strings.HasSuffix(domain, "."+own)
	})
}

func (r *reading) isOwn(address string) bool {
	return slices.Contains(r.env.OwnAddresses, strings.ToLower(address))
}

// person is the first address in a field that is neither ours nor the sender's.
func (r *reading) person(field string) (mime.Address, bool) {
	list, _ := r.outer.Addresses(field)
	for _, address := range list {
		if r.other(address) {
			return address, true
		}
	}
	return mime.Address{}, false
}

// other tells an address that is neither ours nor the sender's.
func (r *reading) other(address mime.Address) bool {
	lower := strings.ToLower(address.Address)
	return lower != "" && !r.isOwn(lower) && lower != lowerFirst(r.report.From)
}

func lowerFirst(list []mime.Address) string { return strings.ToLower(firstAddress(list)) }
