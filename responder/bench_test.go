package responder_test

import "testing"

// BenchmarkAcknowledge stands inside the transaction that files a mail.
func BenchmarkAcknowledge(b *testing.B) {
	s, p := report(), policy()
	for b.Loop() {
		if answer, _ := s.judge(p); answer == nil {
			b.Fatal("no answer")
		}
	}
}

// BenchmarkRender is an ordinary acknowledgement, in clear.
func BenchmarkRender(b *testing.B) {
	o, r := answer("ack", "de"), renderer(b)
	for b.Loop() {
		if _, err := r.Render(o, now); err != nil {
			b.Fatal(err)
		}
	}
}
