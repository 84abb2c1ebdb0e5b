package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"postern/parser/text"
)

// forwards are what programs write above a mail that they forward or quote
// whole. want is From, To, Subject, Date, and the text that follows.
var forwards = []struct {
	name, body string
	want       text.Forward
}{
	{
		"Gmail", "See below\n\n---------- Forwarded message ---------\nFrom: Evil Bank <evil@example.net>\nDate: Sat, 21 Nov 2026 at 10:00\nSubject: Pay now\nTo: <ana@example.org>\n\nPay.\n",
		text.Forward{From: "Evil Bank <evil@example.net>", Date: "Sat, 21 Nov 2026 at 10:00", Subject: "Pay now", To: "<ana@example.org>", Forwarded: true, Lead: "See below\n\n---------- Forwarded message ---------", Body: "\nPay.\n"},
	}, {
		"Gmail in German, half translated", "---------- Forwarded message ---------\nVon: Evil <evil@example.net>\nDate: Sa., 21. Nov. 2026 um 10:00 Uhr\nSubject: Zahlen\nTo: <ana@example.org>\nCc: <bo@example.org>\n\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "Sa., 21. Nov. 2026 um 10:00 Uhr", Subject: "Zahlen", To: "<ana@example.org>", Cc: "<bo@example.org>", Forwarded: true, Body: "\n\nPay"},
	}, {
		"Gmail in French, blanks before colons", "---------- Forwarded message ---------\nDe\u00a0: Evil <evil@example.net>\nDate: sam. 21 nov. 2026 à 10:00\nSubject: Payez\nTo: ana@example.org\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "sam. 21 nov. 2026 à 10:00", Subject: "Payez", To: "ana@example.org", Forwarded: true, Body: "\nPay"},
	}, {
		"Apple Mail in German", "Anfang der weitergeleiteten Nachricht:\n\nVon: Evil <evil@example.net>\nBetreff: Zahlen Sie\nDatum: 21. November 2026\nAn: ana@example.org\n\nText\n",
		text.Forward{From: "Evil <evil@example.net>", Date: "21. November 2026", Subject: "Zahlen Sie", To: "ana@example.org", Forwarded: true, Body: "\nText\n"},
	}, {
		"Apple Mail, a blank line between fields", "Begin forwarded message:\n\n> From: Evil <evil@example.net>\n> \n> Subject: Pay\n> \n> Date: 21 November 2026 at 10:00:00 GMT+1\n> \n> To: ana@example.org\n> \n> Pay\n",
		text.Forward{From: "Evil <evil@example.net>", Date: "21 November 2026 at 10:00:00 GMT+1", Subject: "Pay", To: "ana@example.org", Forwarded: true, Body: "> \n> Pay\n"},
	}, {
		"Apple Mail, bold labels", "Begin forwarded message:\n\n*From: *Evil <evil@example.net>\n*Subject: **Pay now***\n*Date: *21 November 2026\n*To: *ana@example.org\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "21 November 2026", Subject: "*Pay now***", To: "ana@example.org", Forwarded: true, Body: "\nPay"},
	}, {
		"eM Client in Italian, no colons", "------ Messaggio inoltrato ------\nDa \"Boss\" <boss@pay.example>\nA ana@example.org\nData 17/11/2026 06:12:00\nOggetto Pay now\n\nText",
		text.Forward{From: "\"Boss\" <boss@pay.example>", Date: "17/11/2026 06:12:00", Subject: "Pay now", To: "ana@example.org", Forwarded: true, Body: "\nText"},
	}, {
		"Thunderbird", "-------- Weitergeleitete Nachricht --------\nBetreff: \tx\nDatum: \tSat, 21 Nov 2026 10:00:00 +0100\nVon: \tEvil <evil@example.net>\nAn: \tana@example.org\n\n\nText",
		text.Forward{From: "Evil <evil@example.net>", Date: "Sat, 21 Nov 2026 10:00:00 +0100", Subject: "x", To: "ana@example.org", Forwarded: true, Body: "\n\nText"},
	}, {
		"Thunderbird in Italian", "-------- Messaggio Inoltrato --------\nOggetto: \tx\nData: \tSat, 21 Nov 2026 10:00:00 +0100\nMittente: \tEvil <evil@example.net>\nA: \tana@example.org\n\nText",
		text.Forward{From: "Evil <evil@example.net>", Date: "Sat, 21 Nov 2026 10:00:00 +0100", Subject: "x", To: "ana@example.org", Forwarded: true, Body: "\nText"},
	}, {
		"Thunderbird in Polish", "-------- Przekazana wiadomość --------\nTemat: \tx\nData: \tSat, 21 Nov 2026 10:00:00 +0100\nNadawca: \tEvil <evil@example.net>\nAdresat: \tana@example.org\n\nText",
		text.Forward{From: "Evil <evil@example.net>", Date: "Sat, 21 Nov 2026 10:00:00 +0100", Subject: "x", To: "ana@example.org", Forwarded: true, Body: "\nText"},
	}, {
		"Outlook in German", "Von: Evil <evil@example.net>\nGesendet: Samstag, 21. November 2026 10:00\nAn: Ana\nBetreff: Rechnung\n\nText",
		text.Forward{From: "Evil <evil@example.net>", Date: "Samstag, 21. November 2026 10:00", Subject: "Rechnung", To: "Ana", Body: "\nText"},
	}, {
		"Outlook with a link as address", "-----Original Message-----\nFrom: Evil [mailto:evil@example.net]\nSent: Saturday, November 21, 2026 10:00 AM\nTo: Ana Example\nSubject: Pay\nImportance: High\n\nPay",
		text.Forward{From: "Evil [mailto:evil@example.net]", Date: "Saturday, November 21, 2026 10:00 AM", Subject: "Pay", To: "Ana Example", Body: "\nPay"},
	}, {
		"Outlook with bold labels", "________________________________\n*From:* Evil <evil@example.net>\n*Sent:* Saturday, November 21, 2026 10:00 AM\n*To:* Ana <ana@example.org>; Bo\n <bo@example.org>\n*Subject:* ***SPAM*** Pay\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "Saturday, November 21, 2026 10:00 AM", Subject: "***SPAM*** Pay", To: "Ana <ana@example.org>; Bo <bo@example.org>", Body: "\nPay"},
	}, {
		"Outlook in French", "De : Evil <evil@example.net>\nEnvoyé : samedi 21 novembre 2026 10:00\nÀ : Ana\nObjet : Payez\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "samedi 21 novembre 2026 10:00", Subject: "Payez", To: "Ana", Body: "\nPay"},
	}, {
		"Outlook in Spanish", "De: Evil <evil@example.net>\nEnviado el: sábado, 21 de noviembre de 2026 10:00\nPara: Ana\nAsunto: Pague\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "sábado, 21 de noviembre de 2026 10:00", Subject: "Pague", To: "Ana", Body: "\nPay"},
	}, {
		"Outlook in Portuguese", "De: Evil <evil@example.net>\nEnviada em: sábado, 21 de novembro de 2026 10:00\nPara: Ana\nCc: Bo\nAssunto: Pague\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "sábado, 21 de novembro de 2026 10:00", Subject: "Pague", To: "Ana", Cc: "Bo", Body: "\nPay"},
	}, {
		"Outlook in Dutch", "Van: Evil <evil@example.net>\nVerzonden: zaterdag 21 november 2026 10:00\nAan: Ana\nOnderwerp: Betaal\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "zaterdag 21 november 2026 10:00", Subject: "Betaal", To: "Ana", Body: "\nPay"},
	}, {
		"Outlook in Polish", "Od: Evil <evil@example.net>\nWysłano: sobota, 21 listopada 2026 10:00\nDo: Ana\nDW: Bo\nTemat: Zapłać\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "sobota, 21 listopada 2026 10:00", Subject: "Zapłać", To: "Ana", Cc: "Bo", Body: "\nPay"},
	}, {
		"Outlook in Russian", "От: Evil <evil@example.net>\nОтправлено: суббота, 21 ноября 2026 г. 10:00\nКому: Ana\nТема: Счёт\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "суббота, 21 ноября 2026 г. 10:00", Subject: "Счёт", To: "Ana", Body: "\nPay"},
	}, {
		"Outlook in Japanese", "差出人: Evil <evil@example.net>\n送信日時: 2026年11月21日 10:00\n宛先: Ana\n件名: 請求書\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "2026年11月21日 10:00", Subject: "請求書", To: "Ana", Body: "\nPay"},
	}, {
		"Outlook in Chinese, wide colons", "发件人： Evil <evil@example.net>\n发送时间： 2026年11月21日 10:00\n收件人： Ana\n主题： 账单\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "2026年11月21日 10:00", Subject: "账单", To: "Ana", Body: "\nPay"},
	}, {
		"GMX", "Gesendet: Samstag, 21. November 2026 um 10:00 Uhr\nVon: \"Evil\" <evil@example.net>\nAn: ana@example.org\nBetreff: Zahlen\n\nPay",
		text.Forward{From: `"Evil" <evil@example.net>`, Date: "Samstag, 21. November 2026 um 10:00 Uhr", Subject: "Zahlen", To: "ana@example.org", Body: "\nPay"},
	}, {
		"Yahoo", "----- Forwarded Message -----\nFrom: Evil <evil@example.net>\nTo: \"ana@example.org\" <ana@example.org>\nSent: Saturday, November 21, 2026 at 10:00:00 AM GMT+1\nSubject: Pay\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "Saturday, November 21, 2026 at 10:00:00 AM GMT+1", Subject: "Pay", To: `"ana@example.org" <ana@example.org>`, Forwarded: true, Body: "\nPay"},
	}, {
		"Notes", "----- Forwarded by Ana Example/EXAMPLE on 21.11.2026 10:05 -----\n\nFrom:\tEvil <evil@example.net>\nTo:\tana@example.org\nDate:\t21.11.2026 10:00\nSubject:\tPay\n\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "21.11.2026 10:00", Subject: "Pay", To: "ana@example.org", Forwarded: true, Body: "\n\nPay"},
	}, {
		"mutt", "----- Forwarded message from Evil <evil@example.net> -----\n\nDate: Sat, 21 Nov 2026 10:00:00 +0100\nFrom: Evil <evil@example.net>\nTo: ana@example.org\nSubject: Pay\n\nPay\n\n----- End forwarded message -----\n",
		text.Forward{From: "Evil <evil@example.net>", Date: "Sat, 21 Nov 2026 10:00:00 +0100", Subject: "Pay", To: "ana@example.org", Forwarded: true, Body: "\nPay\n\n----- End forwarded message -----\n"},
	}, {
		"Samsung", "-------- Original message --------\nFrom: Evil <evil@example.net>\nDate: 21/11/2026 10:00 (GMT+01:00)\nTo: ana@example.org\nSubject: Pay\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "21/11/2026 10:00 (GMT+01:00)", Subject: "Pay", To: "ana@example.org", Body: "\nPay"},
	}, {
		"ProtonMail", "------- Forwarded Message -------\nFrom: Evil <evil@example.net>\nDate: On Saturday, November 21st, 2026 at 10:00 AM\nSubject: Pay\nTo: ana@example.org <ana@example.org>\n\n> Pay",
		text.Forward{From: "Evil <evil@example.net>", Date: "On Saturday, November 21st, 2026 at 10:00 AM", Subject: "Pay", To: "ana@example.org <ana@example.org>", Forwarded: true, Body: "\n> Pay"},
	}, {
		"two fields below an announcement", "-------- Forwarded Message --------\nFrom: Evil <evil@example.net>\nSubject: Pay\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Subject: "Pay", Forwarded: true, Body: "\nPay"},
	}, {
		"date, name and address on one line", "-------- Пересылаемое сообщение --------\n21.11.2026, 10:00, \"Evil\" <evil@example.net>:\n\nPay",
		text.Forward{From: "<evil@example.net>", Date: "21.11.2026, 10:00", Forwarded: true, Body: "\nPay"},
	}, {
		"values on lines of their own", "From:\nEvil <evil@example.net>\nSent:\nSaturday\nTo:\nana@example.org\nSubject:\nPay\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "Saturday", Subject: "Pay", To: "ana@example.org", Body: "\nPay"},
	}, {
		"no blank line before the text", "From: Evil <evil@example.net>\nSent: Saturday\nTo: Ana\nSubject: Pay\nDear customer,\npay now.",
		text.Forward{From: "Evil <evil@example.net>", Date: "Saturday", Subject: "Pay", To: "Ana", Body: "Dear customer,\npay now."},
	}, {
		"a long subject that was wrapped", "From: Evil <evil@example.net>\nSent: Saturday\nTo: Ana\nSubject: Your parcel 77120 is held at the customs office, please\npay the fee today\n\nPay",
		text.Forward{From: "Evil <evil@example.net>", Date: "Saturday", Subject: "Your parcel 77120 is held at the customs office, please pay the fee today", To: "Ana", Body: "\nPay"},
	}, {
		"quoted", "> From: Evil <evil@example.net>\n> To: ana@example.org\n> Subject: long\n>   subject\n> \n> Text",
		text.Forward{From: "Evil <evil@example.net>", Subject: "long subject", To: "ana@example.org", Body: "> \n> Text"},
	}, {
		"a forward inside of a forward", "---------- Forwarded message ---------\nFrom: Bo <bo@example.org>\nDate: Saturday\nSubject: Fwd: Pay\nTo: ana@example.org\n\n---------- Forwarded message ---------\nFrom: Evil <evil@example.net>\nDate: Friday\nSubject: Pay\nTo: bo@example.org\n",
		text.Forward{From: "Bo <bo@example.org>", Date: "Saturday", Subject: "Fwd: Pay", To: "ana@example.org", Forwarded: true, Body: "\n---------- Forwarded message ---------\nFrom: Evil <evil@example.net>\nDate: Friday\nSubject: Pay\nTo: bo@example.org\n"},
	}, {
		"a header pasted whole", "I got this:\n\nReturn-Path: <evil@example.net>\nReceived: from mx.example.net (mx.example.net [203.0.113.9])\n\tby mx.example.org with ESMTP; Sat, 21 Nov 2026 10:00:00 +0100\nMessage-ID: <a@example.net>\nFrom: Evil <evil@example.net>\nSubject: Pay\n\nPay",
		text.Forward{Forwarded: true, Lead: "I got this:\n", Body: "\nPay", Header: "return-path: <evil@example.net>\r\nreceived: from mx.example.net (mx.example.net [203.0.113.9])\r\n by mx.example.org with ESMTP; Sat, 21 Nov 2026 10:00:00 +0100\r\nmessage-id: <a@example.net>\r\nfrom: Evil <evil@example.net>\r\nsubject: Pay\r\n"},
	}, {
		"a header pasted and quoted, its folds lost", "> Received: from mx.example.net\n> by mx.example.org\n> Message-ID: <a@example.net>\n> From: evil@example.net\n> \n> Pay",
		text.Forward{Forwarded: true, Body: "> \n> Pay", Header: "received: from mx.example.net\r\n by mx.example.org\r\nmessage-id: <a@example.net>\r\nfrom: evil@example.net\r\n"},
	},
	{"none", "Hello\nFrom: now on\nthanks", text.Forward{}},
	{"a log", "From: 192.0.2.1\nTo: 192.0.2.2\nDate: 21 Nov 2026\nSubject: 17\n", text.Forward{}},
	{"an appointment", "Subject: meeting\nDate: Saturday\n\nPlease come", text.Forward{}},
	{"a request of a web server", "GET / HTTP/1.1\nHost: example.org\nUser-Agent: x\nX-Forwarded-For: 192.0.2.1\nReferer: y\n", text.Forward{}},
}

func TestFindForward(t *testing.T) {
	for _, row := range forwards {
		t.Run(row.name, func(t *testing.T) {
			got, ok := text.FindForward(row.body)
			if row.want.Lead == "" { // most rows have nothing above but the announcement
				got.Lead = ""
			}
			if diff := cmp.Diff(got, row.want); diff != "" || ok != (row.want.Body != "") {
				t.Errorf("ok %v (-got +want):\n%s", ok, diff)
			}
		})
	}
}

// Texts made to look like many heads must cost one pass.
func TestManyHeads(t *testing.T) {
	for _, piece := range []string{"From: x\n", "From: a\nTo: b\n", "X-A: b\n", "Received: x\nFrom: y\n\n", "From:\n", ">", "---- Forwarded message ----\n", "---- Forwarded message ----\nFrom: a\n\n", "a: b\n c\n"} {
		text.FindForward(strings.Repeat(piece, 1_000_000/len(piece)))
	}
}

// FuzzForward checks that what is found stands in the text, and that head and
// text after it are less than all of it.
func FuzzForward(f *testing.F) {
	for _, row := range forwards {
		f.Add(row.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		body = strings.ToValidUTF8(body, "")
		got, ok := text.FindForward(body)
		if !ok {
			if got != (text.Forward{}) {
				t.Fatalf("nothing was found, yet %+v", got)
			}
			return
		}
		if !strings.HasPrefix(body, got.Lead) || !strings.HasSuffix(body, got.Body) || len(got.Lead)+len(got.Body) >= len(body) {
			t.Fatalf("lead and text are not around a head: %+v", got)
		}
		if got.From == "" && got.Header == "" {
			t.Fatalf("a mail of nobody: %+v", got)
		}
		for _, s := range []string{got.From, got.To, got.Cc, got.Subject, got.Date, got.MessageID} {
			if !utf8.ValidString(s) || strings.Contains(s, "\n") {
				t.Fatalf("not one line: %q", s)
			}
		}
	})
}
