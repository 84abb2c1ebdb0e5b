package indicator

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// The longest name and label (RFC 1035 section 2.3.4).
const (
	maxName  = 253
	maxLabel = 63
)

// domain reads a bare domain, or a URL without scheme when a path follows it.
func (s *scanner) domain(start, end int, what shape) bool {
	if s.inPath(start) || s.peek(end) == '(' || s.peek(start-1) == '@' && s.peek(start-2) == '$' { // an identifier: "001a$7e6b$@example.com"
		return false
	}
	value, ok := canonicalDomain(s.text[start:end], what)
	if !ok || !registered(value) || s.sentenceBehind(start, end) {
		end = s.beforeSentence(start, end)
		value, ok = canonicalDomain(s.text[start:end], what)
	}
	if (!ok || !registered(value)) && s.besideArrow(start, end) { // "host.example.net.51122 > "
		end = start + max(0, strings.LastIndexByte(s.text[start:end], '.'))
		value, ok = canonicalDomain(s.text[start:end], what)
	}
	if !ok || !registered(value) {
		switch last := value[strings.LastIndexByte(value, '.')+1:]; {
		case fileEnds[last]:
			s.aFile(start, end)
		case ok && !insideName(last) && lettersOnly(value):
			s.memberFrom, s.member = start, end
		}
		return false
	}
	plain := !s.defanged(start, end)
	if plain && !s.say.namesDomain() && s.noDomain(value, start, end) {
		if s.inFiles(start) || fileLike(value) != fileNever {
			s.aFile(start, end)
		}
		return false
	}
	if end == s.pos && (s.peek(start-1) != '/' || s.schemeless(start)) && s.pathFollows(end) && s.bareURL(start, end) {
		return true
	}
	s.found(typeDomain, value, start, end)
	return true
}

// beforeSentence takes the first word of the next sentence off a name that somebody
// glued it to: "evil.example.Thanks".
func (s *scanner) beforeSentence(start, end int) int {
	dot := start + strings.LastIndexByte(s.text[start:end], '.')
	if dot > start && dot+2 < end && (upper(s.text[dot+1]) && !upper(s.text[dot+2]) || s.text[dot+1] >= 0x80) && !upper(s.text[start]) {
		return dot
	}
	return end
}

// sentenceBehind tells whether what stands before the last label is a name in small
// letters, and the label a word with a capital: "evil.example.No".
func (s *scanner) sentenceBehind(start, end int) bool {
	cut := s.beforeSentence(start, end)
	if cut == end || cut-start < 4 || strings.IndexByte(s.text[start:cut], '.') < 0 {
		return false
	}
	value, ok := canonicalDomain(s.text[start:cut], 0)
	return ok && value == s.text[start:cut] && registered(value)
}

// noDomain tells what only looks like a domain: a file, prose, a field's name.
func (s *scanner) noDomain(value string, start, end int) bool {
	written := s.text[start:end]
	variable := written[1] == '.' // which no path follows, as in "m.me/x"
	if looksLikeProse(written) || looksLikeCode(written) && !(variable && s.peek(end) == '/') || s.key(start, end) || s.property(start, end) {
		return true
	}
	if s.packageName(start) || s.articleBefore(start, value) {
		return true
	}
	switch fileLike(value) {
	case fileAlways:
		return true
	case fileMaybe:
		return s.say.namesFile() || s.fileBehind(end) || s.inFiles(start) || s.listedFile(start)
	}
	return false
}

// packageName tells the name of a program's package, which is a host's written
// backwards: in a row with others, "com.example.app, ch.example.app".
func (s *scanner) packageName(start int) bool {
	label, _, _ := strings.Cut(s.text[start:min(len(s.text), start+maxLabel)], ".")
	return s.member != none && s.member < start && start-s.member <= len("` und `") && strings.Count(s.text[s.memberFrom:s.member], ".") > 1 && knownSuffix(label) &&
		joiner(strings.Trim(s.text[s.member:start], " ,`'\""))
}

// articleBefore tells a noun with its article to which the next sentence is glued:
// "auf der liste.am besten".
func (s *scanner) articleBefore(start int, value string) bool {
	if s.peek(start-1) != ' ' || strings.Count(value, ".") != 1 || strings.ContainsAny(value, "-0123456789") {
		return false
	}
	switch value[strings.IndexByte(value, '.')+1:] {
	case "am", "an", "as", "by", "so", "to", "do":
	default:
		return false
	}
	switch strings.ToLower(s.say.previous) {
	case "der", "die", "das", "dem", "den", "the", "la", "le", "el", "il", "o", "a", "de", "het", "ein", "eine", "einem", "einer", "un", "une", "una":
		return true
	}
	return false
}

// joiner knows what stands between the last two of a list.
func joiner(between string) bool {
	return between == "" || len(between) < 5 && meaningOf(between).joins
}

// inFiles tells whether a file stands before it in a list.
func (s *scanner) inFiles(start int) bool { return s.file != none && s.text[s.file:start] == ", " }

// listedFile tells whether the name of a file stands at the same place of the line
// above, behind a date and a size, as in the listing of a folder.
func (s *scanner) listedFile(start int) bool {
	return s.fileLine != none && s.filePlace == start-s.line && strings.ContainsAny(s.text[s.line:start], "0123456789") && strings.IndexByte(s.text[s.fileLine:s.line], '\n') == s.line-s.fileLine-1
}

// aFile takes notice of the name of a file.
func (s *scanner) aFile(start, end int) { s.file, s.fileLine, s.filePlace = end, s.line, start-s.line }

// fileEnds are endings of files under which no name can be registered: what
// follows such a file in a list is one too.
var fileEnds = map[string]bool{
	"doc": true, "docx": true, "docm": true, "xls": true, "xlsx": true, "xlsm": true, "ppt": true, "pptx": true, "pdf": true, "odt": true, "rtf": true, "txt": true, "csv": true, "log": true, "xml": true, "json": true, "html": true, "htm": true, "js": true, "php": true,
	"exe": true, "dll": true, "sys": true, "bat": true, "cmd": true, "ps1": true, "vbs": true, "jar": true, "msi": true, "apk": true, "dmg": true, "iso": true, "rar": true, "7z": true, "gz": true, "tar": true, "png": true, "jpg": true, "gif": true, "eml": true, "msg": true, "cpp": true, "conf": true, "ini": true, "cfg": true, "yml": true, "yaml": true, "dat": true, "bin": true, "tmp": true, "bak": true,
}

// insideName knows the suffixes of names that exist in one network only.
func insideName(suffix string) bool {
	switch suffix {
	case "local", "lan", "internal", "intern", "intranet", "corp", "home", "localdomain", "private", "localhost", "invalid", "domain", "i2p", "bit", "eth", "coin", "crypto", "lib", "bazar":
		return true
	}
	return false
}

// key tells the name of a field of a log or a document: `a.b=`, `"a.b":`.
func (s *scanner) key(start, end int) bool {
	switch s.peek(end) {
	case '=':
		return true
	case '"':
		return s.peek(start-1) == '"' && s.peek(end+1) == ':'
	}
	return false
}

// fileBehind tells whether the word behind the name says that it is a file's.
func (s *scanner) fileBehind(end int) bool {
	if s.peek(end) != ' ' {
		return false
	}
	rest := s.text[end+1:]
	return word(rest, "file") || word(rest, "script") || word(rest, "attach") || word(rest, "datei")
}

// pathFollows tells whether what stands behind a host makes a URL of it: a path,
// or a port and a path.
func (s *scanner) pathFollows(end int) bool {
	if s.peek(end) == ':' {
		n := digits(s.text[end+1 : min(len(s.text), end+7)])
		if n == 0 || n > 5 {
			return false
		}
		end += n + 1
	}
	return s.peek(end) == '/'
}

// inPath tells whether a name is part of a file's path: "/usr/lib/x.so". Two
// backslashes begin the name of a server.
func (s *scanner) inPath(start int) bool {
	switch s.peek(start - 1) {
	case '$':
		return true
	case '\\':
		return s.peek(start-2) != '\\' || alnum(s.peek(start-3))
	case '/':
		if s.countryBefore(start) {
			return false
		}
		before := s.peek(start - 2)
		return before != '/' && before != ':' && before != '=' && !registeredBefore(s.text, start-1)
	}
	return false
}

// schemeless knows the two slashes of a link that leaves its scheme to the page:
// "//cdn.example.net/x.js".
func (s *scanner) schemeless(start int) bool {
	return s.peek(start-2) == '/' && start > 2 && strings.IndexByte(" \"'(=<\n", s.text[start-3]) >= 0
}

// longestCountry is more than the name of a country has, with "(XX/" and "/".
const longestCountry = 40

// countryBefore knows how firewalls of web hosts write where a host stands:
// "203.0.113.5 (XX/Country/host.example.net)".
func (s *scanner) countryBefore(start int) bool {
	from := max(0, start-longestCountry)
	open := strings.LastIndexByte(s.text[from:start], '(')
	if open < 0 {
		return false
	}
	inside := s.text[from+open+1 : start]
	return len(inside) > 3 && upper(inside[0]) && upper(inside[1]) && inside[2] == '/' && strings.Count(inside, "/") == 2
}

// registeredBefore tells whether the slash stands between two domains.
func registeredBefore(text string, slash int) bool {
	start := slash
	for start > 0 && slash-start < maxLabel && (alnum(text[start-1]) || text[start-1] == '.' || text[start-1] == '-') {
		start--
	}
	value, ok := canonicalDomain(text[start:slash], 0)
	return ok && registered(value)
}

// canonicalDomain gives the name in lower case and ASCII when its form is that
// of a domain of two labels or more (RFC 1123, RFC 5891).
func canonicalDomain(name string, what shape) (string, bool) {
	name = strings.TrimSuffix(name, ".")
	if len(name) < 4 || len(name) > maxName*4 {
		return "", false
	}
	if what&hasWide != 0 || !ascii(name) {
		encoded, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", false
		}
		name = encoded
	}
	if !wellFormed(name) {
		return "", false
	}
	return strings.ToLower(name), true
}

// wellFormed checks labels: an underscore may stand only left of the name that
// somebody can register, and the last label is no number.
func wellFormed(name string) bool {
	if len(name) > maxName {
		return false
	}
	labels, length, under, letter := 1, 0, 0, false
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '.':
			if length == 0 || name[i-1] == '-' {
				return false
			}
			labels, length, letter = labels+1, 0, false
			continue
		case c == '-' && length == 0:
			return false
		case c == '_':
			under = labels
		case alnum(c):
			letter = letter || !digit(c)
		case c != '-':
			return false
		}
		if length++; length > maxLabel {
			return false
		}
	}
	return labels >= 2 && letter && length >= 2 && name[len(name)-1] != '-' && (under == 0 || under <= labels-2)
}

// registered tells whether the name stands below a suffix that exists, or
// below one that is reserved for examples (RFC 2606) or hidden services (RFC 7686).
func registered(name string) bool {
	suffix, icann := publicsuffix.PublicSuffix(name)
	switch {
	case icann:
		return name != suffix && suffix != "arpa" && !strings.HasSuffix(suffix, ".arpa")
	case strings.Contains(suffix, "."):
		return true // below a name that its owner lets others use
	}
	return suffix == "example" || suffix == "test" || suffix == "onion"
}

// How much a name looks like a file's.
const (
	fileNever = iota
	fileMaybe
	fileAlways
)

// fileLike knows the suffixes that are also a file's: some more often than a
// country's, others less. A name of three labels is a host unless it is a
// library's or an archive's.
func fileLike(name string) int {
	dot := strings.LastIndexByte(name, '.')
	switch name[dot+1:] {
	case "map":
		if other := name[:dot]; strings.HasSuffix(other, ".js") || strings.HasSuffix(other, ".css") {
			return fileAlways // of what was compiled into one
		}
	case "zip", "mov":
		if strings.HasPrefix(name, "www.") {
			return fileNever
		}
		return fileAlways
	case "java", "properties":
		return fileAlways
	case "so", "py", "sh", "md", "inc", "rs", "ps", "pm", "la", "bz", "cab", "pub":
		if strings.Count(name, ".") == 1 || strings.HasPrefix(name, "lib") || strings.Contains(name, ".tar.") || strings.Contains(name, ".min.") {
			return fileAlways
		}
	case "pl", "app", "ai", "cc", "com", "in", "ac", "am", "mk", "tf", "do":
		return commonFile(name)
	}
	return fileNever
}

// commonFile knows programs of old and of builds by name; others of the same
// suffixes may be either.
func commonFile(name string) int {
	switch name {
	case "autoexec.com", "command.com", "configure.in", "configure.ac", "makefile.am", "makefile.in", "index.pl", "report.pl", "cgi.pl", "chcp.com", "main.cc":
		return fileAlways
	}
	if strings.Count(name, ".") == 1 && !strings.HasSuffix(name, ".com") {
		if stem, _, _ := strings.Cut(name, "."); plainStems[stem] {
			return fileAlways
		}
		return fileMaybe
	}
	return fileNever
}

// plainStems are names that programs and people give files of any kind.
var plainStems = map[string]bool{
	"setup": true, "install": true, "installer": true, "update": true, "updater": true, "main": true, "test": true, "tests": true, "util": true, "utils": true, "config": true, "core": true, "server": true, "client": true,
	"login": true, "logout": true, "index": true, "action": true, "script": true, "run": true, "start": true, "init": true, "makefile": true, "configure": true, "parser": true, "common": true, "base": true, "loader": true, "payload": true, "exploit": true, "shell": true, "backdoor": true, "a": true,
}

// looksLikeProse knows two sentences without a blank between them and titles.
func looksLikeProse(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	last, first := name[dot+1:], name[:strings.IndexByte(name, '.')]
	titled := upper(last[0]) && !upper(last[len(last)-1])
	if titled && len(first) == 1 && upper(first[0]) || strings.EqualFold(first, "co") && upper(first[0]) {
		return true // a degree, a title, a company
	}
	if titled && (!upper(first[0]) || wordSuffix(strings.ToLower(last))) {
		return true
	}
	if len(first) == 1 && dot == 1 && len(last) > len("club") && last != "example" {
		return true // a user: "j.weber"
	}
	if dots := strings.Count(name, "."); dots > 1 {
		return dots == 2 && strings.Trim(name[:dot], ".0123456789") == "" // a version
	}
	switch strings.ToLower(first) {
	case "dr", "mr", "mrs", "ms", "st", "nr", "no", "prof", "inc", "ltd":
		return upper(first[0])
	case "us", "them", "again", "now", "today", "you", "it", "this", "that", "down", "thanks", "soon", "yesterday", "him", "her", "well", "too", "done", "etc", "here", "there", "regards", "cf", "vgl", "vs", "bzw", "ggf", "see", "incl", "excl", "inkl", "approx", "new":
		return wordSuffix(last)
	}
	return false
}

// knownSuffix tells whether names can stand below the suffix.
func knownSuffix(suffix string) bool {
	return len(suffix) >= 2 && !digit(suffix[0]) && registered("x."+strings.ToLower(suffix))
}

// Registrable gives the part of a host's name that somebody registered, "" for
// what is no name.
func Registrable(host string) string {
	domain, ok := canonicalDomain(host, 0)
	if !ok {
		return ""
	}
	name, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return ""
	}
	return name
}

// functionWord knows the suffixes that may follow even the spoken word "dot".
func functionWord(suffix string) bool {
	switch suffix {
	case "am", "an", "as", "at", "be", "by", "do", "in", "is", "it", "me", "my", "no", "so", "to", "us":
		return true
	}
	return false
}

// wordSuffix knows the suffixes that are words of a language we are written in,
// so that a dot before them may end a sentence.
func wordSuffix(suffix string) bool {
	switch suffix {
	case "am", "an", "as", "at", "ad", "be", "by", "ca", "case", "cc", "ch", "co", "cool", "date", "day", "de", "do", "es", "et", "example", "foundation", "free", "fun",
		"game", "here", "how", "id", "il", "im", "in", "is", "it", "la", "land", "life", "link", "live", "lol", "ma", "me", "mine", "ms", "mu", "my", "na", "name", "news", "ne", "no", "now",
		"nu", "one", "open", "page", "pa", "pl", "place", "plus", "pro", "re", "read", "report", "review", "run", "sa", "safe", "save", "se", "security", "services", "shop", "show", "si", "site", "so",
		"st", "store", "su", "support", "ta", "team", "test", "tips", "to", "today", "tools", "town", "va", "video", "watch", "we", "web", "wiki", "win", "work", "works", "world", "you", "zip", "za", "zone":
		return true
	}
	return false
}

// hostIndicator tells what the host of a URL or mail address is by itself.
func hostIndicator(host string) (kind, value string, ok bool) {
	if address, ok := hostAddress(host); ok {
		return family(address), address.String(), true
	}
	value, ok = canonicalDomain(host, 0)
	return typeDomain, value, ok
}

func upper(c byte) bool { return c-'A' < 26 }

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
