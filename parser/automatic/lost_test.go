package automatic_test

import (
	"strings"
	"testing"
)

// TestReportsAreNotLost holds mails in which words of programs stand though they
// report something: as an automatic answer they would come before nobody.
func TestReportsAreNotLost(t *testing.T) {
	const answer = "Subject: Re: [#123456] Abuse\nIn-Reply-To: <a@example.org>\n"
	const table = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nTEXT\n--b\nContent-Type: text/csv; name=hosts.csv\n\na,b\n--b--\n"
	with := func(text string) string { return strings.Replace(table, "TEXT", text, 1) }
	for _, r := range []struct {
		name, mail, kind string
		answered         bool
	}{
		{"a scanner's line, German", "Subject: Phishing-Mail eingegangen\n\nGuten Tag, anbei eine Mail.\n\nDiese E-Mail wurde automatisch auf Viren geprüft.\n", "", true},
		{"a scanner's line, Italian", "Subject: Messaggio sospetto ricevuto\n\nIn allegato il messaggio.\n\nQuesto messaggio è stato automaticamente controllato.\n", "", true},
		{"a scanner's line, Dutch", "Subject: Phishing ontvangen\n\nZie bijlage.\n\nDit bericht is automatisch gescand op virussen.\n", "", true},
		{"a scanner's line, Spanish", "Subject: Correo falso recibido\n\nAdjunto el correo.\n\nEste mensaje fue analizado automáticamente.\n", "", true},
		{"a scanner's line, French", "Subject: Courriel bien reçu\n\nVoir ci-joint.\n\nCe courriel a été automatiquement analysé.\n", "", true},
		{"complains of our answer", answer + "\nThis is an automated reply. I asked for a person.\n\nThe customer goes on.\n", "", false},
		{"asks about our answer", answer + "\nIs anybody there? This is an automatic response and nobody looked at it. Will you stop him?\n", "", false},
		{"hands on an automatic reply", "Subject: Fwd: backscatter\nReferences: <a@example.org>\n\nYour server sends these:\n\nThis is an automatic reply. Thank you.\n", "", false},
		{"a site is back, in bulk", "Subject: x\nPrecedence: bulk\n\nDie Phishing-Seite https://shop.example/ ist wieder erreichbar.\n", "machine-report", false},
		{"a site is back, declared", "Auto-Submitted: auto-generated\n" + answer + "\nDer Server ist wieder erreichbar und verschickt Werbung.\n", "machine-report", false},
		{"from a day on", "Auto-Submitted: auto-generated\n" + answer + "\nAb dem 3.11. kommen von Ihrem Kunden Mails.\n", "machine-report", false},
		{"a table, declared", "Subject: Hosts\nAuto-Submitted: auto-generated\n" + with("This is an automated message. The hosts are in the attached file."), "machine-report", false},
		{"a table from a program", "Subject: Offene Resolver\nFrom: autoreports@cert.example\n" + with("Diese Nachricht wurde automatisch erstellt.\n\nWir haben Ihre Netze geprüft."), "machine-report", false},
		{"a table without a sender", "Subject: Hosts\nReturn-Path: <>\n" + with("The hosts are in the attached file."), "machine-report", false},
		{"a table in bulk", "Subject: Hosts\nPrecedence: bulk\n" + with("We have received your networks' data."), "machine-report", false},
		{"a portal's report", "Subject: New ticket: phishing site\n\nThis message was automatically created by our portal.\n\nA customer reported a phishing site at shop.example.\n", "", false},
		{"our list has yours", "Subject: Liste\nAuto-Submitted: auto-generated\n\nWir haben Ihre Adressen in unserer Liste.\n", "machine-report", false},
		{"a telephone number", "Subject: Rechner\nAuto-Submitted: auto-generated\n\nEin Rechner bei Ihnen ist infiziert. Sie erreichen uns unter der Nummer 030 1.\n", "machine-report", false},
		{"complaints were received", "Subject: Correo\nAuto-Submitted: auto-generated\n\nHemos recibido correos no deseados de su servidor.\n", "machine-report", false},
		{"wants no answer", "Subject: x\nX-NoAutoReply: yes\n\nYour host sends us spam.\n", "", false},
		{"wants no answer, in words", "Subject: x\nX-Disable-Auto-Response: 1\n\nYour host sends us spam.\n", "", false},
		{"to a list and to us", "Subject: x\nTo: csirt@example.org\nFrom: a@example.net\nSender: l@lists.example\nPrecedence: list\nList-Owner: <mailto:l@lists.example>\n\nYour host scans us.\n", "", false},
	} {
		t.Run(r.name, func(t *testing.T) {
			got := judge(r.mail, "")
			if got.Kind != r.kind || got.Is != (r.kind != "") || got.MayAnswer != r.answered {
				t.Errorf("got %+v, want kind %q, may answer %v", got, r.kind, r.answered)
			}
		})
	}
}

// TestAnswersOfProgramsStayTheirs holds answers that the same rules must go on to
// know: an answer to one of them would come back.
func TestAnswersOfProgramsStayTheirs(t *testing.T) {
	const answer = "Subject: Re: [#123456] Abuse\nIn-Reply-To: <a@example.org>\n"
	for name, mail := range map[string]string{
		"a desk":               answer + "\nThis is an automated reply. We have received your mail. How did we do?\n",
		"somebody away":        answer + "\nThis is an automatic reply. I am out of the office until Monday.\n",
		"away, German":         answer + "Auto-Submitted: auto-generated\n\nIch bin ab dem 3.11. nicht da. Am 9.11. bin ich wieder erreichbar.\n",
		"a number":             "Subject: Vorgang\nAuto-Submitted: auto-generated\n\nIhr Anliegen ist unter der Nummer 55 aufgenommen.\n",
		"thanks for abuse":     "Subject: Your request has been received\n\nThis email was automatically generated. We have received your message to the abuse desk.\n",
		"a picture with it":    answer + "Auto-Submitted: auto-generated\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nThis is an automated message. We have received your mail.\n--b\nContent-Type: image/png; name=logo.png\n\nx\n--b--\n",
		"a confirmation":       "Subject: Ihre Anfrage ist eingegangen\n\nDanke.\n\nDiese E-Mail wurde automatisch erstellt.\n",
		"a confirmation, ital": "Subject: Messaggio ricevuto\n\nGrazie.\n\nQuesto messaggio è stato generato automaticamente.\n",
	} {
		if got := judge(mail, ""); got.Kind != "auto-reply" || got.MayAnswer {
			t.Errorf("%s: got %+v, want an automatic reply", name, got)
		}
	}
}
