package imap

import (
	"context"
	"errors"
	"slices"
	"strings"

	goimap "github.com/emersion/go-imap/v2"
)

// Check is what a server says when it is asked and nothing is changed.
type Check struct {
	Capabilities []string // after login, sorted
	Move         bool     // without it mails are copied and marked
	Idle         bool     // without it the folder is polled
	UIDValidity  uint32
	Messages     uint32 // in the watched folder
	Junk         string // name of the junk folder, "" if there is none to be seen
	Processed    bool   // the processed folder exists; if not, it is made at the first start
}

// Check connects, logs in, and opens the watched folder for reading only. Its
// error is of kind login, folder, certificate, and so on: see KindOf.
func (w *Watcher) Check(ctx context.Context) (check Check, err error) {
	if err := w.options.Validate(); err != nil {
		return Check{}, err
	}
	s, err := open(ctx, w.options)
	if err != nil {
		return Check{}, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	opened, err := s.selectFolder(ctx, w.options.Folder, true)
	if err != nil {
		return Check{}, err
	}
	names, err := s.folders(ctx, "*")
	if err != nil {
		return Check{}, err
	}
	s.logout(ctx)
	return Check{
		Capabilities: capabilities(s.caps),
		Move:         s.caps.Has(goimap.CapMove),
		Idle:         s.canIdle(),
		UIDValidity:  opened.validity,
		Messages:     opened.messages,
		Junk:         junkFolder(names),
		Processed:    hasFolder(names, w.options.Processed),
	}, nil
}

func capabilities(set goimap.CapSet) []string {
	var names []string
	for name := range set {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

func hasFolder(names []folderName, want string) bool {
	return slices.ContainsFunc(names, func(f folderName) bool { return f.name == want })
}

// junkNames are what servers and mail programs call the folder where no
// SPECIAL-USE attribute says so (RFC 6154 section 2).
var junkNames = []string{"junk", "spam", "junk e-mail", "junk email", "junk mail", "bulk mail", "spamverdacht"}

func junkFolder(names []folderName) string {
	for _, f := range names {
		if slices.ContainsFunc(f.attrs, func(a goimap.MailboxAttr) bool {
			return strings.EqualFold(string(a), string(goimap.MailboxAttrJunk))
		}) {
			return f.name
		}
	}
	for _, f := range names {
		if slices.Contains(junkNames, strings.ToLower(lastPart(f))) {
			return f.name
		}
	}
	return ""
}

func lastPart(f folderName) string {
	if f.delim == 0 {
		return f.name
	}
	return f.name[strings.LastIndex(f.name, string(f.delim))+1:]
}
