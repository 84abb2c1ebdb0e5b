package main

import (
	"fmt"
	"testing"
	"time"
)

// A database in another town: with one in the next rack, two processors that all
// machines, the database and the mail server share would be what is measured.
const (
	distance      = 20 * time.Millisecond
	distanceMails = 600
)

// benchDistance shows what more machines bring where each spends its time waiting
// for the database and not for one of two cores that all of them share.
func benchDistance(b *testing.B) {
	letters := newGenerator(b, "d", 23).letters(b, distanceMails)
	var mailboxes []string
	for n := range machines {
		mailboxes = append(mailboxes, fmt.Sprintf("distance%d@example.org", n))
	}
	server := startReal(b, mailboxes...)
	describe(letters)
	text, alone := fmt.Sprintf("every answer of PostgreSQL takes %s longer\n", distance), 0.0
	for n, user := range mailboxes {
		m := benchFar(b, server, user, letters, n+1, distance)
		if n == 0 {
			alone = m.rate()
		}
		text += fmt.Sprintf("%s: %.0f mails/s, %.2f times the rate of one\n", m.name, m.rate(), m.rate()/alone)
	}
	printf("%s", text)
}
