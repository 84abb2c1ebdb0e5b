package parser_test

import "testing"

func TestEnrichedTextIsPlain(t *testing.T) {
	for _, row := range []struct{ name, kind, body, want string }{
		{"commands go", "text/enriched", "<bold>Urgent</bold>: a\nhost at\n\n198.51.100.7 << scans\n\n\nus", "Urgent: a host at\n198.51.100.7 < scans\n\nus"},
		{"parameters go", "text/enriched", "<color><param>red</param>red words</color>", "red words"},
		{"a bracket without end stays", "text/enriched", "a < b", "a < b"},
		{"rich text of RFC 1341", "text/richtext", "one<nl>two <lt>three", "one\ntwo <three"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := parse(t, "From: a@example.net\nContent-Type: "+row.kind+"\n\n"+row.body+"\n"); got.Text != row.want {
				t.Errorf("got %q, want %q", got.Text, row.want)
			}
		})
	}
}
