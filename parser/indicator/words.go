package indicator

import "strings"

// role is what a word says about the indicators behind it.
type role struct {
	says  bool
	is    string // source|target, "" for a word that ends what was said before
	hosts bool   // it speaks of addresses only, and of mail addresses in an attached mail
	weak  bool   // it holds unless what follows says otherwise: "your host"
	near  bool   // it speaks only of what stands right behind it
	short bool   // it speaks of few words: "our web server 192.0.2.1"
	vague bool   // versions stand behind it too: "from", "to", "affected"
}

// reach is how many words may stand between the word and what it speaks of.
func (r role) reach() int {
	switch {
	case r.near:
		return 0
	case r.short:
		return reach / 2
	}
	return reach
}

// of gives the role for one kind of indicator. Hashes and holes have none.
func (r role) of(kind string, attached bool) string {
	host := kind == typeIPv4 || kind == typeIPv6 || kind == typeCIDR
	switch {
	case r.is == "" || !host && kind != typeDomain && kind != typeURL && kind != typeEmail && kind != typeASN:
		return roleUnknown
	case r.hosts && !host && !(attached && kind == typeEmail):
		return roleUnknown
	}
	return r.is
}

// subject is what the number or name behind a word is about.
type subject uint8

const (
	subjectNone subject = iota
	subjectVersion
	subjectDomain
	subjectKey
	subjectNetwork
	subjectServer
	subjectMessage
	subjectFile
	subjectProduct
	subjectCommit
	subjectAddress
	subjectNumber
)

// meaning is all that one word says.
type meaning struct {
	role    role
	about   subject
	joins   bool // it stands between the members of a list
	acts    bool // a verb of an attack
	traces  bool // behind it "to" names where something came from
	flawed  bool // what is said of a machine with a flaw: "192.0.2.40 is vulnerable"
	caught  bool // what was done to the one who attacks: "203.0.113.5 blocked"
	passive bool // it turns the verb behind it round: "was attacked"
	genuine bool // it speaks of what somebody imitates
	release bool // it speaks of versions of programs
	talk    talk // of what digests without a name are
}

// vocabulary knows the words that reports and logs use, in lower case, in the
// languages we are written to. A language is added by adding its words.
var vocabulary = newVocabulary()

func newVocabulary() map[string]meaning {
	v := make(map[string]meaning, 1200)
	set := func(words string, change func(*meaning)) {
		for word := range strings.FieldsSeq(words) {
			m := v[word]
			change(&m)
			v[word] = m
		}
	}
	says := func(is string, hosts, weak bool) func(*meaning) {
		return func(m *meaning) { m.role = role{says: true, is: is, hosts: hosts, weak: weak} }
	}
	about := func(s subject) func(*meaning) { return func(m *meaning) { m.about = s } }
	set(endWords, says("", false, false))
	set(sourceWords, says(roleSource, false, false))
	set(targetWords, says(roleTarget, false, false))
	set(ourWords, func(m *meaning) { m.role = role{says: true, is: roleTarget, short: true} })
	set(yourWords, says(roleSource, true, true))
	set(fromWords, says(roleSource, true, false))
	set(toWords, says(roleTarget, true, false))
	set(vagueWords, func(m *meaning) { m.role.vague = true })
	set(genuineWords, func(m *meaning) { m.genuine = true })
	set(joinWords, func(m *meaning) { m.joins = true })
	set(actWords, func(m *meaning) { m.acts = true })
	set(caughtWords, func(m *meaning) { m.caught = true })
	set(tracingWords, func(m *meaning) { m.traces = true })
	set(flawedWords, func(m *meaning) { m.flawed = true })
	set(passiveWords, func(m *meaning) { m.passive = true })
	set(versionWords, func(m *meaning) { m.about, m.release = subjectVersion, true })
	set(releaseTalk, func(m *meaning) { m.release = true })
	set(sectionWords, about(subjectVersion))
	set(numberWords, about(subjectNumber))
	set(addressWords, about(subjectAddress))
	set(productWords, about(subjectProduct))
	set(domainWords, about(subjectDomain))
	set(keyWords, about(subjectKey))
	set(commitWords, about(subjectCommit))
	set(networkWords, about(subjectNetwork))
	set(serverWords, about(subjectServer))
	set(messageWords, about(subjectMessage))
	set(nameTalk, func(m *meaning) { m.talk = talkNames })
	set(digestTalk, func(m *meaning) { m.talk = talkDigests })
	set(fileWords, about(subjectFile))
	return v
}

// sourceWords speak of who does it, before a name or an address of any kind.
const sourceWords = `
	attacker attackers attacking attacks source sources src saddr srcip src_ip source_ip source-ip sourceip srcaddr
	source_address source-address sourceaddress src_addr orig_h id.orig_h sourceipaddress clientipaddress remoteipaddress callerip callingip rip remip remote_ip remoteip remote_addr ip_client clientip client_ip ipaddress
	offender offenders offending malicious suspicious phishing scanner scanners intruder intruders hostile rogue abusive abuser
	spammer spammers spamvertised botnet bot bots c2 c&c cnc rhost client remote sender from banned ban blocked reply-to
	return-path fake fraudulent scam originating originated origin originates culprit perpetrator infringer infringing dropper payload sinkhole
	x-originating-ip x-sender-ip x-source-ip infected came comes coming remoteipdetails
	kam kamen kommt kommen stammt stammen absenderadresse absender-adresse kwam komt vient venait viennent provient proviennent viene vienen proviene provengono partono parte veio vieram
	gönderen saldırgan saldırganın kaynak kaynağı zdroj zdrojová útočník útočníka útočníci odesílatel odesílatele támadó feladó atacator sursă sursa expeditor hyökkääjä lähettäjä avsändare avsändaren angripare angriparen källa afsender afsenderen angriber angriberen kilde avsender angriper
	αποστολέας αποστολέα πηγή отправителя отправителем нападник зловмисник джерело відправник відправника
	angreifer angreifers angreifern angreifende angreifenden angreifender quelle quellen quell-ip quelladresse quelladressen absender von vom
	ausgehend ausgehende ausgehenden verursacher bösartige bösartigen schädliche schädlichen verdächtige verdächtigen angriffsquelle gefälschte gefälschten
	attaquant attaquants attaquante attaquantes depuis expéditeur malveillant malveillante malveillants malveillantes provenant provenance émanant
	atacante atacantes origen orígenes desde remitente malicioso maliciosa maliciosos maliciosas procedente procedentes proveniente provenientes
	attaccante attaccanti sorgente sorgenti origine mittente dal dall dalla dai malevolo malevoli aggressore
	atakujący atakującego atakująca atakujące atakujących źródło źródła źródłowy źródłowe nadawca złośliwy złośliwa pochodzący pochodzące
	origem origens remetente invasor invasores agressor vindo vindos partiu
	aanvaller aanvallers aanvallende bron bronnen afzender kwaadaardige verdachte afkomstig vanuit vanaf
	атакующий атакующего атакующие атакующих источник источники источника отправитель злоумышленник злоумышленника вредоносный исходящий исходит`

// targetWords speak of whom it is done to.
const targetWords = `
	target targets targeted targeting victim victims dst daddr dest destination dstip dstaddr dst_ip dest_ip destip destination_ip destination-ip
	destination_address destination-address resp_h id.resp_h lip locip local_ip server_ip attacked affected compromised against towards toward honeypot honeypots sensor
	treffen trifft hedef hedefi cíl oběť áldozat célpont țintă țintei kohde uhri mål getroffen getroffene ціль
	ziel ziele ziel-ip zieladresse zieladressen opfer betroffen betroffene betroffenen betroffener gegen angegriffene angegriffenen
	cible cibles victime victimes contre ciblé visé
	destino destinos víctima víctimas objetivo objetivos contra
	vittima vittime destinazione contro bersaglio
	cel cele ofiara ofiary przeciw przeciwko docelowy
	alvo alvos vítima vítimas
	doel doelen doelwit slachtoffer slachtoffers tegen
	цель цели жертва жертвы наш наша наше наши нашего нашей нашему нашем против`

// ourWords: what is ours is the victim's, but the word speaks of few words only.
const ourWords = `our ours my unser unsere unserem unseren unserer unseres mein meine meinem meinen notre nos mon ma nuestro nuestra nuestros nuestras mi
	nostro nostra nostri nostre nasz nasza nasze naszego naszej naszym naszych nosso nossa nossos nossas onze ons náš naše naši našeho našem našim naší našich наш наша наше наши нашего нашей нашему нашем нашим
	sunucumuz sunucumuza sunucumuzun sunucularımıza sunucularımız ağımız ağımıza sistemimize sistemlerimize vår vårt våra vores vore szerverünk szerverünket szerverünkre hálózatunk hálózatunkat rendszerünk
	nostru noastră noștri noastre palvelimemme palvelimeemme verkkomme verkkoomme meidän naš naša naši наші нашого нашому нашої خادمنا خوادمنا شبكتنا chúng`

// yourWords: in what is written to us, your host is mostly the one that does it.
const yourWords = `your ihr ihre ihrem ihren ihrer ihres euer eure eurem votre vos vuestro vuestra suyo vostro vostra twój państwa wasz vosso vossa seu sua su sus yours ağınızdaki ağınızdan jeres deres ert vašeho vašem vaší vaše váš teidän dumneavoastră uw jullie ваш ваша ваше ваши вашего вашей вашем вашему`

// fromWords and toWords are said of hosts; behind them stand all kinds of things.
const (
	fromWords = `från fra adresinden adreslerinden címről z từ مِن من від osoitteesta з із by durch aus par por da z ze od van с со от из pelo door`
	toWords   = `till til على to into an auf nach zu vers hacia verso do na naar на к para`
)

// endWords end what was said before: what follows is somebody to talk to, or is
// what the sentence goes on with.
const endWords = `
	contact reply write regards wrote schrieb écrit cc reporter grüße greetings telephone see siehe reference note
	saw seen observe observed detected noticed noted logged recorded monitored received via through using
	festgestellt gesehen beobachtet bemerkt kontakt mehr more details info information
	contacter contacto contatto contato пишите`

// genuineWords speak of what somebody imitates.
const genuineWords = `
	real legitimate legit genuine official authentic imitates imitating imitate imitated impersonates impersonating impersonated mimics mimicking mimic clones cloning resembles spoofs pretending
	echt echte echten echter echtes richtige richtigen offizielle offiziellen offizieller eigentliche eigentlichen legitime legitimen imitiert nachahmt nachgeahmt nachgebaut kopiert
	vrai vraie véritable légitime officiel officielle imite imitant usurpe usurpant verdadero verdadera legítimo legítima oficial auténtico auténtica imita imitando suplanta suplantando
	vero vera autentico ufficiale legittimo legittima imitano verdadeiro verdadeira autêntico autêntica officiële legitieme prawdziwy prawdziwa prawdziwej prawdziwą oficjalny oficjalna oficjalnej podszywa
	настоящий настоящего настоящая официальный официального официальная riktiga riktige rigtige officiella officielle pravý pravá oficiální`

const joinWords = `unknown helo ehlo localhost and or und oder et ou y e o en of i oraz lub as well also sowie bzw respectively и или и/или plus`

const actWords = `
	envoie envoient envía envían invia inviano stuurt sendet rät hyökkää angriper angriber attackerar
	attacked attacks attacking scanned scans scanning probed probes probing tried tries trying attempted attempts attempting flooded flooding floods
	exploited exploiting bruteforced bruteforcing connected connects logged sends sent sending abusing abused abuses hammering
	hit hits hitting brute-forcing brute-forced spamming spammed guessing hosting hosts distributes distributing serves serving
	angegriffen gescannt versucht versuchte versuchen greift scannt attackiert verschickt versendet
	attaque attaqué scanne scanné tente tenté ataca atacó atacado escanea escaneó intenta intentó attacca attaccato scansiona
	atakuje atakował skanuje skanował próbuje próbował atacou tentou escaneou varre aanvalt gescand probeert probeerde scant
	wysyła rozsyła prowadzi łączy realizou realizó realizaron efetuou geprobeerd performing performed performs conducting conducted launching launched brute-forces bruteforces enviando envia atacando escaneando aanvallen valt napadl útočí skenuje rozesílá
	атакует атаковал сканирует сканировал пытается пытался рассылает`

const caughtWords = `címről címekről adresinden adreslerinden blocked banned blacklisted blocklisted listed denied rejected gesperrt geblockt bloqué bloqueado bloqueada bloccato geblokkeerd zablokowany zablokowano заблокирован`

// tracingWords: behind them "to" names where something came from.
const tracingWords = `traced tracked trace traces tracing leads led attributed attribute pinned correlated linked belongs belonging assigned points pointed`

const flawedWords = `vulnerable unpatched outdated verwundbar verwundbare angreifbar anfällig vulnérable vulnérables vulnerables vulnerabile vulnerabili vulnerável vulneráveis podatny podatne podatna kwetsbaar kwetsbare уязвим уязвима уязвимы sårbar sårbara sårbare zranitelný zranitelné`

const passiveWords = `was were been being wurde wurden got gets is'being été fue sido stato foi werd został została był byl byla`

// vagueWords speak of hosts, and of versions as often.
const vagueWords = `from från fra till til von vom ab bis until to into auf nach zu vers desde hasta dal dall dalla dai affected affecting affects betroffen betroffene betroffenen betroffener
	against towards target targeted compromised ziel our ours unser unsere unserem unseren unserer unseres notre nos nuestro nuestra por da od van с от на do na para
	your ihr ihre ihrem ihren ihrer ihres votre vos uw aus by durch par vulnerable`

// releaseTalk are words of mails about programs and their versions.
const releaseTalk = `released fixes fixed patched patches hotfixes product products upgrade upgraded upgrading updated updates downgraded psirt changelog produkt produkte produkten installed installiert installierte
	installiert aktualisiert aktualisierung mise-à-jour actualización aggiornamento aktualizacja обновление inventar inventory bundle package packages paket pakete`

// versionWords stand before the numbers of versions.
const versionWords = `
	version versions versionname versioncode ver v vers release releases firmware build revision rev kernel patch patchlevel hotfix
	snmpv2-smi wersja wersji versión versione versioni versão versie versies версия версии версию verze verzi verzió versiune sürüm sürümü έκδοση uitgave
	pan-os panos fortios junos ios macos`

// sectionWords stand before other dotted numbers that are no addresses: sections,
// identifiers, telephone numbers and masks.
const sectionWords = `
	coordinates koordinaten kostenstelle seriennummer seriennummern vertragsnummer rechnungsnummer kundennummer bestellnummer invoice contract section sections chapter clause paragraph
	figure fig table appendix annex annexe annexes step abschnitt abschn article artikel artículo articolo artigo artykuł art az aktenzeichen gz geschäftszeichen kapitel kap chap ziffer ziff raum room pos position absatz tabelle abbildung anhang chapitre capítulo sección sezione rozdział seção
	oid oids paragraf pkt punkt punkte §
	tel telephone phone fon telefon fax mobile mobil handy tél téléphone teléfono telefono telefone telefoon
	tlf tlfnr telefonnummer rufnummer durchwahl direktwahl direkte direct-dial natel gsm cell cellulare celular móvil móviles portable telefonszám puh puhelin тел телефон факс моб τηλ τηλέφωνο φαξ hotline ext extension
	komórka komórkowy
	pin unit suite wohnung apt
	netmask mask subnetmask wildcard netzmaske`

// productWords stand before both, the version of a program and the host it runs on.
// numberWords stand right before numbers that somebody counts or dials.
const numberWords = `number nummer nummern numero numéro numéros número números numery numeru nr no num nº номер номера kundennr rechnungsnr ticket-nr vorgangsnr inventarnummer artikelnummer telefonnr
	serial serial-number case ticket vorgang dossier expediente fall sag sagsnr ärende sak factura rechnung faktura`

// addressWords say that an address stands behind them.
const addressWords = `ip ips ipv4 ip's address addresses addr adresse adressen ip-adresse ip-adressen ip-adres ip-adresu adres adresu adresem dirección direcciones direccion indirizzo indirizzi
	endereço endereços adresa adresy adreslerinden adresinden adresi cím címről címek osoite osoitteesta адрес адреса адреси адресу адресом адресов διεύθυνση διευθύνσεις
	host hosts rechner computer machine machines máquina maschine stroj сервер хост node nodes peer peers gateway nameserver resolver honeypot
	hosted about range netblock abuse block blocking sperren blockieren bloquer bloquear whois ping nslookup dig nmap traceroute resolves resolved resolve points geolocated`

const productWords = `
	upgrade upgraded upgrading update updated updating downgraded bump bumped fixed patched downgrade prior apply applied install installed installing
	chrome chromium firefox opera safari edge msie thunderbird outlook office exchange windows android osx oracle database
	openssl openssh apache nginx tomcat php mysql mariadb postgresql java jre jdk python perl ruby node nodejs wordpress drupal joomla
	fortigate fortiweb asa screenos sonicos routeros vmware esxi vcenter citrix netscaler adobe acrobat reader flash
	exim postfix dovecot sendmail proftpd jquery bootstrap angular rails laravel symfony spring magento typo3 roundcube zimbra samba squid haproxy varnish redis mongodb elasticsearch kibana grafana kubernetes docker curl wget
	gitea nextcloud owncloud moodle prestashop plugin driver drivers app agent sdk dll browser library package module bios uefi teamviewer anydesk anyconnect forticlient globalprotect moveit gitlab jenkins confluence jira log4j struts weblogic`

const domainWords = `
	domain domains hostname fqdn website websites site page url domäne domaine dominio dominios domena domínio domeinnaam webseite seite домен сайт сайта
	sitio sito strona`

const keyWords = `
	fingerprint fpr commit fingerabdruck keyid key-id key revision-id etag uuid guid session sessionid session_id phpsessid jsessionid sid token nonce
	boundary openpgp4fpr trace traceid trace-id trace_id request-id requestid request_id correlation correlation-id thumbprint pgp gpg openpgp schlüssel serial
	queue-id container signature wallet txid csrf cookie state apikey api_key secret password`

// commitWords stand before what has the form of a SHA-1 and names a state of a
// program's source.
const commitWords = `merge merged checkout cherry-pick cherry-picked rebase rebased revert reverts reverted tree parent head bisect`

const (
	networkWords = `as asn asns as-number`
	serverWords  = `host server upstream vhost`
	messageWords = `message-id messageid message_id msgid msg-id`
	fileWords    = `
	file files filename script scripts attachment attachments attached archive executable binary
	datei dateien dateiname skript anhang anlage fichier fichiers pièce archivo archivos adjunto ficheiro arquivo anexo allegato bestand bijlage plik pliku załącznik файл файла вложение
	run ran execute executes executed extract extracted unzip chmod`
)

// cjkRoles are parts of words of languages that put no blanks between words.
var cjkRoles = []struct {
	part string
	role role
}{
	{"攻撃元", role{says: true, is: roleSource}}, {"送信元", role{says: true, is: roleSource}}, {"発信元", role{says: true, is: roleSource}},
	{"攻击源", role{says: true, is: roleSource}}, {"攻击者", role{says: true, is: roleSource}}, {"来源", role{says: true, is: roleSource}},
	{"来自", role{says: true, is: roleSource}}, {"源地址", role{says: true, is: roleSource}}, {"恶意", role{says: true, is: roleSource}},
	{"攻撃先", role{says: true, is: roleTarget}}, {"宛先", role{says: true, is: roleTarget}}, {"送信先", role{says: true, is: roleTarget}},
	{"目标", role{says: true, is: roleTarget}}, {"目的", role{says: true, is: roleTarget}}, {"受害", role{says: true, is: roleTarget}}, {"被害", role{says: true, is: roleTarget}},
	{"당사", role{says: true, is: roleTarget}}, {"피해", role{says: true, is: roleTarget}}, {"목적지", role{says: true, is: roleTarget}}, {"공격자", role{says: true, is: roleSource}}, {"출발지", role{says: true, is: roleSource}}, {"발신", role{says: true, is: roleSource}}, {"악성", role{says: true, is: roleSource}},
	{"弊社", role{says: true, is: roleTarget}}, {"当社", role{says: true, is: roleTarget}}, {"我们", role{says: true, is: roleTarget}}, {"我方", role{says: true, is: roleTarget}},
}

// talk is what a text last spoke of that has the form of a digest.
type talk uint8

const (
	talkNothing talk = iota
	talkNames        // of a program's source, or of keys
	talkDigests      // of files
)

const (
	nameTalk   = `commit commits git diff pgp gpg openpgp openpgp4fpr fingerprint fpr fingerabdruck keyid key-id`
	digestTalk = `md5 sha sha1 sha-1 sha1sum md5sum sha256 sha-256 sha256sum sha512 hash hashes hash-wert hashwert hashwerte prüfsumme prüfsummen checksum checksums digest digests
		sample samples malware ioc iocs trojan loader payload hachage condensat suma resumen хеш хэш хеши скрот`
)

// longestWord is more than any word of the vocabulary has bytes.
const longestWord = 40

// meaningOf gives what a word says.
func meaningOf(s string) meaning {
	if len(s) > longestWord || s == "" {
		return meaning{}
	}
	var lower [longestWord]byte
	wide := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c-'A' < 26 {
			c |= 0x20
		}
		wide = wide || c >= 0x80
		lower[i] = c
	}
	if wide {
		return wideMeaning(strings.ToLower(s))
	}
	if likely[outline(lower[0], lower[len(s)-1])]>>len(s)&1 == 0 {
		return meaning{}
	}
	return vocabulary[string(lower[:len(s)])]
}

// likely has, by first and last letter, a bit for each length that words of the
// vocabulary have: nine in ten of all other words need not be looked up.
var likely = func() (lengths [1 << 10]uint64) {
	for word := range vocabulary {
		if len(word) <= longestWord {
			lengths[outline(word[0], word[len(word)-1])] |= 1 << len(word)
		}
	}
	return lengths
}()

// outline is one number for two letters, whose lower five bits count.
func outline(first, last byte) int { return int(first&31)<<5 | int(last&31) }

func wideMeaning(s string) meaning {
	if m, ok := vocabulary[s]; ok {
		return m
	}
	if s[0] < 0xe2 {
		return meaning{}
	}
	for _, version := range [...]string{"バージョン", "版本", "버전"} {
		if strings.HasSuffix(s, version) {
			return meaning{about: subjectVersion}
		}
	}
	if s == "源" {
		return meaning{role: role{says: true, is: roleSource}}
	}
	for _, known := range cjkRoles {
		if strings.Contains(s, known.part) {
			return meaning{role: known.role}
		}
	}
	return meaning{}
}
