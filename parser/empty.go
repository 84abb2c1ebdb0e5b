package parser

import (
	"postern/parser/format"
	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/parser/pgp"
)

// emptyReport is a report of nothing: its lists are empty and never null.
func emptyReport() Report {
	return Report{
		InReplyTo: []string{}, References: []string{},
		From: []mime.Address{}, ReplyTo: []mime.Address{}, To: []mime.Address{}, Cc: []mime.Address{},
		Attachments: []Attachment{},
		Bounce:      Bounce{Recipients: []BounceRecipient{}},
		Crypto:      pgp.Result{Protocol: "none", Signatures: []pgp.Signature{}},
		Format:      format.FreeText, Valid: true, Fields: map[string]any{},
		Incidents:  []format.Incident{},
		Indicators: []indicator.Indicator{},
		Why:        map[string]string{},
		Problems:   []mime.Problem{},
	}
}

// whole gives an incident lists and maps where it has none.
func whole(i format.Incident) format.Incident {
	if i.Sources == nil {
		i.Sources = []string{}
	}
	if i.Targets == nil {
		i.Targets = []string{}
	}
	if i.Endpoints == nil {
		i.Endpoints = []format.Endpoint{}
	}
	if i.Fields == nil {
		i.Fields = map[string]any{}
	}
	return i
}
