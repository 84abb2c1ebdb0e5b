package responder_test

import (
	"bytes"
	"testing"

	"postern/parser"
	"postern/responder"
)

// Every mail that leaves by itself is read as automatic by the next Postern,
// and is answered by nobody: not by us when it comes back, not by a team that
// runs the same program, not in any language, not with a key attached.
func TestNoAnswerToAnAnswer(t *testing.T) {
	other := responder.Team{Name: "Other CSIRT", Address: "csirt@example.com"}
	for _, template := range []string{"ack", "ack-vulnerability", "ack-peer", "cannot-decrypt", "cannot-decrypt-smime", "encrypted-no-key", "encrypted-smime"} {
		for _, language := range words(t).Languages(template) {
			for _, sender := range []responder.Team{team, other} {
				writer := renderer(t)
				writer.Team = sender
				o := answer(template, language)
				o.To, o.Sign = "csirt@example.org", template == "encrypted-no-key"
				out, err := writer.Render(o, now)
				if err != nil {
					t.Fatal(err)
				}
				read := parser.Parse(t.Context(), bytes.NewReader(out.Bytes), int64(len(out.Bytes)), parser.Env{
					Keys: ring(), ReceivedAt: now, OwnAddresses: []string{"csirt@example.org"},
				})
				if !read.Automatic.Is || read.Automatic.MayAnswer {
					t.Errorf("%s in %s reads as %+v", template, language, read.Automatic)
				}
				s := report()
				s.filing.Report = read
				if back, _ := s.judge(policy()); back != nil {
					t.Errorf("%s in %s by %s was answered with %s", template, language, sender.Name, back.Template)
				}
			}
		}
	}
}
