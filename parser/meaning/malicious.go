package meaning

// malicious is the class of malicious code.
var malicious = []rule{
	{
		name: "malicious-code/infected-system", reason: "The words speak of a machine that malicious code runs on.",
		strong: `infected host|infected machine|infected system|infected computer|infected pc|infected with|is infected|are infected|got infected|bot infect|part of a botnet|botnet member|botnet drone|zombie|sinkhole|connecting to a botnet|connected to a botnet|connecting to a command|connected to a command|connection to a command|connections to a command|contacting a command|contacted a command|connects to a command|c c connection|c c traffic|c c communication|c2 connection|c2 traffic|c2 communication|c2 beacon|c2 callback|cnc connection|botnet connection|connecting to a c2|connected to a c2|communicating with a c2|communicates with a c2|communicating with a command|kommuniziert mit einem c2|verbindung zu einem c2|connexion à un c2|conexión a un c2|infostealer|info stealer|beacon|infiziert|befallen|verseucht|schadsoftware auf|trojaner auf|virus auf|teil eines botnet
			|infecté|infectée|machine compromise par un|poste infecté|infectado|infectada|equipo infectado|infetto|infettato|infetta|máquina infectada|geïnfecteerd|besmet|zainfekowan|zarażon|заражен|заражён|инфицирован|感染|中毒|中了木马|僵尸网络`,
		plain: `malware|trojan|trojaner|virus$|viren|worm$|schadsoftware|schadcode|spyware|adware|keylogger|rat$|antivirus alert|virus alert|virenfund|virenmeldung|cheval de troie|logiciel malveillant|software malicioso|código malicioso|troyano|malicioso|cavallo di troia|software dannoso|software malevolo|kwaadaardige software|złośliwe oprogramowanie|wirus|вредонос|вирус|троян|マルウェア|ウイルス|病毒|木马|恶意软件|惡意軟體|emotet|qakbot|trickbot|mirai|conficker|redline|formbook|agent tesla|lokibot|asyncrat`,
		weak:  `botnet|bot net|infection|weird popups|popups|very slow|antivirus|virenscanner|edr$|defender`,
	}, {
		name: "malicious-code/c2-server", reason: "The words speak of a server that controls infected machines.",
		strong: `mando y control|servidor de mando|comando y control|comando e controllo|comando e controle|commande et contrôle|befehls und kontroll|dowodzenia i kontroli|управления и контроля|командно контрольн|コマンドアンドコントロール|teamserver|cobalt strike|c2 server|c2 panel|c2 host|c2 is hosted|c2 hosted|cnc server|c c server|c c host|command and control|command control server|botnet controller|control server|controller of a botnet|cobalt strike team|team server|steuerserver|kontrollserver|serveur de commande|serveur c2|serveur de contrôle|servidor de comando|servidor de control|servidor c2|server di comando|server c2|servidor de comando e controle|commandoserver|c2 serwer|serwer c2|serwer sterujący|сервер управления|управляющий сервер|c2サーバ|指令サーバ|控制服务器|命令与控制`,
		plain:  `c2$|c c$|botnet control|hosting a botnet`,
	}, {
		name: "malicious-code/malware-distribution", reason: "The words speak of a place from which malicious code is spread.",
		strong: `distributing malware|distributes malware|malware distribution|hosting malware|hosts malware|serves malware|serving malware|spreading malware|malware download|malware url|malware payload|drops malware|drive by download|malicious attachment|malicious file|malicious download|malicious document|malicious macro|exploit kit|dropper|payload delivery|payload url|delivers malware
			|malicious files|file dannos|file malevol|fichiers malveillants|archivo dañino|archivos maliciosos|arquivo malicioso|arquivos maliciosos|ficheiro malicioso|kwaadaardig bestand|złośliwy plik|złośliwe pliki|вредоносный файл|вредоносные файлы|不正なファイル|恶意文件|恶意程序
			|verteilt schadsoftware|verbreitet schadsoftware|verteilt malware|verbreitet malware|schädlicher anhang|schädliche datei|bösartiger anhang|bösartige datei|schadhafter anhang|malware verteilt|malware zum download
			|distribue un malware|héberge un malware|pièce jointe malveillante|fichier malveillant|distribuye malware|aloja malware|adjunto malicioso|archivo malicioso|distribuisce malware|ospita malware|allegato malevolo|allegato dannoso|distribui malware|hospeda malware|anexo malicioso|verspreidt malware|kwaadaardige bijlage|rozsyła złośliwe|dystrybuuje|złośliwy załącznik|zainfekowany załącznik|распространяет вредонос|вредоносное вложение|マルウェアを配布|悪意のある添付|恶意附件|传播恶意|分发恶意`,
		plain: `malicious macros|macro enabled|malicious script|malware sample|malicious iso|malicious zip|loader`,
	}, {
		name: "malicious-code/malware-configuration", reason: "The words speak of a place where malicious code finds its configuration.",
		strong: `malware configuration|malware config|web inject config|webinject|configuration file of the malware|configuration of the malware|bot configuration|dead drop resolver|konfiguration der schadsoftware|configuration du malware|configuración del malware|configurazione del malware|configuração do malware`,
		plain:  `webinjects`,
	},
}
