package meaning

// attempts are the rules of what others try, never who writes.
var attempts = []string{"intrusion-attempts/brute-force", "intrusion-attempts/ids-alert", "information-gathering/scanner"}

// intrusionAttempts is the class of tries to get in.
var intrusionAttempts = []rule{
	{
		name: "intrusion-attempts/brute-force", reason: "The words speak of passwords that are tried.",
		strong: `brute force|bruteforce|failed password|failed login|failed log in|failed logon|logon failure|login failure|account failed to log on|failed authentication|authentication fail|authentication failure|login failed|login attempt|login attack|log in attempt|logon attempt|sign in attempt|invalid user|fail2ban|sshguard|denyhosts|password guess|guessing password|guesses password|guess password|password spray|credential stuffing|dictionary attack|tries password|trying password|tries a new password|new password every|too many authentication|maximum authentication|sasl login|wp login php|xmlrpc php|access denied for user
			|passwort raten|passwörter raten|rät passwörter|passwörter durch|fehlgeschlagene anmeld|fehlgeschlagene login|fehlgeschlagenen anmeld|anmeldeversuch|login versuch|loginversuch|einlogversuch
			|force brute|tentatives de connexion|tentative de connexion|échecs d authentification|échec d authentification|fuerza bruta|intentos de inicio|intentos de acceso|intentos fallidos|forza bruta|tentativi di accesso|tentativi di login|força bruta|tentativas de login|tentativas de acesso|tentativas de autenticação
			|inlogpogingen|inlogpoging|mislukte inlog|wachtwoorden raden|próby logowania|prób logowania|nieudane logowan|nieudanych logowań|łamanie haseł|siłowy|подбор парол|перебор парол|брутфорс|попытки входа|неудачные попытки|ブルートフォース|総当たり|ログイン試行|暴力破解|登录失败|尝试登录`,
		plain: `ssh attack|rdp attack|ssh login|port 22 attack|pam unix|sshd$|ssh2`,
	}, {
		name: "intrusion-attempts/exploit", reason: "The words speak of tries to use a new or unknown hole.",
		strong: `zero day|0day|0 day|new attack signature|unknown exploit|attempted to exploit an unknown|neuer angriff|zero day lücke|faille inconnue|día cero|giorno zero|dia zero|uderzenie dnia zerowego|нулевого дня|ゼロデイ|零日`,
	}, {
		name: "intrusion-attempts/ids-alert", reason: "The words speak of tries to use a known hole.",
		strong: `tries to exploit|try to exploit|auszunutzen versuch|lücke auszunutzen|schwachstelle auszunutzen|essaie d exploiter|essayent d exploiter|tente d exploiter|tentent d exploiter|intenta explotar|intentan explotar|intentando explotar|prova a sfruttare|provano a sfruttare|cerca di sfruttare|tenta di sfruttare|tenta explorar|tentam explorar|tentando explorar|probeert misbruik|proberen misbruik|próbuje wykorzystać|próbują wykorzystać|пытается использовать уязвим|пытается эксплуатировать|пытаются эксплуатировать|悪用しようと|试图利用|企图利用|尝试利用|exploit attempt|exploitation attempt|attempted exploit|attempts to exploit|attempt to exploit|tried to exploit|trying to exploit|sql injection attempt|sqli attempt|injection attempt|path traversal|directory traversal|remote file inclusion|local file inclusion|jndi ldap|log4shell attempt|log4j attempt|shellshock attempt|ids alert|ips alert|snort alert|suricata alert|intrusion detection alert|intrusion detection system|intrusion attempt|hacking attempt|hack attempt|attempted intrusion|union select|etc passwd|cgi bin|phpunit|eval stdin|web attack|waf block|waf alert|modsecurity|et exploit
			|versuchter angriff|angriffsversuch|einbruchsversuch|hackversuch|ausnutzungsversuch|versucht eine lücke|versucht eine schwachstelle|tentative d intrusion|tentatives d intrusion|tentative d exploitation|tentatives d exploitation|tentative de piratage|intento de intrusión|intentos de intrusión|intento de explotación|intentos de explotación|tentativo di intrusione|tentativi di intrusione|tentativi di exploit|tentativa de intrusão|tentativas de intrusão|tentativa de exploração
			|inbraakpoging|poging tot misbruik|pogingen tot misbruik|próba włamania|próby włamania|próby ataku|próba wykorzystania|попытка взлома|попытки взлома|попытка эксплуатации|попытки эксплуатации|попытка вторжения|攻撃の試み|不正アクセスの試み|漏洞利用|入侵尝试
			|sql injection against|sql injection from|sql injection coming|with sql injection|tries sql injection|tried sql injection|trying sql injection|attempted sql injection|sql injections against|sql injections from|sql injection attack|sqli attack|xss attack|xss attempt|attacks our web|attack on our web|attacks on our web|jndi`,
		plain: `exploit|web application attack|attack signature|et web server|attacking our web|angriffe auf unsere web`,
	},
}

// gathering is the class of looking around.
var gathering = []rule{
	{
		name: "information-gathering/scanner", reason: "The words speak of scans for open services.",
		strong: `port scan|portscan|portscanning|scanning our|scanning your|scanned our|scanned us|scans our|scan from|scans from|scan of our|were scanned|was scanned|network scan|netscan|vulnerability scan|host sweep|ping sweep|syn scan|horizontal scan|mass scan|masscan|nmap|zmap|zgrab|et scan|probing our|probed our|probes against|probing port|scan detected|scan activity|scanning activity|scanning for
			|gescannt|scannt |scannen unser|scan von|scans von|portabtastung|abtasten|scanversuch|scan de ports|scan de port|balayage de ports|balayage|scanne nos|scannent|scanné|escaneo de puertos|escaneo|escaneos|barrido de puertos|scansione delle porte|scansione di porte|scansione|scansioni|varredura|varreduras|escaneamento
			|poortscan|gescand|poorten scannen|skanowan|skanuje|skanował|сканирован|сканирует|сканировал|ポートスキャン|スキャン|端口扫描|扫描|掃描
			|port sweep|probed port|probes port|probes our|connects to port|connecting to port|sweep of our|connection attempts to port|tried all ports|goes through our address`,
		plain: `scanning|probing|unsolicited connection|connection attempts|verbindungsversuche|tentativi di connessione|dropped packets|firewall log`,
		weak:  `scanner|probe|scan$|scans$`,
	}, {
		name: "information-gathering/sniffing", reason: "The words speak of traffic that is listened to.",
		strong: `sniffing|sniffer|wiretap|eavesdrop|man in the middle|mitm$|intercepted traffic|interception of traffic|arp spoof|rogue access point|evil twin|fake access point|rogue wifi|fake wifi|falscher access point|falschen access point|falsches wlan|faux point d accès|faux wifi|punto de acceso falso|finto access point|ponto de acesso falso|nep wifi|fałszywy punkt dostępu|поддельная точка доступа|偽のアクセスポイント|假wifi|abgehört|abhören|mitgelesen|datenverkehr mitgeschnitten|écoute du trafic|écoute réseau|interception du trafic|homme du milieu|escucha de tráfico|interceptación|intercettazione|interceptação|escuta de tráfego|afluisteren|afgeluisterd|podsłuch|перехват трафика|прослушив|盗聴|窃听|嗅探`,
	}, {
		name: "information-gathering/social-engineering", reason: "The words speak of people who are talked into giving things away.",
		strong: `social engineering|pretext call|pretexting|tech support scam|technical support scam|fake microsoft support|fake support call|called and asked for|caller claimed|caller said|asked for remote access|fake it support|bribe|falscher support|falscher microsoft|anrufer gab sich|anrufer behauptete|angeblicher microsoft|rief an und|ausgehorcht|ingénierie sociale|faux support|faux technicien|ingeniería social|falso soporte|falso técnico|llamada falsa|ingegneria sociale|finto tecnico|finto supporto|engenharia social|falso suporte|nep helpdesk|nephelpdesk|babbeltruc|inżynieria społeczna|fałszywy pracownik|fałszywy telefon|социальн.. инженер|социальная инженерия|позвонил|ソーシャルエンジニアリング|サポート詐欺|社会工程
			|said he was from|said she was from|said they were from|said to be from it|caller wanted|angeblich von der it|angeblich aus der it|am telefon nach|au téléphone mon mot`,
		plain: `teamviewer|anydesk|phone call from|suspicious call|verdächtiger anruf|appel suspect`,
	},
}
