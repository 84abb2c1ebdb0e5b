package templates

import (
	"fmt"
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
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	if months[language] == nil {
		language = Fallback
	}
	month := months[language][at.Month()-1]
	return fmt.Sprintf(layouts[language], at.Day(), month, at.Year(), at.Format("15:04")) + " " + zone(at)
}

// zone is the abbreviation, or the offset where there is none.
func zone(at time.Time) string {
	name, _ := at.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") || name == "" {
		return "UTC" + at.Format("-07:00")
	}
	return name
}
