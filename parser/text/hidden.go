package text

import "strings"

// hidden is an element that the page does not show, and how often it is nested
// in itself.
type hidden struct {
	tag   string
	depth int
}

// hide tells whether a start tag belongs to what the page hides, or begins it.
func (w *writer) hide(tag string, a attributes) bool {
	if w.hidden.tag != "" {
		if tag == w.hidden.tag && !closesItself[tag] {
			w.hidden.depth++
			return true
		}
		if !closesItself[w.hidden.tag] || !isBlock(tag) {
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

func isBlock(tag string) bool {
	return breaksAround[tag] > 0 || closesItself[tag] || tag == "ul" || tag == "ol" || tag == "blockquote" || tag == "pre"
}

// closesItself are elements whose end tag may be left out (HTML section 13.1.2.4).
var closesItself = map[string]bool{"p": true, "li": true, "td": true, "th": true, "tr": true, "dt": true, "dd": true, "option": true}

// empty are elements without end.
var empty = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// style is a style attribute: small letters, no blanks, by property.
type style map[string]string

// maxStyle is how many bytes of a style attribute are read.
const maxStyle = 4 << 10

func readStyle(value string) style {
	found := style{}
	for declaration := range strings.SplitSeq(strings.ToLower(value[:min(len(value), maxStyle)]), ";") {
		property, words, _ := strings.Cut(declaration, ":")
		found[strings.TrimSpace(property)] = strings.TrimSuffix(strings.Join(strings.Fields(words), ""), "!important")
	}
	return found
}

// hides tells a style that hides its element: preview texts of mailings, and
// words for spam filters.
func (s style) hides() bool {
	switch {
	case s["display"] == "none", s["visibility"] == "hidden", s["opacity"] == "0":
		return true
	case zero(s["font-size"]), zero(s["max-height"]), s["font-size"] == "1px" && s["color"] != "":
		return true
	case zero(s["height"]) && s["overflow"] == "hidden", strings.HasPrefix(s["text-indent"], "-999"), strings.HasPrefix(s["left"], "-999"):
		return true
	}
	ground := s["background-color"]
	if ground == "" {
		ground = s["background"]
	}
	return ground != "" && !inherited[ground] && colour(ground) == colour(s["color"])
}

// inherited are values that name no colour.
var inherited = map[string]bool{"none": true, "inherit": true, "initial": true, "unset": true, "transparent": true, "currentcolor": true}

func zero(length string) bool {
	return length != "" && strings.Trim(length, "0.") != length && strings.Trim(strings.TrimRight(length, "pxtemr%"), "0.") == ""
}

// colour gives white and black in one form.
func colour(value string) string {
	switch value {
	case "white", "#fff", "#ffffff", "rgb(255,255,255)":
		return "white"
	case "black", "#000", "#000000", "rgb(0,0,0)":
		return "black"
	}
	return value
}

// indents tells the style of a block quote that its writer used to indent words
// of his own, as Gmail's button does: the quotes of clients have a line at the side.
func (s style) indents() bool {
	return s["border"] == "none" && zero(s["padding"]) && s["border-left"] == "" && s["margin"] != ""
}

// heads tells the style of the block in which Outlook sets the head of the mail
// that is answered: nothing but a line above.
func (s style) heads() bool {
	return s["border"] == "none" && strings.HasPrefix(s["border-top"], "solid") && strings.HasPrefix(s["padding"], "3.0pt0")
}
