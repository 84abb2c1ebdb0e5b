package pgp

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"postern/parser/mime"
)

// maxCiphertext is the largest part that is searched for a message: a mail of
// the largest size that is taken whole.
const maxCiphertext = 100 << 20

// inline opens the armoured blocks inside one text part. The part itself stays
// as it is: what the blocks held goes to Opened.Inner.
func (o *opening) inline(ctx context.Context, p *mime.Part, at place) {
	if !o.holds(p.Open(), beginMark) {
		return
	}
	if p.Type == "text/html" {
		o.page(ctx, p, at)
		return
	}
	raw := readSome(p.Open(), maxCiphertext)
	utf8, _ := p.Text(0)
	text := []byte(utf8)
	blocks := o.capped(findBlocks(text))
	at = at.below(alone(text, blocks))
	for i, armoured := range originals(raw, text, blocks) {
		b := blocks[i]
		if inner, encrypted, ok := o.unwrap(ctx, b.kind, armoured, at); ok {
			o.opened.Inner = append(o.opened.Inner, Inner{Part: p, Start: int64(b.start), End: int64(b.end), Text: inner, Encrypted: encrypted})
		}
	}
}

// capped leaves out the blocks that are too many.
func (o *opening) capped(blocks []block) []block {
	if len(blocks) <= maxBlocks {
		return blocks
	}
	o.problem("too-many-blocks", "The text holds more OpenPGP blocks than are opened; the last ones were left closed.")
	return blocks[:maxBlocks]
}

// originals gives the bytes of the blocks as the sender's program wrote them,
// which is what a signature covers, and not as they look in UTF-8.
func originals(raw, text []byte, blocks []block) [][]byte {
	found := findBlocks(raw)
	all := make([][]byte, len(blocks))
	for i, b := range blocks {
		all[i] = text[b.start:b.end]
		if i < len(found) && found[i].kind == b.kind {
			all[i] = raw[found[i].start:found[i].end]
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
// may hold an encrypted one and the other way round.
func (o *opening) unwrap(ctx context.Context, kind blockKind, armoured []byte, at place) (text string, encrypted, ok bool) {
	var plain []byte
	switch kind {
	case blockMessage:
		var m *message
		if m, ok = o.message(ctx, bytes.NewReader(armoured), int64(len(armoured)), formInline, at); ok {
			plain, encrypted = m.plain, m.encrypted
		}
	case blockSigned:
		plain, ok = o.clearSigned(armoured, at)
	}
	if !ok {
		return "", false, false
	}
	text, inner := o.nested(ctx, []byte(plainText(plain)), at.inside())
	return text, encrypted || inner, true
}

// nested opens the blocks inside an opened text and puts their text in their place.
func (o *opening) nested(ctx context.Context, text []byte, at place) (opened string, encrypted bool) {
	blocks := o.capped(findBlocks(text))
	at = at.below(alone(text, blocks))
	var out strings.Builder
	done := 0
	for _, b := range blocks {
		inner, secret, ok := o.unwrap(ctx, b.kind, text[b.start:b.end], at)
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

// clearSigned judges a cleartext signature (RFC 9580 section 7) and gives the
// text that was signed, whatever the verdict.
func (o *opening) clearSigned(armoured []byte, at place) ([]byte, bool) {
	if !o.mayOpen(at) {
		return nil, false
	}
	o.form(formInline)
	signed, _ := clearsign.Decode(tidy(armoured))
	if signed == nil {
		o.add(finding{verdict: verdictBad, at: at, state: stateMissing,
			cause: "the signed text is not in the form it should have, so nobody can check it"})
		return nil, false
	}
	sigs := collect(packet.NewReader(signed.ArmoredSignature.Body))
	if len(sigs) == 0 {
		o.add(finding{verdict: verdictBad, at: at, state: stateMissing,
			cause: "nothing readable stands where the signature should be"})
		return signed.Plaintext, true
	}
	o.judge(sigs, at, func(w io.Writer) error {
		_, err := w.Write(signed.Bytes)
		return err
	})
	return signed.Plaintext, true
}

// tidy takes trailing blanks off the marks, which the reader below insists on.
func tidy(armoured []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(armoured) + 1)
	for at := 0; at < len(armoured); {
		line, next := lineAt(armoured, at)
		if mark := markIn(line); mark != "" {
			out.WriteString(mark + "\n")
		} else {
			out.Write(armoured[at:next])
		}
		at = next
	}
	return out.Bytes()
}

// judgeMessage judges the signatures inside a message. One that was announced
// before the text but did not come is a bad one.
func (o *opening) judgeMessage(m *message, at place) {
	if len(m.signatures) == 0 {
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
	in := bufio.NewReader(src)
	head, _ := in.Peek(1)
	if isBinary(head) {
		return k.readMessage(ctx, in, size, left)
	}
	block, err := armor.Decode(in)
	if err != nil || block.Type != "PGP MESSAGE" {
		return &message{}, errNoMessage
	}
	return k.readMessage(ctx, block.Body, size*3/4, left)
}

// isBinary tells what may be packets without armour: the first bit of a packet
// is always set (RFC 9580 section 4.2).
func isBinary(data []byte) bool { return len(data) > 0 && data[0]&0x80 != 0 }
