package text

import (
	"regexp"
	"strings"
)

// quotes finds the lines that are marked as earlier mail.
func (s *sheet) quotes(answer bool) {
	fenced := 0 // the line behind a block that the sender set between fences
	for n, l := range s.lines {
		if n >= fenced && isFence(s.plain[n]) {
			fenced = s.fenceEnd(n)
		}
		if n < fenced {
			continue
		}
		if isGroupWise(s.plain[n]) {
			continue // see introduction
		}
		if l.mark == markQuote || isQuote(l.raw) && !s.closesLink(n) && !s.stuffed(n) {
			s.set(n, n+1, quoted)
		} else if initialled(l.raw) && s.carriesInitials(n) {
			s.set(n, n+1, quoted)
		}
	}
	if !answer && !s.introduced() {
		s.keepEvidence()
	}
	s.wraps()
}

// isFence tells a line above or below a block that is shown as it stands, as
// people write it who are used to Markdown.
func isFence(plain string) bool {
	return strings.HasPrefix(plain, "```") && !strings.Contains(plain[3:], "`")
}

// maxFenced is how many lines a block between fences has at most: what has more
// was never closed.
const maxFenced = 200

// fenceEnd is the line behind the fence that closes the block which begins at n,
// n itself when none does.
func (s *sheet) fenceEnd(n int) int {
	for k := n + 1; k < len(s.lines) && k <= n+maxFenced; k++ {
		if s.plain[k] == "```" {
			return k + 1
		}
	}
	return n
}

// isQuote tells a line that begins with the sign of quotation; Japanese
// programs use the wide one too.
func isQuote(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "\uff1e")
}

// initialled tells a line that begins with the initials of who wrote it and ">",
// as The Bat! and others quote. Prompts of programs look the same.
func initialled(line string) bool {
	line = strings.TrimLeft(line, " ")
	n := 0
	for n < len(line) && n < 4 && line[n] >= 'A' && line[n] <= 'Z' {
		n++
	}
	return n > 0 && n < len(line) && line[n] == '>'
}

// carriesInitials tells a line with initials below another one, or below words
// that say who wrote it.
func (s *sheet) carriesInitials(n int) bool {
	if n > 0 && s.lines[n-1].kind == quoted && initialled(s.lines[n-1].raw) {
		return true
	}
	above := s.above(n)
	if above >= 0 && s.lines[above].kind == quoted && sameInitials(s.plain[above], s.plain[n]) {
		return true // paragraphs of one quote
	}
	return above >= 0 && closing(s.plain[above]) && introduces(bare(s.plain[above]), true)
}

// sameInitials tells two lines that begin with the same initials before a ">".
func sameInitials(one, other string) bool {
	initials, _, found := strings.Cut(one, ">")
	return found && initials != "" && strings.HasPrefix(other, initials+">")
}

// closesLink tells a ">" that only ends the link which begins in the line above.
func (s *sheet) closesLink(n int) bool {
	if n == 0 || s.lines[n-1].kind == quoted {
		return false
	}
	above := s.lines[n-1].raw
	return strings.LastIndexByte(above, '<') > strings.LastIndexByte(above, '>')
}

// stuffed tells a line that a mailbox file escaped (RFC 4155 appendix A): it
// stands alone and began with "From ".
func (s *sheet) stuffed(n int) bool {
	return strings.HasPrefix(s.lines[n].raw, ">From ") &&
		(n == 0 || !isQuote(s.lines[n-1].raw)) && (n+1 >= len(s.lines) || !isQuote(s.lines[n+1].raw))
}

// introduced tells whether any line of the mail introduces earlier mail.
func (s *sheet) introduced() bool {
	for n := range s.lines {
		if s.lines[n].mark != markNone {
			return true
		}
		if s.lines[n].kind != own {
			continue
		}
		if _, ok := s.attributionTo(n); ok || seamOf(s.plain[n]).found {
			return true
		}
	}
	return false
}

// keepEvidence gives back the runs of lines with ">" that are no earlier mail:
// input at a prompt, lines of a log, the new side of a comparison.
func (s *sheet) keepEvidence() {
	lone := s.quotedOnce()
	for from := 0; from < len(s.lines); from++ {
		if s.lines[from].kind != quoted {
			continue
		}
		to := from
		for to < len(s.lines) && s.lines[to].kind == quoted {
			to++
		}
		if s.evidence(from, to) || lone && s.goesOn(from) {
			for n := from; n < to; n++ {
				s.lines[n].kind = own
			}
		}
		from = to
	}
}

// comparison are the lines that diff writes above its ">" lines.
var comparison = regexp.MustCompile(`^(---|\d+(,\d+)?[acd]\d+(,\d+)?|< .*)$`)

// prompt is how lines begin that were typed at one; the lines below may go on with ">".
var prompt = regexp.MustCompile(`^(ps )?[a-z]:\\[^>]{0,80}> ?.|^(mysql|mariadb( \[[^\]]{0,30}\])?|ftp|sqlite|smb: [^>]{0,30})> ?.`)

// evidence tells that half of the lines of a run or more are no sentences, or
// that the line above it is one of a comparison or announces what the sender shows.
func (s *sheet) evidence(from, to int) bool {
	if from > 0 && (comparison.MatchString(s.plain[from-1]) || prompt.MatchString(s.plain[from-1])) || s.announced(from) {
		return true
	}
	worded, technical := 0, 0
	for _, line := range s.plain[from:to] {
		if line = strings.Trim(line, ">\uff1e "); line == "" {
			continue
		}
		worded++
		if isLog(line) || isCommand(line) {
			technical++
		}
	}
	return technical > 0 && technical*2 >= worded
}

// quotedOnce tells a mail with one line alone that begins with a ">".
func (s *sheet) quotedOnce() bool {
	count := 0
	for n := range s.lines {
		if s.lines[n].kind == quoted {
			count++
		}
	}
	return count == 1
}

// goesOn tells a line right below the sender's own words, which it may go on
// from: "> 10 would be an alarm".
func (s *sheet) goesOn(n int) bool {
	return n > 0 && s.lines[n-1].kind == own && s.plain[n-1] != ""
}

// announced tells whether the sender's own words, with a colon, lead to a run in
// a mail that does not begin with a quote.
func (s *sheet) announced(from int) bool {
	above := from - 1
	for above >= 0 && above >= from-2 && s.plain[above] == "" {
		above--
	}
	return above >= 0 && strings.HasSuffix(s.plain[above], ":") && s.lines[above].kind == own && s.lines[s.first].kind != quoted
}

// logLine is how lines of a log begin that do not begin with a year: a time in
// one of the usual forms, a priority (RFC 5424), an address with what follows it
// in web server logs.
var logLine = regexp.MustCompile(`^(` +
	`[\[(]?\d{1,2}[-/. ](\d{1,2}|[a-z]{3})[-/. ](19|20)\d\d[t ,:]+\d\d:\d\d:\d\d` + // 21/Nov/2026:10:00:00
	`|((mon|tue|wed|thu|fri|sat|sun) )?[a-z]{3} [ \d]?\d( (19|20)\d\d)?,? \d\d:\d\d:\d\d` + // Nov 21 10:00:00
	`|<\d{1,3}>|\d\d:\d\d:\d\d[.,]?\d*[ |]|\d{10}(\.\d+)? ` +
	`|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}[ :]+(- |\S+ \S+ \[|->)` +
	`|(type|src|dst|srcip|dstip|msg|time|timestamp|date|devname|level|action)=\S+[ ,;]` +
	`)`)

// isLog tells a folded line of a log.
func isLog(line string) bool {
	return isTimed(line) || mayBeLog(line) && logLine.MatchString(line)
}

// isTimed tells a line, folded or not, that begins as most logs do: "2026-11-21 10:00".
func isTimed(line string) bool {
	if line != "" && strings.IndexByte("[(<", line[0]) >= 0 {
		line = line[1:]
	}
	if !shaped(line, "0000-00-00") || line[:2] != "19" && line[:2] != "20" {
		return false
	}
	clock := strings.TrimLeft(line[10:], "tT ,_:")
	return len(clock) < len(line)-10 && shaped(clock, "00:00")
}

// shaped tells whether a text begins with what has the shape: a digit for each 0,
// one of the signs between the numbers of a date for each dash.
func shaped(text, shape string) bool {
	if len(text) < len(shape) {
		return false
	}
	for n := range len(shape) {
		switch shape[n] {
		case '0':
			if !digit(text, n) {
				return false
			}
		case '-':
			if text[n] != '-' && text[n] != '/' && text[n] != '.' {
				return false
			}
		default:
			if text[n] != shape[n] {
				return false
			}
		}
	}
	return true
}

// mayBeLog is a cheap test for what logLine asks: lines of words fail it.
func mayBeLog(line string) bool {
	if len(line) < 4 {
		return false
	}
	if line[0]-'a' >= 26 {
		return digit(line, 0) || strings.IndexByte("[(<", line[0]) >= 0
	}
	return strings.IndexByte(line, '=') > 0 || line[3] == ' ' && numbers(line[4:min(len(line), 10)], anyNumber)
}

func anyNumber(string, string) bool { return true }

// commands are programs and statements that people show with their prompt.
var commands = []string{
	"show ", "ping ", "traceroute ", "tracert ", "dig ", "nslookup ", "host ", "whois ", "curl ", "wget ", "ssh ", "telnet ", "nmap ", "netstat", "ss -",
	"ipconfig", "ifconfig", "ip a", "route ", "arp ", "get /", "post /", "get-", "set-", "select ", "insert ", "update ", "delete from", "db.", "use ", "cat ",
	"ls", "cd ", "grep ", "tail ", "ps ", "top", "whoami", "net user", "net use", "python", "powershell", "cmd", "sudo ", "systemctl ", "journalctl", "docker ",
	"openssl ", "helo ", "ehlo ", "mail from:", "rcpt to:", "data", "quit", "conf t", "configure", "interface ", "telnet> ",
}

// isCommand tells a folded line that is typed at a prompt.
func isCommand(line string) bool { return len(line) < 200 && startsAny(line, commands) }

// What a program leaves of a quoted line that it wrapped.
const (
	wrapFrom = 66 // bytes of the line that was wrapped, at least
	wrapRest = 30 // bytes of what is left, at most
)

// wraps finds the ends of quoted lines that a program wrapped without setting a
// ">" before the rest. One alone may be an answer of one word; two are a habit.
func (s *sheet) wraps() {
	var found []int
	for n := 1; n+1 < len(s.lines); n++ {
		rest := s.plain[n]
		if s.lines[n].kind != own || rest == "" || len(rest) > wrapRest || s.lines[n-1].kind != quoted || s.lines[n+1].kind != quoted {
			continue
		}
		if len(s.lines[n-1].raw) >= wrapFrom && startsSmall(s.lines[n].raw) && !strings.HasSuffix(s.plain[n-1], ".") {
			found = append(found, n)
		}
	}
	if len(found) < 2 {
		return
	}
	for _, n := range found {
		s.lines[n].kind = quoted
	}
}

func startsSmall(line string) bool {
	return line != "" && line[0] >= 'a' && line[0] <= 'z'
}
