package storetest

import (
	"postern/tickets"
)

// sent is the verdict of a relay that took the mail.
func sent(relayID string) tickets.SendResult {
	return tickets.SendResult{State: tickets.OutSent, RelayID: relayID}
}
