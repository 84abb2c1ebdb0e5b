package text_test

import (
	"strings"
	"testing"

	"postern/parser/text"
)

// samples are what reporters write, 20 words of their own or little more.
var samples = []struct{ language, body string }{
	{"en", "Hi team, one of my colleagues clicked on the link in this mail and typed his password. He changed it right after. Could you please check whether anybody else got it?"},
	{"de", "Hallo zusammen, eine Kollegin hat auf den Link geklickt und ihr Passwort eingegeben. Sie hat es danach sofort geändert. Könnt ihr bitte prüfen, ob noch jemand diese Mail bekommen hat?"},
	{"de", "Sehr geehrte Damen und Herren, ueber Ihren Server werden seit gestern Spam-Mails verschickt. Bitte pruefen Sie das und geben Sie uns eine kurze Rueckmeldung, was die Ursache war."},
	{"fr", "Bonjour, une collègue a cliqué sur le lien et a saisi son mot de passe. Elle l'a changé juste après. Pourriez-vous vérifier si d'autres personnes ont reçu ce message ?"},
	{"es", "Buenos días, una compañera pulsó el enlace y escribió su contraseña. La cambió después. ¿Pueden ustedes comprobar si alguien más ha recibido este correo en la empresa?"},
	{"it", "Buongiorno, una collega ha cliccato sul link e ha inserito la sua password. Poi l'ha cambiata subito. Potete verificare se qualcun altro ha ricevuto questo messaggio oggi?"},
	{"pt", "Bom dia, uma colega clicou no link e escreveu a sua palavra-passe. Depois mudou-a logo. Podem verificar se mais alguém recebeu esta mensagem na nossa empresa, por favor?"},
	{"nl", "Goedemorgen, een collega heeft op de link geklikt en haar wachtwoord ingevuld. Ze heeft het daarna meteen gewijzigd. Kunnen jullie nagaan of nog iemand deze mail heeft gekregen?"},
	{"pl", "Dzień dobry, koleżanka kliknęła w link i wpisała swoje hasło. Zaraz potem je zmieniła. Czy mogą Państwo sprawdzić, czy ktoś jeszcze dostał tę wiadomość? Z góry dziękuję."},
	{"sv", "Hej, en kollega klickade på länken och skrev in sitt lösenord. Hon bytte det direkt efteråt. Kan ni kontrollera om någon annan har fått det här meddelandet? Tack!"},
	{"da", "Hej, en kollega har klikket på linket og indtastet sin adgangskode. Hun ændrede den lige bagefter. Kan I undersøge, om der er andre, som har fået denne mail? Tak."},
	{"fi", "Hei, kollega klikkasi linkkiä ja kirjoitti salasanansa. Hän vaihtoi sen heti sen jälkeen. Voitteko tarkistaa, onko joku muu saanut tämän viestin? Tämä on meille tärkeää. Kiitos ja terveisin"},
	{"cs", "Dobrý den, kolegyně klikla na odkaz a zadala své heslo. Hned potom je změnila. Můžete prosím zkontrolovat, zda tu zprávu dostal ještě někdo jiný? Děkuji a jsem s pozdravem"},
	{"hu", "Jó napot, egy kolléganő rákattintott a linkre, és beírta a jelszavát. Utána rögtön meg is változtatta. Kérem, nézzék meg, hogy más is kapott-e ilyen levelet. Köszönöm."},
	{"tr", "Merhaba, bir çalışma arkadaşım bağlantıya tıkladı ve şifresini yazdı. Hemen sonra değiştirdi. Bu iletiyi başka birinin de alıp almadığını kontrol eder misiniz lütfen? Teşekkürler, iyi günler."},
	{"ro", "Bună ziua, o colegă a apăsat pe link și și-a scris parola. A schimbat-o imediat după aceea. Vă rog să verificați dacă a mai primit cineva acest mesaj. Mulțumesc."},
	{"vi", "Xin chào, một đồng nghiệp của tôi đã bấm vào liên kết và nhập mật khẩu. Sau đó cô ấy đã đổi ngay. Xin vui lòng kiểm tra xem còn ai nhận được thư này không."},
	{"ru", "Добрый день, коллега перешла по ссылке и ввела свой пароль. Сразу после этого она его сменила. Проверьте, пожалуйста, получил ли это письмо кто-нибудь ещё у нас в отделе."},
	{"uk", "Добрий день, колега перейшла за посиланням і ввела свій пароль. Одразу після цього вона його змінила. Перевірте, будь ласка, чи отримав цей лист хтось іще в нашому відділі."},
	{"bg", "Добър ден, колежка отвори връзката и въведе паролата си. Веднага след това я смени. Моля, проверете дали и друг от нашия отдел е получил това съобщение днес."},
	{"el", "Καλημέρα, μια συνάδελφος πάτησε τον σύνδεσμο και έγραψε τον κωδικό της. Τον άλλαξε αμέσως μετά. Μπορείτε να ελέγξετε αν πήρε και κάποιος άλλος αυτό το μήνυμα;"},
	{"ko", "안녕하세요, 동료가 링크를 눌러 비밀번호를 입력했습니다. 바로 뒤에 비밀번호를 바꾸었습니다. 다른 사람도 이 메일을 받았는지 확인해 주시면 감사하겠습니다. 오늘 아침에 온 메일이고 보낸 사람은 모르는 사람입니다. 잘 부탁드립니다."},
	{"ja", "お世話になっております。同僚がリンクを開いてパスワードを入力してしまいました。その後すぐに変更しました。ほかの社員にも届いていないか確認していただけますか。"},
	{"zh", "您好，我的同事点击了邮件中的链接并输入了密码，之后马上修改了密码。请帮忙检查公司里是否还有其他人收到了这封邮件，谢谢。"},
	{"zh", "您好，我的同事點擊了郵件中的連結並輸入了密碼，之後馬上修改了密碼。請協助檢查公司裡是否還有其他人收到了這封郵件，謝謝。"},
	{"ar", "مرحبا، ضغطت زميلة على الرابط وأدخلت كلمة المرور الخاصة بها ثم غيرتها بعد ذلك مباشرة. هل يمكنكم التحقق مما إذا كان أي شخص آخر قد تلقى هذه الرسالة؟ شكرا لكم."},
	{"he", "שלום, עמיתה שלי לחצה על הקישור והקלידה את הסיסמה שלה. מיד אחר כך היא שינתה אותה. האם תוכלו לבדוק אם עוד מישהו קיבל את ההודעה הזאת? תודה רבה."},
	{"", "お世話になっております。確認してください。"},
	{"", "您好，请检查，谢谢。"},
	{"", "안녕하세요, 확인 부탁드립니다."},
	{"", "Please look."},
	{"de", "Guten Tag, von Ihrem Rechner aus wird unser Server seit heute früh angegriffen, bitte stellen Sie das ab. Hier ist ein Auszug:\n" +
		strings.Repeat("Nov 21 10:00:00 www sshd[7]: Failed password for invalid user admin from 203.0.113.9 port 22 ssh2\n", 20) + "Vielen Dank und viele Grüße"},
	{"", strings.Repeat("Nov 21 10:00:00 www sshd[7]: Failed password for invalid user admin from 203.0.113.9 port 22 ssh2\n", 20)},
	{"", strings.Repeat("https://www.example.net/the/of/and ", 30)},
}

func TestLanguages(t *testing.T) {
	for _, row := range samples {
		if got := text.Language(row.body); got != row.language {
			t.Errorf("got %q, want %q for %.60s", got, row.language, row.body)
		}
	}
}

func FuzzLanguage(f *testing.F) {
	for _, row := range samples {
		f.Add(row.body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		got := text.Language(body)
		if len(got) != 0 && len(got) != 2 || got != text.Language(body) {
			t.Fatalf("got %q", got)
		}
	})
}
