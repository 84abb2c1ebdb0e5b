package mime

import (
	"slices"
	"strings"
)

// mailbox is one entry of an address list as it was read.
type mailbox struct {
	Address
	angled   bool // the address stands in brackets
	exchange bool // it is a directory entry and no address
	wrong    addressFault
	words    wordFault
}

// readMailboxes reads what stands between two commas: one mailbox, several when
// the commas are missing, none when nothing but blanks and comments is there.
// listed: the tokens stand inside of another list's already.
func readMailboxes(tokens []token, listed bool) []mailbox {
	said, plain := withoutComments(tokens)
	m, ok := readAngle(plain)
	if !ok {
		if all := readBare(plain); len(all) > 0 {
			if last := &all[len(all)-1]; last.Name == "" {
				last.Name = last.phrase(said)
			}
			return all
		}
		if m := readSpoken(plain, said); m.Address.Address != "" {
			return []mailbox{m}
		}
		if hidden := readHidden(plain, said, listed); len(hidden) > 0 {
			return hidden
		}
	}
	if !ok {
		m = mailbox{}
		m.Name = m.phrase(plain)
		m.wrong = 0                                                                              // the whole is no address, which says it all
		if m.Name == "" || m.Name == "<>" || strings.HasPrefix(m.Name, "@") && len(plain) == 2 { // sendmail adds its domain to "undisclosed-recipients:;"
			return nil
		}
	}
	if m.Name == "" && len(plain) > 0 {
		m.Name = m.phrase(said)
	}
	return []mailbox{m}
}

// isRecipients tells a field that names whom a mail is for. Among them a missing comma
// is told from an address written into a name; of a sender the last address counts.
func isRecipients(field string) bool {
	return strings.EqualFold(field, "To") || strings.EqualFold(field, "Cc") || strings.EqualFold(field, "Bcc")
}

// endOfFirst is where the first mailbox ends when another one follows it without a
// comma: "<a@example.org> <b@example.org>", "A <a@example.org> B <b@example.org>". -1 when
// none does. Two brackets behind one name are two addresses of one person.
func endOfFirst(tokens []token) int {
	first := slices.IndexFunc(tokens, isAngled)
	if first < 0 || first+1 == len(tokens) {
		return -1
	}
	next := slices.IndexFunc(tokens[first+1:], isAngled)
	if next < 0 || next == 0 && first > 0 {
		return -1
	}
	return first + 1
}

// isAngled tells an address in brackets.
func isAngled(t token) bool {
	if t.kind != kindAngle {
		return false
	}
	spec, _ := addrSpec(t.text)
	return spec != ""
}

// withoutComments tells comments from the rest; of the comments the first one
// with words is kept, which is the name in "address (name)". One inside of the
// address is none.
func withoutComments(tokens []token) (said, plain []token) {
	for _, t := range tokens {
		switch {
		case t.kind != kindComment:
			plain = append(plain, t)
			if t.kind == '@' {
				said = nil
			}
		case said == nil && strings.TrimSpace(t.text) != "":
			said = []token{{kind: kindComment, text: unescapeComment(t.text)}}
		}
	}
	return said, plain
}

// unescapeComment undoes quoted pairs (RFC 5322 section 3.2.1).
func unescapeComment(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// readAngle reads "name <address>". The last bracket with an address counts,
// because names are what attackers write addresses into.
func readAngle(tokens []token) (mailbox, bool) {
	var m mailbox
	at, angles := -1, 0
	for n := len(tokens) - 1; n >= 0; n-- {
		if tokens[n].kind != kindAngle {
			continue
		}
		spec, wrong := addrSpec(tokens[n].text)
		if at < 0 && spec != "" {
			m.Address.Address, m.wrong = spec, wrong
			at = n
		} else if spec != "" && !strings.EqualFold(spec, m.Address.Address) {
			angles++
		}
	}
	if at < 0 {
		return directoryEntry(tokens)
	}
	if angles > 0 {
		m.wrong |= faultSeveral
	}
	m.angled = true
	m.Name = m.phrase(m.withoutCopies(tokens[:at]))
	if len(tokens) > at+1 {
		m.wrong |= faultAfter
	}
	if m.Name == "" {
		m.Name = m.phrase(tokens[at+1:])
	}
	return m, true
}

// withoutCopies leaves the address itself out of the words before it, as programs
// make that write it twice.
func (m *mailbox) withoutCopies(before []token) []token {
	copied := func(t token) bool {
		if t.kind != kindAngle {
			return false
		}
		spec, _ := addrSpec(t.text)
		return strings.EqualFold(spec, m.Address.Address)
	}
	if !slices.ContainsFunc(before, copied) {
		return before
	}
	m.wrong |= faultAfter
	return slices.DeleteFunc(slices.Clone(before), copied)
}

// directoryEntry reads "name </O=ORG/OU=SITE/CN=RECIPIENTS/CN=ANA>", the name of
// somebody in the directory of an Exchange server (X.500), which is no address.
func directoryEntry(tokens []token) (mailbox, bool) {
	for n, t := range tokens {
		inner := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(t.text)), "EX:")
		if t.kind != kindAngle || !strings.HasPrefix(inner, "/O=") && !strings.HasPrefix(inner, "/C=") {
			continue
		}
		m := mailbox{exchange: true, wrong: faultExchange}
		m.Name = m.phrase(tokens[:n])
		if m.Name == "" {
			m.Name = strings.TrimSpace(t.text)
		}
		return m, true
	}
	return mailbox{}, false
}

// readBare reads "address", and addresses somewhere among words: those before
// an address are its name, and so are those behind the only one.
func readBare(tokens []token) []mailbox {
	var all []mailbox
	for done := 0; done < len(tokens); {
		at := slices.IndexFunc(tokens[done:], func(t token) bool { return t.kind == '@' })
		if at < 0 && len(all) > 0 {
			all[len(all)-1].named(tokens[done:])
		}
		if at < 0 {
			return all
		}
		spec, from, to, wrong := bareSpec(tokens[done:], at)
		if spec == "" {
			return nil
		}
		m := mailbox{wrong: wrong}
		m.Address.Address = spec
		m.named(tokens[done : done+from])
		if len(all) > 0 {
			m.wrong |= faultSeparator
		}
		all = append(all, m)
		done += to
	}
	return all
}

// named takes words that stand beside an address without brackets.
func (m *mailbox) named(words []token) {
	if len(words) == 0 {
		return
	}
	m.wrong |= faultBare
	m.Name = strings.TrimSpace(m.Name + " " + m.phrase(words))
}

// readHidden reads addresses that stand only inside something else: in quotes,
// in an encoded word, or in a comment where nothing else is. All it can be is a
// list of its own, in which nothing is hidden once more.
func readHidden(tokens, said []token, listed bool) []mailbox {
	if listed || slices.ContainsFunc(tokens, func(t token) bool { return t.kind == '@' }) {
		return nil
	}
	if all := readSaid(tokens, said); all != nil {
		return all
	}
	tokens = slices.DeleteFunc(slices.Clone(tokens), func(t token) bool { return t.kind == kindAngle && strings.TrimSpace(t.text) == "" })
	if len(tokens) == 0 {
		tokens = said
	}
	var m mailbox
	inner := m.phrase(tokens)
	if !strings.Contains(inner, "@") {
		return nil
	}
	list := addressList{plain: true}
	list.read(inner)
	var all []mailbox
	for _, found := range list.list {
		if found.Address != "" {
			all = append(all, mailbox{Address: found, wrong: list.wrong | faultHidden, words: m.words})
		}
	}
	return all
}

// readSpoken reads "ana at example.org (Ana)", as archives of lists write addresses
// against those who collect them.
func readSpoken(tokens, said []token) (m mailbox) {
	if len(tokens) != 3 || tokens[1].text != "at" {
		return m
	}
	local, domain := tokens[0].raw, tokens[2].raw
	if isPlain(local) && isDomain(domain) && strings.Contains(strings.TrimSuffix(domain, "."), ".") {
		m.Address.Address, m.wrong = local+"@"+domain, faultHidden
		m.Name = m.phrase(said)
	}
	return m
}

// readSaid reads "Name (address)", the wrong way round: nil unless the comment is
// an address and nothing else.
func readSaid(tokens, said []token) []mailbox {
	if len(said) == 0 || len(tokens) == 0 || hasAddress(tokens) {
		return nil
	}
	spec, wrong := addrSpec(said[0].text)
	if spec == "" {
		return nil
	}
	m := mailbox{wrong: wrong | faultHidden}
	m.Address.Address = spec
	m.Name = m.phrase(tokens)
	return []mailbox{m}
}

// tokensOf cuts a text that is one mailbox.
func tokensOf(text string) []token {
	var list []token
	for l := newLexer(text); ; {
		t, ok := l.next()
		if !ok {
			return list
		}
		list = append(list, t)
	}
}

// phrase is a display name as a person reads it: quotes undone, encoded words
// decoded, blanks put right.
func (m *mailbox) phrase(tokens []token) string {
	var b strings.Builder
	for n, t := range tokens {
		if n > 0 && !t.glued {
			b.WriteByte(' ')
		}
		switch t.kind {
		case kindQuoted:
			if strings.Contains(t.text, "=?") {
				m.words |= faultQuoted
			}
			b.WriteString(t.text)
		case kindAngle:
			b.WriteString(t.raw)
		default:
			if t.kind == '@' || t.kind == kindWord && strings.ContainsAny(t.text, "[])\\") {
				m.wrong |= faultSigns
			}
			b.WriteString(t.text)
		}
	}
	name, wrong := readWords(b.String(), "")
	m.words |= wrong
	if len(tokens) == 1 && tokens[0].kind == kindQuoted {
		return strings.TrimSpace(name)
	}
	name = strings.Join(strings.Fields(name), " ")
	if needlessQuotes(name) {
		name = strings.TrimSpace(name[1 : len(name)-1])
	}
	return name
}

// needlessQuotes tells a quoted-string that was encoded as a whole: what stands
// in the quotes needs them in a header and nowhere else. Quotes around what needs
// none are part of the name.
func needlessQuotes(name string) bool {
	if len(name) < 3 || !strings.HasPrefix(name, `"`) || !strings.HasSuffix(name, `"`) {
		return false
	}
	inner := name[1 : len(name)-1]
	return !strings.Contains(inner, `"`) && (strings.ContainsAny(inner, ",;:<>@()[]") || strings.Contains(inner, "=?"))
}

// isScheme tells "mailto" and the like before a colon.
func isScheme(tokens []token) bool {
	if len(tokens) == 0 || tokens[len(tokens)-1].kind != kindWord {
		return false
	}
	switch strings.ToLower(tokens[len(tokens)-1].text) {
	case "mailto", "smtp":
		return true
	}
	return false
}

func hasAddress(tokens []token) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return t.kind == '@' || t.kind == kindAngle })
}
