package pgp_test

import (
	"html"
	"strings"
	"testing"
)

// TestArmourInHTML opens messages that web mail put into a page.
func TestArmourInHTML(t *testing.T) {
	g := realGPG(t)
	ring := g.ring(t, team, peer)
	block := string(g.seal(t, report, team, peer))
	lines := strings.Split(strings.TrimSpace(block), "\n")
	rows := []struct{ name, page, covers string }{
		{"preformatted", "<pre>" + html.EscapeString(block) + "</pre>", "all"},
		{"breaks", "<html><head><title>x</title><style>p{}</style></head><body>" + strings.Join(lines, "<br>\n") + "</body></html>", "all"},
		{"breaks in one line", "<div dir=ltr>" + strings.Join(lines, "<br/>") + "</div>", "all"},
		{"a paragraph a line", "<p class=x>" + strings.Join(lines, "</p><p class=x>") + "</p>", "all"},
		{"a div a line", "<div>" + strings.Join(lines, "</div>\n<div>") + "</div>", "all"},
		{"entities", strings.NewReplacer("+", "&#43;", "/", "&#x2F;", "=", "&#61;").Replace(strings.Join(lines, "<br>&nbsp;")), "all"},
		{"soft breaks in words", strings.ReplaceAll(strings.Join(lines, "<br>"), "AA", "A<wbr>A"), "all"},
		{"no-break blanks in the marks", strings.NewReplacer("BEGIN PGP MESSAGE", "BEGIN&nbsp;PGP&nbsp;MESSAGE", "END PGP MESSAGE", "END&#160;PGP\u00a0MESSAGE").Replace(strings.Join(lines, "<br>\n")), "all"},
		{"words around it", "<p>Dear team,</p><pre>" + block + "</pre><p>Regards</p>", "part"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			opened := open(t, ring, mailOf(peer, "Content-Type: text/html; charset=utf-8\r\n\r\n"+crlf(row.page)), peer)
			if !opened.Result.Decrypted || verdicts(opened.Result) != "good" || len(opened.Inner) != 1 || !strings.Contains(opened.Inner[0].Text, "192.0.2.77") {
				t.Fatalf("got %+v, inner %+v", opened.Result, opened.Inner)
			}
			if got := opened.Result.Signatures[0].Covers; got != row.covers {
				t.Errorf("got a signature that covers %s, want %s", got, row.covers)
			}
		})
	}
}

// TestArmourInHTMLBesidePlainText is opened in both, as nobody knows yet which is
// shown; the same signer is told once.
func TestArmourInHTMLBesidePlainText(t *testing.T) {
	g := realGPG(t)
	block := string(g.seal(t, report, team, peer))
	opened := open(t, g.ring(t, team, peer), mailOf(peer, crlf("Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\n"+block+
		"\n--a\nContent-Type: text/html\n\n<pre>"+block+"</pre>\n--a--\n")), peer)
	if len(opened.Inner) != 2 || len(opened.Result.Signatures) != 1 {
		t.Errorf("got %d blocks and signatures %+v", len(opened.Inner), opened.Result.Signatures)
	}
}

// TestSignedTextInHTML: what was signed were lines of text, and nobody knows which the
// page made of them. It is said, and where the text stands beside it, that one is judged.
func TestSignedTextInHTML(t *testing.T) {
	g := realGPG(t)
	signed := string(g.clear(t, report, peer))
	page := "Content-Type: text/html\n\n<p>Dear team,</p>" + strings.ReplaceAll(html.EscapeString(signed), "\n", "<br>\n")
	for _, row := range []struct{ name, entity, verdict, problem string }{
		{"alone", page, "", "signed-page"},
		{"beside plain text", "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\n" + signed + "\n--a\n" + page + "\n--a--\n", "good", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			opened := open(t, g.ring(t, team, peer), mailOf(peer, crlf(row.entity)), peer)
			problem := ""
			for _, p := range opened.Problems {
				problem += p.Code
			}
			if verdicts(opened.Result) != row.verdict || problem != row.problem {
				t.Errorf("got %q and problem %q, want %q and %q", verdicts(opened.Result), problem, row.verdict, row.problem)
			}
		})
	}
}
