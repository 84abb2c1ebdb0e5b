package pgp

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"slices"
	"strings"

	"postern/parser/mime"
)

// maxDetached is the largest signature part that is looked at.
const maxDetached = 256 << 10

// signed judges PGP/MIME signatures (RFC 3156 section 5) over the exact bytes
// of the first part, and gives that part to be read: the signature is done with.
// Where somebody put more parts in, the signature may be over another one, all are
// read, and it covers a part of them.
func (o *opening) signed(ctx context.Context, p *mime.Part, at place) *mime.Part {
	if at.layers <= 0 {
		o.tooDeep()
		return p
	}
	o.form(formMIME)
	signature := signatureOf(p)
	content := slices.DeleteFunc(slices.Clone(p.Children), func(child *mime.Part) bool { return child == signature || isEmpty(child) })
	if len(content) == 0 {
		content = p.Children[:1]
	}
	at = at.below(len(content) == 1)
	o.judgeDetached(content, readSome(signature.Open(), maxDetached), at)
	if len(content) == 1 {
		read := o.part(ctx, content[0].Wrapped(o.from), at.inside())
		read.Parent = p.Parent
		return read
	}
	o.problem("added-to-signed", "Something was put beside the signed part and its signature; it is not covered.")
	return o.children(ctx, asMixed(p.WithChildren(content)), at.inside())
}

// maxCandidates is how many parts beside one signature are tried.
const maxCandidates = 4

// judgeDetached judges a signature over one of the parts it stands beside.
func (o *opening) judgeDetached(content []*mime.Part, signature []byte, at place) {
	sigs := readSignatures(signature)
	if sigs.none() {
		o.add(finding{verdict: verdictBad, at: at, state: stateMissing,
			cause: "nothing readable stands where the signature should be"})
		return
	}
	forms := detachedForms(content[0])
	for _, other := range content[1:min(len(content), maxCandidates)] {
		forms = append(forms, detachedForms(other)[0])
	}
	o.judge(sigs, at, formsWithin(content[0].Raw().Size(), forms)...)
}

// detachedForms writes a part as it was signed: as it came or, where that does not
// fit, as it was before somebody did to it what servers and archives do to mail: a
// line end at its end lost or added, and ">" put before "From "; and with line ends
// of LF, over which scripts sign that put a mail together from files.
func detachedForms(content *mime.Part) []func(io.Writer) error {
	form := func(change func(raw *io.SectionReader) io.Reader) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.Copy(&canonical{w: w}, change(content.Raw()))
			return err
		}
	}
	return []func(io.Writer) error{
		form(func(raw *io.SectionReader) io.Reader { return raw }),
		form(func(raw *io.SectionReader) io.Reader { return io.MultiReader(raw, strings.NewReader("\r\n")) }),
		form(func(raw *io.SectionReader) io.Reader { return io.LimitReader(raw, withoutLineEnd(raw)) }),
		form(func(raw *io.SectionReader) io.Reader { return &unquoteFrom{in: bufio.NewReader(raw)} }),
		func(w io.Writer) error { return writeLF(w, content.Raw(), maxRetried) },
	}
}

// writeLF writes a text with line ends of LF.
func writeLF(w io.Writer, raw io.Reader, limit int64) error {
	_, err := w.Write(bytes.ReplaceAll(readSome(raw, limit), []byte("\r\n"), []byte("\n")))
	return err
}

// withoutLineEnd is the length without the last line end.
func withoutLineEnd(raw *io.SectionReader) int64 {
	end := make([]byte, min(2, raw.Size()))
	_, _ = raw.ReadAt(end, raw.Size()-int64(len(end)))
	return raw.Size() - int64(len(end)-len(bytes.TrimSuffix(bytes.TrimSuffix(end, []byte("\n")), []byte("\r"))))
}

// unquoteFrom takes the ">" off lines that begin with ">From ", which programs
// that keep mail in one file put there.
type unquoteFrom struct {
	in   *bufio.Reader
	line []byte
	mid  bool // the next piece is not the beginning of a line
}

func (u *unquoteFrom) Read(p []byte) (int, error) {
	if len(u.line) == 0 {
		line, err := u.in.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			return 0, err
		}
		u.line = line
		if !u.mid && bytes.HasPrefix(line, []byte(">From ")) {
			u.line = line[1:]
		}
		u.mid = line[len(line)-1] != '\n'
	}
	n := copy(p, u.line)
	u.line = u.line[n:]
	return n, nil
}

// canonical writes text with CRLF line ends: signatures in mail are made over
// that form (RFC 3156 section 5), and many a store keeps mail with bare LF.
type canonical struct {
	w    io.Writer
	last byte
	buf  []byte
}

func (c *canonical) Write(p []byte) (int, error) {
	c.buf = c.buf[:0]
	for _, b := range p {
		if b == '\n' && c.last != '\r' {
			c.buf = append(c.buf, '\r')
		}
		c.buf = append(c.buf, b)
		c.last = b
	}
	_, err := c.w.Write(c.buf)
	return len(p), err
}
