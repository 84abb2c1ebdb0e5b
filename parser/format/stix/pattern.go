package stix

import (
	"regexp"
	"strings"
)

// comparison is one value that a pattern asks for, with the path it is asked of:
// "ipv4-addr:value".
type comparison struct {
	path, value string
	group       int // of the observation in brackets that it stands in
}

// Limits on one pattern; long ones list values with OR or IN.
const (
	maxPattern     = 1 << 20 // bytes
	maxComparisons = 10_000
)

// token is a word of the pattern language (section 9).
type token struct {
	kind tokenKind
	text string
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenText
	tokenWord // a keyword, a number, an object path
	tokenSign // = != < ( ) [ ] and the like
)

// lexeme cuts a pattern into its words: a text in quotes, an object path with
// its quoted and starred parts ("file:hashes.'SHA-256'",
// "email-message:to_refs[*].value"), a sign.
var lexeme = regexp.MustCompile(`^(?:'((?:[^'\\]|\\.)*)'|([A-Za-z0-9_.-]+(?::[A-Za-z0-9_.*'"\[\]-]+)?)|(!=|<>|<=|>=|==|[=<>()\[\],]))`)

// readPattern gives the values that a pattern compares for being equal. ok is
// false when it cannot be read to its end.
func readPattern(pattern string) (found []comparison, ok bool) {
	p := patternReader{rest: pattern[:min(len(pattern), maxPattern)]}
	denied := false
	for t := p.next(); t.kind != tokenEnd && len(found) < maxComparisons; t = p.next() {
		if t.kind != tokenWord || !strings.Contains(t.text, ":") {
			denied = isWord(t, "NOT")
			continue
		}
		values, equal := p.comparison()
		for _, value := range values {
			if equal && !denied && len(found) < maxComparisons {
				found = append(found, comparison{unquoted.Replace(t.text), value, p.groups})
			}
		}
		denied = false
	}
	return found, p.rest == "" && p.open == 0 && len(pattern) <= maxPattern && len(pattern) > 0
}

// unquoted drops the quotes around a part of an object path. The specification
// knows single ones only; generators write double ones too.
var unquoted = strings.NewReplacer("'", "", `"`, "")

// patternReader reads words from the front of what is left.
type patternReader struct {
	rest string
	open int // brackets that nothing closed yet

	groups int // square brackets that were opened
}

func (p *patternReader) next() token {
	p.rest = strings.TrimLeft(p.rest, " \t\n\r")
	if len(p.rest) > 1 && (p.rest[0] == 't' || p.rest[0] == 'h' || p.rest[0] == 'b') && p.rest[1] == '\'' {
		p.rest = p.rest[1:] // t'2026-…' is a time, h'…' and b'…' are bytes
		t := p.next()
		return token{tokenSign, t.text}
	}
	match := lexeme.FindStringSubmatchIndex(p.rest)
	if match == nil {
		return token{}
	}
	all := p.rest
	p.rest = all[match[1]:]
	switch {
	case match[2] >= 0:
		return token{tokenText, unescape.Replace(all[match[2]:match[3]])}
	case match[4] >= 0:
		return token{tokenWord, all[match[4]:match[5]]}
	}
	sign := all[match[6]:match[7]]
	switch sign {
	case "[", "(":
		if p.open++; sign == "[" {
			p.groups++
		}
	case "]", ")":
		p.open--
	}
	return token{tokenSign, sign}
}

// unescape undoes the two escapes of a text (section 9.1).
var unescape = strings.NewReplacer(`\'`, `'`, `\\`, `\`)

// comparison reads what stands behind an object path. equal is false for what
// only bounds a value, resembles it, or denies it.
func (p *patternReader) comparison() (values []string, equal bool) {
	t := p.next()
	denied := isWord(t, "NOT")
	if denied {
		t = p.next()
	}
	switch {
	case t.kind == tokenSign && (t.text == "=" || t.text == "=="):
		return p.one(), !denied
	case isWord(t, "IN"):
		return p.list(), !denied
	case isWord(t, "ISSUBSET"), isWord(t, "ISSUPERSET"):
		return p.one(), !denied
	case isWord(t, "LIKE"):
		return like(p.one()), !denied
	case t.kind == tokenSign, isWord(t, "MATCHES"):
		p.one()
	}
	return nil, false
}

func isWord(t token, word string) bool {
	return t.kind == tokenWord && strings.EqualFold(t.text, word)
}

func (p *patternReader) one() []string {
	if t := p.next(); t.kind == tokenText || t.kind == tokenWord {
		return []string{t.text}
	}
	return nil
}

// list reads "('a', 'b')".
func (p *patternReader) list() (values []string) {
	if t := p.next(); t.text != "(" {
		return nil
	}
	for t := p.next(); t.kind != tokenEnd && !(t.kind == tokenSign && t.text == ")"); t = p.next() {
		if (t.kind == tokenText || t.kind == tokenWord) && len(values) < maxComparisons {
			values = append(values, t.text)
		}
	}
	return values
}

// like keeps a value that is compared with LIKE but has no wildcard, and the
// domain of "%.evil.example". All else is no value (section 9.6.1).
func like(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	value := strings.TrimPrefix(values[0], "%.")
	if strings.ContainsAny(value, "%_") {
		return nil
	}
	return []string{value}
}
