package dsn

import (
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

func isStatus(p *mime.Part) bool {
	return p.Type == "message/delivery-status" || p.Type == "message/global-delivery-status"
}

// declared tells that the mail calls itself a delivery status notification.
func declared(root *mime.Part) bool {
	return root.Type == "multipart/report" && strings.EqualFold(strings.TrimSpace(root.Params["report-type"]), "delivery-status")
}

// statusPart finds the part with the fields. One that somebody passes on beside
// his own words is no status of the mail it lies in. Servers that write the
// fields as text or as a file are understood, where the mail is theirs.
func statusPart(root *mime.Part, sender sender) *mime.Part {
	part := root.Outer(isStatus)
	if part != nil && (part.Parent == nil || part.Parent.Type == "multipart/report" || sender.system()) {
		return part
	}
	if !declared(root) && !sender.system() || root.Leaf() {
		return nil
	}
	return root.Outer(holdsFields)
}

// maxPeeked is how much of a part is read to see whether it holds fields.
const maxPeeked = 4 << 10

// holdsFields tells a status that says it is something else.
func holdsFields(p *mime.Part) bool {
	kind, name, _ := strings.Cut(p.Type, "/")
	if !p.Leaf() || name == "html" || kind != "text" && kind != "application" && kind != "message" || strings.HasSuffix(name, "disposition-notification") {
		return false
	}
	text, _ := p.Text(maxPeeked)
	blocks, _ := format.ReadFields(text)
	if len(blocks) == 0 {
		return false
	}
	for _, field := range blocks[0] {
		if field.Is("Reporting-MTA") || field.Is("Final-Recipient") || field.Is("Original-Recipient") {
			return true
		}
	}
	return false
}

// isReturned tells the part that holds the mail that came back, or its header
// (RFC 6522 section 4).
func isReturned(p *mime.Part) bool {
	switch p.Type {
	case "text/rfc822-headers", "text/rfc822-header", "text/rfc822", "message/global-headers", "message/rfc822-headers", "message/partial":
		return true
	}
	return p.Message()
}

// maxReturned is how much of a returned mail or header is searched.
const maxReturned = 256 << 10

// returnedID finds the Message-ID of the mail that the notice is about: in the
// mail or header that came back, in the fields, in the words, or in what the
// notice answers.
func returnedID(root *mime.Part, fields map[string]any, text string) string {
	if returned := root.Outer(isReturned); returned != nil {
		if id := partID(returned); id != "" {
			return id
		}
	}
	for _, name := range [...]string{"original-message-id", "x-original-message-id"} {
		if value, ok := fields[name].(string); ok && cleanID(value) != "" {
			return cleanID(value)
		}
	}
	if id := lineID(text); id != "" {
		return id
	}
	if id := cleanID(root.Field("X-Riferimento-Message-ID")); id != "" {
		return id // certified mail, RFC 6109 section 2.3
	}
	if answered := root.MessageIDs("In-Reply-To"); len(answered) > 0 {
		return answered[0]
	}
	if named := root.MessageIDs("References"); len(named) > 0 {
		return named[len(named)-1]
	}
	return ""
}

func partID(returned *mime.Part) string {
	if returned.Message() && len(returned.Children) > 0 {
		if ids := returned.Children[0].MessageIDs("Message-Id"); len(ids) > 0 {
			return ids[0]
		}
		return ""
	}
	text, _ := returned.Text(maxReturned)
	return lineID(text)
}

// lineID finds the first Message-ID in lines that look like those of a header,
// indented or not. A folded one stands on the next line.
func lineID(text string) string {
	text, wanted := text[:min(len(text), maxReturned)], false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		name, value, found := strings.Cut(line, ":")
		switch {
		case wanted && strings.HasPrefix(line, "<"):
			return cleanID(line)
		case !found || !isIDField(name, value):
			wanted = false
		case strings.TrimSpace(value) == "":
			wanted = true
		default:
			if id := cleanID(value); id != "" {
				return id
			}
		}
	}
	return ""
}

// maxIDName is how long the name of the field may be in servers' own lists, which
// say in many languages whose identifier it is.
const maxIDName = 60

// isIDField knows how the field is named in headers, and in servers' own lists,
// where only brackets make sure that an identifier follows.
func isIDField(name, value string) bool {
	if len(name) > maxIDName {
		return false
	}
	switch name = strings.ToLower(strings.TrimSpace(name)); name {
	case "message-id", "original-message-id", "x-original-message-id", "message id", "messageid", "original message id":
		return true
	}
	named := strings.Contains(name, "message-id") || strings.Contains(name, "message id") || strings.Contains(name, "messageid") || strings.Contains(name, "nachrichten-id")
	return named && strings.HasPrefix(strings.TrimSpace(value), "<") && strings.Contains(value, "@")
}

// maxID is a line of a header (RFC 5322 section 2.1.1).
const maxID = 998

// cleanID gives an identifier without brackets, "" when there is none.
func cleanID(value string) string {
	if _, rest, bracket := strings.Cut(value, "<"); bracket {
		value, _, _ = strings.Cut(rest, ">")
	}
	value = strings.TrimSpace(value)
	if value == "" || len(value) > maxID || strings.ContainsAny(value, " \t<>") {
		return ""
	}
	return value
}

// returnedTo gives whom the returned mail was for.
func returnedTo(root *mime.Part, text string) []mime.Address {
	returned := root.Outer(isReturned)
	switch {
	case returned == nil:
		return lineTo(text)
	case returned.Message() && len(returned.Children) > 0:
		list, _ := returned.Children[0].Addresses("To")
		return list
	}
	header, _ := returned.Text(maxReturned)
	return lineTo(header)
}

// lineTo reads the To line of a header in a text.
func lineTo(text string) []mime.Address {
	text = text[:min(len(text), maxReturned)]
	for line := range strings.Lines(text) {
		if len(line) > 3 && strings.EqualFold(line[:3], "to:") {
			if address, ok := mime.ParseAddress(strings.TrimSpace(line[3:])); ok && strings.Count(line, "@") == 1 {
				return []mime.Address{address}
			}
			return nil
		}
	}
	return nil
}
