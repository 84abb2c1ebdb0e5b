package store_test

import (
	"fmt"
	"testing"

	"postern/intake"
	"postern/tickets"
	"postern/tickets/storetest"
)

// TestFewJourneys receives and files a batch on a database that may stand far away:
// how often it is waited for does not grow with the mails.
func TestFewJourneys(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		clock := storetest.NewClock()
		o := storetest.Options(t, clock)
		proxy, through := storetest.StartProxy(t, o.URL, 0)
		o.URL = through
		s := open(t, o)
		file := func(first, n int) (received, filed int64) {
			var mails []intake.Mail
			for i := range n {
				mails = append(mails, storetest.Mail(clock, storetest.Inbox, uint32(first+i), storetest.Text(first+i)))
			}
			before := proxy.Asked()
			storetest.Receive(t, s, mails...)
			received = proxy.Asked() - before
			var batch []tickets.Filing
			for _, c := range storetest.Claim(t, s, n) {
				batch = append(batch, withLink(c, fmt.Sprintf("http://%d.example/", c.Mail)))
			}
			before = proxy.Asked()
			storetest.File(t, s, sameLink, batch...)
			return received, proxy.Asked() - before
		}
		file(1, 1) // statements are prepared
		for _, n := range []int{2, 30} {
			received, filed := file(100*n, n)
			const mostReceived, mostFiled = 5, 8
			if received > mostReceived || filed > mostFiled {
				t.Errorf("%d mails took %d journeys to be received and %d to be filed, want at most %d and %d", n, received, filed, mostReceived, mostFiled)
			}
		}
	})
}
