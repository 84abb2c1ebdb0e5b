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
)

// meaning is all that one word says.
type meaning struct {
	role    role
	about   subject
	joins   bool // it stands between the members of a list
	acts    bool // a verb of an attack
	caught  bool // what was done to the one who attacks: "203.0.113.5 blocked"
	passive bool // it turns the verb behind it round: "was attacked"
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
	set(joinWords, func(m *meaning) { m.joins = true })
	set(actWords, func(m *meaning) { m.acts = true })
	set(caughtWords, func(m *meaning) { m.caught = true })
	set(passiveWords, func(m *meaning) { m.passive = true })
	set(versionWords, about(subjectVersion))
	set(productWords, about(subjectProduct))
	set(domainWords, about(subjectDomain))
	set(keyWords, about(subjectKey))
	set(commitWords, about(subjectCommit))
	set(networkWords, about(subjectNetwork))
	set(serverWords, about(subjectServer))
	set(messageWords, about(subjectMessage))
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
	x-originating-ip x-sender-ip x-source-ip infected
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
	nostro nostra nostri nostre nasz nasza nasze naszego naszej naszym naszych nosso nossa nossos nossas onze ons náš naše naši našeho našem našim naší našich наш наша наше наши нашего нашей нашему нашем нашим`

// yourWords: in what is written to us, your host is mostly the one that does it.
const yourWords = `your ihr ihre ihrem ihren ihrer ihres euer eure eurem votre vos vuestro vuestra suyo vostro vostra twój państwa wasz vosso vossa seu sua uw jullie ваш ваша ваше ваши вашего вашей вашем вашему`

// fromWords and toWords are said of hosts; behind them stand all kinds of things.
const (
	fromWords = `by durch aus par por da z ze od van с со от из pelo door`
	toWords   = `to into an auf nach zu vers hacia verso do na naar на к para`
)

// endWords end what was said before: what follows is somebody to talk to, or is
// what the sentence goes on with.
const endWords = `
	contact reply write regards wrote schrieb écrit cc reporter grüße greetings telephone see siehe reference note
	saw seen observe observed detected noticed noted logged recorded monitored received via through using
	festgestellt gesehen beobachtet bemerkt kontakt mehr more details info information
	contacter contacto contatto contato пишите`

const joinWords = `unknown helo ehlo localhost and or und oder et ou y e o en of i oraz lub as well also sowie bzw respectively и или и/или plus`

const actWords = `
	attacked attacks attacking scanned scans scanning probed probes probing tried tries trying attempted attempts attempting flooded flooding floods
	exploited exploiting bruteforced bruteforcing connected connects logged sends sent sending abusing abused abuses hammering
	hit hits hitting brute-forcing brute-forced spamming spammed guessing hosting hosts distributes distributing serves serving
	angegriffen gescannt versucht versuchte versuchen greift scannt attackiert verschickt versendet
	attaque attaqué scanne scanné tente tenté ataca atacó atacado escanea escaneó intenta intentó attacca attaccato scansiona
	atakuje atakował skanuje skanował próbuje próbował atacou tentou escaneou varre aanvalt gescand probeert probeerde scant
	wysyła rozsyła prowadzi łączy realizou realizó realizaron efetuou geprobeerd performing performed performs conducting conducted launching launched brute-forces bruteforces enviando envia atacando escaneando aanvallen valt napadl útočí skenuje rozesílá
	атакует атаковал сканирует сканировал пытается пытался рассылает`

const caughtWords = `blocked banned blacklisted blocklisted listed denied rejected gesperrt geblockt bloqué bloqueado bloqueada bloccato geblokkeerd zablokowany zablokowano заблокирован`

const passiveWords = `was were been being wurde wurden got gets is'being été fue sido stato foi werd został została był byl byla`

// versionWords stand before dotted numbers that are no addresses: versions,
// sections, identifiers, telephone numbers and masks.
const versionWords = `
	version versions versionname versioncode coordinates koordinaten kostenstelle seriennummer seriennummern vertragsnummer rechnungsnummer kundennummer bestellnummer invoice contract ver v vers release releases firmware build revision rev kernel patch patchlevel section sections chapter clause paragraph
	figure fig table appendix annex annexe annexes step abschnitt abschn article artikel artículo articolo artigo artykuł art az aktenzeichen gz geschäftszeichen kapitel kap chap ziffer ziff raum room pos position absatz tabelle abbildung anhang chapitre capítulo sección sezione rozdział seção
	oid snmpv2-smi wersja versión versione versão versie версия версии
	tel telephone phone fon telefon fax mobile mobil handy tél téléphone teléfono telefono telefone telefoon
	pin
	pan-os panos fortios junos ios macos
	netmask mask subnetmask wildcard netzmaske`

// productWords stand before both, the version of a program and the host it runs on.
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
	boundary trace traceid trace-id trace_id request-id requestid request_id correlation correlation-id thumbprint pgp gpg openpgp schlüssel serial
	queue-id csrf cookie state apikey api_key secret password`

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
	for _, known := range cjkRoles {
		if strings.Contains(s, known.part) {
			return meaning{role: known.role}
		}
	}
	return meaning{}
}
