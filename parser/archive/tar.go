package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"

	"postern/parser/mime"
)

// A tar is a row of blocks; the header of each file begins one, and says at a
// place of its own that it is of this kind (POSIX ustar; GNU's begins so too).
const (
	block   = 512
	ustarAt = 257
	ustar   = "ustar"
)

// isTar tells a tar by its first block.
func isTar(from io.Reader) bool {
	head := beginning(from)
	return len(head) == block && strings.HasPrefix(string(head[ustarAt:]), ustar)
}

// tar lists a tar that is not compressed.
func (e *Expander) tar(ctx context.Context, p *mime.Part) {
	e.listTar(ctx, p, func(*mime.Problems) io.Reader { return p.Open() })
}

// tarIn lists a tar in a gzip. What comes out for the listing is bounded like what
// comes out of the files.
func (e *Expander) tarIn(ctx context.Context, p *mime.Part) {
	packed, _ := trailer(ctx, p)
	e.listTar(ctx, p, func(problems *mime.Problems) io.Reader {
		content, err := gzip.NewReader(p.Open())
		if err != nil {
			return strings.NewReader("")
		}
		return e.bound(content, packed, problems)
	})
}

// listTar makes members of the regular files of a tar. open gives its bytes anew.
func (e *Expander) listTar(ctx context.Context, p *mime.Part, open func(*mime.Problems) io.Reader) {
	var told mime.Problems
	from := &counted{ctx: ctx, from: open(&told)}
	content := &kept{expander: e, open: open}
	files := tar.NewReader(from)
	for {
		header, err := files.Next()
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			if !errors.Is(err, io.EOF) && ctx.Err() == nil && told.List() == nil {
				told.Tell(CodeBroken, "The archive in part %s is damaged; what could be read is listed.", p.Number)
			}
			e.problems.Add(told.List()...)
			return
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if !e.add(p, header.Name, header.Size, content.opener(from.n, header.Size)) {
			return
		}
	}
}

// counted counts the bytes read through it, and ends with ctx.
type counted struct {
	ctx  context.Context
	from io.Reader
	n    int64
}

// Read implements io.Reader.
func (c *counted) Read(to []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.from.Read(to)
	c.n += int64(n)
	return n, err
}

// kept is a tar in memory from when its first file is opened.
type kept struct {
	expander *Expander
	open     func(*mime.Problems) io.Reader // nil when it was called
	bytes    []byte
}

// opener gives the bytes of the file that stands at a place.
func (k *kept) opener(at, size int64) func(*mime.Problems) io.Reader {
	return func(problems *mime.Problems) io.Reader {
		most := k.expander.limits.Opened
		if k.open != nil {
			k.bytes, _ = io.ReadAll(io.LimitReader(k.open(problems), most)) // neither reader fails
			k.open = nil
		}
		behind := k.bytes[min(at, int64(len(k.bytes))):]
		switch {
		case int64(len(behind)) >= size:
			behind = behind[:size]
		case int64(len(k.bytes)) == most:
			problems.Tell(CodeLimit, "An archive of more than %d bytes is listed but not opened.", most)
		default:
			problems.Tell(CodeBroken, "A file in an archive is damaged; what could be read was kept.")
		}
		return k.expander.bound(bytes.NewReader(behind), int64(len(behind)), problems)
	}
}
