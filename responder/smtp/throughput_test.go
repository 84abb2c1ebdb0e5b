package smtp_test

import (
	"sync"
	"testing"

	"postern/responder/smtp"
	"postern/responder/smtp/smtptest"
)

// BenchmarkSend is four senders over kept connections, as the outbox does it.
func BenchmarkSend(b *testing.B) {
	s, err := smtptest.Start(smtptest.Options{HeaderOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	tr, err := smtp.New(smtp.Options{Address: s.Addr(), Security: smtp.Insecure})
	if err != nil {
		b.Fatal(err)
	}
	defer tr.Close()
	body := mail(lines(1500))
	work := make(chan struct{})
	var on sync.WaitGroup
	for range 4 {
		on.Go(func() {
			for range work {
				if _, err := tr.Send(b.Context(), toReporter, body, yes); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	on.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}
