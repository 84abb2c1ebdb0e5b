package responder_test

import (
	"testing"

	"postern/parser/mime"
)

// A Reply-To of the same organisation that nothing can be sent to must not hide
// From from its budget: with a new one in each mail nothing would bound the
// answers to one address.
func TestUnusableReplyToHidesNobodyFromTheBudget(t *testing.T) {
	s := report()
	s.filing.Report.ReplyTo = []mime.Address{{Address: "-17@a17.example.net"}}
	s.decision.Party, s.filing.Keys.From = "-17@a17.example.net", "-17@a17.example.net"
	if o, _ := s.judge(policy()); o != nil {
		t.Errorf("answered to %s with the budget of %s", o.To, s.filing.Keys.From)
	}
}
