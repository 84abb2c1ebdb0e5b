package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/parser/text"
)

var pages = []struct{ name, page, want string }{
	{"paragraphs", "<p>one</p><p>two</p>", "one\n\ntwo"},
	{"line breaks", "one<br>two<br/>three", "one\ntwo\nthree"},
	{"divisions", "<div>one</div><div>two</div>", "one\ntwo"},
	{"white space", "  one \n two\t three  ", "one two three"},
	{"inline elements", "o<b>n</b>e <i>two</i>", "one two"},
	{"entities", "a &amp; b &lt;c&gt; &eacute;&nbsp;d", "a & b <c> é d"},
	{"link", `<a href="https://www.example.org/a">click</a> here`, "click <https://www.example.org/a> here"},
	{"link that says where it leads", `<a href="https://www.example.org/">www.example.org</a>`, "www.example.org"},
	{"link that lies", `<a href="https://evil.example.net/">https://bank.example.com/</a>`, "https://bank.example.com/ <https://evil.example.net/>"},
	{"mail link", `<a href="mailto:ana@example.org">ana@example.org</a>`, "ana@example.org"},
	{"link around a picture", `<a href="https://www.example.org/a"><img src="https://x.example.net/p.png" alt="Log in"></a>`, "[Log in] <https://www.example.org/a>"},
	{"link to nowhere", `<a href="#top">up</a> <a href="javascript:x()">run</a> <a>plain</a>`, "up run plain"},
	{"link without end", `<a href="https://www.example.org/a">click`, "click <https://www.example.org/a>"},
	{"table", "<table><tr><td>host</td><td>192.0.2.1</td></tr><tr><td>port</td><td>22</td></tr></table>", "host\t192.0.2.1\nport\t22"},
	{"list", "<ul><li>one</li><li>two</li></ul>", "- one\n- two"},
	{"preformatted", "<pre>a  b\n  c</pre>d", "a  b\n  c\nd"},
	{"quote", "<p>mine</p><blockquote>theirs<br>more<blockquote>older</blockquote></blockquote>mine", "mine\n\n> theirs\n> more\n> > older\nmine"},
	{"script and style", "<style>p{}</style><script>alert('x')</script>text", "text"},
	{"title", "<html><head><title>not shown</title></head><body>text</body></html>", "text"},
	{"comment", "a<!-- not shown -->b", "ab"},
	{"hidden by attribute", "a<div hidden>no</div>b", "ab"},
	{"hidden by style", `a <span style="DISPLAY : none !important">no <b>more</b></span>b`, "a b"},
	{"hidden inside hidden", `a<div style="display:none"><div>no</div>no</div>b`, "ab"},
	{"hidden preview text", `<div style="max-height:0;mso-hide:all">preview</div><p>text`, "text"},
	{"hidden paragraph without end", `<p style="display:none">no<p>yes`, "yes"},
	{"tiny words between letters", `pass<span style="font-size:0">xx</span>word`, "password"},
	{"invisible signs", "pass\u200bword\u00ad", "password"},
	{"broken page", "<p><b>one<div>two</p", "one\ntwo"},
	{"not a page", "one < two > three", "one < two > three"},
	{"form", `<form action="https://evil.example.net/post"><input type="text" value="x">name</form>`, "name"},
}

func readPage(page string) text.Page { return text.Reader{}.HTML(page) }

func TestHTMLIsReadable(t *testing.T) {
	for _, row := range pages {
		t.Run(row.name, func(t *testing.T) {
			if got := readPage(row.page).Text; got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestLinksOfAPage(t *testing.T) {
	page := `<a href="https://a.example.org/">a</a><a href="https://a.example.org/">again</a>` +
		`<div style="display:none"><a href="https://b.example.org/">hidden</a></div><form action="https://c.example.org/p">` +
		`<area href="//d.example.org/x"><a href="cid:part1">cid</a><img src="https://pixel.example.org/1.gif"><a href="ht
tps://e.example.org/">split</a>`
	got := readPage(page).Links
	want := []string{"https://a.example.org/", "https://b.example.org/", "https://c.example.org/p", "//d.example.org/x", "https://e.example.org/"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	if readPage("").Links == nil {
		t.Error("links of nothing are nil")
	}
}

// The text of a page grows with the page, whatever stands in it.
func TestHTMLIsBounded(t *testing.T) {
	for name, page := range map[string]string{
		"open elements":     strings.Repeat("<div>", 200_000) + "x",
		"open quotes":       strings.Repeat("<blockquote>x", 50_000),
		"open links":        strings.Repeat(`<a href="https://www.example.org/a">`, 50_000) + "x",
		"one link each":     strings.Repeat(`<a href="https://www.example.org/`+strings.Repeat("a", 100)+`">x</a>`, 20_000),
		"attributes":        "<a " + strings.Repeat("x=y ", 200_000) + ">x",
		"tag without end":   "<a href=\"" + strings.Repeat("x", 1<<20),
		"entities":          strings.Repeat("&amp;&", 200_000),
		"breaks":            strings.Repeat("<br>", 200_000) + "x",
		"hidden everything": strings.Repeat(`<div style="display:none">`, 100_000) + "x",
	} {
		t.Run(name, func(t *testing.T) {
			got := readPage(page)
			if limit := 4*len(page) + 100; len(got.Text) > limit {
				t.Errorf("%d bytes of text from %d", len(got.Text), len(page))
			}
		})
	}
}

func FuzzHTML(f *testing.F) {
	for _, row := range pages {
		f.Add(row.page)
	}
	f.Fuzz(func(t *testing.T, page string) {
		page = strings.ToValidUTF8(page, "\ufffd")
		got := readPage(page)
		if !utf8.ValidString(got.Text) || strings.ContainsRune(got.Text, 0) || got.Links == nil {
			t.Fatalf("not clean: %q", got.Text)
		}
		if limit := 42*len(page) + 100; len(got.Text) > limit { // every line may be quoted twenty times
			t.Fatalf("%d bytes of text from %d", len(got.Text), len(page))
		}
		for _, link := range got.Links {
			if !utf8.ValidString(link) || strings.ContainsAny(link, "\r\n\x00") {
				t.Fatalf("link %q", link)
			}
		}
		if again := readPage(page); again.Text != got.Text {
			t.Fatal("two readings differ")
		}
		if words := text.New(got.Text); len(words) > len(got.Text) {
			t.Fatalf("new text %q of %q", words, got.Text)
		}
		text.FindForward(got.Text)
		text.Flowed(got.Text, true)
		text.Language(got.Text)
	})
}

func BenchmarkHTML(b *testing.B) {
	page := strings.Repeat(`<tr><td style="color:red">192.0.2.1</td><td><a href="https://www.example.org/x">click here</a> and some words</td></tr>`, 10_000)
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		readPage(page)
	}
}
