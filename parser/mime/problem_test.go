package mime_test

import (
	"testing"

	"postern/parser/mime"
)

// A body can give reason for the same sentence at each of its bytes.
func TestTellingTheSameAgainCostsNothing(t *testing.T) {
	var p mime.Problems
	p.Tell(mime.CodeBrokenEncoding, "The encoding is broken.")
	if got := testing.AllocsPerRun(1000, func() { p.Tell(mime.CodeBrokenEncoding, "The encoding is broken.") }); got != 0 {
		t.Errorf("it allocates %v times", got)
	}
	if got := p.List(); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
