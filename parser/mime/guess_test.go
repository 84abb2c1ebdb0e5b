package mime_test

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"postern/parser/mime"
)

// unnamed are texts whose charset has to be guessed.
var unnamed = []struct {
	name, text string
	charset    encoding.Encoding
}{
	{"Russian", "Здравствуйте, с вашего адреса сканируют наши порты.", charmap.Windows1251},
	{"Russian of Unix", "Здравствуйте, с вашего адреса сканируют наши порты.", charmap.KOI8R},
	{"Greek", "Καλημέρα, λάβαμε ένα ύποπτο μήνυμα από τον διακομιστή σας.", charmap.Windows1253},
	{"Hebrew", "שלום, קיבלנו הודעה חשודה מהשרת שלכם.", charmap.Windows1255},
	{"Japanese", "御社のサーバから不審なメールが届きました。", japanese.ShiftJIS},
	{"Japanese of Unix", "御社のサーバから不審なメールが届きました。", japanese.EUCJP},
	{"Korean", "귀사의 서버에서 의심스러운 메일이 왔습니다.", korean.EUCKR},
	{"Chinese", "我们收到了来自贵公司服务器的可疑邮件。", simplifiedchinese.GB18030},
	{"Chinese of Taiwan", "我們收到了來自貴公司伺服器的可疑郵件。", traditionalchinese.Big5},
	{"German", "Schöne Grüße, von Ihrer Adresse kam eine verdächtige Nachricht für uns.", charmap.Windows1252},
}

// What was guessed before leaves nothing behind: a mail is read the same each time.
func TestGuessesStandAlone(t *testing.T) {
	octets := make([][]byte, len(unnamed))
	alone := make([]string, len(unnamed))
	for n, row := range unnamed {
		encoded, err := row.charset.NewEncoder().Bytes([]byte(row.text))
		if err != nil {
			t.Fatal(err)
		}
		octets[n], alone[n] = encoded, mime.Decode(encoded, "")
	}
	for before := range unnamed {
		for n, row := range unnamed {
			mime.Decode(octets[before], "")
			if got := mime.Decode(octets[n], ""); got != alone[n] {
				t.Errorf("%s behind %s: got %q, want %q", row.name, unnamed[before].name, got, alone[n])
			}
		}
	}
}
