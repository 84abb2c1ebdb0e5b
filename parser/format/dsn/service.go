package dsn

import (
	"encoding/json"
	"strings"

	"postern/parser/format"
)

// event is what a sending service tells of a mail in JSON (Amazon SES by SNS).
// The envelope holds it as text in Message.
type event struct {
	Message          string
	NotificationType string
	EventType        string
	Bounce           struct {
		BounceType        string
		BouncedRecipients []struct{ EmailAddress, Action, Status, DiagnosticCode string }
	}
	DeliveryDelay struct {
		DelayedRecipients []struct{ EmailAddress, Status, DiagnosticCode string }
	}
	Mail struct {
		MessageID     string
		CommonHeaders struct{ MessageID string }
	}
}

// service reads the notice of a sending service, when the words are nothing else.
func service(text string) (format.Detected, bool) {
	text = strings.TrimSpace(text[:min(len(text), maxWords)])
	if !strings.HasPrefix(text, "{") || !strings.Contains(text, "edRecipients") {
		return format.Detected{}, false
	}
	var e event
	if !decode(text, &e) || e.Message != "" && !decode(e.Message, &e) {
		return format.Detected{}, false
	}
	var list recipients
	for _, r := range e.Bounce.BouncedRecipients {
		said := format.Recipient{Address: canonical(r.EmailAddress), Action: action(r.Action), Status: stated(r.Status), Diagnostic: cut(untyped(r.DiagnosticCode))}
		if said.Action == "" {
			said.Action = "failed"
		}
		list.add(settle(said))
	}
	for _, r := range e.DeliveryDelay.DelayedRecipients {
		list.add(settle(format.Recipient{Address: canonical(r.EmailAddress), Action: "delayed", Status: stated(r.Status), Diagnostic: cut(untyped(r.DiagnosticCode))}))
	}
	if len(list.list) == 0 {
		return format.Detected{}, false
	}
	d := format.Detected{Format: format.DSN, Valid: true, Fields: map[string]any{"notificationType": strings.TrimSpace(e.NotificationType + e.EventType)}}
	d.Bounce = format.Bounce{OriginalMessageID: cleanID(e.Mail.CommonHeaders.MessageID), Recipients: list.list}
	if d.Bounce.OriginalMessageID == "" {
		d.Bounce.OriginalMessageID = cleanID(e.Mail.MessageID)
	}
	return d, true
}

// decode reads the first value of a text; services put words below it.
func decode(text string, into *event) bool {
	return json.NewDecoder(strings.NewReader(text)).Decode(into) == nil
}
