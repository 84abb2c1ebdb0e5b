package pgp

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"io"
	"strings"

	"postern/parser/mime"
)

// maxCiphertext is the largest part that is searched for a message: a mail of
// the largest size that is taken whole.
const maxCiphertext = 100 << 20

// inline opens the armoured blocks inside one text part. The part itself stays
// as it is: what the blocks held goes to Opened.Inner. A mail of its own that
// somebody put there as armour is read in the place of the part.
func (o *opening) inline(ctx context.Context, p *mime.Part, at place) *mime.Part {
	if !o.holds(p.Open(), anyMark) && !wideCharset(p) {
		return p
	}
	at.charset = p.Params["charset"]
	if p.Type == "text/html" {
		o.page(ctx, p, at)
		return p
	}
	utf8, _ := p.Text(0)
	text := []byte(utf8)
	o.pieces(text)
	blocks := o.capped(blocksOf(text))
	if alone(text, blocks) && blocks[0].kind == blockMessage && !blocks[0].quoted() {
		return o.lone(ctx, p, text, blocks[0], at)
	}
	at = at.below(alone(text, blocks))
	forms := o.formsOf(p, text, blocks)
	for i, b := range blocks {
		if inner, encrypted, ok := o.unwrap(ctx, b, forms[i], at); ok {
			o.show(p, b, inner, encrypted)
		}
	}
	return p
}

// wideCharset tells a text whose signs take two bytes or more, in which no mark is
// found before it is read.
func wideCharset(p *mime.Part) bool {
	charset := strings.ToLower(p.Params["charset"])
	return strings.HasPrefix(charset, "utf-16") || strings.HasPrefix(charset, "utf-32") || strings.HasPrefix(charset, "iso-10646")
}

// pieces tells of a message that was cut into several mails (RFC 4880 section 6.2).
func (o *opening) pieces(text []byte) {
	if at := bytes.Index(text, []byte(beginPiece)); at == 0 || at > 0 && text[at-1] == '\n' {
		o.form(formInline)
		o.result.Encrypted = true
		o.fail("it is one piece of a message that was cut into several, which are not put together here")
	}
}

// show keeps what a block held, quoted as the block was.
func (o *opening) show(p *mime.Part, b block, text string, encrypted bool) {
	if b.quoted() {
		text = strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+b.quote)
	}
	o.opened.Inner = append(o.opened.Inner, Inner{Part: p, Start: int64(b.start), End: int64(b.end), Text: text, Encrypted: encrypted})
}

// lone opens a message that is all of a text part. When a mail of its own comes
// out, a mail server wrapped PGP/MIME anew.
func (o *opening) lone(ctx context.Context, p *mime.Part, text []byte, b block, at place) *mime.Part {
	before := o.result.Form
	m, ok := o.message(ctx, bytes.NewReader(text[b.start:b.end]), int64(b.end-b.start), formInline, at)
	switch {
	case !ok:
		return p
	case isEntity(m.plain):
		if before == "" {
			o.result.Form = formMixed
		}
		return o.replaced(ctx, p, m, m.plain, at)
	}
	at.charset = cmp.Or(armourCharset(text[b.start:b.end]), at.charset)
	inner, secret := o.nested(ctx, []byte(plainText(m.plain, at.charset)), at.inside())
	o.show(p, b, inner, m.encrypted || secret)
	return p
}

// blocksOf finds the blocks of a text; a message whose line ends were lost or
// that stands behind words on a line is found by its marks.
func blocksOf(text []byte) []block {
	found := findBlocks(text)
	for _, b := range found {
		if b.kind == blockMessage {
			return found
		}
	}
	if !bytes.Contains(text, []byte(beginMsg)) || len(found) > 0 {
		return found
	}
	for _, b := range pageBlocks(string(text)) {
		if firstRun(text[b.start+len(beginMsg):b.end]) >= 0 {
			found = append(found, b)
		}
	}
	return found
}

// capped leaves out the blocks that are too many.
func (o *opening) capped(blocks []block) []block {
	if len(blocks) <= maxBlocks {
		return blocks
	}
	o.problem("too-many-blocks", "The text holds more OpenPGP blocks than are opened; the last ones were left closed.")
	return blocks[:maxBlocks]
}

// formsOf gives for each block the bytes it may have been signed as: those that
// came, which are in the charset of the sender's program, the text in UTF-8, in
// which a mail server may have got it, and the text as it was before a program
// made it fit to be wrapped anew. All other blocks are read as text.
func (o *opening) formsOf(p *mime.Part, text []byte, blocks []block) [][][]byte {
	all := make([][][]byte, len(blocks))
	var raw []byte
	var found []block
	for i, b := range blocks {
		all[i] = [][]byte{text[b.start:b.end]}
		if b.kind != blockSigned {
			continue
		}
		if raw == nil {
			raw = readSome(p.Open(), maxCiphertext)
			found = findBlocks(raw)
		}
		if i < len(found) && found[i].kind == b.kind && !bytes.Equal(raw[found[i].start:found[i].end], all[i][0]) {
			all[i] = [][]byte{raw[found[i].start:found[i].end], all[i][0]}
		}
		came := string(all[i][0])
		if strings.EqualFold(p.Params["format"], "flowed") && strings.Contains(came, "\n ") {
			all[i] = append(all[i], []byte(unstuffed.Replace(came)))
		}
		if strings.Contains(came, "\n>From ") {
			all[i] = append(all[i], []byte(fromLines.Replace(came)))
		}
	}
	return all
}

// alone tells whether a text is one block and nothing else.
func alone(text []byte, blocks []block) bool {
	if len(blocks) != 1 {
		return false
	}
	b := blocks[0]
	return len(bytes.TrimSpace(text[:b.start])) == 0 && len(bytes.TrimSpace(text[b.end:])) == 0
}

// unwrap opens one block, and the blocks in the text it held: a signed text
// may hold an encrypted one and the other way round. forms are its bytes.
func (o *opening) unwrap(ctx context.Context, b block, forms [][]byte, at place) (text string, encrypted, ok bool) {
	var plain []byte
	switch b.kind {
	case blockMessage:
		at.charset = cmp.Or(armourCharset(forms[0]), at.charset)
		var m *message
		if m, ok = o.blockMessage(ctx, b, forms[0], at); ok {
			plain, encrypted = m.plain, m.encrypted
		}
	case blockSigned:
		plain, ok = o.clearSigned(forms, at)
	case blockKey:
		o.keyBlock(forms[0])
	}
	if !ok {
		return "", false, false
	}
	text, inner := o.nested(ctx, []byte(plainText(plain, at.charset)), at.inside())
	return text, encrypted || inner, true
}

// blockMessage opens an armoured message. One that is quoted is somebody's
// earlier mail: what is signed in it says nothing about who sent this one, and
// it may well be for others.
func (o *opening) blockMessage(ctx context.Context, b block, armoured []byte, at place) (*message, bool) {
	form := formInline
	if b.quoted() {
		form, at.attached = formQuoted, true
	}
	return o.message(ctx, bytes.NewReader(armoured), int64(len(armoured)), form, at)
}

// nested opens the blocks inside an opened text and puts their text in their place.
func (o *opening) nested(ctx context.Context, text []byte, at place) (opened string, encrypted bool) {
	if !bytes.Contains(text, []byte(beginMark)) {
		return string(text), false
	}
	blocks := o.capped(blocksOf(text))
	at = at.below(alone(text, blocks))
	var out strings.Builder
	done := 0
	for _, b := range blocks {
		inner, secret, ok := o.unwrap(ctx, b, [][]byte{text[b.start:b.end]}, at)
		if !ok {
			continue
		}
		out.Write(text[done:b.start])
		out.WriteString(inner)
		done, encrypted = b.end, encrypted || secret
	}
	out.Write(text[done:])
	return out.String(), encrypted
}

// judgeMessage judges the signatures inside a message. One that was announced
// before the text but did not come is a bad one.
func (o *opening) judgeMessage(m *message, at place) {
	if m.signatures.none() {
		for _, id := range m.announced[:min(len(m.announced), 1)] {
			o.add(finding{verdict: verdictBad, issuer: id, at: at, state: stateMissing,
				cause: "it was announced but is missing, or was made by a method that nobody should use any more"})
		}
		return
	}
	o.judge(m.signatures, at, func(w io.Writer) error {
		_, err := w.Write(m.plain)
		return err
	})
}

// readArmoured reads a message that may be armoured, from a stream. size is
// how long the stream may be, to ask for the right memory at once.
func (k *keys) readArmoured(ctx context.Context, src io.Reader, size int64, left *budget) (*message, error) {
	in := bufio.NewReaderSize(src, armourBuffer)
	if mark, _ := in.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
		_, _ = in.Discard(len(byteOrderMark))
	}
	head, _ := in.Peek(1)
	if isBinary(head) {
		return k.readMessage(ctx, in, size, left)
	}
	block := openArmour(in, beginMsg)
	if block == nil {
		return &message{}, errNoMessage
	}
	return k.readMessage(ctx, block, size*3/4, left)
}

// byteOrderMark is what some editors put before text in UTF-8.
const byteOrderMark = "\uFEFF"

// isBinary tells what may be packets without armour: the first bit of a packet
// is always set (RFC 9580 section 4.2).
func isBinary(data []byte) bool { return len(data) > 0 && data[0]&0x80 != 0 }
