package logline

import (
	"strings"
	"unicode"
)

// key is what a name before a value says.
type key uint8

const (
	keyNone key = iota
	keySource
	keyTarget
	keySourcePort
	keyTargetPort
	keyPort
	keyProtocol
	keyTime
	keyAddress // of nobody by itself: the source where a time stands with it
	keyEvent   // the number or log of an event of Windows: its time stands beside it, its addresses below
)

// keys are the names that logs, reports and tables use, in lower case and
// without blanks, dashes, dots and underscores. A program or a language is added
// by adding its names.
var keys = newKeys()

func newKeys() map[string]key {
	all := make(map[string]key, 400)
	for _, group := range []struct {
		kind  key
		names string
	}{
		{keySource, `src srcip srcaddr srcaddress srchost saddr source sourceip sourceaddress sourceipaddress sourceaddr sourcehost sourcenetworkaddress
			sip ipsrc ipsource attacker attackers attackerip attackeraddress attackingip attackinghost attackingaddress offender offendingip offenderip
			maliciousip infectedip infectedhost botip scannerip spamip hackerip intruder rhost rip remip remoteip remoteaddr remoteaddress remotehost remote remotenetworkaddress
			client clientip clientaddr clientaddress cip cipaddress caddr from fromip origin originip originatingip originatingaddress idorigh origh peerip callerip callingip xforwardedfor abuserip abusiveip yourip fw infringersipaddress infringeripaddress infringingipaddress infringingip infringerip
			quellip quelladresse quelle quellipadresse quellhost angreifer angreiferip angreifendeip ipsourceattaque adressesource adresseipsource adresseattaquant
			origen iporigen direccionorigen ipdeorigen ipatacante atacante sorgente ipsorgente origine iporigine indirizzosorgente attaccante ipattaccante
			bronip bron bronadres aanvaller źródło adresźródłowy ipźródłowe adresipźródłowy origem iporigem endereçoorigem ipdeorigem
			источник ipисточника адресисточника атакующий 送信元 送信元ip 送信元ipアドレス 攻撃元 攻撃元ip 攻撃元ipアドレス 源ip 源地址 来源 来源ip 攻击源 攻击者ip`},
		{keyTarget, `dst dstip dstaddr dstaddress dsthost daddr dest destip destaddr desthost destination destinationip destinationaddress destinationipaddress destinationaddr destinationhost dip ipdst
			lip localip locip localaddr localaddress target targetip targethost targetaddress targetaddr victim victimip victimhost idresph resph toip sinkhole sinkholeip honeypot honeypotip sensorip relay ourip ourhost
			zielip ziel zieladresse zielipadresse zielhost opfer cible ipcible ipdestination adressedestination adressecible victime
			destino ipdestino direcciondestino ipdedestino víctima destinazione ipdestinazione vittima bersaglio doel doelip doeladres slachtoffer
			cel adresdocelowy ipdocelowe adresipdocelowy alvo ipalvo ipdedestino endereçodestino цель ipцели адресназначения
			宛先 宛先ip 宛先ipアドレス 送信先 攻撃先 目标ip 目的ip 目标地址 目的地址`},
		{keyAddress, `ip ipaddress ipaddr ipv4 ipv6 adresseip ipadresse direcciónip direccionip indirizzoip endereçoip ipadres adresip ipадрес ipアドレス ip地址`},
		{keyEvent, `eventid logname ereignisid protokollname iddelévénement nomdujournal iddeevento nombrederegistro`},
		{keySourcePort, `ipport spt sport srcport sourceport sp sprt rport remport remoteport infringersport infringerport infringingport clientport cport idorigp origp quellport portsource puertoorigen puertodeorigen portaorigine portasorgente portadeorigem bronpoort portźródłowy portaorigem 送信元ポート 源端口`},
		{keyTargetPort, `dpt dport dstport destport destinationport dp dprt lport locport localport targetport targetedport victimport serverport service idrespp respp zielport portcible portdestination puertodestino puertodedestino portadestinazione portadedestino portadidestinazione doelpoort portdocelowy portadestino 宛先ポート 目标端口 目的端口`},
		{keyPort, `port ports poort puerto porta ポート 端口 порт`},
		{keyProtocol, `proto protocol ipproto ipprotocol protocolid transport transportprotocol protokoll protocole protocolo protocollo protokół протокол プロトコル 协议`},
		{keyTime, `time timestamp timeutc timegmt date datetime dateandtime datetimeutc timestamputc ts eventtime eventtimestamp incidenttime incidentdate attacktime attackdate detectiontime detected detectedat
			observed observedat observationtime seen firstseen lastseen starttime start logdate logtime infringementtimestamp initialinfringementtimestamp recentinfringementtimestamp firstfoundutc when recorded received rt devtime
			zeit zeitpunkt uhrzeit datum datumuhrzeit zeitstempel heure date/heure horodatage dateheure fecha hora fechayhora fechahora dataeora dateetheure datumentijd datumundzeit dataegodzina data dataora ora orario tijd tijdstip czas dataczas datahora дата время датаивремя 日時 時刻 时间 日期`},
	} {
		for name := range strings.FieldsSeq(group.names) {
			if all[name] == keyNone {
				all[name] = group.kind
			}
		}
	}
	compose(all)
	composeTimes(all)
	return all
}

// The words that names of keys are put together of, in either order: "Source IP
// address", "adresse IP de destination", "IP-Adresse des Angreifers".
var (
	sourceWords  = strings.Fields("source src origin attacker attackers attacking offender offending quelle quell angreifer angreifers quellsystem quellsystems quellrechner attaquant origine origen origem fuente atacante sorgente attaccante bron aanvaller źródło źródłowy źródłowego źródłowa atakującego источник источника атакующего")
	targetWords  = strings.Fields("destination dest dst target victim ziel ziels zielsystem zielsystems zielrechner zielrechners opfer opfers cible destino destinatario destinazione víctima vittima doel slachtoffer docelowy docelowego docelowa cel celu destino alvo vítima назначения цели")
	addressWords = strings.Fields("ip address addr ipaddress addressip ipaddr ipv4 ipv6 ipv4address ipv6address host adresse ipadresse adresseip dirección direccionip direcciónip direccion indirizzo indirizzoip endereço endereçoip endereco enderecoip adres adresip ipadres адрес ipадрес")
	portWords    = strings.Fields("port ports portnumber tcpport udpport portnummer puerto porta poort порт")
	timeNames    = strings.Fields("time date timestamp zeit zeitpunkt datum uhrzeit heure moment fecha hora data ora czas tijd tijdstip дата время 日時 时间")
	eventNames   = strings.Fields("event incident attack detection observation occurrence at vorfall vorfalls angriff angriffs ereignis ereignisses événement attaque evento incidente ataque attacco zdarzenia incydentu ataku aanval инцидента события атаки")
	seenNames    = strings.Fields("received observed detected seen occurred recorded captured logged sent attempted")
	fillers      = strings.Fields("de du des del della dello di da do dos la le les el il lo of the der die das van von z l d number")
)

// compose adds the names that two of the words make.
func compose(all map[string]key) {
	for _, side := range []struct {
		words         []string
		address, port key
	}{{sourceWords, keySource, keySourcePort}, {targetWords, keyTarget, keyTargetPort}} {
		for _, word := range side.words {
			for _, address := range addressWords {
				addName(all, word+address, side.address)
				addName(all, address+word, side.address)
			}
			for _, port := range portWords {
				addName(all, word+port, side.port)
				addName(all, port+word, side.port)
			}
		}
	}
}

// composeTimes adds the names of times: "Czas zdarzenia", "time of the attack",
// "Received at".
func composeTimes(all map[string]key) {
	for _, time := range timeNames {
		for _, event := range eventNames {
			addName(all, time+event, keyTime)
			addName(all, event+time, keyTime)
		}
	}
	for _, seen := range seenNames {
		addName(all, seen+"at", keyTime)
		addName(all, seen+"on", keyTime)
	}
}

// addName keeps what a name says already.
func addName(all map[string]key, name string, kind key) {
	if _, known := all[name]; !known {
		all[name] = kind
	}
}

// isFiller knows the small words of a name.
var isFiller = func() map[string]bool {
	all := map[string]bool{}
	for _, word := range fillers {
		all[word] = true
	}
	return all
}()

// withoutFillers leaves out the small words of a name, "" when it has none.
func withoutFillers(name string) string {
	if hasDigit(name) || oneWord(name) { // as the times have that stand before the first colon of a log line
		return ""
	}
	kept, dropped := make([]string, 0, 4), false
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == ' ' || r == '\'' || r == '’' }) {
		if isFiller[strings.ToLower(word)] {
			dropped = true
			continue
		}
		kept = append(kept, word)
	}
	if !dropped {
		return ""
	}
	return strings.Join(kept, " ")
}

// oneWord tells a name in which nothing stands between words.
func oneWord(name string) bool {
	for n := range len(name) {
		if c := name[n]; c == ' ' || c == '\'' || c >= 0x80 {
			return false
		}
	}
	return true
}

// keyOf gives what a name says, keyNone for one that is not known. A remark in
// brackets behind it is left out: "Time (UTC)".
func keyOf(name string) key {
	if len(name) > maxKey || name != "" && name[0]-'0' < 10 { // no name begins with a digit, but the times of logs do
		return keyNone
	}
	name, _, _ = strings.Cut(name, "(")
	if first, second, two := strings.Cut(name, "/"); two {
		if kind := plainKey(first); kind != keyNone && len(first) > len("Date") {
			return kind // "Source IP / Quell-IP", but not "IP/Port"
		}
		if kind := keys[widePlainKey(name)]; kind != keyNone {
			return kind
		}
		name = second
	}
	kind := plainKey(name)
	if kind == keyNone && strings.IndexByte(name, ' ') > 0 {
		if plain := withoutFillers(name); plain != "" {
			return plainKey(plain)
		}
	}
	return kind
}

// plainKey looks up a name as it is written.
func plainKey(name string) key {
	switch strings.TrimSpace(name) {
	case "s-ip": // of web servers of Windows
		return keyTarget
	case "c-ip":
		return keySource
	case "s-port":
		return keyTargetPort
	}
	// Letters and digits are left, in lower case.
	var plain [maxKey]byte
	n := 0
	for i := range len(name) {
		c := name[i]
		if c >= 0x80 {
			return keys[widePlainKey(name)]
		}
		if c-'A' < 26 {
			c |= 0x20
		}
		if c-'a' < 26 || c-'0' < 10 {
			plain[n] = c
			n++
		}
	}
	return keys[string(plain[:n])]
}

func widePlainKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// before says what a word before an address means for it.
func before(word string) key {
	switch strings.ToLower(word) {
	case "from", "by", "client", "src", "source", "ban", "banned", "blocked", "found", "rhost", "attacker", "attackers", "peer",
		"von", "vom", "durch", "depuis", "par", "desde", "por", "da", "dal", "dall'ip", "van", "vanaf", "z", "od", "от", "с", "your", "ihr", "ihre", "votre", "su":
		return keySource
	case "to", "on", "against", "dst", "dest", "destination", "target", "towards", "into", "our", "relay",
		"an", "auf", "gegen", "nach", "vers", "contre", "sur", "hacia", "contra", "a", "verso", "contro", "naar", "op", "tegen", "na", "do", "на", "к",
		"unser", "unsere", "unseren", "unserem", "notre", "nuestro", "nostro", "nasz", "naszego", "nosso", "onze", "наш":
		return keyTarget
	}
	return keyNone
}

// protocolOf gives tcp, udp, icmp or another transport by name or number, "" for
// what is none.
func protocolOf(value string) string {
	switch strings.ToLower(strings.Trim(value, "\"'{}[]() \t,;")) {
	case "tcp", "6", "tcp6", "tcp/ip", "ssh", "http", "https", "smtp", "ftp", "telnet", "rdp", "imap", "pop3":
		return "tcp"
	case "udp", "17", "udp6":
		return "udp"
	case "icmp", "1", "icmpv4":
		return "icmp"
	case "icmp6", "icmpv6", "58", "ipv6-icmp":
		return "icmpv6"
	case "sctp", "132":
		return "sctp"
	case "gre", "47":
		return "gre"
	}
	return ""
}

// longestProgram is more than any name of programProtocol has, with a colon or two.
const longestProgram = 12

// programProtocol gives the transport of programs that use one only.
func programProtocol(word string) string {
	switch strings.ToLower(word) {
	case "tcp", "sshd", "httpd", "nginx", "apache", "apache2", "postfix", "smtpd", "dovecot", "mysqld", "proftpd", "vsftpd", "pure-ftpd", "telnetd", "exim", "get", "post", "head",
		"tcp_syn", "syn", "smbd", "imapd", "pop3d", "imap-login", "pop3-login", "xinetd":
		return "tcp"
	case "udp", "named", "ntpd":
		return "udp"
	case "icmp":
		return "icmp"
	case "icmpv6", "icmp6":
		return "icmpv6"
	}
	return ""
}
