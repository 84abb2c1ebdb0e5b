package archive

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"

	"postern/parser/mime"
)

// types are the media types that say of a file that it is an archive.
var types = map[string]bool{
	"application/zip": true, "application/x-zip-compressed": true, "application/x-zip": true, "application/zip-compressed": true,
	"application/gzip": true, "application/x-gzip": true, "application/x-tar": true, "application/x-gtar": true, "application/x-compressed-tar": true,
	"application/vnd.rar": true, "application/x-rar": true, "application/x-rar-compressed": true, "application/x-7z-compressed": true,
	"application/x-bzip2": true, "application/x-xz": true, "application/zstd": true, "application/vnd.ms-cab-compressed": true,
}

// endings are the ends of names that say so.
var endings = map[string]bool{
	".zip": true, ".gz": true, ".tgz": true, ".tar": true, ".rar": true, ".7z": true, ".bz2": true, ".tbz": true, ".tbz2": true,
	".xz": true, ".txz": true, ".zst": true, ".cab": true, ".ace": true, ".arj": true, ".lzh": true, ".lha": true,
}

// claims tells an archive by its type or its name. Documents that are zips inside
// are documents.
func claims(p *mime.Part) bool {
	if types[p.Type] {
		return true
	}
	text := strings.HasPrefix(p.Type, "text/") || strings.HasPrefix(p.Type, "message/")
	return !text && endings[strings.ToLower(path.Ext(p.Name))]
}

// format is one kind of archive: the bytes at a place that give it away, what it
// is called, and how it is listed; nil where it is not.
type format struct {
	at    int
	magic string
	name  string
	list  func(*Expander, context.Context, *mime.Part)
}

// formats are the kinds that are told by their bytes.
var formats = []format{
	{0, "PK", "zip", (*Expander).zip},
	{0, "\x1f\x8b", "gzip", (*Expander).gzip},
	{ustarAt, ustar, "tar", (*Expander).tar},
	{0, "Rar!\x1a\x07", "RAR", (*Expander).rar},
	{0, "7z\xbc\xaf\x27\x1c", "7-Zip", nil},
	{0, "BZh", "bzip2", nil},
	{0, "\xfd7zXZ\x00", "xz", nil},
	{0, "\x28\xb5\x2f\xfd", "Zstandard", nil},
	{0, "MSCF", "CAB", nil},
	{7, "**ACE**", "ACE", nil},
	{0, "\x60\xea", "ARJ", nil},
	{2, "-lh", "LHA", nil},
}

// recognised tells what the first bytes of a file are; the zero value when they
// are those of no archive.
func recognised(p *mime.Part) format {
	head := beginning(p.Open())
	for _, f := range formats {
		if len(head) >= f.at && bytes.HasPrefix(head[f.at:], []byte(f.magic)) {
			return f
		}
	}
	return format{}
}

// beginning is the first block of a file, in which every sign of a kind stands.
func beginning(from io.Reader) []byte {
	head := make([]byte, block)
	n, _ := io.ReadFull(from, head)
	return head[:n]
}
