package pgp

import (
	"bytes"
	"io"
	"regexp"
	"strings"
)

// clearText is a text with a cleartext signature, taken apart (RFC 9580 section 7).
type clearText struct {
	text   []byte // without dash escapes and blanks at the ends of lines, which end with LF
	armour []byte // of the signatures
}

// splitClear takes a signed text apart. A header other than "Hash" is refused,
// because words could hide there that nobody signed; what stands in "Hash" is
// neither shown nor believed. A blank line that was lost behind the headers is
// no harm: what follows is taken for text, and thus signed or not.
func splitClear(block []byte) (clearText, bool) {
	_, at := lineAt(block, 0)
	for at < len(block) {
		line, next := lineAt(block, at)
		if len(bytes.TrimSpace(line)) == 0 {
			at = next
			break
		}
		if !bytes.HasPrefix(line, []byte("Hash:")) {
			if clearHeader.Match(line) {
				return clearText{}, false
			}
			break
		}
		at = next
	}
	var text bytes.Buffer
	text.Grow(len(block) - at)
	for at < len(block) {
		line, next := lineAt(block, at)
		if m := markIn(line); m.text == beginSig && m.quote() == "" {
			return clearText{text: bytes.TrimSuffix(text.Bytes(), []byte("\n")), armour: block[at:]}, true
		}
		text.Write(bytes.TrimRight(bytes.TrimPrefix(line, []byte("- ")), " \t\r"))
		text.WriteByte('\n')
		at = next
	}
	return clearText{}, false
}

// clearHeader tells the headers that programs write into armour.
var clearHeader = regexp.MustCompile(`^(?:Version|Comment|Charset|MessageID|NotDashEscaped): `)

// clearSigned judges a cleartext signature and gives the text that was signed,
// whatever the verdict. forms are the block as it came and as it may have been
// before a mail server changed how it is written; the first is shown unless
// another one fits the signature.
func (o *opening) clearSigned(forms [][]byte, at place) (text []byte, ok bool) {
	if !o.mayOpen(at) {
		return nil, false
	}
	o.form(formInline)
	var texts [][]byte
	var sigs signatures
	for i, form := range forms {
		split, ok := splitClear(form)
		if i == 0 && !ok {
			o.add(finding{verdict: verdictBad, at: at, state: stateMissing,
				cause: "the signed text is not in the form it should have, so nobody can check it"})
			return nil, false
		}
		if i == 0 {
			sigs = readSignatures(split.armour)
		}
		texts = append(texts, split.text)
	}
	if sigs.none() {
		o.add(finding{verdict: verdictBad, at: at, state: stateMissing,
			cause: "nothing readable stands where the signature should be"})
		return texts[0], true
	}
	fits := o.judge(sigs, at, formsWithin(int64(len(texts[0])), canonicalTexts(texts))...)
	return texts[fits], true
}

// canonicalTexts gives texts the way they are signed: lines end with CRLF, the
// last one with nothing.
func canonicalTexts(texts [][]byte) (writers []func(io.Writer) error) {
	for _, text := range texts {
		writers = append(writers, func(w io.Writer) error {
			_, err := (&canonical{w: w}).Write(text)
			return err
		})
	}
	return writers
}

// unstuffed undoes what text that may be wrapped anew does to lines that begin
// with a blank, with "From " or with ">" (RFC 3676 section 4.4), and fromLines what
// programs do that keep mail in one file.
var (
	unstuffed = strings.NewReplacer("\n ", "\n")
	fromLines = strings.NewReplacer("\n>From ", "\nFrom ")
)
