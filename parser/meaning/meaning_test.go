package meaning_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"postern/parser/meaning"
)

// taxonomy has the types of RSIT human version 1.3 that a rule may propose: all
// but other/other and other/undetermined.
var taxonomy = strings.Fields(`
	abusive-content/spam abusive-content/harmful-speech abusive-content/violence
	malicious-code/infected-system malicious-code/c2-server malicious-code/malware-distribution malicious-code/malware-configuration
	information-gathering/scanner information-gathering/sniffing information-gathering/social-engineering
	intrusion-attempts/ids-alert intrusion-attempts/brute-force intrusion-attempts/exploit
	intrusions/privileged-account-compromise intrusions/unprivileged-account-compromise intrusions/application-compromise intrusions/system-compromise intrusions/burglary
	availability/dos availability/ddos availability/misconfiguration availability/sabotage availability/outage
	information-content-security/unauthorised-information-access information-content-security/unauthorised-information-modification
	information-content-security/data-loss information-content-security/data-leak
	fraud/unauthorised-use-of-resources fraud/copyright fraud/masquerade fraud/phishing
	vulnerable/weak-crypto vulnerable/ddos-amplifier vulnerable/potentially-unwanted-accessible vulnerable/information-disclosure vulnerable/vulnerable-system
	test/test`)

func TestEveryTypeHasARule(t *testing.T) {
	got := meaning.Categories()
	slices.Sort(got)
	want := slices.Sorted(slices.Values(taxonomy))
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestEveryPairHasARule(t *testing.T) {
	if strays := meaning.Strays(); len(strays) > 0 {
		t.Errorf("no rule is called %q", strays)
	}
}

func TestCategories(t *testing.T) {
	for _, r := range []struct{ name, subject, body, want string }{
		{"nothing", "hello", "We have a question about your network.", "other/undetermined"},
		{"phishing", "", "A fake login page of your bank.", "fraud/phishing"},
		{"phishing in German", "Phishing-Mail erhalten", "", "fraud/phishing"},
		{"phishing in Japanese", "フィッシングサイトの報告", "偽サイトが公開されています。", "fraud/phishing"},
		{"phishing in Chinese", "", "我们发现了钓鱼网站", "fraud/phishing"},
		{"denied", "", "There was no malware on it.", "other/undetermined"},
		{"denied in German", "", "Es wurde keine Schadsoftware gefunden.", "other/undetermined"},
		{"word inside another word", "", "The spamalot show was great.", "other/undetermined"},
		{"control server", "", "The host is a C2 server of a botnet controller.", "malicious-code/c2-server"},
		{"infected client of one", "", "These hosts are infected with malware and contact our sinkhole.", "malicious-code/infected-system"},
		{"spread of malware", "", "This URL is distributing malware.", "malicious-code/malware-distribution"},
		{"ransomware", "", "Ransomware: all files are encrypted.", "information-content-security/unauthorised-information-modification"},
		{"ransomware in Polish", "", "Pliki zostały zaszyfrowane, żądają okupu.", "information-content-security/unauthorised-information-modification"},
		{"port scan in Spanish", "", "Escaneo de puertos desde su red", "information-gathering/scanner"},
		{"passwords tried in Dutch", "", "Veel mislukte inlogpogingen op ssh", "intrusion-attempts/brute-force"},
		{"known hole tried", "", "GET /cgi-bin/../../etc/passwd, exploit attempt", "intrusion-attempts/ids-alert"},
		{"new hole tried", "", "It seems to be a zero day.", "intrusion-attempts/exploit"},
		{"account", "", "My account was hacked", "intrusions/unprivileged-account-compromise"},
		{"administrator's account", "", "A domain admin account was used by the attacker; the administrator account was new.", "intrusions/privileged-account-compromise"},
		{"site", "", "The website was hacked, a webshell was uploaded.", "intrusions/application-compromise"},
		{"server in Portuguese", "", "O servidor invadido tem um backdoor", "intrusions/system-compromise"},
		{"stolen laptop", "", "My laptop was stolen on the train", "intrusions/burglary"},
		{"attack from many", "", "We are under a DDoS attack", "availability/ddos"},
		{"attack from one", "", "SYN flood, denial of service", "availability/dos"},
		{"outage", "", "Power outage in the server room", "availability/outage"},
		{"sabotage", "", "The fibre was cut: sabotage", "availability/sabotage"},
		{"wrong setting", "", "Your DNS is misconfigured", "availability/misconfiguration"},
		{"leak", "", "Data leak: the list went to the wrong recipient", "information-content-security/data-leak"},
		{"lost", "", "I lost a USB stick", "information-content-security/data-loss"},
		{"read by others", "", "There was unauthorised access to files", "information-content-security/unauthorised-information-access"},
		{"boss", "", "Someone pretends to be our director and wants gift cards", "fraud/masquerade"},
		{"works", "", "Copyright infringement notice (DMCA)", "fraud/copyright"},
		{"mining", "", "xmrig cryptominer on the cluster", "fraud/unauthorised-use-of-resources"},
		{"resolver", "", "Your host is an open resolver", "vulnerable/ddos-amplifier"},
		{"open service", "", "RDP is reachable from the internet", "vulnerable/potentially-unwanted-accessible"},
		{"weak", "", "The server offers SSLv3 and weak ciphers", "vulnerable/weak-crypto"},
		{"listing", "", "A directory listing shows your backups", "vulnerable/information-disclosure"},
		{"hole", "", "SQL injection in your shop", "vulnerable/vulnerable-system"},
		{"spam", "", "Your host is sending spam", "abusive-content/spam"},
		{"threat", "", "Somebody harasses me and threatened me", "abusive-content/harmful-speech"},
		{"children", "", "The server has CSAM", "abusive-content/violence"},
		{"listening", "", "There is ARP spoofing and sniffing in the dorm", "information-gathering/sniffing"},
		{"talked into", "", "A caller claimed to be from IT and asked for remote access", "information-gathering/social-engineering"},
		{"configuration of malware", "", "The URL holds the malware configuration", "malicious-code/malware-configuration"},
		{"exercise", "", "This is an exercise", "test/test"},
		{"typed with words between", "", "I opened it and typed in my user name and password.", "intrusions/unprivileged-account-compromise"},
		{"typed behind the password", "", "Ich habe mein Passwort auf der Seite der Bank eingegeben.", "intrusions/unprivileged-account-compromise"},
		{"not typed", "", "Ich habe mein Passwort nicht eingegeben.", "other/undetermined"},
		{"mails nobody wrote", "", "My mailbox contains sent items that I did not write.", "intrusions/unprivileged-account-compromise"},
		{"call and password", "", "Gestern rief jemand bei uns an. Er wollte das Passwort der Kollegin.", "information-gathering/social-engineering"},
		{"new account of a supplier", "", "El proveedor pide que paguemos a una nueva cuenta.", "fraud/masquerade"},
		{"mined", "", "Somebody mines on our cluster, it is Monero.", "fraud/unauthorised-use-of-resources"},
		{"stolen phone in Italian", "", "Ieri mi hanno rubato in treno il telefono di servizio.", "intrusions/burglary"},
		{"stolen and encrypted", "", "My laptop was stolen from the car, its disk is encrypted.", "intrusions/burglary"},
		{"lost in Japanese", "", "USBメモリを電車で紛失しました。", "information-content-security/data-loss"},
		{"wrong recipient in French", "", "J'ai envoyé la liste au mauvais service, à une personne étrangère à la maison.", "information-content-security/data-leak"},
		{"cable by accident", "", "Ein Bagger hat das Kabel beschädigt.", "availability/outage"},
		{"Latin before Japanese", "", "ログイン画面でXSSが見つかりました。", "vulnerable/vulnerable-system"},
		{"all contacts", "", "Von ihrem Postfach gehen Mails an alle Kontakte.", "intrusions/unprivileged-account-compromise"},
		{"words that only begin alike", "", "Die Messagerie liegt im Ausland, merkwürdig nennt das keiner.", "other/undetermined"},
		{"injection attempts are no finding", "", "We found SQL injection attempts from 198.51.100.9 in our log.", "intrusion-attempts/ids-alert"},
		{"supplier and swindle", "", "On nous demande de changer le RIB d'un fournisseur, c'est une escroquerie.", "fraud/masquerade"},
		{"a talk", "", "Could you review my talk about intrusion detection?", "other/undetermined"},
		{"false access point", "", "Jemand hat ein falsches WLAN aufgestellt und liest den Verkehr mit.", "information-gathering/sniffing"},
		{"a brand new server", "", "We bought a brand new server and would like a name for it.", "other/undetermined"},
		{"threats in general", "", "Please send me your report about threats of this year.", "other/undetermined"},
		{"flood of packets", "", "A flood of UDP packets hits our server.", "availability/dos"},
		{"user names out of lists", "", "Ihr Host probiert an unserem SSH-Dienst Benutzernamen durch.", "intrusion-attempts/brute-force"},
		{"water", "", "Die Server im Keller stehen unter Wasser.", "availability/outage"},
		{"passwords that were used", "", "Three passwords of ours have been used to log in from abroad.", "intrusions/unprivileged-account-compromise"},
		{"far apart", "", "The password rules were discussed at length in the committee, and then in the board as well. Forms were typed.", "other/undetermined"},
		{"contacts its controller", "", "The host communicates regularly with a C2 server.", "malicious-code/infected-system"},
		{"controller", "", "Your host 198.51.100.61 is a C2 server.", "malicious-code/c2-server"},
		{"gave the password away, French", "", "Un collègue a donné son mot de passe à quelqu'un.", "intrusions/unprivileged-account-compromise"},
		{"a recovery address that changed", "", "Mijn herstelmailadres is veranderd in een Russisch adres.", "intrusions/unprivileged-account-compromise"},
		{"came in as root", "", "Quelqu'un s'est connecté en root sur notre serveur et a créé deux comptes.", "intrusions/privileged-account-compromise"},
		{"tries as root", "", "Someone attempts to log in as root: failed password.", "intrusion-attempts/brute-force"},
		{"a new administrator", "", "Somebody created a new global administrator in our tenant, and it was none of us.", "intrusions/privileged-account-compromise"},
		{"a former colleague reads", "", "Un excompañero sigue entrando en la carpeta y lee los expedientes.", "information-content-security/unauthorised-information-access"},
		{"an access point of the same name", "", "In the hall there is an access point with the same name as ours.", "information-gathering/sniffing"},
		{"a share that the world reads", "", "There is a Windows share that anybody on the internet can read.", "vulnerable/potentially-unwanted-accessible"},
		{"an ending of files, Russian", "Вирус", "Все файлы стали с расширением .crypt и требуют выкуп.", "information-content-security/unauthorised-information-modification"},
		{"a rucksack with a laptop", "", "Mir wurde der Rucksack mit dem Dienstlaptop gestohlen.", "intrusions/burglary"},
		{"a break-in, Dutch", "", "Vannacht is er ingebroken in de serverruimte.", "intrusions/burglary"},
		{"a bomb in a building", "", "Im Gebäude B soll eine Bombe liegen.", "abusive-content/violence"},
		{"a mail bomb is none", "", "A mail bomb fills our inbox.", "availability/dos"},
		{"a copy of a shop", "", "Someone shows a copy of your shop with lower prices.", "fraud/phishing"},
		{"guesses, Spanish", "", "Están probando contraseñas contra nuestro servidor de correo.", "intrusion-attempts/brute-force"},
		{"a false profile, Spanish", "", "Alguien ha creado un perfil falso de nuestra rectora.", "fraud/masquerade"},
		{"it encrypts as I write, Portuguese", "", "O meu computador começou a encriptar ficheiros.", "information-content-security/unauthorised-information-modification"},
		{"files of ours that hold a virus", "Malware", "Il file setup.exe scaricabile dal vostro sito contiene un virus.", "malicious-code/malware-distribution"},
		{"script of one's own, Dutch", "", "Via het zoekveld van uw site kan ik JavaScript uitvoeren.", "vulnerable/vulnerable-system"},
		{"a strange key, Russian", "", "На нашем сервере обнаружен чужой SSH-ключ и неизвестный процесс.", "intrusions/system-compromise"},
		{"a weapon on the campus", "", "A former student writes that he will come to the campus with a weapon.", "abusive-content/violence"},
		{"expired, Portuguese", "", "O certificado do vosso portal expirou há dois dias.", "availability/misconfiguration"},
		{"advises a tool, Dutch", "", "Welke wachtwoordmanager raden jullie aan?", "other/undetermined"},
		{"a checker found something, Portuguese", "", "O antivírus encontrou um ficheiro malicioso no portátil da receção.", "malicious-code/infected-system"},
		{"spam in many connections", "", "192.0.2.52 opens hundreds of SMTP connections a minute to our MX and delivers pill spam.", "abusive-content/spam"},
		{"with my password, Dutch", "", "Iemand heeft met mijn wachtwoord ingelogd op het systeem.", "intrusions/unprivileged-account-compromise"},
		{"in our name, German", "", "Unter dem Namen unserer Firma läuft ein falscher Onlineshop.", "fraud/masquerade"},
		{"no current, Italian", "", "È saltata la corrente nel centro di calcolo.", "availability/outage"},
		{"to a private disk, Polish", "", "Kolega kopiuje dane klientów na prywatny dysk.", "information-content-security/unauthorised-information-access"},
		{"logged in behind a mail", "", "There was a mail from HR about the bonus and I logged in with my password.", "fraud/phishing"},
		{"a loader behind a link", "malware", "hxxp://www.example[.]org/inv.exe is a dropper, please remove it", "malicious-code/malware-distribution"},
		{"files that are gone, French", "", "Ce matin tous les fichiers du dossier ont été effacés.", "information-content-security/data-loss"},
		{"a file that the writer deleted", "", "I deleted the file.", "other/undetermined"},
		{"filmed and asked for coins", "", "Jemand behauptet, er hätte mich über die Kamera gefilmt, und verlangt Bitcoin.", "abusive-content/spam"},
		{"a caller who wants to control the machine", "", "Me ha llamado un señor que quería controlar mi ordenador a distancia.", "information-gathering/social-engineering"},
		{"recursion for all, Russian", "", "Ваш сервер отвечает на рекурсивные запросы и используется для усиления DDoS-атак.", "vulnerable/ddos-amplifier"},
		{"a fake bank in Turkish", "", "Çalışanlarımıza bankayı taklit eden sahte e-postalar geliyor.", "fraud/phishing"},
		{"passwords asked for in Czech", "", "Přišel mi e-mail, který chce moje heslo.", "fraud/phishing"},
		{"passwords tried in Finnish", "", "Osoitteestanne tulee tuhansia kirjautumisyrityksiä SSH-palvelimellemme.", "intrusion-attempts/brute-force"},
		{"ports scanned in Korean", "", "귀사 IP에서 우리 네트워크의 포트를 스캔하고 있습니다.", "information-gathering/scanner"},
		{"an account taken over in Danish", "", "Min kollegas konto er blevet hacket.", "intrusions/unprivileged-account-compromise"},
		{"files locked in Greek", "", "Όλα τα αρχεία μας κρυπτογραφήθηκαν και ζητούν λύτρα.", "information-content-security/unauthorised-information-modification"},
		{"spam in Vietnamese", "", "Máy chủ này gửi thư rác cho khách hàng.", "abusive-content/spam"},
		{"a lost stick in Hungarian", "", "Elvesztettem egy pendrive-ot a betegek adataival.", "information-content-security/data-loss"},
		{"a stolen computer in Swedish", "", "Min tjänstedator blev stulen ur bilen.", "intrusions/burglary"},
		{"an open database in Ukrainian", "", "Ваша MongoDB відкрита для всього інтернету.", "vulnerable/potentially-unwanted-accessible"},
		{"infected in Arabic", "", "الجهاز مصاب بفيروس", "malicious-code/infected-system"},
		{"copied works in Hebrew", "", "הפרת זכויות יוצרים באתר שלכם", "fraud/copyright"},
		{"an exploit that comes from an address", "", "Nous observons des injections SQL depuis 192.0.2.18.", "intrusion-attempts/ids-alert"},
		{"a hole that somebody found", "", "J'ai trouvé une injection SQL dans le formulaire de votre site.", "vulnerable/vulnerable-system"},
		{"the cause of an outage", "", "Onze website is onbereikbaar door verkeer van duizenden adressen.", "availability/ddos"},
		{"damage on purpose", "", "A former admin deleted virtual machines on purpose.", "availability/sabotage"},
		{"a defaced page is changed content", "", "Our home page was replaced by a page of hackers.", "information-content-security/unauthorised-information-modification"},
		{"nobody was hacked", "", "Nobody was hacked, the page only moved.", "other/undetermined"},
		{"an attacker who is only near", "", "An attacker knocked at one of our servers.", "other/undetermined"},
		{"since the attachment", "", "Księgowa otworzyła załącznik i od tego czasu komputer wysyła maile.", "malicious-code/infected-system"},
		{"a card's number typed", "", "I got a text message about a parcel and entered my card number on their page.", "fraud/phishing"},
		{"another IBAN, inflected", "", "Mehrere Rechnungen mit einer anderen IBAN, angeblich von unserem Lieferanten.", "fraud/masquerade"},
		{"a name and photos of the writer's", "", "Auf Instagram gibt es ein Profil mit meinem Namen und meinen Fotos.", "fraud/masquerade"},
		{"somebody in a mailbox", "", "Ktoś loguje się na moją pocztę.", "intrusions/unprivileged-account-compromise"},
		{"a login from another country", "", "Někdo se přihlásil do mé schránky z Ruska.", "intrusions/unprivileged-account-compromise"},
		{"a rule that nobody made", "", "A rule in her mailbox moves all invoices to RSS feeds.", "intrusions/unprivileged-account-compromise"},
		{"thousands of mails", "", "Your server has sent us 4,000 messages since midnight.", "abusive-content/spam"},
		{"documents that all can open", "", "Les sujets d'examen sont sur un partage ouvert à tous.", "information-content-security/data-leak"},
		{"an article in front of an Arabic word", "", "يقوم الخادم بفحص المنافذ", "information-gathering/scanner"},
		{"windows that open by themselves", "", "Auf meinem Rechner öffnen sich ständig Fenster mit Werbung.", "malicious-code/infected-system"},
		{"filmed, and files, and coins", "", "He says he filmed me and has my files and wants bitcoins.", "abusive-content/spam"},
		{"what the writer tried himself", "", "I have tried to log in three times.", "other/undetermined"},
		{"what the writer will do himself", "", "We will scan our own network on Friday.", "other/undetermined"},
		{"what the writer sees", "", "We see login attempts from your network.", "intrusion-attempts/brute-force"},
		{"a rule of mail", "", "A delivery of your messages was delayed.", "other/undetermined"},
		{"tries as administrator", "", "Un de vos serveurs tente de se connecter en RDP avec le compte administrateur.", "intrusion-attempts/brute-force"},
		{"a false bill, split", "", "Muhasebeden biri sahte bir faturaya ödeme yaptı.", "fraud/masquerade"},
		{"a boss who is none", "", "Collega's krijgen appjes van iemand die zich voordoet als de directeur.", "fraud/masquerade"},
		{"a zone that all can have", "", "Your nameserver lets anybody transfer the zone.", "vulnerable/information-disclosure"},
		{"advertisements every day", "", "Ricevo ogni giorno pubblicità dal vostro server.", "abusive-content/spam"},
		{"a copied login, not only a name", "", "贵方服务器上有一个假冒我行的登录页面。", "fraud/phishing"},
		{"negation of the sentence before", "", "It runs without a login. Infected computers connect to it.", "malicious-code/infected-system"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got, why, _ := meaning.Read(r.subject, r.body).Category()
			if got != r.want || why == "" {
				t.Errorf("got %s (%s), want %s", got, why, r.want)
			}
		})
	}
}

// FuzzRead holds that any text gets a category of the taxonomy and a reason, and
// that a phrase counts once.
func FuzzRead(f *testing.F) {
	f.Add("Phishing", "no malware, フィッシング, spam\xff $|")
	f.Fuzz(func(t *testing.T, subject, body string) {
		got, why, weight := meaning.Read(subject, body).Category()
		if got != meaning.Undetermined && !slices.Contains(taxonomy, got) || why == "" || (weight > 0) != (got != meaning.Undetermined) {
			t.Fatalf("got %q, %q, %d", got, why, weight)
		}
		if len(body) < 4000 {
			_, _, once := meaning.Read("", body).Category()
			_, _, twice := meaning.Read("", body+"\n"+body).Category()
			if once > 0 && twice < once {
				t.Fatalf("said twice it weighs less: %d, %d", once, twice)
			}
		}
	})
}

func TestWorstCaseStaysLinear(t *testing.T) {
	for _, pattern := range []string{"phish ", "p ", "不", "no ", "\xff", "c2 c2 "} {
		start := time.Now()
		meaning.Read(strings.Repeat(pattern, 1<<17), strings.Repeat(pattern, 1<<17))
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%q took %v", pattern, took)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	text := strings.Repeat("Hello, we have seen attacks from your network and would like you to look into this matter, please. Failed password for root.\n", 40)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		meaning.Read("attack from your network", text)
	}
}
