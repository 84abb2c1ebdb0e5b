package meaning

// The names of what is no category.
const (
	KindVulnerability = "kind vulnerability"
	KindAdvisory      = "kind advisory"
	KindRequest       = "kind request"
	KindAdvertising   = "kind advertising"

	ImpactSevere    = "impact severe"
	ImpactServer    = "impact server"
	ImpactOngoing   = "impact ongoing"
	ImpactSpreading = "impact spreading"
	ImpactPersonal  = "impact personal"
	ImpactContained = "impact contained"
	ImpactTest      = "impact test system"
	ImpactSeveral   = "impact several passwords"
	ImpactUnharmed  = "impact nobody fell for it"
)

// kinds tell what kind of mail it is.
var kinds = []rule{
	{
		name: KindVulnerability, reason: "Words of somebody who found a vulnerability stand in it.",
		strong: `found a vulnerability|found a security|found an issue in your|found a bug in your|discovered a vulnerability|discovered a security|identified a vulnerability|reporting a vulnerability|report a vulnerability|vulnerability report|vulnerability disclosure|security researcher|responsible disclosure|coordinated disclosure|bug bounty|bounty|hall of fame|security txt|steps to reproduce|proof of concept|ethical hacker
			|habe eine sicherheitslücke|habe eine schwachstelle|sicherheitslücke gefunden|schwachstelle gefunden|sicherheitslücke entdeckt|schwachstelle entdeckt|sicherheitslücke in|schwachstelle in|sicherheitsforscher|j ai découvert une faille|j ai trouvé une faille|faille de sécurité|découvert une vulnérabilité|chercheur en sécurité|divulgation responsable|divulgation coordonnée|he encontrado una vulnerabilidad|encontré una vulnerabilidad|investigador de seguridad|divulgación responsable|ho trovato una vulnerabilità|ho scoperto una vulnerabilità|ricercatore di sicurezza|divulgazione responsabile|encontrei uma vulnerabilidade|pesquisador de segurança|investigador de segurança|divulgação responsável
			|kwetsbaarheid gevonden|beveiligingslek gevonden|beveiligingsonderzoeker|znalazłem podatność|znalazłam podatność|znalazłem lukę|badacz bezpieczeństwa|zgłoszenie podatności|нашел уязвимость|нашёл уязвимость|обнаружил уязвимость|исследователь безопасности|脆弱性を発見|脆弱性の報告|脆弱性報告|发现了一个漏洞|漏洞报告|安全研究员`,
		plain: `security vulnerability|vulnerability in your|vulnerability in our|vulnerability in|sql injection|cross site scripting|xss|sicherheitslücke|schwachstelle|vulnérabilité|vulnerabilidad|vulnerabilità|vulnerabilidade|kwetsbaarheid|podatność|уязвимост|脆弱性|漏洞|reward`,
	}, {
		name: KindAdvisory, reason: "It reads like an advisory.",
		strong: `security advisory|security bulletin|security notice|security alert for|vulnerability advisory|vulnerability summary|advisory id|patch tuesday|security update available|weekly bulletin|threat advisory|cert advisory|affected products|affected versions|sicherheitshinweis|sicherheitswarnung|sicherheitsmitteilung|warnmeldung|kurzinfo|kurzinformation|sicherheitsupdate verfügbar|betroffene produkte|betroffene versionen|avis de sécurité|bulletin de sécurité|bulletin d alerte|alerte de sécurité|produits affectés|versions affectées|systèmes affectés|aviso de seguridad|boletín de seguridad|productos afectados|versiones afectadas|avviso di sicurezza|bollettino di sicurezza|prodotti interessati|aviso de segurança|boletim de segurança|produtos afetados|beveiligingsadvies|beveiligingsbulletin|getroffen producten|biuletyn bezpieczeństwa|ostrzeżenie o zagroż|dotyczy wersji|бюллетень безопасности|уведомление безопасности|уязвимые версии|注意喚起|脆弱性情報|影響を受ける|安全公告|安全通告|影响版本`,
		plain:  `advisory|cvss|mitigation|workaround|vendor has released|vendor released|hersteller hat|fixed versions|solution upgrade`,
	}, {
		name: KindRequest, reason: "Words of a legal or police request stand in it.",
		strong: `court order|subpoena|search warrant|law enforcement request|law enforcement|public prosecutor|prosecutor s office|prosecutor|preservation request|preservation order|data preservation|preserve all records|preserve the records|disclosure order|production order|mutual legal assistance|police request|criminal investigation|criminal police|cybercrime unit|legal request|cease and desist|right of access|subject access request|gdpr request
			|staatsanwaltschaft|auskunftsersuchen|auskunftsverlangen|herausgabe von|kriminalpolizei|landeskriminalamt|bundeskriminalamt|polizeipräsidium|durchsuchungsbeschluss|gerichtsbeschluss|ermittlungsverfahren|strafverfahren|abmahnung|auskunft nach art|beweissicherung
			|réquisition|commission rogatoire|procureur|police judiciaire|gendarmerie|ordonnance du tribunal|mandat de perquisition|demande d accès|mise en demeure|requerimiento judicial|orden judicial|fiscalía|policía nacional|guardia civil|policía judicial|juzgado|procura della repubblica|polizia postale|decreto di|richiesta dell autorità|autorità giudiziaria|carabinieri|tribunale|ordem judicial|mandado|ministério público|polícia federal|polícia judiciária|ofício|gerechtelijk bevel|openbaar ministerie|officier van justitie|vordering|politie eenheid|prokuratur|prokuratura|postanowienie|komenda policji|komenda wojewódzka|nakaz sądowy|żądanie wydania|прокуратур|следственн|постановление суда|запрос полиции|мвд|捜査関係事項照会|令状|警察署|検察庁|警察本部|公安局|检察院|法院|协助调查|调取证据`,
	}, {
		name: KindAdvertising, reason: "It reads like advertising that was sent to us.",
		strong: `seo expert|seo agency|seo company|seo audit|seo proposal|seo package|rank on the first page|rank on google|ranking on google|traffic in 30 days|free quote|just reply yes|guest post|backlink|seo service|seo services|rank your website|first page of google|search engine optimi|web design service|increase your sales|increase your traffic|lead generation|email list|mailing lists for sale|special offer|limited time offer|buy now|best price|wholesale|our factory|we are a manufacturer|we are manufacturer|dear sir or madam we supply|crypto investment|investment opportunity|loan offer|low interest loan|business loan|lottery|you have won|you ve won|you won a |you won the |you won our|claim your prize|claim your fund|claim your winning|winning number|lucky winner|compensation fund|dormant account|consignment box|has been selected to receive|donation to you|unclaimed fund|bank account to claim|email lottery|mail lottery|inheritance|next of kin|beneficiary|million dollars|million usd|casino|viagra|cialis|penis|replica watches|discount code|click here to unsubscribe|sales rep|product catalogue|product catalog
			|sonderangebot|jetzt kaufen|jetzt bestellen|newsletter abbestellen|rabattcode|kredit ohne|gewonnen haben|erbschaft|offre spéciale|achetez maintenant|référencement|vous avez gagné|héritage|oferta especial|compre ahora|posicionamiento web|ha ganado|herencia|offerta speciale|acquista ora|posizionamento sui motori|hai vinto|eredità|compre agora|você ganhou|herança|speciale aanbieding|koop nu|u heeft gewonnen|oferta specjalna|kup teraz|wygrałeś|spadek po|специальное предложение|купить сейчас|вы выиграли|наследство|特別価格|今すぐ購入|当選|特价|中奖|代开发票`,
		plain: `unsubscribe|abbestellen|se désabonner|darse de baja|disiscriviti|cancelar inscrição|uitschrijven|wypisz|отписаться|配信停止|退订|free trial|demo call|schedule a call|quick call|webinar|offer|discount`,
	},
}

// impacts tell how bad it is.
var impacts = []rule{
	{
		name: ImpactSevere, reason: "Words speak of encrypted systems, a compromised server, an administrator's account or a password of the writer's that others have.",
		strong: `ransomware|files are encrypted|encrypted all|encrypted our|dateien verschlüsselt|dateien sind verschlüsselt|fichiers chiffrés|archivos cifrados|file cifrati|arquivos criptografados|bestanden versleuteld|zaszyfrowan|зашифрован|暗号化され|被加密|lösegeld|rançongiciel|domain controller|domänencontroller|contrôleur de domaine|controlador de dominio|active directory was|webshell|web shell|rootkit|backdoor|hintertür|porte dérobée|puerta trasera
			|server was hacked|server has been hacked|server gehackt|server wurde gehackt|serveur piraté|servidor hackeado|compromised server|server was compromised|server has been compromised|server is compromised|kompromittierter server|server kompromittiert|serveur compromis|servidor comprometido|server compromesso|przejęty serwer|сервер взломан|服务器被入侵|root access|root compromise|admin account|administrator account|administratorkonto|compte administrateur|cuenta de administrador|account amministratore|konto administratora|domain admin
			|typed my password|entered my password|gave my password|passwort eingegeben|kennwort eingegeben|mein passwort eingetippt|saisi mon mot de passe|donné mon mot de passe|entré mon mot de passe|introducido mi contraseña|puse mi contraseña|di mi contraseña|inserito la mia password|digitei minha senha|digitei a minha senha|inseri a minha palavra passe|mijn wachtwoord ingevuld|mijn wachtwoord ingevoerd|podałem hasło|podałam hasło|wpisałem hasło|wpisałam hasło|ввел свой пароль|ввела свой пароль|ввёл свой пароль|パスワードを入力し|输入了密码|输入了我的密码
			|nobody can work|no one can work|niemand kann arbeiten|keiner kann arbeiten|personne ne peut travailler|nadie puede trabajar|nessuno può lavorare|ninguém consegue trabalhar|niemand kan werken|nikt nie może pracować|никто не может работать|whole department|ganze abteilung|production is down|mail server is down|backups are gone|backup was deleted`,
	}, {
		name: ImpactServer, reason: "A server is compromised.",
		plain: `server|serveur|servidor|serwer|сервер|サーバ|服务器|vps$|mainframe|nas$`,
	}, {
		name: ImpactSeveral, reason: "Several people typed their passwords.",
		strong: `several passwords|passwords were typed|several colleagues entered|several colleagues typed|several users entered|several of us entered|several people entered|many users entered|two of us typed|two colleagues entered|mehrere kollegen haben ihr|mehrere haben ihr passwort|mehrere mitarbeiter haben|mehrere passwörter|plusieurs collègues ont saisi|plusieurs personnes ont saisi|varios compañeros han introducido|varias personas introdujeron|diversi colleghi hanno inserito|vários colegas|meerdere collega s|kilka osób podało|несколько сотрудников ввели`,
	}, {
		name: ImpactUnharmed, reason: "Nobody fell for it.",
		strong: `did not click|didn t click|have not clicked|haven t clicked|has not clicked|nobody clicked|no one clicked|did not open|didn t open|have not opened|haven t opened|nobody opened|no one opened|did not enter|didn t enter|entered nothing|did not type|did not reply|nicht angeklickt|nichts angeklickt|nicht geklickt|nicht darauf geklickt|nicht auf den link|nicht geöffnet|nichts geöffnet|nichts eingegeben|nicht geantwortet
			|pas cliqué|rien cliqué|pas ouvert|rien ouvert|rien saisi|pas saisi|pas répondu|no he hecho clic|no hice clic|no pinché|no he pinchado|no lo abrí|no he abierto|nadie ha abierto|no introduje|no he introducido|no contesté|non ho cliccato|non ho aperto|nessuno ha aperto|non ho inserito|non ho risposto|não cliquei|não abri|não inseri|não respondi|niet geklikt|niet geopend|niets ingevuld|nie kliknął|nie kliknęł|nie otwiera|nie otworzył|nic nie wpis|nic nie poda|не нажимал|не переходил|не открывал|не вводил|никто не открывал|クリックしてい|クリックはしてい|開いていません|開いておりません|没有点击|没点|沒有點|没有打开|没打开
			|inte klickat|inte öppnat|har inte klickat|ikke klikket|ikke trykket|ikke åbnet|ikke åpnet|en klikannut|en ole klikannut|en avannut|en ole avannut|kukaan ei ole avannut|neklik|neotev|nevypln|nezadal|neotvor|nem kattint|nem nyitott|nu am dat click|nu am accesat|nu am deschis|δεν πάτησα|δεν έκανα κλικ|δεν άνοιξα|tıklamadım|açmadım|girmedim|не натиск|не відкри|не ввод|не съм кликн|не съм отварял|nisam kliknu|nisam otvo|클릭하지 않|열지 않|누르지 않|لم أضغط|لم أفتح|لم أنقر|לא לחצתי|לא פתחתי|không bấm|không nhấp|chưa bấm|không mở|tidak mengklik|tidak klik|belum klik|tidak membuka`,
	}, {
		name: ImpactOngoing, reason: "It is still going on.",
		strong: `still going on|still ongoing|is ongoing|are ongoing|still active|still running|still happening|still attacking|still continues|continues as|keeps coming|as i write|right now|dauert an|hält an|noch aktiv|immer noch|läuft noch|en ce moment|toujours en cours|toujours actif|en cours actuellement|sigue activo|sigue ocurriendo|en este momento|continúa|ancora in corso|ancora attivo|in questo momento|ainda ativo|ainda está|continua a acontecer|nog steeds|gaat nog door|nadal trwa|wciąż trwa|ciągle trwa|до сих пор|продолжается|続いています|継続中|仍在继续|正在进行`,
	}, {
		name: ImpactSpreading, reason: "It is spreading.",
		strong: `is spreading|spreads to|spreading through|spread to other|more and more machines|breitet sich aus|verbreitet sich im|weitere rechner|se propage|se répand|se está propagando|se propaga|si sta diffondendo|si diffonde|está a espalhar|está se espalhando|verspreidt zich|rozprzestrzenia|распространяется|広がって|正在扩散|正在蔓延`,
	}, {
		name: ImpactPersonal, reason: "Personal data is affected.",
		strong: `personal data|patient data|patient record|medical record|health data|payroll data|social security number|passport copies|credit card number|personenbezogene daten|patientendaten|gesundheitsdaten|gehaltsabrechnung|données personnelles|données de santé|dossier médical|datos personales|historial médico|datos de salud|dati personali|dati sanitari|cartella clinica|dados pessoais|dados de saúde|persoonsgegevens|medische gegevens|dane osobowe|danych osobowych|dane medyczne|персональные данные|персональных данных|個人情報|患者|个人信息|个人数据`,
	}, {
		name: ImpactContained, reason: "It is contained already.",
		strong: `already contained|is contained|was contained|has been contained|isolated the|is isolated|was isolated|disconnected from the network|unplugged|taken off the network|taken offline|switched it off|switched off the|already cleaned|already fixed|has been resolved|vom netz genommen|vom netz getrennt|isoliert|ausgeschaltet|bereits behoben|bereits bereinigt|déconnecté du réseau|isolé|débranché|déjà corrigé|desconectado de la red|aislado|apagado el|ya resuelto|scollegato dalla rete|isolato|già risolto|desligado da rede|isolado|já resolvido|van het netwerk gehaald|losgekoppeld|geïsoleerd|al opgelost|odłączon|odizolowan|już usunięt|отключен от сети|изолирован|отключили от сети|ネットワークから切断|隔離|已隔离|已断网`,
	}, {
		name: ImpactTest, reason: "Only a test system is affected.",
		strong: `test system|test server|test machine|test environment|staging server|staging system|lab machine|lab system|testsystem|testserver|testrechner|testumgebung|système de test|serveur de test|environnement de test|sistema de pruebas|servidor de pruebas|sistema di test|server di test|ambiente di test|sistema de teste|servidor de teste|testomgeving|system testowy|serwer testowy|środowisko testowe|тестовый сервер|тестовая система|テスト環境|テストサーバ|测试系统|测试服务器|测试环境`,
	},
}
