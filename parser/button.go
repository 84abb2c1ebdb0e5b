package parser

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"

	"postern/parser/mime"
)

// byButton reads the mail of a report-button add-in: the suspicious mail is
// attached or stands in the text, and the person is named somewhere beside it.
// What the suspicious mail itself says comes last and only about our own people:
// a stranger wrote it.
func (r *reading) byButton() (Reporter, string) {
	if !slices.Contains(r.env.ReportButtons, lowerFirst(r.report.From)) || r.report.Forwarded == (Forwarded{}) {
		return Reporter{}, ""
	}
	for _, place := range []struct {
		find func() (mime.Address, bool)
		why  string
	}{
		{r.inButtonField, "which names the person in its header."},
		{r.inButtonText, "which names the person in its text."},
		{r.inButtonData, "which names the person in its data."},
		{func() (mime.Address, bool) { return r.person("Reply-To") }, "which names the person in Reply-To."},
		{r.recipientInside, "which names nobody: it is the person whom the reported mail was sent to."},
	} {
		if found, ok := place.find(); ok {
			return Reporter{found.Address, found.Name, viaButton}, "The mail came from a report button, " + place.why
		}
	}
	return Reporter{}, ""
}

// buttonField matches the fields in which products name the person.
var buttonField = regexp.MustCompile(`^X-(?:[A-Za-z0-9]+-)*(?:Reporter|Reported-By|Reporting-User|Submitter|Submitted-By|Original-Sender|Originating-Email)(?:-(?:Email|Address|Mail|Upn))?$`)

func (r *reading) inButtonField() (mime.Address, bool) {
	for fields := r.outer.Header.Fields(); fields.Next(); {
		if !buttonField.MatchString(fields.Key()) {
			continue
		}
		if found, ok := r.personIn(mime.DecodeLine(fields.Value())); ok {
			return found, true
		}
	}
	return mime.Address{}, false
}

// reportedBy is the line in which report buttons name the person, a cell of a
// table too. A language is added by adding its words.
var reportedBy = regexp.MustCompile(`(?i)^[\s>*_|•-]*(?:e-?mail )?(?:(?:mail |message |e-?mail )?(?:was )?reported (?:by|from)(?: user)?|reporter(?:'s)?(?: e-?mail| address| name| e-?mail address)?|reporting (?:user|person|employee)|submitted by|submitter|reported by user|user(?: e-?mail| principal name| address)?|employee(?: e-?mail)?|upn` +
	`|gemeldet (?:von|durch)|melder(?:in)?|meldende person|eingereicht von|benutzer|signalé par|rapporté par|déclarant|soumis par|utilisateur|informado por|reportado por|denunciado por|notificado por|usuario|segnalato da|segnalatore|utente` +
	`|relatado por|usuário|gemeld door|gerapporteerd door|gebruiker|zgłoszone przez|zgłaszający|użytkownik|сообщил|пользователь|報告者|举报人|报告人|舉報人)[*_\s]*[:=|\t：][*_|\s]*(.{3,300})$`)

// reportedIn are sentences that name the person.
var reportedIn = regexp.MustCompile(`(?i)(?:\b(?:reported|submitted|flagged) by (.{3,200})|^(.{0,120}\S@\S.{0,60}?) (?:has |have )?(?:reported|submitted|flagged)\b|\bgemeldet von (.{3,200})|^(.{0,120}\S@\S.{0,60}?) hat .{1,80}gemeldet)`)

// maxButtonLines is how many lines of a button's own words are looked at.
const maxButtonLines = 200

// inButtonText reads the button's own words, not those of the mail it hands on.
func (r *reading) inButtonText() (mime.Address, bool) {
	lines := strings.Split(r.inside.lead, "\n")
	lines = lines[:min(len(lines), maxButtonLines)]
	for n, line := range lines {
		line = strings.TrimSpace(line)
		if len(line) > 600 {
			continue
		}
		if n+1 < len(lines) && strings.HasSuffix(line, ":") { // the value stands on the next line
			line += " " + strings.TrimSpace(lines[n+1])
		}
		if match := reportedBy.FindStringSubmatch(line); match != nil {
			if found, ok := r.personIn(match[1]); ok {
				return found, true
			}
		}
	}
	for _, line := range lines {
		if len(line) > 600 {
			continue
		}
		match := reportedIn.FindStringSubmatch(strings.TrimSpace(line))
		for _, group := range match[min(1, len(match)):] {
			if found, ok := r.personIn(group); ok {
				return found, true
			}
		}
	}
	return mime.Address{}, false
}

// plainMail finds an address among words.
var plainMail = regexp.MustCompile(`[^\s<>()\[\]"',;:|]+@[^\s<>()\[\]"',;:|@]+\.[^\s<>()\[\]"',;:|@.]+`)

// personIn reads the one person named in words: "Ana Example (ana@example.org)".
func (r *reading) personIn(words string) (mime.Address, bool) {
	all := plainMail.FindAllStringIndex(words[:min(len(words), 600)], 4)
	if len(all) == 0 {
		return mime.Address{}, false
	}
	address := words[all[0][0]:all[0][1]]
	for _, more := range all[1:] {
		if !strings.EqualFold(strings.TrimPrefix(words[more[0]:more[1]], "mailto:"), address) {
			return mime.Address{}, false // two people
		}
	}
	found, ok := mime.ParseAddress(address)
	before := words[:all[0][0]]
	if colon := strings.LastIndexAny(before, ":|\t"); colon >= 0 {
		before = before[colon+1:]
	}
	found.Name = strings.Trim(before, " \t<([\"'*_-,")
	return found, ok && r.other(found)
}

// maxButtonData is how many bytes of JSON are read.
const maxButtonData = 256 << 10

// inButtonData reads JSON that a button attached, or sent as its text.
func (r *reading) inButtonData() (mime.Address, bool) {
	var found mime.Address
	ok := false
	if strings.HasPrefix(strings.TrimSpace(r.inside.lead), "{") {
		found, ok = r.inJSON(r.inside.lead)
	}
	r.root.Walk(func(p *mime.Part) bool {
		if ok || p.Message() {
			return false
		}
		if p.Leaf() && (p.Type == "application/json" || strings.HasSuffix(strings.ToLower(p.Name), ".json")) {
			data, err := io.ReadAll(io.LimitReader(p.Open(), maxButtonData))
			if err == nil {
				found, ok = r.inJSON(string(data))
			}
		}
		return true
	})
	return found, ok
}

// inJSON finds the person in an object of JSON.
func (r *reading) inJSON(data string) (mime.Address, bool) {
	var value map[string]any
	if err := json.NewDecoder(strings.NewReader(data[:min(len(data), maxButtonData)])).Decode(&value); err != nil {
		return mime.Address{}, false
	}
	return r.inObject(value, 3)
}

// reporterKeys are the keys whose value names the person, by their letters.
var reporterKeys = []string{"reporteremail", "reportedby", "reportedbyemail", "reporter", "reportinguser", "submittedby", "submitteremail", "submitter", "useremail", "userprincipalname", "user", "employeeemail"}

func (r *reading) inObject(object map[string]any, depth int) (mime.Address, bool) {
	plain := strings.NewReplacer("_", "", "-", "", " ", "", ".", "")
	byLetters := make(map[string]any, len(object))
	names := make([]string, 0, len(object))
	for key, value := range object {
		byLetters[plain.Replace(strings.ToLower(key))] = value
		names = append(names, key)
	}
	for _, key := range reporterKeys {
		if found, ok := r.inValue(byLetters[key]); ok {
			return found, true
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if inner, ok := object[name].(map[string]any); ok && depth > 0 {
			if found, ok := r.inObject(inner, depth-1); ok {
				return found, true
			}
		}
	}
	return mime.Address{}, false
}

// inValue reads "Ana <ana@example.org>" or {"name": …, "email": …}.
func (r *reading) inValue(value any) (mime.Address, bool) {
	switch value := value.(type) {
	case string:
		return r.personIn(mime.DecodeLine(value))
	case map[string]any:
		for _, key := range []string{"email", "address", "mail", "emailAddress", "upn", "userPrincipalName"} {
			if text, ok := value[key].(string); ok {
				found, ok := r.personIn(mime.DecodeLine(text))
				for _, key := range []string{"name", "displayName"} {
					if name, _ := value[key].(string); found.Name == "" {
						found.Name = mime.DecodeLine(name)
					}
				}
				return found, ok
			}
		}
	}
	return mime.Address{}, false
}

// recipientInside is the one of our own people whom the reported mail was
// delivered to, or was written to. Two are nobody.
func (r *reading) recipientInside() (mime.Address, bool) {
	lists := [][]mime.Address{r.inside.to}
	if r.inside.part != nil {
		lists = nil
		for _, field := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "To"} {
			list, _ := r.inside.part.Addresses(field)
			lists = append(lists, list[:min(len(list), 1+maxForwardedTo)])
		}
	}
	for _, list := range lists {
		var found []mime.Address
		for _, to := range list {
			if r.ownPerson(to.Address) && r.other(to) && !slices.ContainsFunc(found, func(a mime.Address) bool { return strings.EqualFold(a.Address, to.Address) }) {
				found = append(found, to)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
		if len(found) > 1 {
			return mime.Address{}, false
		}
	}
	return mime.Address{}, false
}

// Marks of the add-ins that send in the person's own name: the reporter stands
// in From, and what is attached is the suspicious mail.
var (
	addInSubject = regexp.MustCompile(`(?i)^\s*(?:\[(?:phish alert|suspicious|suspected phish|potential phish|reported phish|phishing report|user reported)[^\]]{0,40}\]|[123]\||(?:potential|suspected|reported|possible) (?:phish|phishing|spam|suspicious)\b|phish alert\b|user.reported\b|(?:phishing|junk|not junk) ?[:|])`)
	addInFile    = regexp.MustCompile(`(?i)^phish_alert_`)
	addInField   = regexp.MustCompile(`^X-(?:Phishalarm|Phishalert|Knowbe4|Kb4|Cofense|Phishme|Hoxhunt|Reportphish|Report-Button|Phish-Report)`)
)

// byAddIn tells the mail of a report button that sends as the person.
func (r *reading) byAddIn() bool {
	if addInSubject.MatchString(r.report.Subject[:min(len(r.report.Subject), 300)]) {
		return true
	}
	for fields := r.outer.Header.Fields(); fields.Next(); {
		if addInField.MatchString(fields.Key()) {
			return true
		}
	}
	return slices.ContainsFunc(r.report.Attachments, func(a Attachment) bool { return addInFile.MatchString(a.Name) }) || r.attachedAs(addInFile)
}

// attachedAs tells an attached mail by its file name.
func (r *reading) attachedAs(name *regexp.Regexp) bool {
	found := false
	r.root.Walk(func(p *mime.Part) bool {
		found = found || p.Message() && name.MatchString(p.Name)
		return !found && !p.Message()
	})
	return found
}
