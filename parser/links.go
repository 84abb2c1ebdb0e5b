package parser

import (
	"strings"

	"postern/parser/link"
	"postern/parser/text"
)

// Codes of the problems that the links and signs of a text have.
const (
	codeWrappedLink  = "wrapped-link"  // a gateway hides where a link leads
	codeLinkMismatch = "link-mismatch" // the words of a link name another place than its target
	codeTurnedText   = "turned-text"   // marks make letters read in another order
)

// readable is a text as its reader sees it: without signs nobody sees, and with
// its links as they were before gateways rewrote them.
func (r *reading) readable(body string) string {
	clean, turned := text.Readable(body)
	if turned {
		r.tellTurned()
	}
	return r.unwrapped(clean)
}

func (r *reading) tellTurned() {
	r.problems.Tell(codeTurnedText, "The text holds marks that make letters read in another order than they stand; they were left out.")
}

// unwrapped is a text with its links as they were. Marks of its lines stay.
func (r *reading) unwrapped(body string) string {
	page := link.Text(body)
	for _, gateway := range page.Hidden {
		r.problems.Tell(codeWrappedLink, "A link was rewritten by %s and does not say where it leads.", gateway)
	}
	if page.Text == body && page.Search == body {
		r.original = body
	}
	return page.Text
}

// Unwarned is the text of a report without the warnings that gateways wrote above
// and below it. The new text of one has none.
func Unwarned(body string) string { return text.Bare(body) }

// Untagged is a subject without the tags that gateways put before its words.
func Untagged(subject string) string { return text.Untagged(subject) }

// pageOf reads HTML with its links unwrapped, and compares what they show with
// where they lead.
func (r *reading) pageOf(page string) text.Page {
	found := text.Reader{Unwrap: link.Target}.HTML(page)
	for _, shown := range found.Shown {
		if _, _, gateway := link.Unwrap(shown.Target); gateway == "" && link.Disagree(link.Target(shown.Words), shown.Target) {
			r.problems.Tell(codeLinkMismatch, "The words of a link name another place than the one it leads to.")
			break
		}
	}
	if strings.Contains(page, "\u202d") || strings.Contains(page, "\u202e") || strings.Contains(page, "&#8238;") || strings.Contains(page, "&#x202") {
		if _, turned := text.Readable(found.Text); turned {
			r.tellTurned()
		}
	}
	found.Text = r.unwrapped(found.Text)
	return found
}

// forSearch is a text for the search: without warnings that gateways set above
// it, and without links that mail programs add or gateways hide.
func (r *reading) forSearch(body string) string {
	clean, _ := text.Readable(body)
	rest := text.Unwarned(clean)
	if clean == r.original { // its links were read a moment ago
		return rest
	}
	return link.Text(rest).Search
}

// followed are the links of a page for the search. Those that a gateway hides
// lead to the gateway; the domain it names, if any, stands in the text.
func (r *reading) followed(links []string) []string {
	kept := make([]string, 0, len(links))
	for _, target := range links {
		_, _, gateway := link.Unwrap(target)
		switch {
		case gateway != "":
			r.problems.Tell(codeWrappedLink, "A link was rewritten by %s and does not say where it leads.", gateway)
		case !link.Added(target):
			kept = append(kept, target)
		}
	}
	return kept
}
