package text

import "strings"

// hide tells whether a start tag belongs to what the page hides, or begins it.
func (w *writer) hide(tag string, a attributes) bool {
	if w.hidden.tag != "" {
		if tag == w.hidden.tag && !closesItself[tag] {
			w.hidden.depth++
			return true
		}
		if !closesItself[w.hidden.tag] || breaksAround[tag] == 0 {
			return true
		}
		w.hidden = hidden{} // a paragraph without an end tag ends where the next block begins
	}
	if !a.hidden || empty[tag] || tag == "body" || tag == "html" {
		return a.hidden && empty[tag]
	}
	w.hidden = hidden{tag: tag, depth: 1}
	return true
}

func (w *writer) unhide(tag string) {
	if tag != w.hidden.tag {
		return
	}
	w.hidden.depth--
	if w.hidden.depth <= 0 {
		w.hidden = hidden{}
	}
}

// closesItself are elements whose end tag may be left out (HTML section 13.1.2.4).
var closesItself = map[string]bool{"p": true, "li": true, "td": true, "th": true, "tr": true, "dt": true, "dd": true, "option": true}

// empty are elements without end.
var empty = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// hidesByStyle tells a style attribute that hides its element. Preview texts of
// mailings and words for spam filters are hidden like this.
func hidesByStyle(style string) bool {
	style = strings.ToLower(strings.Join(strings.Fields(style), ""))
	for declaration := range strings.SplitSeq(style, ";") {
		switch strings.TrimSuffix(declaration, "!important") {
		case "display:none", "visibility:hidden", "mso-hide:all", "font-size:0", "font-size:0px", "opacity:0":
			return true
		}
	}
	return false
}
