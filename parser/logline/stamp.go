package logline

import (
	"strings"
	"time"
)

// stamp is a time as a line writes it.
type stamp struct {
	written string
	at      time.Time // its fields read as UTC; the year is 0 when none is written
	zone    *Zone     // nil when none is written
	exact   bool      // day, month and time are beyond doubt
}

// text gives the time for an endpoint and whether its zone is stated.
func (s stamp) text(clock Clock) (at, zone string) {
	z := s.zone
	if z == nil {
		z = clock.Zone
	}
	if s.written == "" || z == nil || !s.exact {
		return s.written, "assumed"
	}
	t := s.at
	if t.Year() == 0 {
		if clock.Around.IsZero() {
			return s.written, "assumed"
		}
		t = nearest(t, clock.Around.Add(z.at(clock.Around)))
	}
	return t.Add(-z.at(t)).UTC().Format(time.RFC3339), "stated"
}

// ahead is how far in the future of a report a line of its log may lie: clocks
// differ.
const ahead = 48 * time.Hour

// nearest gives a time the last year in which it does not lie after the report.
func nearest(t, around time.Time) time.Time {
	found := t.AddDate(around.Year(), 0, 0)
	if found.After(around.Add(ahead)) {
		return t.AddDate(around.Year()-1, 0, 0)
	}
	return found
}

// findStamp finds the first time in a line: a full one, else a bare "14:02:11".
func findStamp(line string) (stamp, bool) {
	var clockOnly stamp
	if s, ok := twoFields(line); ok {
		return zoned(s, line), true
	}
	c := cursor{text: line}
	for i := 0; i < len(line); i++ {
		if !starts(line[i]) || i > 0 && wordByte(line[i-1]) && !behindKey(line, i) {
			continue
		}
		c.pos = i
		if s, ok := c.stamp(); ok {
			return zoned(s, line), true
		}
		if clockOnly.written == "" && (i == 0 || line[i-1] != ':') {
			c.pos = i
			if _, ok := c.clock(); ok && c.pos-i >= len("1:02:03") {
				clockOnly = stamp{written: line[i:c.pos]}
			}
		}
	}
	return clockOnly, clockOnly.written != ""
}

// behindKey tells a value right behind the colon of its key: `"ts":1795356131`,
// "Date:2026-11-20". Behind a digit it goes on with a time or an address.
func behindKey(line string, i int) bool {
	return i > 1 && line[i-1] == ':' && line[i-2]-'0' >= 10 && line[i-2] != ':'
}

// zoned gives a time the zone that its line states in a field of its own.
func zoned(s stamp, line string) stamp {
	for _, key := range [...]string{"tz=", "timezone="} {
		if at := strings.Index(line, key); s.zone == nil && at >= 0 {
			c := cursor{text: strings.Trim(line[at+len(key):], "\" ")}
			s.zone = c.zone()
		}
	}
	return s
}

// starts tells the signs a time can begin with: a digit, or a month's or a day's
// first letter.
func starts(c byte) bool {
	switch c {
	case 'J', 'F', 'M', 'A', 'S', 'O', 'N', 'D':
		return true
	}
	return c-'0' < 10
}

func wordByte(c byte) bool { return c-'0' < 10 || c|0x20-'a' < 26 || c == '.' || c == ':' || c == '-' }

// twoFields reads "date=2026-11-20 time=14:02:11" of firewalls.
func twoFields(line string) (stamp, bool) {
	d := strings.Index(line, "date=")
	if d < 0 {
		return stamp{}, false
	}
	t := strings.Index(line, "time=")
	if t < d || t-d > 40 {
		return stamp{}, false
	}
	day := strings.Trim(strings.Fields(line[d+5:] + " ")[0], "\",;")
	clock := strings.Trim(strings.Fields(line[t+5:] + " .")[0], "\",;")
	c := cursor{text: day + " " + clock}
	s, ok := c.stamp()
	return s, ok
}

// cursor reads a time from front to back.
type cursor struct {
	text string
	pos  int
}

// stamp reads one of the forms in use. What it cannot read it leaves unread.
func (c *cursor) stamp() (stamp, bool) {
	start := c.pos
	for _, form := range []func(*cursor) (stamp, bool){(*cursor).yearFirst, (*cursor).webLog, (*cursor).dayFirst, (*cursor).monthFirst, (*cursor).sensor, (*cursor).compact, (*cursor).epoch, (*cursor).tai} {
		c.pos = start
		if s, ok := form(c); ok {
			s.written = strings.TrimSpace(c.text[start:c.pos])
			return s, true
		}
	}
	return stamp{}, false
}

// yearFirst reads "2026-11-20T14:02:11.5+01:00", "2026/11/20 14:02:11", and
// "2026年11月20日 14:02".
func (c *cursor) yearFirst() (stamp, bool) {
	year, ok := c.number(4, 4)
	if !ok || year < 1970 || year > 2200 {
		return stamp{}, false
	}
	mark := c.any("-/.", "年")
	month, ok := c.number(1, 2)
	if mark == "" || !ok || c.any("-/.", "月") == "" {
		return stamp{}, false
	}
	day, ok := c.number(1, 2)
	c.any("", "日")
	if !ok || c.any(" T\t_-", ", ") == "" {
		return stamp{}, false
	}
	c.spaces()
	return c.rest(year, month, day, true)
}

// webLog reads "20/Nov/2026:05:31:07 +0000" and "20-Nov-2026 05:31:07".
func (c *cursor) webLog() (stamp, bool) {
	day, ok := c.number(1, 2)
	if !ok || c.any("/-", "") == "" {
		return stamp{}, false
	}
	month := c.month()
	if month == 0 || c.any("/-", "") == "" {
		return stamp{}, false
	}
	year, ok := c.number(4, 4)
	if !ok {
		if year, ok = c.number(2, 2); ok { // "20-Nov-26", the older form of HTTP
			year += 2000
		}
	}
	if !ok || c.any(": T", "") == "" {
		return stamp{}, false
	}
	return c.rest(year, month, day, true)
}

// dayFirst reads "20.11.2026 14:02", "11/20/2026-14:02:11", "20 Nov 2026 14:02:11".
// Of two numbers with slashes either may be the month.
func (c *cursor) dayFirst() (stamp, bool) {
	first, ok := c.number(1, 2)
	mark := c.any("./- ", ". ")
	if !ok || mark == "" {
		return stamp{}, false
	}
	if month := c.month(); month != 0 {
		c.any(" .,", ". ")
		year, ok := c.number(4, 4)
		c.any(",", "")
		if !ok || c.any(" T", "") == "" {
			return stamp{}, false
		}
		return c.rest(year, month, first, true)
	}
	second, ok := c.number(1, 2)
	if !ok || mark == " " || c.any("./-", "") == "" {
		return stamp{}, false
	}
	year, ok := c.number(4, 4)
	c.any(",", "")
	if !ok || c.any(" T-\t", "") == "" {
		return stamp{}, false
	}
	c.spaces()
	day, month, exact := first, second, mark == "." || first > 12 || second > 12
	if second > 12 {
		day, month = second, first
	}
	return c.rest(year, month, day, exact)
}

// monthFirst reads "Nov 20 14:02:11", "Nov 20 2026 14:02:11", "Nov 20, 2026
// 14:02:11" and "Fri Nov 20 14:02:11.5 2026".
func (c *cursor) monthFirst() (stamp, bool) {
	month := c.month()
	if month == 0 || c.any(" .", ". ") == "" {
		return stamp{}, false
	}
	c.spaces()
	day, ok := c.number(1, 2)
	c.any(",", "")
	if !ok || c.any(" ", "") == "" {
		return stamp{}, false
	}
	before := c.pos
	year, ok := c.number(4, 4)
	if ok {
		c.any(":,", "")
		c.spaces()
	} else {
		c.pos, year = before, 0
	}
	s, ok := c.rest(year, month, day, true)
	if ok && year == 0 {
		c.yearBehind(&s)
	}
	return s, ok
}

// yearBehind takes the year that C's asctime writes last.
func (c *cursor) yearBehind(s *stamp) {
	at := c.pos
	if c.any(" ", "") == "" {
		return
	}
	year, ok := c.number(4, 4)
	if !ok || year < 1990 || year > 2200 {
		c.pos = at
		return
	}
	s.at = s.at.AddDate(year, 0, 0)
	if s.zone == nil {
		s.zone = c.zone() // "Nov 20 14:02:11 2026 +0100"
	}
}

// sensor reads "11/20-14:02:11.5" of network sensors, without a year.
func (c *cursor) sensor() (stamp, bool) {
	month, ok := c.number(2, 2)
	if !ok || c.any("/", "") == "" {
		return stamp{}, false
	}
	day, ok := c.number(2, 2)
	if !ok || c.any("-", "") == "" {
		return stamp{}, false
	}
	return c.rest(0, month, day, true)
}

// rest reads the time of the day and the zone and puts all together.
func (c *cursor) rest(year, month, day int, exact bool) (stamp, bool) {
	c.word()
	clock, ok := c.clock()
	if !ok || month < 1 || month > 12 || day < 1 || day > 31 {
		return stamp{}, false
	}
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Add(clock)
	if at.Day() != day && clock < 24*time.Hour {
		return stamp{}, false // the 31st of a month that has none
	}
	return stamp{at: at, zone: c.zone(), exact: exact}, true
}

// word steps over what people write between day and time: "at", "um", "à".
func (c *cursor) word() {
	if c.pos < len(c.text) && c.text[c.pos]-'0' < 10 {
		return
	}
	for _, word := range [...]string{"at ", "um ", "à ", "a las ", "alle ore ", "alle ", "om ", "o ", "o godz. ", "às ", "в ", "kl. "} {
		if strings.HasPrefix(c.text[c.pos:], word) {
			c.pos += len(word)
			return
		}
	}
}

// clock reads "14:02", "14:02:11,123" and "2:02:11 PM".
func (c *cursor) clock() (time.Duration, bool) {
	hour, ok := c.number(1, 2)
	if !ok || hour > 23 || c.any(":", "時") == "" {
		return 0, false
	}
	minute, ok := c.number(2, 2)
	if !ok || minute > 59 {
		return 0, false
	}
	second := 0
	if at := c.pos; c.any(":", "分") != "" {
		if second, ok = c.number(2, 2); !ok || second > 60 {
			second, c.pos = 0, at
		} else {
			c.fraction()
		}
	}
	hour = c.half(hour)
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second, true
}

// half reads "AM" and "PM".
func (c *cursor) half(hour int) int {
	rest := strings.TrimLeft(c.text[c.pos:], " ")
	if len(rest) < 2 || rest[1]|0x20 != 'm' || len(rest) > 2 && wordByte(rest[2]) && rest[2] != '.' {
		return hour
	}
	switch strings.ToUpper(rest[:2]) {
	case "AM":
		hour %= 12
	case "PM":
		hour = hour%12 + 12
	default:
		return hour
	}
	c.pos = len(c.text) - len(rest) + 2
	return hour
}

// fraction steps over parts of a second.
func (c *cursor) fraction() {
	if c.pos+1 < len(c.text) && (c.text[c.pos] == '.' || c.text[c.pos] == ',') && c.text[c.pos+1]-'0' < 10 {
		c.pos++
		for c.pos < len(c.text) && c.text[c.pos]-'0' < 10 {
			c.pos++
		}
	}
}

// number reads between least and most digits, and no more follow.
func (c *cursor) number(least, most int) (int, bool) {
	end := c.pos
	for end < len(c.text) && end-c.pos <= most && c.text[end]-'0' < 10 {
		end++
	}
	if end-c.pos < least || end-c.pos > most {
		return 0, false
	}
	n := 0
	for _, digit := range []byte(c.text[c.pos:end]) {
		n = 10*n + int(digit-'0')
	}
	c.pos = end
	return n, true
}

// any steps over one of the signs, or the word, and gives it; "" for neither.
func (c *cursor) any(signs, word string) string {
	rest := c.text[c.pos:]
	if word != "" && strings.HasPrefix(rest, word) {
		c.pos += len(word)
		return word
	}
	if rest != "" && strings.IndexByte(signs, rest[0]) >= 0 {
		c.pos++
		return rest[:1]
	}
	return ""
}

func (c *cursor) spaces() {
	for c.pos < len(c.text) && c.text[c.pos] == ' ' {
		c.pos++
	}
}

// month reads the name of a month in English or one of the languages whose
// programs write logs in it, short or in full. It gives 0 for what is none.
func (c *cursor) month() int {
	end := c.pos
	for end < len(c.text) && (c.text[end]|0x20-'a' < 26 || c.text[end] >= 0x80) && end-c.pos < 16 {
		end++
	}
	if end-c.pos < 3 {
		return 0
	}
	n := months[strings.ToLower(c.text[c.pos:end])]
	if n > 0 {
		c.pos = end
	}
	return n
}

var months = newMonths()

func newMonths() map[string]int {
	all := map[string]int{}
	for n, names := range []string{
		"jan january januar janvier enero gennaio janeiro januari stycznia jän jänner",
		"feb february februar février febrero febbraio fevereiro februari lutego fév",
		"mar march märz mars marzo março maart marca mrz mär",
		"apr april avril abril aprile kwietnia avr",
		"may mai mayo maggio maio mei maja",
		"jun june juni juin junio giugno junho czerwca",
		"jul july juli juillet julio luglio julho lipca",
		"aug august août agosto augustus sierpnia",
		"sep sept september septembre septiembre settembre setembro września",
		"oct october oktober octobre octubre ottobre outubro października okt",
		"nov november novembre noviembre novembro listopada",
		"dec december dezember décembre diciembre dicembre dezembro grudnia dez déc",
	} {
		for name := range strings.FieldsSeq(names) {
			all[name] = n + 1
		}
	}
	return all
}
