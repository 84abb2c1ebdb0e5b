package mime_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"postern/parser/mime"
)

type address = mime.Address

var addressLists = []struct {
	name, raw string
	want      []address
	problems  string
}{
	{"bare", "ana@example.org", []address{{"", "ana@example.org"}}, ""},
	{"name", "Ana Example <ana@example.org>", []address{{"Ana Example", "ana@example.org"}}, ""},
	{"quoted name with a comma", `"Example, Ana" <ana@example.org>, bo@example.org`, []address{{"Example, Ana", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"quoted name with quotes", `"Ana \"the\" Example" <ana@example.org>`, []address{{`Ana "the" Example`, "ana@example.org"}}, ""},
	{"quoted pairs", `"Ana \\ Example" <ana@example.org>`, []address{{`Ana \ Example`, "ana@example.org"}}, ""},
	{"several quoted pieces", `"Ana" Q. "Example" <ana@example.org>`, []address{{"Ana Q. Example", "ana@example.org"}}, ""},
	{"signs that need no quotes", "Who? <ana@example.org>", []address{{"Who?", "ana@example.org"}}, ""},
	{"a dot in a name", "Ana Q. Example <ana@example.org>", []address{{"Ana Q. Example", "ana@example.org"}}, ""},
	{"no blank before the bracket", "Ana<ana@example.org>", []address{{"Ana", "ana@example.org"}}, ""},
	{"the address twice", "Ana Example <ana@example.org> <ana@example.org>", []address{{"Ana Example", "ana@example.org"}}, "mended-address"},
	{"at spoken by an archive", "ana at example.org (Ana Example)", []address{{"Ana Example", "ana@example.org"}}, "mended-address"},
	{"at in words", "Ana at home.", []address{{"Ana at home.", ""}}, "bad-address"},
	{"folded", "Ana\n Example\n\t<ana@example.org>,\n bo@example.org", []address{{"Ana Example", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"comment as name", "ana@example.org (Ana Example)", []address{{"Ana Example", "ana@example.org"}}, ""},
	{"comment with a comma", "ana@example.org (Ana, here), bo@example.org", []address{{"Ana, here", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"nested comments", "ana@example.org (Ana (the one (and only)))", []address{{"Ana (the one (and only))", "ana@example.org"}}, ""},
	{"a bracket escaped in a comment", `Ana(a nice \) one) <ana(her account)@example.org(her host)>`, []address{{"Ana", "ana@example.org"}}, ""},
	{"a comment in a domain", "Ana <ana@mail(comment).  example.org>", []address{{"Ana", "ana@mail.example.org"}}, "mended-address"},
	{"a comment inside of the address", "ana(her (own) account)@example.org (Ana Example)", []address{{"Ana Example", "ana@example.org"}}, ""},
	{"the address in the comment", "Ana Example (ana@example.org)", []address{{"Ana Example", "ana@example.org"}}, "mended-address"},
	{"quotes in a quoted local part", `"a \"b\".(c)"@example.org`, []address{{"", `"a \"b\".(c)"@example.org`}}, ""},
	{"a damaged line behind it", "ana@example.org\nthis is no header line\nX-Next: y", []address{{"", "ana@example.org"}}, ""},
	{"a list that goes on without blanks", "ana@example.org,\nbo@example.org\nX-Next: y", []address{{"", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"group", "Team: ana@example.org, Bo <bo@example.org>;, cy@example.org", []address{{"", "ana@example.org"}, {"Bo", "bo@example.org"}, {"", "cy@example.org"}}, ""},
	{"groups one behind the other", "A: ana@example.org; B: bo@example.org;", []address{{"", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"empty group", "undisclosed-recipients:;", []address{}, ""},
	{"empty group with comments", "(Empty list)(start)Undisclosed recipients  :(nobody(that I know))  ;", []address{}, ""},
	{"empty group to which a server added its name", "undisclosed-recipients:;@mx.example.org", []address{}, ""},
	{"empty group without an end", "undisclosed-recipients:", []address{}, "mended-address"},
	{"nobody, without a group", "undisclosed-recipients", []address{}, ""},
	{"group with comments", "A Group(Some people)\n     :Cy <c@(Cy's host.)example.org>,\n bo@example.org,\n Jo <jo@example.org> (my dear friend); (the end of the group)", []address{{"Cy", "c@example.org"}, {"", "bo@example.org"}, {"Jo", "jo@example.org"}}, ""},
	{"quoted name of a group", `"Team: one": ana@example.org;`, []address{{"", "ana@example.org"}}, ""},
	{"group without an end", "Team: Ana <ana@example.org>", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"encoded name", "=?utf-8?q?Andr=C3=A9?= <a@example.org>", []address{{"André", "a@example.org"}}, ""},
	{"encoded name in pieces", "=?utf-8?q?Andr=C3?=\n =?utf-8?q?=A9?= Example <a@example.org>", []address{{"André Example", "a@example.org"}}, ""},
	{"encoded name glued to its address", "=?utf-8?q?Andr=C3=A9?=<a@example.org>", []address{{"André", "a@example.org"}}, ""},
	{"encoded name with a comma", "=?utf-8?q?Example=2C_Ana?= <a@example.org>", []address{{"Example, Ana", "a@example.org"}}, ""},
	{"encoded name with a raw comma", "=?utf-8?q?Example,_Ana?= <a@example.org>, b@example.org", []address{{"Example, Ana", "a@example.org"}, {"", "b@example.org"}}, ""},
	{"encoded name with a raw blank", "=?utf-8?q?Ana Mar=C3=ADa?= <a@example.org>", []address{{"Ana María", "a@example.org"}}, ""},
	{"encoded name with quotes", "=?utf-8?q?=22Example=2C_Ana=22?= <a@example.org>", []address{{"Example, Ana", "a@example.org"}}, ""},
	{"encoded name in quotes", `"=?utf-8?q?Andr=C3=A9?=" <a@example.org>`, []address{{"André", "a@example.org"}}, "broken-encoded-word"},
	{"encoded comment", "a@example.org (=?utf-8?q?Andr=C3=A9?=)", []address{{"André", "a@example.org"}}, ""},
	{"encoded name that holds an address", "=?utf-8?q?ceo=40example=2Ecom_=3Cceo=40example=2Ecom=3E?= <evil@example.net>", []address{{"ceo@example.com <ceo@example.com>", "evil@example.net"}}, ""},
	{"encoded name that never ends", "=?utf-8?q?Andr=C3=A9 <a@example.org>", []address{{"André", "a@example.org"}}, "broken-encoded-word"},
	{"an encoded address", "Ana <=?utf-8?q?ana=40example=2Eorg?=>", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"the whole mailbox is one word", "=?utf-8?q?Ana_=3Cana=40example.org=3E?=", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"the whole list is one word", "=?utf-8?q?Ana_=3Cana=40example=2Eorg=3E=2C_bo=40example=2Eorg?=", []address{{"Ana", "ana@example.org"}, {"", "bo@example.org"}}, "mended-address"},
	{"words in words", "=?utf-8?q?=22=3D=3Futf-8=3Fq=3Fana=3D40example=2Eorg=3F=3D=22?=", []address{{`=?utf-8?q?ana=40example.org?=`, ""}}, "bad-address"},
	{"the whole mailbox is one word that was not encoded", "=?utf-8?q?Ana <ana@example.org>?=", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"address as name", `"ceo@example.com" <evil@example.net>`, []address{{"ceo@example.com", "evil@example.net"}}, ""},
	{"address as its own name", `"ana@example.org" <ana@example.org>`, []address{{"ana@example.org", "ana@example.org"}}, ""},
	{"address as name without quotes", "ana@example.org <ana@example.org>", []address{{"ana@example.org", "ana@example.org"}}, "mended-address"},
	{"single quotes", "'ana@example.org' <ana@example.org>", []address{{"'ana@example.org'", "ana@example.org"}}, "mended-address"},
	{"missing quote", `"Ana Example <ana@example.org>`, []address{{"Ana Example", "ana@example.org"}}, "mended-address"},
	{"missing quote before another name", `"Ana Example <ana@example.org>, "Bo" <bo@example.org>`, []address{{"Ana Example", "ana@example.org"}, {"Bo", "bo@example.org"}}, "mended-address"},
	{"missing first quote", `Ana Example" <ana@example.org>, "Bo" <bo@example.org>`, []address{{"Ana Example", "ana@example.org"}, {"Bo", "bo@example.org"}}, "mended-address"},
	{"doubled quotes", `""Ana Example"" <ana@example.org>`, []address{{"Ana Example", "ana@example.org"}}, ""},
	{"escaped quotes", `\"Example, Ana\" <ana@example.org>`, []address{{"Example, Ana", "ana@example.org"}}, "mended-address"},
	{"missing bracket", "Ana <ana@example.org", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"missing bracket before another", "Ana <ana@example.org, Bo <bo@example.org>", []address{{"Ana", "ana@example.org"}, {"Bo", "bo@example.org"}}, "mended-address"},
	{"only the closing bracket", "Ana ana@example.org>", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"doubled brackets", "Ana <<ana@example.org>>", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"brackets in a name", "Ana <IT> <ana@example.org>", []address{{"Ana <IT>", "ana@example.org"}}, ""},
	{"blanks in brackets", "Ana < ana@example.org >", []address{{"Ana", "ana@example.org"}}, ""},
	{"blanks around the at sign", "Ana <ana @ example.org>, bo @example.org", []address{{"Ana", "ana@example.org"}, {"", "bo@example.org"}}, "mended-address"},
	{"blanks around dots", "ana@mail   . example.org", []address{{"", "ana@mail.example.org"}}, "mended-address"},
	{"quotes in brackets", `Ana <"ana@example.org">, <'bo@example.org'>`, []address{{"Ana", "ana@example.org"}, {"", "bo@example.org"}}, "mended-address"},
	{"a dot behind", "ana@example.org., Bo <bo@example.org.>", []address{{"", "ana@example.org"}, {"Bo", "bo@example.org"}}, "mended-address"},
	{"a comma behind", "Ana <ana@example.org,>", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"semicolons between", "ana@example.org; bo@example.org", []address{{"", "ana@example.org"}, {"", "bo@example.org"}}, "mended-address"},
	{"semicolons between names with commas", "Example, Ana <ana@example.org>; Example, Bo <bo@example.org>;", []address{{"Example, Ana", "ana@example.org"}, {"Example, Bo", "bo@example.org"}}, "mended-address"},
	{"blanks between", "ana@example.org bo@example.org", []address{{"", "ana@example.org"}, {"", "bo@example.org"}}, "mended-address"},
	{"brackets side by side", "<ana@example.org> <bo@example.org>\n <cy@example.org>", []address{{"", "ana@example.org"}, {"", "bo@example.org"}, {"", "cy@example.org"}}, "mended-address"},
	{"names side by side", `"Example, Ana" <ana@example.org> Bo <bo@example.org>`, []address{{"Example, Ana", "ana@example.org"}, {"Bo", "bo@example.org"}}, "mended-address"},
	{"commas doubled", ",ana@example.org,,bo@example.org,", []address{{"", "ana@example.org"}, {"", "bo@example.org"}}, ""},
	{"twice the same", "ana@example.org, ana@example.org", []address{{"", "ana@example.org"}, {"", "ana@example.org"}}, ""},
	{"mailto", "<mailto:ana@example.org>", []address{{"", "ana@example.org"}}, "mended-address"},
	{"mailto without brackets", "mailto:ana@example.org", []address{{"", "ana@example.org"}}, "mended-address"},
	{"mailto in square brackets", "Ana [mailto:ana@example.org]", []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"a link's question", "<mailto:ana@example.org?subject=x>", []address{{"", "ana@example.org"}}, "mended-address"},
	{"source route", "<@a.example,@b.example:ana@example.org>", []address{{"", "ana@example.org"}}, "mended-address"},
	{"quoted local part", `"ana example"@example.org`, []address{{"", `"ana example"@example.org`}}, ""},
	{"quoted local part with an at sign", `Ana <"ana@home"@example.org>`, []address{{"Ana", `"ana@home"@example.org`}}, ""},
	{"quoted local part with a bracket", `Ana <"a>b"@example.org>, bo@example.org`, []address{{`Ana <"a>b"@example.org>`, ""}, {"", "bo@example.org"}}, "bad-address"},
	{"literal domain", "ana@[192.0.2.1]", []address{{"", "ana@[192.0.2.1]"}}, ""},
	{"literal domain of IPv6", "Ana <ana@[IPv6:2001:db8::1]>", []address{{"Ana", "ana@[IPv6:2001:db8::1]"}}, ""},
	{"domain without a dot", "root@localhost", []address{{"", "root@localhost"}}, ""},
	{"plus and other signs", "ana+tag!x{y}=z/q@example.org", []address{{"", "ana+tag!x{y}=z/q@example.org"}}, ""},
	{"dots side by side", "ana..b.@example.org", []address{{"", "ana..b.@example.org"}}, ""},
	{"raw utf-8", "Andrés <andrés@exämple.org>", []address{{"Andrés", "andrés@exämple.org"}}, ""},
	{"punycode", "<ana@xn--exmple-cua.org>", []address{{"", "ana@xn--exmple-cua.org"}}, ""},
	{"raw latin-1 name", "Andr\xe9 <a@example.org>", []address{{"André", "a@example.org"}}, "unknown-charset"},
	{"raw Shift_JIS name, whose signs hold brackets", "\x1b$B;3ED\x1b(B <a@example.org>", []address{{"山田", "a@example.org"}}, "unknown-charset"},
	{"a NUL in an address", "a\x00na@example.org", []address{{"", "ana@example.org"}}, "nul-bytes"},
	{"comment that never ends", "Ana (x <ana@example.org>", []address{{"Ana x", "ana@example.org"}}, "mended-address"},
	{"an address in a comment is nobody's", "mallory@evil.example (<ana@example.org>)", []address{{"<ana@example.org>", "mallory@evil.example"}}, ""},
	{"an address in a comment beside a quote", `"M" <mallory@evil.example> ("<ana@example.org>")`, []address{{"M", "mallory@evil.example"}}, ""},
	{"an address in a comment and nothing else", "(ana@example.org)", []address{{"", "ana@example.org"}}, "mended-address"},
	{"a name in a comment behind brackets", "<ana@example.org> (Ana)", []address{{"Ana", "ana@example.org"}}, ""},
	{"a bracket in a quoted name", `"Ana (IT" <ana@example.org>`, []address{{"Ana (IT", "ana@example.org"}}, ""},
	{"square brackets in a name", "[IT] Ana <ana@example.org>", []address{{"[IT] Ana", "ana@example.org"}}, "mended-address"},
	{"comma in an unquoted name", "Example Police, Desk 2 <a@example.org>, b@example.org", []address{{"Example Police, Desk 2", "a@example.org"}, {"", "b@example.org"}}, "mended-address"},
	{"commas in an unquoted name", "Example, Ana, Dr. <a@example.org>", []address{{"Example, Ana, Dr.", "a@example.org"}}, "mended-address"},
	{"a comma before the bracket", "Ana, <a@example.org>", []address{{"Ana", "a@example.org"}}, "mended-address"},
	{"words, then a bare address", "Ana, bo@example.org", []address{{"Ana", ""}, {"", "bo@example.org"}}, "bad-address"},
	{"a name beside an address", "Ana Example ana@example.org", []address{{"Ana Example", "ana@example.org"}}, "mended-address"},
	{"two addresses in one mailbox", "Ana <old@example.org> <ana@example.org>", []address{{"Ana <old@example.org>", "ana@example.org"}}, "mended-address"},
	{"only a name", "Ana Example", []address{{"Ana Example", ""}}, "bad-address"},
	{"names only", "Example, Ana; Example, Bo", []address{{"Example, Ana", ""}, {"Example, Bo", ""}}, "bad-address mended-address"},
	{"the address only in the name", `"ana@example.org" <>`, []address{{"", "ana@example.org"}}, "mended-address"},
	{"the whole mailbox in quotes", `"Ana <ana@example.org>"`, []address{{"Ana", "ana@example.org"}}, "mended-address"},
	{"name with empty brackets", "Ana <>", []address{{"Ana <>", ""}}, "bad-address"},
	{"two at signs", "ana@bo@example.org", []address{{"ana@bo@example.org", ""}}, "bad-address"},
	{"blanks inside of an address", "<ana example@example.org>", []address{{"<ana example@example.org>", ""}}, "bad-address"},
	{"user without a domain", "Cron Daemon <root>", []address{{"Cron Daemon <root>", ""}}, "bad-address"},
	{"directory entry", `"Example, Ana" </O=EXAMPLE/OU=SITE/CN=RECIPIENTS/CN=ANA>, bo@example.org`, []address{{"Example, Ana", ""}, {"", "bo@example.org"}}, "exchange-address"},
	{"directory entry without a name", "<EX:/o=example/ou=site/cn=recipients/cn=ana>", []address{{"EX:/o=example/ou=site/cn=recipients/cn=ana", ""}}, "exchange-address"},
	{"directory entry as an address", "<IMCEAEX-_O=EXAMPLE_CN=ANA@example.org>", []address{{"", "IMCEAEX-_O=EXAMPLE_CN=ANA@example.org"}}, ""},
	{"X.400 through a gateway", `"/G=Ana/S=Example/O=Org/C=DE/"@gateway.example`, []address{{"", `"/G=Ana/S=Example/O=Org/C=DE/"@gateway.example`}}, ""},
	{"smtp parameters", "<x@example.org> NOTIFY=NEVER", []address{{"NOTIFY=NEVER", "x@example.org"}}, "mended-address"},
	{"nothing", "", []address{}, ""},
	{"blanks", "   ", []address{}, ""},
	{"null sender", "<>", []address{}, ""},
}

func TestAddresses(t *testing.T) {
	for _, row := range addressLists {
		t.Run(row.name, func(t *testing.T) {
			got, problems := header(t, "To: "+row.raw+"\nSubject: x").Addresses("To")
			if diff := cmp.Diff(got, row.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
			if got := codes(problems); got != row.problems {
				t.Errorf("problems: got %q, want %q", got, row.problems)
			}
		})
	}
}

func TestAddressesOfSeveralFields(t *testing.T) {
	got, _ := header(t, "From: a@example.org\nFrom: b@example.org, c@example.org").Addresses("from")
	want := []address{{"", "a@example.org"}, {"", "b@example.org"}, {"", "c@example.org"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("(-got +want):\n%s", diff)
	}
	if got, _ := header(t, "Subject: x").Addresses("From"); got == nil || len(got) != 0 {
		t.Errorf("missing field: got %v, want an empty list", got)
	}
}

var senders = []struct {
	name, header, problems string
}{
	{"one", "From: Ana <ana@example.org>", ""},
	{"two authors and who sent", "From: ana@example.org, bo@example.org\nSender: bo@example.org", ""},
	{"two authors", "From: ana@example.org, bo@example.org", "several-senders"},
	{"two fields", "From: ana@example.org\nFrom: bo@example.org", "repeated-field several-senders"},
	{"a name like another address", `From: "ceo@example.com" <evil@example.net>`, "address-in-name"},
	{"a name that is encoded like another address", "From: =?utf-8?q?ceo=40example=2Ecom?= <evil@example.net>", "address-in-name"},
	{"a name with a look-alike of the at sign", "From: ceo＠example.com <evil@example.net>", "address-in-name"},
	{"a comment like another address", "From: evil@example.net (ceo@example.com)", "address-in-name"},
	{"a name like its own address", `From: "Ana@Example.org" <ana@example.org>`, ""},
	{"two addresses side by side", "From: <ana@example.org> <bo@example.org>", "mended-address address-in-name"},
	{"a name with an at sign", `From: "Ana @ Example" <ana@example.org>`, ""},
}

func TestSenders(t *testing.T) {
	for _, row := range senders {
		t.Run(row.name, func(t *testing.T) {
			_, problems := header(t, row.header+"\nSubject: x").Addresses("From")
			if got := codes(problems); got != row.problems {
				t.Errorf("got %q, want %q", got, row.problems)
			}
		})
	}
}

// Lists written to cost much must cost one pass, and no list is without bound.
func TestLongAddressLists(t *testing.T) {
	for _, piece := range []string{
		"a@b.example,", "a@b.example ", "<a@b.example> ", "a <a@b.example> ", "<a@b.example> <a> ", "a,", "(", "((", "<", "<a,", `"`, `\"`, `"a" `, "[", "[@", "@", ";", "; ", ":", "a:", "=?utf-8?q?", "=?utf-8?q?a@b ", "a <", "(a) ", "..@", `"\`,
	} {
		list, _ := header(t, "To: "+strings.Repeat(piece, 60_000/len(piece))+"\nSubject: x").Addresses("To")
		if len(list) > 10_000 {
			t.Errorf("%q: %d mailboxes", piece, len(list))
		}
	}
	many := strings.Repeat("a@b.example,", 4000)
	list, problems := header(t, "To: "+many+"\nTo: "+many+"\nTo: "+many).Addresses("To")
	if len(list) != 10_000 || codes(problems) != "too-many-addresses repeated-field" {
		t.Errorf("got %d mailboxes and %q", len(list), codes(problems))
	}
}
