package text

import (
	"strings"
	"unicode"
)

// Forward is the head of a mail that stands whole inside another one's text.
type Forward struct {
	From, To, Cc, Subject, Date, MessageID string // as written

	Header    string // the raw header when all of it was pasted, lines ended by CRLF; "" when a client made the head
	Forwarded bool   // the words above it say that it was forwarded, not answered
	Lead      string // what stands above its head
	Body      string // what follows its head, as it stands
}

// Bounds of the head of a quoted mail.
const (
	maxHead   = 60  // lines of one
	maxFolds  = 30  // lines of a folded value: long lists of recipients
	maxFolded = 400 // bytes of such a line
	maxTries  = 500 // lines that begin like a head and may be none
	wrapped   = 50  // bytes of a value from which on clients wrap it
)

// head is the field block of a quoted mail: how many lines, and what they say.
type head struct {
	n      int
	fields map[string]string
}

// addressed tells a head that says when or to whom the mail went, as every
// client writes it. Without that, somebody shows the fields of a mail in his own
// text and goes on below.
func (h head) addressed() bool {
	_, date := h.fields["date"]
	_, to := h.fields["to"]
	return date || to
}

// headSearch looks for such heads in one text. Lines that begin like a head and
// are none cost work, so only so many are tried.
type headSearch struct{ tries int }

// at reads the head of a quoted mail. It begins with one of the fields that
// clients put first and names at least three different ones, the sender among
// them; n is 0 when it is none.
func (s *headSearch) at(lines []string) head { return s.atLeast(lines, 3) }

// atLeast is at for that many different fields.
func (s *headSearch) atLeast(lines []string, least int) head {
	if s.tries >= maxTries || !beginsHead(lines[0]) {
		return head{}
	}
	s.tries++
	r := headReader{head: head{fields: make(map[string]string)}, least: least}
	for n, line := range lines[:min(len(lines), maxHead)] {
		if !r.line(n, line, lines) {
			break
		}
	}
	r.unfold()
	if len(r.fields) < least || !strings.ContainsFunc(r.fields["from"], unicode.IsLetter) { // "From: 192.0.2.1" is a log
		return head{}
	}
	return r.head
}

// beginsHead tells a line with one of the fields that clients put first.
func beginsHead(line string) bool {
	switch first, _ := label(line); first {
	case "from", "date", "subject", "to":
		return true
	}
	return false
}

// headReader reads the lines of a head.
type headReader struct {
	head
	least int
	last  string // the field read last
	folds []string
	flush bool // a folded line is not indented: it may be text already
	gaps  bool // blank lines stand between the fields
}

// line takes one line; false says that the head ended before it.
func (r *headReader) line(n int, line string, lines []string) bool {
	if isEmpty(line) {
		return r.blank(n, lines)
	}
	name, value := label(line)
	switch {
	case name == "":
		return r.fold(n, line)
	case name == "other":
	case r.has(name):
		return false
	}
	for _, fold := range r.folds {
		r.fields[r.last] = strings.TrimSpace(r.fields[r.last] + " " + fold)
	}
	r.folds, r.flush = nil, false
	if _, ok := r.fields[name]; !ok {
		r.fields[name] = value
	}
	r.last, r.n = name, n+1
	return true
}

func (r *headReader) has(name string) bool {
	_, ok := r.fields[name]
	return ok
}

func isEmpty(line string) bool { return strings.Trim(line, "> \t\u00a0") == "" }

// blank decides whether an empty line ends the head. Some clients leave one
// between all fields.
func (r *headReader) blank(n int, lines []string) bool {
	if r.n == 0 || len(r.fields) >= r.least && !r.gaps {
		return r.n == 0
	}
	next := n + 1
	for next < len(lines) && next <= n+2 && isEmpty(lines[next]) {
		next++
	}
	if next >= len(lines) {
		return false
	}
	name, _ := label(lines[next])
	r.gaps = name != "" && !r.has(name)
	return r.gaps
}

// fold takes a line that names no field: a value goes on, or the text begins.
func (r *headReader) fold(n int, line string) bool {
	if r.last == "" || n-r.n-len(r.folds) > 0 || len(r.folds) >= maxFolds || len(line) > maxFolded {
		return false
	}
	bare := unquote(line)
	r.flush = r.flush || bare == strings.TrimLeft(bare, " \t")
	r.folds = append(r.folds, strings.TrimSpace(bare))
	return true
}

// unfold decides about the lines below the last field: they are its value when
// it has none otherwise, or was long enough to be wrapped and ends soon.
func (r *headReader) unfold() {
	value := r.fields[r.last]
	if len(r.folds) == 0 || value != "" && r.flush && (len(value) < wrapped || len(r.folds) > 2 || r.last == "date") {
		return
	}
	if value == "" {
		r.folds = r.folds[:1]
	}
	r.fields[r.last] = strings.TrimSpace(value + " " + strings.Join(r.folds, " "))
	r.n += len(r.folds)
}

// maxLabel is how many bytes the name of a field has at most, in any script.
const maxLabel = 48

// label reads "From: value", also "*From:* value", with a wide colon, and quoted.
func label(line string) (name, value string) {
	line = spaced(line)
	if line != "" && strings.IndexByte("> \t|\u00a0\u3000", line[0]) >= 0 {
		line = strings.TrimLeft(line, "> \t|\u00a0\u3000")
	}
	stars := len(line) - len(strings.TrimLeft(line, "*_"))
	line = line[stars:]
	colon := firstColon(line[:min(len(line), maxLabel)])
	if colon < 1 || line[colon-1]-'0' < 10 { // no label ends in a digit, but the hour of a log does
		return "", ""
	}
	name = strings.ToLower(strings.ReplaceAll(line[:colon], "\u00a0", " "))
	name = labels[strings.Join(strings.Fields(strings.Trim(name, " \t*_|")), " ")]
	_, value, _ = strings.Cut(strings.Replace(line, "：", ":", 1), ":")
	return name, unbold(value, stars)
}

// firstColon is the place of the first colon, the wide one too; -1 when there is none.
func firstColon(text string) int {
	colon, wide := strings.IndexByte(text, ':'), strings.Index(text, "：")
	if colon < 0 || wide >= 0 && wide < colon {
		return wide
	}
	return colon
}

// unbold takes off the other half of the stars before a label: "*From:* Ana",
// "*From: *Ana", "*From: Ana*".
func unbold(value string, stars int) string {
	value = strings.Trim(value, " \t|\u00a0\u3000")
	if stars == 0 {
		return value
	}
	for _, mark := range []string{"**", "*", "__", "_"} {
		if rest, ok := strings.CutPrefix(value, mark); ok && stars == len(mark) {
			return strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutSuffix(value, mark); ok && stars == len(mark) {
			return strings.TrimSpace(rest)
		}
	}
	return value
}

// FindForward finds the first mail that stands whole in the text.
func FindForward(body string) (Forward, bool) {
	lines := strings.Split(body, "\n")
	f := forwardSearch{since: -announcing}
	for n := range lines {
		if found, ok := f.at(lines, n); ok {
			found.Lead = strings.Join(lines[:n], "\n")
			return found, true
		}
	}
	return Forward{}, false
}

// announcing is how many lines may stand between the words that announce a mail and its head.
const announcing = 6

// forwardSearch is the search for a mail that stands whole in a text.
type forwardSearch struct {
	heads   headSearch
	since   int  // the line of the announcement
	forward bool // it says that the mail was forwarded
	raw     int  // the lines before are no raw header, nor is a part of them
}

func (f *forwardSearch) at(lines []string, n int) (Forward, bool) {
	line := lines[n]
	if found, forward := separator(line); found {
		f.since, f.forward = n, forward
		return Forward{}, false
	}
	announced := f.forward && n-f.since <= announcing
	if n >= f.raw {
		header, length := rawHeader(lines[n:], announced)
		if header != "" {
			return Forward{Header: header, Forwarded: true, Body: strings.Join(lines[n+length:], "\n")}, true
		}
		f.raw = n + length
	}
	least := 3
	if announced {
		least = 2
	}
	if found := f.heads.atLeast(lines[n:], least); found.n > 0 {
		return Forward{
			From: found.fields["from"], To: found.fields["to"], Cc: found.fields["cc"], Subject: found.fields["subject"], Date: found.fields["date"],
			MessageID: strings.Trim(found.fields["message-id"], "<> "),
			Forwarded: announced,
			Body:      strings.Join(lines[n+found.n:], "\n"),
		}, true
	}
	if !announced || isEmpty(line) {
		return Forward{}, false
	}
	if found := unmarkedHead(lines[n:]); found.n > 0 {
		return Forward{
			From: found.fields["from"], To: found.fields["to"], Cc: found.fields["cc"], Subject: found.fields["subject"], Date: found.fields["date"],
			Forwarded: true, Body: strings.Join(lines[n+found.n:], "\n"),
		}, true
	}
	found, ok := introduced(line)
	if ok {
		found.Body = strings.Join(lines[n+1:], "\n")
	}
	return found, ok
}

// introduced reads a line above a forwarded mail that has no head: date, name
// and address in brackets before a colon.
func introduced(line string) (Forward, bool) {
	line = strings.Trim(line, "> \t*")
	open, end := strings.LastIndexByte(line, '<'), strings.LastIndexByte(line, '>')
	if len(line) > 300 || open < 0 || end < open || !strings.Contains(line[open:end], "@") || !strings.HasSuffix(line, ":") {
		return Forward{}, false
	}
	date, _, _ := strings.Cut(line[:open], `"`)
	return Forward{From: line[open : end+1], Date: strings.Trim(date, ", "), Forwarded: true}, true
}
