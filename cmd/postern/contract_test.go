package main

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"postern/parser"
	"postern/tickets"
)

// Names that others build on: a field may be added, none renamed or dropped.
const (
	ticketNames = `id subject state kind verdict resolution division category severity tlp reporters conversations
		conversations.reference conversations.role conversations.party conversations.their_number
		entries entries.id entries.kind entries.conversation entries.from entries.subject entries.message_id entries.at entries.tlp
		indicators indicators.type indicators.value indicators.role
		why why.matched why.matched.reason why.matched.score why.routed why.routed.reason owner parent restricted created`
	outcomeNames = `mails tickets answers answers.to answers.subject answers.ticket answers.reference answers.encrypted answers.signed held`
	reportNames  = `message_id in_reply_to references date subject from from.name from.address reply_to to cc
		reporter.address reporter.name reporter.via text new_text language
		attachments.name attachments.type attachments.size attachments.sha256 attachments.inline attachments.encrypted
		automatic.is automatic.kind automatic.may_answer automatic.reason
		bounce.original_message_id bounce.recipients.address bounce.recipients.action bounce.recipients.status bounce.recipients.diagnostic
		crypto.protocol crypto.form crypto.encrypted crypto.decrypted crypto.problem crypto.signatures.verdict crypto.signatures.sentence
		crypto.signatures.key crypto.signatures.key_state crypto.signatures.signer crypto.signatures.tier crypto.signatures.made
		crypto.signatures.from_match crypto.signatures.covers
		forwarded.from forwarded.to forwarded.subject forwarded.date forwarded.message_id
		authentication.by authentication.dkim authentication.spf authentication.dmarc authentication.aligned
		format format_version valid fields incidents.category incidents.time incidents.sources incidents.targets incidents.description
		incidents.fields incidents.endpoints.role incidents.endpoints.address incidents.endpoints.port incidents.endpoints.protocol
		incidents.endpoints.time incidents.endpoints.zone
		indicators.type indicators.value indicators.role indicators.defanged indicators.derived indicators.benign indicators.part
		kind category severity tlp why problems.code problems.detail`
)

// TestJSONContract: every name is there, and never left out for being empty.
func TestJSONContract(t *testing.T) {
	for name, c := range map[string]struct {
		of    reflect.Type
		names string
	}{
		"ticket":  {reflect.TypeFor[tickets.Ticket](), ticketNames},
		"outcome": {reflect.TypeFor[outcome](), outcomeNames},
		"report":  {reflect.TypeFor[parsed](), "file " + reportNames},
		"parser":  {reflect.TypeFor[parser.Report](), reportNames},
	} {
		t.Run(name, func(t *testing.T) {
			got := always(c.of, "")
			for _, want := range strings.Fields(c.names) {
				if !slices.Contains(got, want) {
					t.Errorf("%s is missing or may be left out", want)
				}
			}
		})
	}
}

// always lists the JSON names that a type always writes, those of its lists'
// elements as "list.name".
func always(of reflect.Type, prefix string) []string {
	for of.Kind() == reflect.Slice || of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return nil
	}
	var names []string
	for i := range of.NumField() {
		field := of.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			names = append(names, always(field.Type, prefix)...)
		case name != "" && name != "-" && !strings.HasPrefix(options, "omit"):
			names = append(names, prefix+name)
			names = append(names, always(field.Type, prefix+name+".")...)
		}
	}
	return names
}
