package text

import (
	"strings"

	"golang.org/x/net/html"
)

// attributes are those of an element that matter to a reader.
type attributes struct {
	href, action, alt string
	hidden            bool
}

const maxAttributes = 200

func readAttributes(tokens *html.Tokenizer, more bool) attributes {
	var found attributes
	for n := 0; more && n < maxAttributes; n++ {
		var key, value []byte
		key, value, more = tokens.TagAttr()
		switch string(key) {
		case "href":
			found.href = target(value)
		case "action":
			found.action = target(value)
		case "alt":
			found.alt = strings.TrimSpace(string(value))
		case "hidden":
			found.hidden = true
		case "type":
			found.hidden = found.hidden || strings.EqualFold(string(value), "hidden")
		case "style":
			found.hidden = found.hidden || hidesByStyle(string(value))
		}
	}
	return found
}

// target is a link target that leads somewhere; scripts, parts of this mail and
// places on this page are none.
func target(value []byte) string {
	if len(value) > maxTarget {
		value = value[:maxTarget]
	}
	link := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1 // browsers drop line breaks and tabs inside a target
		}
		return r
	}, strings.TrimSpace(string(value)))
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

func (a attributes) target(tag string) string {
	if tag == "form" {
		return a.action
	}
	return a.href
}

func (w *writer) startLink(tag, target string) {
	w.note(target)
	if tag != "a" {
		w.line(breaksAround["div"])
		return
	}
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
	if w.hidden.tag != "" || sameLink(words, link) {
		return
	}
	w.space = w.space || words != ""
	w.word("<" + link + ">")
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
