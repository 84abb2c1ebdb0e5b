package text_test

import (
	"strings"
	"testing"

	"postern/parser/text"
)

// attributions are the lines that mail programs write above a quote, with the
// date forms of their language.
var attributions = []struct{ name, line string }{
	{"Gmail, English", "On Sat, Nov 21, 2026 at 10:00 AM Example CSIRT <csirt@example.org> wrote:"},
	{"Gmail, no blank before the verb", "On Sat, Nov 21, 2026 at 10:00 AM, Example CSIRT <csirt@example.org>wrote:"},
	{"Gmail, British", "On Sat, 21 Nov 2026 at 10:00, Example CSIRT <csirt@example.org> wrote:"},
	{"Gmail, on two lines", "On Sat, Nov 21, 2026 at 10:00 AM Example CSIRT <\ncsirt@example.org> wrote:"},
	{"Gmail, on three lines", "On Sat, Nov 21, 2026 at 10:00 AM\nExample CSIRT of the Organisation for Examples\n<csirt@example.org> wrote:"},
	{"four lines", "On Saturday, November 21, 2026\nat 10:00 AM, Example CSIRT\n<csirt@example.org>\nwrote:"},
	{"Apple Mail", "On 21 Nov 2026, at 10:00, Example CSIRT <csirt@example.org> wrote:"},
	{"Apple Mail, narrow blank", "On Nov 21, 2026, at 10:00\u202fAM, Example CSIRT <csirt@example.org> wrote:"},
	{"Thunderbird", "On 11/21/26 10:00 AM, Example CSIRT wrote:"},
	{"Thunderbird, old", "Example CSIRT wrote:"},
	{"mutt", "On Sat, Nov 21, 2026 at 10:00:00AM +0100, Example CSIRT wrote:"},
	{"mutt, with a star", "* Example CSIRT <csirt@example.org> [2026-11-21 10:00]:"},
	{"Gnus", "Example CSIRT <csirt@example.org> writes:"},
	{"Eudora", "At 10:00 AM 11/21/2026, you wrote:"},
	{"Notes", "Example CSIRT wrote on 21.11.2026 10:00:00:"},
	{"Horde", "Quoting Example CSIRT <csirt@example.org>:"},
	{"Zoho", "---- On Sat, 21 Nov 2026 10:00:00 +0100 Example CSIRT <csirt@example.org> wrote ----"},
	{"by date and address", "2026/11/21 Example CSIRT <csirt@example.org>"},
	{"by date, address and colon", "2026-11-21 10:00 GMT+01:00 Example CSIRT <csirt@example.org>:"},
	{"Yahoo", "On Saturday, November 21, 2026 at 10:00:00 AM GMT+1, Example CSIRT <csirt@example.org> wrote:"},
	{"bold", "*On Sat, Nov 21, 2026 at 10:00 AM Example CSIRT <csirt@example.org> wrote:*"},
	{"German, Gmail", "Am Sa., 21. Nov. 2026 um 10:00 Uhr schrieb Example CSIRT <csirt@example.org>:"},
	{"German, Apple", "Am 21.11.2026 um 10:00 schrieb Example CSIRT <csirt@example.org>:"},
	{"German, phone", "Example CSIRT <csirt@example.org> schrieb am Sa., 21. Nov. 2026, 10:00:"},
	{"German, phone on two lines", "Example CSIRT <csirt@example.org>\nschrieb am Sa., 21. Nov. 2026, 10:00:"},
	{"German, Horde", "Zitat von Example CSIRT <csirt@example.org>:"},
	{"German, GMX", "Gesendet: Samstag, 21. November 2026 um 10:00 Uhr\nVon: \"Example CSIRT\" <csirt@example.org>\nAn: ana@example.net\nBetreff: Re: Angriff"},
	{"French", "Le sam. 21 nov. 2026 à 10:00, Example CSIRT <csirt@example.org> a écrit :"},
	{"French, on two lines", "Le 21 nov. 2026 à 10:00, Example CSIRT\n<csirt@example.org> a écrit :"},
	{"Spanish", "El sáb, 21 nov 2026 a las 10:00, Example CSIRT (<csirt@example.org>) escribió:"},
	{"Italian", "Il giorno sab 21 nov 2026 alle ore 10:00 Example CSIRT <csirt@example.org> ha scritto:"},
	{"Italian, Apple", "Il giorno 21 nov 2026, alle ore 10:00, Example CSIRT <csirt@example.org> ha scritto:"},
	{"Portuguese, Brazil", "Em sáb., 21 de nov. de 2026 às 10:00, Example CSIRT <csirt@example.org> escreveu:"},
	{"Portuguese", "Example CSIRT <csirt@example.org> escreveu (sábado, 21/11/2026 à(s) 10:00):"},
	{"Dutch", "Op za 21 nov 2026 om 10:00 schreef Example CSIRT <csirt@example.org>:"},
	{"Dutch, Apple", "Op 21 nov 2026, om 10:00 heeft Example CSIRT <csirt@example.org> het volgende geschreven:"},
	{"Polish", "sob., 21 lis 2026 o 10:00 Example CSIRT <csirt@example.org> napisał(a):"},
	{"Polish, Thunderbird", "W dniu 21.11.2026 o 10:00, Example CSIRT pisze:"},
	{"Russian", "сб, 21 нояб. 2026 г. в 10:00, Example CSIRT <csirt@example.org>:"},
	{"Russian, Apple", "21 нояб. 2026 г., в 10:00, Example CSIRT <csirt@example.org> написал(а):"},
	{"Russian, mail.ru", "Суббота, 21 ноября 2026, 10:00 +03:00 от Example CSIRT <csirt@example.org>:"},
	{"Ukrainian", "сб, 21 лист. 2026 р. о 10:00 Example CSIRT <csirt@example.org> пише:"},
	{"Japanese", "2026年11月21日(土) 10:00 Example CSIRT <csirt@example.org>:"},
	{"Japanese, Apple", "2026/11/21 10:00、Example CSIRT <csirt@example.org>のメール:"},
	{"Japanese, Thunderbird", "On 2026/11/21 10:00, Example CSIRT wrote:"},
	{"Chinese", "Example CSIRT <csirt@example.org> 于2026年11月21日周六 10:00写道："},
	{"Chinese, Apple", "在 2026年11月21日，10:00，Example CSIRT <csirt@example.org> 写道："},
	{"Chinese, traditional", "Example CSIRT <csirt@example.org> 於 2026年11月21日 週六 上午10:00寫道："},
	{"Korean", "2026년 11월 21일 (토) 오전 10:00, Example CSIRT <csirt@example.org>님이 작성:"},
	{"Swedish", "Den lör 21 nov. 2026 kl 10:00 skrev Example CSIRT <csirt@example.org>:"},
	{"Danish", "Den lør. 21. nov. 2026 kl. 10.00 skrev Example CSIRT <csirt@example.org>:"},
	{"Norwegian", "lør. 21. nov. 2026 kl. 10:00 skrev Example CSIRT <csirt@example.org>:"},
	{"Finnish", "la 21. marrask. 2026 klo 10.00 Example CSIRT (csirt@example.org) kirjoitti:"},
	{"Czech", "so 21. 11. 2026 v 10:00 odesílatel Example CSIRT <csirt@example.org> napsal:"},
	{"Slovak", "so 21. 11. 2026 o 10:00 Example CSIRT <csirt@example.org> napísal(a):"},
	{"Hungarian", "Example CSIRT <csirt@example.org> ezt írta (időpont: 2026. nov. 21., Szo, 10:00):"},
	{"Turkish", "Example CSIRT <csirt@example.org>, 21 Kas 2026 Cmt, 10:00 tarihinde şunu yazdı:"},
	{"Greek", "Στις Σάβ 21 Νοε 2026 στις 10:00 π.μ., ο χρήστης Example CSIRT <csirt@example.org> έγραψε:"},
	{"Vietnamese", "Vào Th 7, 21 thg 11, 2026 vào lúc 10:00 Example CSIRT <csirt@example.org> đã viết:"},
	{"Romanian", "sâm., 21 nov. 2026 la 10:00, Example CSIRT <csirt@example.org> a scris:"},
	{"Bulgarian", "На сб, 21.11.2026 г. в 10:00 Example CSIRT <csirt@example.org> написа:"},
	{"Croatian", "sub, 21. stu 2026. u 10:00 Example CSIRT <csirt@example.org> napisao je:"},
	{"Catalan", "Missatge de Example CSIRT <csirt@example.org> del dia ds., 21 de nov. 2026 a les 10:00:"},
	{"Indonesian", "Pada Sab, 21 Nov 2026 pukul 10.00 Example CSIRT <csirt@example.org> menulis:"},
	{"Hebrew", "\u202bבתאריך שבת, 21 בנוב׳ 2026 ב-10:00 מאת \u202aExample CSIRT\u202c\u200f <\u202acsirt@example.org\u202c\u200f>:\u202c"},
	{"Thai", "ในวันที่ ส. 21 พ.ย. 2026 เวลา 10:00 Example CSIRT <csirt@example.org> เขียนว่า:"},
}

func TestAttributions(t *testing.T) {
	for _, row := range attributions {
		t.Run(row.name, func(t *testing.T) {
			for _, c := range []struct{ name, body, want string }{
				{"answer above", "Thanks, that is it.\n\n" + row.line + "\n\n> Please look\n> again.\n", "Thanks, that is it."},
				{"answer right above", "Thanks, that is it.\n" + row.line + "\n> Please look\n", "Thanks, that is it."},
				{"answer below", row.line + "\n> Please look\n> again.\n\nThanks, that is it.\n", "Thanks, that is it."},
				{"answer between", "Hello\n\n" + row.line + "\n> Please look\n\nI did.\n\n> again.\n\nAnd again.\n", "Hello\n\nI did.\n\nAnd again."},
			} {
				if got := text.New(c.body); got != c.want {
					t.Errorf("%s: got %q, want %q", c.name, got, c.want)
				}
			}
		})
	}
}

// Most attributions are known without a marked quote below them, as HTML leaves
// them when it is made plain by somebody else.
func TestAttributionsWithoutMarks(t *testing.T) {
	needMarks := []string{"Thunderbird, old", "by date and address", "Horde", "German, Horde", "mutt, with a star", "Catalan"}
	for _, row := range attributions {
		t.Run(row.name, func(t *testing.T) {
			want := "Thanks, that is it."
			body := want + "\n\n" + row.line + "\n\nPlease look again.\n"
			got := text.New(body)
			for _, name := range needMarks {
				if name == row.name {
					return
				}
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// None of these lines introduces earlier mail.
func TestWordsThatAreNoAttribution(t *testing.T) {
	for _, line := range []string{
		"On 21 November 2026 the attacker wrote to our users:",
		"On this host we found the following:",
		"We wrote to abuse@example.net on 12 November and got no answer:",
		"Log of 2026-11-21 10:00:",
		"At 10:00 the server of Bob (192.0.2.1) sent:",
		"On 2026-11-21 10:00 we received from Evil <evil@example.net> the following mail:",
		"Er schrieb an die Kollegen:",
		"Nous avons écrit à votre service le 21/11/2026 :",
		"Contact: csirt@example.org",
		"On the 2nd try it worked.",
	} {
		t.Run(line, func(t *testing.T) {
			body := "Hello,\n\n" + line + "\n\nPlease look into it.\n"
			if got := text.New(body); got != strings.TrimSpace(body) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestAttributes(t *testing.T) {
	for line, want := range map[string]bool{
		"On Sat, Nov 21, 2026 at 10:00 AM Ana <ana@example.net> wrote:": true,
		"Am 21.11.2026 um 10:00 schrieb ana@example.net:":               true,
		"Ana <ana@example.net> schrieb am Samstag:":                     true,
		"Le 21 nov. 2026 à 10:00, Ana a écrit :":                        true,
		"2026年11月21日 Ana 写道：":                                           true,
		"These hosts attack us:":                                        false,
		"Ana wrote that 192.0.2.7 is infected":                          false,
		"Please write to ana@example.net:":                              false,
		"":                                                              false,
	} {
		if got := text.Attributes(line); got != want {
			t.Errorf("%q: got %v, want %v", line, got, want)
		}
	}
}
