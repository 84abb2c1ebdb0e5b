package text_test

import (
	"strings"
	"testing"
	"time"

	"postern/parser/text"
)

// TestNewIsLinear reads texts of a hundred thousand lines, each of which could be
// compared with all others. That takes minutes; the deadline is for slow machines.
func TestNewIsLinear(t *testing.T) {
	const many, deadline = 60_000, 30 * time.Second
	for name, body := range map[string]string{
		"blank lines above quotes":             "hi\n" + strings.Repeat("\n", 2*many) + strings.Repeat("x:\n> a\n", many),
		"blank lines above signature marks":    strings.Repeat("\n", 2*many) + "hi\n" + strings.Repeat("__\nx:\n", many),
		"blank lines above what is introduced": strings.Repeat("\n", 2*many) + strings.Repeat("x:\n> ls\n", many),
		"lines that look like fields":          strings.Repeat("a:\n", 4*many),
		"introductions of nothing":             strings.Repeat("On 21 Nov 2026 10:00 <a@example.net> wrote:\n\n", many/2),
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			text.New(body)
			if took := time.Since(begun); took > deadline {
				t.Errorf("%d bytes took %v", len(body), took)
			}
		})
	}
}

func TestAttributionBehindManyLinesWithColonsIsFound(t *testing.T) {
	body := strings.Repeat("key:\n", 3000) + "Ours are all of these.\n\nOn 21 Nov 2026 at 10:00, Ana <ana@example.net> wrote:\n> hello\n"
	got := text.Reply(body)
	if strings.Contains(got, "hello") || strings.Contains(got, "wrote") || !strings.Contains(got, "Ours are all") {
		t.Errorf("got %q at its end", got[max(0, len(got)-100):])
	}
}
