package automatic

import (
	"slices"
	"strings"
)

// throughList knows mailing lists (RFC 2919, RFC 2369). What people write to a
// list of others is theirs and is not to be answered; what is sent to everybody
// by nobody is bulk. A list of ours is a reporting address of ours and says
// nothing about who wrote.
func throughList(in Input) (Verdict, bool) {
	sign := listSign(in)
	switch {
	case sign != "" && massMail(in):
		return automatic(kindBulk, sign+" and the marks of a mass mailing")
	case sign != "" && robot(localPart(in.Header.Get("From"))):
		return automatic(kindList, sign+" and a sender that is a program")
	case sign != "" && namesUs(in):
		return person("", sign+": a mail that went to a list and to us")
	case sign != "":
		return person(kindList, sign+": a mail to a mailing list")
	case senderSign(in) && namesUs(in):
		return person("", "Precedence: list and a sender that is not the author: a mail that went to a list and to us")
	case senderSign(in):
		return person(kindList, "Precedence: list and a sender that is not the author: a mail to a mailing list")
	case ownList(in):
		return unknown()
	}
	for _, name := range [...]string{"List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Subscribe", "List-Owner"} {
		if v := value(in.Header, name); v != "" && !leavesOurs(in, v) {
			if aboutOurs(in) || !massMail(in) && singular(in.Text) && reports(in.Text) {
				return person("", name+": "+v+", and a person's words about a host")
			}
			return automatic(unsubscribable(in), name+": "+v)
		}
	}
	return unknown()
}

// leavesOurs tells the way out of a group of ours (csirt+unsubscribe@): groups of
// Microsoft and Google offer it to their own people.
func leavesOurs(in Input, way string) bool {
	way = strings.Trim(strings.TrimPrefix(strings.Trim(way, "<> "), "mailto:"), "<> ")
	way, _, _ = strings.Cut(way, "?")
	local, domain, found := strings.Cut(way, "@")
	if !found {
		return false
	}
	for _, ending := range [...]string{"+unsubscribe", "-unsubscribe", "+leave", "-leave", "+owner", "-owner", "+owners", "+help", "-help", "+subscribe", "-subscribe", ""} {
		if base, has := strings.CutSuffix(local, ending); has {
			return slices.Contains(in.OwnAddresses, base+"@"+domain)
		}
	}
	return false
}

// ownGroup tells whether the mail came through a group of ours that can be left.
func ownGroup(in Input) bool {
	way := value(in.Header, "List-Unsubscribe")
	return way != "" && leavesOurs(in, way)
}

// unsubscribable tells what a mail is that can be left like a list and is none:
// some complaint services offer it too, and state addresses.
func unsubscribable(in Input) string {
	if !massMail(in) && address4.MatchString(head(in.Text)) && reports(in.Text) {
		return kindMachine
	}
	return kindBulk
}

// listSign names the field by which a mail belongs to a list of others, "" when none does.
func listSign(in Input) string {
	for _, name := range [...]string{"List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-Beenthere", "X-Listname", "X-Mailman-Version", "X-Sympa-To", "X-Ml-Name", "X-Google-Group-Id", "List-Archive"} {
		for _, v := range values(in.Header, name) {
			if v != "" && !isOwnList(in, v) && !(name != "List-Id" && ownList(in)) {
				return name + ": " + v
			}
		}
	}
	return ownerSign(in)
}

// ownerSign knows the lists of old that have no field of their own: the sender
// is the list's owner, and Precedence says that it is one.
func ownerSign(in Input) string {
	if p := value(in.Header, "Precedence"); p != "bulk" && p != "list" || ownList(in) {
		return ""
	}
	for _, name := range [...]string{"Sender", "Return-Path"} {
		if local := localPart(in.Header.Get(name)); managed(local) && local != localPart(in.Header.Get("From")) {
			return name + ": " + address(in.Header.Get(name))
		}
	}
	return ""
}

// senderSign knows LISTSERV, which names a list as the sender and gives it no
// identifier. Newsletters have no other sender than their author.
func senderSign(in Input) bool {
	sender := address(in.Header.Get("Sender"))
	return value(in.Header, "Precedence") == "list" && in.Header.Has("List-Owner") && !ownList(in) && !massMail(in) &&
		sender != "" && sender != address(in.Header.Get("From"))
}

// massMail knows what newsletters are sent with: one click to leave them (RFC
// 8058), the marks of mailing services, or a list nobody may write to (RFC 2369
// section 3.4).
func massMail(in Input) bool {
	if value(in.Header, "List-Post") == "no" {
		return true
	}
	writable := value(in.Header, "List-Post") != "" || in.Header.Has("X-Beenthere") || in.Header.Has("Mailing-List") || in.Header.Has("X-Mailman-Version") || in.Header.Has("X-Google-Group-Id")
	if writable {
		return false
	}
	for _, name := range [...]string{"List-Unsubscribe-Post", "X-Campaign", "X-Campaign-Id", "X-Campaignid", "X-Mc-User", "X-Csa-Complaints", "X-Mailing-Id", "X-Sfmc-Stack", "X-Mailgun-Tag", "X-Newsletter", "X-Feedback-Id"} {
		if in.Header.Has(name) {
			return true
		}
	}
	return in.Header.Has("Feedback-Id") && in.Header.Has("List-Unsubscribe")
}

// namesUs tells whether one of our addresses stands in To or Cc.
func namesUs(in Input) bool {
	for _, name := range [...]string{"To", "Cc"} {
		for _, v := range values(in.Header, name) {
			for _, own := range in.OwnAddresses {
				if own != "" && strings.Contains(v, strings.ToLower(own)) {
					return true
				}
			}
		}
	}
	return false
}

// listAdmin knows what list managers write by themselves: moderation,
// subscriptions, digests (Mailman, Sympa, Majordomo, LISTSERV, ezmlm).
func listAdmin(in Input) (Verdict, bool) {
	from := localPart(in.Header.Get("From"))
	switch {
	case value(in.Header, "X-List-Administrivia") == "yes":
		return automatic(kindList, "X-List-Administrivia: yes")
	case manager(from):
		return automatic(kindList, "the sender "+from+" is a list manager")
	case managed(from) && (containsAny(strings.ToLower(in.Subject), adminSubjects) || value(in.Header, "Precedence") != "" || in.Header.Has("X-Mailman-Version")) && !passedOn(in.Subject):
		return automatic(kindList, "the sender "+from+" is the address of a list manager")
	}
	return unknown()
}

func manager(local string) bool {
	switch local {
	case "majordomo", "listserv", "sympa", "mailman", "ezmlm", "listproc", "mlmmj", "listar", "ecartis", "mailman-loop":
		return true
	}
	return false
}

// managed tells the addresses that a list has beside its own.
func managed(local string) bool {
	for _, ending := range [...]string{"-request", "-owner", "-confirm", "-bounces", "-bounce", "-admin", "-help", "-subscribe", "-unsubscribe", "-editor"} {
		if strings.HasSuffix(local, ending) {
			return true
		}
	}
	return strings.HasPrefix(local, "owner-")
}

var adminSubjects = []string{"subscri", "moderat", "confirm", "digest", "majordomo results", "welcome to", "waiting for", "requires approval", "post by non-member", "your message to", "auto-discard", "anmeld", "abonn", "bestätig", "distribute", "membership"}

// precedence reads the header that RFC 2076 calls non-standard and everybody
// uses. Our own lists set it too. A program's report that calls itself bulk is
// a report.
func precedence(in Input) (Verdict, bool) {
	if ownList(in) {
		return unknown()
	}
	for _, name := range [...]string{"Precedence", "X-Precedence"} {
		switch v := value(in.Header, name); v {
		case "bulk", "junk":
			if value(in.Header, "Auto-Submitted") == "no" {
				return person("", name+": "+v+", and a person's by Auto-Submitted: no")
			}
			return automatic(bulkKind(in), name+": "+v)
		case "list":
			if reports(in.Text) { // complaint services call themselves so
				return automatic(kindMachine, name+": "+v+", of no list, and the words of a report")
			}
			return person(kindList, name+": "+v)
		}
	}
	return unknown()
}

// bulkKind tells what a mail is that says only that it is sent in bulk.
func bulkKind(in Input) string {
	switch {
	case autoReplySubject(in.Subject) || absence(in.Text) && (answers(in) || !reports(in.Text)) || acknowledges(in) && !reports(in.Text) && !carries(in):
		return kindAutoReply
	case reports(in.Text) || carries(in) || robotSubject.MatchString(strings.TrimSpace(in.Subject)):
		return kindMachine
	case answers(in):
		return kindAutoReply
	}
	return kindBulk
}

// ownList tells whether the mail came through a list of ours.
func ownList(in Input) bool {
	for _, v := range values(in.Header, "List-Id") {
		if isOwnList(in, v) {
			return true
		}
	}
	return false
}

// isOwnList compares the identifier of a list, or its address, with ours:
// security@example.org is the list security.example.org.
func isOwnList(in Input, v string) bool {
	if open := strings.LastIndexByte(v, '<'); open >= 0 {
		v, _, _ = strings.Cut(v[open+1:], ">")
	}
	v = strings.TrimPrefix(strings.TrimSpace(v), "mailto:")
	v, _, _ = strings.Cut(v, "?")
	for _, own := range in.OwnLists {
		own = strings.ToLower(strings.Trim(own, "<> "))
		if own != "" && (v == own || strings.Replace(v, "@", ".", 1) == strings.Replace(own, "@", ".", 1)) {
			return true
		}
	}
	return false
}
