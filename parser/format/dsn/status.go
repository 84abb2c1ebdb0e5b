package dsn

import (
	"regexp"
	"strings"
)

// maxDiagnostic is how much of what a server said is kept.
const maxDiagnostic = 1000

// cut bounds what a server said and makes it one line.
func cut(said string) string {
	said = strings.Join(strings.Fields(said), " ")
	if len(said) > maxDiagnostic {
		said = strings.ToValidUTF8(said[:maxDiagnostic], "")
	}
	return said
}

// enhanced finds status codes of RFC 3463. What stands around one is looked at
// separately: addresses and versions look alike.
var enhanced = regexp.MustCompile(`[245]\.[0-7]\.[0-9]{1,3}`)

// replied finds an SMTP reply that refuses (RFC 5321 section 4.2): at the start,
// or behind a sign or word that announces one.
var replied = regexp.MustCompile(`(?i)(?:^|[:;<>\[("'#|=]\s*|\b(?:code|error|reply|response|responded|said|reason|smtp|with|was)[:=]?\s+)([45][0-5][0-9])(?:$|[\s\-#,;:)\]"'.<])`)

// stated reads the Status field: its first code, "" when it has none.
func stated(value string) string {
	if at := enhanced.FindString(value); at != "" {
		return at
	}
	return ""
}

// statusOf takes the status from what a server said: an enhanced code, else the
// words with the class of the reply, else the class alone. It is "" where
// nothing is clear. action tells the class where no reply code does.
func statusOf(said, action string) string {
	if said == "" {
		return ""
	}
	if code := enhancedIn(said); code != "" {
		return code
	}
	class := replyClass(said)
	known := class != ""
	if !known {
		class = classOf(action)
	}
	if detail := inWords(said); detail != "" && class != "" {
		if !known && mayChange[detail] {
			class = "4" // no answer came: that may change
		}
		return class + "." + detail
	}
	if known {
		return class + ".0.0"
	}
	return ""
}

// mayChange are failures that nobody answered for.
var mayChange = map[string]bool{"4.1": true, "4.2": true, "4.3": true, "4.7": true}

// enhancedIn finds the first code of a failure or delay. A success code is taken
// only where there is no other: sessions hold many.
func enhancedIn(said string) string {
	success := ""
	for _, at := range enhanced.FindAllStringIndex(said, maxCodes) {
		code := said[at[0]:at[1]]
		switch {
		case !alone(said, at[0], at[1]):
		case code[0] != '2':
			return code
		case success == "":
			success = code
		}
	}
	if replyClass(said) != "" {
		return ""
	}
	return success
}

// maxCodes are looked at in one text.
const maxCodes = 20

// alone tells a code that is no piece of an address, version or number.
func alone(text string, from, to int) bool {
	if from > 0 && (isDigit(text[from-1]) || text[from-1] == '.' || text[from-1] == '-' && from > 1 && !isDigit(text[from-2]) || isLetter(text[from-1])) {
		return false
	}
	if to < len(text) && (isDigit(text[to]) || text[to] == '.' && to+1 < len(text) && isDigit(text[to+1])) {
		return false
	}
	before := strings.ToLower(strings.TrimRight(text[max(0, from-10):from], " "))
	return !strings.HasSuffix(before, "version") && !strings.HasSuffix(before, "exim") && !strings.HasSuffix(before, "postfix")
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// replyClass gives "4" or "5" when an SMTP reply stands in the text, else "".
func replyClass(said string) string {
	if !mayHoldReply(said) {
		return ""
	}
	if found := replied.FindStringSubmatch(said); found != nil {
		return found[1][:1]
	}
	return ""
}

func classOf(action string) string {
	switch action {
	case "failed":
		return "5"
	case "delayed":
		return "4"
	}
	return ""
}

// inWords gives the subject and detail of a status ("1.1") that words clearly
// mean, "" when they mean none.
func inWords(said string) string {
	said = strings.ToLower(said)
	for _, row := range meanings {
		for _, phrase := range row.phrases {
			if strings.Contains(said, phrase) {
				return row.detail
			}
		}
	}
	return ""
}

// meanings are what servers write instead of a status, by subject and detail of
// RFC 3463, the most telling first. Rows whose words may mean two things are not here.
var meanings = [...]struct {
	detail  string
	phrases []string
}{
	{"2.2", []string{"mailbox full", "mailbox is full", "mailbox for user is full", "mail box full", "mailfolder is full", "mailbox exceeds", "over quota", "overquota", "over the quota", "quota exceeded", "exceeded quota",
		"exceed the quota", "exceeds quota", "exceeded his quota", "exceeded their quota", "exceeded its quota", "exceed mailbox quota", "disk quota", "storage quota", "over the maximum allowed quota", "out of storage space", "mailbox size limit", "exceeded storage allocation", "exceeded the local limit",
		"user mailbox exceeds allowed size", "account is full", "inbox is full", "inbox full", "too much mail data", "not enough storage space", "mailbox has exceeded", "account is over", "temporarily over quota", "as their mailbox is full", "boxed full", "storage limit",
		"postfach voll", "postfach ist voll", "postfach des empfängers ist voll", "speicherplatz überschritten", "boîte pleine", "boîte aux lettres est pleine", "boîte de réception est pleine", "quota dépassé", "buzón lleno", "buzón está lleno", "bandeja de entrada está llena", "casella piena", "casella di posta è piena", "caixa de correio cheia", "caixa postal cheia", "mailbox vol", "skrzynka pełna", "skrzynka jest pełna", "переполнен",
		"メールボックスが一杯", "メールボックスがいっぱい", "容量を超え", "容量制限", "邮箱已满", "邮箱空间不足"}},
	{"2.1", []string{"account disabled", "account is disabled", "account has been disabled", "account is inactive", "mailbox disabled", "mailbox is disabled", "mailbox unavailable or access denied: disabled", "user account is expired", "account has expired", "account expired", "account has been suspended", "account is suspended", "account suspended", "account is locked",
		"mailbox currently suspended", "mailbox is inactive", "inactive account", "not accepting messages", "not accepting mail", "is not currently accepting", "account that you tried to reach is disabled", "account that you tried to reach is inactive", "deactivated", "konto deaktiviert", "postfach deaktiviert", "postfach gesperrt", "compte désactivé"}},
	{"3.4", []string{"message too large", "message too big", "message is too large", "message is too big", "message size exceeds", "message exceeds", "size limit exceeded", "message file too big", "mail size limit", "too large to be", "maximum message size", "larger than the", "exceeds size limit", "exceeds maximum size", "exceeds the maximum size", "exceeds fixed", "message length exceeds", "nachricht ist zu groß", "nachricht zu groß", "message trop volumineux", "mensaje demasiado grande", "messaggio troppo grande", "サイズが大き"}},
	{"1.2", []string{"host unknown", "unknown host", "host not found", "host or domain name not found", "no such domain", "domain not found", "unknown domain", "domain does not exist", "domain doesn't exist", "domain couldn't be found", "domain could not be found", "couldn't find any host", "name server: host not found", "name or service not known", "unable to route: no mail hosts for domain", "bad destination host", "bad destination system", "unroutable domain", "no mx or a records", "nxdomain", "no mx record", "no mx found", "domain name not found", "dns error: domain name",
		"domain existiert nicht", "domain nicht gefunden", "domain wurde nicht gefunden", "domaine introuvable", "dominio no existe", "dominio non trovato", "ドメインが見つかりません"}},
	{"1.1", []string{"user unknown", "unknown user", "no such user", "user not found", "name is not found", "user doesn't exist", "user does not exist", "user don't exist", "unknown recipient", "recipient unknown", "no such recipient", "recipient not found", "recipient could not be found", "recipient couldn't be found", "recipient does not exist", "recipient doesn't exist", "invalid recipient", "no mailbox here by that name", "no mailbox by that name", "mailbox not found", "mailbox does not exist", "mailbox doesn't exist", "no such mailbox", "unknown mailbox", "mailbox unknown", "unknown or illegal alias", "invalid mailbox", "invalid user", "address not found", "address couldn't be found", "address could not be found", "address unknown", "unknown address", "addresses were unknown", "address was unknown", "no such address", "address does not exist", "address doesn't exist", "addressee unknown", "unknown local part", "account does not exist", "account doesn't exist", "account not found", "no such account", "unknown account", "does not exist at the organization", "no account by that name", "not a known user", "is not a valid mailbox", "isn't a valid mailbox", "not a valid user", "user invalid", "invalid receiver address", "not listed in public name", "not listed in domino directory", "user not listed", "not our customer", "not listed in directory", "this user doesn't have a", "does not have an account", "recipient name is not recognized", "unknown virtual user", "recipient address rejected: access denied. as(201806281)", "undefined mail alias", "username does not exist", "address you entered couldn't be found", "email address wasn't found", "wasn't found at",
		"empfänger unbekannt", "unbekannter empfänger", "unbekannter benutzer", "benutzer unbekannt", "empfänger existiert nicht", "adresse existiert nicht", "adresse nicht gefunden", "adresse wurde nicht gefunden", "postfach existiert nicht", "utilisateur inconnu", "destinataire inconnu", "adresse inconnue", "adresse introuvable", "n'existe pas", "usuario desconocido", "usuario no existe", "dirección no encontrada", "no se encontró la dirección", "no se ha encontrado la dirección", "utente sconosciuto", "indirizzo non trovato", "destinatario sconosciuto", "usuário desconhecido", "utilizador desconhecido", "endereço não encontrado", "onbekende gebruiker", "gebruiker onbekend", "adres niet gevonden", "nieznany użytkownik", "nie ma takiego użytkownika", "nie znaleziono adresu", "адрес не найден", "пользователь не найден", "несуществующий",
		"宛先不明", "ユーザーが見つかりません", "メールアドレスが見つかりません", "あて先が見つかりません", "用户不存在", "收件人不存在", "地址不存在", "找不到地址"}},
	{"4.7", []string{"retry timeout exceeded", "delivery time expired", "delivery expired", "message expired", "in the queue too long", "retry time not reached for any host after a long failure period", "could not be delivered for", "could not send message for past", "gave up after", "time limit exceeded", "expired while"}},
	{"4.3", []string{"dns error", "dns lookup failed", "dns failure", "dns server returned", "name server failure", "nameserver failure", "servfail", "directory server failure", "temporary lookup failure", "host lookup did not complete", "all relevant mx records point to non-existent", "lowest numbered mx record points to local host"}},
	{"4.6", []string{"too many hops", "hop count exceeded", "mail loop", "routing loop", "loops back to myself", "mail loops back", "loop detected", "too many received"}},
	{"4.1", []string{"connection timed out", "timed out", "connection refused", "no route to host", "network is unreachable", "network unreachable", "couldn't connect", "could not connect", "unable to connect", "host is down", "wasn't able to establish an smtp connection", "unable to establish", "not responding", "did not respond", "no answer from host", "connection failed", "operation timed out", "host not reachable", "name server timeout", "could not be contacted", "failed to connect", "zeitüberschreitung", "verbindung konnte nicht", "délai d'attente"}},
	{"4.2", []string{"connection dropped", "connection lost", "lost connection", "connection reset", "connection was closed", "server disconnected"}},
	{"7.1", []string{"relay denied", "relaying denied", "relay not permitted", "relay access denied", "relaying not allowed", "relaying is not", "not permitted to relay", "unable to relay", "spam", "blocked", "blacklist", "blocklist", "black list", "block list", "bad reputation", "poor reputation", "policy", "dmarc", "spf ", "not authorized", "not authorised", "access denied", "administratively denied", "banned", "unsolicited", "virus", "listed at", "listed in zen", "denied by", "restricted", "only accepts", "not allowed to post", "may not have permission to post", "not be delivered due to content", "content rejected", "message content rejected", "rejected due to", "because of its attachment", "attachment type", "attachment was blocked"}},
	{"3.1", []string{"insufficient system storage", "insufficient disk space", "no space left on device", "out of disk space"}},
}
