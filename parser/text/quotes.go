package text

import (
	"slices"
	"strings"
)

// attribution is the shape of the line a client puts above a quoted mail, in
// lower case and without the blank some languages set before the colon. An empty
// field says nothing.
type attribution struct{ begins, holds, ends string }

// attributions are asked one after the other. A language is added by adding its
// lines. Plain words and no patterns: the line is a stranger's.
var attributions = []attribution{
	{begins: "on ", ends: " wrote:"},
	{begins: "am ", holds: " schrieb "},
	{holds: " schrieb am "},
	{begins: "le ", ends: " a écrit:"},
	{begins: "el ", ends: " escribió:"},
	{begins: "il ", ends: " ha scritto:"},
	{begins: "em ", ends: " escreveu:"},
	{begins: "no dia ", ends: " escreveu:"},
	{begins: "a ", ends: " escreveu:"},
	{begins: "op ", holds: " schreef "},
	{begins: "w dniu ", ends: " pisze:"},
	{begins: "w dniu ", holds: " napisał"},
	{begins: "dnia ", holds: " napisał"},
	{begins: "20", holds: " <", ends: ">:"}, // by its date alone
}

func (a attribution) fits(line string) bool {
	return strings.HasPrefix(line, a.begins) && strings.Contains(line, a.holds) && strings.HasSuffix(line, a.ends)
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
	if !strings.Contains(line, "---") && !strings.Contains(line, ":") {
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
	line = strings.ToLower(strings.ReplaceAll(line, "\u00a0", " "))
	line = strings.TrimRight(strings.TrimSuffix(line, ":"), " ") + ":"
	return slices.ContainsFunc(attributions, func(a attribution) bool { return a.fits(line) })
}

// attributionAt tells how many lines from the first on are one attribution:
// clients fold it at 76 columns. 0 is none.
func attributionAt(lines []string) int {
	for n, line := range lines[:min(len(lines), 3)] {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || len(line) > 300 || isQuote(line):
			return 0
		case !strings.HasSuffix(line, ":"):
		case isAttribution(strings.Join(strings.Fields(strings.Join(lines[:n+1], " ")), " ")):
			return n + 1
		default:
			return 0
		}
	}
	return 0
}

func isQuote(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), ">") }
