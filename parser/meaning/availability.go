package meaning

// availability is the class of what does not work, and why.
var availability = []rule{
	{
		name: "availability/ddos", reason: "The words speak of an attack from many places that takes a service down.",
		strong: `ddos|d dos$|distributed denial|volumetric attack|reflection attack|amplification attack|botnet flood|verteilter angriff|verteilte überlast|überlastungsangriff von vielen|déni de service distribué|denegación de servicio distribuido|denegación de servicio distribuida|negazione del servizio distribuit|negação de serviço distribuíd|gedistribueerde|rozproszon|распределенная атака|распределённая атака|ддос|分散型サービス|分布式拒绝
			|flooded from thousands|from thousands of|from hundreds of addresses|from many addresses|von tausenden|depuis des milliers|desde miles de`,
	}, {
		name: "availability/dos", reason: "The words speak of an attack that takes a service down.",
		strong: `denial of service|dos attack|dos angriff|syn flood|udp flood|icmp flood|http flood|http get flood|slowloris|flooding our|flooded our|flood attack|mail bomb|mailbomb|e mail bomb|subscription bomb|überlastungsangriff|déni de service|attaque dos|denegación de servicio|ataque dos|negazione del servizio|attacco dos|negação de serviço|dos aanval|odmowa usługi|atak dos|отказ в обслуживании|dos атака|サービス拒否|dos攻撃|拒绝服务
			|packets a second|packets per second|pakete pro sekunde|pakete in der sekunde|paquets par seconde|paquetes por segundo|pacchetti al secondo`,
		plain: `flooding|flooded|flood$|überflutet`,
	}, {
		name: "availability/misconfiguration", reason: "The words speak of a wrong setting that disturbs a service.",
		strong: `misconfigur|mis configur|wrong configuration|wrongly configured|dnssec validation|dnssec key|expired certificate|certificate expired|certificate has expired|routing loop|bgp hijack|route leak|lame delegation|mail loop|fehlkonfigur|falsch konfiguriert|zertifikat abgelaufen|abgelaufenes zertifikat|mauvaise configuration|mal configuré|certificat expiré|mal configurad|configuración incorrecta|certificado caducado|certificado expirado|configurazione errata|mal configurat|certificato scaduto|configuração incorreta|verkeerd geconfigureerd|certificaat verlopen|błędna konfiguracja|źle skonfigurowan|wygasł certyfikat|неправильная настройка|неверно настроен|просроченный сертификат|設定ミス|証明書の期限|配置错误|证书过期
			|wrong dns|wrong entry|wrong record|wrong route|wrong setting|wrong mx|incorrect dns|incorrect record|falscher dns|falscher eintrag|falsche einstellung|falsche route|entrada incorrecta|mauvais réglage`,
	}, {
		name: "availability/sabotage", reason: "The words speak of damage done on purpose.",
		strong: `sabotage|sabotaged|cut the cable|cables were cut|cut cable|arson|deliberately destroyed|vandalism|sabotiert|kabel durchgeschnitten|mutwillig zerstört|brandstiftung|vandalismus|câble coupé|saboté|sabotaje|cable cortado|vandalismo|sabotaggio|sabotagem|sabotaż|вандализм|саботаж|диверсия|破壊工作|人为破坏`,
	}, {
		name: "availability/outage", reason: "The words speak of a service that is down.",
		strong: `saltata la corrente|manca la corrente|andata via la corrente|se fue la luz|faltou a luz|faltou a energia|panne d électricité|coupure d électricité|strom ist weg|stroom uitgevallen|geen stroom|brak prądu|нет электричества|отключили свет|отключили электричество|断电了|跳闸|power outage|power failure|outage|cooling failure|air conditioning failure|fire in the|water damage|flooded server room|service is down|network is down|site is down|is not reachable|stromausfall|ausfall der|ausfall des|ausgefallen|nicht erreichbar|wasserschaden|brand im|panne de courant|panne réseau|panne du|coupure de courant|hors service|apagón|corte de luz|caída del servicio|fuera de servicio|interruzione di corrente|guasto|fuori servizio|queda de energia|interrupção do serviço|fora do ar|stroomstoring|storing|onbereikbaar|awaria|brak prądu|не работает|отключение электр|авария|停電|障害|停电|断网|服务中断
			|has no power|no power since|without power|services are down|systems are down|servers are down|server is down|everything is down|no internet since|geht das telefon|geht das internet|geht das netz|gehen die telefone|gehen die mails|strom ausgefallen|kein strom|ohne strom|plus d électricité|sin electricidad|senza corrente`,
	},
}

// vulnerable is the class of holes and unwanted services.
var vulnerable = []rule{
	{
		name: "vulnerable/ddos-amplifier", reason: "The words speak of a service that can be misused to amplify attacks.",
		strong: `offenen resolver|offenen dns|used to amplify|used for amplification|рекурсивн|для усиления|усиление ddos|zapytania rekurencyjne|recursieve verzoeken|richieste ricorsive|再帰問い合わせ|再帰的な問い合わせ|递归查询|遞迴查詢|amplifier|open resolver|open dns resolver|open recursive|recursive dns server open|open ntp|ntp monlist|monlist|memcached udp|open memcached|ssdp amplif|cldap|chargen|reflector|reflection ddos|offener resolver|offene resolver|offener dns|dns resolver offen|verstärker|résolveur ouvert|résolveur dns ouvert|resolutor abierto|resolver abierto|resolver dns abierto|resolver aperto|resolver dns aperto|resolvedor aberto|resolver aberto|otwarty resolver|открытый резолвер|открытый dns|オープンリゾルバ|开放解析|放大攻击
			|recursive quer|recursion for every|recursion for any|open recursion|recursion is open|rekursive anfragen|requêtes récursives|consultas recursivas`,
	}, {
		name: "vulnerable/weak-crypto", reason: "The words speak of weak encryption.",
		strong: `weak cipher|weak crypto|weak ssl|weak tls|poodle|freak attack|logjam|heartbleed|sslv2|sslv3|ssl v2|ssl v3|tls 1 0|tls 1 1|rc4|weak key|self signed certificate|md5 certificate|sha1 certificate|schwache verschlüsselung|schwache chiffre|veraltetes tls|chiffrement faible|cifrado débil|crittografia debole|cifratura debole|criptografia fraca|cifra fraca|zwakke versleuteling|słabe szyfrowanie|слабое шифрование|слабый шифр|弱い暗号|弱加密`,
	}, {
		name: "vulnerable/information-disclosure", reason: "The words speak of a service that shows what it should not.",
		strong: `zone transfer|axfr|transfer the zone|transfers the zone|zonentransfer|transfert de zone|transferencia de zona|trasferimento di zona|transferência de zona|zonetransfer|transfer strefy|трансфер зоны|передача зоны|передачу зоны|ゾーン転送|区域传送|information disclosure|discloses information|directory listing|open directory|exposed git|git folder|git config|env file|exposed backup|backup file is accessible|phpinfo|server status page|snmp public|default community|informationspreisgabe|verzeichnislisting|verzeichnisauflistung|divulgation d informations|listage de répertoire|divulgación de información|listado de directorios|divulgazione di informazioni|divulgação de informações|listagem de diretório|informatielek|ujawnienie informacji|listowanie katalogów|раскрытие информации|情報開示|ディレクトリリスティング|信息披露|目录遍历`,
	}, {
		name: "vulnerable/potentially-unwanted-accessible", reason: "The words speak of a service that is open to everybody and should hardly be.",
		strong: `open mail relay|offenen relay|offenen mailrelay|offenes mailrelay|offener mailrelay|offenen proxy|relais ouvert|relais de messagerie ouvert|relay ouvert|relay abierto|relay aperto|relay aberto|otwarty relay|открытый релей|オープンリレー|オープンプロキシ|开放中继|开放代理|publicly accessible|openly accessible|accessible from the internet|reachable from the internet|exposed to the internet|exposed service|exposed rdp|open rdp|open telnet|open vnc|open smb|open mongodb|mongodb without|open elasticsearch|elasticsearch without|open redis|open database|open proxy|open relay|accessible telnet|accessible rdp|without authentication
			|aus dem internet erreichbar|offen erreichbar|öffentlich erreichbar|offener dienst|offene dienste|offene ports|offenes rdp|offener proxy|offener relay|offenes relay|ohne anmeldung erreichbar|accessible depuis internet|exposé sur internet|service exposé|port ouvert|accesible desde internet|expuesto a internet|puerto abierto|servicio expuesto|accessibile da internet|esposto su internet|servizio esposto|porta aperta|acessível pela internet|exposto na internet|porta aberta|serviço exposto|bereikbaar vanaf internet|open poort|openstaande|dostępny z internetu|otwarty port|wystawion|доступен из интернета|открытый порт|インターネットからアクセス可能|公開されている|暴露在互联网|开放端口
			|exposed database|exposed mongodb|exposed elasticsearch|exposed redis|open to the world|open to the internet|open to everybody|open to everyone|open to anyone|open to anybody|open to the public|reachable by any|reachable from any|reachable from every|reached by any|reached from any|accessible by any|accessible to any|needs no password|no password is needed|asks for no password|without a password|without password|no authentication|no login is asked|für jeden erreichbar|für alle erreichbar|ohne passwort|ohne kennwort|sans mot de passe|sin contraseña|senza password|sem senha|zonder wachtwoord|bez hasła|без пароля|パスワードなし|无需密码|from the whole internet|reachable from all|aus dem ganzen internet|depuis tout internet`,
	}, {
		name: "vulnerable/vulnerable-system", reason: "The words speak of a hole in a system or an application.",
		strong: `sql injection|cross site scripting|xss|csrf|ssrf|remote code execution|rce$|idor|open redirect|clickjacking|vulnerability in|vulnerability on|vulnerability report|found a vulnerability|security vulnerability|security hole|security flaw|security bug|bug bounty|proof of concept|sin parches|sin parchear|non patchat|sem patches|sem correções|ungepatcht|nicht gepatcht|niet gepatcht|bez poprawek|без патчей|パッチ未適用|未打补丁|not patched|missing patches|is vulnerable|are vulnerable|vulnerable to|vulnerable version|vulnerable server|unpatched|outdated version|sicherheitslücke|schwachstelle|verwundbar|faille de sécurité|faille|vulnérabilité|vulnérable|injection sql|vulnerabilidad|vulnerable a|fallo de seguridad|inyección sql|vulnerabilità|falla di sicurezza|iniezione sql|vulnerabilidade|falha de segurança|injeção de sql|kwetsbaarheid|kwetsbaar|beveiligingslek|podatność|podatności|luka w zabezpieczeniach|luki bezpieczeństwa|уязвимост|уязвим|脆弱性|漏洞`,
		plain:  `vulnerab|cve 19|cve 20|cvss|exploit available|spf record|dmarc record`,
	},
}

// abusive is the class of unwanted content.
var abusive = []rule{
	{
		name: "abusive-content/spam", reason: "The words speak of unsolicited bulk mail.",
		strong: `000 messages|000 mails|000 emails|000 e mails|000 nachrichten|000 correos|000 mensajes|000 mensagens|000 berichten|000 wiadomości|000 писем|000通|000封|spam from|spamming|spammer|sending spam|sends spam|sent spam|spam mail|spammail|spam e mail|spam email|spamcop v|spam complaint|spam report|spam source|spamtrap|spam trap|unsolicited bulk|unsolicited commercial|unsolicited mail|unsolicited e mail|unsolicited email|junk mail|bulk mail|ube$|uce$|spamvertised
			|unerwünschte werbung|unerwünschte mail|unerwünschte e mail|werbemail|spam von|spamversand|versendet spam|verschickt spam|pourriel|courrier indésirable|courriel non sollicité|envoi de spam|envoie du spam|correo basura|correo no deseado|correo no solicitado|envía spam|envío de spam|posta indesiderata|invia spam|invio di spam|lixo eletrônico|correio não solicitado|envia spam|envio de spam|ongewenste mail|ongewenste e mail|verstuurt spam|ongewenste reclame|niechciana poczta|niechciane wiadomości|rozsyła spam|wysyła spam|niezamówion|рассылка спама|рассылает спам|рассылки спама|спам рассылк|нежелательная почта|スパムメール|迷惑メール|垃圾邮件|垃圾郵件`,
		plain: `spam$|спам|スパム|sextortion|webcam`,
	}, {
		name: "abusive-content/harmful-speech", reason: "The words speak of people who are insulted, harassed or threatened.",
		strong: `harass|cyberstalk|stalking|stalker|bullying|cyberbullying|hate speech|racist|racism|death threat|threatens me|threatened me|threatening mail|threatening email|insult|discriminat|defamation|belästig|mobbing|beleidig|bedroht|bedrohung|drohmail|droh mail|hasskommentar|hassrede|volksverhetz|rassis|verleumd|harcèlement|harcelé|menaces|menacé|menace de mort|insultes|injures|propos haineux|raciste|diffamation|acoso|acosan|amenazas|amenaza de muerte|insultos|discurso de odio|racista|difamación|molestie|minacce|minacciato|insulti|incitamento all odio|razzis|diffamazione|assédio|ameaças|ameaça de morte|discurso de ódio|difamação|lastigvallen|bedreig|pesten|haatzaai|belediging|laster|nękan|groźby|grozi mi|mowa nienawiści|zniewag|оскорблен|угроз|травл|преследован|嫌がらせ|脅迫|誹謗中傷|いじめ|ヘイト|骚扰|威胁|辱骂|诽谤|仇恨言论`,
	}, {
		name: "abusive-content/violence", reason: "The words speak of violence or of pictures of child abuse.",
		strong: `child porn|child sexual|child abuse|csam|underage porn|glorification of violence|depiction of violence|sexual violence|kinderporno|kindesmissbrauch|missbrauchsdarstellung|gewaltdarstellung|gewaltverherrlich|pédopornograph|pédophil|pornographie enfantine|abus sexuel|pornografía infantil|abuso infantil|abuso sexual de menores|pedopornograf|pornografia minorile|abuso di minori|pornografia infantil|abuso sexual infantil|kindermisbruik|pornografia dziecięca|dziecięcej pornografii|pedofil|детская порнография|детской порнографии|насилие над детьми|児童ポルノ|児童虐待|儿童色情|儿童性虐待
			|bomb threat|bomb is in|bomb in our|bomb in the|bomb has been placed|placed a bomb|will kill|going to kill|school shooting|mass shooting|threatens to shoot|bombendrohung|bombe in|bombe im|amoklauf|amokdrohung|alerte à la bombe|menace d attentat|amenaza de bomba|minaccia di bomba|allarme bomba|ameaça de bomba|bommelding|bomdreiging|alarm bombowy|угроза взрыва|заминирован|爆破予告|炸弹`,
	},
}

// exercises is the class of tests.
var exercises = []rule{
	{
		name: "test/test", reason: "The words say that it is a test or an exercise.",
		strong: `this is only a test|this is a test|this is an exercise|exercise exercise|exercise only|for exercise purposes|please ignore this test|test report please ignore|test message please ignore|test mail please ignore|test please ignore|phishing simulation|simulated phishing|awareness campaign|phishing test|dies ist ein test|nur ein test|dies ist eine übung|übung übung|bitte ignorieren test|testmeldung|phishing übung|phishing kampagne der|ceci est un test|ceci est un exercice|exercice exercice|simulation d hameçonnage|esto es una prueba|esto es un simulacro|simulacro de phishing|questo è un test|questa è un esercitazione|simulazione di phishing|isto é um teste|este é um teste|exercício de|simulação de phishing|dit is een test|dit is een oefening|phishingsimulatie|to jest test|to są ćwiczenia|symulacja phishingu|это тест|это учения|учебная тревога|учебный фишинг|これはテスト|訓練メール|标靶演练|这是测试|钓鱼演练`,
	},
}
