package mime

import (
	"slices"
	"strings"
	"unicode"
)

// addrSpec gives the address in the text (RFC 5322 section 3.4.1, with the
// comments and blanks of section 4.4), "" when it is none. A source route and
// "mailto:" are dropped.
func addrSpec(text string) (spec string, wrong addressFault) {
	text = strings.TrimSpace(text)
	if at := strings.IndexByte(text, '@'); at > 0 && isPlain(text[:at]) && isDomain(text[at+1:]) && !odd(text) {
		return text, 0
	}
	if len(text) > maxAddrSpec {
		return "", 0
	}
	if strings.HasPrefix(text, "=?") {
		text, _ = readWords(text, "")
		wrong |= faultHidden
	}
	_, tokens := withoutComments(tokensOf(text))
	tokens, wrong = trimTokens(tokens, wrong)
	if len(tokens) == 1 && tokens[0].kind == kindQuoted { // <"ana@example.org">
		_, tokens = withoutComments(tokensOf(tokens[0].text))
		wrong |= faultQuote
	}
	at := slices.IndexFunc(tokens, func(t token) bool { return t.kind == '@' })
	if at < 1 {
		return "", wrong
	}
	spec, from, to, more := bareSpec(tokens, at)
	if from > 0 || to < len(tokens) {
		return "", wrong
	}
	return spec, wrong | more
}

// odd tells an address that is not as it should be, although it has the shape of one.
func odd(text string) bool {
	return len(text) > maxAddrSpec || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "'") || strings.HasPrefix(text, "=?")
}

// trimTokens drops a source route, a scheme before the address, the query of a
// link, and separators behind it.
func trimTokens(tokens []token, wrong addressFault) ([]token, addressFault) {
	if len(tokens) > 0 && tokens[0].kind == '@' {
		if colon := slices.IndexFunc(tokens, func(t token) bool { return t.kind == ':' }); colon > 0 {
			tokens = tokens[colon+1:]
			wrong |= faultRoute
		}
	}
	if len(tokens) > 1 && tokens[1].kind == ':' && isScheme(tokens[:1]) {
		tokens = slices.Clone(tokens[2:])
		wrong |= faultMailto
		if n := len(tokens) - 1; n >= 0 {
			tokens[n].text, _, _ = strings.Cut(tokens[n].text, "?")
		}
	}
	for len(tokens) > 0 && strings.IndexByte(",;:", tokens[len(tokens)-1].kind) >= 0 {
		tokens = tokens[:len(tokens)-1]
		wrong |= faultTrailing
	}
	return tokens, wrong
}

// bareSpec puts the address around an at sign together: tokens[from:to].
func bareSpec(tokens []token, at int) (spec string, from, to int, wrong addressFault) {
	from, to = at-1, at+2
	if from < 0 || to > len(tokens) {
		return "", 0, 0, 0
	}
	for from > 0 && (tokens[from].glued || dots(tokens[from]) || dots(tokens[from-1])) && inSpec(tokens[from-1]) {
		wrong |= blankBefore(tokens[from])
		from--
	}
	for to < len(tokens) && (tokens[to].glued || leadingDot(tokens[to]) || tokens[to-1].text == ".") && inSpec(tokens[to]) {
		wrong |= blankBefore(tokens[to])
		to++
	}
	if to < len(tokens) && tokens[to].kind == '@' && tokens[to].glued {
		return "", 0, 0, 0 // two at signs
	}
	wrong |= blankBefore(tokens[at]) | blankBefore(tokens[at+1])
	local, domain := specText(tokens[from:at]), specText(tokens[at+1:to])
	if strings.HasPrefix(local, "'") && strings.HasSuffix(domain, "'") {
		local, domain = local[1:], domain[:len(domain)-1]
		wrong |= faultQuote
	}
	if trimmed := strings.TrimRight(domain, ".'>)]"); trimmed != domain && !strings.HasPrefix(domain, "[") {
		domain = trimmed
		wrong |= faultTrailing
	}
	if !isLocal(local) || !isDomain(domain) || len(local)+len(domain) >= maxAddrSpec {
		return "", 0, 0, 0
	}
	return local + "@" + domain, from, to, wrong
}

// inSpec tells what an address may be made of.
func inSpec(t token) bool {
	return t.kind == kindWord || t.kind == kindQuoted || t.kind == kindLiteral || t.kind == kindEncoded
}

func dots(t token) bool       { return t.kind == kindWord && strings.Trim(t.text, ".") == "" }
func leadingDot(t token) bool { return t.kind == kindWord && strings.HasPrefix(t.text, ".") }

func blankBefore(t token) addressFault {
	if t.glued {
		return 0
	}
	return faultBlanks
}

// specText joins the tokens of one side of an address.
func specText(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		switch t.kind {
		case kindQuoted:
			b.WriteString(t.raw)
		case kindEncoded:
			text, _ := readWords(t.text, "")
			b.WriteString(text)
		default:
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// separates tells a sign that cannot stand in an address without quotes, other
// than the at sign.
func separates(c byte) bool { return c <= ' ' || c == 0x7f || strings.IndexByte(`<>()[],;:"\`, c) >= 0 }

// isLocal tells a local part, quoted or not. Raw UTF-8 is allowed (RFC 6532).
func isLocal(local string) bool {
	if inner, ok := strings.CutPrefix(local, `"`); ok {
		_, rest, ok := quoted(inner, false)
		return ok && rest == "" && len(inner) > 1 && !strings.ContainsAny(inner, "<>\r\n")
	}
	return isPlain(local)
}

// isDomain tells a domain or an address in brackets (RFC 5321 section 4.1.3).
func isDomain(domain string) bool {
	if inner, ok := strings.CutPrefix(domain, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		return ok && inner != "" && strings.Trim(inner, "0123456789abcdefABCDEFIPvV.:") == ""
	}
	return isPlain(domain)
}

// isPlain tells text without any sign that would need quotes in an address.
func isPlain(text string) bool {
	for i := range len(text) {
		if separates(text[i]) || text[i] == '@' {
			return false
		}
	}
	return text != "" && !strings.ContainsFunc(text, unicode.IsSpace) && !strings.ContainsRune(text, '\ufffd')
}
