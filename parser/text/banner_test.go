package text_test

import (
	"strings"
	"testing"

	"postern/parser/text"
)

func TestBare(t *testing.T) {
	deep := strings.Repeat("line\n", 100)
	for _, c := range []struct{ name, in, want string }{
		{"nothing to set aside", "Hello\nworld", "Hello\nworld"},
		{"above", "CAUTION: This email originated from outside. Do not click.\n\nHello", "Hello"},
		{"a tag", "\n[EXT] Hello", "Hello"},
		{"below", deep + "\n*** External email: do not click on links ***\n\n", deep},
		{"both", "[EXTERNAL]\n\nHello\n\n*** External email: do not click on links ***", "Hello\n"},
		{"quoted", "> [EXT] Hello", "> [EXT] Hello"},
		{"nothing", "", ""},
	} {
		if got := text.Bare(c.in); strings.TrimLeft(got, "\n") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
