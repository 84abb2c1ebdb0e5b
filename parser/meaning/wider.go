package meaning

// The tables of the classes know eleven languages. These know the words of the
// field in more: Swedish, Danish, Norwegian, Finnish, Czech, Slovak, Hungarian,
// Romanian, Greek, Turkish, Ukrainian, Bulgarian, Croatian with its neighbours,
// Slovene, Korean, Arabic, Hebrew, Vietnamese and Indonesian. They stand apart so
// that the others stay readable; a phrase says the same as one of the rule of its name.
var wider = []rule{
	{
		name: "fraud/phishing",
		strong: `nätfiske|bluffmejl|bluffmail|bluffsida|falsk inloggning|falska mejl|svindelmail|svindelmejl|falsk loginside|falsk innloggingsside|phishingmail|tietojenkalastelu|kalasteluviest|huijausviest|huijaussivu|huijaussähköposti
			|podvodný e mail|podvodné e maily|podvodnou stránk|podvodná stránk|podvodnú stránk|falešná stránk|falešnou stránk|falešné stránk|falošná stránk|falošnú stránk|rhybařen|adathalász|hamis bejelentkez|hamis weboldal|hamis honlap|mesaj fraudulos|e mail fraudulos|pagină falsă|ηλεκτρονικό ψάρεμα|ηλεκτρονικού ψαρέματος|παραπλανητικό email|παραπλανητικό μήνυμα
			|oltalama|kimlik avı|sahte giriş|sahte banka|sahte e posta|sahte site|sahte web|фішинг|фишинг|lažna stranica|lažnu stranicu|lažna prijav|lažno spletno|krađa identiteta|피싱|스미싱|파밍|가짜 사이트|가짜 로그인|تصيد|التصيد|صفحة مزيفة|صفحة مزورة|رسالة احتيالية|رسائل احتيالية|פישינג|דיוג|מתחזה לבנק|email lừa đảo|thư lừa đảo|tin nhắn lừa đảo|trang giả mạo|trang web giả|giả mạo ngân hàng|pengelabuan|email palsu|situs palsu|halaman palsu|laman palsu`,
	}, {
		name:   "fraud/masquerade",
		strong: `vd bedrägeri|direktørsvindel|direktørbedrageri|falsk profil|falsk faktura|falska fakturor|falske fakturaer|falske regninger|tekaistu lasku|valeprofiili|tekaistuja laskuja|falešný profil|falešná faktura|falešné faktury|falošný profil|falošná faktúra|hamis profil|hamis számla|hamis számlát|profil fals|factură falsă|facturi false|ψεύτικο προφίλ|πλαστό τιμολόγιο|πλαστά τιμολόγια|sahte profil|sahte fatura|sahte hesap|фальшивий профіль|фейковий профіль|фейковий акаунт|фальшиві рахунки|фалшив профил|фалшиви фактури|lažni profil|lažne račune|lažni račun|가짜 계정|사칭 계정|حساب مزيف|حساب مزور|فاتورة مزورة|פרופיל מזויף|חשבונית מזויפת|tài khoản giả|mạo danh|hóa đơn giả|akun palsu|faktur palsu|tagihan palsu`,
	}, {
		name:   "fraud/copyright",
		strong: `upphovsrätt|ophavsret|opphavsrett|piratkopi|tekijänoikeu|piraattikopio|autorské práv|autorských práv|autorská práv|autorským práv|szerzői jog|kalózmásolat|drepturi de autor|dreptul de autor|drepturilor de autor|πνευματικών δικαιωμάτων|πνευματικά δικαιώματα|πειρατικ|telif hak|korsan|авторськ|авторски права|авторско право|авторските права|autorska prava|autorskih prava|autorsko pravo|avtorske pravice|avtorskih pravic|저작권|불법 복제|حقوق النشر|حقوق الطبع|حقوق المؤلف|حقوق الملكية|זכויות יוצרים|bản quyền|hak cipta|bajakan`,
	}, {
		name:   "fraud/unauthorised-use-of-resources",
		strong: `kryptobryt|kryptograv|kryptominer|kryptoutvinn|kryptolouh|bitcoinlouh|těžba kryptoměn|těží kryptoměn|těžbu kryptoměn|ťaží kryptomen|ťažba kryptomien|kriptobány|bányászik|bányásznak|εξόρυξη κρυπτο|kripto madenci|kripto para madenci|майнінг|майнер|копае крипто|kopanje kriptovalut|rudarenje|rudarenja|채굴|تعدين|כריית|מכרה מטבעות|đào tiền ảo|đào coin|penambangan kripto|menambang kripto`,
	}, {
		name:   "malicious-code/infected-system",
		strong: `botnät|bottiverk|smittad|smittet|inficerad|inficeret|infisert|infekterad|saastun|saastutt|nakažen|infikován|infikovan|zavirovan|zavíren|megfertőz|fertőzött|vírusos|infectat|infectată|virusat|μολυσμέν|μολύνθηκ|virüs bulaş|virüslü|zararlı yazılım bulaş|заражен|інфікован|заразен|zaražen|okužen|악성코드에 감염|감염되|감염된|봇넷|مصاب بفيروس|مصابة|שנגוע|נגוע|נדבק|nhiễm mã độc|nhiễm virus|nhiễm vi rút|bị nhiễm|terinfeksi|kena virus|dijangkiti`,
		plain:  `skadlig kod|skadeprogram|skadevare|ondsindet|trojansk|haittaohjelm|viruksen|virus$|škodliv|vírus|kártevő|kártékony|troian|malițios|κακόβουλ|δούρειος|virüs|zararlı yazılım|truva|вірус|шкідливе|шкідлив|троян|зловреден|zlonamjern|zlonamern|악성코드|악성 코드|바이러스|트로이|فيروس|فايروس|برمجية خبيثة|برمجيات خبيثة|حصان طروادة|וירוס|נוזקה|רוגלה|סוס טרויאני|mã độc|vi rút|phần mềm độc hại|perangkat lunak jahat|perisian hasad`,
	}, {
		name:   "malicious-code/c2-server",
		strong: `kommandoserver|kontrollserver|kontrolserver|komentopalvelin|řídicí server|řídící server|riadiaci server|vezérlőszerver|vezérlő szerver|server de comandă|διακομιστής ελέγχου|διακομιστής εντολών|komuta kontrol|komuta ve kontrol|командний сервер|сервер керування|сървър за управление|командно контролен|명령 제어|명령제어|خادم تحكم|خادم التحكم|خادم القيادة|שרת שליטה|שרת פיקוד|máy chủ điều khiển|server kendali|server pengendali`,
	}, {
		name:   "information-gathering/scanner",
		strong: `portskann|portskanning|portscanning|skannar|skannade|skanner vår|skanner vores|skannet|porttiskann|skannaa|skannasi|skannausta|skenování|skenuje|skenoval|oskenoval|skenira|skeniranje|portszkenn|szkennel|pásztáz|letapogat|scanează|scanarea|scanare de porturi|σάρωση|σαρώσεις|σαρώνει|port tarama|port taraması|portlarımızı tar|tarama yap|сканує|сканування|сканував|сканира|сканиране|포트 스캔|포트스캔|스캔|스캐닝|فحص المنافذ|مسح المنافذ|יסרוק|סורק|סורקת|סריקת פורטים|סריקת יציאות|quét cổng|dò quét|quét mạng|memindai|pemindaian|mengimbas port`,
	}, {
		name:   "information-gathering/social-engineering",
		strong: `social manipulation|social manipulering|käyttäjän manipulointi|sociální inženýrství|sociálne inžinierstvo|pszichológiai manipuláció|inginerie socială|κοινωνική μηχανική|sosyal mühendislik|соціальна інженерія|соціальної інженерії|социално инженерство|socijalni inženjering|사회공학|보이스피싱|هندسة اجتماعية|הנדסה חברתית|kỹ thuật xã hội|rekayasa sosial`,
	}, {
		name:   "intrusion-attempts/brute-force",
		strong: `lösenordsgissning|gissa lösenord|inloggningsförsök|loginforsøg|gætte adgangskode|gætte password|innloggingsforsøk|påloggingsforsøk|gjette passord|kirjautumisyrity|arvata salasan|arvaa salasan|pokusy o přihlášení|pokusů o přihlášení|hádání hesel|hádat hesla|hádá hesla|pokusy o prihlásenie|pokusov o prihlásenie|hádanie hesiel|bejelentkezési kísérlet|belépési kísérlet|jelszópróbál|jelszavakat próbál|încercări de autentificare|încercări de conectare|încercări de logare|προσπάθειες σύνδεσης|απόπειρες σύνδεσης|giriş denemesi|giriş denemeleri|oturum açma denem|kaba kuvvet|parola deneme|şifre deneme|спроби входу|спроб входу|підбір парол|підбирає парол|підбирають парол|опити за вход|отгатва|pokušaji prijave|pokušaja prijave|poskusi prijave|무차별 대입|무작위 대입|로그인 시도|비밀번호 대입|브루트포스|브루트 포스|محاولات تسجيل الدخول|محاولات تسجيل دخول|محاولات دخول|القوة الغاشمة|تخمين كلمات|ניסיונות התחברות|נסיונות התחברות|ניחוש סיסמ|מנחש סיסמ|dò mật khẩu|đoán mật khẩu|thử mật khẩu|vét cạn|percobaan login|percobaan masuk|menebak kata sandi|menebak password|cuba log masuk`,
	}, {
		name:   "intrusion-attempts/ids-alert",
		strong: `intrångsförsök|indbrudsforsøg|innbruddsforsøk|murtoyrity|tunkeutumisyrity|pokus o průnik|pokusy o průnik|pokus o prienik|behatolási kísérlet|tentativă de intruziune|tentative de intruziune|απόπειρα εισβολής|απόπειρες εισβολής|saldırı girişimi|sızma girişimi|спроба зламу|спроби зламу|опит за проникване|опити за проникване|pokušaj upada|침입 시도|해킹 시도|공격 시도|محاولة اختراق|محاولات اختراق|ניסיון פריצה|ניסיונות פריצה|cố gắng khai thác|percobaan peretasan|upaya peretasan`,
	}, {
		name:   "intrusions/unprivileged-account-compromise",
		strong: `kontokapning|kontot kapat|kontot hackat|kontot är hackat|kontoen er hacket|kontoen blev hacket|kontoen ble hacket|tili on kaapattu|tili on hakkeroitu|tilini kaapattiin|tili kaapattu|napadený účet|účet byl napaden|účet bol napadnut|fiókot feltört|fiókomat feltört|feltörték a fiók|feltörték az e mail|contul a fost compromis|contul a fost spart|spart contul|παραβιάστηκε ο λογαριασμός|χάκαραν|hesabım çalındı|hesabım ele geçir|hesap ele geçir|зламали пошту|зламали акаунт|зламали мій|зламали обліков|хакнаха|хакнали|provaljen račun|hakiran račun|계정 탈취|계정이 해킹|계정을 해킹|계정 도용|계정이 도용|اختراق حساب|اختراق الحساب|تم اختراق بريد|اخترق حساب|פרצו לי לחשבון|פרצו לחשבון|החשבון נפרץ|נפרץ החשבון|tài khoản bị hack|hack tài khoản|chiếm tài khoản|chiếm đoạt tài khoản|akun diretas|akun dibajak|akun saya diretas|akun saya dibajak|akun dicuri`,
	}, {
		name:  "intrusions/privileged-account-compromise",
		plain: `administratörskonto|administratorkonto|administratorkontoen|järjestelmänvalvojan tili|ylläpitäjän tili|admin tili|účet správce|správcovský účet|účtu správce|účet administrátora|rendszergazdai fiók|rendszergazda fiók|contul de administrator|cont de administrator|λογαριασμός διαχειριστή|λογαριασμό διαχειριστή|yönetici hesab|обліковий запис адміністратора|акаунт адміністратора|администраторски акаунт|administratorski račun|admin račun|skrbniški račun|관리자 계정|حساب المدير|حساب المسؤول|חשבון מנהל|tài khoản quản trị|akun administrator|akun admin`,
	}, {
		name:   "intrusions/application-compromise",
		strong: `hackad webbplats|hackad hemsida|hjemmesiden er hacket|hjemmesiden blev hacket|nettsiden er hacket|nettsiden ble hacket|verkkosivut on hakkeroitu|sivusto on murrettu|napadený web|napadnutý web|feltört weboldal|feltörték a weboldal|feltörték a honlap|site ul a fost spart|site compromis|παραβίαση ιστοσελίδας|hacklenmiş site|sitemiz hacklendi|зламали сайт|зламаний сайт|сайт зламали|хакнат сайт|hakirana stranica|홈페이지 해킹|홈페이지가 해킹|웹사이트가 해킹|웹셸|웹쉘|اختراق موقع|اختراق الموقع|האתר נפרץ|פרצו לאתר|website bị hack|trang web bị hack|situs diretas|situs kami diretas|website diretas`,
	}, {
		name:   "intrusions/system-compromise",
		strong: `intrång i|gjort intrång|indbrud på serveren|innbrudd på serveren|tietomurto|murtauduttu|murtautunut|průnik do|napadený server|kompromitovan|prienik do|feltörték a szerver|behatoltak|server compromis|serverul a fost spart|serverul a fost compromis|εισβολή στο|παραβίαση του διακομιστή|παραβιάστηκε ο διακομιστής|sunucuya sız|sunucu ele geçir|sunucumuz hack|зламали сервер|сервер зламали|сервер зламано|скомпрометован|проникнаха в|хакнат сървър|компрометиран|provaljeno u|upad u|vdrli v|서버가 해킹|서버 해킹|서버에 침입|침해사고|침해 사고|اختراق الخادم|اختراق خادم|اختراق السيرفر|باب خلفي|פרצו לשרת|השרת נפרץ|máy chủ bị xâm nhập|máy chủ bị hack|server diretas|peladen diretas|pintu belakang|bakdörr|bagdør|bakdør|takaovi|zadní vrátka|zadné vrátka|hátsó ajtó|hátsó kapu|arka kapı|бекдор|백도어|דלת אחורית`,
		plain:  `hackat|hackad|hacket|hakkeroitu|hacknut|feltörték|hacklen|зламали|зламано|хакна|해킹|اختراق|נפרץ|bị hack|diretas`,
	}, {
		name:   "intrusions/burglary",
		strong: `inbrott|indbrud i kontor|innbrudd i kontor|murtovarkaus|murtauduttiin toimisto|vloupán|vlámán|betörtek|betörés|διάρρηξη|διέρρηξαν|ofise hırsız|hırsızlık|крадіжка зі зламом|влізли в офіс|взлом в офис|provala u|vlom v|도난당|도난 당|절도|سطو|سرقة حاسوب|سرقة جهاز|سرقة لابتوب|פריצה למשרד|đột nhập văn phòng|trộm máy|pembobolan kantor|kecurian`,
	}, {
		name:   "information-content-security/unauthorised-information-modification",
		strong: `utpressningsvirus|utpressningsprogram|gisslanprogram|lösensumma|løsesum|løsepeng|løsepenge|kiristysohjelm|kiristyshaittaohjelm|lunnaat|lunnaita|výkupné|výkupného|vyděračsk|vydieračsk|zašifrovan|zašifroval|váltságdíj|zsarolóvírus|zsaroló program|zsaroló vírus|răscumpărare|fișierele au fost criptate|fișiere criptate|λύτρα|κρυπτογραφήθηκαν|κρυπτογραφημένα αρχεία|fidye|dosyalarımız şifre|dosyalar şifre|викуп|зашифрован|зашифрували|откуп за|криптираха|šifrirane datoteke|otkupnin|odkupnin|랜섬웨어|파일이 암호화|파일들이 암호화|몸값|فدية|تشفير ملفات|تشفير جميع|تشفير كل|כופר|כופרה|הוצפנו|tống tiền|bị mã hóa|đã mã hóa|tiền chuộc|tebusan|terenkripsi|dienkripsi`,
	}, {
		name: "information-content-security/data-leak",
		strong: `dataläck|datalæk|datalekkasj|har läckt|er lækket|har lekket|tietovuoto|on vuotanut|vuotaneet|únik dat|únik údajů|únik osobních|uniklá data|unikla data|únik údajov|únik osobných|adatszivárgás|kiszivárg|scurgere de date|scurgeri de date|date personale expuse|διαρροή δεδομένων|διέρρευσαν|veri sızıntı|veri ihlali|verileri sızdır|витік даних|витік персональних|витекли|изтичане на данни|изтекли данни|curenje podataka|procurili|uhajanje podatkov|정보 유출|정보가 유출|유출되|유출된|تسريب بيانات|تسرب بيانات|تسربت|تسريب البيانات|דליפת מידע|דלף מידע|דלפו|rò rỉ|lộ dữ liệu|lộ thông tin|kebocoran data|data bocor
			|fel mottagare|forkert modtager|forkerte modtager|feil mottaker|väärälle vastaanottaja|väärään osoitteeseen|väärälle henkilölle|nesprávnému příjemci|špatnému příjemci|nesprávnemu príjemcovi|rossz címzett|téves címzett|rossz címre|destinatar greșit|λάθος παραλήπτη|λάθος διεύθυνση|yanlış kişiye|yanlış alıcı|yanlış adrese|не тому адресат|не на ту адресу|грешен получател|грешния получател|krivom primatelju|pogrešnom primaocu|napačnemu prejemniku|잘못된 수신자|엉뚱한 사람|الشخص الخطأ|عنوان خاطئ|לנמען הלא נכון|לנמען שגוי|gửi nhầm|nhầm người|salah kirim|salah alamat`,
	}, {
		name:   "information-content-security/data-loss",
		strong: `dataförlust|datatab|datatap|tietojen katoaminen|ztráta dat|strata dát|strata údajov|adatvesztés|pierdere de date|pierderea datelor|απώλεια δεδομένων|veri kaybı|втрата даних|втратили дані|загуба на данни|gubitak podataka|izguba podatkov|데이터 손실|데이터 유실|فقدان البيانات|فقدان بيانات|אובדן מידע|אובדן נתונים|mất dữ liệu|kehilangan data`,
	}, {
		name:   "information-content-security/unauthorised-information-access",
		strong: `obehörig åtkomst|obehörigt|snokat|uautoriseret adgang|uautorisert tilgang|luvaton pääsy|luvatta katsel|neoprávněný přístup|neoprávnený prístup|jogosulatlan hozzáfér|illetéktelen hozzáfér|acces neautorizat|μη εξουσιοδοτημένη πρόσβαση|yetkisiz eriş|несанкціонований доступ|неоторизиран достъп|неразрешен достъп|neovlašten pristup|neovlašteni pristup|nepooblaščen dostop|무단 접근|무단 열람|무단으로 열람|وصول غير مصرح|دخول غير مصرح|اطلاع غير مصرح|גישה לא מורשית|גישה בלתי מורשית|truy cập trái phép|akses tidak sah|akses ilegal`,
	}, {
		name:   "availability/ddos",
		strong: `útok typu ddos|elosztott túlterhel|dağıtık hizmet|розподілена атака|разпределена атака|디도스|분산 서비스 거부|هجوم موزع|tấn công ddos`,
	}, {
		name:   "availability/dos",
		strong: `överbelastningsattack|overbelastningsangreb|tjenestenektangrep|palvelunestohyökkäy|odepření služby|odmietnutie služby|túlterheléses támad|szolgáltatásmegtagad|refuzare a serviciului|refuzul serviciului|blocarea serviciului|άρνησης υπηρεσίας|άρνηση υπηρεσίας|hizmet reddi|hizmet engelleme|відмова в обслуговуванні|відмову в обслуговуванні|отказ от услуга|uskraćivanje usluge|서비스 거부|حجب الخدمة|رفض الخدمة|מניעת שירות|từ chối dịch vụ|penolakan layanan|penafian perkhidmatan`,
	}, {
		name:   "availability/outage",
		strong: `strömavbrott|strömmen gick|driftstopp|driftstörning|strømafbrydelse|strømsvigt|strømbrudd|strømmen gik|strømmen gikk|nedbrud|sähkökatko|käyttökatko|palvelinsali|výpadek proudu|výpadek elektřin|výpadek sítě|výpadok prúdu|výpadok elektrin|výpadok siet|áramszünet|áramkimaradás|áramkimarad|szolgáltatáskiesés|pană de curent|întrerupere de curent|căzut curentul|διακοπή ρεύματος|διακοπή ρευματος|elektrik kesinti|elektrikler kesil|відключення електро|немає світла|зникло світло|спиране на тока|няма ток|nestanak struje|nestalo struje|izpad elektri|정전|단전|انقطاع التيار|انقطاع الكهرباء|انقطعت الكهرباء|הפסקת חשמל|mất điện|cúp điện|pemadaman listrik|listrik padam|mati listrik`,
	}, {
		name:   "availability/misconfiguration",
		strong: `felkonfigur|fejlkonfigur|feilkonfigur|virheellinen asetus|virheellisesti määri|chybná konfigurace|chybně nakonfig|špatně nastaven|chybná konfigurácia|zle nastaven|hibás beállítás|rosszul van beállítva|configurare greșită|configurat greșit|λανθασμένη ρύθμιση|λάθος ρύθμιση|yanlış yapılandır|hatalı yapılandır|неправильно налаштован|невірно налаштован|грешна конфигурация|pogrešno konfigur|설정 오류|잘못 설정|خطأ في الإعدادات|تصورة خاطئة|תצורה שגויה|הגדרה שגויה|cấu hình sai|salah konfigurasi`,
	}, {
		name:   "vulnerable/vulnerable-system",
		strong: `sårbarhet|sårbarhed|säkerhetshål|säkerhetsbrist|sikkerhedshul|sikkerhetshull|haavoittuvu|tietoturva aukko|tietoturvaaukko|zranitelnost|zraniteľnos|bezpečnostní chyb|bezpečnostnú chyb|bezpečnostná chyb|bezpečnostní díra|sebezhetőség|sérülékenység|biztonsági rés|biztonsági hib|vulnerabilitate|vulnerabilități|breșă de securitate|ευπάθεια|ευπαθει|κενό ασφαλείας|güvenlik açığı|güvenlik zafiyet|zafiyet|вразливіст|вразливост|уязвимост|ranjivost|sigurnosni propust|varnostna luknja|ranljivost|취약점|보안 허점|ثغرة|ثغرات|פרצת אבטחה|חולשת אבטחה|פגיעות|lỗ hổng|kerentanan|celah keamanan`,
	}, {
		name:   "vulnerable/ddos-amplifier",
		strong: `öppen resolver|öppen dns|åben resolver|åben dns|åpen resolver|åpen dns|avoin resolveri|avoin nimipalvelin|otevřený resolver|otevřený dns|otvorený resolver|nyílt resolver|nyitott dns|resolver deschis|dns deschis|ανοιχτός resolver|açık çözümleyici|açık dns|відкритий резолвер|відкритий dns|отворен резолвер|otvoreni resolver|오픈 리졸버|오픈리졸버|محلل أسماء مفتوح|phân giải mở|resolver terbuka`,
	}, {
		name:   "vulnerable/weak-crypto",
		strong: `svag krypter|svaga krypter|svag kryptering|svake chiffer|heikko salau|heikkoa salau|heikot salau|slabé šifrování|slabé šifry|slabú šifr|slabé šifrovanie|gyenge titkosít|criptare slabă|αδύναμη κρυπτο|zayıf şifreleme|слабке шифрування|слабке шифруван|слабо криптиране|slaba enkripcija|slabo šifriranje|약한 암호화|취약한 암호|تشفير ضعيف|הצפנה חלשה|mã hóa yếu|enkripsi lemah`,
	}, {
		name:   "abusive-content/spam",
		strong: `skräppost|skickar spam|sender spam|spamutskick|spamutsendelse|roskaposti|roskapostia|rozesílá spam|rozesílání spamu|posiela spam|nevyžádan|nevyžiadan|kéretlen|spamet küld|spamet kap|trimite spam|mesaje nesolicitate|e mailuri nesolicitate|ανεπιθύμητη αλληλογραφία|ανεπιθύμητα μηνύματα|ανεπιθύμητα email|spam gönder|istenmeyen e posta|istenmeyen posta|розсилає спам|розсилка спаму|небажана пошта|разпраща спам|нежелана поща|šalje spam|neželjena pošta|neželjen|neželen|neželjenu poštu|neželjene poruke|neželena pošta|스팸|البريد المزعج|بريد مزعج|رسائل مزعجة|رسائل غير مرغوب|בריד זבל|דואר זבל|דואר ספאם|ספאם|thư rác|gửi spam|mengirim spam|kirim spam|surel sampah`,
	}, {
		name:   "abusive-content/harmful-speech",
		strong: `näthat|kränkande|trakasser|förolämp|nätmobb|chikane|mobning|krænkende|hadefuld|hadtale|hatprat|hatefull|mobbing|sjikane|nettmobb|vihapuhe|kiusaa|kiusaamis|solvaa|loukkaav|häiritsee minua|urážk|uráží|urážliv|šikan|obtěžuj|nenávistn|uráža|obťaž|zaklat|gyűlöletbeszéd|sértő|sérteget|becsmérel|insult|jignir|hărțuir|hărțui|discurs de ură|εκφοβισμ|παρενόχλ|προσβάλλ|προσβλητικ|υβριστικ|ρητορική μίσους|hakaret|taciz|nefret söylemi|zorbalık|ображає|образлив|цькуван|мова ненависті|переслідує|обижда ме|тормоз|език на омразата|uvrijed|uvred|uznemirav|govor mržnje|žaljiv|sovražni govor|nadleg|욕설|모욕|괴롭|혐오|명예훼손|إهانة|يهينني|تنمر|تحرش|خطاب كراهية|מטריד|הטרדה|בריונות|שיימינג|xúc phạm|lăng mạ|quấy rối|bôi nhọ|menghina|penghinaan|pelecehan|perundungan|ujaran kebencian`,
	}, {
		name:   "abusive-content/violence",
		strong: `barnporr|barnpornografi|børneporno|barneporno|lapsiporno|bombhot|bombetrussel|pommiuhka|dětská pornografie|dětskou pornografii|detská pornografia|detskú pornografiu|gyermekpornográf|bombariadó|bombafenyeget|pornografie infantilă|amenințare cu bombă|παιδική πορνογραφία|παιδικής πορνογραφίας|çocuk pornosu|çocuk istismarı|bomba ihbarı|дитяча порнографія|дитячу порнографію|замінування|детска порнография|dječja pornografija|dječju pornografiju|dečja pornografija|otroška pornografija|아동 음란물|아동 성착취|폭탄 협박|폭발물|استغلال الأطفال|إباحية الأطفال|قنبلة|פדופיליה|פורנוגרפיית ילדים|khiêu dâm trẻ em|dọa đánh bom|pornografi anak|ancaman bom`,
	}, {
		name:   "test/test",
		strong: `detta är en övning|dette er en øvelse|dette er en test|detta är ett test|tämä on harjoitus|tämä on testi|toto je cvičení|toto je test|toto je cvičenie|ez egy gyakorlat|ez csak teszt|ez egy teszt|acesta este un exercițiu|acesta este un test|αυτό είναι δοκιμή|αυτή είναι άσκηση|bu bir tatbikattır|bu bir testtir|це навчання|це тест|це лише тест|това е учение|това е тест|ovo je vježba|ovo je test|to je vaja|훈련 메일|훈련용|테스트 메일입니다|هذا اختبار|هذا تمرين|זה תרגיל|זו בדיקה בלבד|đây là diễn tập|đây là email thử|ini latihan|ini hanya tes|ini adalah tes`,
	}, {
		name:   KindVulnerability,
		strong: `säkerhetsforskare|sikkerhedsforsker|sikkerhetsforsker|tietoturvatutkija|bezpečnostní výzkumník|bezpečnostný výskumník|biztonsági kutató|cercetător în securitate|ερευνητής ασφάλειας|güvenlik araştırmacısı|дослідник безпеки|изследовател по сигурността|보안 연구|취약점을 발견|취약점 제보|취약점 신고|باحث أمني|חוקר אבטחה|nhà nghiên cứu bảo mật|peneliti keamanan|ansvarsfull rapportering|odpovědné zveřejnění|responsible disclosure`,
		plain:  `sårbarhet|sårbarhed|säkerhetshål|sikkerhedshul|sikkerhetshull|haavoittuvuu|zranitelnost|zraniteľnos|sebezhetőség|sérülékenység|biztonsági rés|vulnerabilitate|ευπάθεια|κενό ασφαλείας|güvenlik açığı|zafiyet|вразливіст|уязвимост|ranjivost|ranljivost|취약점|ثغرة|פרצת אבטחה|חולשת אבטחה|lỗ hổng|kerentanan|celah keamanan`,
	}, {
		name:   KindAdvisory,
		strong: `säkerhetsmeddelande|säkerhetsbulletin|berörda versioner|sikkerhedsmeddelelse|berørte versioner|berørte produkter|sikkerhetsbulletin|sikkerhetsvarsel|tietoturvatiedote|haavoittuvuustiedote|bezpečnostní upozornění|bezpečnostní bulletin|dotčené verze|bezpečnostné upozornenie|biztonsági közlemény|érintett verziók|érintett termékek|buletin de securitate|alertă de securitate|versiuni afectate|produse afectate|δελτίο ασφαλείας|επηρεαζόμενες εκδόσεις|güvenlik bülteni|güvenlik duyurusu|etkilenen sürüm|бюлетень безпеки|вразливі версії|бюлетин за сигурност|засегнати версии|sigurnosno upozorenje|보안 공지|보안공지|영향을 받는 버전|영향 받는 버전|نشرة أمنية|تنبيه أمني|الإصدارات المتأثرة|עלון אבטחה|הודעת אבטחה|גרסאות מושפעות|cảnh báo an toàn thông tin|cảnh báo lỗ hổng|phiên bản bị ảnh hưởng|buletin keamanan|peringatan keamanan|versi terdampak`,
	}, {
		name:   KindRequest,
		strong: `åklagarmyndighet|åklagare|polismyndighet|förundersökning|anklagemyndighed|retskendelse|editionspålæg|politianmeldelse|påtalemyndighet|rettslig kjennelse|poliisilaitos|esitutkin|syyttäjä|policejní prezidium|policie čr|trestní řízení|státní zastupitelství|orgán činný|policajného zboru|trestné konanie|prokuratúr|rendőr főkapitányság|rendőrkapitányság|ügyészség|büntetőeljár|dosar penal|parchetul|parchet|urmărire penală|ordonanță|εισαγγελ|προανάκριση|δικαστική εντολή|δίωξης ηλεκτρονικού|savcılığı|savcılık|mahkeme kararı|emniyet müdürlüğü|прокуратур|кіберполіці|досудове розслідування|кримінального провадження|ухвала суду|окръжна прокуратура|съдебно разпореждане|досъдебно производство|državno odvjetništvo|sudski nalog|državno tužilaštvo|državno tožilstvo|sodna odredba|수사협조|수사 협조|통신자료 제공|압수수색|영장|검찰청|النيابة العامة|أمر قضائي|طلب قضائي|צו בית משפט|פרקליטות|משטרת ישראל|cơ quan điều tra|viện kiểm sát|yêu cầu cung cấp thông tin thuê bao|kejaksaan|surat perintah|perintah pengadilan|penyidik`,
	}, {
		name:   KindAdvertising,
		strong: `specialerbjudande|köp nu|särskilt erbjudande|specialtilbud|køb nu|kjøp nå|erikoistarjous|osta nyt|speciální nabídka|kupte nyní|výhodná nabídka|špeciálna ponuka|különleges ajánlat|vásároljon most|ofertă specială|cumpără acum|ειδική προσφορά|αγοράστε τώρα|özel teklif|hemen satın al|спеціальна пропозиція|купуйте зараз|специална оферта|posebna ponuda|특별 할인|지금 구매|عرض خاص|اشتر الآن|מבצע מיוחד|ưu đãi đặc biệt|mua ngay|penawaran khusus|beli sekarang`,
	}, {
		name:   ImpactSevere,
		strong: `filerna är krypterade|filerne er krypteret|filene er kryptert|tiedostot on salattu|zašifrovan|titkosítva vannak|fișierele au fost criptate|κρυπτογραφήθηκαν|dosyalarımız şifre|зашифровані|랜섬웨어|웹셸|백도어|utpressningsvirus|kiristysohjelm|zsarolóvírus|fidye yazılım|بيت الفدية|برنامج فدية|כופרה|domänkontrollant|domænecontroller|domenekontroller|řadič domény|tartományvezérlő`,
	}, {
		name:  ImpactServer,
		plain: `palvelin|szerver|διακομιστ|sunucu|сървър|서버|الخادم|خادم|שרת|máy chủ|peladen|poslužitelj|strežnik`,
	}, {
		name:   ImpactOngoing,
		strong: `pågår fortfarande|fortfarande pågår|pågår just nu|stadig i gang|pågår fortsatt|jatkuu edelleen|jatkuu yhä|jatkuu parhaillaan|stále probíhá|stále trvá|stále prebieha|még mindig tart|jelenleg is tart|încă are loc|încă continuă|συνεχίζεται ακόμα|συνεχίζεται ακόμη|hâlâ devam ed|hala devam ed|devam ediyor|досі триває|все ще триває|продължава и в момента|još uvijek traje|još traje|계속되고 있|현재 진행|لا يزال مستمر|ما زال مستمر|עדיין נמשך|vẫn đang tiếp diễn|vẫn tiếp tục|masih berlangsung`,
	}, {
		name:   ImpactSpreading,
		strong: `sprider sig|spreder sig|sprer seg|leviää|šíří se|šíri sa|terjed a|se răspândește|εξαπλώνεται|yayılıyor|поширюється|разпространява се|širi se|확산되|퍼지고|ينتشر|מתפשט|lây lan|menyebar ke`,
	}, {
		name:   ImpactPersonal,
		strong: `personuppgift|personnummer|patientuppgift|personoplysning|cpr nummer|cpr numre|patientdata|personopplysning|fødselsnummer|henkilötie|potilastie|henkilötunnu|osobní údaj|osobních údaj|rodná čísla|rodné číslo|osobné údaj|osobných údaj|személyes adat|betegadat|date personale|datele personale|προσωπικά δεδομένα|προσωπικών δεδομένων|ιατρικά|kişisel veri|персональні дані|персональних даних|лични данни|osobni podaci|osobnih podataka|osebni podatki|osebnih podatkov|개인정보|주민등록번호|بيانات شخصية|البيانات الشخصية|מידע אישי|פרטים אישיים|dữ liệu cá nhân|thông tin cá nhân|data pribadi`,
	}, {
		name:   ImpactContained,
		strong: `bortkopplad från nät|kopplat bort datorn|isolerat|isoleret|koblet fra nettet|taget af nettet|isolert|irrotettu verkosta|eristetty|odpojen od sítě|odpojili jsme|odpojený od siete|izolován|leválasztottuk|lekapcsoltuk|deconectat de la rețea|izolat|αποσυνδέσαμε|απομονώθηκε|ağdan ayır|ağdan çıkar|відключили від мережі|ізольовано|изолиран|odspojen|isključen iz mreže|네트워크에서 분리|격리했|تم عزل|تم فصل|נותק מהרשת|đã cách ly|đã ngắt kết nối|sudah diisolasi|diputus dari jaringan`,
	},
}
