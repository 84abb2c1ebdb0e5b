package smime

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"postern/parser/mime"
)

// speak puts the findings in words, when the whole mail is open. A mail may
// name several senders, in one field or two, outside and protected inside (RFC
// 9788): a certificate has to name them all.
func (o *opening) speak(given *mime.Part) {
	senders := append([]string{o.from}, given.Senders()...)
	if holder := protecting(o.opened.Root); o.opened.Root != given && holder != nil {
		senders = append(senders, holder.Senders()...)
	}
	for _, f := range o.findings {
		o.opened.Signatures = append(o.opened.Signatures, f.signature(senders))
	}
}

// protecting is the part whose header protects the sender: the outermost one that
// names one and is all of the mail; nil when there is none.
func protecting(p *mime.Part) *mime.Part {
	for !p.Header.Has("From") {
		if p.Leaf() || p.Message() || p.Type != "multipart/signed" && len(p.Children) != 1 {
			return nil
		}
		p = p.Children[0]
	}
	return p
}

// other is the first sender that the certificate does not name; ok is false when
// it names them all.
func (f finding) other(senders []string) (sender string, ok bool) {
	named := addresses(f.certificate)
	i := slices.IndexFunc(senders, func(s string) bool { return !slices.Contains(named, s) })
	if i < 0 {
		return "", false
	}
	return senders[i], true
}

// signature puts a finding in the words of the contract.
func (f finding) signature(senders []string) Signature {
	s := Signature{Verdict: f.verdict, Tier: "unknown", Covers: f.at.covers()}
	stranger := ""
	if !f.made.IsZero() {
		s.Made = f.made.UTC().Format(time.RFC3339)
	}
	if f.certificate != nil {
		s.Key, s.Signer = fingerprint(f.certificate), f.name()
		other, differs := f.other(senders)
		s.FromMatch, stranger = !f.at.attached && !differs, other
	}
	if f.expired {
		s.KeyState = "expired"
	}
	if f.verdict == verdictGood {
		s.Tier = "known"
	}
	s.Sentence = f.sentence(stranger, s.FromMatch)
	return s
}

// sentence says the whole verdict in one go.
func (f finding) sentence(from string, match bool) string {
	switch f.verdict {
	case verdictGood:
		return "Good S/MIME signature by " + f.name() + f.when() + ", " + f.reach(from, match) + f.remark()
	case verdictWeak:
		return "Weak S/MIME signature" + f.by() + ": " + f.cause + ", so it proves nothing for certain."
	case verdictBad:
		return "Bad S/MIME signature" + f.naming() + ": " + f.cause + "."
	}
	return "S/MIME signature" + f.naming() + ": " + f.cause + ", so it proves nothing."
}

func (f finding) by() string {
	if f.certificate == nil {
		return ""
	}
	return " by " + f.name()
}

// naming says whom a signature names without lending it the name.
func (f finding) naming() string {
	if f.certificate == nil {
		return ""
	}
	return " that names " + f.name()
}

// name is the signer as the certificate has it: a name and an address.
func (f finding) name() string {
	name := plain(f.certificate.Subject.CommonName)
	list := addresses(f.certificate)
	switch {
	case len(list) == 0 && name == "":
		return "a certificate without a name"
	case len(list) == 0 || strings.EqualFold(name, list[0]):
		return name
	case name == "":
		return plain(list[0])
	}
	return name + " <" + plain(list[0]) + ">"
}

func (f finding) when() string {
	if f.made.IsZero() {
		return ""
	}
	return ", made " + f.made.UTC().Format("2006-01-02 15:04") + " UTC"
}

// reach says what a good signature covers and whether it is the sender's; from is
// a sender that it does not name.
func (f finding) reach(from string, match bool) string {
	covers := "covers only a part of the mail"
	switch {
	case f.at.attached:
		return "covers something in a mail attached to this one and says nothing about who sent this one."
	case f.at.whole:
		covers = "covers the whole mail"
	}
	switch {
	case match:
		return covers + " and matches the sender."
	case from == "":
		return covers + "; the mail names no sender to compare it with."
	}
	return fmt.Sprintf("%s, but is not by the sender %s.", covers, plain(from))
}

func (f finding) remark() string {
	if !f.expired {
		return ""
	}
	return " The certificate has expired since, on " + f.certificate.NotAfter.UTC().Format("2006-01-02") + "."
}

// maxName is how much of a name that a stranger chose is shown.
const maxName = 100

// plain makes one short line of a name that a stranger chose.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "\uFFFD"))
	if runes := []rune(strings.TrimSpace(name)); len(runes) > maxName {
		return string(runes[:maxName]) + "…"
	}
	return strings.TrimSpace(name)
}
