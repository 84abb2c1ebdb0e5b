package meaning

const (
	computers = `computer|pc$|pcs$|laptop|notebook|machine|workstation|rechner|arbeitsplatz|ordinateur|poste$|équipo|equipo|ordenador|computador|macchina|postazione|werkstation|komputer|laptop|stacj|компьютер|ноутбук|パソコン|端末|电脑|計算機|主机|电脑|計算機|终端`
	files     = `files|file$|documents|shares|our data|all data|dateien|freigaben|unsere daten|alle daten|fichiers|nos données|documents|archivos|ficheros|nuestros datos|documentos|documenti|i nostri dati|tutti i file|arquivos|nossos dados|bestanden|onze gegevens|pliki|plików|dokument|wszystkie dane|файл|документ|ファイル|文書|文件|文档|资料`
	encrypted = `encrypted|verschlüsselt|chiffré|crypté|cifrad|encriptad|cifrat|criptat|crittograf|criptografad|versleuteld|zaszyfr|зашифр|暗号化|加密`
	dropped   = `usb|memory stick|laptop|notebook|phone|mobile|hard disk|hard drive|tablet|handy$|diensthandy|festplatte|clé usb|ordinateur|téléphone|disque dur|pendrive|portátil|teléfono|móvil|disco duro|chiavetta|portatile|telefono|cellulare|disco fisso|pen drive|telemóvel|celular|disco rígido|telefoon|harde schijf|telefon|dysk|флешк|ноутбук|телефон|диск|usbメモリ|ノートパソコン|スマホ|スマートフォン|u盘|笔记本|手机|硬盘`
	records   = `grades|exam|noten|prüfungs|notas|voti|cijfers|oceny|оценк|成績|成绩|students|studierende|studenten|étudiants|estudiantes|studenti|estudantes|studentów|студент|学生|employees|mitarbeiter|customer|customers|clients|personal data|names|addresses|password|passwords|credentials|list of|database|records|patient|patients|kunden|kundendaten|patienten|personendaten|namen|adressen|zugangsdaten|passwörter|datenbank|données|liste|base de données|clientes|pacientes|datos|lista|base de datos|contraseñas|clienti|pazienti|dati$|elenco|credenziali|dados|banco de dados|senhas|klanten|patiënten|gegevens|lijst|wachtwoorden|klientów|pacjentów|dane$|danych|baza|hasła|клиент|пациент|данны|список|базу|база|парол|顧客|患者|名簿|パスワード|データ|客户|患者|数据库|数据|名单|密码`
	traffic   = `request|requests|packet|packets|traffic|connections|anfragen|pakete|verkehr|datenverkehr|requêtes|paquets|trafic|peticiones|solicitudes|paquetes|tráfico|richieste|pacchetti|traffico|pedidos|requisições|pacotes|tráfego|verzoeken|verkeer|pakketten|zapytań|zapytania|pakietów|ruch|ruchu|запрос|пакет|трафик|リクエスト|トラフィック|パケット|请求|流量|数据包`
)

// harm is what malicious code does, and what becomes of information and services.
var harm = []pair{
	{name: "malicious-code/infected-system", weight: 3,
		one:   computers,
		other: `infected|virus|viruses|trojan|malware|worm|botnet|bot$|infiziert|befallen|trojaner|schadsoftware|viren|infecté|cheval de troie|logiciel malveillant|infectad|troyano|infett|infetto|trojan|vírus|besmet|geïnfecteerd|zainfekowan|zarażon|wirus|заражен|заражён|вирус|троян|感染|ウイルス|マルウェア|中毒|病毒|木马`},
	{name: "malicious-code/infected-system", weight: 9,
		one:   `connects|connected|contacts|contacted|communicat|talks|traffic|beacon|kontaktiert|verbindet|verbindung|kommuniziert|contacte|communique|se connecte|connexion|conecta|contacta|comunica|contatta|comunica|si collega|connessione|conecta|comunica|contata|maakt verbinding|communiceert|łączy|komunikuj|połączen|подключа|обраща|соединя|связыва|接続|通信|连接|通信|通讯`,
		other: `to a c2|to the c2|to its c2|to a c c|to a command|to the command|to a known botnet|with a c2|with the c2|with its c2|with a command|with the command|to a botnet|with a botnet|zu einem c2|zum c2|mit einem c2|mit dem c2|zu einem steuer|zum steuerserver|mit einem steuer|à un c2|au c2|avec un c2|à un serveur de commande|avec un serveur de commande|vers un serveur de commande|con un c2|a un c2|al c2|con un servidor de comando|a un servidor de comando|con il server di comando|a un server di comando|con un server di comando|a um servidor de comando|com um servidor de comando|ao servidor de comando|com um c2|met een c2|naar een c2|met een commandoserver|z serwerem c2|z serwerem sterujący|с сервером управления|к серверу управления|к командному серверу|с командным сервером|c2サーバと|c2サーバに|指令サーバに|指令サーバと|与c2|到控制服务器|与控制服务器`},
	{name: "malicious-code/malware-distribution", weight: 5,
		one:   `loads|nachlädt|lädt|télécharge|charge un|carga un|carica un|carrega um|laadt|ładuje|загружает|読み込|加载|distribut|hosts$|hosting|hosted|serves|serving|spreads|download|delivers|verteilt|verbreitet|ausgeliefert|herunterlad|herunterg|bereitgestellt|distribue|héberge|télécharg|diffuse|distribuye|aloja|descarg|distribuisce|ospita|scarica|diffonde|distribui|hospeda|baixar|descarreg|verspreid|gehost|downloaden|rozpowszechnia|rozsyła|dystrybu|pobier|pobran|udostępnia|распростран|раздает|раздаёт|скачив|загруз|размещ|配布|ダウンロード|公開され|传播|下载|分发|托管`,
		other: `malware|trojan|trojans|virus|viruses|malicious|ransomware|stealer|payload|schadsoftware|schadcode|trojaner|schädlich|bösartig|malveillant|malicieux|maliciosa|malicioso|dannos|malevol|nociv|kwaadaardig|złośliw|szkodliw|вредонос|вирус|троян|マルウェア|ウイルス|悪意|不正プログラム|恶意|病毒|木马`},
	{name: "malicious-code/malware-distribution", weight: 4,
		one:   `zip datei|zip bestand|zip file|zip archive|fichier zip|archivo zip|file zip|arquivo zip|plik zip|plik w|архив|zipファイル|压缩包|压缩文件|attachment|attached file|anhang|angehängte|pièce jointe|adjunto|allegato|anexo|bijlage|załącznik|вложени|添付|附件`,
		other: `malicious|virus|trojan|malware|macro|schädlich|bösartig|schadsoftware|trojaner|makro|malveillant|infecté|malicioso|infectad|maligno|dannos|infetto|malicioso|kwaadaardig|besmet|złośliw|wirus|zainfekow|вредонос|вирус|троян|заражен|заражён|ウイルス|マルウェア|不正な|マクロ|病毒|木马|恶意`},
	{name: "malicious-code/c2-server", weight: 8,
		one:   `panel|bedienfeld|bedienoberfläche|dashboard|panneau|consola|pannello|painel|paneel|панель|管理画面|控制面板|管理后台|controls|controlling|steuert|gesteuert|contrôle|controla|controlla|bestuurt|steruje|управля|制御|操作|控制|commands to|befehle an`,
		other: `botnet|bots$|bot$|infected|zombies|infiziert|infectés|infectées|infectad|infett|geïnfecteerd|besmette|zainfekowan|бот|заражен|заражён|ボット|感染|僵尸|肉鸡`},
	{name: "information-content-security/unauthorised-information-modification", weight: 3, one: files, other: encrypted},
	{name: "information-content-security/unauthorised-information-modification", weight: 4,
		one:   files + `|document$|every file|all file`,
		other: `strange ending|strange extension|new extension|unknown extension|new ending|unreadable|cannot be opened|can t be opened|no longer open|seltsame endung|neue endung|unbekannte endung|unlesbar|nicht mehr öffnen|illisible|extension inconnue|extension bizarre|ne s ouvrent plus|ilegible|extensión rara|extensión extraña|ya no se abren|illeggibil|estensione strana|non si aprono più|ilegív|extensão estranha|não abrem|onleesbaar|vreemde extensie|niet meer open|nieczyteln|dziwne rozszerzenie|nie otwiera|нечита|странное расширение|не открыва|開けなくな|拡張子|打不开|后缀`},
	{name: "information-content-security/unauthorised-information-modification", weight: 4,
		one:   `text file|note$|a note|screen|textdatei|zettel|bildschirm|note de|fichier texte|écran|nota$|pantalla|schermo|tela$|ecrã|scherm|tekstbestand|ekran|plik tekstowy|notatk|экран|записк|画面|メモ|屏幕|桌面`,
		other: `asking for money|asks for money|demands money|wants money|bitcoin|btc$|ransom|lösegeld|geld gefordert|verlangt geld|rançon|demande de l argent|rescate|pide dinero|riscatto|chiede soldi|chiede denaro|resgate|pede dinheiro|losgeld|om geld|okup|żąda pieniędzy|выкуп|требует денег|требуют деньги|身代金|金銭を要求|赎金|要钱`},
	{name: "information-content-security/unauthorised-information-modification", weight: 4,
		one:   encrypted + `|locked|gesperrt|bloqué|bloquead|bloccat|geblokkeerd|zablokowan|заблокир|ロック|锁定`,
		other: `demand|pay$|payment|bitcoin|btc$|fordert|forderung|zahlen|lösegeld|exige|payer|piden|pagar|rescate|chied|pagare|riscatto|exig|resgate|eis$|eisen|betalen|losgeld|żąda|zapłat|okup|требу|выкуп|身代金|要求|支払|赎金|勒索|支付`},
	{name: ImpactSevere, weight: 4, one: files, other: encrypted},
	{name: "information-content-security/data-leak", weight: 3,
		one:   records,
		other: `public web|public server|published|posted|for sale|leaked|is online|are online|publicly|visible to everyone|pastebin|telegram|forum|darknet|dark web|veröffentlicht|verkauft|zum kauf|im netz zu|öffentlich|geleakt|publié|en vente|en ligne|diffusé|fuité|publicad|a la venta|filtrad|en venta|pubblicat|in vendita|trapelat|esfiltrat|à venda|vazad|gepubliceerd|te koop|gelekt|opublikowan|na sprzedaż|wyciek|опубликов|продаётся|продается|продают|выложен|утек|слит|公開|流出|販売|漏え|漏洩|公布|出售|泄露|泄漏|流出|发布`},
	{name: "information-content-security/data-leak", weight: 3,
		one:   `wrong|falsch|mauvais|mauvaise|erron|equivocad|sbagliat|errad|verkeerd|niewłaściw|błędn|не тому|не той|ошибочн|чужой|誤って|誤送|別の|错误的|发错|错发`,
		other: `recipient|recipients|person|distribution list|mailing list|empfänger|empfängerin|verteiler|person$|destinataire|personne|destinatari|persona|destinatári|pessoa|ontvanger|persoon|odbiorc|adresat|osob|получател|адресат|человек|宛先|送信|相手|收件人|发送|对方`},
	{name: "information-content-security/data-leak", weight: 3,
		one:   `accidentally|by mistake|by accident|in error|inadvertently|versehentlich|aus versehen|irrtümlich|par erreur|par mégarde|accidentellement|por error|sin querer|per errore|per sbaglio|por engano|sem querer|per ongeluk|abusievelijk|przypadk|pomyłk|omyłk|случайно|по ошибке|誤って|うっかり|误将|不小心|误发`,
		other: `published|uploaded|on the public|on our public|hochgeladen|veröffentlicht|publié|mis en ligne|subí|publiqué|publicad|caricato|pubblicat|publiquei|geüpload|gepubliceerd|opublikował|выложил|опубликовал|アップロード|公開|上传|公开|sent|sent out|forwarded|geschickt|verschickt|gesendet|versandt|weitergeleitet|envoyé|transmis|transféré|enviad|envié|mandé|reenvi|inviat|mandat|inoltrat|enviei|mandei|encaminh|verstuurd|gestuurd|verzonden|wysła|przesła|отправил|отправлен|переслал|送って|送信し|送付|发给|发送|发到|转发`},
	{name: "information-content-security/unauthorised-information-access", weight: 4,
		one:   `looked at|looks at|opened|reads|read$|viewed|accessed|eingesehen|gelesen|zugegriffen|zugriff auf|geöffnet|consulté|accédé|lu$|consultad|accedid|leíd|consultat|letto|accedut|acessou|consultou|leu$|ingezien|gelezen|bekeken|przegląda|czyta|uzyskał|просматрива|читал|читает|получил доступ|閲覧|アクセス|查看|访问|查阅`,
		other: `without permission|without authori|without being allowed|not allowed|no right|unbefugt|ohne berechtigung|ohne befugnis|ohne erlaubnis|nicht berechtigt|sans autorisation|sans en avoir le droit|sin autorización|sin permiso|senza autorizzazione|senza permesso|sem autorização|sem permissão|zonder toestemming|onbevoegd|bez uprawnień|bez zgody|bez upoważnienia|без разрешения|без права|無断|権限の|権限がない|権限のない|未经授权|擅自|无权`},
	{name: "information-content-security/data-loss", weight: 3,
		one:   dropped,
		other: `lost|left on|left in|left it|missing|forgot|verloren|vergessen|liegen gelassen|liegengelassen|vermisst|verschwunden|perdu|oublié|égaré|perdid|olvid|extravi|perso$|persa|smarrit|dimenticat|perdi$|perdeu|esquec|kwijt|vergeten|zgub|zostawi|zagubi|потеря|забыл|утер|紛失|置き忘れ|なくし|無くし|丢失|遗失|弄丢|忘在`},
	{name: "information-content-security/data-loss", weight: 3,
		one:   `deleted|wiped|erased|overwritten|gelöscht|überschrieben|supprim|effac|borrad|elimin|cancellat|apagad|apagou|excluíd|verwijderd|gewist|usun|skasowa|удал|стер$|стёр|削除|消し|消去|删除|删了`,
		other: `accident|by mistake|by error|versehentlich|aus versehen|irrtümlich|par erreur|accidentellement|por error|sin querer|per errore|per sbaglio|por engano|sem querer|per ongeluk|przypadk|pomyłk|omyłk|случайн|по ошибке|誤って|うっかり|误删|不小心`},
	{name: "intrusions/burglary", weight: 4,
		one:   dropped + `|computer|server|rechner|ordenador|computador|komputer|компьютер|パソコン|电脑`,
		other: `stolen$|theft|thief|gestohlen|geklaut|entwendet|diebstahl|volé|vol de|dérobé|robad|robaron|roban|hurtad|rubat|furto|roubad|roubaram|furtad|gestolen|diefstal|skradzion|ukradzion|ukradł|kradzież|украл|украден|похищ|盗まれ|盗難|被盗|被偷|偷走`},
	{name: "availability/dos", weight: 4,
		one:   traffic + `|server|service|dienst|serveur|service|servicio|servidor|servizio|serviço|usług|сервер|サーバ|服务器`,
		other: `per second|a second|gbit|gbps|mbit|mbps|mpps|flood|overload|pro sekunde|überlast|überschwemm|par seconde|surcharg|por segundo|saturad|al secondo|sovraccaric|sobrecarreg|per seconde|overbelast|na sekundę|przeciąż|в секунду|перегру|毎秒|過負荷|每秒|过载|gbit s|gb s`},
	{name: "availability/ddos", weight: 6,
		one:   `gbit|gbps|mbit|mbps|mpps|flood|attack|per second|a second|overload|überlast|angriff|pro sekunde|attaque|par seconde|surcharg|ataque|por segundo|attacco|al secondo|aanval|per seconde|atak|na sekundę|атак|в секунду|攻撃|毎秒|攻击|每秒`,
		other: `from thousands|thousands of source|thousands of ip|thousands of addr|thousands of host|many sources|many different|all over the world|von tausenden|aus tausenden|tausende adressen|tausenden von|vielen quellen|aus aller welt|weltweit|milliers d adresses|milliers de sources|milliers d ip|monde entier|miles de direcciones|miles de ip|todo el mundo|migliaia di indirizzi|migliaia di ip|milhares de endereços|milhares de ip|mundo inteiro|duizenden adressen|duizenden ip|tysięcy adresów|tysiące adresów|тысяч адресов|тысячи адресов|多数のip|数千の|世界中|成千上万|大量ip|数千个`},
	{name: "availability/outage", weight: 2,
		one:   `network|internet|mail|telephone|phones|website|server|service|netz|telefon|telefone|dienst|mailserver|réseau|téléphone|messagerie|red$|servicio|teléfono|correo|rete$|servizio|telefono|posta|telefone|rede|serviço|netwerk|sieć|sieci|usług|poczta|сеть|сервис|интернет|связь|почта|ネットワーク|サービス|回線|メール|网络|服务|系统|邮件系统`,
		other: `is down|are down|does not work|do not work|doesn t work|don t work|not working|is not available|unavailable|offline|cut off|funktioniert nicht|funktionieren nicht|geht nicht|gehen nicht|ausgefallen|nicht erreichbar|nicht verfügbar|gestört|ne fonctionne|ne marche|en panne|indisponible|coupé|no funciona|caíd[oa]|cortad|sin servicio|non funziona|non disponibile|interrott|não funciona|indisponível|caiu|werkt niet|werken niet|ligt plat|plat$|onbereikbaar|nie działa|niedostępn|не работает|недоступ|停止し|つながら|繋がら|使えな|中断|瘫痪|无法访问|无法使用`},
	{name: "availability/outage", weight: 3,
		one:   `fibre|fiber|cable|glasfaser|kabel|leitung|câble|fibra|cavo|cabo$|światłowód|кабел|оптик|光ファイバ|ケーブル|光缆|电缆|光纤`,
		other: `cut$|digger|excavator|damaged|torn|durchtrennt|bagger|beschädigt|gekappt|coupé|sectionné|pelleteuse|cortad|excavadora|dañad|tagliat|tranciat|escavatore|danneggiat|escavadora|rompid|doorgesneden|graafmachine|beschadigd|przecię|koparka|uszkodzon|przerwa|перереза|поврежд|экскават|切断|損傷|挖断|切断|断裂`},
}
