package mime

import (
	"strconv"
	"strings"
	"time"
)

// Date is when the mail says it was written (RFC 5322 section 3.3), with
// obsolete and wrong forms read as far as they mean one time. ok is false when
// the field is missing or cannot be read.
func (p *Part) Date() (at time.Time, ok bool) { return ParseDate(p.Header.Get("Date")) }

// ParseDate reads the date of a mail header.
func ParseDate(value string) (at time.Time, ok bool) {
	value = WithoutComments(value)
	for _, layout := range otherDates {
		if at, err := time.Parse(layout, strings.TrimSpace(value)); err == nil {
			return at, sane(at)
		}
	}
	words := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' })
	var d dateParts
	for _, word := range words {
		d.take(word)
	}
	if d.day == 0 || d.month == 0 || !d.hasYear || !d.hasTime {
		return time.Time{}, false
	}
	at = time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, min(d.second, 59), 0, time.FixedZone("", d.zone))
	return at, at.Day() == d.day && sane(at)
}

// otherDates are forms that programs write instead.
var otherDates = []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02T15:04:05"}

// sane keeps years that fit RFC 3339.
func sane(at time.Time) bool { return at.Year() >= 1900 && at.Year() <= 9999 }

// dateParts is what was found of a date so far.
type dateParts struct {
	day, month, year     int
	hour, minute, second int
	zone                 int // seconds east of UTC
	hasYear, hasTime     bool
}

// take reads one word of a date.
func (d *dateParts) take(word string) {
	switch {
	case strings.Contains(word, ":"):
		d.clock(word)
	case word[0] == '+' || word[0] == '-':
		d.offset(word)
	case word[0] >= '0' && word[0] <= '9':
		d.number(word)
	default:
		d.name(strings.ToLower(word))
	}
}

func (d *dateParts) clock(word string) {
	parts := strings.Split(strings.TrimRight(word, "Zz"), ":")
	if d.hasTime || len(parts) < 2 {
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
	right := errs == [3]error{} && d.hour >= 0 && d.hour < 24 && d.minute >= 0 && d.minute < 60 && d.second >= 0 && d.second < 61
	d.hasTime = right
}

// offset reads +0100 or +01:00 written without a colon. RFC 5322 allows any
// four digits; beyond a day they are taken as UTC.
func (d *dateParts) offset(word string) {
	n, err := strconv.Atoi(word[1:])
	if err != nil || n > 2400 {
		return
	}
	d.zone = (n/100*60 + n%100) * 60
	if word[0] == '-' {
		d.zone = -d.zone
	}
}

func (d *dateParts) number(word string) {
	if parts := strings.SplitN(word, "-", 3); len(parts) == 3 { // 21-Nov-2026
		for _, part := range parts {
			if part != "" {
				d.take(part)
			}
		}
		return
	}
	n, err := strconv.Atoi(word)
	switch {
	case err != nil || n < 0:
	case d.day == 0 && n >= 1 && n <= 31 && len(word) <= 2:
		d.day = n
	case !d.hasYear && len(word) >= 2 && len(word) <= 4:
		d.year, d.hasYear = fullYear(n, len(word)), true
	}
}

// fullYear reads years of two and three digits (RFC 5322 section 4.3).
func fullYear(n, digits int) int {
	switch {
	case digits == 2 && n < 50:
		return n + 2000
	case digits <= 3:
		return n + 1900
	}
	return n
}

// name reads a month or an obsolete zone; names of days say nothing.
func (d *dateParts) name(word string) {
	if len(word) >= 3 && d.month == 0 {
		if at := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", word[:3]); at >= 0 && at%3 == 0 {
			d.month = at/3 + 1
			return
		}
	}
	if hours, ok := zones[word]; ok && d.hasTime {
		d.zone = hours * 3600
	}
}

// zones are the names RFC 5322 section 4.3 gives a meaning, and those of Europe
// that mailers wrote.
var zones = map[string]int{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
	"wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "jst": 9,
}

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
