package parser

import (
	"regexp"
	"slices"
	"strings"

	"postern/parser/automatic"
	"postern/parser/meaning"
	"postern/parser/text"
)

// What a suggestion says when nothing speaks for anything else.
const (
	undetermined    = meaning.Undetermined
	severityDefault = "medium"
)

// suggest proposes kind, category, severity and TLP, each with its reason. The
// reasons never quote the mail: it may have come encrypted.
func (r *reading) suggest() {
	words := r.words()
	r.suggestCategory(words)
	r.suggestKind(words)
	r.suggestSeverity(words)
	if label, where := r.findTLP(); label != "" {
		r.report.TLP = label
		r.report.Why["tlp"] = "TLP:" + label + ": " + where + "."
	}
}

// fewWords is how many words of their own people write at most when they hand on
// a mail that speaks for itself.
const fewWords = 10

func (r *reading) few() bool {
	words := 0
	for range strings.FieldsSeq(r.prose) {
		if words++; words == fewWords {
			return false
		}
	}
	return true
}

// words weighs the subject and the sender's own words, or what the mail forwards
// when it has hardly any of its own.
func (r *reading) words() meaning.Words {
	if !r.few() {
		return meaning.Read(text.Untagged(r.report.Subject), r.prose)
	}
	words := meaning.Read(text.Untagged(r.report.Subject), text.Unwarned(r.report.Text)+" "+r.report.Forwarded.Subject)
	for _, t := range r.searched {
		if t.Attached {
			words.Add(t.Body)
		}
	}
	return words
}

// suggestCategory takes the format's word, else what most words speak for.
func (r *reading) suggestCategory(words meaning.Words) {
	category, why, weight := words.Category()
	switch {
	case r.stated.Category != "":
		category, why = r.stated.Category, "The structured report states it."
	case r.onlyHandsOn():
		category, why = handedOnCategory(words)
	case weight == 0 && r.sweep():
		category, why = "information-gathering/scanner", "Log lines show one source at many doors."
	}
	r.report.Category, r.report.Why["category"] = category, why
}

// onlyHandsOn tells a mail that only hands on another one.
func (r *reading) onlyHandsOn() bool {
	return r.few() && r.report.Forwarded.From != "" && r.stated.Format == "" && !r.report.Automatic.Is
}

// handedOnCategories are what mails are that people hand on without a word. What
// such a mail says itself ("your computer is infected") is not to be believed.
var handedOnCategories = []string{"fraud/phishing", "fraud/masquerade", "malicious-code/malware-distribution", "abusive-content/spam", "fraud/copyright", "test/test"}

func handedOnCategory(words meaning.Words) (category, why string) {
	best, most := "", 0
	for _, name := range handedOnCategories {
		if n := words.Of(name); n > most && words.Says(name) {
			best, most = name, n
		}
	}
	switch {
	case best != "":
		return best, meaning.Reason(best)
	case words.Says(meaning.KindAdvertising):
		return "abusive-content/spam", "A mail was handed on that reads like advertising."
	}
	return "fraud/phishing", "A mail was handed on with hardly a word, as people do with what looks like phishing."
}

// How many targets or ports of one source make a scan.
const manyDoors = 5

// sweep tells whether the log lines show one source at many targets or ports.
func (r *reading) sweep() bool {
	type door struct {
		address string
		port    int
	}
	doors, sources := map[door]bool{}, map[string]bool{}
	for _, end := range r.logged {
		switch end.Role {
		case "target":
			doors[door{end.Address, end.Port}] = true
		case "source":
			sources[end.Address] = true
		}
	}
	return len(doors) >= manyDoors && len(sources) > 0 && len(doors) >= manyDoors*len(sources)
}

// suggestKind tells incidents from everything else that comes to a team's address.
func (r *reading) suggestKind(words meaning.Words) {
	kind, why := r.kind(words)
	r.report.Kind = kind
	r.report.Why["kind"] = why
}

// What an advisory has that asks something in few words: one strong phrase in
// the subject, or more than one in the text.
const (
	advisoryLeast = 5
	shortAsking   = 400 // bytes
)

// asking are the words with which people ask for something.
var asking = regexp.MustCompile(`(?i)\?|\b(?:please|bitte|merci de|s'il vous plaît|por favor|per favore|alsjeblieft|graag|proszę)\b|пожалуйста|прошу|ください|お願い|请|請`)

// advises tells an advisory, which nobody answers, from a short mail that asks
// for one: "please put us on the list for your security bulletin".
func (r *reading) advises(words meaning.Words) bool {
	if !words.Says(meaning.KindAdvisory) {
		return false
	}
	own := r.report.NewText
	return words.Of(meaning.KindAdvisory) >= advisoryLeast || len(own) > shortAsking || !asking.MatchString(own) || strings.Contains(own, "CVE-")
}

// kind goes by words, but what a person hands on is never an advisory, which
// nobody answers: the words may be those of a mail made to keep its victims'
// reports quiet.
func (r *reading) kind(words meaning.Words) (kind, why string) {
	structured := r.stated.Format != ""
	advisory, finder := words.Of(meaning.KindAdvisory), words.Of(meaning.KindVulnerability)
	switch {
	case notAReport(r.report.Automatic) && !structured:
		if r.report.Automatic.Kind == "list" && words.Says(meaning.KindAdvisory) {
			return "advisory", "It came by a mailing list and reads like an advisory."
		}
		return "not-a-report", "It reports nothing to us: " + r.report.Automatic.Reason
	case r.report.Automatic.Statistic && !structured:
		return "not-a-report", "It counts mail in our name and reports no incident: " + r.report.Automatic.Reason
	case r.stated.Kind != "":
		return r.stated.Kind, "The structured report says so."
	case structured:
		return "incident", "It is a structured report."
	case words.Says(meaning.KindRequest) && words.Of(meaning.KindRequest) >= words.Of(r.report.Category):
		return "request", meaning.Reason(meaning.KindRequest)
	case r.advertising(words):
		return "not-a-report", meaning.Reason(meaning.KindAdvertising)
	case r.advises(words) && advisory >= finder && len(r.logged) == 0 && r.report.Forwarded.From == "":
		return "advisory", meaning.Reason(meaning.KindAdvisory)
	case finder > 2 && finder >= words.Of("intrusions/system-compromise") && finder >= words.Of("intrusion-attempts/ids-alert"):
		return "vulnerability", meaning.Reason(meaning.KindVulnerability)
	}
	return "incident", "Nothing speaks for anything else."
}

// notAReport tells automatic mail that reports nothing, and what people write to
// a mailing list of others.
func notAReport(v automatic.Verdict) bool {
	return v.Is && v.Kind != "machine-report" || v.Kind == "list"
}

// What makes a mail advertising: words alone, or fewer that a filter confirms.
const (
	advertisingAlone  = 8
	advertisingMarked = 4
)

// advertising tells spam sent to us from reports: nothing else may speak, and our
// own people report. Nobody encrypts advertising, and of what cannot be opened the
// subject alone must not say that it is no report.
func (r *reading) advertising(words meaning.Words) bool {
	n := words.Of(meaning.KindAdvertising)
	if n < advertisingMarked || r.report.Crypto.Encrypted || r.report.Category != undetermined || len(r.logged) > 0 ||
		r.report.Forwarded.From != "" || len(r.report.InReplyTo) > 0 || r.ownPerson(lowerFirst(r.report.From)) {
		return false
	}
	return n >= advertisingAlone || strings.EqualFold(r.outer.Field("X-Spam-Flag"), "yes")
}

// highCategories are of servers and accounts that many depend on; lowCategories
// are attempts without effect, nuisances and what is only told.
var (
	highCategories = []string{"intrusions/privileged-account-compromise"}
	// lureCategories do no harm to who does not take what is held out.
	lureCategories = []string{"fraud/phishing", "fraud/masquerade", "malicious-code/malware-distribution", "information-gathering/social-engineering"}
	lowCategories  = []string{
		"information-gathering/scanner", "abusive-content/spam", "intrusion-attempts/brute-force", "intrusion-attempts/ids-alert", "intrusion-attempts/exploit",
		"fraud/copyright", "vulnerable/ddos-amplifier", "vulnerable/potentially-unwanted-accessible", "vulnerable/weak-crypto", "test/test",
	}
)

// severities are the steps a program may suggest: critical is a person's word.
var severities = []string{"low", "medium", "high"}

// suggestSeverity judges by impact, never by how urgent the mail calls itself.
func (r *reading) suggestSeverity(words meaning.Words) {
	if r.report.Kind == "not-a-report" || r.report.Kind == "advisory" {
		r.report.Severity, r.report.Why["severity"] = "low", "It reports no incident."
		return
	}
	step, why := r.impact(words)
	for _, up := range []string{meaning.ImpactOngoing, meaning.ImpactSpreading, meaning.ImpactPersonal} {
		if words.Says(up) && step < len(severities)-1 && r.report.Kind == "incident" {
			step, why = step+1, why+" One step up: "+meaning.Reason(up)
			break
		}
	}
	for _, down := range []string{meaning.ImpactTest, meaning.ImpactContained} {
		if words.Says(down) && step > 0 {
			step, why = step-1, why+" One step down: "+meaning.Reason(down)
			break
		}
	}
	r.report.Severity, r.report.Why["severity"] = severities[step], why
}

// impact is where the steps begin.
func (r *reading) impact(words meaning.Words) (step int, why string) {
	switch {
	case words.Says(meaning.ImpactSeveral):
		return 2, meaning.Reason(meaning.ImpactSeveral)
	case slices.Contains(lowCategories, r.report.Category):
		return 0, "What is reported is an attempt or a nuisance without known effect."
	case words.Says(meaning.ImpactUnharmed) && slices.Contains(lureCategories, r.report.Category):
		return 0, "What is reported is an attempt without effect: " + meaning.Reason(meaning.ImpactUnharmed)
	case words.Says(meaning.ImpactSevere) && r.report.Kind == "incident":
		return 2, meaning.Reason(meaning.ImpactSevere)
	case r.report.Category == "intrusions/system-compromise" && words.Says(meaning.ImpactServer):
		return 2, meaning.Reason(meaning.ImpactServer)
	case slices.Contains(highCategories, r.report.Category):
		return 2, "An account with many rights is in other hands."
	}
	return 1, "Nothing speaks for more or less."
}
