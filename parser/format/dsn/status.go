package dsn

import (
	"regexp"
	"strings"
)

// maxDiagnostic is how much of what a server said is kept.
const maxDiagnostic = 1000

// cut bounds what a server said and makes it one line.
func cut(said string) string {
	said = strings.Join(strings.Fields(said), " ")
	if len(said) > maxDiagnostic {
		said = strings.ToValidUTF8(said[:maxDiagnostic], "")
	}
	return said
}

// enhanced finds status codes of RFC 3463. What stands around one is looked at
// separately: addresses and versions look alike.
var enhanced = regexp.MustCompile(`[245]\.[0-7]\.[0-9]{1,3}`)

// replied finds an SMTP reply that refuses (RFC 5321 section 4.2): at the start,
// or behind a sign or word that announces one.
var replied = regexp.MustCompile(`(?i)(?:^|[:;,<>\[("'#|=]\s*|\b(?:code|error|reply|response|responded|said|reason|smtp|with|was)[:=]?\s+)([45][0-5][0-9])(?:$|[\s\-#,;:)\]"'.<])`)

// stated reads the Status field: its first code, "" when it has none.
func stated(value string) string {
	if at := enhanced.FindString(value); at != "" {
		return at
	}
	return ""
}

// statusOf takes the status from what a server said: an enhanced code, else the
// words with the class of the reply, else the class alone. It is "" where
// nothing is clear. action tells the class where no reply code does.
func statusOf(said, action string) string {
	if said == "" {
		return ""
	}
	if code := enhancedIn(said); code != "" {
		return code
	}
	class := replyClass(said)
	known := class != ""
	if !known {
		class = classOf(action)
	}
	if detail := inWords(said); detail != "" && class != "" {
		if !known && mayChange[detail] {
			class = "4" // no answer came: that may change
		}
		return class + "." + detail
	}
	if known {
		return class + ".0.0"
	}
	return ""
}

// mayChange are failures that nobody answered for.
var mayChange = map[string]bool{"4.1": true, "4.2": true, "4.3": true, "4.7": true}

// enhancedIn finds the first code of a failure or delay. A success code is taken
// only where there is no other: sessions hold many.
func enhancedIn(said string) string {
	success := ""
	for _, at := range enhanced.FindAllStringIndex(said, maxCodes) {
		code := said[at[0]:at[1]]
		switch {
		case !alone(said, at[0], at[1]):
		case code[0] != '2':
			return code
		case success == "":
			success = code
		}
	}
	if replyClass(said) != "" {
		return ""
	}
	return success
}

// maxCodes are looked at in one text.
const maxCodes = 20

// alone tells a code that is no piece of an address, version or number.
func alone(text string, from, to int) bool {
	if from > 0 && (isDigit(text[from-1]) || text[from-1] == '.' || text[from-1] == '-' && from > 1 && !isDigit(text[from-2]) || isLetter(text[from-1])) {
		return false
	}
	if to < len(text) && (isDigit(text[to]) || text[to] == '.' && to+1 < len(text) && isDigit(text[to+1])) {
		return false
	}
	before := strings.ToLower(strings.TrimRight(text[max(0, from-10):from], " "))
	return !strings.HasSuffix(before, "version") && !strings.HasSuffix(before, "exim") && !strings.HasSuffix(before, "postfix")
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// replyClass gives "4" or "5" when an SMTP reply stands in the text, else "".
func replyClass(said string) string {
	if !mayHoldReply(said) {
		return ""
	}
	if found := replied.FindStringSubmatch(said); found != nil {
		return found[1][:1]
	}
	return ""
}

func classOf(action string) string {
	switch action {
	case "failed":
		return "5"
	case "delayed":
		return "4"
	}
	return ""
}
