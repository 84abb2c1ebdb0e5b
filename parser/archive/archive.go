// Package archive lists what attached archives hold: zip (APPNOTE.TXT) and gzip
// (RFC 1952).
//
// Nothing is ever written to disk and nothing is decompressed for the listing.
// Each file of an archive becomes a member of the part that holds the archive
// (mime.Part.Members): its path, the size the archive states, and bytes that are
// decompressed anew each time somebody opens the member, within the limits of
// the mail. So a report format finds its table in a zip as it finds one beside
// it, by mime.Part.Files.
package archive

import (
	"context"
	"io"
	"path"
	"strings"

	"postern/parser/mime"
)

// Limits bound what the archives of one mail may cost. A zero field takes the default.
type Limits struct {
	Entries  int   // listed, of all archives together
	Opened   int64 // bytes of an archive that is opened; of a larger one only the names are read
	Unpacked int64 // bytes that may come out of all members together
}

// The defaults hold a national feed of a day and stop bombs within a second.
const (
	DefaultEntries  = 1_000
	DefaultOpened   = 20 << 20
	DefaultUnpacked = 128 << 20
)

// Bounds that no caller needs to turn.
const (
	maxDirectory = 512 << 10 // bytes of a zip's directory and what is read to find it: some 6,000 files
	maxRatio     = 200       // a member that grows more than this is made to hurt; tables and logs grow 10 to 40 times
	freeRatio    = 1 << 20   // bytes that may come out whatever the ratio
	maxArchives  = 100       // listed in one mail
	maxGzipRatio = 1_032     // what deflate can do at most: a larger size stated is none
	copied       = 32 << 10  // bytes moved at a time
)

// Codes of the problems this package tells.
const (
	CodeEncrypted = "encrypted-archive" // the names can be read, the files cannot
	CodeBroken    = "broken-archive"    // the archive cannot be listed, or a file in it is damaged
	CodeLimit     = "archive-limit"     // an archive is larger than is listed or opened
)

func (l Limits) withDefaults() Limits {
	if l.Entries <= 0 {
		l.Entries = DefaultEntries
	}
	if l.Opened <= 0 {
		l.Opened = DefaultOpened
	}
	if l.Unpacked <= 0 {
		l.Unpacked = DefaultUnpacked
	}
	return l
}

// Expander lists the archives of one mail, which share its limits. It is not
// for several goroutines.
type Expander struct {
	limits   Limits
	archives int
	entries  int   // that may still be listed
	unpacked int64 // bytes that may still come out
	problems mime.Problems
}

// NewExpander makes an expander for one mail.
func NewExpander(limits Limits) *Expander {
	limits = limits.withDefaults()
	return &Expander{limits: limits, archives: maxArchives, entries: limits.Entries, unpacked: limits.Unpacked}
}

// Problems is what was wrong with the archives listed so far. What is wrong
// with a member is told by the reader of its bytes.
func (e *Expander) Problems() []mime.Problem { return e.problems.List() }

// Expand gives every archive among the leaves below root its members. Archives
// inside of archives are members and stay closed. When ctx ends, the archives
// not yet looked at have no members.
func (e *Expander) Expand(ctx context.Context, root *mime.Part) {
	root.Walk(func(p *mime.Part) bool {
		if !p.Leaf() || p.Members != nil || ctx.Err() != nil {
			return ctx.Err() == nil
		}
		switch kind(p) {
		case "zip":
			e.zip(ctx, p)
		case "gzip":
			e.gzip(ctx, p)
		}
		return true
	})
}

// kind tells an archive by its type or its name. Documents that are zips inside
// are documents.
func kind(p *mime.Part) string {
	ending := strings.ToLower(path.Ext(p.Name))
	switch p.Type {
	case "application/zip", "application/x-zip-compressed", "application/x-zip", "application/zip-compressed":
		return "zip"
	case "application/gzip", "application/x-gzip":
		return "gzip"
	}
	switch {
	case strings.HasPrefix(p.Type, "text/") || strings.HasPrefix(p.Type, "message/"):
		return ""
	case ending == ".zip":
		return "zip"
	case ending == ".gz":
		return "gzip"
	}
	return ""
}

// count tells whether one more archive is looked at.
func (e *Expander) count() bool {
	e.archives--
	if e.archives < 0 {
		e.problems.Tell(CodeLimit, "The mail has more than %d archives; the last ones were not listed.", maxArchives)
	}
	return e.archives >= 0
}

// add makes a member of one file, unless there are too many.
func (e *Expander) add(p *mime.Part, name string, size int64, open func(*mime.Problems) io.Reader) bool {
	if e.entries <= 0 {
		e.problems.Tell(CodeLimit, "The archives of the mail hold more than %d files; the rest is not listed.", e.limits.Entries)
		return false
	}
	e.entries--
	p.AddMember(name, typeOf(name), size, open)
	return true
}

// types are the media types of files that report formats look into.
var types = map[string]string{
	".csv": "text/csv", ".txt": "text/plain", ".log": "text/plain", ".json": "application/json", ".xml": "application/xml",
	".eml": "message/rfc822", ".html": "text/html", ".htm": "text/html", ".pdf": "application/pdf", ".zip": "application/zip",
}

func typeOf(name string) string {
	if known := types[strings.ToLower(path.Ext(name))]; known != "" {
		return known
	}
	return "application/octet-stream"
}
