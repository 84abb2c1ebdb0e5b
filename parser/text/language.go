package text

import (
	"slices"
	"strings"
	"unicode"
)

const (
	minWords = 20   // how many own words a guess of the language needs
	maxWords = 2000 // how many it looks at
)

// Language guesses the language of a text: ISO 639-1, "" when there are too few
// words or none of the languages stands out. Lines of logs, links, addresses
// and names with digits are no words of a language and do not count.
//
// The script decides first. Among languages of the Latin script it is the
// commonest words and the letters that only some of them have; among those of
// the Cyrillic and Arabic script the letters.
func Language(body string) string {
	var c census
	for line := range strings.Lines(body) {
		if isTimed(strings.TrimSpace(line)) {
			continue
		}
		if plain := fold(line); isLog(plain) || isField(plain) && startsAny(plain, rawFields) {
			continue
		}
		for word := range strings.FieldsSeq(line) {
			c.count(strings.ToLower(strings.TrimFunc(word, notLetter)))
		}
		if c.words() >= maxWords {
			break
		}
	}
	if c.words() < minWords {
		return ""
	}
	return c.language()
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// script is a script that some languages are written in.
type script struct {
	table *unicode.RangeTable
	// letters is how many letters are a word, in scripts that set no blanks.
	letters int
	// judge tells the language by its letters; nil: there is one.
	judge    func(letters map[rune]int) string
	language string
}

// scripts are all but the Latin one. Han and kana are judged together.
var scripts = []script{
	{table: unicode.Cyrillic, judge: cyrillic},
	{table: unicode.Greek, language: "el"},
	{table: unicode.Arabic, judge: arabic},
	{table: unicode.Hebrew, language: "he"},
	{table: unicode.Hangul, language: "ko"},
	{table: unicode.Han, letters: 2, judge: han},
	{table: unicode.Hiragana, letters: 2, language: "ja"},
	{table: unicode.Katakana, letters: 3, language: "ja"},
	{table: unicode.Thai, letters: 4, language: "th"},
	{table: unicode.Devanagari, language: "hi"},
	{table: unicode.Georgian, language: "ka"},
	{table: unicode.Armenian, language: "hy"},
}

// census counts the words of a text by script and language.
type census struct {
	latinWords int
	latin      [32]int      // by place in languages
	others     [16]int      // words by script, letters in those without blanks
	letters    map[rune]int // of the other scripts
}

func (c *census) count(word string) {
	n := scriptOf(word)
	switch {
	case n >= 0 && scripts[n].letters > 0: // a sentence, whatever else stands in it
		c.countOther(n, word)
		return
	case word == "" || strings.ContainsFunc(word, technical):
		return
	case n >= 0:
		c.countOther(n, word)
		return
	}
	c.latinWords++
	for _, language := range languagesOf[word] {
		c.latin[language]++
	}
	if isASCII(word) {
		return
	}
	for _, own := range ownLetters {
		if strings.ContainsAny(word, own.letters) {
			for _, language := range own.languages {
				c.latin[language]++
			}
		}
	}
}

// technical are signs that stand in addresses, links and names, and in no word.
func technical(r rune) bool {
	switch r {
	case '@', '/', '\\', '_', '=', '.', ':':
		return true
	}
	return '0' <= r && r <= '9'
}

// countOther counts a word of another script; one without blanks may be a whole
// sentence of several.
func (c *census) countOther(n int, word string) {
	if c.letters == nil {
		c.letters = make(map[rune]int)
	}
	for _, r := range word {
		c.letters[r]++
		if k := scriptOfRune(r); k >= 0 && scripts[k].letters > 0 {
			c.others[k]++
		}
	}
	if scripts[n].letters == 0 {
		c.others[n]++
	}
}

func scriptOf(word string) int {
	for _, r := range word {
		if n := scriptOfRune(r); n >= 0 {
			return n
		}
	}
	return -1
}

func scriptOfRune(r rune) int {
	if r < 0x370 { // the Latin script ends here, but for rare letters
		return -1
	}
	for n := range scripts {
		if unicode.Is(scripts[n].table, r) {
			return n
		}
	}
	return -1
}

func (c *census) words() int {
	sum := c.latinWords
	for n := range scripts {
		sum += c.ofScript(n)
	}
	return sum
}

func (c *census) ofScript(n int) int { return c.others[n] / max(1, scripts[n].letters) }

// language is that of the script most words are written in.
func (c *census) language() string {
	best, most := -1, c.latinWords
	for n := range scripts {
		if words := c.ofScript(n); words > most {
			best, most = n, words
		}
	}
	switch {
	case best < 0:
		return c.winner()
	case scripts[best].judge != nil:
		return scripts[best].judge(c.letters)
	}
	return scripts[best].language
}

func cyrillic(letters map[rune]int) string {
	of := func(set string) (n int) {
		for _, r := range set {
			n += letters[r]
		}
		return n
	}
	switch {
	case of("ў") > 0 && of("і") > of("и"):
		return "be"
	case of("іїєґ") > of("ыэё"):
		return "uk"
	case of("јљњћђџ") > of("ыэё"):
		return "sr"
	case of("ъ") > of("ыэё"):
		return "bg"
	}
	return "ru"
}

func arabic(letters map[rune]int) string {
	if letters['پ']+letters['چ']+letters['گ']+letters['ی']+letters['ک'] > letters['ي']+letters['ك']+letters['ة'] {
		return "fa"
	}
	return "ar"
}

// han tells Japanese, which is never without kana, from Chinese.
func han(letters map[rune]int) string {
	kana, signs := 0, 0
	for r, n := range letters {
		if unicode.In(r, unicode.Hiragana, unicode.Katakana) {
			kana += n
		} else if unicode.Is(unicode.Han, r) {
			signs += n
		}
	}
	if kana*10 > signs {
		return "ja"
	}
	return "zh"
}

// winner is the language with the most common words, if it has enough of them
// and clearly more than the next.
func (c *census) winner() string {
	best, most, next := "", 0, 0
	for place, language := range languages {
		switch n := c.latin[place]; {
		case n > most:
			best, most, next = language, n, most
		case n > next:
			next = n
		}
	}
	if best == "" || most*10 < c.latinWords || most*7 < next*8 {
		return ""
	}
	return best
}

// ownLetters are letters that only some languages have.
var ownLetters = []struct {
	letters   string
	languages []int // their places in languages
}{
	{"ß", placesOf("de")}, {"äöü", placesOf("de")}, {"ñ¿¡", placesOf("es")}, {"ãõ", placesOf("pt")}, {"œêèëîûù", placesOf("fr")}, {"ìò", placesOf("it")},
	{"łąęśżźćń", placesOf("pl")}, {"ěřů", placesOf("cs")}, {"ľĺŕôä", placesOf("sk")}, {"őű", placesOf("hu")}, {"ğışİ", placesOf("tr")}, {"țșăţ", placesOf("ro")},
	{"åäö", placesOf("sv")}, {"äö", placesOf("fi")}, {"æøå", placesOf("da", "no")}, {"čšž", placesOf("hr", "cs", "sk", "sl")}, {"đ", placesOf("hr", "vi")}, {"ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", placesOf("vi")},
}

var languages = []string{"en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "no", "fi", "cs", "sk", "hu", "tr", "ro", "hr", "sl", "vi", "id"}

// stopWords are the commonest words of each language, those of mail too.
var stopWords = map[string]string{
	"en": "the and of to in is that it for was on are with as be this have from or had by not but what we you your our can there been has their will would please were which they if hello regards thanks at an any my me i us do does could should when where who also these those so just here about after before he she them its no more some than then into out",
	"de": "der die und das in ist von zu den mit sich des auf für im nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis wir ich uns bitte hallo grüße guten vielen dank kann diese dieser dieses wurde wurden ihre ihr ihnen sehr geehrte damen herren wenn mein meine unser unsere seit habe kein keine durch können",
	"fr": "le la les de des du et un une est dans que qui pour par sur pas au avec il ce ne se sont plus nous vous je mais ou aux cette été bonjour cordialement merci notre votre ont être comme avons ces elle on leur si tout ai mon ma mes sa son ses d'un d'une c'est n'est qu'il j'ai très aussi depuis nos vos",
	"es": "el la los las de del y un una es en que por para con no se su al lo como más pero sus este ha hola gracias nos usted esta son fue muy hemos está desde sobre también nuestro le si me mi ya o cuando todo hay sin ser han tiene puede saludo saludos buenos días nuestra he estos",
	"it": "il lo la gli le di del della e un una è in che per con non si da al come più ma sono questo ha nel alla dei delle buongiorno grazie anche stato cordiali saluti vostro nostro abbiamo mi ci questa dal dalla sulla sul ai ho i se o essere hanno nella degli alle vi loro molto stata tutti",
	"pt": "o a os as de do da dos das e um uma é em que por para com não se no na ao como mais mas seu foi este são você obrigado olá nosso temos está pelo pela também sua às nos uma nossa eu me já ou ser tem muito isso esta pelos até foram bom dia cumprimentos meu minha",
	"nl": "de het een en van in is dat op te voor met zijn niet aan er om ook als maar bij door over uit naar wij u uw ons onze heeft worden dit deze hebben was nog kunnen bedankt hallo groeten geen wordt deze ik je we mijn kan zou dan hun of al wel jullie vriendelijke groet tot wat",
	"pl": "i w na z do nie się że to jest od o za po jak dla przez ale czy co oraz są ten być tylko już może pan pani proszę dzień dobry pozdrawiam nas nasz został która które przy jego tym tej mamy ze tego ich został była było bardzo także lub mnie mi jednak państwa ma",
	"sv": "och att det i en är på som av för med den till inte har de ett om vi jag men var från så kan hej vänliga hälsningar tack er vår våra ni mig sig när eller också alla denna detta under efter finns skulle blev hade mot vid oss min nu",
	"da": "og at det i en er på som af for med den til ikke har de et om vi jeg men var fra så kan hej venlig hilsen tak jer vores os mig sig når eller også alle denne dette efter blev havde mod ved min nu af jeres være hvad hvor meget siden noget gerne lige fået",
	"no": "og at det i en er på som av for med den til ikke har de et om vi jeg men var fra så kan hei vennlig hilsen takk dere vår våre oss meg seg når eller også alle denne dette etter ble hadde mot ved min nå deres være hva hvor mye siden noe gjerne fått vært",
	"fi": "ja on ei se että oli en hän mutta ovat kun niin myös jos tämä ole mitä joka tai kuin voi olen nyt minä meidän teidän hei terveisin kiitos ystävällisin sekä jotka ollut sen tämän meille teille olemme ovatko vielä vain jo siitä hyvä mukaan",
	"cs": "a se v na je že s z do o k i ale by jako za pro po tak jsou jsem byl jsme které který tento to co nebo od při prosím dobrý den děkuji pozdravem náš vaše vás nám ze ve si bylo bude může není už také podle této být mi mě",
	"sk": "a sa v na je že s z do o k aj ale by ako za pre po tak sú som bol sme ktoré ktorý tento to čo alebo od pri prosím dobrý deň ďakujem pozdravom náš vaše vás nám zo vo si bolo bude môže nie už tiež podľa tejto byť mi ma",
	"hu": "a az és hogy nem is egy ez meg de van volt ha csak már még mint kell vagy el ki be fel le akkor azt ezt ön önök kérem köszönöm üdvözlettel tisztelt jó napot nincs lehet szerint után között minden nagyon mert illetve ezek sem",
	"tr": "ve bir bu da de için ile olarak çok daha var ne gibi kadar olan sonra mi ama en her ben biz siz bize size merhaba teşekkür teşekkürler saygılarımla lütfen değil ya veya bizim sizin olduğunu tarafından ki şu o iyi günler üzerinde vardır oldu",
	"ro": "și în de la cu pe nu a este o un care să din pentru că mai au fost ca sau dar sunt se prin avem bună ziua mulțumesc vă ne noi dumneavoastră acest această am ale lui si sa ce foarte cum aceste",
	"hr": "i u je da se na za od su s o ne to kao ali ili koji koja koje iz do po što smo bi može nije ste poštovani hvala pozdrav molim naš naše vaš vaše kako bio bila jer samo već te ih mi vam nam sve",
	"sl": "in je v na da se za so ne pa z s po ki od o kot to tudi ali ni do še pri bi smo ste lepo pozdravljeni hvala prosim naš vaš kako bil bila samo že ker iz vam nam lahko vse če",
	"vi": "và của là có trong được cho không các một với này tôi chúng đã từ người những khi để như đến về bạn ra vào cũng nếu xin cảm ơn chào rất thì hay tại trên sẽ ngày hệ thống",
	"id": "yang dan di dari untuk dengan pada ini itu tidak kami anda saya adalah ke dalam akan telah ada juga atau oleh karena bisa dapat sudah kita mereka terima kasih salam selamat mohon sebagai lebih seperti",
}

// languagesOf turns the table round once: the places of a word's languages.
var languagesOf = func() map[string][]int {
	found := make(map[string][]int)
	for place, language := range languages {
		for word := range strings.FieldsSeq(stopWords[language]) {
			if !slices.Contains(found[word], place) {
				found[word] = append(found[word], place)
			}
		}
	}
	return found
}()

func placesOf(names ...string) (places []int) {
	for _, name := range names {
		places = append(places, slices.Index(languages, name))
	}
	return places
}
