package mime

import (
	"strings"
)

// Field gives the first field of that name as one line of readable UTF-8, ""
// when there is none.
func (p *Part) Field(name string) string {
	return strings.TrimSpace(decodeWords(p.Header.Get(name)))
}

// Fields gives all fields of that name, from the top of the header down.
func (p *Part) Fields(name string) []string {
	values := []string{}
	for fields := p.Header.FieldsByKey(name); fields.Next(); {
		values = append(values, strings.TrimSpace(decodeWords(fields.Value())))
	}
	return values
}

// Subject is the subject as a person reads it.
func (p *Part) Subject() string { return p.Field("Subject") }

// maxMessageIDs is how many Message-IDs of one header are taken: a thread of
// years has some hundred.
const maxMessageIDs = 1000

// MessageIDs gives the message identifiers of a field, without brackets, in
// order, each once (RFC 5322 section 3.6.4). Identifiers without brackets are
// found too when they stand alone.
func (p *Part) MessageIDs(field string) []string {
	ids := []string{}
	seen := make(map[string]bool)
	for fields := p.Header.FieldsByKey(field); fields.Next(); {
		for _, id := range messageIDs(fields.Value()) {
			if len(ids) < maxMessageIDs && !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func messageIDs(value string) []string {
	var ids []string
	if !strings.Contains(value, "<") {
		for _, bare := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == '>' }) {
			if strings.Contains(bare, "@") {
				ids = append(ids, cleanID(bare))
			}
		}
		if ids == nil && value != "" { // a client that makes identifiers without an @
			ids = append(ids, cleanID(value))
		}
		return dropEmpty(ids)
	}
	for {
		_, rest, ok := strings.Cut(value, "<")
		if !ok {
			return dropEmpty(ids)
		}
		end := strings.IndexAny(rest, "<>")
		if end < 0 {
			return dropEmpty(append(ids, cleanID(rest)))
		}
		ids = append(ids, cleanID(rest[:end]))
		value = rest[end:]
	}
}

const maxMessageID = 998 // a line of a header, RFC 5322 section 2.1.1

// cleanID drops the blanks that folding leaves inside an identifier.
func cleanID(id string) string {
	id = strings.Join(strings.Fields(headerText([]byte(id), "")), "")
	return cutText(id, maxMessageID)
}

func dropEmpty(list []string) []string {
	kept := list[:0]
	for _, entry := range list {
		if entry != "" {
			kept = append(kept, entry)
		}
	}
	return kept
}
