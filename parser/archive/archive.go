// Package archive lists what attached archives hold: zip (APPNOTE.TXT), gzip
// (RFC 1952), tar (POSIX ustar and pax), also in gzip, and RAR, and names those
// that it cannot list, such as 7-Zip.
//
// Nothing is ever written to disk. For the listing nothing is decompressed but a
// tar in a gzip, which has no directory. The files of a RAR stay closed.
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
	CodeUnlisted  = "unlisted-archive"  // an archive of a kind that is not listed
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
		if claims(p) {
			e.list(ctx, p)
		}
		return true
	})
}

// list lists one archive as what its first bytes say: people and programs give
// archives the names of others.
func (e *Expander) list(ctx context.Context, p *mime.Part) {
	switch is := recognised(p); {
	case !e.count():
	case is.list != nil:
		is.list(e, ctx, p)
	case is.name != "":
		e.problems.Tell(CodeUnlisted, "The archive in part %s is of the kind %s, which is not listed.", p.Number, is.name)
	default:
		e.problems.Tell(CodeBroken, "The archive in part %s cannot be listed.", p.Number)
	}
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

// members are the media types of files that report formats look into.
var members = map[string]string{
	".csv": "text/csv", ".txt": "text/plain", ".log": "text/plain", ".json": "application/json", ".xml": "application/xml",
	".eml": "message/rfc822", ".html": "text/html", ".htm": "text/html", ".pdf": "application/pdf", ".zip": "application/zip",
}

func typeOf(name string) string {
	if known := members[strings.ToLower(path.Ext(name))]; known != "" {
		return known
	}
	return "application/octet-stream"
}
