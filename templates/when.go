package templates

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// months by language; what is not here is written in the fallback language.
var months = map[string][]string{
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"de": {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
}

// layouts take day, month, year and the time of day.
var layouts = map[string]string{
	"en": "%d %s %d, %s",
	"de": "%d. %s %d, %s Uhr",
	"fr": "%d %s %d, %s",
	"es": "%d de %s de %d, %s",
}

// When writes a moment as a reader of that language would, always with its
// zone: "21 November 2026, 14:05 UTC". A zero time is "".
func When(at time.Time, language string) string {
	if at.IsZero() {
		return ""
	}
	language = known(language)
	month := months[language][at.Month()-1]
	return fmt.Sprintf(layouts[language], at.Day(), month, at.Year(), at.Format("15:04")) + " " + zone(at)
}

// weekdays by language, from Monday on, as short as they are usually written.
var weekdays = map[string][]string{
	"en": {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
	"de": {"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"},
	"fr": {"lun", "mar", "mer", "jeu", "ven", "sam", "dim"},
	"es": {"lun", "mar", "mié", "jue", "vie", "sáb", "dom"},
}

var word = regexp.MustCompile(`[A-Za-z]+`)

// Hours writes the days in working hours like "Mo-Fr 09:00-17:00 UTC" as a reader
// of that language would. They stand before the first blank; all else stays as it is.
func Hours(text, language string) string {
	days, rest, more := strings.Cut(text, " ")
	names := weekdays[known(language)]
	days = word.ReplaceAllStringFunc(days, func(day string) string {
		at := strings.Index("mo tu we th fr sa su", strings.ToLower(day[:min(2, len(day))]))
		if at < 0 || at%3 != 0 || len(day) < 2 {
			return day
		}
		return names[at/3]
	})
	if more {
		days += " " + rest
	}
	return days
}

// known is a language that dates can be written in.
func known(language string) string {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	if months[language] == nil {
		return Fallback
	}
	return language
}

// zone is the abbreviation, or the offset where there is none.
func zone(at time.Time) string {
	name, _ := at.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") || name == "" {
		return "UTC" + at.Format("-07:00")
	}
	return name
}
