package tickets

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/parser"
)

// IdentityOf is what two copies of one mail have in common, whichever mailbox
// and gateway they came through: hexadecimal SHA-256 over Message-ID, From, Date
// and the new text. A missing header counts as empty. Of the text only the
// words count, white space is folded. The parser has set aside the warnings and tags that
// gateways add, and unwrapped their links.
//
// Where that says too little to tell mails apart (no Message-ID, no new text, or
// a text that could not be decrypted) the digests of all attachments, sorted,
// count too, and without a Message-ID the whole text and the subject do: scripts
// that write none tell in the subject what is new.
// Two mails that meet in it may still differ in what they quote and attach: BringsMore
// tells, so that none is lost in the other.
func IdentityOf(r Report) string {
	sum := sha256.New()
	writeField(sum, "postern identity 1")
	writeField(sum, strings.TrimSpace(r.MessageID))
	writeField(sum, fromLine(r))
	writeField(sum, r.Date)
	body := r.NewText
	if r.MessageID == "" {
		body = r.Text
	}
	words := writeWords(sum, body)
	if r.MessageID == "" {
		writeWords(sum, parser.Untagged(r.Subject))
	}
	if r.MessageID == "" || words == 0 || unread(r) {
		for _, digest := range attachmentDigests(r) {
			writeField(sum, digest)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// featureless tells that a mail has nothing of its own to be known by; then
// only its bytes can say whether it is another one.
func featureless(r Report) bool {
	return r.MessageID == "" && len(r.Attachments) == 0 && strings.TrimSpace(r.NewText) == ""
}

// identityOf is IdentityOf, or the digest of the bytes for a mail without features.
func identityOf(c Claim, r Report) string {
	if !featureless(r) {
		return IdentityOf(r)
	}
	sum := sha256.Sum256([]byte("postern identity of bytes 1\x00" + c.SHA256))
	return hex.EncodeToString(sum[:])
}

func unread(r Report) bool { return r.Crypto.Encrypted && !r.Crypto.Decrypted }

// writeField writes a value with its length before it, so that no two lists of
// values give the same bytes.
func writeField(sum hash.Hash, value string) {
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(value)))
	sum.Write(length[:])
	sum.Write([]byte(value))
}

// fromLine has addresses only: gateways add "[EXT]" to display names as well. A From that is no
// address at all counts as written.
func fromLine(r Report) string {
	var all []string
	for _, from := range r.From {
		if from.Address == "" {
			all = append(all, strings.TrimSpace(from.Name))
			continue
		}
		all = append(all, strings.ToLower(from.Address))
	}
	return strings.Join(all, ",")
}

func attachmentDigests(r Report) []string {
	digests := make([]string, 0, len(r.Attachments))
	for _, a := range r.Attachments {
		digests = append(digests, a.SHA256)
	}
	slices.Sort(digests)
	return digests
}

// writeWords writes the words of a text, each with a blank behind it and a line
// feed at the end: neither is ever part of a word. It tells how many there are. Text
// of any length passes through a small buffer.
func writeWords(sum hash.Hash, body string) (words int) {
	out := bufio.NewWriterSize(sum, 4<<10)
	for word := range strings.FieldsSeq(visible(body)) {
		words++
		out.WriteString(word) // a hash never fails to write
		out.WriteByte(' ')
	}
	out.WriteByte('\n')
	out.Flush()
	return words
}

// visible takes out what mail programs add and drop as they like: soft hyphens,
// zero-width signs and marks of direction.
func visible(body string) string {
	for i := range len(body) {
		if body[i] >= utf8.RuneSelf {
			return strings.Map(dropInvisible, body)
		}
	}
	return body
}

func dropInvisible(r rune) rune {
	if r == '\u00ad' || r == '\ufeff' || r >= '\u200b' && r <= '\u200f' {
		return -1
	}
	return r
}
