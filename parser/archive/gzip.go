package archive

import (
	"compress/gzip"
	"context"
	"encoding/binary"
	"io"
	"path"
	"strings"

	"postern/parser/mime"
)

// gzip lists the files of a tar in a gzip, or else the one file. Its size stands in the last four bytes,
// modulo 2^32 (RFC 1952 section 2.3.1); a size that deflate cannot reach is none.
func (e *Expander) gzip(ctx context.Context, p *mime.Part) {
	header, err := gzip.NewReader(p.Open())
	if err != nil {
		e.problems.Tell(CodeBroken, "The archive in part %s cannot be listed.", p.Number)
		return
	}
	if isTar(header) {
		e.tarIn(ctx, p)
		return
	}
	name := header.Name
	if name == "" {
		name = unzippedName(p.Name)
	}
	packed, size := trailer(ctx, p)
	if size > packed*maxGzipRatio {
		size = 0
	}
	e.add(p, name, size, func(problems *mime.Problems) io.Reader {
		content, err := gzip.NewReader(p.Open())
		if err != nil {
			problems.Tell(CodeBroken, "A file in an archive is damaged.")
			return strings.NewReader("")
		}
		return e.bound(content, packed, problems)
	})
}

// unzippedName is the name of what a gzip holds that does not say; some senders
// name the gzip as the file.
func unzippedName(name string) string {
	switch ending := path.Ext(name); strings.ToLower(ending) {
	case ".tgz":
		return strings.TrimSuffix(name, ending) + ".tar"
	case ".gz", ".gzip", ".z":
		return strings.TrimSuffix(name, ending)
	}
	return name
}

// trailer streams a gzip to its end and gives its length and the size stated there.
func trailer(ctx context.Context, p *mime.Part) (packed, size int64) {
	var last [4]byte
	body := p.Open()
	chunk := make([]byte, copied)
	for ctx.Err() == nil {
		n, err := body.Read(chunk)
		packed += int64(n)
		if n >= len(last) {
			copy(last[:], chunk[n-len(last):])
		} else if n > 0 {
			copy(last[:], append(append([]byte(nil), last[n:]...), chunk[:n]...))
		}
		if err != nil {
			break
		}
	}
	return packed, int64(binary.LittleEndian.Uint32(last[:]))
}
