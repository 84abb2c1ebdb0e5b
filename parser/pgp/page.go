package pgp

import (
	"bytes"
	"context"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"postern/parser/mime"
)

// page opens the messages that stand as armour inside HTML, as web mail sends
// them that knows nothing of OpenPGP. Each is cut out with the markup between
// its lines; who shows what came out must read the page before it, the text,
// and the page behind it apart, because markup that begins before a secret and
// ends behind it would carry it away (EFAIL). Where the same stands beside it as
// plain text its signature is told once.
func (o *opening) page(ctx context.Context, p *mime.Part, at place) {
	before := len(o.findings)
	defer func() { o.findings = o.findings[:len(o.findings)-o.repeated(before)] }()
	text, _ := p.Text(0)
	if before == 0 && strings.Contains(text, beginSigned) { // else it stands beside as plain text and was judged
		o.problem(codeSignedPage, "A page of the mail holds a signed text (cleartext signature). Its signature is not judged, since the markup is no part of what was signed: ask for it as plain text or as PGP/MIME.")
	}
	blocks := o.capped(pageBlocks(text))
	at = at.below(len(blocks) == 1 && blank(text[:blocks[0].start]) && blank(text[blocks[0].end:]))
	for _, b := range blocks {
		inner, encrypted, ok := o.unwrap(ctx, b, [][]byte{bareArmour(text[b.start:b.end])}, at)
		if ok {
			o.opened.Inner = append(o.opened.Inner, Inner{Part: p, Start: int64(b.start), End: int64(b.end), Text: inner, Encrypted: encrypted})
		}
	}
}

// codeSignedPage is the Problem of a signed text whose lines became markup.
const codeSignedPage = "signed-page"

// repeated is how many of the findings from that one on say what one before them
// says: the program signed the text and the page at one time. They are put last.
func (o *opening) repeated(from int) (n int) {
	for i := from; i < len(o.findings)-n; {
		same := func(f finding) bool { return f.repeats(o.findings[i]) }
		if !slices.ContainsFunc(o.findings[:from], same) {
			i++
			continue
		}
		n++
		last := len(o.findings) - n
		o.findings[i], o.findings[last] = o.findings[last], o.findings[i]
	}
	return n
}

// repeats tells two findings of which one says all.
func (f finding) repeats(other finding) bool {
	near := f.sig != nil && other.sig != nil && f.sig.CreationTime.Sub(other.sig.CreationTime).Abs() < time.Minute
	return near && f.verdict == other.verdict && f.cause == other.cause && f.issuer == other.issuer && f.at == other.at
}

// pageBlocks finds messages by their marks alone, since a page may be one line.
// One that lost its end reaches to the next or to the end of the page.
func pageBlocks(text string) (found []block) {
	open := false
	for _, m := range pageMarks.FindAllStringSubmatchIndex(text, maxPageMarks) {
		begins := m[2] >= 0
		if open {
			found[len(found)-1].end = m[1]
			if begins {
				found[len(found)-1].end = m[0]
			}
		}
		if begins {
			found = append(found, block{kind: blockMessage, start: m[0], end: len(text)})
		}
		if open = begins; len(found) > maxBlocks {
			break
		}
	}
	return found
}

// maxPageMarks bounds the marks looked at in one page: those of as many blocks as
// are opened, and of others that lost their beginning.
const maxPageMarks = 4 * maxBlocks

// pageMarks are the marks of a message, also with the blanks that editors of pages write.
var pageMarks = regexp.MustCompile(`-----(?:(BEGIN)|END)(?: |\x{a0}|&nbsp;|&#160;)PGP(?: |\x{a0}|&nbsp;|&#160;)MESSAGE-----`)

// Markup between the lines of armour: what ends a line and what is only style.
var (
	lineMarkup  = regexp.MustCompile(`(?i)<(?:br|/?p|/?div|/?pre|/?li|/?tr)\b[^<>]*>`)
	otherMarkup = regexp.MustCompile(`<[^<>]*>`)
	pageTags    = regexp.MustCompile(`(?is)<(?:head|style|script|title)\b.*?</(?:head|style|script|title)\s*>|<[^<>]*>`)
)

// bareArmour makes lines of armour out of HTML: no markup, no entities, and one
// blank line, which ends its headers (RFC 9580 section 6.2).
func bareArmour(page string) []byte {
	page = otherMarkup.ReplaceAllString(lineMarkup.ReplaceAllString(page, "\n"), "")
	var out bytes.Buffer
	headers := true
	for line := range strings.Lines(html.UnescapeString(page)) {
		line = strings.TrimSpace(strings.ReplaceAll(line, "\u00a0", " "))
		mark := strings.HasPrefix(line, markTail)
		if line == "" {
			continue
		}
		if headers && !mark && !strings.Contains(line, ": ") {
			out.WriteByte('\n')
			headers = false
		}
		out.WriteString(line + "\n")
	}
	return out.Bytes()
}

// blank tells HTML of which a reader sees nothing.
func blank(page string) bool {
	return strings.TrimSpace(html.UnescapeString(pageTags.ReplaceAllString(page, ""))) == ""
}
