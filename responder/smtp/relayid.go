package smtp

import (
	"regexp"
	"strings"
)

const maxRelayID = 200 // bytes; longer is no ID

// relayIDs are the forms in which relays name a mail they took, the telling
// ones first: a Message-ID of their own, "queued as", "id=", a lone long word.
var relayIDs = []*regexp.Regexp{
	regexp.MustCompile(`<([!-;=?-~]+@[!-;=?-~]+)>`),
	regexp.MustCompile(`(?i)\bqueued (?:mail )?(?:as|for delivery as) ([0-9A-Za-z._-]+)`),
	regexp.MustCompile(`(?i)\bid=([0-9A-Za-z._-]+)`),
	regexp.MustCompile(`(?i)^(?:2\.\d+\.\d+ )?ok:? ([0-9a-z-]{16,})$`),
}

// relayID finds the name the relay gave to a mail in its 250 reply, "" when
// there is none. Some relays put it into the Message-ID that the other side
// sees, so replies may name it.
func relayID(reply string) string {
	for line := range strings.SplitSeq(reply, "\n") {
		for _, form := range relayIDs {
			if match := form.FindStringSubmatch(strings.TrimSpace(line)); match != nil && len(match[1]) <= maxRelayID {
				return match[1]
			}
		}
	}
	return ""
}
