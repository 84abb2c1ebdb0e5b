package text_test

import (
	"testing"

	"postern/parser/text"
)

// clients are answers as programs write them in HTML, in languages that no table
// knows where the structure alone must tell.
var clients = []struct{ name, page, want string }{
	{"Gmail", `<div dir="ltr">Yes, it is.<div><br></div><div>Ana</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Sat, Nov 21, 2026 at 10:00 AM CSIRT &lt;<a href="mailto:csirt@example.org">csirt@example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">Is it still on?</blockquote></div>`, "Yes, it is.\n\nAna"},
	{"Gmail, answer between", `<div class="gmail_quote"><div class="gmail_attr">Kirjutas keegi:<br></div><blockquote class="gmail_quote">One?</blockquote><div>Yes.</div><blockquote class="gmail_quote">Two?</blockquote><div>No.</div></div>`, "Yes.\nNo."},
	{"Gmail, forward", `<div dir="ltr">Is this real?<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong class="gmail_sendername">Evil</strong> <span>&lt;evil@example.net&gt;</span><br>Date: Sat, Nov 21, 2026<br>Subject: Pay<br>To: &lt;ana@example.org&gt;<br></div><br>Pay now.</div></div>`, "Is this real?"},
	{"Gmail, signature", `<div dir="ltr">Yes.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div>Ana Example</div><div>Network</div></div></div>`, "Yes."},
	{"Gmail, words that are only indented", `<div dir="ltr">The log:<blockquote style="margin:0 0 0 40px;border:none;padding:0px">203.0.113.9 tried root</blockquote>Please check.</div>`, "The log:\n203.0.113.9 tried root\nPlease check."},
	{"Apple Mail", `<html><body>Yes.<br><div><br><blockquote type="cite"><div>On 21 Nov 2026, at 10:00, CSIRT &lt;csirt@example.org&gt; wrote:</div><br><div>Is it?</div></blockquote></div></body></html>`, "Yes."},
	{"iPhone", `<html><head></head><body dir="auto">Yes.<div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 21 Nov 2026, at 10:00, CSIRT wrote:<br><br></blockquote></div><blockquote type="cite">Is it?</blockquote></body></html>`, "Yes."},
	{"Thunderbird", `<body><p>Yes.</p><div class="moz-cite-prefix">Ar 21/11/2026 sgrìobh CSIRT:<br></div><blockquote type="cite" cite="mid:1@example.org"><p>Is it?</p></blockquote><pre class="moz-signature" cols="72">-- 
Ana</pre></body>`, "Yes."},
	{"Outlook, web", `<div>Yes.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font><b>Od:</b> CSIRT &lt;csirt@example.org&gt;<br><b>Zaslané:</b> sobota 21. novembra 2026<br><b>Komu:</b> Ana<br><b>Vec:</b> host</font><div>&nbsp;</div></div><div>Is it?</div>`, "Yes."},
	{"Outlook, desktop", `<div class="WordSection1"><p class="MsoNormal">Yes.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Fra:</b> CSIRT &lt;csirt@example.org&gt; <br><b>Sendt:</b> lørdag 21. november 2026<br><b>Til:</b> Ana<br><b>Emne:</b> host<o:p></o:p></p></div></div><p class="MsoNormal">Is it?</p></div>`, "Yes."},
	{"Outlook, telephone", `<body><div dir="auto">Yes.</div><div id="ms-outlook-mobile-signature"><div></div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><div class="ms-outlook-mobile-reference-message"><hr><div><b>From:</b> CSIRT<br><b>Sent:</b> Saturday<br><b>Subject:</b> x</div>Is it?</div></div></body>`, "Yes."},
	{"Yahoo", `<div class="ydp123yahoo-style-wrap"><div>Yes.</div><div><br></div></div><div id="ydp456yahoo_quoted_1" class="ydp456yahoo_quoted"><div>On Saturday CSIRT wrote:</div><div>Is it?</div></div>`, "Yes."},
	{"Proton", `<div>Yes.</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a href="https://proton.me/">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">On Saturday, CSIRT wrote:<br><blockquote class="protonmail_quote" type="cite">Is it?</blockquote></div>`, "Yes."},
	{"GMX", `<html><body><div>Ja.</div><div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b>&nbsp;Samstag<br><b>Von:</b>&nbsp;CSIRT</div><div name="quoted-content">Ist er?</div></div></body></html>`, "Ja."},
	{"Zimbra", `<div>Yes.</div><div data-marker="__SIG_PRE__">Ana</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>From: </b>"CSIRT" &lt;csirt@example.org&gt;<br><b>To: </b>"Ana" &lt;ana@example.net&gt;<br><b>Sent: </b>Saturday, November 21, 2026<br><b>Subject: </b>host</div><div data-marker="__QUOTED_TEXT__">Is it?</div>`, "Yes."},
	{"Notes", `<font>Yes.</font><br><br><table><tr><td>From:</td><td>CSIRT/Example</td></tr><tr><td>To:</td><td>Ana/Example</td></tr><tr><td>Date:</td><td>21.11.2026 10:00</td></tr><tr><td>Subject:</td><td>host</td></tr></table><hr>Is it?`, "Yes."},
	{"Roundcube", `<p>Yes.</p><p id="reply-intro">On 2026-11-21 10:00, CSIRT wrote:</p><blockquote type="cite"><p>Is it?</p></blockquote>`, "Yes."},
	{"Spark", `<div name="messageBodySection">Yes.</div><div name="messageSignatureSection"><br>Ana</div><div name="messageReplySection">On 21 Nov 2026, CSIRT wrote:<blockquote>Is it?</blockquote></div>`, "Yes."},
	{"warning in a box", `<table border="0"><tr><td style="background:#ffeb9c"><b>CAUTION:</b> This email originated from outside of the organization. Do not click links.</td></tr></table><br><div>Hello, we see scans.</div>`, "Hello, we see scans."},
	{"Outlook's tip in a box", `<table><tbody><tr><td></td><td>You don't often get email from ana@example.net. <a href="https://aka.ms/LearnAboutSenderIdentification">Learn why this is important</a></td><td></td></tr></tbody></table><div>Hello</div>`, "Hello"},
	{"marks that a sender sets are none", "<p>one</p><p>\x11two</p>", "one\n\ntwo"},
}

func TestClients(t *testing.T) {
	for _, row := range clients {
		t.Run(row.name, func(t *testing.T) {
			page := readPage(row.page)
			if got := text.New(page.Text); got != row.want {
				t.Errorf("got %q, want %q, text %q", got, row.want, page.Text)
			}
		})
	}
}

func TestPagesAreReadable(t *testing.T) {
	for _, row := range []struct{ name, page, want string }{
		{"cells of paragraphs", `<table><tr><td><p>host</p></td><td><p>192.0.2.7</p></td></tr><tr><td><p>port</p></td><td><p>22</p></td></tr></table>`, "host\t192.0.2.7\nport\t22"},
		{"empty cell", `<table><tr><td>a</td><td></td><td>c</td></tr></table>`, "a\tc"},
		{"nested tables", `<table><tr><td><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></td><td>e</td></tr></table>`, "a\tb\nc\td\te"},
		{"numbered list", `<ol><li>one</li><li><p>two</p></li></ol>three`, "1. one\n2. two\nthree"},
		{"lists in each other", `<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>`, "- one\n  - two\n- three"},
		{"only hard blanks", "<p>one</p><p>&nbsp;</p><p>two</p>", "one\n\ntwo"},
		{"Word's junk", `<xml><w:View>Normal</w:View></xml><!--[if gte mso 9]>x<![endif]--><p>text<o:p></o:p></p>`, "text"},
		{"not for Outlook", `<![if !mso]>text<![endif]>`, "text"},
		{"no script", `<noscript><p>text</p></noscript>`, "text"},
		{"frame", `<iframe src="https://www.example.net/f">not shown</iframe>text`, "text"},
		{"picture of a face", `well done <img alt="😀" src="x">`, "well done 😀"},
		{"button", `<input type="submit" value="Log in">`, "[Log in]"},
		{"white on white", `a<span style="color:#fff;background-color:white">no</span>b`, "ab"},
		{"inherited colours", `a<span style="color:inherit;background:inherit">b</span>`, "ab"},
		{"preview", `<div style="display:none;font-size:1px;color:#ffffff;max-height:0px">no</div>yes`, "yes"},
		{"hidden from Outlook only", `<div style="mso-hide:all">yes</div>`, "yes"},
		{"relative link", `<base href="https://www.example.net/a/"><a href="b.html">click</a>`, "click <https://www.example.net/a/b.html>"},
		{"quoted twice", `<blockquote type="cite">one<blockquote type="cite">two</blockquote></blockquote>`, "> one\n> > two"},
		{"letters joined in Persian", "<p>می\u200cخواهم</p>", "می\u200cخواهم"},
		{"emoji of several", "<p>👨\u200d👩\u200d👧 ok</p>", "👨\u200d👩\u200d👧 ok"},
		{"mail link with a subject", `<a href="mailto:ana@example.org?subject=x">ana@example.org</a>`, "ana@example.org"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got, _ := text.Readable(readPage(row.page).Text); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestLinksThatAreFollowedByThemselves(t *testing.T) {
	page := `<base href="https://www.example.net/"><meta http-equiv="refresh" content="0; URL='https://a.example.net/'"><form action="/post"><button formaction="https://b.example.net/">x</button></form>` +
		`<table background="https://c.example.net/bg.png"><tr><td style="background-image: url('https://d.example.net/x.png')">x</td></tr></table><img src="https://no.example.net/" srcset="https://e.example.net/1.png 1x, https://f.example.net/2.png 2x">` +
		`<iframe src="https://g.example.net/"></iframe><link href="https://no.example.net/s.css"><map><area href="https://h.example.net/"></map>`
	want := []string{"https://a.example.net/", "https://www.example.net/post", "https://b.example.net/", "https://c.example.net/bg.png", "https://d.example.net/x.png", "https://e.example.net/1.png", "https://f.example.net/2.png", "https://g.example.net/", "https://h.example.net/"}
	got := readPage(page).Links
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for n := range want {
		if got[n] != want[n] {
			t.Errorf("got %q, want %q", got[n], want[n])
		}
	}
}
