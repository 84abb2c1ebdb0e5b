package text

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// attributes are those of an element that matter to a reader.
type attributes struct {
	href, alt, value, kind string
	hidden                 bool   // the element is not shown
	indents                bool   // a block quote that quotes nothing
	mark                   mark   // what the element's name says of its text
	content                string // of a meta element
	others                 []string
}

const maxAttributes = 200

func readAttributes(tokens *html.Tokenizer, more bool) attributes {
	var found attributes
	for n := 0; more && n < maxAttributes; n++ {
		var key, value []byte
		key, value, more = tokens.TagAttr()
		found.read(string(key), value)
	}
	return found
}

func (a *attributes) read(key string, octets []byte) {
	value := string(octets)
	switch key {
	case "href":
		a.href = value
	case "action", "formaction", "background", "data", "src", "longdesc", "cite", "poster":
		a.others = append(a.others, key, value)
	case "srcset":
		for candidate := range strings.SplitSeq(value, ",") {
			link, _, _ := strings.Cut(strings.TrimSpace(candidate), " ")
			a.others = append(a.others, key, link)
		}
	case "alt":
		a.alt = value
	case "value":
		a.value = value
	case "content":
		a.content = value
	case "hidden":
		a.hidden = true
	case "type":
		a.kind = strings.ToLower(value)
		a.hidden = a.hidden || a.kind == "hidden"
	case "id", "class", "name", "data-marker", "data-testid":
		if a.mark == markNone {
			a.mark = markOf(value)
		}
	case "style":
		a.readStyle(value)
	}
}

func (a *attributes) readStyle(value string) {
	style := readStyle(value)
	a.hidden = a.hidden || style.hides()
	a.indents = style.indents()
	if a.mark == markNone && style.heads() {
		a.mark = markCite
	}
	if at := strings.Index(value, "url("); at >= 0 {
		link, _, _ := strings.Cut(value[at+len("url("):], ")")
		a.others = append(a.others, "background", strings.Trim(link, " '\""))
	}
}

// carriers are the elements whose other attributes lead or load somewhere that
// matters. The source of a picture is left out: mail is full of them.
var carriers = map[string]map[string]bool{
	"form": {"action": true}, "button": {"formaction": true}, "input": {"formaction": true},
	"iframe": {"src": true}, "frame": {"src": true}, "embed": {"src": true}, "script": {"src": true}, "object": {"data": true},
	"img": {"srcset": true}, "source": {"srcset": true, "src": true}, "video": {"src": true, "poster": true}, "audio": {"src": true},
}

// notes remembers where an element leads or what it loads, for the search.
func (w *writer) notes(tag string, a attributes) {
	switch tag {
	case "base":
		if w.base == "" {
			w.base = target(a.href)
		}
		return
	case "meta":
		w.note(w.target(refresh(a.content)))
	case "link": // style sheets and icons
	default:
		w.note(w.target(a.href))
	}
	for n := 0; n+1 < len(a.others); n += 2 {
		if key := a.others[n]; key == "background" || carriers[tag][key] {
			w.note(w.target(a.others[n+1]))
		}
	}
}

// refresh is the target of <meta http-equiv=refresh content="0; url=…">.
func refresh(content string) string {
	_, rest, found := strings.Cut(content, ";")
	rest = strings.TrimSpace(rest)
	if !found || len(rest) < len("url=") || !strings.EqualFold(rest[:len("url=")], "url=") {
		return ""
	}
	return strings.Trim(rest[len("url="):], " '\"")
}

// target is where a link leads: unwrapped, and from the page's base when it does
// not say itself.
func (w *writer) target(value string) string {
	if value == "" {
		return ""
	}
	link := target(value)
	if link == "" && w.base != "" && relative(value) {
		if base, err := url.Parse(w.base); err == nil {
			if whole, err := base.Parse(strings.TrimSpace(value)); err == nil {
				link = target(whole.String())
			}
		}
	}
	if link != "" && w.unwrap != nil {
		return w.unwrap(link)
	}
	return link
}

// relative tells a target without a scheme that is no place on this page.
func relative(value string) bool {
	value = strings.TrimSpace(value)
	return value != "" && value[0] != '#' && len(value) <= maxTarget && !strings.Contains(value[:min(len(value), 12)], ":")
}

// target is a link target that leads somewhere; scripts, parts of this mail and
// places on this page are none.
func target(value string) string {
	if len(value) > maxTarget {
		value = value[:maxTarget]
	}
	link := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1 // browsers drop line breaks and tabs inside a target
		}
		return r
	}, strings.TrimSpace(value))
	scheme, _, ok := strings.Cut(link, ":")
	if !ok {
		if strings.HasPrefix(link, "//") {
			return link
		}
		return ""
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "ftp", "ftps", "mailto", "hxxp", "hxxps":
		return strings.ToValidUTF8(link, "\ufffd")
	}
	return ""
}

func (w *writer) startLink(target string) {
	w.endLink() // a link inside a link ends the outer one
	w.link, w.from = target, w.out.Len()
}

// note remembers a target for the search for indicators.
func (w *writer) note(target string) {
	if target == "" || w.seen[target] || len(w.links) >= maxLinks {
		return
	}
	w.seen[target] = true
	w.links = append(w.links, target)
}

// endLink writes the target behind the words of the link unless they name it.
func (w *writer) endLink() {
	if w.link == "" {
		return
	}
	words := strings.TrimSpace(w.out.String()[w.from:])
	link := w.link
	w.link = ""
	if w.hidden.tag != "" || sameLink(words, link) || w.unwrap != nil && sameLink(w.unwrap(words), link) {
		return
	}
	if strings.ContainsAny(words, ".@") && len(words) <= maxShown && len(w.shown) < maxLinks {
		w.shown = append(w.shown, Shown{Words: words, Target: link})
	}
	if strings.HasPrefix(link, "mailto:") && strings.Contains(words, addressOf(link)) {
		return
	}
	w.space = w.space || words != ""
	w.glued = false
	w.word("<" + link + ">")
}

// addressOf is the address of a mailto link, without the fields it fills in.
func addressOf(link string) string {
	address, _, _ := strings.Cut(strings.TrimPrefix(link, "mailto:"), "?")
	return address
}

// sameLink tells whether the words of a link already say where it leads.
func sameLink(words, link string) bool { return plainLink(words) == plainLink(link) }

func plainLink(link string) string {
	link = strings.TrimSuffix(strings.TrimSpace(link), "/")
	for _, scheme := range []string{"mailto:", "http://", "https://"} {
		if len(link) >= len(scheme) && strings.EqualFold(link[:len(scheme)], scheme) {
			return link[len(scheme):]
		}
	}
	return link
}
