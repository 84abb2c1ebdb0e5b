package text

import "strings"

// labels are the names of header fields as clients write them above a quoted
// mail, in small letters.
var labels = func() map[string]string {
	all := make(map[string]string)
	for field, names := range labelNames {
		for name := range strings.SplitSeq(names, "|") {
			all[name] = field
		}
	}
	return all
}()

// labelNames are those names by field: English, German, French, Spanish,
// Italian, Portuguese, Dutch, Polish, Russian, Japanese, Chinese and others. A
// language is added by adding its words.
var labelNames = map[string]string{
	"from": "from|sender|von|absender|de|da|expéditeur|émetteur|remitente|mittente|van|afzender|od|nadawca|от|от кого|отправитель|від|差出人|送信者|发件人|發件人|寄件者|寄件人|보낸 사람|보낸사람|보낸이|보낸 이|발신|발신자|발신인|" +
		"från|fra|avsändare|lähettäjä|odesílatel|feladó|kimden|gönderen|από|mensaje de|de la|expeditor|từ|odosielateľ|šalje|pošiljatelj|מאת|من|จาก|dari|saatja|nuo|no",
	"to": "to|sent to|recipient|recipients|an|empfänger|à|a|pour|para|destinataire|destinataires|destinatario|destinatari|destinatário|aan|do|adresat|кому|получатель|宛先|收件人|收件者|받는 사람|받는사람|받은 사람|받은사람|받는이|받는 이|수신|수신자|수신인|" +
		"till|til|vastaanottaja|komu|címzett|kime|alıcı|προς|către|đến|tới|prima|za|אל|إلى|ถึง|kepada|kam",
	"cc":  "cc|copy|kopie|copie|copie à|copia|cópia|kopia|dw|do wiadomości|копия|抄送|副本|참조|kopi|kopio|másolat|bilgi|κοιν",
	"bcc": "bcc|bkopie|cci|cco|ccn|udw|скрытая копия|密件抄送|密件副本",
	"subject": "subject|betreff|objet|sujet|asunto|oggetto|assunto|onderwerp|temat|тема|件名|主题|主題|主旨|제목|" +
		"ämne|emne|aihe|předmět|tárgy|konu|θέμα|subiect|chủ đề|predmet|zadeva|נושא|الموضوع|หัวเรื่อง|เรื่อง|subjek|teema|tēma|tema",
	"date": "date|sent|date sent|sent on|received|datum|gesendet|gesendet am|gesendet von mir|datum/uhrzeit|envoyé|envoyé le|date d'envoi|fecha|enviado|enviado el|enviado em|enviada em|enviada|data|inviato|inviato il|data invio|" +
		"verzonden|wysłano|data wysłania|дата|отправлено|дата отправки|送信日時|日付|日時|发送时间|发送日期|發送時間|日期|时间|時間|寄件日期|傳送日期|보낸 날짜|보낸날짜|날짜|보낸 시간|보낸시간|발신 날짜|일시|" +
		"skickat|sendt|dato|lähetetty|päivämäärä|odesláno|küldve|dátum|gönderme tarihi|gönderildi|tarih|ημερομηνία|εστάλη|στάλθηκε|trimis|data:|đã gửi|ngày|odoslané|poslano|надіслано|дата надсилання|נשלח|תאריך|تم الإرسال|التاريخ|ส่ง|วันที่|dikirim|tanggal|elküldve|saadetud|išsiųsta|nosūtīts",
	"reply-to":   "reply-to|reply to|antwort an|répondre à|responder a|rispondi a|responder para|antwoord aan|odpowiedz do|обратный адрес|返信先|回复",
	"message-id": "message-id|message id|nachrichten-id|internet message id|internetmessageid",
	"other": "importance|priority|attachments|attachment|resent-from|organization|wichtigkeit|priorität|anlagen|anlage|anhänge|importance:|importancia|importanza|importância|urgentie|prioriteit|ważność|важность|" +
		"pièces jointes|datos adjuntos|archivos adjuntos|allegati|anexos|bijlagen|załączniki|вложения|添付ファイル|附件|重要度|重要性|sensitivity|mailed-by|signed-by|security|bezug|categories",
}
