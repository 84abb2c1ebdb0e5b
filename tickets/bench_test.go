package tickets_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/tickets"
)

// BenchmarkDecide is what an average mail costs here: keys, route and decision
// with sixty addresses and a thread to follow.
func BenchmarkDecide(b *testing.B) {
	rules := house(b)
	judge := rules.Judge(willing{}, func() time.Time { return today })
	r := mail(text(strings.Repeat("Nov 21 14:05:00 gate sshd[123]: failed password from 203.0.113.5\n", 60)))
	for i := range 60 {
		named("ipv4", fmt.Sprintf("198.18.0.%d", i))(&r)
	}
	c := tickets.Claim{Mailbox: "csirt", ReceivedAt: today}
	b.ReportAllocs()
	for b.Loop() {
		judge(tickets.Filing{Claim: c, Report: r, Keys: tickets.KeysOf(c, r, rules)}, tickets.Evidence{})
	}
}

// BenchmarkIdentityOfLongText: thirty megabytes of text.
func BenchmarkIdentityOfLongText(b *testing.B) {
	r := mail(text(strings.Repeat("Nov 21 14:05:00 gate sshd[123]: failed password from 203.0.113.5\n", 460_000)))
	b.SetBytes(int64(len(r.NewText)))
	b.ReportAllocs()
	for b.Loop() {
		tickets.IdentityOf(r)
	}
}
