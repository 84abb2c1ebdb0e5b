package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"postern/parser/mime"
)

// zip lists a zip. Its directory stands at its end, so that of an archive too
// large to be opened only the end is kept.
func (e *Expander) zip(ctx context.Context, p *mime.Part) {
	content := end(ctx, p)
	if ctx.Err() != nil {
		return
	}
	directory := &metered{from: content, left: maxDirectory}
	listed, err := zip.NewReader(directory, content.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		e.problems.Tell(CodeBroken, "The archive in part %s cannot be listed.", p.Number)
		return
	}
	directory.off = true
	whole := content.size <= e.limits.Opened
	if whole {
		content.load = func() []byte { return all(p, content.size) }
	}
	for _, file := range listed.File {
		if strings.HasSuffix(file.Name, "/") {
			continue
		}
		if file.Flags&encrypted != 0 {
			e.problems.Tell(CodeEncrypted, "The archive in part %s is encrypted: the names of its files can be read, the files cannot.", p.Number)
		}
		if !e.add(p, file.Name, stated(file.UncompressedSize64), e.opener(file, whole)) {
			return
		}
	}
}

// encrypted is the flag of an encrypted file (APPNOTE.TXT section 4.4.4).
const encrypted = 1

// stated is a size of the directory as a length.
func stated(size uint64) int64 { return int64(min(size, 1<<62)) }

// opener gives the bytes of one file, decompressed, each time it is called.
func (e *Expander) opener(file *zip.File, whole bool) func(*mime.Problems) io.Reader {
	return func(problems *mime.Problems) io.Reader {
		switch {
		case !whole:
			problems.Tell(CodeLimit, "An archive of more than %d bytes is listed but not opened.", e.limits.Opened)
		case file.Flags&encrypted != 0:
			problems.Tell(CodeEncrypted, "A file in an archive is encrypted.")
		default:
			content, err := file.Open()
			if err == nil {
				return e.bound(content, stated(file.CompressedSize64), problems)
			}
			problems.Tell(CodeBroken, "A file in an archive is compressed in a way that cannot be read.")
		}
		return strings.NewReader("")
	}
}

// ending is the end of a byte stream. What stands before it is read when somebody
// asks for it, and kept from then on: nobody looks into most archives.
type ending struct {
	size, from int64 // bytes in all, and where the kept ones begin
	kept       []byte
	load       func() []byte // nil when the rest is not to be had
}

// errGone is what reading the part of an archive that is not to be had gives.
var errGone = errors.New("not kept")

// ReadAt implements io.ReaderAt.
func (t *ending) ReadAt(to []byte, at int64) (int, error) {
	if at < t.from && t.load != nil {
		t.kept, t.from, t.load = t.load(), 0, nil
	}
	if at < t.from {
		return 0, errGone
	}
	if at-t.from >= int64(len(t.kept)) {
		return 0, io.EOF
	}
	n := copy(to, t.kept[at-t.from:])
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}

// end streams an archive and keeps its end.
func end(ctx context.Context, p *mime.Part) *ending {
	var t ending
	body := p.Open()
	var kept bytes.Buffer
	chunk := make([]byte, copied)
	for ctx.Err() == nil {
		n, err := body.Read(chunk)
		kept.Write(chunk[:n])
		t.size += int64(n)
		if kept.Len() > 2*maxDirectory {
			kept.Next(kept.Len() - maxDirectory)
		}
		if err != nil {
			break
		}
	}
	t.kept = kept.Bytes()
	t.from = t.size - int64(len(t.kept))
	return &t
}

// all decodes an archive of a known size into memory.
func all(p *mime.Part, size int64) []byte {
	content := make([]byte, size)
	n, _ := io.ReadFull(p.Open(), content)
	return content[:n]
}

// metered gives up after so many bytes: a directory that is longer was made to hurt.
type metered struct {
	from io.ReaderAt
	left int64
	off  bool
}

func (m *metered) ReadAt(to []byte, at int64) (int, error) {
	if m.off {
		return m.from.ReadAt(to, at)
	}
	if m.left -= int64(len(to)); m.left < 0 {
		return 0, errGone
	}
	return m.from.ReadAt(to, at)
}
