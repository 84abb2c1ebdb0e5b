package mime

import (
	"strings"
	"time"
)

// name reads a month, a day of the week, a zone or half of the day; other words
// say nothing.
func (d *dateParts) name(word string) {
	word = strings.Trim(word, ".'")
	if month, ok := monthNames[word]; ok && (d.month == 0 || d.loose) {
		d.setMonth(word, month)
		return
	}
	if len(word) >= 3 && isLetters(word) {
		if day, ok := weekdays[word[:3]]; ok && !d.hasWeekday && strings.HasPrefix(dayNames[day], word) {
			d.weekday, d.hasWeekday = day, true
			return
		}
	}
	switch word {
	case "am", "vorm", "μ.μ":
		d.am = true
	case "pm", "nachm":
		d.pm = true
	default:
		d.zoneName(word)
	}
}

const english = "janfebmaraprmayjunjulaugsepoctnovdec"

// setMonth takes a month. "mar" is a Tuesday in Romance languages when another
// month follows.
func (d *dateParts) setMonth(word string, month int) {
	if d.loose {
		d.wrong |= faultForm
	}
	d.month, d.loose = month, word == "mar"
	if len(word) != 3 || !strings.Contains(english, word) {
		d.wrong |= faultForm
	}
}

func isLetters(word string) bool {
	for _, c := range []byte(word) {
		if c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// zoneName reads a zone by its name, with an offset behind it ("GMT+0200").
// Military letters were given the wrong way round and say nothing (RFC 5322
// section 4.3).
func (d *dateParts) zoneName(word string) {
	if d.hasZone || !d.hasTime {
		if _, ok := zones[word]; !ok {
			d.wrong |= faultForm
		}
		return
	}
	if at := strings.IndexAny(word, "+-"); at > 0 && at+1 < len(word) {
		if hours, ok := zones[word[:at]]; ok && hours == 0 {
			d.offset(word[at:])
			d.wrong |= faultForm
			return
		}
	}
	hours, ok := zones[word]
	if !ok {
		if len(word) > 1 { // more than a military letter
			d.wrong |= faultForm
		}
		return
	}
	d.zone, d.hasZone = hours*3600, true
	if !obsoleteZones[word] {
		d.wrong |= faultForm
	}
}

// obsoleteZones are the names that RFC 5322 section 4.3 gives a meaning.
var obsoleteZones = map[string]bool{
	"ut": true, "gmt": true, "z": true, "est": true, "edt": true, "cst": true, "cdt": true, "mst": true, "mdt": true, "pst": true, "pdt": true,
}

// zones are those names and others that mailers wrote, hours east of UTC. Names
// that mean several zones (IST, AST) are none.
var zones = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
	"akst": -9, "akdt": -8, "hst": -10, "brt": -3, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2,
	"sast": 2, "eet": 2, "eest": 3, "msk": 3, "wib": 7, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

var dayNames = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// months are the names of the twelve months with their short forms, a line for
// each language: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
// Russian, Swedish, Danish, Norwegian, Finnish, Czech, Hungarian, Romanian, Turkish,
// Ukrainian, Greek. A language is added by adding its line; where a word means
// another month in a language above, it is left out.
var months = []string{
	"january february march april may june july august september|sept october november december",
	"januar|jänner|jän februar|feber märz|maerz|mrz|mär april mai juni juli august september oktober|okt november dezember|dez",
	"janvier|janv février|fevrier|févr|fév mars avril|avr mai juin juillet|juil août|aout septembre|sept octobre novembre décembre|decembre|déc",
	"enero|ene febrero marzo abril|abr mayo junio julio agosto|ago septiembre|setiembre|set octubre noviembre diciembre|dic",
	"gennaio|gen febbraio marzo aprile maggio|mag giugno|giu luglio|lug agosto settembre ottobre|ott novembre dicembre",
	"janeiro fevereiro|fev março|marco abril maio junho julho agosto setembro outubro|out novembro dezembro",
	"januari februari maart|mrt april mei juni juli augustus september oktober november december",
	"stycznia|styczeń|sty lutego|luty|lut marca|marzec kwietnia|kwiecień|kwi maja|maj czerwca|czerwiec|cze lipca|lipiec|lip sierpnia|sierpień|sie września|wrzesień|wrz października|październik|paź listopada|listopad|lis grudnia|grudzień|gru",
	"января|январь|янв февраля|февраль|фев|февр марта|март|мар апреля|апрель|апр мая|май июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сен|сент октября|октябрь|окт ноября|ноябрь|ноя|нояб декабря|декабрь|дек",
	"januari februari mars april maj juni juli augusti|aug september oktober november december",
	"januar februar marts april maj juni juli august september oktober november december",
	"januar februar mars april mai juni juli august september oktober november desember|des",
	"tammikuuta|tammi helmikuuta|helmi maaliskuuta|maalis huhtikuuta|huhti toukokuuta|touko kesäkuuta|kesä heinäkuuta|heinä elokuuta|elo syyskuuta|syys lokakuuta|loka marraskuuta|marras joulukuuta|joulu",
	"ledna|leden|led února|únor|úno března|březen|bře dubna|duben|dub května|květen|kvě června|červen|čvn července|červenec|čvc srpna|srpen|srp září|zář října|říjen|říj listopadu prosince|prosinec|pro",
	"január február|febr március|márc április|ápr május|máj június|jún július|júl augusztus szeptember|szept október november december",
	"ianuarie|ian februarie martie aprilie mai iunie|iun iulie|iul august septembrie octombrie noiembrie decembrie",
	"ocak|oca şubat|şub mart nisan|nis mayıs haziran|haz temmuz|tem ağustos|ağu eylül|eyl ekim|eki kasım|kas aralık|ara",
	"січня|січ лютого|лют березня|бер квітня|квіт травня|трав червня|черв липня|лип серпня|серп вересня|вер жовтня|жовт листопада|лист грудня|груд",
	"ιανουαρίου|ιαν φεβρουαρίου|φεβ μαρτίου|μαρ απριλίου|απρ μαΐου|μαΐ ιουνίου|ιουν ιουλίου|ιουλ αυγούστου|αυγ σεπτεμβρίου|σεπ οκτωβρίου|οκτ νοεμβρίου|νοε δεκεμβρίου|δεκ",
}

var monthNames = func() map[string]int {
	all := make(map[string]int)
	for _, language := range months {
		for n, names := range strings.Fields(language) {
			for name := range strings.SplitSeq(names, "|") {
				all[name] = n + 1
			}
		}
	}
	for n := range 12 {
		all[english[3*n:3*n+3]] = n + 1
	}
	return all
}()

// WithoutComments takes comments in brackets out of a structured field, nested
// ones too (RFC 5322 section 3.2.2).
func WithoutComments(value string) string {
	if !strings.Contains(value, "(") {
		return value
	}
	var b strings.Builder
	depth := 0
	for _, c := range []byte(value) {
		switch {
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	if depth > 0 { // a bracket that is never closed begins no comment
		return strings.ReplaceAll(value, "(", " ")
	}
	return b.String()
}
