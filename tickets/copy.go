package tickets

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"postern/parser"
)

// AlteredIdentity is the second identity of a mail, for when another one with the
// same words is filed already and shows other evidence: the first identity, the
// digests of all attachments and the words it quotes. Two deliveries of such a copy
// meet in it.
func AlteredIdentity(identity string, r Report) string {
	sum := sha256.New()
	writeField(sum, "postern identity of an altered copy 2")
	writeField(sum, identity)
	for _, digest := range attachmentDigests(r) {
		writeField(sum, digest)
	}
	for _, line := range evidenceLines(Told(r)) {
		writeField(sum, line)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Told is what an entry shows of a mail. The first mail of a matter is shown
// whole: what it forwards and quotes is the evidence. Of a reply only the new
// text is, since the rest stands in the entries before it.
func Told(r Report) string {
	if len(r.InReplyTo)+len(r.References) == 0 {
		return cmp.Or(r.Text, r.NewText)
	}
	return cmp.Or(r.NewText, r.Text)
}

// FiledCopy is what the entry of a mail with the same identity shows.
type FiledCopy struct {
	Text        string // as Told gave it, perhaps cut
	Attachments []parser.Attachment
	Verdict     string // the sentences about its signatures, "" where it had none
}

// BringsMore tells whether a mail has an attachment, the only signature, or quoted
// words that the filed copy lacks. Then it is not the same mail: whoever saw the new
// words could otherwise send them first, with harmless evidence, and that of the true
// mail would be hidden. A copy that lost something on the way hides nothing.
func BringsMore(came Report, filed FiledCopy) bool {
	if len(came.Crypto.Signatures) > 0 && filed.Verdict == "" {
		return true
	}
	lacks := func(a parser.Attachment) bool {
		return !slices.ContainsFunc(filed.Attachments, func(b parser.Attachment) bool { return a.SHA256 == b.SHA256 })
	}
	return slices.ContainsFunc(came.Attachments, lacks) || bringsWords(Told(came), filed.Text)
}

// bringsWords tells whether a text has a line that the filed one lacks. The lines of a
// copy stand in the filed text in the same order, whatever was added between them and
// wherever they were broken, so one pass over it finds them.
func bringsWords(came, filed string) bool {
	rest := " " + strings.Join(evidenceLines(filed), " ") + " "
	for _, line := range evidenceLines(came) {
		at := strings.Index(rest, " "+line+" ")
		if at < 0 {
			return true
		}
		rest = rest[at+len(line)+1:]
	}
	return false
}

// comparedText bounds the text that is compared.
const comparedText = 256 << 10

// evidenceLines are the lines of a text with their words only: no quotation marks,
// no warnings of gateways, nothing of what a list adds below a rule.
func evidenceLines(text string) []string {
	if len(text) > comparedText {
		text = text[:comparedText]
	}
	var list []string
	for _, line := range withoutFooter(strings.Split(parser.Unwarned(text), "\n")) {
		words := strings.Fields(visible(line))
		words = slices.DeleteFunc(words, func(w string) bool { return !strings.ContainsFunc(w, isSign) })
		if len(words) > 0 {
			list = append(list, strings.Join(words, " "))
		}
	}
	return list
}

func isSign(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// footerLines is how far from its end a text may have a footer.
const footerLines = 20

// withoutFooter cuts the lines at the first rule near their end: lists and virus
// scanners set their own words below one.
func withoutFooter(lines []string) []string {
	for i := max(0, len(lines)-footerLines); i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if len(line) >= 2 && strings.Trim(line, "_-=*") == "" {
			return lines[:i]
		}
	}
	return lines
}
