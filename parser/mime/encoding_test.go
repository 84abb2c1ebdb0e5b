package mime_test

import (
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"postern/parser/mime"
)

var encodings = []struct {
	name, encoding, body, want, problems string
}{
	{"base64", "base64", "aGVsbG8gd29ybGQ=\n", "hello world", ""},
	{"base64 without padding", "base64", "aGVsbG8gd29ybGQ\n", "hello world", "broken-encoding"},
	{"base64 cut in the middle", "base64", "aGVsbG8gd29yb", "hello wor", "broken-encoding"},
	{"base64 with strange signs", "base64", "aGVs!bG8g*d29ybGQ=\n", "hello world", "broken-encoding"},
	{"base64 with blanks", "base64", "  aGVs bG8g\td29y\r\n bGQ=\n", "hello world", ""},
	{"base64 with a list footer", "base64", "aGVsbG8gd29ybGQ=\n\n____________\nA mailing list\n", "hello world", "broken-encoding"},
	{"base64 with a footer of one word", "base64", "aGVsbG8=\n\n-- \nlist@example.org\n", "hello", "broken-encoding"},
	{"base64 in two pieces", "base64", "aGVsbG8=\nIHdvcmxk\n", "hello world", ""},
	{"base64 with blank lines", "base64", "aGVsbG8g\n\n\nd29ybGQ=\n", "hello world", ""},
	{"base64 of the URL alphabet", "base64", "-_-_\n", "\xfb\xff\xbf", ""},
	{"base64 in capitals with a comment", "BASE64 (really)", "aGVsbG8=\n", "hello", ""},
	{"base64 with a damaged line between right ones", "base64", "aGVs\nbG!8g\nd29y\nbGQ=\n", "hello world", "broken-encoding"},
	{"base64 with groups across lines", "base64", "aGVsb\nG8gd2\n9ybGQ=\n", "hello world", ""},
	{"base64 with padding in the middle of a line", "base64", "aGVsbG8=IHdvcmxk\n", "hello world", ""},
	{"no base64 at all", "base64", "?? !!\n", "", "broken-encoding"},
	{"empty base64", "base64", "", "", ""},
	{"quoted-printable", "quoted-printable", "a=20b=3D=\nc\n", "a b=c\n", ""},
	{"quoted-printable in lower case", "Quoted-Printable", "caf=c3=a9\n", "café\n", ""},
	{"quoted-printable with bare equals signs", "quoted-printable", "a=b and c=XX =\n", "a=b and c=XX ", "broken-encoding"},
	{"quoted-printable with blanks at line ends", "quoted-printable", "a  \t\nb=  \nc\n", "a\nbc\n", ""},
	{"quoted-printable with raw bytes", "quoted-printable", "caf\xc3\xa9 \x01\n", "café \x01\n", ""},
	{"quoted-printable cut in a code", "quoted-printable", "abc=4", "abc=4", "broken-encoding"},
	{"quoted-printable with CRLF", "quoted-printable", "a=\r\nb\r\nc\r\n", "ab\r\nc\r\n", ""},
	{"uuencode", "x-uuencode", "begin 644 a.txt\n+:&5L;&\\@=V]R;&0`\n`\nend\n", "hello world", ""},
	{"uuencode after some words", "uuencode", "a file:\n\nbegin 644 a.txt\n+:&5L;&\\@=V]R;&0\n \nend\nrest\n", "hello world", ""},
	{"uuencode without its first line", "x-uuencode", "\n+:&5L;&\\@=V]R;&0`\n`\nend\n", "hello world", ""},
	{"uuencode that is none", "uuencode", "hello\n", "", "broken-encoding"},
	{"base64 with a footer right below", "base64", "aGVsbG8gd29ybGQ=\n-- \nlist\n", "hello world", "broken-encoding"},
	{"base64 that is prose", "base64", "This is no base64, is it? Not a bit.\n", "This is no base64, is it? Not a bit.\n", "broken-encoding"},
	{"base64 named with a semicolon", "base64;", "aGVsbG8=\n", "hello", ""},
	{"base64 called 7bit stays", "7bit", "aGVsbG8=\n", "aGVsbG8=\n", ""},
	{"quoted-printable misspelt", "quoted/printable", "caf=C3=A9\n", "café\n", ""},
	{"quoted-printable with an underscore", "Quoted_Printable", "caf=C3=A9\n", "café\n", ""},
	{"quoted-printable with CR alone", "quoted-printable", "a=\rb", "ab", ""},
	{"quoted-printable with many blanks", "quoted-printable", "a" + strings.Repeat(" ", 5000) + "b  \nc", "a" + strings.Repeat(" ", 5000) + "b\nc", ""},
	{"8-bit", "8-bit", "a\xe9\n", "a\xe9\n", ""},
	{"unknown", "x-mystery", "as it is\n", "as it is\n", "unknown-encoding"},
}

func TestOpenUndoesEncodings(t *testing.T) {
	for _, row := range encodings {
		t.Run(row.name, func(t *testing.T) {
			root, _ := read(t, "Content-Type: application/octet-stream\nContent-Transfer-Encoding: "+row.encoding+"\n\n"+row.body, mime.Limits{})
			body := root.Open()
			got, err := io.ReadAll(body)
			if err != nil || string(got) != row.want {
				t.Errorf("got %q, %v, want %q", got, err, row.want)
			}
			if got := codes(body.Problems()); got != row.problems {
				t.Errorf("problems: got %q, want %q", got, row.problems)
			}
		})
	}
}

// Bodies longer than any buffer come out whole, whatever the size of the reads.
func TestOpenOfLongBodies(t *testing.T) {
	plain := strings.Repeat("All work and no play. \x00\xff=", 20_000)
	for name, body := range map[string]string{
		"base64":           base64.StdEncoding.EncodeToString([]byte(plain)), // one line of 600 KB
		"quoted-printable": strings.NewReplacer("=", "=3D", " ", "=20", ".", ".=\n").Replace(plain),
	} {
		t.Run(name, func(t *testing.T) {
			root, _ := read(t, "Content-Type: application/octet-stream\nContent-Transfer-Encoding: "+name+"\n\n"+body, mime.Limits{})
			for _, size := range []int{1, 7, 4096, 100_000} {
				var got strings.Builder
				_, err := io.CopyBuffer(&got, struct{ io.Reader }{root.Open()}, make([]byte, size))
				if err != nil || got.String() != plain {
					t.Fatalf("reads of %d: got %d bytes, %v, want %d", size, got.Len(), err, len(plain))
				}
			}
		})
	}
}

var charsets = []struct {
	name, header, body, want, problems string
}{
	{"utf-8", "text/plain; charset=utf-8", "café", "café", ""},
	{"latin-1", "text/plain; charset=iso-8859-1", "caf\xe9", "café", ""},
	{"latin-1 is windows-1252 in practice", "text/plain; charset=iso-8859-1", "\x80 \x93x\x94", "€ “x”", ""},
	{"latin-9", "text/plain; charset=ISO-8859-15", "\xa4", "€", ""},
	{"koi8", "text/plain; charset=koi8-r", "\xf0\xf2\xe9\xf7\xe5\xf4", "ПРИВЕТ", ""},
	{"gb2312", "text/plain; charset=gb2312", "\xc4\xe3\xba\xc3", "你好", ""},
	{"iso-2022-jp", "text/plain; charset=iso-2022-jp", "\x1b$B$3$s\x1b(B", "こん", ""},
	{"utf-16", "text/plain; charset=utf-16", "\xfe\xff\x00h\x00i", "hi", ""},
	{"utf-7", "text/plain; charset=utf-7", "caf+AOk- 1 +- 1", "café 1 + 1", ""},
	{"none, but utf-8", "text/plain", "café", "café", ""},
	{"none, 8-bit", "text/plain", "caf\xe9 pour tous", "café pour tous", "wrong-charset"},
	{"us-ascii said, utf-8 meant", "text/plain; charset=us-ascii", "café", "café", "wrong-charset"},
	{"us-ascii, 8-bit", "text/plain; charset=us-ascii", "gr\xfc\xdfe", "grüße", "wrong-charset"},
	{"latin-1 said, utf-8 meant", "text/plain; charset=iso-8859-1", "café", "café", "wrong-charset"},
	{"utf-8 said, latin-1 meant", "text/plain; charset=utf-8", "gr\xfc\xdfe", "grüße", "wrong-charset"},
	{"utf-8 with a footer in latin-1", "text/plain; charset=utf-8", "café, thé, là, où\n-- gr\xfc\xdfe", "café, thé, là, où\n-- grüße", "wrong-charset"},
	{"unknown", "text/plain; charset=x-mystery", "caf\xe9", "café", "unknown-charset"},
	{"unknown, but utf-8", "text/plain; charset=x-mystery", "café", "café", "unknown-charset"},
	{"unknown, but ascii", "text/plain; charset=x-mystery", "plain", "plain", ""},
	{"rubbish behind the charset", "text/plain; charset=utf-8 (Unicode), x", "café", "café", ""},
	{"misspelt", "text/plain; charset=\"charset=utf8;\"", "café", "café", ""},
	{"cp1252", "text/plain; charset=cp1252", "\x80", "€", ""},
	{"windows in words", "text/plain; charset=\"Windows 1251\"", "\xcf\xf0", "Пр", ""},
	{"latin-9 by its alphabet", "text/plain; charset=Latin-9", "\xa4", "€", ""},
	{"ansi", "text/plain; charset=ansi", "\x93x\x94", "“x”", ""},
	{"gb2312 is gbk", "text/plain; charset=gb2312", "\xe9\x46", "镕", ""},
	{"korean", "text/plain; charset=ks_c_5601-1987", "\xc7\xd1", "한", ""},
	{"iso-2022-kr", "text/plain; charset=iso-2022-kr", "\x1b$)C\x0eGQ\x0f abc", "한 abc", ""},
	{"iso-2022-jp that does not shift back", "text/plain; charset=iso-2022-jp", "\x1b$B$3$s\nplain", "こん\nplain", ""},
	{"iso-2022-jp whose escapes were left out", "text/plain; charset=iso-2022-jp", "$B$3$s(B, $B$3(B\nplain", "こん, こ\nplain", "wrong-charset"},
	{"ASCII called iso-2022-jp", "text/plain; charset=iso-2022-jp", "cost $B (B), $Bx(B", "cost $B (B), $Bx(B", ""},
	{"iso-2022-jp without a word", "text/plain", "\x1b$B$3$s\x1b(B", "こん", "wrong-charset"},
	{"iso-2022-jp with rubbish", "text/plain; charset=_iso-2022-jp$ESC", "\x1b$B$3$s\x1b(B", "こん", ""},
	{"hz", "text/plain; charset=hz-gb-2312", "~{VPND~}", "中文", ""},
	{"hebrew", "text/plain; charset=iso-8859-8-i", "\xf9\xec\xe5\xed", "שלום", ""},
	{"big5 said, utf-8 meant", "text/plain; charset=big5", "您好，世界", "您好，世界", "wrong-charset"},
	{"utf-16 without a mark", "text/plain; charset=utf-16", "h\x00e\x00l\x00l\x00o\x00!\x00", "hello!", ""},
	{"utf-16 said, utf-8 meant", "text/plain; charset=utf-16", "grüße", "grüße", "wrong-charset"},
	{"utf-16 said, single bytes", "text/plain; charset=utf-16", "hello", "hello", "wrong-charset"},
	{"utf-16 without a word", "text/plain", "\xff\xfeh\x00\xe9\x00", "hé", "wrong-charset"},
	{"utf-32", "text/plain; charset=utf-32le", "h\x00\x00\x00", "h", ""},
	{"emoji in halves", "text/plain; charset=utf-8", "\xed\xa0\xbd\xed\xb8\x80", "😀", "wrong-charset"},
	{"unknown-8bit", "text/plain; charset=unknown-8bit", "gr\xfc\xdfe", "grüße", "wrong-charset"},
	{"thai without a word", "text/plain", "\xe0\xab\xd4\xc3\xec\xbf\xe0\xc7\xcd\xc3\xec\xb6\xd9\xa1\xe2\xa8\xc1\xb5\xd5", "เซิร์ฟเวอร์ถูกโจมตี", "wrong-charset"},
	{"polish without a word", "text/plain", "Zg\xb3aszam atak, prosz\xea o piln\xb9 reakcj\xea", "Zgłaszam atak, proszę o pilną reakcję", "wrong-charset"},
	{"two accents without a word", "text/plain", "\xe4\xf6.pdf", "äö.pdf", "wrong-charset"},
	{"CR CR LF ends one line", "text/plain", "a\r\r\nb", "a\nb", ""},
	{"NUL", "text/plain", "before\x00after", "beforeafter", "nul-bytes"},
	{"byte order mark", "text/plain; charset=utf-8", "\xef\xbb\xbfcafé", "café", ""},
	{"cyrillic without a word of it", "text/plain", "\xd1\xee\xee\xe1\xf9\xe5\xed\xe8\xe5 \xee \xf4\xe8\xf8\xe8\xed\xe3\xee\xe2\xee\xec \xf1\xe0\xe9\xf2\xe5 \xed\xe0 \xe2\xe0\xf8\xe5\xec \xf1\xe5\xf0\xe2\xe5\xf0\xe5, \xef\xf0\xee\xf1\xe8\xec \xef\xf0\xe8\xed\xff\xf2\xfc \xec\xe5\xf0\xfb", "Сообщение о фишинговом сайте на вашем сервере, просим принять меры", "wrong-charset"},
	{"page that names its charset", "text/html", "<html><head><meta charset=\"koi8-r\"></head>\xf0\xf2", "<html><head><meta charset=\"koi8-r\"></head>ПР", ""},
	{"latin-1 said, cyrillic meant", "text/plain; charset=iso-8859-1", "\xc4\xee\xe1\xf0\xfb\xe9 \xe4\xe5\xed\xfc! \xcf\xf0\xee\xf1\xe8\xec \xef\xf0\xe8\xed\xff\xf2\xfc \xec\xe5\xf0\xfb.", "Добрый день! Просим принять меры.", "wrong-charset"},
	{"windows-1252 said, chinese meant", "text/plain; charset=windows-1252", "\xb9\xd8\xd3\xda\xb9\xf3\xb9\xab\xcb\xbeIP\xb5\xd8\xd6\xb7\xb9\xa5\xbb\xf7\xb5\xc4\xcd\xb6\xcb\xdf", "关于贵公司IP地址攻击的投诉", "wrong-charset"},
	{"turkish without a word of it", "text/plain", "\xddlgili birime: \xfe\xfcpheli giri\xfeimler g\xf6r\xfclm\xfc\xfet\xfcr", "İlgili birime: şüpheli girişimler görülmüştür", "wrong-charset"},
	{"lithuanian without a word of it", "text/plain", "Prane\xf0imas apie \xe1silau\xfeim\xe0 i\xf0 j\xfbs\xf8 tinklo", "Pranešimas apie įsilaužimą iš jūsų tinklo", "wrong-charset"},
	{"czech without a word of it", "text/plain", "\xae\xe1\x64ost o pro\xb9\x65t\xf8\x65n\xed \xfatoku z va\xb9\xed s\xedt\xec", "Žádost o prošetření útoku z vaší sítě", "wrong-charset"},
	{"arabic without a word of it", "text/plain", "\xca\xde\xd1\xed\xd1 \xda\xe4 \xcd\xc7\xcf\xcb \xc3\xe3\xe4\xed \xdd\xed \xc7\xe1\xd4\xc8\xdf\xc9", "تقرير عن حادث أمني في الشبكة", "wrong-charset"},
	{"spanish without a word of it", "text/plain", "Se\xf1\x61l: \xbfqu\xe9 pas\xf3?", "Señal: ¿qué pasó?", "wrong-charset"},
	{"iso-2022-jp-2 of three countries", "text/plain; charset=iso-2022-jp-2", "\x1b$BF|K\x5c\x38l\x1b(B \x1b$(CGQ19>n\x1b(B \x1b$(D+1\x1b(B\x0a\x1b$BCf\x1b(B", "日本語 한국어 é\n中", ""},
	{"iso-2022-jp-3", "text/plain; charset=iso-2022-jp-3", "\x1b$(QF|K\x5c\x38l\x1b(B.", "日本語.", ""},
	{"central Europe on a Macintosh", "text/plain; charset=x-mac-ce", "Za\xfd\x97\xb8\x8d", "Zażółć", ""},
	{"turkish of DOS", "text/plain; charset=cp857", "\x8d\x9f\x8dk", "ışık", ""},
	{"dos with a dash", "text/plain; charset=dos-850", "Gr\x81\xe1e", "Grüße", ""},
	{"cn-gb", "text/plain; charset=cn-gb", "\xd6\xd0\xce\xc4", "中文", ""},
	{"macroman", "text/plain; charset=macroman", "Gr\x9f\xa7e", "Grüße", ""},
	{"hp", "text/plain; charset=hp-roman8", "Gr\xcf\xdee", "Grüße", ""},
	{"latin-1 said, turkish meant", "text/plain; charset=iso-8859-1", "Say\xfdn yetkili, sunucunuzdan a\xf0\xfdm\xfdza sald\xfdr\xfd tespit edilmi\xfetir", "Sayın yetkili, sunucunuzdan ağımıza saldırı tespit edilmiştir", "wrong-charset"},
	{"latin-1 said, polish meant", "text/plain; charset=iso-8859-1", "Prosimy o jak najszybsze podj\xea\x63ie dzia\xb3\x61\xf1. \xa3\xb1\x63z\xea wyrazy, \xaf\x61k", "Prosimy o jak najszybsze podjęcie działań. Łączę wyrazy, Żak", "wrong-charset"},
	{"latin-1 said and french meant", "text/plain; charset=iso-8859-1", "Nous avons constat\xe9 des acc\xe8s r\xe9p\xe9t\xe9s \xe0 notre r\xe9seau o\xf9 \xe7\xe0 et l\xe0", "Nous avons constaté des accès répétés à notre réseau où çà et là", ""},
	{"latin-1 said and icelandic meant", "text/plain; charset=iso-8859-1", "G\xf3\xf0\x61n daginn, vi\xf0 h\xf6\x66um or\xf0i\xf0 varir vi\xf0 \xe1r\xe1sir. \xde\x61kka \xfe\xe9r", "Góðan daginn, við höfum orðið varir við árásir. Þakka þér", ""},
	{"arabic beside a log", "text/plain", "\xc7\xe1\xd3\xe1\xc7\xe3 \xda\xe1\xed\xdf\xe3\xa1 \xe1\xc7\xcd\xd9\xe4\xc7 \xe3\xcd\xc7\xe6\xe1\xc7\xca \xc7\xce\xca\xd1\xc7\xde \xe3\xe4 \xd4\xc8\xdf\xca\xdf\xe3\nFailed password for root from 192.0.2.7", "السلام عليكم، لاحظنا محاولات اختراق من شبكتكم\nFailed password for root from 192.0.2.7", "wrong-charset"},
	{"arabic of ISO", "text/plain", "\xc7\xe4\xd3\xe4\xc7\xe5 \xd9\xe4\xea\xe3\xe5\xac \xe4\xc7\xcd\xd8\xe6\xc7 \xe5\xcd\xc7\xe8\xe4\xc7\xca \xc7\xce\xca\xd1\xc7\xe2 \xe5\xe6 \xd4\xc8\xe3\xca\xe3\xe5\nFailed password for root from 192.0.2.7", "السلام عليكم، لاحظنا محاولات اختراق من شبكتكم\nFailed password for root from 192.0.2.7", "wrong-charset"},
	{"ukrainian without a word of it", "text/plain", "\xfa \xd7\xc1\xdb\xcf\xa7 \xcd\xc5\xd2\xc5\xd6\xa6 \xc6\xa6\xcb\xd3\xd5\xc0\xd4\xd8\xd3\xd1 \xd3\xd0\xd2\xcf\xc2\xc9 \xda\xcc\xc1\xcd\xd5 \xce\xc1\xdb\xcf\xc7\xcf \xd3\xc5\xd2\xd7\xc5\xd2\xc1", "З вашої мережі фіксуються спроби зламу нашого сервера", "wrong-charset"},
	{"CR alone ends a line", "text/plain", "a\rb\r\nc", "a\nb\nc", ""},
}

// Words that a list or a gateway put around the base64 of a text are text; around
// that of a file they are not the file's.
func TestWordsAroundBase64(t *testing.T) {
	line := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("hello world ", 4)))
	body := "Added by a gateway: see\n\n" + line + "\naGVsbG8=\n\n____\nA list of ours\n"
	text := strings.Repeat("hello world ", 4) + "hello"
	for mediaType, want := range map[string]string{
		"text/plain":      "Added by a gateway: see\n\n" + text + "\n____\nA list of ours\n",
		"application/pdf": text,
	} {
		root, _ := read(t, "Content-Type: "+mediaType+"\nContent-Transfer-Encoding: base64\n\n"+body, mime.Limits{})
		got, err := io.ReadAll(root.Open())
		if err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v, want %q", mediaType, got, err, want)
		}
	}
}

func TestTextIsUTF8(t *testing.T) {
	for _, row := range charsets {
		t.Run(row.name, func(t *testing.T) {
			root, _ := read(t, "Content-Type: "+row.header+"\n\n"+row.body, mime.Limits{})
			got, problems := root.Text(0)
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if got := codes(problems); got != row.problems {
				t.Errorf("problems: got %q, want %q", got, row.problems)
			}
		})
	}
}

// TestCutFiles: a file in a text counts with its end, or without it when enough
// of its lines are there; words that begin like one stay words.
func TestCutFiles(t *testing.T) {
	full := "M" + strings.Repeat("86%A", 15) + "\n" // 45 times "a"
	a45 := strings.Repeat("aaa", 15)
	for _, row := range []struct{ name, text, rest, content, problems string }{
		{"whole", "see\nbegin 644 a.txt\n" + full + "`\nend\nbye\n", "see\nbye\n", a45, ""},
		{"cut at the end of a line", "see\nbegin 644 a.txt\n" + full + full, "see\n", a45 + a45, "broken-encoding"},
		{"cut inside a line", "begin 644 a.txt\n" + full + full + full[:41], "", a45 + a45 + a45[:30], "broken-encoding"},
		{"cut, with a footer behind", "begin 644 a.txt\n" + full + full + "\n-- \nlist footer\n", "-- \nlist footer\n", a45 + a45, "broken-encoding"},
		{"a damaged line in between", "begin 644 a.txt\n" + full + full[:57] + "\n" + full + "`\nend\n", "", a45 + a45[:42] + a45, "broken-encoding"},
		{"too little of it", "begin 644 a.txt\n" + full + "words\n", "begin 644 a.txt\n" + full + "words\n", "", ""},
		{"words", "begin 100 times\nMore words\nMany of them\nend\n", "begin 100 times\nMore words\nMany of them\nend\n", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			rest, files, found := mime.CutFiles(row.text)
			content := ""
			if len(files) > 0 {
				octets, _ := io.ReadAll(files[0].Open())
				content = string(octets)
			}
			if rest != row.rest || content != row.content || codes(found) != row.problems {
				t.Errorf("got %q, %q, %s", rest, content, codes(found))
			}
		})
	}
}
