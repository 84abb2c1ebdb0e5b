package text_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/parser/text"
)

// ownWords are whole mails as programs write them, and what their sender wrote.
var ownWords = []struct{ name, body, want string }{
	{"answers between and a signature", "Hello,\n\nOn 21/11/2026 10:00, CSIRT wrote:\n> Which host?\n\n192.0.2.7, it is still on.\n\n> Since when?\n\nSince Friday.\n\n-- \nAna Example\nNetwork\n", "Hello,\n\n192.0.2.7, it is still on.\n\nSince Friday."},
	{"answer below with a signature", "On 21/11/2026 10:00, CSIRT wrote:\n> Which host?\n> Regards\n\n192.0.2.7\n\nAna\n-- \nAna Example\n", "192.0.2.7\n\nAna"},
	{"quote below the signature", "It is 192.0.2.7.\n\n-- \nAna Example\n\nOn 21/11/2026 10:00, CSIRT wrote:\n> Which host?\n", "It is 192.0.2.7."},
	{"the quote goes on behind its attribution", "Yes, after five.\n\nSent from Yahoo Mail on Android \n \n  On Tue, Nov 17, 2026 at 9:14, CSIRT<csirt@example.org> wrote:   Hello,\n\nmay we call?\n", "Yes, after five."},
	{"an attribution that a blank line parts", "It is in the safe.\n\nOn Tue, 17 Nov 2026 at 09:14, CSIRT of the Example Organisation\n\n<csirt@example.org> wrote:\n\n> Where is it?\n", "It is in the safe."},
	{"a head in one line", "Blocked.\n\nFrom: CSIRT [mailto:csirt@example.org] Sent: Tuesday, November 17, 2026 9:14 AM To: Ed Fox Subject: invoice\n\nPlease block it.\n", "Blocked."},
	{"a head in one line, French", "Bloqué.\n\nDe : CSIRT <csirt@example.org> Envoyé : mardi 17 novembre 2026 09:14 À : Luc Objet : facture\n\nMerci de bloquer.\n", "Bloqué."},
	{"fields that the sender shows", "They come with:\n\nFrom: Service <service@members.example>\nSubject: Your membership ends\nReply-To: boss@freemail.example\n\nCan you have it taken down?\n", "They come with:\n\nFrom: Service <service@members.example>\nSubject: Your membership ends\nReply-To: boss@freemail.example\n\nCan you have it taken down?"},
	{"paragraphs behind initials", "In the safe.\n\nTuesday, November 17, 2026, 9:14:02 AM, you wrote:\n\nC> Hello,\n\nC> where is it?\n", "In the safe."},
	{"other initials are a prompt", "Our session:\n\nSQL> select 1;\n\nOK.\n", "Our session:\n\nSQL> select 1;\n\nOK."},
	{"a line that begins with a sign of comparison", "We see 7 a minute.\n> 10 would be an alarm.\n\nShall we call?\n", "We see 7 a minute.\n> 10 would be an alarm.\n\nShall we call?"},
	{"GroupWise", "It is gone.\n\n>>> CSIRT <csirt@example.org> 17.11.2026 09:14 >>>\n\nHello,\nis it?\n", "It is gone."},
	{"GroupWise, answer below", ">>> CSIRT <csirt@example.org> 17.11.2026 09:14 >>>\n\nIs it?\n\nYes.\n", "Is it?\n\nYes."},
	{"Tuta", "It is gone.\n\n--\nSecured with Tuta Mail:\nhttps://tuta.com/free-email\n", "It is gone."},
	{"Italian notice by the law", "È sparito.\n\nDistinti saluti\n\nIng. Rae Kim\nVia Roma 1 - 99999 Esempio\nTel. +39 099 999999 - Cell. +39 399 9999999\nPEC: rae@pec.example.com\n\nAi sensi del Regolamento UE 2016/679 le informazioni contenute in questo messaggio sono riservate e ad uso esclusivo del destinatario.\n", "È sparito.\n\nDistinti saluti\n\nIng. Rae Kim"},
	{"a sentence that goes on behind a greeting", "Hallo,\n\nam 17.11.2026 um 09:14 schrieb mir <boss@evil.example>:\n\nÜberweisen Sie heute.\n\nIst das echt?\n", "Hallo,\n\nam 17.11.2026 um 09:14 schrieb mir <boss@evil.example>:\n\nÜberweisen Sie heute.\n\nIst das echt?"},
	{"between fences", "This is it:\n```\n$ id\n> exit\n```\nThat is all.\n", "This is it:\n```\n$ id\n> exit\n```\nThat is all."},
	{"a fence that was never closed", "Yes.\n\n```\n> Is it?\n> Really?\n", "Yes.\n\n```"},
	{"telephone and address in one line", "It is gone.\n\nBest,\n\nRae Kim (she/her)\nFacility Manager, Example Ltd.\n+44 9999 999999 | rae@example.com\nBook time with me\n", "It is gone.\n\nBest,\n\nRae Kim (she/her)"},
	{"a mark above a tracker's footer", "It is gone.\n\n—\nReply to this email directly or view it on the tracker:\nhttps://tracker.example.net/issues/12\n", "It is gone."},
	{"a frame of heavy lines", "ご報告です。\n\n━━━━━━━━━━━━\n株式会社サンプル 情報システム部\n小林 誠\nTEL: 099-999-9999\nE-mail: kobayashi@example.com\n━━━━━━━━━━━━\n", "ご報告です。"},
	{"Zoho, forwarded", "Is this real?\n\n============ Forwarded message ============\nFrom : Boss <boss@pay.example>\nTo : <rae@example.com>\nDate : Tue, 17 Nov 2026 06:12:00 +0100\nSubject : Pay now\n============ Forwarded message ============\n\nPay.\n", "Is this real?"},
	{"Yahoo in French, forwarded", "C'est vrai ?\n\n----- Message transmis -----\nDe : Boss <boss@pay.example>\nÀ : rae@example.com\nEnvoyé : mardi 17 novembre 2026 à 06:12:00 UTC+1\nObjet : Pay now\n\nPay.\n", "C'est vrai ?"},
	{"signature inside the quote only", "It is 192.0.2.7.\n\n> Which host?\n> -- \n> Bob\n", "It is 192.0.2.7."},
	{"bars behind an attribution", "Yes.\n\nCSIRT wrote on 21.11.2026 10:00:\n| Which host?\n| Since when?\n", "Yes."},
	{"bars of a table", "| host | port |\n| 192.0.2.7 | 22 |\n", "| host | port |\n| 192.0.2.7 | 22 |"},
	{"wide signs of quotation", "了解しました。\n\n2026年11月21日(土) 10:00 CSIRT <csirt@example.org>:\n＞ 確認してください。\n＞ お願いします。\n", "了解しました。"},
	{"prompt", "I ran this:\n\n> dig www.example.net\n203.0.113.9\n> ping 203.0.113.9\n\nNo answer.\n", "I ran this:\n\n> dig www.example.net\n203.0.113.9\n> ping 203.0.113.9\n\nNo answer."},
	{"log lines behind signs", "Our log:\n\n>2026-11-21 10:00:01 drop 203.0.113.9\n>2026-11-21 10:00:02 drop 203.0.113.9\n\nPlease check.\n", "Our log:\n\n>2026-11-21 10:00:01 drop 203.0.113.9\n>2026-11-21 10:00:02 drop 203.0.113.9\n\nPlease check."},
	{"quoted log", "Still the same.\n\nOn 21/11/2026 10:00, CSIRT wrote:\n> 2026-11-21 10:00:01 drop 203.0.113.9\n> 2026-11-21 10:00:02 drop 203.0.113.9\n", "Still the same."},
	{"quote without attribution", "> Is it still on?\nYes, it is.\n", "Yes, it is."},
	{"comparison", "The page was changed:\n\n12c12\n< <title>Example</title>\n---\n> <title>Hacked</title>\n", "The page was changed:\n\n12c12\n< <title>Example</title>\n---\n> <title>Hacked</title>"},
	{"unified diff", "--- a/index.html\n+++ b/index.html\n@@ -1 +1 @@\n-<title>Example</title>\n+<title>Hacked</title>\n", "--- a/index.html\n+++ b/index.html\n@@ -1 +1 @@\n-<title>Example</title>\n+<title>Hacked</title>"},
	{"escaped by a mailbox file", "Seen:\n>From Monday on there were scans.\n", "Seen:\n>From Monday on there were scans."},
	{"link that ends on the next line", "See\n<https://www.example.net/a/very/long/path\n> for the page.\n", "See\n<https://www.example.net/a/very/long/path\n> for the page."},
	{"wrapped quotes", "Yes.\n\n> This is a rather long line that a program has wrapped at the end, so that\nthe rest\n> And another rather long line that a program has wrapped at the end, so\nhas no sign\n> End\n", "Yes."},
	{"clear-signed", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nThe host is 192.0.2.7.\n\n- -- \nAna\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCgAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n", "The host is 192.0.2.7."},
	{"raw header shown", "This mail came to us:\n\nReturn-Path: <evil@example.net>\nReceived: from mail.example.net (203.0.113.9)\n\tby mx.example.org; Sat, 21 Nov 2026 10:00:00 +0000\nFrom: Evil <evil@example.net>\nTo: ana@example.org\nSubject: Pay\nMIME-Version: 1.0\n\nPlease block it.\n\nAna\n", "This mail came to us:\n\nReturn-Path: <evil@example.net>\nReceived: from mail.example.net (203.0.113.9)\n\tby mx.example.org; Sat, 21 Nov 2026 10:00:00 +0000\nFrom: Evil <evil@example.net>\nTo: ana@example.org\nSubject: Pay\nMIME-Version: 1.0\n\nPlease block it.\n\nAna"},
	{"short raw header shown", "Spam:\n\nReceived: from mail.example.net (203.0.113.9)\n\tby mx.example.org; Sat, 21 Nov 2026 10:00:00 +0000\nFrom: Evil <evil@example.net>\nTo: ana@example.org\nSubject: Pay\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nPlease stop it.\n", "Spam:\n\nReceived: from mail.example.net (203.0.113.9)\n\tby mx.example.org; Sat, 21 Nov 2026 10:00:00 +0000\nFrom: Evil <evil@example.net>\nTo: ana@example.org\nSubject: Pay\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nPlease stop it."},
	{"Proton with a link", "Thanks!\n\nSent with [Proton Mail](https://proton.me/mail/home) secure email.\n\nOn Saturday, November 21st, 2026 at 10:00 AM, CSIRT <csirt@example.org> wrote:\n\n> Hello\n", "Thanks!"},
	{"rank and house below the name", "The account is closed.\n\nBest regards\n\nAna Example\nHead of Networks\nExample University\n", "The account is closed.\n\nBest regards\n\nAna Example"},
	{"words below the name", "The account is closed.\n\nBest regards\nAna Example\n\nThe log is attached to this mail\n", "The account is closed.\n\nBest regards\nAna Example\n\nThe log is attached to this mail"},
	{"QQ with names of blanks", "谢谢，已处理。\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人: \"CSIRT\" <csirt@example.org>;\n发送时间:&nbsp;2026年11月21日(星期六) 上午10:00\n收件人:&nbsp;\"Ana\"<ana@example.net>;\n主题:&nbsp;Re: host\n\n你好\n", "谢谢，已处理。"},
	{"line of a desk below a rule", "It was me.\n\n—-—-—-—\nReply above this line.\n\nDana commented:\nWas it you?\n", "It was me."},
	{"line of a desk in German", "Danke.\n\n##- Bitte geben Sie Ihre Antwort über dieser Zeile ein. -##\n\nIhre Anfrage wurde aktualisiert.\n", "Danke."},
	{"line of a desk in Japanese", "了解しました。\n\n##- この行より上に返信を入力してください -##\n\nリクエストが更新されました。\n", "了解しました。"},
	{"words that speak of a line above", "We added a rule above this line in the file and it still matches our answer to the scan.\n\nCan you reply?\n", "We added a rule above this line in the file and it still matches our answer to the scan.\n\nCan you reply?"},
	{"a desk's own mail", "##- Please type your reply above this line -##\n\nYour request (48211) has been updated.\n\n----------------------------------------------\n\nDana Cole, Nov 20, 2026, 09:10 GMT\n\nThe site is gone.\n\n----------------------------------------------\n\nCSIRT, Nov 19, 2026, 15:12 GMT\n\nA page copies our login.\n\n--------------------------------\nThis email is a service from Hosting Co.\n\n\n[EXVQ12-W0GY]\n", "Your request (48211) has been updated.\n\nThe site is gone."},
	{"forward by mutt with words below", "see below\n\n----- Forwarded message from Evil <evil@example.net> -----\n\nDate: Sat, 21 Nov 2026 10:00:00 +0000\nFrom: Evil <evil@example.net>\nTo: ana@example.org\nSubject: Pay\n\nPay now.\n\n----- End forwarded message -----\n\nCan you check?\n", "see below\n\nCan you check?"},
	{"Proton", "Thanks!\n\nSent with Proton Mail secure email.\n\n‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Saturday, November 21st, 2026 at 10:00, CSIRT <csirt@example.org> wrote:\n\n> Hello\n", "Thanks!"},
	{"Samsung", "Thanks!\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: CSIRT <csirt@example.org>\nDate: 21/11/2026 10:00 (GMT+01:00)\nTo: ana@example.net\nSubject: Re: host\n\nHello\n", "Thanks!"},
	{"phone of Outlook", "Thanks!\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: CSIRT <csirt@example.org>\nSent: Saturday, November 21, 2026 10:00:00 AM\nTo: Ana <ana@example.net>\nSubject: Re: host\n\nHello\n", "Thanks!"},
	{"K-9", "Danke!\n\n-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.\n\nAm 21. November 2026 10:00:00 MEZ schrieb CSIRT <csirt@example.org>:\n>Hallo\n", "Danke!"},
	{"GMX", "Danke!\n\n-- \nGesendet mit der GMX Mail App\n\nAm 21.11.26, 10:00 schrieb CSIRT <csirt@example.org>:\n> Hallo\n", "Danke!"},
	{"QQ", "谢谢，已处理。\n\n------------------ 原始邮件 ------------------\n发件人: \"CSIRT\" <csirt@example.org>;\n发送时间: 2026年11月21日(星期六) 上午10:00\n收件人: \"Ana\"<ana@example.net>;\n主题: Re: host\n\n你好\n", "谢谢，已处理。"},
	{"ticket system's line", "It is 192.0.2.7.\n\n##- Please type your reply above this line -##\n\nYour request (123) was updated.\n", "It is 192.0.2.7."},
	{"Sent from my iPhone", "Host 192.0.2.7 is down.\n\nSent from my iPhone", "Host 192.0.2.7 is down."},
	{"Sent from my iPhone above the quote", "Yes\n\nSent from my iPhone\n\nOn 21 Nov 2026, at 10:00, CSIRT <csirt@example.org> wrote:\n\n> Is it?\n", "Yes"},
	{"Von meinem iPhone gesendet", "Ja\n\nVon meinem iPhone gesendet\n\n> Am 21.11.2026 um 10:00 schrieb CSIRT <csirt@example.org>:\n> \n> Ist er?\n", "Ja"},
	{"Envoyé de mon iPhone", "Oui\n\nEnvoyé de mon iPhone\n\n> Le 21 nov. 2026 à 10:00, CSIRT <csirt@example.org> a écrit :\n> \n> Est-ce ?\n", "Oui"},
	{"iPhone in Japanese", "はい\n\niPhoneから送信\n", "はい"},
	{"iPhone in Chinese", "是的\n\n发自我的 iPhone\n", "是的"},
	{"words about a telephone", "It was\nsent from my server to the telephone:\n203.0.113.9\n", "It was\nsent from my server to the telephone:\n203.0.113.9"},
	{"name behind a dash", "Please look at 192.0.2.7.\n\n-Ana Example\n", "Please look at 192.0.2.7."},
	{"list of names", "Affected:\n- Ana\n- Bob\n", "Affected:\n- Ana\n- Bob"},
	{"contact below the name", "Host 192.0.2.7 scans us.\n\nBest regards,\nAna Example\n\nAna Example | Security Engineer\nExample GmbH\nTel: +49 30 000000\nwww.example.com\n", "Host 192.0.2.7 scans us.\n\nBest regards,\nAna Example"},
	{"links below the name are evidence", "Two pages.\n\nRegards\nAna\n\nhttps://evil.example.net/login\nhttps://bad.example.net/login\n", "Two pages.\n\nRegards\nAna\n\nhttps://evil.example.net/login\nhttps://bad.example.net/login"},
	{"legal notice", "The host is 192.0.2.7.\n\nAna\n\nThis e-mail and any attachments are confidential and intended solely for the addressee. If you are not the intended recipient, please delete it and notify the sender.\n", "The host is 192.0.2.7.\n\nAna"},
	{"report in the words of a legal notice", "Hello.\n\nThis e-mail is confidential and intended only for your team: 192.0.2.7 leaks passwords, notify the sender of the dump and delete it, disclosure is prohibited.\n", "Hello.\n\nThis e-mail is confidential and intended only for your team: 192.0.2.7 leaks passwords, notify the sender of the dump and delete it, disclosure is prohibited."},
	{"legal notice in two languages", "Der Rechner ist 192.0.2.7.\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind oder diese E-Mail irrtümlich erhalten haben, informieren Sie bitte den Absender und vernichten Sie diese Mail.\n\nThis e-mail may contain confidential information. If you are not the intended recipient (or have received this e-mail in error) please notify the sender immediately and destroy this e-mail.\n", "Der Rechner ist 192.0.2.7."},
	{"words about a lost mail are the sender's", "We received by mistake a confidential list of patients from your address csirt@example.org, and deleted it. Please tell the sender to be careful.\n", "We received by mistake a confidential list of patients from your address csirt@example.org, and deleted it. Please tell the sender to be careful."},
	{"virus checker", "Please check.\n\n-- \nThis email has been checked for viruses by Avast antivirus software.\nwww.avast.com\n", "Please check."},
	{"virus checker without a mark", "Please check.\n\nVirus-free. www.avast.com <https://www.avast.com/sig-email>\n", "Please check."},
	{"Google group", "Please check.\n\n-- \nYou received this message because you are subscribed to the Google Groups \"x\" group.\nTo unsubscribe from this group, send an email to x+unsubscribe@groups.example.org.\n", "Please check."},
	{"list's footer behind the quote", "Yes.\n\nOn 21/11/2026 10:00, CSIRT wrote:\n> Hello\n\n_______________________________________________\nteams mailing list\nteams@lists.example.org\n", "Yes."},
	{"Proofpoint's marks", "ZjQcmQRYFpfptBannerStart\nThis Message Is From an External Sender\nThis message came from outside your organization.\nZjQcmQRYFpfptBannerEnd\nHello\nwe see scans.\n", "Hello\nwe see scans."},
	{"tag without a blank", "(EXT)Hello\n", "Hello"},
	{"tag alone", "[EXTERNAL]\n\nHello\n", "Hello"},
	{"banner in a frame", "*************************\n* EXTERNAL EMAIL: do not click links *\n*************************\n\nHello\n", "Hello"},
	{"banner in Polish", "UWAGA: Ta wiadomość pochodzi spoza organizacji. Nie klikaj linków.\n\nDzień dobry\n", "Dzień dobry"},
	{"banner in French", "ATTENTION : ce courriel provient de l'extérieur de l'organisation. Ne cliquez pas sur les liens.\n\nBonjour\n", "Bonjour"},
	{"banner below", "Hello, we see scans.\n\nCAUTION: This email originated from outside of the organization. Do not click links.\n", "Hello, we see scans."},
	{"report that begins like a banner", "Warning: external login on host a\n", "Warning: external login on host a"},
	{"report about outside", "Attention, an external host scans us from outside:\n203.0.113.9\n", "Attention, an external host scans us from outside:\n203.0.113.9"},
	{"Outlook's tip", "You don't often get email from ana@example.net. Learn why this is important<https://aka.ms/LearnAboutSenderIdentification>\n\nHello\n", "Hello"},
	{"report that warns", "ATTENTION: your server attacks systems outside of your network, please reply to this mail.\n\nIt is 192.0.2.7.\n", "ATTENTION: your server attacks systems outside of your network, please reply to this mail.\n\nIt is 192.0.2.7."},
	{"report that warns in German", "Achtung: Ihr Server verschickt Spam-Mails an externe Empfänger außerhalb Ihres Netzes, siehe Anhang.\n", "Achtung: Ihr Server verschickt Spam-Mails an externe Empfänger außerhalb Ihres Netzes, siehe Anhang."},
	{"sections between dashes", "Log of the attack:\n--\n2026-11-21 10:00:01 denied 203.0.113.9\n--\nPlease check.\n", "Log of the attack:\n--\n2026-11-21 10:00:01 denied 203.0.113.9\n--\nPlease check."},
	{"record of a registry", "Whose is it?\n\nperson: Bob Example\nphone: +49 30 000000\ne-mail: bob@example.net\n", "Whose is it?\n\nperson: Bob Example\nphone: +49 30 000000\ne-mail: bob@example.net"},
	{"words of an attacker", "He threatens us:\n\n> I will be back\n> and you will pay\n\nPlease help.\n", "He threatens us:\n\n> I will be back\n> and you will pay\n\nPlease help."},
	{"sent from a machine", "Spam.\n\nSent from the machine 192.0.2.7\n", "Spam.\n\nSent from the machine 192.0.2.7"},
	{"banner in Spanish", "PRECAUCIÓN: Este correo electrónico proviene de fuera de la organización. No haga clic en los enlaces.\n\nHola\n", "Hola"},
	{"banner in Italian", "ATTENZIONE: questa e-mail proviene dall'esterno. Non cliccare sui link.\n\nSalve\n", "Salve"},
	{"banner in Japanese", "【注意】このメールは外部から送信されています。リンクや添付ファイルにご注意ください。\n\nこんにちは\n", "こんにちは"},
	{"banner in Russian", "ВНИМАНИЕ: это письмо пришло извне организации. Не переходите по ссылкам.\n\nПривет\n", "Привет"},
	{"banner in Dutch", "LET OP: deze e-mail komt van buiten de organisatie. Klik niet op links.\n\nHallo\n", "Hallo"},
	{"banner in Chinese", "注意：此邮件来自公司外部，请勿点击链接。\n\n你好\n", "你好"},
	{"German banner of one word", "ACHTUNG: Externe E-Mail\n\nHallo\n", "Hallo"},
	{"sentence that begins like a telephone's line", "Here it is.\n\nSent from my desk, which is easier than my mobile phone.\n", "Here it is.\n\nSent from my desk, which is easier than my mobile phone."},
	{"Samsung in Korean", "제가 로그인했습니다.\n\n내 Galaxy에서 보냈습니다.\n\n-------- 원본 이메일 --------\n발신: CSIRT <csirt@example.org>\n날짜: 2026/11/21 10:00 (GMT+09:00)\n받은 사람: 민수 <minsu@example.com>\n제목: Logins\n\nHello\n", "제가 로그인했습니다."},
	{"Zendesk, the time below the name", "##- Please type your reply above this line -##\n\nDan (Peer Desk)\n17 Nov 2026, 10:02 CET\n\nWe blocked it.\n\nCSIRT\n17 Nov 2026, 09:14 CET\n\nHello, please block it.\n", "We blocked it."},
	{"telephone of a company", "Here it is.\n\nSent from my Verizon, Samsung Galaxy smartphone\n", "Here it is."},
	{"telephone with an excuse", "Here it is.\n\nSent from my iPhone. Please excuse brevity and typos.\n", "Here it is."},
	{"name between dashes", "Here it is.\n\n---- Example CSIRT wrote ----\n\nWhere is it?\n", "Here it is."},
	{"head of two fields", "Here it is.\n\nFrom: CSIRT <csirt@example.org>\nDate: Sat, 21 Nov 2026 10:00:00 +0000\n\nWhere is it?\n", "Here it is."},
	{"head of two fields above a quote", "Here it is.\n\nFrom: CSIRT\nSubject: x\n\n> Where is it?\n", "Here it is."},
	{"Outlook in bold below a rule", "Here it is.\n\n ------------------------------\n*From:* CSIRT [mailto:csirt@example.org]\n*Sent:* Saturday, November 21, 2026 10:00 AM\n*To:* ana@example.net\n*Subject:* x\n\nWhere is it?\n", "Here it is."},
	{"banner right above words about a link", "CAUTION: This email originated from outside of the organization.\nHello, somebody clicked on a link and typed his password.\n", "Hello, somebody clicked on a link and typed his password."},
	{"tag right above words about an attachment", "[EXTERNAL]\nWe opened the attachment.\n", "We opened the attachment."},
	{"a word that is a tag elsewhere", "External: 203.0.113.9 scans us.\n", "External: 203.0.113.9 scans us."},
	{"nothing but a quote", "On 21/11/2026 10:00, CSIRT wrote:\n> Hello\n", ""},
	{"answer under an unmarked quote stays", "On 21/11/2026 10:00, CSIRT <csirt@example.org> wrote:\n\nWhich host?\n\nIt is 192.0.2.7.\n", "Which host?\n\nIt is 192.0.2.7."},
	{"nested attributions", "Third.\n\nOn 21/11/2026 11:00, CSIRT wrote:\n> Second.\n>\n> On 21/11/2026 10:00, Ana wrote:\n>> First.\n", "Third."},
	{"Notes", "Yes.\n\nFrom:\tCSIRT/Example\nTo:\tAna/Example\nDate:\t21.11.2026 10:00\nSubject:\thost\n\nHello\n", "Yes."},
	{"carriage returns", "Yes.\r\n\r\nOn 21/11/2026 10:00, CSIRT wrote:\r\n> Hello\r\n", "Yes."},
}

func TestOwnWords(t *testing.T) {
	for _, row := range ownWords {
		t.Run(row.name, func(t *testing.T) {
			if got := text.New(row.body); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// Where the header says that a mail answers another one, every line with a sign
// of quotation is a quote.
func TestAnswersQuoteLogs(t *testing.T) {
	body := "Done.\n\n> 2026-11-21 10:00:01 drop 203.0.113.9\n"
	if got := text.Reply(body); got != "Done." {
		t.Errorf("got %q", got)
	}
	if got := text.New(body); got == "Done." {
		t.Errorf("got %q", got)
	}
}

// FuzzNew: the sender's words are lines of the text in their order, and nothing else.
func FuzzNew(f *testing.F) {
	for _, row := range ownWords {
		f.Add(row.body)
	}
	for _, row := range attributions {
		f.Add(row.line + "\n> x\ny")
	}
	f.Fuzz(func(t *testing.T, body string) {
		body = strings.ToValidUTF8(body, "\ufffd")
		for _, got := range []string{text.New(body), text.Reply(body)} {
			if len(got) > len(body) {
				t.Fatalf("%d bytes of %d", len(got), len(body))
			}
			lines := strings.Split(body, "\n")
			for line := range strings.SplitSeq(got, "\n") {
				for line != "" && len(lines) > 0 && !isLineOf(lines[0], line) {
					lines = lines[1:]
				}
				if len(lines) == 0 {
					t.Fatalf("%q is no line of the text, or not in its place", line)
				}
			}
		}
		if clean, _ := text.Readable(body); len(clean) > len(body) || strings.ContainsAny(clean, "\x00\x11\x12\x13\u202e") {
			t.Fatalf("%q is not readable", clean)
		}
	})
}

var gatewayTag = regexp.MustCompile(`(?i)^[ *]*[\[({<【]+(ext|esterno)[^\n]*[\])}>】]+[*]*:?[ \t]*$`)

// isLineOf tells whether a line came out of one of the text: whole, or without
// the tags that a gateway set before it.
func isLineOf(raw, line string) bool {
	tags, ok := strings.CutSuffix(trimmed(raw), line)
	return ok && (tags == "" || gatewayTag.MatchString(tags))
}

// trimmed is a line of the text without what no reader sees at its ends.
func trimmed(line string) string {
	line = strings.TrimSuffix(line, "\r")
	if line != "" && line[0] >= 0x11 && line[0] <= 0x13 {
		line = line[1:]
	}
	return strings.TrimRight(line, " \t\u00a0")
}

// The cost of a text grows with its size, whatever stands in it.
func TestNewIsBounded(t *testing.T) {
	for name, unit := range map[string]string{
		"notices":      ownWords[35].body + "\n",
		"attributions": "On 21 Nov 2026, at 10:00, x <a@example.org> wrote\n",
		"colons":       "on 21.11.2026 10:00 x:\n",
		"prompts":      "> dig x\nx\n",
		"rules":        "____________\nFrom: a\n",
		"headers":      "Received: x\n",
		"marks":        "--\nx\n\n",
		"banners":      "CAUTION: This email originated from outside\n",
		"devices":      "Sent from my iPhone\n\n",
		"one line":     "On 21 Nov 2026 wrote: ",
		"closings":     "Regards\nx\n+49 30 0000000\n\n> x\n",
		"separators":   "-----Original Message-----\n> x\n",
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			text.New(strings.Repeat(unit, (1<<18)/len(unit)))
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("256 KB take %v", took)
			}
		})
	}
}
