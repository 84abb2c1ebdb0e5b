package automatic

import (
	"github.com/emersion/go-message"

	"postern/parser/mime"
)

// Input is what a verdict may rest on. Only the outer mail's own header counts.
type Input struct {
	Header       message.Header // of the outer mail
	Root         *mime.Part     // its tree; only the types of the outer parts are looked at
	OwnLists     []string       // List-Ids of our own reporting addresses
	OwnAddresses []string       // our own addresses, lower case
	Subject      string         // decoded
	Format       string         // what the format detectors found, "free-text" or "" when none
}

// Judge decides whether a program wrote the mail and whether it may be answered.
func Judge(in Input) Verdict { return Verdict{MayAnswer: true} }
