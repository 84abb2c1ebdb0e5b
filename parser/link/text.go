package link

import (
	"slices"
	"strings"
)

// Page is a text whose links are unwrapped.
type Page struct {
	Text   string   // wrapped links replaced by their targets; those that hide it stay
	Search string   // the same for the search: a hidden target is the domain its gateway names, or nothing
	Hidden []string // the names of the gateways that hide a target, each once
}

// Text unwraps all links that stand in a text. A link that a person made
// unclickable ("hxxps://", "[.]") comes back unclickable.
func Text(body string) Page {
	p := Page{Text: body, Search: body}
	if !strings.Contains(body, "://") && !strings.Contains(body, ":]//") {
		return p
	}
	w := rewriter{body: body}
	for w.next() {
	}
	if !w.changed {
		return p
	}
	w.copyTo(len(body))
	return Page{Text: w.shown.String(), Search: w.searched.String(), Hidden: w.hidden}
}

// rewriter copies a text and replaces its links.
type rewriter struct {
	body            string
	pos, copied     int // what was looked at, and what was copied
	shown, searched strings.Builder
	hidden          []string
	last            string // the target written last, and where the copy stood then
	lastAt          int
	changed         bool
}

// next handles the next link, and tells whether there was one.
func (w *rewriter) next() bool {
	at := strings.Index(w.body[w.pos:], "//")
	if at < 0 {
		return false
	}
	slashes := w.pos + at
	w.pos = slashes + 2
	from, defanged, ok := w.schemeBefore(slashes)
	if !ok || from < w.copied {
		return true
	}
	to := w.linkEnd(w.pos)
	w.pos = to
	w.replace(from, to, defanged)
	return true
}

// schemes are what may stand before the slashes, longest first.
var schemes = []struct {
	words    string
	plain    string
	defanged bool
}{
	{"https:", "https:", false}, {"http:", "http:", false},
	{"hxxps:", "https:", true}, {"hxxp:", "http:", true}, {"https[:]", "https:", true}, {"http[:]", "http:", true}, {"hxxps[:]", "https:", true}, {"hxxp[:]", "http:", true},
}

func (w *rewriter) schemeBefore(slashes int) (from int, defanged, ok bool) {
	if slashes == 0 || w.body[slashes-1] != ':' && w.body[slashes-1] != ']' {
		return 0, false, false
	}
	for _, s := range schemes {
		from = slashes - len(s.words)
		if from >= 0 && strings.EqualFold(w.body[from:slashes], s.words) {
			return from, s.defanged, true
		}
	}
	return 0, false, false
}

// linkEnd finds where a link in running text ends.
func (w *rewriter) linkEnd(n int) int {
	end := n
	for end < len(w.body) && !endsLink[w.body[end]] {
		end++
	}
	for end > n && strings.IndexByte(".,;:'?)]}", w.body[end-1]) >= 0 {
		end--
	}
	return end
}

// endsLink are the bytes that stand in no link.
var endsLink = func() (set [256]bool) {
	for c := range byte(0x80) {
		set[c] = c <= ' ' || c == 0x7f || strings.IndexByte("<>\"`", c) >= 0
	}
	return set
}()

// refang undoes what people do to a link, for looking into it.
var refang = strings.NewReplacer("[.]", ".", "(.)", ".", "[dot]", ".", "[:]", ":", "hxxp", "http", "HXXP", "http", "hXXp", "http")

func (w *rewriter) replace(from, to int, defanged bool) {
	link := w.body[from:to]
	if len(link) > maxLink {
		return
	}
	if defanged || strings.Contains(link, "[.]") {
		link, defanged = refang.Replace(link), true
	}
	target, wrapped, gateway := Unwrap(link)
	switch {
	case gateway != "":
		w.copyTo(from)
		w.changed = true
		w.shown.WriteString(w.body[from:to])
		w.searched.WriteString(named(link))
		w.copied = to
		if !slices.Contains(w.hidden, gateway) {
			w.hidden = append(w.hidden, gateway)
		}
	case Added(target):
		w.copyTo(from)
		w.changed = true
		w.shown.WriteString(target)
		w.copied = to
	case wrapped:
		if defanged {
			target = "hxxp" + strings.TrimPrefix(target, "http")
		}
		w.write(from, to, target)
	default:
		w.last, w.lastAt = link, to
	}
}

// write puts a target in the place of its link. Where the mail shows the link
// and the gateway's link behind it, one is enough.
func (w *rewriter) write(from, to int, target string) {
	w.changed = true
	if w.last == target && from > 0 && to < len(w.body) && w.body[from-1] == '<' && w.body[to] == '>' && strings.TrimSpace(w.body[w.lastAt:from-1]) == "" {
		w.copyTo(w.lastAt)
		w.copied = to + 1
		return
	}
	w.copyTo(from)
	w.shown.WriteString(target)
	w.searched.WriteString(target)
	w.copied = to
	w.last, w.lastAt = target, to
}

func (w *rewriter) copyTo(n int) {
	if n > w.copied {
		w.shown.WriteString(w.body[w.copied:n])
		w.searched.WriteString(w.body[w.copied:n])
		w.copied = n
	}
}

// named is the domain that a gateway leaves readable behind a link it hides.
func named(link string) string {
	for _, name := range []string{"domain", "d"} {
		if domain := unescape(parameter(link, name)); isHost(domain) {
			return domain
		}
	}
	return ""
}

// isHost tells the name of a host: labels of letters, digits and dashes.
func isHost(s string) bool {
	if len(s) > 253 || !strings.Contains(s, ".") {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool {
			return r < 0x80 && r != '-' && r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
		}) {
			return false
		}
	}
	return true
}

// added are links that mail programs and virus checkers add themselves: host and
// how the path begins, in small letters.
var added = []string{
	"aka.ms/learnaboutsenderidentification", "aka.ms/o0ukef", "aka.ms/aab9ysg", "aka.ms/ghei36", "aka.ms/qtex0l", "aka.ms/wp8k8n", "aka.ms/blhgte", "aka.ms/weboutlook",
	"go.microsoft.com/fwlink/?linkid=550986", "go.microsoft.com/fwlink/?linkid=2127987", "www.avast.com/sig-email", "www.avg.com/email-signature", "overview.mail.yahoo.com/", "mail.onelink.me/107872968", "more.att.com/currently/imap", "smart.mail.aol.com/",
}

// Added tells a link that nobody wrote: the one behind "Get Outlook for iOS", the
// one that explains a warning.
func Added(target string) bool {
	host, path, ok := split(target)
	if !ok {
		return false
	}
	paths := addedAt[host]
	return len(paths) > 0 && slices.ContainsFunc(paths, func(known string) bool { return strings.HasPrefix(strings.ToLower(path), known) })
}

// addedAt are the paths by their host.
var addedAt = func() map[string][]string {
	paths := make(map[string][]string)
	for _, known := range added {
		slash := strings.IndexByte(known, '/')
		paths[known[:slash]] = append(paths[known[:slash]], known[slash:])
	}
	return paths
}()
