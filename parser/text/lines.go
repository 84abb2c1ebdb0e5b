package text

import (
	"regexp"
	"strings"
)

// Some programs write the head of a mail in forms that no field has: all of it
// in one line, or without a colon behind the names.

// maxLineHead is how many words of a line are looked at.
const maxLineHead = 80

// isLineHead tells a folded line that holds the whole head of a quoted mail, as
// programs leave it that lose the ends of lines: "From: … Sent: … To: … Subject:
// …". It begins with the sender, whose address it names.
func isLineHead(plain string) bool {
	if !strings.Contains(plain, "@") {
		return false
	}
	if first, _ := label(plain); first != "from" {
		return false
	}
	found, last := map[string]bool{}, ""
	for n, word := range strings.Fields(plain) {
		if n == maxLineHead {
			break
		}
		if bare, ok := strings.CutSuffix(word, ":"); ok {
			if bare == "" {
				bare = last // "objet :"
			}
			found[labels[strings.Trim(bare, "*")]] = true
		}
		last = word
	}
	return found["from"] && found["date"] && found["to"] && found["subject"]
}

// unmarkedHead reads a head without colons (eM Client), below words that say
// that a mail was forwarded: "From "Ana" <ana@example.com>".
func unmarkedHead(lines []string) head {
	found := head{fields: map[string]string{}}
	for n, line := range lines[:min(len(lines), len(labelNames))] {
		name, value := unmarkedLabel(strings.TrimSpace(line))
		if name == "" || found.fields[name] != "" {
			break
		}
		found.fields[name], found.n = value, n+1
	}
	if len(found.fields) < 3 || !ownAddress.MatchString(found.fields["from"]) {
		return head{}
	}
	return found
}

// unmarkedLabel parts the name of a field, of one word or two, from its value.
func unmarkedLabel(line string) (name, value string) {
	first, rest, found := strings.Cut(line, " ")
	if name := labels[strings.ToLower(first)]; found && name != "" {
		return name, strings.TrimSpace(rest)
	}
	second, rest, found := strings.Cut(rest, " ")
	if name := labels[strings.ToLower(first+" "+second)]; found && name != "" {
		return name, strings.TrimSpace(rest)
	}
	return "", ""
}

// groupWise is the line that GroupWise writes above the mail that is answered,
// which it does not mark.
var groupWise = regexp.MustCompile(`^>>> .{3,200} \d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d\d( ?[ap]m)? >>>$`)

// isGroupWise tells such a folded line.
func isGroupWise(plain string) bool {
	return strings.HasPrefix(plain, ">>> ") && groupWise.MatchString(plain)
}
