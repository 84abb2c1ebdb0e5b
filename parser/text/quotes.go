package text

import (
	"regexp"
	"strings"
)

// attributions are the lines clients put above a quoted mail. A language is
// added by adding its line. They match one joined line without blanks around it.
var attributions = []*regexp.Regexp{
	regexp.MustCompile(`(?i)^on .{4,300} wrote:$`),                                  // en
	regexp.MustCompile(`(?i)^(?:am|on) .{4,300} (?:hat|schrieb) .{0,200}:$`),        // de
	regexp.MustCompile(`(?i)^.{2,200} (?:schrieb|hat) am .{4,200}:$`),               // de
	regexp.MustCompile(`(?i)^le .{4,300} a écrit ?:$`),                              // fr
	regexp.MustCompile(`(?i)^el .{4,300} escribió ?:$`),                             // es
	regexp.MustCompile(`(?i)^il .{4,300} ha scritto ?:$`),                           // it
	regexp.MustCompile(`(?i)^(?:em|no dia|a) .{4,300} escreveu ?:$`),                // pt
	regexp.MustCompile(`(?i)^op .{4,300} schreef .{0,200}:$`),                       // nl
	regexp.MustCompile(`(?i)^(?:w dniu|dnia) .{4,300} (?:napisał|pisze).{0,100}:$`), // pl
	regexp.MustCompile(`(?i)^\d{4}-\d\d-\d\d .{0,100}<[^<>]{3,200}>:$`),             // by date alone
}

// separators are the words of lines that stand above a mail quoted whole.
// true: they say that it was forwarded.
var separators = map[string]bool{
	"original message": false, "ursprüngliche nachricht": false, "originalnachricht": false, "original-nachricht": false,
	"message d'origine": false, "message original": false, "mensaje original": false, "messaggio originale": false,
	"mensagem original": false, "oorspronkelijk bericht": false, "wiadomość oryginalna": false, "original appointment": false,
	"forwarded message": true, "forwarded by": true, "begin forwarded message": true, "weitergeleitete nachricht": true,
	"anfang der weitergeleiteten nachricht": true, "message transféré": true, "début du message transféré": true,
	"mensaje reenviado": true, "inicio del mensaje reenviado": true, "messaggio inoltrato": true,
	"inizio messaggio inoltrato": true, "mensagem encaminhada": true, "doorgestuurd bericht": true,
	"begin doorgestuurd bericht": true, "przekazana wiadomość": true, "treść przekazanej wiadomości": true,
}

// separator reads a line that announces a mail quoted whole.
func separator(line string) (found, forward bool) {
	if len(line) > 200 {
		return false, false
	}
	words := strings.Trim(line, "-_=*> \t")
	dashed := strings.HasPrefix(strings.TrimLeft(line, "> \t*"), "---")
	colon := strings.HasSuffix(words, ":")
	if !dashed && !colon {
		return false, false
	}
	words = strings.ToLower(strings.TrimSuffix(words, ":"))
	words = strings.ReplaceAll(words, "’", "'")
	forward, found = separators[words]
	if !found && dashed && strings.HasPrefix(words, "forwarded by ") {
		return true, true
	}
	return found, forward
}

// isAttribution tells a line that introduces a quote.
func isAttribution(line string) bool {
	line = strings.Trim(line, " \t*_")
	if len(line) < 10 || len(line) > 500 || !strings.HasSuffix(line, ":") {
		return false
	}
	line = strings.ReplaceAll(line, "\u00a0", " ")
	for _, pattern := range attributions {
		if pattern.MatchString(line) {
			return true
		}
	}
	return false
}

// attributionAt tells how many lines from the first on are one attribution:
// clients fold it at 76 columns. 0 is none.
func attributionAt(lines []string) int {
	joined := ""
	for n, line := range lines[:min(len(lines), 3)] {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || isQuote(line) {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + trimmed)
		if isAttribution(joined) {
			return n + 1
		}
		if strings.HasSuffix(trimmed, ":") || len(trimmed) > 300 {
			return 0
		}
	}
	return 0
}

func isQuote(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), ">") }
