package format

import "postern/parser/mime"

// Detected is what one structured format says about a mail.
type Detected struct {
	Format    string         // arf|x-arf|xarf|iodef|shadowserver|stix|acns|dsn|mdn
	Version   string         // as the mail states it, "" when it does not
	Valid     bool           // false: the mail claims the format but breaks it; treat it as free text
	Fields    map[string]any // the format's own top-level fields under their own names and values
	Incidents []Incident
	Category  string // RSIT "class/type" of the whole mail, "" when the format does not say
	TLP       string // CLEAR|GREEN|AMBER|AMBER+STRICT|RED, "" when the format does not say
	Problems  []mime.Problem
	Parts     []*mime.Part // the parts the format was read from; they are data and not the sender's words
}

// Detector recognises one format by content, never by sender. text is the
// mail's shown text. ok is false when the mail does not claim the format at
// all; a mail that claims it and breaks it is ok with Valid false and the
// problem named.
type Detector func(root *mime.Part, text string) (found Detected, ok bool)
