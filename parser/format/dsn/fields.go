package dsn

import (
	"strings"

	"postern/parser/format"
)

// readBlocks reads the groups of a delivery status: fields of the message into
// fields, each under its own name in lower case, and those of the recipients into
// the list and, as they stand, into fields["recipients"] (RFC 3464 section 2).
//
// Servers put blank lines inside of a group and leave them out between two: a
// second recipient field begins a new group, and a group without one goes on
// with the recipient before it.
func readBlocks(blocks [][]format.Field, fields map[string]any, list *recipients) {
	var groups [][]format.Field
	for _, block := range blocks {
		if !names(block) && !(len(groups) > 0 && continues(groups[len(groups)-1], block)) {
			storeAll(fields, block)
			continue
		}
		if !names(block) {
			last := len(groups) - 1
			groups[last] = append(groups[last], block...)
			continue
		}
		groups = append(groups, split(block, fields)...)
	}
	rows := []any{}
	for _, group := range groups {
		list.add(readRecipient(group))
		if len(rows) < MaxRecipients {
			row := map[string]any{}
			storeAll(row, group)
			rows = append(rows, row)
		}
	}
	if len(rows) > 0 {
		fields["recipients"] = rows
	}
}

// names tells a group that is about a recipient.
func names(block []format.Field) bool {
	return has(block, "Final-Recipient") || has(block, "Original-Recipient")
}

func has(block []format.Field, name string) bool {
	for _, field := range block {
		if field.Is(name) {
			return true
		}
	}
	return false
}

// continues tells that a block without a recipient belongs to the one before.
func continues(group, block []format.Field) bool {
	return !has(group, "Action") && has(block, "Action") || !has(group, "Status") && has(block, "Status") ||
		!has(group, "Diagnostic-Code") && has(block, "Diagnostic-Code")
}

// split takes a block apart where a field of a recipient comes a second time,
// and moves the fields of the message that stand before them to fields.
func split(block []format.Field, fields map[string]any) (groups [][]format.Field) {
	var group []format.Field
	for _, field := range block {
		if perMessage(field) {
			storeAll(fields, []format.Field{field})
			continue
		}
		if (field.Is("Final-Recipient") || field.Is("Original-Recipient")) && has(group, field.Name) {
			groups, group = append(groups, group), nil
		}
		group = append(group, field)
	}
	return append(groups, group)
}

// perMessage knows the fields of RFC 3464 section 2.2.
func perMessage(field format.Field) bool {
	switch strings.ToLower(field.Name) {
	case "reporting-mta", "dsn-gateway", "received-from-mta", "arrival-date", "original-envelope-id":
		return true
	}
	return false
}

// storeAll keeps fields under their names in lower case; the first of a name counts.
func storeAll(into map[string]any, block []format.Field) {
	for _, field := range block {
		name := strings.ToLower(field.Name)
		if _, there := into[name]; !there {
			into[name] = field.Value
		}
	}
}

// readRecipient reads one group (RFC 3464 section 2.3).
func readRecipient(group []format.Field) format.Recipient {
	var r format.Recipient
	original, said := "", ""
	for _, field := range group {
		switch strings.ToLower(field.Name) {
		case "final-recipient":
			r.Address = recipientOf(field.Value)
		case "original-recipient":
			original = recipientOf(unxtext(field.Value))
		case "action":
			r.Action = action(field.Value)
		case "status":
			said = field.Value
		case "diagnostic-code":
			r.Diagnostic = cut(strings.TrimSpace(untyped(field.Value)))
		}
	}
	if r.Address == "" || !strings.Contains(r.Address, "@") && strings.Contains(original, "@") {
		r.Address = original
	}
	r.Status = stated(said)
	return settle(r)
}

// settle fills what the sender left out from what he says elsewhere. A status
// that says no more than that it failed gives way to the code in the words.
func settle(r format.Recipient) format.Recipient {
	if r.Status == "" {
		r.Status = statusOf(r.Diagnostic, r.Action)
	}
	if strings.HasSuffix(r.Status, ".0.0") {
		if code := enhancedIn(r.Diagnostic); code != "" && code[0] == r.Status[0] {
			r.Status = code
		}
	}
	if r.Action == "" {
		r.Action = actionOf(r.Status)
	}
	return r
}

// action reads the Action field (RFC 3464 section 2.3.3), also where the word is
// not one of the five.
func action(value string) string {
	word := strings.ToLower(firstWord(value))
	switch {
	case strings.HasPrefix(word, "fail"), word == "error", word == "bounced", word == "rejected", word == "undeliverable":
		return "failed"
	case strings.HasPrefix(word, "delay"), word == "deferred", word == "retrying":
		return "delayed"
	case word == "delivered", word == "relayed", word == "expanded":
		return word
	}
	return ""
}

// actionOf tells what became of the mail by the class of its status.
func actionOf(status string) string {
	switch {
	case strings.HasPrefix(status, "5"):
		return "failed"
	case strings.HasPrefix(status, "4"):
		return "delayed"
	case strings.HasPrefix(status, "2"):
		return "delivered"
	}
	return ""
}

func firstWord(value string) string {
	words := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == '(' || r == ';' || r == ',' })
	if len(words) == 0 {
		return ""
	}
	return words[0]
}
