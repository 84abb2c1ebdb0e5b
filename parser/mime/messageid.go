package mime

import "strings"

// CodeBadMessageID tells a Message-ID that is not written by the rules.
const CodeBadMessageID = "bad-message-id"

// Limits of identifiers.
const (
	maxMessageIDs = 1000 // of one header: a thread of years has some hundred
	maxMessageID  = 998  // bytes of one: a line of a header, RFC 5322 section 2.1.1
)

// MessageIDs gives the message identifiers of a field, without brackets, in
// order, each once (RFC 5322 section 3.6.4). Identifiers without brackets are
// found too when no other is there.
func (p *Part) MessageIDs(field string) []string {
	ids := []string{}
	seen := make(map[string]bool)
	for fields := p.Header.FieldsByKey(field); fields.Next(); {
		value := fields.Value()
		if strings.Contains(value, "=?") { // programs that encode whatever is too long for a line
			value = decodeWords(value)
		}
		for _, id := range messageIDs(value) {
			if len(ids) < maxMessageIDs && !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// MessageID gives the mail's own identifier, with what is wrong about it. Of
// several the first counts.
func (p *Part) MessageID() (id string, found []Problem) {
	var told Problems
	ids := p.MessageIDs("Message-ID")
	if len(ids) == 0 {
		return "", nil
	}
	if fields := p.Fields("Message-ID"); len(fields) > 1 {
		told.Tell(CodeRepeatedField, "The field Message-ID stands in the header %d times; the first one counts.", len(fields))
	} else if len(ids) > 1 || fields[0] != "<"+ids[0]+">" && strings.TrimSpace(WithoutComments(fields[0])) != "<"+ids[0]+">" {
		told.Tell(CodeBadMessageID, "The field Message-ID is not written by the rules; what could be read of it was kept.")
	}
	return ids[0], told.List()
}

func messageIDs(value string) []string {
	if !strings.Contains(value, "<") {
		return bareIDs(value)
	}
	var ids []string
	for {
		_, rest, ok := strings.Cut(value, "<")
		if !ok {
			return ids
		}
		end := strings.IndexAny(rest, "<>")
		if end < 0 { // never closed: it ends with the word, or where the field was cut
			bare, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			return appendID(ids, bare)
		}
		ids = appendID(ids, rest[:end])
		value = rest[end:]
	}
}

// bareIDs finds identifiers without brackets. Words around one are a phrase
// ("Your message of Saturday"); a field of one word is one even without an @.
func bareIDs(value string) []string {
	words := strings.FieldsFunc(WithoutComments(value), func(r rune) bool {
		return r == ' ' || r == '\t' || r == ',' || r == ';' || r == '>' || r == '"'
	})
	var ids []string
	for _, word := range words {
		if strings.Contains(word, "@") {
			ids = appendID(ids, word)
		}
	}
	if ids == nil && len(words) == 1 {
		return appendID(nil, words[0])
	}
	return ids
}

// appendID adds an identifier without the blanks that folding leaves inside.
func appendID(ids []string, id string) []string {
	id = cutText(id, 2*maxMessageID) // before anything is done with a line without end
	id = strings.Join(strings.Fields(headerText([]byte(id), "")), "")
	if quotes := strings.Count(id, `"`); quotes == 1 || len(id) > 1 && id[0] == '"' && id[len(id)-1] == '"' { // else they are part of it
		id = strings.Trim(id, `"`)
	}
	id = cutText(id, maxMessageID)
	if id == "" {
		return ids
	}
	return append(ids, id)
}
