package meaning

const findings = `found|find$|discovered|identified|noticed|detected|spotted|gefunden|entdeckt|festgestellt|aufgefallen|découvert|trouvé|constaté|remarqué|encontr|descubr|descubiert|detectad|trovat|scopert|rilevat|notat|descobr|notei|gevonden|ontdekt|vastgesteld|znalaz|odkry|wykry|zauważy|нашел|нашёл|нашла|нашли|обнаруж|выяв|заметил|発見|見つけ|見つか|確認しま|確認いた|確認でき|发现|發現|confirmed that`

// holes are what is open, and what people found.
var holes = []pair{
	{name: "vulnerable/potentially-unwanted-accessible", weight: 4,
		one:   `mongodb|elasticsearch|kibana|redis$|rdp$|remote desktop|smb$|vnc$|telnet|mysql|postgres|postgresql|mssql|ldap|docker|kubernetes|jenkins|printer|drucker|imprimante|impresora|stampante|impressora|drukark|принтер|プリンタ|打印机|webcam|camera|kamera|caméra|cámara|telecamera|câmera|камер|カメラ|摄像头|ftp$|tftp|rsync|nfs$|database|datenbank|base de données|base de datos|banco de dados|baza danych|базу данных|база данных|データベース|数据库|admin panel|admin interface|nas$|modbus|scada|s7comm|ipmi|winbox|proxy|mqtt|cups$|rpcbind|portmapper|netbios|adb$`,
		other: `exposed|open$|opened to|reachable|accessible|unprotected|default password|from outside|erreichbar|offen$|offene|offenes|ungeschützt|von außen|ouvert|exposé|abiert|accesible|expuest|desprotegid|apert[oa]|raggiungibil|accessibil|espost|abert[oa]|acessív|expost|bereikbaar|open staat|blootgesteld|dostępn|otwart|wystawion|niezabezpieczon|открыт|доступ|незащищ|公開され|開放|露出|外部から|暴露|开放|可访问|未授权|对外`},
	{name: "vulnerable/ddos-amplifier", weight: 4,
		one:   `dns$|ntp$|memcached|ssdp|cldap|snmp|resolver|nameserver|name server|mdns|résolveur|netbios|portmap|rpcbind|chargen|tftp|резолвер|リゾルバ|解析器`,
		other: `amplif|reflect|recurs|spoofed|verstärk|rekurs|récurs|amplific|rifless|reflex|ricors|wzmacnia|wzmocni|rekuren|rekurency|усил|рекурс|отраж|増幅|リフレク|再帰|放大|反射|递归`},
	{name: "vulnerable/weak-crypto", weight: 4,
		one:   `tls|ssl|sslv3|cipher|ciphers|rc4|3des|encryption|verschlüsselung|chiffre|chiffrement|suites|cifrado|cifratura|crittografia|criptografia|versleuteling|szyfr|шифр|暗号|加密套件|加密算法`,
		other: `weak|outdated|obsolete|deprecated|insecure|too old|still accept|still offer|still support|schwach|schwache|veraltet|unsicher|faible|obsolèt|dépassé|débil|obsolet|insegur|debol|insicur|fraco|fraca|zwak|verouderd|onveilig|słab|przestarzał|слаб|устарел|небезопасн|弱い|古い|脆弱な|弱|过时|不安全`},
	{name: "vulnerable/information-disclosure", weight: 4,
		one:   `directory|directories|folder|git$|backup|backups|configuration file|config file|log files|verzeichnis|ordner|sicherung|konfigurationsdatei|répertoire|sauvegarde|fichier de configuration|directorio|carpeta|copia de seguridad|copias de seguridad|directory|cartella|copia di backup|diretório|pasta|cópia de segurança|backup|map$|mappen|katalog|kopia zapasowa|kopie zapasowe|каталог|папк|резервн|ディレクトリ|バックアップ|設定ファイル|目录|备份|配置文件`,
		other: `listing|listed|publicly|public$|readable|visible|downloadable|exposed|can be downloaded|can be read|anyone can|anybody can|everybody can|everyone can|öffentlich|auslesbar|sichtbar|herunterladbar|einsehbar|frei zugänglich|abrufbar|lisible|visible|téléchargeable|publiquement|accessible à tous|público|públicamente|accesible|visible|descargable|accessibil|visibil|scaricabil|pubblicamente|acessív|visív|publicamente|openbaar|zichtbaar|te downloaden|toegankelijk|dostępn|widoczn|publiczn|публичн|видн|скачать|доступ|公開|閲覧|見える|公开|可下载|可访问|任何人`},
	{name: "vulnerable/vulnerable-system", weight: 3, one: findings,
		other: `vulnerabilit|xss$|sql injection|sqli|csrf|ssrf|idor|rce$|security hole|security flaw|security issue|security bug|security problem|weakness|sicherheitslücke|sicherheitsproblem|schwachstelle|faille|vulnérabilit|fallo de seguridad|problema de seguridad|vulnerabilid|falla|problema di sicurezza|falha de segurança|problema de segurança|vulnerabilidade|beveiligingslek|beveiligingsprobleem|kwetsbaarheid|podatność|podatności|lukę|luka|błąd bezpieczeństwa|уязвим|брешь|дыру|脆弱性|セキュリティ上の問題|セキュリティの問題|漏洞|安全问题`},
	{name: "vulnerable/vulnerable-system", weight: 3,
		one:   `by changing|changing the|if one changes|if you change|manipulating the|durch ändern|ändert man|wenn man die|verändert|en modifiant|en changeant|si on change|cambiando|modificando|si se cambia|cambiando|modificando|alterando|mudando|ao alterar|door het wijzigen|te wijzigen|aan te passen|zmieniając|po zmianie|изменив|меняя|если изменить|変更すると|書き換えると|変えると|修改|更改`,
		other: `number|id$|ids$|parameter|in the url|the url|nummer|in der url|numéro|paramètre|l url|número|parámetro|la url|numero|parametro|l url|parâmetro|o número|a url|de url|numer|parametr|адрес|номер|параметр|番号|パラメータ|url|参数|编号|订单号`},
	{name: KindVulnerability, weight: 3, one: findings,
		other: `vulnerabilit|xss$|security hole|security flaw|security issue|security bug|sicherheitslücke|schwachstelle|faille|vulnérabilit|fallo de seguridad|vulnerabilid|problema di sicurezza|falha de segurança|vulnerabilidade|beveiligingslek|kwetsbaarheid|podatność|lukę|уязвимост|脆弱性|漏洞`},
	{name: KindVulnerability, weight: 3,
		one:   `other people s|other users|other customers|strangers|everyone s|fremde|anderer kunden|anderer nutzer|d autres clients|d autres utilisateurs|de autros|otros clientes|otros usuarios|altri clienti|altri utenti|outros clientes|outros usuários|outros utilizadores|andere klanten|andere gebruikers|innych klientów|innych użytkowników|чужие|других клиентов|других пользователей|他人の|他のユーザ|他の利用者|其他用户|别人的|他人的`,
		other: `orders|invoices|documents|records|data|profiles|bestellungen|rechnungen|dokumente|daten|profile|commandes|factures|données|pedidos|facturas|datos|perfiles|ordini|fatture|dati|profili|encomendas|faturas|dados|perfis|bestellingen|facturen|gegevens|zamówienia|faktury|dane|заказы|счета|данные|注文|請求|情報|データ|订单|发票|资料|信息`},
	{name: KindAdvisory, weight: 3,
		one:   `cvss|affected|affects|versions before|betroffen|concernés|concernées|afectad|afecta|interessat|afetad|afeta|getroffen|dotyczy|затрагивает|затронут|影響を受け|影響|受影响|影响`,
		other: `update to|upgrade to|updating|recommended|recommendation|patches are|fixed in|aktualisier|empfehl|behoben in|mettre à jour|mise à jour|corrigé|recommand|actualizar|actualización|recomend|aggiornare|aggiornamento|raccomand|atualizar|atualização|bijwerken|bij te werken|aanbevolen|zaktualiz|aktualizacj|zaleca|обновить|обновлен|рекоменд|アップデート|更新|推奨|升级|更新|建议`},
	{name: KindRequest, weight: 3,
		one:   `police|prosecutor|court|investigation|investigating|polizei|ermittlung|gericht|enquête|tribunal|policía|investigación|juzgado|polizia|indagine|procura|polícia|inquérito|investigação|politie|onderzoek|policj|śledztw|dochodzen|полици|дознан|следств|расслед|警察|捜査|公安|警方|侦查`,
		other: `subscriber|account holder|identity of|who used|to whom|bestandsdaten|anschlussinhaber|inhaber|wem die|zugeordnet|auskunft|titulaire|identité|abonné|titular|identidad|intestatario|identità|identidade|abonnee|gebruiker van|identiteit|abonent|tożsamoś|использовал|абонент|владел|личност|契約者|使用者|照会|用户信息|身份|使用人`},
	{name: "abusive-content/spam", weight: 4,
		one:   `ads$|advertis|werbung|werbe|publicité|publicidad|pubblicità|reclame|reklam|реклам|広告|宣伝|广告|newsletter|promotion`,
		other: `nobody asked|niemand um gevraagd|niemand bestellt|sans jamais|sans m être|sin haberme|sin habernos|senza essermi|senza averlo|sem ter|ohne dass ich|ohne unsere einwilligung|niet om gevraagd|без подписки|unsolicited|unwanted|bulk|never subscribed|never asked|did not subscribe|unerwünscht|massenhaft|ungefragt|nie angemeldet|nie bestellt|unverlangt|non sollicité|indésirable|jamais demandé|no solicitad|no desead|masiv|nunca solicit|non richiest|indesiderat|mai iscritt|não solicitad|indesejad|nunca solicit|ongevraagd|ongewenst|niechcian|niezamówion|masow|nie zamawia|нежелат|массов|непрош|не подписыва|未承諾|迷惑|勝手に|大量|垃圾|骚扰|没有订阅`},
	{name: "abusive-content/spam", weight: 2,
		one:   `thousands of|mass$|bulk|millions of|large amounts|flood of|tausende|massenhaft|massenweise|große mengen|milliers de|en masse|miles de|masiv|migliaia di|di massa|milhares de|em massa|duizenden|grote hoeveelheden|massaal|tysiące|masowo|тысячи|массов|大量|数千|成千上万|海量`,
		other: messages},
	{name: "availability/misconfiguration", weight: 4,
		one:   `announces|announcing|announced|originates|kündigt|annonce$|annoncez|annoncent|anuncia|annuncia|kondigt|aankondig|ogłasza|rozgłasza|анонсир|経路広告|広告して|宣告|通告`,
		other: `our prefix|prefix|prefixes|our route|präfix|préfixe|prefijo|prefisso|prefixo|префикс|経路|前缀|路由|bgp$|our network|our range`},
	{name: "availability/misconfiguration", weight: 3,
		one:   `dns$|mx$|route$|routes|bgp|certificate|zertifikat|prefix|präfix|certificat|certificado|certificato|certificaat|certyfikat|сертификат|証明書|证书|nameserver|reverse dns|zone$|delegation`,
		other: `wrong|expired|incorrect|falsch|abgelaufen|fehlerhaft|incorrect|expiré|erroné|incorrect|caducad|vencid|errat|scadut|incorret|expirad|vencid|onjuist|verlopen|błędn|wygas|неправильн|неверн|истек|истёк|просроч|誤り|期限切れ|間違|错误|过期|leak`},
}

// others raise the severity.
var others = []pair{
	{name: ImpactSevere, weight: 3,
		one:   `i typed|i entered|i gave|i have typed|i have entered|i put in|i filled in|i submitted|typed in my|entered my|ich habe|habe ich|j ai|he puesto|he introducido|introduje|puse$|ho inserito|ho digitato|eu digitei|digitei|inseri$|ik heb|podałem|podałam|wpisałem|wpisałam|я ввел|я ввёл|я ввела|ввел|ввела|ввёл|入力してしま|我输入|我填`,
		other: `my user name and password|my username and password|my user name|my password|my credentials|mein passwort eingegeben|passwort eingegeben|kennwort eingegeben|zugangsdaten eingegeben|passwort eingetippt|saisi mon mot de passe|saisi mes identifiants|donné mes identifiants|mis mon mot de passe|mi contraseña|mis credenciales|mis datos|la mia password|le mie credenziali|minha senha|minha palavra passe|minhas credenciais|mijn wachtwoord|mijn inloggegevens|moje hasło|swoje hasło|hasło|свой пароль|пароль|パスワード|密码`},
}
