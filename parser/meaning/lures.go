package meaning

// Lists that several pairs need. A language is added by adding its words to each.
const (
	passwords = `password|passwort|kennwort|passwörter|zugangsdaten|anmeldedaten|mot de passe|mots de passe|identifiants|contraseña|credenciales|credenziali|senha|palavra passe|credenciais|wachtwoord|inloggegevens|hasło|hasła|dane logowania|пароль|пароли|логин и|パスワード|暗証番号|密码|密碼|credentials|pin code|login data|login details|user name and`
	cards     = `credit card|card number|card details|bank details|bankdaten|kreditkarte|kartendaten|kontodaten|coordonnées bancaires|carte bancaire|carte bleue|datos bancarios|tarjeta de crédito|número de tarjeta|carta di credito|dati bancari|dati della carta|cartão de crédito|dados bancários|dados do cartão|bankgegevens|creditcard|pasgegevens|dane karty|numer karty|kartę kredytową|данные карты|номер карты|банковск|クレジットカード|カード番号|口座番号|银行卡|信用卡`
	messages  = `mail|mails|email|emails|message|messages|sms|nachricht|nachrichten|courriel|courriels|correo|correos|mensaje|mensajes|messaggio|messaggi|mensagem|mensagens|bericht|berichten|wiadomość|wiadomości|письм|сообщени|メール|メッセージ|邮件|郵件|短信|信件`
	pages     = `login|log in|sign in|bank|webmail|page|web site|website|site|portal|seite|webseite|anmelde|connexion|banque|página|sitio|banco|inicio de sesión|pagina|sito|banca|banco|inlog|strona|stron|stronę|logowan|банк|сайт|страниц|вход|ログイン|銀行|サイト|ページ|登录|银行|网站|网页|页面|門戶|домен|domain|dominio|domaine|domínio|domein`
	calls     = `called me|called us|called our|called one|called her|called him|phoned|caller|phone call|telephone call|rang me|call from|on the phone|anruf|angerufen|rief|am telefon|telefonisch|m a appelé|nous a appelé|a appelé|appel téléphonique|appel d un|au téléphone|par téléphone|llamó|llamaron|una llamada|por teléfono|ha chiamato|una chiamata|al telefono|telefonata|mi ha chiamat|ligou|ligaram|por telefone|telefonema|uma ligação|belde|gebeld|aan de telefoon|telefonisch|zadzwoni|dzwonił|przez telefon|позвони|звонил|звонок|по телефону|電話があ|電話がかか|電話を受け|電話で|打电话|打來電話|来电|接到电话`
)

// lures are what is done to people.
var lures = []pair{
	{name: "fraud/phishing", weight: 3,
		one:   `fake|faked|fraudulent|bogus|counterfeit|spoof|imitat|impersonat|lookalike|look alike|looks like|pretends to be|mimic|cloned|clone of|gefälscht|nachgebaut|nachgemacht|nachgeahmt|betrügerisch|täuschend|imitier|faux|fausse|fraudul|imite|imitant|ressemble|contrefait|falso|falsa|falsos|falsas|fraudulent|imita|suplant|clonad|contraffat|falsific|ricalca|nep$|valse|vals$|nagemaakt|lijkt op|fałszyw|podrobion|podszyw|imituj|udaj|фальшив|поддель|мошенн|имитир|копирует|偽|なりすまし|模倣|そっくり|假冒|仿冒|冒充|伪造|仿造|假的|钓`,
		other: pages},
	{name: "fraud/phishing", weight: 3,
		one:   `collect|harvest|steals|steal|asks for|ask for|asking for|asked for|asks users|asks you|asks to|requests the|wants the|wants me to|have to enter|to enter|enter your|enter their|enter my|abgreif|abgefragt|fragt nach|abfisch|stiehlt|stehlen|eingeben soll|eingeben|eingabe|récup|voler|demande|demandant|saisir|solicita|pide|piden|robar|roba$|introducir|chiede|carpire|rubare|inserire|pede$|pedem|solicita|roubar|inserir|vraagt|vragen om|stelen|invullen|invoeren|prosi|wyłudz|kraść|podania|podać|wpisać|запрашива|просит|требует|похи|крадет|ввести|ввода|入力させ|入力を求め|求められ|窃取|盗み|骗取|要求输入|索要|窃取|输入`,
		other: passwords + "|" + cards},
	{name: "fraud/phishing", weight: 2,
		one:   `suspicious|suspect|strange|odd$|weird|dodgy|dubious|fishy|verdächtig|seltsam|komisch|merkwürdig|dubios|suspect|douteux|douteuse|bizarre|étrange|louche|sospechos|raro$|rara$|extrañ|dudos|sospett|strana$|strano$|dubbi|suspeit|estranh|duvidos|esquisit|verdacht|vreemd|raar|rare$|podejrzan|dziwn|подозрит|странн|сомнит|不審|怪しい|怪しげ|疑わしい|可疑|奇怪`,
		other: messages + `|link|attachment|anhang|lien|enlace|allegato|ligação|ссылк|リンク|链接|鏈接`},
	{name: "fraud/phishing", weight: 2,
		one:   `clicked|opened|angeklickt|geklickt|cliqué|ouvert|pinché|hice clic|hecho clic|abrí$|cliccato|aperto|cliquei|abri$|geklikt|geopend|kliknę|kliknął|otworzył|нажал|перешел|перешёл|перешла|открыл|クリック|開いて|点击|点了|點了|打开了`,
		other: `link|enlace|lien|collegamento|ссылк|リンク|链接|連結|鏈接`},
	{name: "fraud/phishing", weight: 2,
		one:   `mailbox|account|parcel|package|postfach|konto|paket|compte|boîte|colis|cuenta|buzón|paquete|casella|pacco|conta$|caixa|encomenda|pakket|postvak|rekening|skrzynk|przesyłk|paczk|аккаунт|ящик|посылк|アカウント|荷物|口座|账户|邮箱|账号|包裹`,
		other: `is full|was full|almost full|blocked|suspended|expire|will be closed|will be deleted|voll$|gesperrt|läuft ab|bloqué|suspendu|pleine|expir|bloquead|suspendid|llen[oa]|bloccat|sospes|pien[oa]|scadenza|cheia|geblokkeerd|verloopt|zablokowan|wygaśnie|przepełnion|заблокир|переполн|истекает|停止|制限|失効|冻结|已满|过期|過期`},
	{name: "fraud/masquerade", weight: 3,
		one:   `director|ceo|cfo|boss|dean|rector|principal|head of department|geschäftsführer|vorgesetzt|chef|direktor|rektor|dekan|institutsleit|directeur|directrice|président|patron|jefe|jefa|gerente|direttore|direttrice|amministratore delegato|diretor|diretora|chefe|baas|leidinggevende|bestuurder|dyrektor|prezes|szef|директор|начальник|руководител|ректор|社長|部長|上司|学長|总经理|老板|领导|董事长|校长`,
		other: `transfer|payment|pay an|pay a|pay the|gift card|vouchers|überweis|zahlung|bezahl|gutschein|virement|paiement|payer|cartes cadeau|transferencia|transfiera|pago$|pagar|tarjetas regalo|bonifico|pagamento|pagare|carte regalo|buoni|transferência|cartões presente|overboeking|betaling|overmaken|cadeaukaart|przelew|płatnoś|karty podarunkow|перевод|перевести|оплат|подарочн|振込|送金|支払|ギフト|转账|转帐|汇款|付款|礼品卡|购物卡`},
	{name: "fraud/masquerade", weight: 3,
		one:   `invoice|supplier|vendor|salary|payroll|rechnung|lieferant|gehalt|facture|fournisseur|salaire|factura|proveedor|nómina|fattura|fornitore|stipendio|fatura|fornecedor|salário|factuur|leverancier|salaris|faktur|dostawc|wynagrodz|счет|счёт|поставщик|зарплат|請求書|取引先|给与|給与|发票|供应商|工资`,
		other: `new iban|another iban|other iban|changed iban|different iban|new account|changed bank|other account|different account|changed account|new bank|bank details changed|change of bank|change the bank|neue iban|andere iban|geänderte iban|neue kontonummer|neue bankverbindung|geänderte bankverbindung|andere bankverbindung|anderes konto|neues konto|nouveau rib|nouvel iban|nouvelles coordonnées|changement de rib|nuevo iban|nueva cuenta|otra cuenta|cambio de cuenta|nuovo iban|nuove coordinate|cambio di iban|altro conto|novo iban|nova conta|outra conta|nieuw rekeningnummer|ander rekeningnummer|nieuwe iban|nowy numer konta|nowe konto|zmiana numeru|новый счет|новые реквизиты|другие реквизиты|другой счет|振込先の変更|別の口座|新しい口座|新账户|新的账户|更改账户|收款账户`},
	{name: "fraud/unauthorised-use-of-resources", weight: 4,
		one:   `mine$|mines$|mined|mining|miner|miners|schürf|minage|miner des|minando|minera|minar$|minerar|minen|kopie$|kopani|wydobyw|майн|добыва|добыч|マイニング|採掘|挖矿|挖礦|挖`,
		other: `monero|bitcoin|ethereum|crypto|krypto|coins|xmr$|cripto|крипто|биткоин|монеро|仮想通貨|暗号資産|虚拟货币|加密货币|比特币|门罗币`},
	{name: "fraud/unauthorised-use-of-resources", weight: 3,
		one:   `telephone system|pbx|phone system|voip|sip$|telefonanlage|autocom|standard téléphonique|centralita|centralino|central telefónica|central telefônica|telefooncentrale|centrala telefoniczna|атс$|電話交換機|交换机`,
		other: `calls abroad|expensive calls|foreign calls|international calls|premium|calls to|auslandsgespräch|anrufe ins|teure anrufe|appels internationaux|appels vers|appels surtaxés|llamadas internacionales|llamadas a|chiamate internazionali|chiamate verso|chamadas internacionais|gesprekken naar|dure gesprekken|połączenia zagraniczne|połączeń|международн|звонки за границу|国際電話|国际长途|国际电话`},
	{name: "fraud/copyright", weight: 3,
		one:   `film|movie|series|music|song|album|book|software|photo|photograph|picture|article|musik|lied|foto|bild|buch|artikel|photo|musique|livre|película|serie|música|libro|brano|canzone|fotografia|opera$|filme|boek|muziek|zdjęci|książk|muzyk|utwór|utwor|фильм|музык|фото|книг|映画|音楽|写真|書籍|電影|电影|音乐|图片|照片|歌曲|图书`,
		other: `without permission|without my permission|without our permission|without licence|without license|without authori|without consent|unlicensed|illegal download|illegally|unlawfully|ohne erlaubnis|ohne lizenz|ohne genehmigung|ohne zustimmung|unerlaubt|widerrechtlich|sans autorisation|sans licence|sans notre accord|illégal|sin autorización|sin permiso|sin licencia|ilegal|senza autorizzazione|senza permesso|senza licenza|illegalmente|sem autorização|sem permissão|sem licença|zonder toestemming|zonder licentie|bez zgody|bez licencji|bez zezwolenia|nielegaln|без разрешения|без лицензии|незаконн|無断|違法|未经授权|未经许可|盗版|侵权`},
	{name: "information-gathering/social-engineering", weight: 5,
		one:   calls,
		other: passwords + `|remote access|remote control|teamviewer|anydesk|helpdesk|help desk|service desk|it department|it support|microsoft|pretend|claimed|claiming|said he was|said she was|fernzugriff|fernwartung|gab sich|gibt sich|vorgab|angeblich|edv abteilung|prétend|se faisant passer|s est fait passer|accès à distance|prise en main|hizo pasar|haciéndose pasar|acceso remoto|soporte técnico|spacciat|spacciandosi|fingendo|assistenza tecnica|accesso remoto|passou por|fazendo se passar|suporte técnico|acesso remoto|deed zich|zogenaamd|toegang op afstand|podał się|podając się|podszy|pomoc techniczn|zdalny dostęp|представил|техподдержк|удаленн|удалённ|サポート|名乗|遠隔|自称|客服|远程|技术支持`},
	{name: "information-gathering/social-engineering", weight: 5,
		one:   calls,
		other: `wanted to know|asked about|asked which|asked for names|asked our|questions about|wollte wissen|fragte nach|ausfragen|voulait savoir|posait des questions|quería saber|preguntó|voleva sapere|ha chiesto|queria saber|perguntou|wilde weten|vroeg naar|chciał wiedzieć|pytał o|спрашивал|интересовал|выпытыва|聞き出|尋ね|询问|打听`},
}
