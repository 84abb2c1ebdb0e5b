package mime

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Codes of what had to be mended in a date.
const (
	CodeBadDate      = "bad-date"      // Date cannot be read as a time
	CodeMendedDate   = "mended-date"   // written against the rules and read as meant
	CodeAssumedZone  = "assumed-zone"  // no zone, or one without a meaning: UTC was assumed
	CodeWrongWeekday = "wrong-weekday" // the day of the week is that of another date
	CodeOddDate      = "odd-date"      // far from when the mail was received
)

// How far from its receipt a mail may say it was written without being odd:
// clocks and zones go wrong by hours, and queues keep mail for days.
const (
	maxAhead = 24 * time.Hour
	maxAge   = 366 * 24 * time.Hour
)

// Date is when the mail says it was written (RFC 5322 section 3.3), with
// obsolete and wrong forms read as far as they mean one time. ok is false when
// the field is missing or cannot be read.
func (p *Part) Date() (at time.Time, ok bool) {
	at, _, ok = p.Sent(time.Time{})
	return at, ok
}

// Sent is Date with what had to be mended, and whether the time can be where
// the mail was received at the time given (zero: not asked).
func (p *Part) Sent(received time.Time) (at time.Time, found []Problem, ok bool) {
	var told Problems
	n := 0
	var wrong dateFault
	for fields := p.Header.FieldsByKey("Date"); fields.Next(); {
		n++
		if !ok {
			at, wrong, ok = readDate(fields.Value())
		}
	}
	if n > 1 {
		told.Tell(CodeRepeatedField, "The field Date stands in the header %d times; the first one counts.", n)
	}
	if n > 0 {
		told.date(wrong, ok)
	}
	if ok && !received.IsZero() && (at.Sub(received) > maxAhead || received.Sub(at) > maxAge) {
		told.Tell(CodeOddDate, "The field Date says %s, which is far from when the mail was received.", at.UTC().Format("2006-01-02"))
	}
	return at, told.List(), ok
}

// ParseDate reads the date of a mail header, or one that a mail client wrote
// above a quoted mail, in one of the languages people use.
func ParseDate(value string) (at time.Time, ok bool) {
	at, _, ok = readDate(value)
	return at, ok
}

// ParseZonedDate is ParseDate, and tells whether the zone was stated.
func ParseZonedDate(value string) (at time.Time, zoned, ok bool) {
	at, wrong, ok := readDate(value)
	return at, wrong&faultZone == 0, ok
}

// dateFault is a set of what was wrong with a date.
type dateFault uint

const (
	faultForm dateFault = 1 << iota
	faultZone
	faultWeekday
)

func (p *Problems) date(wrong dateFault, ok bool) {
	switch {
	case !ok:
		p.Tell(CodeBadDate, "The field Date cannot be read as a time.")
		return
	case wrong&faultForm != 0:
		p.Tell(CodeMendedDate, "The field Date is not written as mail has it and was read as meant.")
	}
	if wrong&faultZone != 0 {
		p.Tell(CodeAssumedZone, "The field Date does not say its time zone; UTC was assumed.")
	}
	if wrong&faultWeekday != 0 {
		p.Tell(CodeWrongWeekday, "The day of the week in the field Date is not that of the date.")
	}
}

// maxDate is how many bytes of a date are looked at; long comments follow some.
const maxDate = 200

// readDate reads a date word by word: what a word can be tells what it is.
func readDate(value string) (at time.Time, wrong dateFault, ok bool) {
	value = headerText([]byte(value[:min(len(value), maxDate)]), "")
	d := dateParts{}
	if strings.Contains(value, `"`) {
		d.wrong |= faultForm
	}
	if strings.Contains(value, "=?") { // a program that encodes whatever it writes
		value = decodeWords(value)
		d.wrong |= faultForm
	}
	if strings.Contains(value, "/") {
		if plain := logDate.ReplaceAllString(value, "$1 $2 $3 "); plain != value {
			value = plain
			d.wrong |= faultForm
		}
	}
	for _, word := range strings.FieldsFunc(plainDate(obsoleteClock.ReplaceAllString(WithoutComments(value), "$1:")), betweenWords) {
		d.take(word)
	}
	if _, comment, found := strings.Cut(strings.ToLower(value), "("); found && !d.hasZone && d.hasTime { // the zone stands in a comment only
		d.zoneName(strings.Trim(strings.TrimSpace(comment), ")"))
	}
	return d.time()
}

// obsoleteClock finds blanks around the colons of a time (RFC 5322 section 4.3).
// Only two digits stand before them, so that a year is none.
var obsoleteClock = regexp.MustCompile(`\b(\d\d?)\s*:\s*`)

// logDate finds the date of a web server's log, which scripts copy from there.
var logDate = regexp.MustCompile(`(\d\d?)/(\pL{3})/(\d{4}):`)

func betweenWords(r rune) bool {
	return r == ' ' || r == '\t' || r == ',' || r == '\u00a0' || r == '\u202f' || r == '"'
}

// plainDate puts a date in small letters, and the marks that Japanese, Chinese
// and Korean set behind numbers into the signs others set between them.
func plainDate(value string) string { return eastern.Replace(strings.ToLower(value)) }

var eastern = strings.NewReplacer(
	"年", "-", "月", "-", "日", " ", "号", " ", "時", ":", "时", ":", "点", ":", "分", "", "秒", "", "년 ", "-", "월 ", "-", "일", " ",
	"午前", " am ", "上午", " am ", "오전", " am ", "午後", " pm ", "下午", " pm ", "오후", " pm ", "（", " ", "）", " ", "，", ",",
	"a. m.", "am", "p. m.", "pm", "a.m.", "am", "p.m.", "pm", " г.", " ",
)

// dateParts is what was found of a date so far.
type dateParts struct {
	day, month, year                      int
	hour, minute, second                  int
	zone                                  int // seconds east of UTC
	weekday                               time.Weekday
	hasYear, hasTime, hasZone, hasWeekday bool
	loose                                 bool // the month may have been the short name of a Tuesday
	a, b                                  int  // of a date of numbers whose order the clock tells
	pm, am                                bool
	counted                               int64 // seconds since 1970, where the date is nothing else
	wrong                                 dateFault
}

// time puts the parts together. A time that does not exist is none.
func (d *dateParts) time() (at time.Time, wrong dateFault, ok bool) {
	d.settle()
	if d.counted > 0 && d.day == 0 && d.month == 0 && !d.hasYear {
		return time.Unix(d.counted, 0).UTC(), faultForm, true
	}
	if d.day == 0 || d.month == 0 || !d.hasYear || !d.hasTime {
		return time.Time{}, 0, false
	}
	at = time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, min(d.second, 59), 0, time.FixedZone("", d.zone))
	if at.Day() != d.day || at.Year() < 1900 || at.Year() > 9999 || at.UTC().Year() > 9999 {
		return time.Time{}, 0, false
	}
	if !d.hasZone {
		d.wrong |= faultZone
	}
	if d.hasWeekday && at.Weekday() != d.weekday {
		d.wrong |= faultWeekday
	}
	return at, d.wrong, true
}

// settle decides what more than one word had a say in.
func (d *dateParts) settle() {
	if d.am || d.pm {
		d.wrong |= faultForm
		switch {
		case d.hour > 12:
		case d.pm && d.hour < 12:
			d.hour += 12
		case d.am && d.hour == 12:
			d.hour = 0
		}
	}
	if d.day != 0 || d.a == 0 { // "11/21/2026 10:00 AM" has the month first
		return
	}
	switch {
	case d.a > 12, d.b <= 12 && !d.am && !d.pm && d.a == d.b:
		d.day, d.month = d.a, d.b
	case d.b > 12, d.am || d.pm:
		d.day, d.month = d.b, d.a
	}
}

// take reads one word of a date.
func (d *dateParts) take(word string) {
	c := word[0]
	switch {
	case c == '+' || c == '-' && d.hasTime:
		d.offset(word)
	case c >= '0' && c <= '9':
		d.figure(word)
	default:
		d.name(word)
	}
}

// figure reads a word that begins with a digit: a date, a time, or both.
func (d *dateParts) figure(word string) {
	if date, clock, ok := strings.Cut(word, "t"); ok && (strings.Contains(clock, ":") || len(date) == 8) { // ISO 8601
		d.wrong |= faultForm
		d.number(spread(date, "-"))
		d.clock(spread(clock, ":"))
		return
	}
	switch {
	case strings.Contains(word, ":"):
		d.clock(word)
	case isFrenchClock(word):
		d.wrong |= faultForm
		d.clock(strings.Replace(word, "h", ":", 1))
	case d.isDottedClock(word):
		d.wrong |= faultForm
		d.clock(strings.ReplaceAll(word, ".", ":"))
	case len(word) == 10 && digits(word): // Unix time
		d.counted, _ = strconv.ParseInt(word, 10, 64)
	default:
		d.number(word)
	}
}

// spread sets a sign between the pairs of a date or time of ISO 8601 that is
// written without: "20261121", "100000z".
func spread(word, sign string) string {
	figures := len(word) - len(strings.TrimLeft(word, "0123456789"))
	switch {
	case figures == 8 && len(word) == 8:
		return word[:4] + sign + word[4:6] + sign + word[6:]
	case figures == 6:
		return word[:2] + sign + word[2:4] + sign + word[4:]
	case figures == 4 && (len(word) == 4 || word[4] != '-'):
		return word[:2] + sign + word[2:]
	}
	return word
}

// isFrenchClock tells "10h30".
func isFrenchClock(word string) bool {
	hour, minute, ok := strings.Cut(word, "h")
	return ok && len(hour) <= 2 && len(minute) == 2 && digits(hour) && digits(minute)
}

// isDottedClock tells "10.30" and "10.30.15", as Danes, Finns and Italians write
// them, behind a date that is complete.
func (d *dateParts) isDottedClock(word string) bool {
	if d.hasTime || !d.hasYear || d.month == 0 && d.a == 0 {
		return false
	}
	pieces := strings.Split(word, ".")
	for _, piece := range pieces {
		if len(piece) > 2 || !digits(piece) {
			return false
		}
	}
	return len(pieces) == 2 || len(pieces) == 3
}

// clock reads "10:00", "10:00:00.5", "10:00:00+01:00", "10:00am".
func (d *dateParts) clock(word string) {
	if d.hasTime {
		return
	}
	if end := strings.IndexFunc(word, func(r rune) bool { return r != ':' && r != '.' && (r < '0' || r > '9') }); end > 0 {
		d.hasTime = true
		d.behindClock(word[end:])
		word = word[:end]
	}
	parts := strings.Split(strings.TrimRight(word, ".:"), ":")
	if len(parts) < 2 || len(parts) > 3 {
		d.hasTime = false
		return
	}
	second := "0"
	if len(parts) > 2 {
		second, _, _ = strings.Cut(parts[2], ".")
	}
	var errs [3]error
	d.hour, errs[0] = strconv.Atoi(parts[0])
	d.minute, errs[1] = strconv.Atoi(parts[1])
	d.second, errs[2] = strconv.Atoi(second)
	d.hasTime = errs == [3]error{} && d.hour >= 0 && d.hour < 24 && d.minute >= 0 && d.minute < 60 && d.second >= 0 && d.second < 61
}

// behindClock reads what is glued to a time: a zone, or half of the day.
func (d *dateParts) behindClock(word string) {
	if word[0] == '+' || word[0] == '-' {
		d.offset(word)
		return
	}
	d.name(word)
}

// offset reads +0100, +01:00, +01 and +1. RFC 5322 allows any four digits;
// beyond a day they are taken as UTC.
func (d *dateParts) offset(word string) {
	figures := strings.Replace(word[1:], ":", "", 1)
	n, err := strconv.Atoi(figures)
	if err != nil || d.hasZone || !digits(figures) || len(figures) > 4 {
		return
	}
	if len(figures) <= 2 {
		n *= 100
	}
	minutes := n/100*60 + n%100
	if minutes >= 24*60 {
		return
	}
	if len(word) != 5 {
		d.wrong |= faultForm
	}
	d.zone, d.hasZone = minutes*60, true
	if word[0] == '-' {
		d.zone = -d.zone
	}
}

// number reads a day, a year, or a date of numbers.
func (d *dateParts) number(word string) {
	if parts := strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '/' || r == '.' }); len(parts) == 3 && len(parts[0]) < 5 {
		d.wrong |= faultForm
		d.triple(parts, word)
		return
	}
	plain := strings.TrimRight(word, ".º°ª")
	for _, ending := range []string{"st", "nd", "rd", "th", "er", "e", "-го"} {
		plain = strings.TrimSuffix(plain, ending)
	}
	n, err := strconv.Atoi(plain)
	if plain != word {
		d.wrong |= faultForm
	}
	switch {
	case err != nil || n < 0:
	case d.day == 0 && n >= 1 && n <= 31 && len(plain) <= 2:
		d.day = n
	case !d.hasYear && len(plain) >= 2 && len(plain) <= 4:
		d.setYear(plain)
	}
}

// triple reads "21-Nov-2026", "2026-11-21", "21.11.2026", "11/21/2026".
func (d *dateParts) triple(parts []string, word string) {
	switch {
	case d.day != 0 || d.hasYear:
	case !digits(parts[1]): // a name in the middle
		d.take(parts[0])
		d.name(parts[1])
		d.number(parts[2])
	case len(parts[0]) == 4:
		d.setYear(parts[0])
		d.month, d.day = below(parts[1], 12), below(parts[2], 31)
	case strings.Contains(word, ".") || strings.Contains(word, "-"):
		d.setYear(parts[2])
		d.day, d.month = below(parts[0], 31), below(parts[1], 12)
	default:
		d.setYear(parts[2])
		d.a, d.b = below(parts[0], 31), below(parts[1], 31)
	}
}

// below gives a number from 1 to most, else 0.
func below(figures string, most int) int {
	n, err := strconv.Atoi(figures)
	if err != nil || n < 1 || n > most || len(figures) > 2 {
		return 0
	}
	return n
}

// setYear reads years of two and three digits too (RFC 5322 section 4.3).
func (d *dateParts) setYear(figures string) {
	n, err := strconv.Atoi(figures)
	if err != nil || n < 0 {
		return
	}
	if len(figures) < 4 {
		d.wrong |= faultForm
	}
	switch {
	case len(figures) == 2 && n < 50:
		n += 2000
	case len(figures) <= 3:
		n += 1900
	}
	d.year, d.hasYear = n, len(figures) >= 2
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
