package dsn

import (
	"regexp"
	"slices"
	"strings"

	"postern/parser/format"
)

// Limits on the words of one notice. A bounce of a list names a thousand
// recipients in some hundred kilobytes.
const (
	maxWords   = 256 << 10 // bytes that are read
	maxLines   = 20_000
	maxSection = 40    // lines behind a recipient that may say why
	maxScanned = 2_000 // bytes of a line that are looked at
)

// tier says how surely an address of a line is a recipient; less is surer.
type tier int

const (
	nobody   tier = iota
	listed        // the line is the recipient's: it begins with the address, or names it with a key
	answered      // the address stands in an SMTP command or reply
	told          // a sentence speaks of the mail to it
	headed        // the To line of what the notice quotes
	desk          // a sentence speaks of the mail to an address that is mostly named for help
)

// mention is an address of a line that may be a recipient.
type mention struct {
	line    int
	address string
	tier    tier
	action  string // of the heading above
	key     string // of the line, before the address and a colon
	rest    string // of the line, behind the address
}

// notice is the words of a mail server while they are read.
type notice struct {
	sender   sender
	lines    []string
	mentions []mention
	action   string            // what the whole says became of the mail
	section  string            // what the last line that stood out said
	replies  map[string]string // lower case address -> the SMTP reply to it
	general  string            // the first SMTP reply of all
	asked    string            // whom the last RCPT command named
}

// readWords finds the recipients in the words of a notice, up to the copy of
// the mail that came back.
func readWords(text string, s sender) recipients {
	n := &notice{sender: s, lines: ownLines(text), replies: make(map[string]string)}
	fields, start := n.fields()
	if len(fields.list) > 0 {
		n.lines = n.lines[:start] // the words above complete what the fields lack
	}
	for at, line := range n.lines {
		n.read(at, line)
	}
	said := n.recipients()
	if len(fields.list) == 0 {
		return said
	}
	fields.complete(said)
	return fields
}

// ownLines are the lines of the notice itself.
func ownLines(text string) []string {
	text = text[:min(len(text), maxWords)]
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line[:min(len(line), maxScanned)], "\r\n\t ")
		if len(lines) >= maxLines || isCopy(line) || copiedHeader.MatchString(line) {
			break
		}
		lines = append(lines, line)
	}
	return lines
}

// fields reads a delivery status that stands among the words, as it does where
// the structure of the mail is broken, and tells in which line it begins.
func (n *notice) fields() (list recipients, start int) {
	start = -1
	for at, line := range n.lines {
		if start < 0 && statusField.MatchString(line) {
			start = at
		}
	}
	if start < 0 {
		return list, start
	}
	for start > 0 && statusLine.MatchString(n.lines[start-1]) {
		start-- // some write the action before the recipient
	}
	blocks, _ := format.ReadFields(strings.Join(n.lines[start:], "\n"))
	readBlocks(blocks, map[string]any{}, &list)
	return list, start
}

// statusLine are the other fields of a recipient (RFC 3464 section 2.3).
var statusLine = regexp.MustCompile(`(?i)^\s*(?:action|status|diagnostic-code|remote-mta|last-attempt-date|will-retry-until|final-log-id|reporting-mta|arrival-date)\s*:\s*\S`)

var statusField = regexp.MustCompile(`(?i)^\s*(?:final|original)-recipient\s*:\s*\S`)

// read looks at one line.
func (n *notice) read(at int, line string) {
	lower := strings.ToLower(line)
	n.heading(line, lower)
	n.session(at, line)
	if !strings.Contains(line, "@") || headerField.MatchString(strings.TrimSpace(line)) || mailCommand.MatchString(line) {
		return
	}
	same := nobody
	list := addressesIn(line)
	for i, f := range list {
		same = n.tier(at, line, lower, f, same)
		if same == told && role(f.address) && containsAny(lower, failing) {
			same = desk
		}
		if same == nobody || n.foreign(f, same) || n.goesOn(at, f) || f.bracket && n.sentBy(at, f) {
			continue
		}
		end := len(line)
		if i+1 < len(list) && strings.Trim(line[f.to:list[i+1].from], " \t,;") == "" {
			end = f.to // the next of a list
		}
		key, _, _ := strings.Cut(line[:f.from], ":")
		rest := line[f.to:end]
		if quoted.MatchString(line[:f.from]) {
			rest = line
		}
		n.mentions = append(n.mentions, mention{line: at, address: f.address, tier: same, action: n.section, key: key, rest: rest})
	}
}

// goesOn tells an address that stands in what is said of the recipient right
// above: a server's answer often begins with it, or with whom it was from, and lines
// are folded. Where recipients stand in brackets, one without is somebody to write to.
func (n *notice) goesOn(at int, f found) bool {
	if len(n.mentions) == 0 || at == 0 || strings.TrimSpace(n.lines[at-1]) == "" {
		return false
	}
	last := n.mentions[len(n.mentions)-1]
	another := !strings.EqualFold(last.address, f.address) && !strings.EqualFold(f.address, n.sender.own)
	return last.line < at && at-last.line < 4 && !(another && (f.bracket || n.lines[last.line][0] != '<')) && last.tier == listed &&
		(n.lines[at][0] == ' ' || n.lines[at][0] == '\t')
}

// sentBy tells the sender's address on a line of its own, as Exim shows it: "A
// message sent by", the address, "could not be delivered".
func (n *notice) sentBy(at int, f found) bool {
	if f.from > 4 {
		return false
	}
	for k := at - 1; k >= 0 && k >= at-2; k-- {
		if above := strings.TrimSpace(n.lines[k]); above != "" {
			return strings.HasSuffix(above, "sent by") || strings.HasSuffix(above, "message from") || strings.HasSuffix(above, "mail from")
		}
	}
	return false
}

// heading takes what a line says became of the mail. A line that stands out sets
// it for the recipients below; of the whole the first word counts, and a delay
// against a failure: notices of delays tell what happens when they fail.
func (n *notice) heading(line, lower string) {
	action := headingAction(lower)
	if action == "" || replyClass(line) != "" {
		return
	}
	if strings.HasPrefix(strings.TrimSpace(line), "--") {
		n.section = action
	}
	if n.action == "" || action == "delayed" {
		n.action = action
	}
}

// foreign tells an address that is nobody the mail could not reach: the server's
// own, its postmaster, or who gets the notice. One in brackets at the beginning of
// a line may be any of them; desks for abuse and support are written to a lot.
func (n *notice) foreign(f found, t tier) bool {
	switch {
	case strings.EqualFold(f.address, n.sender.from):
		return true
	case t == listed && f.bracket:
		return false
	case strings.EqualFold(f.address, n.sender.own) || server(f.address):
		return true
	}
	return t == told && role(f.address)
}

// session keeps what a server answered in a transcript.
func (n *notice) session(at int, line string) {
	if isRcpt(line) {
		n.asked = ""
		if list := addressesIn(line); len(list) > 0 {
			n.asked = strings.ToLower(list[0].address)
		}
		return
	}
	answer := refused(line)
	if answer == "" {
		return
	}
	if at > 0 && enhancedIn(answer) == "" && inWords(answer) == "" && inWords(n.lines[at-1]) != "" && !strings.Contains(n.lines[at-1], "@") {
		answer = tidy(n.lines[at-1]) + " " + answer // a program says why, the server that it failed
	}
	if n.general == "" {
		n.general = answer
	}
	named := false
	for _, f := range addressesIn(answer) {
		named = n.keepReply(strings.ToLower(f.address), answer) || named
	}
	if !named && n.asked != "" {
		n.keepReply(n.asked, answer)
	}
}

func (n *notice) keepReply(address, answer string) bool {
	if _, known := n.replies[address]; !known && len(n.replies) < MaxRecipients {
		n.replies[address] = answer
	}
	return true
}

// isRcpt tells the command that names a recipient.
func isRcpt(line string) bool {
	return strings.Contains(line, ":") && strings.Contains(strings.ToLower(line), "rcpt to:") && rcptCommand.MatchString(line)
}

// refused gives the reply of a line that holds nothing but a server's refusal.
func refused(line string) string {
	if !mayHoldReply(line) {
		return ""
	}
	if said := refusal.FindStringSubmatch(line); said != nil {
		return strings.TrimSpace(said[1])
	}
	return ""
}

// mayHoldReply looks for three digits before the slower question is asked.
func mayHoldReply(line string) bool {
	for at := 0; at+2 < len(line); at++ {
		if (line[at] == '4' || line[at] == '5') && isDigit(line[at+1]) && isDigit(line[at+2]) {
			return true
		}
	}
	return false
}

// rcptCommand is the command that names a recipient in a transcript.
var rcptCommand = regexp.MustCompile(`(?i)(?:>>>|-->|sent:?|c:|^|rcpt:)\s*RCPT TO:`)

// mailCommand names the sender in a transcript.
var mailCommand = regexp.MustCompile(`(?i)(?:>>>|-->|^|c:)\s*MAIL FROM:`)

// refusal is a line that holds nothing but a server's refusal, perhaps with a
// mark of direction before it.
var refusal = regexp.MustCompile(`(?i)^(?:.{0,60}?(?:<<<|<--|<-)|\W{0,20}(?:s:|smtp;|received:?|\(reason:|(?:server )?response:|reason:|error:)?)\W{0,4}([45][0-5][0-9][ -]\S.*)$`)

// tier judges one address of a line. same is what the address before it was.
func (n *notice) tier(at int, line, lower string, f found, same tier) tier {
	before := strings.TrimRight(typed.ReplaceAllString(line[:f.from], "$1"), " \t\"'`“„«([（【「『")
	after := strings.TrimLeft(line[f.to:], `"'”»`)
	trimmed := strings.TrimLeft(before, " \t>*-•·")
	switch {
	case isRcpt(line):
		return answered
	case quoted.MatchString(line[:f.from]) && n.unnamed(at):
		return listed
	case f.bracket && displayed.MatchString(line[:f.from]) && (n.belowHeading(at) || dated.MatchString(after)):
		return begins(after, f)
	case expanded.MatchString(before):
		return n.piped(at)
	case trimmed == "" || bullet.MatchString(trimmed):
		return begins(after, f)
	case refused(line) != "":
		return answered
	case same == listed && (strings.HasSuffix(before, ",") || strings.HasSuffix(before, ";")):
		return listed
	case strings.HasSuffix(before, ":") || strings.HasSuffix(before, "：") || strings.HasSuffix(before, "="):
		return keyed(strings.ToLower(inQuotes.ReplaceAllString(strings.TrimRight(trimmed, ":：= "), "")))
	case strings.HasSuffix(before, "mailto:"):
		return nobody
	}
	return n.inSentence(before, after, lower)
}

// quoted is how Exchange begins to quote the server that refused, below a
// recipient of whom it shows the name alone.
var quoted = regexp.MustCompile(`(?i)#[245]\.[0-7]\.[0-9]{1,3} +smtp;[^<]{0,80}<?$`)

// unnamed tells that no recipient stands in the paragraph up to this line.
func (n *notice) unnamed(at int) bool {
	start := at
	for start > 0 && at-start < maxSection && strings.TrimSpace(n.lines[start-1]) != "" {
		start--
	}
	for _, m := range slices.Backward(n.mentions) {
		if m.line < start {
			return true
		}
		if m.tier == listed {
			return false
		}
	}
	return true
}

// displayed is a name before an address in brackets.
var displayed = regexp.MustCompile(`^[\s*•-]{0,20}["']?\pL[\pL\pN .,'"-]{0,60}["']? +<?$`)

// dated is how Exchange 5.5 to 2003 goes on behind a recipient: when it tried.
var dated = regexp.MustCompile(`^['"]?\s+(?:on|am|le|el|il|em|op) [^@]{0,20}[0-9]`)

// belowHeading tells a line right below one that announces recipients.
func (n *notice) belowHeading(at int) bool {
	for k := at - 1; k >= 0 && k >= at-2; k-- {
		if above := strings.TrimSpace(n.lines[k]); above != "" {
			return strings.HasSuffix(above, ":") && containsAny(strings.ToLower(above), failing)
		}
	}
	return false
}

// typed is the type of an address before it, behind a key: "Recipient: [SMTP:".
var typed = regexp.MustCompile(`(?i)([:：=][ \t]*)[\[(]?(?:smtp|rfc-?822|internet)[:;=]?[ \t]*<?$`)

// expanded stands before the address that a list or alias had.
var expanded = regexp.MustCompile(`(?i)\((?:ultimately )?(?:expanded|generated|originally|forwarded) (?:from|to|by):?[^)]*$|(?:expanded from|generated from|generated by|reply to|contact):?\s*<?$`)

// piped judges the address that an alias had: it is the recipient where the
// alias leads to a program or a file of the server.
func (n *notice) piped(at int) tier {
	for k := at - 1; k >= 0 && k >= at-2; k-- {
		if command.MatchString(n.lines[k]) {
			return listed
		}
	}
	return nobody
}

// command is how Exim and Sendmail show a program or file that an alias leads to.
var command = regexp.MustCompile(`(?i)^\s*(?:<?"?\||(?:pipe to|save to|autoreply|file) ["</|]|<?"?/)[^@]*$`)

// bullet begins a line of a list.
var bullet = regexp.MustCompile(`(?i)^(?:[0-9]{1,4}[.):]|smtp[:;]?|rfc822[:;]|to:?\s*smtp:|\[|\|)$`)

// begins judges an address that a line begins with, by what stands behind it.
func begins(after string, f found) tier {
	rest := strings.TrimLeft(after, " \t")
	switch {
	case rest == "" || f.bracket:
		return listed
	case strings.IndexByte(":;,([-|<.=", rest[0]) >= 0 || strings.HasPrefix(rest, "…") || strings.HasPrefix(rest, "："):
		return listed
	case strings.HasPrefix(strings.ToLower(rest), "on ") || rest[0] >= '0' && rest[0] <= '9' || strings.HasPrefix(rest, "#"):
		return listed
	case len(after) > len(rest)+1 || strings.HasPrefix(after, "\t"): // a table
		return listed
	case inWords(rest) != "" || replyClass(rest) != "":
		return listed
	}
	return told
}

// keyed judges an address behind "key:".
func keyed(key string) tier {
	if key == "to" || key == "an" || key == "à" || key == "para" || key == "a" || key == "aan" || key == "do" || key == "кому" {
		return headed
	}
	if strings.HasPrefix(key, "original ") {
		return headed // the alias, where the recipient is named too
	}
	if containsAny(key, otherKeys) && !strings.Contains(key, "recipient") {
		return nobody
	}
	if containsAny(key, recipientKeys) || containsAny(key, failing) {
		return listed
	}
	return nobody
}

// inQuotes is the subject of the mail that a key repeats.
var inQuotes = regexp.MustCompile(`"[^"]*"`)

// inSentence judges an address among words.
func (n *notice) inSentence(before, after, lower string) tier {
	words := strings.Fields(strings.ToLower(before[max(0, len(before)-80):]))
	if len(words) == 0 || !containsAny(lower, failing) && !n.nearFailure() {
		return nobody
	}
	last := strings.Trim(words[len(words)-1], `"'<([:,`)
	last = last[strings.LastIndexAny(last, "'")+1:]
	if last == "to" && writeTo(words[:len(words)-1]) {
		return nobody
	}
	if toWords[last] || startsAny(strings.TrimSpace(after), []string{"宛", "へ", "さん", "に", "的"}) || strings.HasSuffix(last, "：") || toHan.MatchString(last) {
		return told
	}
	return nobody
}

// writeTo tells "please write to" and "mail to" from "your mail to".
func writeTo(words []string) bool {
	if len(words) == 0 {
		return false
	}
	verb, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch before {
	case "", "please", "or", "and", "can", "could", "should", "must", "may", "to", "bitte":
		return startsAny(verb, []string{"contact", "write", "mail"})
	}
	return startsAny(verb, []string{"contact", "write"})
}

// toHan ends a Chinese or Japanese phrase about who gets a mail.
var toHan = regexp.MustCompile(`(?:送达到?|送達|投递到?|发送到?|发往|寄往|寄到|[到给至往]|收件人|收件者|用户|地址|宛先|あて先|アドレス)$`)

// nearFailure tells that the words up to here, or the header, speak of a failure already.
func (n *notice) nearFailure() bool { return n.action != "" || n.general != "" || n.sender.certain() }
