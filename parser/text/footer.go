package text

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// notice is one language's words of the legal notices that organisations append.
// A notice speaks of several of these things; one alone may be the sender's.
type notice struct {
	mail   []string // of this mail
	secret []string // that it is confidential
	meant  []string // whom it is meant for
	error  []string // that it may have gone astray
	forbid []string // what must not be done with it, or must be
}

// notices are the legal notices, folded. A language is added by a row.
var notices = []notice{
	{
		mail:   []string{"this e-mail", "this email", "this message", "this communication", "this transmission", "the information contained", "the information in this", "this electronic", "the contents of this", "any attachments", "this correspondence", "this mail"},
		secret: []string{"confidential", "privileged", "proprietary"},
		meant:  []string{"intended recipient", "intended only for", "intended solely", "solely for the use", "intended for the", "addressee", "named recipient", "individual or entity", "for the exclusive use"},
		error:  []string{"in error", "by mistake", "not the intended", "are not the"},
		forbid: []string{"prohibited", "notify the sender", "delete", "destroy", "unauthorised", "unauthorized", "disseminat", "may not be copied", "liability", "legally binding", "does not accept", "strictly forbidden"},
	}, {
		mail:   []string{"diese e-mail", "diese mail", "diese nachricht", "dieser e-mail", "diese information", "dieses e-mail", "der inhalt dieser"},
		secret: []string{"vertraulich", "geheim", "rechtlich geschützt"},
		meant:  []string{"adressat", "empfänger", "bestimmt", "ausschließlich für", "ausschliesslich für"},
		error:  []string{"irrtümlich", "versehentlich", "irrtum", "nicht der richtige", "fälschlich", "nicht der beabsichtigte"},
		forbid: []string{"nicht gestattet", "untersagt", "vernichten", "löschen", "informieren sie", "unbefugte", "unerlaubte", "verboten", "unzulässig", "haftung"},
	}, {
		mail:   []string{"ce message", "cet e-mail", "ce courriel", "ce mail", "cette communication", "le présent message", "ce courrier"},
		secret: []string{"confidentiel", "privilégié"},
		meant:  []string{"destinataire", "à l'intention", "à l'usage", "destiné"},
		error:  []string{"par erreur", "n'êtes pas le", "erreur"},
		forbid: []string{"interdit", "détruire", "supprimer", "avertir", "aviser", "non autorisé", "responsabilité", "prohibé"},
	}, {
		mail:   []string{"este mensaje", "este correo", "esta comunicación", "este e-mail", "el presente correo", "este email", "la información contenida"},
		secret: []string{"confidencial", "privilegiad", "reservad"},
		meant:  []string{"destinatari", "dirigido", "dirigida"},
		error:  []string{"por error", "no es usted", "no es el", "por equivocación"},
		forbid: []string{"prohibid", "notifi", "elimin", "destruir", "borr", "no autorizad", "comuni"},
	}, {
		mail:   []string{"questo messaggio", "in questo documento", "questa e-mail", "questa mail", "questa comunicazione", "il presente messaggio", "la presente e-mail", "le informazioni contenute", "presente comunicazione", "questa email"},
		secret: []string{"riservat", "confidenzial", "privacy", "segret"},
		meant:  []string{"destinatar", "destinat", "uso esclusivo"},
		error:  []string{"per errore", "non foste", "non siete", "non è il", "erroneamente"},
		forbid: []string{"vietat", "proibit", "distrugger", "cancella", "eliminar", "avvis", "informar", "non autorizzat"},
	}, {
		mail:   []string{"esta mensagem", "este e-mail", "este email", "esta comunicação", "esta informação", "as informações contidas", "a informação contida"},
		secret: []string{"confidencia", "privilegiad", "sigil"},
		meant:  []string{"destinatári", "destinad", "endereçad"},
		error:  []string{"por engano", "por erro", "não for o", "não é o", "erroneamente", "por lapso"},
		forbid: []string{"proibid", "notifi", "elimin", "destru", "apag", "não autorizad", "inform"},
	}, {
		mail:   []string{"dit bericht", "deze e-mail", "deze mail", "dit e-mailbericht", "de informatie in dit", "dit e-mail"},
		secret: []string{"vertrouwelijk"},
		meant:  []string{"geadresseerde", "bestemd", "ontvanger"},
		error:  []string{"abusievelijk", "per ongeluk", "niet voor u", "ten onrechte", "per vergissing", "niet de beoogde"},
		forbid: []string{"verboden", "niet toegestaan", "te vernietigen", "verwijderen", "aansprakelijk", "openbaarmaking", "te melden", "op de hoogte"},
	}, {
		mail:   []string{"ta wiadomość", "niniejsza wiadomość", "niniejsza korespondencja", "tej wiadomości", "treść tej", "niniejszy e-mail", "wiadomość ta", "informacje zawarte"},
		secret: []string{"poufn", "tajemnic", "zastrzeżon"},
		meant:  []string{"adresat", "odbiorc", "przeznaczon"},
		error:  []string{"omyłk", "pomyłk", "błędnie", "nie są państwo", "nie jest pan", "nie jesteś", "przypadkow"},
		forbid: []string{"zabronion", "usunięci", "usunąć", "powiadomi", "poinformow", "zakazan", "niedozwolon", "usunie"},
	}, {
		mail:   []string{"это сообщение", "данное сообщение", "настоящее сообщение", "это электронное", "данное письмо", "информация, содержащаяся", "настоящее электронное"},
		secret: []string{"конфиденциальн", "тайн"},
		meant:  []string{"адресат", "получател", "предназначен"},
		error:  []string{"по ошибке", "ошибочно", "не являетесь"},
		forbid: []string{"запрещен", "запрещён", "удалить", "уничтож", "уведом", "сообщите", "удалите"},
	}, {
		mail:   []string{"це повідомлення", "цей лист", "дане повідомлення", "цей електронний"},
		secret: []string{"конфіденційн"},
		meant:  []string{"адресат", "одержувач", "отримувач", "призначен"},
		error:  []string{"помилково", "не є"},
		forbid: []string{"заборон", "видал", "знищ", "повідомте"},
	}, {
		mail:   []string{"detta meddelande", "detta e-post", "denna e-post", "det här meddelandet", "detta mail", "denne e-mail", "denne mail", "denne meddelelse", "denne e-post", "denne e-posten", "denne meldingen", "dette e-post"},
		secret: []string{"konfidentiell", "sekretess", "fortrolig", "konfidensiell", "taushetsbelagt"},
		meant:  []string{"avsedd", "mottagare", "adressat", "modtager", "tiltænkt", "mottaker", "beregnet", "ment for"},
		error:  []string{"av misstag", "fel mottagare", "ved en fejl", "fejlagtigt", "ved en feil", "feilaktig", "inte är rätt", "ikke er rette"},
		forbid: []string{"förbjud", "radera", "förstör", "meddela", "forbud", "slet", "kontakt", "underret", "ikke tilladt", "informer"},
	}, {
		mail:   []string{"tämä viesti", "tämä sähköposti", "tämän viestin"},
		secret: []string{"luottamuksel", "salassa"},
		meant:  []string{"vastaanottaja", "tarkoitettu"},
		error:  []string{"erehdy", "vahingossa", "virheelli", "ette ole"},
		forbid: []string{"kielletty", "tuho", "poist", "ilmoit"},
	}, {
		mail:   []string{"tato zpráva", "tento e-mail", "tato e-mailová", "této zprávy", "tento email", "obsah tohoto", "táto správa", "tento mail"},
		secret: []string{"důvěrn", "dôvern"},
		meant:  []string{"adresát", "příjemc", "určen", "určená", "prijemc", "príjemc"},
		error:  []string{"omyl", "nejste", "chyb", "nie ste"},
		forbid: []string{"zakázán", "smaž", "vymaž", "informuj", "zničt", "zakázané", "odstraň"},
	}, {
		mail:   []string{"ez az üzenet", "ezen üzenet", "jelen üzenet", "ez az e-mail", "jelen e-mail"},
		secret: []string{"bizalmas", "titk"},
		meant:  []string{"címzett", "szól"},
		error:  []string{"téved", "nem ön"},
		forbid: []string{"tilos", "törö", "értesít", "semmisít"},
	}, {
		mail:   []string{"bu e-posta", "bu mesaj", "bu ileti", "bu elektronik"},
		secret: []string{"gizli"},
		meant:  []string{"alıcı", "gönderilen", "muhatab"},
		error:  []string{"yanlışlıkla", "hata", "değilseniz", "sehven"},
		forbid: []string{"yasak", "siliniz", "silmeniz", "haber", "bildir"},
	}, {
		mail:   []string{"το παρόν", "αυτό το μήνυμα", "το μήνυμα αυτό", "αυτό το email", "το παρον"},
		secret: []string{"εμπιστευτικ", "απόρρητ"},
		meant:  []string{"παραλήπτη", "αποδέκτη", "προορίζεται"},
		error:  []string{"λάθος", "εσφαλμέν", "δεν είστε"},
		forbid: []string{"απαγορεύ", "διαγρά", "ενημερώ", "ειδοποι"},
	}, {
		mail:   []string{"本メール", "このメール", "本電子メール", "このメッセージ", "本e-mail", "本email"},
		secret: []string{"機密", "秘密"},
		meant:  []string{"受信者", "宛先", "受取人", "名宛人", "意図"},
		error:  []string{"誤って", "誤送信", "手違い", "誤配信"},
		forbid: []string{"禁", "破棄", "削除", "連絡", "通知"},
	}, {
		mail:   []string{"本邮件", "此邮件", "本电子邮件", "该邮件", "本郵件", "此郵件", "本電子郵件", "本信件", "此信息", "本信息", "此電子郵件", "此电子邮件"},
		secret: []string{"保密", "机密", "機密", "秘密"},
		meant:  []string{"收件人", "收件者", "接收人", "收信人", "指定"},
		error:  []string{"误", "誤", "错误", "錯誤", "并非", "並非"},
		forbid: []string{"禁止", "删除", "刪除", "销毁", "銷毀", "通知", "不得"},
	}, {
		mail:   []string{"이 메일", "본 메일", "이 이메일", "본 이메일", "이 메시지", "본 메시지", "본 전자우편", "이 전자우편"},
		secret: []string{"기밀", "비밀", "대외비"},
		meant:  []string{"수신인", "수신자", "지정된"},
		error:  []string{"잘못", "실수로", "착오"},
		forbid: []string{"금지", "삭제", "파기", "폐기", "알려", "통보"},
	}, {
		mail:   []string{"email này", "thư này", "thông điệp này", "e-mail này", "thư điện tử này"},
		secret: []string{"bảo mật", "bí mật", "riêng tư"},
		meant:  []string{"người nhận", "dành cho", "dành riêng"},
		error:  []string{"nhầm", "không phải là"},
		forbid: []string{"nghiêm cấm", "xóa", "xoá", "thông báo", "không được"},
	}, {
		mail:   []string{"acest mesaj", "acest e-mail", "prezentul mesaj", "ova poruka", "ovaj e-mail", "to sporočilo", "това съобщение"},
		secret: []string{"confidențial", "confidential", "povjerlj", "poverlj", "zaupn", "поверителн"},
		meant:  []string{"destinatar", "primatelj", "primalac", "namijenjen", "naslovnik", "получател", "предназначен"},
		error:  []string{"din greșeală", "eroare", "greškom", "pomotoma", "по погрешка"},
		forbid: []string{"interzis", "șterge", "zabranjen", "izbriš", "obrisati", "prepovedan", "забранен", "изтри"},
	}, {
		mail:   []string{"هذه الرسالة", "هذا البريد", "הודעה זו", "דוא\"ל זה", "הודעת דואר", "مرفقات"},
		secret: []string{"سري", "חסוי", "סודי"},
		meant:  []string{"المستلم", "المرسل إليه", "المعني", "הנמען", "מיועד"},
		error:  []string{"بالخطأ", "عن طريق الخطأ", "בטעות"},
		forbid: []string{"يحظر", "يمنع", "حذف", "אסור", "למחוק", "מחק"},
	},
}

// asciiNotices are the notices without the words that plain ASCII cannot hold,
// which most mail is.
var asciiNotices = withoutLetters(notices)

// noticesIn are the notices whose words may stand in the text.
func noticesIn(text string) []notice {
	if isASCII(text) {
		return asciiNotices
	}
	return notices
}

func withoutLetters(all []notice) []notice {
	plain := make([]notice, 0, len(all))
	for _, n := range all {
		n.mail, n.secret, n.meant, n.error, n.forbid = asciiOf(n.mail), asciiOf(n.secret), asciiOf(n.meant), asciiOf(n.error), asciiOf(n.forbid)
		if len(n.secret)+len(n.meant)+len(n.error)+len(n.forbid) > 1 {
			plain = append(plain, n)
		}
	}
	return plain
}

func asciiOf(table []string) (plain []string) {
	for _, entry := range table {
		if isASCII(entry) {
			plain = append(plain, entry)
		}
	}
	return plain
}

func isASCII(text string) bool {
	for n := range len(text) {
		if text[n] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// minNotice is how many bytes a legal notice has at least: a shorter sentence may be
// the sender's.
const minNotice = 90

// isNotice tells a legal notice: it speaks of this mail and of three further
// things, or names itself and speaks of two.
func isNotice(words string) bool {
	if len(words) < minNotice || evidenceWords.MatchString(words) {
		return false
	}
	titled := startsAny(strings.TrimLeft(words, "*_-#=<> \""), noticeTitles)
	return slices.ContainsFunc(noticesIn(words), func(n notice) bool {
		count := 0
		for _, table := range [][]string{n.secret, n.meant, n.error, n.forbid} {
			if hasAny(words, table) {
				count++
			}
		}
		return count >= 3 && hasAny(words, n.mail) || count >= 2 && titled
	})
}

// Notice tells whether a paragraph is a legal notice, as organisations append it.
func Notice(paragraph string) bool {
	return len(paragraph) >= minNotice && isNotice(fold(strings.Join(strings.Fields(paragraph), " ")))
}

// evidenceWords are what reports hold and no legal notice does.
var evidenceWords = regexp.MustCompile(`hxxp|\[\.\]|\[dot\]|\(dot\)|\bcve-\d|\b\d{1,3}(\.\d{1,3}){3}\b`)

// mayBeNotice tells whether any stretch of these words can be a notice. It is
// asked once for all stretches, since a hundred words are looked for in each.
func mayBeNotice(words string) bool {
	return len(words) >= minNotice && slices.ContainsFunc(noticesIn(words), func(n notice) bool {
		count := 0
		for _, table := range [][]string{n.secret, n.meant, n.error, n.forbid} {
			if hasAny(words, table) {
				count++
			}
		}
		return count >= 2
	})
}

// below joins the lines among which a notice may begin with all that belongs
// to a notice beginning in the last of them.
func (s *sheet) below(begin, to int) string {
	last := min(begin+maxContact, to)
	return strings.Join(s.plain[begin:max(begin, last-1)], " ") + " " + s.paragraph(max(begin, last-1), to)
}

// noticeTitles are how notices call themselves.
var noticeTitles = []string{
	"disclaimer", "confidentiality notice", "confidentiality:", "confidential:", "confidentiality -", "confidentiality statement", "legal notice", "privacy notice", "legal disclaimer", "email disclaimer", "e-mail disclaimer", "important notice", "notice:", "important:", "confidential communication", "privileged and confidential",
	"vertraulichkeitshinweis", "hinweis:", "wichtiger hinweis", "rechtlicher hinweis", "haftungsausschluss", "avis de confidentialité", "confidentialité", "avis:", "avertissement", "aviso de confidencialidad", "aviso legal", "advertencia legal", "confidencialidad",
	"avviso di riservatezza", "ai sensi del regolamento", "ai sensi del d.lgs", "ai sensi dell'art", "riservatezza", "aviso de confidencialidade", "confidencialidade", "aviso legal:", "vertrouwelijkheid", "klauzula poufności", "uwaga:", "конфиденциальность", "sekretess", "fortrolighed", "免责声明", "免責聲明", "保密声明", "声明:", "gizlilik", "titoktartás", "nota de confidencialidad", "nota de confidencialidade",
}

// furnitureLines begin lines below a mail that nobody wrote for its reader.
var furnitureLines = []string{
	"virus-free.", "virenfrei.", "sans virus.", "libre de virus.", "livre de vírus", "privo di virus", "virusvrij.", "wolny od wirusów", "без вирусов", "virusfri", "bez virů", "mentes a vírusoktól", "virüs içermez", "virusfrei", "不含病毒", "病毒已清除",
	"this email has been checked for viruses", "this e-mail has been checked for viruses", "this email is free from viruses", "this email was scanned", "this message has been scanned", "this email has been scanned", "this message was scanned", "no virus found in this", "checked by avg", "this mail was scanned", "--- this email has been", "e-mail message checked by", "this mail has been checked",
	"diese e-mail wurde von avast", "diese e-mail wurde auf viren", "diese nachricht wurde auf viren", "diese mail wurde auf viren", "es wurden keine viren", "l'absence de virus", "ce message a été vérifié", "cet e-mail a été vérifié", "este correo electrónico ha sido comprobado", "este mensaje ha sido analizado", "el software de antivirus", "este email foi escaneado", "este e-mail foi verificado", "questa e-mail è stata controllata", "questa email è stata esaminata", "il software antivirus", "dit e-mailbericht is gecontroleerd", "deze e-mail is gecontroleerd", "ta wiadomość została sprawdzona", "ta wiadomość e-mail została sprawdzona", "это сообщение проверено", "tato zpráva byla zkontrolována", "ez az e-mail", "bu e-posta avast", "detta e-postmeddelande har kontrollerats", "denne e-mail er blevet kontrolleret", "このメールは、",
	"please consider the environment", "before printing", "think before you print", "save a tree", "consider the environment", "bitte denken sie an die umwelt", "bitte prüfen sie, ob", "denken sie an die umwelt", "pensez à l'environnement", "avant d'imprimer", "antes de imprimir", "prima di stampare", "denk aan het milieu", "zanim wydrukujesz", "pomyśl o środowisku", "tänk på miljön", "tænk på miljøet", "por favor considere el medio ambiente", "подумайте об окружающей среде",
	"you received this message because you are subscribed", "you are receiving this because", "to unsubscribe from this", "to unsubscribe,", "to unsubscribe send", "unsubscribe:", "to post to this group", "visit this group at", "for more options, visit", "to view this discussion on the web", "to view this discussion visit", "manage your subscription", "reply to this email directly", "reply to this email directly,", "sie erhalten diese nachricht, weil sie in google groups", "vous recevez ce message, car vous êtes abonné", "has recibido este mensaje porque estás suscrito", "hai ricevuto questo messaggio perché", "você recebeu essa mensagem porque", "otrzymujesz tę wiadomość, ponieważ", "вы получили это сообщение, поскольку",
	"registered in england", "registered office:", "company registration", "sitz der gesellschaft", "geschäftsführer:", "geschäftsführung:", "registergericht", "handelsregister", "vorsitzender des aufsichtsrats", "ust-id", "ust.-id", "siège social", "capital social", "kvk", "www.avast.com", "<https://www.avast.com",
	"this email is a service from", "this e-mail is a service from", "diese e-mail ist ein service von", "cet e-mail est un service", "este correo electrónico es un servicio", "este e-mail é um serviço", "questa e-mail è un servizio", "deze e-mail is een service van", "delivered by zendesk",
	"secured with tuta", "securely sent with tuta", "sent with tuta", "sicher versendet mit tuta", "gesichert mit tuta", "sécurisé avec tuta",
	"subscribe:", "list-archive:", "mailing list:", "list info:", "our privacy policy", "follow us on", "besuchen sie uns auf", "folgen sie uns",
}

// companyWords are what the law makes companies write below their mail.
var companyWords = []string{
	"registered in england", "registered in scotland", "registered office", "company number", "company registration", "registered number", "handelsregister", "registergericht", "sitz der gesellschaft", "geschäftsführer:", "geschäftsführung:", "vorsitzender des aufsichtsrats",
	"capital social", "siège social", "registro mercantil", "partita iva", "capitale sociale", "kvk-nummer", "kapitał zakładowy", "krs ", "org.nr", "cvr-nr",
}

// maxCompany is how many lines that takes, at the very end.
const maxCompany = 5

// listWords are words of what a mailing list writes below a rule.
var listWords = []string{
	"mailing list", "mailingliste", "mailinglist", "listinfo", "unsubscribe", "abmelden", "abbestellen", "liste de diffusion", "désabonner", "lista de correo", "darse de baja", "cancelar la suscripción", "lista di discussione", "cancellarsi",
	"lista de discussão", "afmelden", "lista dyskusyjna", "wypisać", "рассылк", "отписаться", "mailman", "postorius", "hyperkitty", "groups.google", "groups.io", "sympa", "listserv", "majordomo", "yahoo! groups",
}

// maxFooter is how many lines a mailing list adds at most.
const maxFooter = 10

// footer tells where in the last paragraph a footer begins: a legal notice, what
// a virus checker, a list or the law of companies makes a program add.
func (s *sheet) footer(from, begin, to int) (int, kind) {
	noticed := mayBeNotice(s.below(begin, to))
	for n := begin; n < to && n < begin+maxContact; n++ {
		line := strings.TrimLeft(s.plain[n], "*_-#=<>()[]| ")
		switch {
		case isRule(s.plain[n]) && to-n <= maxFooter && slices.ContainsFunc(s.plain[n+1:to], func(line string) bool { return hasAny(line, listWords) }),
			startsAny(strings.TrimPrefix(line, "p "), furnitureLines), // a tree, in a font of pictures
			noticed && isNotice(s.paragraph(n, to)):
			return n, footer
		}
	}
	for n := max(begin, to-maxCompany); n < to; n++ {
		if hasAny(s.plain[n], companyWords) {
			return n, footer
		}
	}
	return s.unruledFooter(from, begin, to)
}

// unruledFooter tells a list's lines whose rule stands apart from them.
func (s *sheet) unruledFooter(from, begin, to int) (int, kind) {
	above := begin - 1
	for above > from && s.plain[above] == "" {
		above--
	}
	if above > from && isRule(s.plain[above]) && to-begin < maxFooter && slices.ContainsFunc(s.plain[begin:to], func(line string) bool { return hasAny(line, listWords) }) {
		return above, footer
	}
	return to, own
}

// maxParagraph is how many bytes of a paragraph are looked at.
const maxParagraph = 4000

// paragraph joins lines with one blank.
func (s *sheet) paragraph(from, to int) string {
	var b strings.Builder
	for _, line := range s.plain[from:to] {
		if b.Len() > maxParagraph {
			break
		}
		b.WriteString(line)
		b.WriteByte(' ')
	}
	return strings.TrimSpace(b.String())
}
