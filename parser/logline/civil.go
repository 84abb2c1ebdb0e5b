package logline

import (
	"slices"
	"strings"
	"time"
)

// summer is when a country puts its clocks forward by an hour.
type summer uint8

const (
	noSummer    summer = iota
	ofEurope           // last Sunday of March to last Sunday of October, both at 01:00 UTC (directive 2000/84/EC)
	ofAmerica          // second Sunday of March to first Sunday of November, both at 02:00 by the clock on the wall
	ofAustralia        // first Sunday of October to first Sunday of April, both at 02:00 of winter's clock
)

// at is the offset that a zone has at a time of its own clock. In the hour that
// comes twice, summer is meant.
func (z Zone) at(local time.Time) time.Duration {
	if z.summer.holds(local, z.Offset) {
		return z.Offset + time.Hour
	}
	return z.Offset
}

// holds tells whether summer's clock shows this time in a zone of this offset.
func (s summer) holds(local time.Time, offset time.Duration) bool {
	year := local.Year()
	switch s {
	case ofEurope: // clocks on the wall show the same instant in each zone by another hour
		begin := sunday(year, time.March, lastWeek).Add(time.Hour + offset)
		return !local.Before(begin) && local.Before(sunday(year, time.October, lastWeek).Add(2*time.Hour+offset))
	case ofAmerica:
		return !local.Before(sunday(year, time.March, 2).Add(2*time.Hour)) && local.Before(sunday(year, time.November, 1).Add(2*time.Hour))
	case ofAustralia:
		return !local.Before(sunday(year, time.October, 1).Add(2*time.Hour)) || local.Before(sunday(year, time.April, 1).Add(3*time.Hour))
	}
	return false
}

// lastWeek asks for the last Sunday of a month.
const lastWeek = 0

// sunday is midnight of the n-th Sunday of a month.
func sunday(year int, month time.Month, n int) time.Time {
	if n == lastWeek {
		last := time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -1)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (7-int(first.Weekday()))%7+7*(n-1))
}

// places are zones by the name that the tz database gives them. The database
// itself would be read from the machine, and the report would depend on it.
var places = newPlaces()

func newPlaces() map[string]*Zone {
	all := map[string]*Zone{}
	for _, group := range []struct {
		minutes int
		summer  summer
		names   string
	}{
		{0, noSummer, "Etc/UTC Etc/GMT Etc/UCT Etc/Zulu Etc/Greenwich Etc/Universal Africa/Abidjan Africa/Accra Atlantic/Reykjavik"},
		{0, ofEurope, "Europe/London Europe/Dublin Europe/Lisbon Europe/Belfast Europe/Jersey Europe/Guernsey Europe/Isle_of_Man Atlantic/Canary Atlantic/Madeira"},
		{60, ofEurope, `Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen Europe/Gibraltar
			Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo
			Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich`},
		{60, noSummer, "Africa/Lagos Africa/Algiers Africa/Tunis"},
		{120, ofEurope, "Europe/Athens Europe/Bucharest Europe/Chisinau Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Mariehamn Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius Asia/Nicosia"},
		{120, noSummer, "Europe/Kaliningrad Africa/Johannesburg Africa/Harare Africa/Maputo Africa/Tripoli"},
		{180, noSummer, "Europe/Moscow Europe/Istanbul Europe/Minsk Asia/Istanbul Asia/Riyadh Asia/Kuwait Asia/Baghdad Asia/Qatar Africa/Nairobi"},
		{210, noSummer, "Asia/Tehran"}, {240, noSummer, "Asia/Dubai Asia/Baku Asia/Tbilisi Asia/Yerevan Europe/Samara"},
		{300, noSummer, "Asia/Karachi Asia/Tashkent Asia/Almaty Asia/Yekaterinburg"}, {330, noSummer, "Asia/Kolkata Asia/Calcutta Asia/Colombo"}, {345, noSummer, "Asia/Kathmandu"},
		{360, noSummer, "Asia/Dhaka"}, {420, noSummer, "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh Asia/Saigon Asia/Novosibirsk"},
		{480, noSummer, "Asia/Shanghai Asia/Hong_Kong Asia/Singapore Asia/Taipei Asia/Manila Asia/Kuala_Lumpur Asia/Chongqing Australia/Perth"},
		{540, noSummer, "Asia/Tokyo Asia/Seoul"}, {600, noSummer, "Australia/Brisbane Asia/Vladivostok"},
		{600, ofAustralia, "Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Canberra"}, {570, ofAustralia, "Australia/Adelaide"}, {570, noSummer, "Australia/Darwin"},
		{-180, noSummer, "America/Sao_Paulo America/Argentina/Buenos_Aires America/Buenos_Aires America/Montevideo America/Bahia America/Fortaleza"},
		{-240, noSummer, "America/Caracas America/La_Paz America/Manaus America/Puerto_Rico America/Santo_Domingo"}, {-240, ofAmerica, "America/Halifax"},
		{-300, ofAmerica, "America/New_York America/Toronto America/Detroit America/Montreal US/Eastern Canada/Eastern"}, {-300, noSummer, "America/Bogota America/Lima America/Panama America/Guayaquil America/Jamaica"},
		{-360, ofAmerica, "America/Chicago America/Winnipeg US/Central Canada/Central"}, {-360, noSummer, "America/Mexico_City America/Guatemala America/Costa_Rica America/Regina"},
		{-420, ofAmerica, "America/Denver America/Edmonton America/Boise US/Mountain"}, {-420, noSummer, "America/Phoenix US/Arizona"},
		{-480, ofAmerica, "America/Los_Angeles America/Vancouver America/Tijuana US/Pacific Canada/Pacific"}, {-540, ofAmerica, "America/Anchorage US/Alaska"}, {-600, noSummer, "Pacific/Honolulu US/Hawaii"},
	} {
		for name := range strings.FieldsSeq(group.names) {
			all[name] = &Zone{time.Duration(group.minutes) * time.Minute, group.summer}
		}
	}
	return all
}

// spoken are zones by the names that people and programs write in full, in small
// letters.
var spoken = map[string]*Zone{
	"coordinated universal time": {}, "universal coordinated time": {}, "universal time": {}, "universal time coordinated": {}, "greenwich mean time": {}, "koordinierte weltzeit": {}, "temps universel": {}, "temps universel coordonné": {},
	"tiempo universal coordinado": {}, "tempo universale coordinato": {}, "協定世界時": {},
	"british summer time": hours(1), "western european time": {}, "western european summer time": hours(1),
	"central european time": hours(1), "central european standard time": hours(1), "central european summer time": hours(2), "central european daylight time": hours(2),
	"mitteleuropäische zeit": hours(1), "mitteleuropäische sommerzeit": hours(2), "heure de paris": {time.Hour, ofEurope}, "heure normale d’europe centrale": hours(1), "heure d’été d’europe centrale": hours(2),
	"hora peninsular": {time.Hour, ofEurope}, "hora de madrid": {time.Hour, ofEurope}, "ora italiana": {time.Hour, ofEurope}, "hora de lisboa": {0, ofEurope}, "czasu polskiego": {time.Hour, ofEurope},
	"eastern european time": hours(2), "eastern european standard time": hours(2), "eastern european summer time": hours(3), "moscow standard time": hours(3), "moscow time": hours(3), "московское время": hours(3), "по москве": hours(3),
	"eastern standard time": hours(-5), "eastern daylight time": hours(-4), "eastern time": {-5 * time.Hour, ofAmerica}, "us eastern time": {-5 * time.Hour, ofAmerica}, "north american eastern time": {-5 * time.Hour, ofAmerica},
	"central standard time": hours(-6), "central daylight time": hours(-5), "central time": {-6 * time.Hour, ofAmerica}, "us central time": {-6 * time.Hour, ofAmerica},
	"mountain standard time": hours(-7), "mountain daylight time": hours(-6), "mountain time": {-7 * time.Hour, ofAmerica},
	"pacific standard time": hours(-8), "pacific daylight time": hours(-7), "pacific time": {-8 * time.Hour, ofAmerica}, "us pacific time": {-8 * time.Hour, ofAmerica},
	"hora de brasília": hours(-3), "brasília time": hours(-3), "brasilia time": hours(-3), "horário de brasília": hours(-3),
	"india standard time": {Offset: 330 * time.Minute}, "indian standard time": {Offset: 330 * time.Minute}, "china standard time": hours(8), "beijing time": hours(8), "北京时间": hours(8), "singapore time": hours(8), "hong kong time": hours(8),
	"japan standard time": hours(9), "japan time": hours(9), "日本時間": hours(9), "日本標準時": hours(9), "korea standard time": hours(9), "한국시간": hours(9), "australian eastern standard time": hours(10), "australian eastern daylight time": hours(11),
}

func hours(n int) *Zone { return &Zone{Offset: time.Duration(n) * time.Hour} }

// spokenBy are the names of spoken by their first word, the longest first.
var spokenBy = func() map[string][]string {
	by := map[string][]string{}
	for name := range spoken {
		first, _, _ := strings.Cut(name, " ")
		at := 0
		for at < len(by[first]) && len(by[first][at]) > len(name) {
			at++
		}
		by[first] = append(by[first][:at], append([]string{name}, by[first][at:]...)...)
	}
	return by
}()

// longestPlace is more than any name of a place has.
const longestPlace = 32

// place reads a zone by the name of a place or in full words. word is what stands
// at the cursor up to the first sign that is no letter.
func (c *cursor) place(word string) *Zone {
	rest := c.text[c.pos:]
	if len(rest) > len(word) && rest[len(word)] == '/' {
		end := len(word)
		for end < len(rest) && end < longestPlace && (rest[end]|0x20-'a' < 26 || rest[end] == '/' || rest[end] == '_') {
			end++
		}
		if zone := places[rest[:end]]; zone != nil {
			c.pos += end
			return zone
		}
		return nil
	}
	if word != "" && word[0] >= firstUnspaced {
		return c.unspaced()
	}
	for _, name := range spokenBy[strings.ToLower(word)] {
		if end := foldedPrefix(rest, name); end > 0 && (end == len(rest) || !wordByte(rest[end])) {
			c.pos += end
			return spoken[name]
		}
	}
	return nil
}

// firstUnspaced is the first byte of the scripts that set no blanks between words.
const firstUnspaced = 0xe3

// unspaced reads a name in a script in which words stand side by side.
func (c *cursor) unspaced() *Zone {
	for _, name := range unspacedNames {
		if strings.HasPrefix(c.text[c.pos:], name) {
			c.pos += len(name)
			return spoken[name]
		}
	}
	return nil
}

// unspacedNames are those of spoken in these scripts.
var unspacedNames = func() (list []string) {
	for name := range spoken {
		if name[0] >= firstUnspaced {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}()

// foldedPrefix is the length of what a text begins with when it begins with a name
// in any case, else 0.
func foldedPrefix(text, name string) int {
	if len(text) < len(name) || !strings.EqualFold(text[:len(name)], name) {
		return 0
	}
	return len(name)
}
