package text_test

import (
	"strings"
	"testing"

	"postern/parser/text"
)

var bodies = []struct{ name, body, want string }{
	{"only own words", "Hello,\n\nwe see attacks.\n", "Hello,\n\nwe see attacks."},
	{"quote below", "Thanks.\n\nOn Sat, 21 Nov 2026 at 10:00, Example CSIRT <csirt@example.org> wrote:\n> Hello\n> there\n", "Thanks."},
	{"quote above", "On Sat, 21 Nov 2026, csirt wrote:\n> Hello\n\nThanks.\n", "Thanks."},
	{"point by point", "> one?\nYes.\n> two?\nNo.\n", "Yes.\nNo."},
	{"attribution on two lines", "Thanks.\n\nOn Sat, 21 Nov 2026 at 10:00, Example CSIRT\n<csirt@example.org> wrote:\n\n> Hello\n", "Thanks."},
	{"quote without signs", "Thanks.\n\nOn Sat, 21 Nov 2026 at 10:00, csirt <csirt@example.org> wrote:\n\nHello\nthere\n", "Thanks."},
	{"German", "Danke.\n\nAm 21.11.26 um 10:00 schrieb Example CSIRT:\n> Hallo\n", "Danke."},
	{"German, name first", "Danke.\n\nExample CSIRT <csirt@example.org> schrieb am Sa., 21. Nov. 2026, 10:00:\n\n> Hallo\n", "Danke."},
	{"French", "Merci.\n\nLe sam. 21 nov. 2026 à 10:00, CSIRT <csirt@example.org> a écrit :\n> Bonjour\n", "Merci."},
	{"Spanish", "Gracias.\n\nEl sáb, 21 nov 2026 a las 10:00, CSIRT (<csirt@example.org>) escribió:\n> Hola\n", "Gracias."},
	{"Italian", "Grazie.\n\nIl giorno sab 21 nov 2026 alle ore 10:00 CSIRT <csirt@example.org> ha scritto:\n> Salve\n", "Grazie."},
	{"Portuguese", "Obrigado.\n\nEm sáb., 21 de nov. de 2026 às 10:00, CSIRT <csirt@example.org> escreveu:\n> Olá\n", "Obrigado."},
	{"Dutch", "Bedankt.\n\nOp za 21 nov 2026 om 10:00 schreef CSIRT <csirt@example.org>:\n> Hallo\n", "Bedankt."},
	{"Polish", "Dziękuję.\n\nW dniu 21.11.2026 o 10:00, CSIRT pisze:\n> Witam\n", "Dziękuję."},
	{"Outlook", "Thanks.\n\n-----Original Message-----\nFrom: CSIRT\nSent: Saturday\nTo: Ana\nSubject: x\n\nHello\n", "Thanks."},
	{"Outlook in German", "Danke.\n\n-----Ursprüngliche Nachricht-----\nVon: CSIRT\nGesendet: Samstag\nAn: Ana\nBetreff: x\n\nHallo\n", "Danke."},
	{"Outlook with a rule", "Thanks.\n________________________________\nFrom: CSIRT <csirt@example.org>\nSent: Saturday, 21 November 2026 10:00\nTo: Ana\nSubject: RE: x\n\nHello\n", "Thanks."},
	{"Outlook without a rule", "Merci.\n\nDe : CSIRT\nEnvoyé : samedi\nÀ : Ana\nObjet : x\n\nBonjour\n", "Merci."},
	{"Outlook in bold", "Gracias\n\n*De:* CSIRT\n*Enviado:* sábado\n*Para:* Ana\n*Asunto:* x\n\nHola\n", "Gracias"},
	{"forward without own words", "---------- Forwarded message ---------\nFrom: Evil <evil@example.net>\nDate: Sat, 21 Nov 2026\nSubject: Pay now\nTo: ana@example.org\n\nPay.\n", ""},
	{"forward with own words", "Is this real?\n\nBegin forwarded message:\n\nFrom: Evil <evil@example.net>\nSubject: Pay\nTo: ana@example.org\n\nPay.\n", "Is this real?"},
	{"signature", "Hello\n-- \nAna\nExample Org\n", "Hello"},
	{"signature without its blank", "Hello\n--\nAna\n", "Hello"},
	{"two dashes that are none", "a\n--\n" + strings.Repeat("log line\n", 20), "a\n--\n" + strings.TrimSpace(strings.Repeat("log line\n", 20))},
	{"words that look like a head", "Please note:\nFrom: now on use the new host.\nThanks\n", "Please note:\nFrom: now on use the new host.\nThanks"},
	{"attribution that is none", "On this host we found the following:\n192.0.2.1\n", "On this host we found the following:\n192.0.2.1"},
	{"log line with an arrow", "Nov 21 10:00:00 fw: 192.0.2.1 -> 198.51.100.2\n", "Nov 21 10:00:00 fw: 192.0.2.1 -> 198.51.100.2"},
	{"banner of a gateway", "CAUTION: This email originated from outside of the organization.\nDo not click links; report phishing.\n\nHello\n", "Hello"},
	{"banner right above the words", "CAUTION: This email originated from outside.\nHello,\nwe see attacks.\n", "Hello,\nwe see attacks."},
	{"two banners", "[EXTERNAL] be careful\n\n*** Achtung: Externe E-Mail ***\n\nHallo\n", "Hallo"},
	{"banner further down is a word of the sender", "We saw this:\n\nCAUTION: This email originated from outside\n", "We saw this:\n\nCAUTION: This email originated from outside"},
	{"tag before the words", "[External Sender] Our server is attacked\nsince noon\n", "Our server is attacked\nsince noon"},
	{"two tags before the words", "[EXT] *[EXTERN]*: Hallo\n", "Hallo"},
	{"tag before a warning", "[EXT] CAUTION: do not click on links\n\nHello\n", "Hello"},
	{"a bracket that is no tag", "[external-facing host] is down\n", "[external-facing host] is down"},
	{"footer of a list", "Hello\n_______________________________________________\nteams mailing list\nteams@lists.example.org\n", "Hello"},
	{"rule that is no footer", "a\n--------------------\nb\n", "a\n--------------------\nb"},
	{"log that looks like a head", "Seen:\nDate: 2026-11-21\nFrom: 192.0.2.1\nTo: 198.51.100.2\nplease check\n", "Seen:\nDate: 2026-11-21\nFrom: 192.0.2.1\nTo: 198.51.100.2\nplease check"},
	{"blank lines", "\n\na\n\n\n\nb\n\n", "a\n\nb"},
	{"nothing", "", ""},
}

func TestNewText(t *testing.T) {
	for _, row := range bodies {
		t.Run(row.name, func(t *testing.T) {
			if got := text.New(row.body); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestFlowed(t *testing.T) {
	for _, row := range []struct {
		name, body, want string
		delSp            bool
	}{
		{"a paragraph", "one \ntwo \nthree\nfour\n", "one two three\nfour\n", false},
		{"without blanks", "一 \n二\n", "一二\n", true},
		{"stuffed", " From here\n >not a quote\n", "From here\n>not a quote\n", false},
		{"quotes", ">one \n>two\n>> older\nmine\n", "> one two\n>> older\nmine\n", false},
		{"quotes that stop flowing", ">one \nmine\n", "> one \nmine\n", false},
		{"signature", "one \n-- \nAna\n", "one \n-- \nAna\n", false},
		{"end without a line break", "one ", "one ", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := text.Flowed(row.body, row.delSp); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestLanguage(t *testing.T) {
	for want, body := range map[string]string{
		"en": "Hello, we have seen a number of attacks from your network in the last days and would like you to look into this. Please find the log lines below.",
		"de": "Guten Tag, wir haben in den letzten Tagen mehrere Angriffe aus Ihrem Netz auf unseren Server gesehen und bitten Sie, das zu prüfen. Die Zeilen finden Sie unten.",
		"fr": "Bonjour, nous avons vu des attaques contre notre serveur qui viennent de votre réseau et nous vous prions de vérifier cela. Les lignes du journal sont dans le message.",
		"es": "Hola, hemos visto en los últimos días ataques contra nuestro servidor desde su red y les pedimos que lo revisen. Las líneas del registro están en este mensaje.",
		"it": "Buongiorno, abbiamo visto negli ultimi giorni degli attacchi contro il nostro server dalla vostra rete e vi preghiamo di controllare. Le righe del log sono nel messaggio.",
		"pt": "Olá, vimos nos últimos dias ataques contra o nosso servidor a partir da sua rede e pedimos que você verifique isso. As linhas do registo estão na mensagem.",
		"nl": "Hallo, wij hebben de laatste dagen aanvallen op onze server gezien vanuit uw netwerk en wij vragen u om dit te controleren. De regels van het log staan in het bericht.",
		"pl": "Dzień dobry, w ostatnich dniach zauważyliśmy ataki na nasz serwer z Państwa sieci i prosimy o sprawdzenie, czy to jest prawda. Zapisy z logu są w tej wiadomości, jak też na stronie.",
		"":   "attack from 192.0.2.1 please look",
	} {
		if got := text.Language(body); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	logs := strings.Repeat("sshd failed password invalid user admin port ssh2 preauth disconnect ", 10)
	if got := text.Language(logs); got != "" {
		t.Errorf("log lines: got %q, want none", got)
	}
}
