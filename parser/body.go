package parser

import (
	"slices"
	"strings"

	"postern/parser/indicator"
	"postern/parser/mime"
	"postern/parser/outlook"
	"postern/parser/text"
)

// shown is one part of the text that a person reads.
type shown struct {
	part *mime.Part
	text string
}

// texts finds the text a person reads and everything else worth searching.
func (r *reading) texts() {
	picked := make(map[*mime.Part]bool)
	r.pick(r.root, picked)
	if len(r.shown) == 0 {
		r.showCalendar()
	}
	if len(r.shown) == 0 {
		r.showUnknown(picked)
	}
	var all []string
	for _, s := range r.shown {
		all = append(all, strings.TrimRight(s.text, " \t\n"))
	}
	body := strings.Trim(strings.Join(all, "\n\n"), "\n")
	r.report.Text, _ = text.Readable(body)
	r.report.NewText = r.newText(body)
	r.prose = text.Prose(r.report.NewText)
	r.report.Language = text.Language(r.prose)
	r.shownParts = picked
	r.searchHeader()
	r.searchRest()
}

// showUnknown shows, where there is no other text, the first one of a kind that nobody
// knows, "text/x-log": it is read as plain text (RFC 2046 section 4.1.4). What is made
// for programs stays a file.
func (r *reading) showUnknown(picked map[*mime.Part]bool) {
	p := r.root.Outer(func(p *mime.Part) bool {
		return p.Leaf() && strings.HasPrefix(p.Type, "text/") && !forPrograms[p.Type] && p.Name == "" && p.Disposition != "attachment"
	})
	if p == nil {
		return
	}
	body, links := r.read(p)
	picked[p] = true
	r.show(p, body, links)
}

// forPrograms are texts that no reader is shown.
var forPrograms = map[string]bool{
	"text/calendar": true, "text/css": true, "text/csv": true, "text/directory": true, "text/javascript": true, "text/json": true, "text/richtext": true,
	"text/rfc822-headers": true, "text/rtf": true, "text/tab-separated-values": true, "text/vcard": true, "text/x-vcard": true, "text/xml": true,
}

// newText is what the sender wrote. The header says whether he answered, and
// the subject where a client lost the thread.
func (r *reading) newText(body string) string {
	if len(r.report.InReplyTo)+len(r.report.References) > 0 || text.Answers(r.report.Subject) {
		return text.Reply(body)
	}
	return text.New(body)
}

// pick decides which parts a reader sees as text: of alternatives one, of
// related parts the root, everything inline that stands side by side.
func (r *reading) pick(p *mime.Part, picked map[*mime.Part]bool) {
	if r.ctx.Err() != nil {
		return
	}
	switch {
	case p.Message() && !p.Leaf():
		return
	case p.Type == "multipart/alternative":
		r.pickAlternative(p, picked)
	case p.Type == outlook.TypeTNEF && !p.Leaf():
		r.pickWinmail(p, picked)
	case p.Type == "multipart/appledouble": // two forks of one file (RFC 1740)
	case p.Type == "multipart/related":
		if len(p.Children) > 0 {
			r.pick(related(p), picked)
		}
	case p.Type == "multipart/encrypted": // it stayed closed
	case !p.Leaf():
		for _, child := range p.Children {
			r.pick(child, picked)
		}
	case readable(p) && (p.Name == "" || len(r.shown) == 0):
		body, links := r.read(p)
		picked[p] = true
		r.show(p, body, links)
	}
}

// related is the part of multipart/related that is shown (RFC 2387 section 3.2).
func related(p *mime.Part) *mime.Part {
	if start := strings.Trim(p.Params["start"], "<> "); start != "" {
		for _, child := range p.Children {
			if strings.Trim(child.Header.Get("Content-Id"), "<> ") == start {
				return child
			}
		}
	}
	for _, child := range p.Children { // the first part, unless it is a picture that a careless program put there
		if !child.Leaf() || readable(child) {
			return child
		}
	}
	return p.Children[0]
}

// readable tells a leaf that mail clients show as text. One with a file name is
// shown only where it takes the place of the mail's own text.
func readable(p *mime.Part) bool {
	if p.Disposition == "attachment" {
		return false
	}
	switch p.Type {
	case "text/plain", "text/html", "text/enriched", "text/markdown", "text/x-markdown":
		return true
	case "text/richtext": // with a name it is a file of a word processor
		return p.Name == ""
	}
	return false
}

// pickAlternative shows one of the texts that say the same: the plainest, which
// is the first by the rules, unless it says much less than another one, as "your program
// cannot show this mail" does. The words and links of all are searched.
func (r *reading) pickAlternative(p *mime.Part, picked map[*mime.Part]bool) {
	var best []shown
	for _, child := range p.Children {
		before := len(r.shown)
		r.pick(child, picked)
		if otherForm(child) {
			picked[child] = true
		}
		found := slices.Clone(r.shown[before:])
		r.shown = r.shown[:before]
		if len(found) > 0 && (best == nil || better(found, best)) {
			best = found
		}
	}
	r.shown = append(r.shown, best...)
}

// better tells whether a text is shown instead of the best one so far: plain
// words instead of a page, in whatever order they come, unless they say much less.
func better(found, best []shown) bool {
	words, other := countWords(best), countWords(found)
	if found[0].part.Type != "text/html" && best[0].part.Type == "text/html" {
		return !poorer(other, words)
	}
	return poorer(words, other)
}

// otherForm tells a text of which readable ones stand beside it as alternatives:
// a form for special readers (AMP, watches), and no file.
func otherForm(p *mime.Part) bool {
	return p.Leaf() && p.Name == "" && p.Disposition != "attachment" && strings.HasPrefix(p.Type, "text/") && p.Type != "text/calendar" && p.Type != "text/vcard"
}

// stub is how many words a text has at most that only points to another one.
const stub = 30

func poorer(words, other int) bool {
	return words == 0 && other > 0 || words < stub && other > 4*words
}

// countWords counts as far as poorer asks.
func countWords(texts []shown) int {
	n := 0
	for _, s := range texts {
		for word := range strings.FieldsSeq(s.text) {
			if len(word) > longestWord {
				continue
			}
			if n++; n > 4*stub {
				return n
			}
		}
	}
	return n
}

// longestWord is the most bytes that count as a word: a line of ciphertext or of
// base64 says nothing to a reader.
const longestWord = 60

// show takes the words of a part for the reader and for the search.
func (r *reading) show(p *mime.Part, body string, links []string) {
	r.shown = append(r.shown, shown{p, body})
	r.searched = append(r.searched, indicator.Text{Part: p.Number, Body: r.forSearch(body), URLs: links})
}

// read gives the words of a text part and the links of a page. Inline OpenPGP
// that was opened stands in the place of its armour.
func (r *reading) read(p *mime.Part) (body string, links []string) {
	if r.left <= 0 {
		r.problems.Tell(mime.CodeTextTruncated, "The mail has more text than is kept and searched.")
		return "", nil
	}
	body, found := p.Text(r.left)
	r.problems.Add(found...)
	r.left -= int64(len(body))
	body = r.withoutLegacy(p, body)
	if p.Type == "text/html" {
		return r.page(p, body)
	}
	body = r.insert(p, body)
	if p.Type == "text/plain" && p.Leaf() {
		rest, files, found := mime.CutFiles(body)
		r.problems.Add(found...)
		p.Adopt(files...)
		body = rest
	}
	switch {
	case p.Type == "text/enriched" || p.Type == "text/richtext" && !strings.HasPrefix(body, `{\rtf`):
		body = enriched(body)
	case strings.EqualFold(p.Params["format"], "flowed"):
		body = text.Flowed(body, strings.EqualFold(p.Params["delsp"], "yes"))
	}
	return r.readable(body), nil
}

// page reads HTML. What came out of encryption is never joined with the markup
// around it, which anybody may have put there to carry it away (EFAIL).
func (r *reading) page(p *mime.Part, body string) (shown string, links []string) {
	var texts []string
	for _, piece := range r.pieces(p, body) {
		if piece.opened {
			texts = append(texts, r.readable(piece.text))
			continue
		}
		page := r.pageOf(piece.text)
		texts, links = append(texts, page.Text), append(links, r.followed(page.Links)...)
	}
	return strings.Join(texts, "\n\n"), links
}

// insert puts what inline blocks held in their place.
func (r *reading) insert(p *mime.Part, body string) string {
	list := r.pieces(p, body)
	if len(list) == 1 { // nothing was opened
		return body
	}
	var b strings.Builder
	for _, piece := range list {
		b.WriteString(piece.text)
	}
	return b.String()
}

// piece is a stretch of a text as it came, or what an inline block held.
type piece struct {
	text   string
	opened bool
}

// pieces cuts a text at the inline blocks that were opened.
func (r *reading) pieces(p *mime.Part, body string) (list []piece) {
	done := int64(0)
	for _, block := range r.inner {
		if block.Part != p || block.Start < done || block.End < block.Start || block.End > int64(len(body)) {
			continue
		}
		list = append(list, piece{text: body[done:block.Start]}, piece{text: r.afford(block.Text), opened: true})
		done = block.End
	}
	return append(list, piece{text: body[done:]})
}

// afford takes what an inline block held from the room for text: what was
// compressed may be a thousand times as long as its armour.
func (r *reading) afford(held string) string {
	if int64(len(held)) > r.left {
		r.problems.Tell(mime.CodeTextTruncated, "The mail has more text than is kept and searched.")
		held = strings.ToValidUTF8(held[:max(r.left, 0)], "")
	}
	r.left -= int64(len(held))
	return held
}
