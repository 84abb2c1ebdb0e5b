package format

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"postern/parser/mime"
)

// The two words for where the zone of a time comes from.
const (
	ZoneStated  = "stated"
	ZoneAssumed = "assumed"
)

// Moment is a time as a document states it.
type Moment struct {
	UTC     string // RFC 3339 in UTC; one without a zone is read as UTC
	Written string // RFC 3339 in UTC when the zone is stated, else as it was written
	Zone    string // stated | assumed
}

// withZone and withoutZone are how programs write times. RFC 3339 is the first;
// fractions of a second are read after any "05".
var (
	withZone = []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04Z07:00",
		"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05 MST",
		"2006-01-02 15:04Z07:00", "2006-01-02 15:04 MST", "20060102T150405Z07:00", "20060102T150405Z0700", "2006-01-02Z07:00",
		"02/Jan/2006:15:04:05 -0700", // of web servers
	}
	withoutZone = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "20060102T150405", "2006-01-02", "2006/01/02 15:04:05"}
)

// maxTime is longer than any time is written.
const maxTime = 100

// ReadTime reads a time in RFC 3339 and its relatives, in the form of mail
// (RFC 5322), or as seconds since 1970.
func ReadTime(written string) (Moment, bool) {
	written = strings.TrimSpace(written)
	if written == "" || len(written) > maxTime {
		return Moment{}, false
	}
	at, stated, ok := readTime(written)
	if !ok || at.Year() < 1970 || at.Year() > 9999 {
		return Moment{}, false
	}
	m := Moment{UTC: at.UTC().Format(time.RFC3339), Zone: ZoneStated}
	m.Written = m.UTC
	if !stated {
		m.Written, m.Zone = strings.ToValidUTF8(written, ""), ZoneAssumed
	}
	return m, true
}

func readTime(written string) (at time.Time, stated, ok bool) {
	upper := strings.ToUpper(written)
	for _, layout := range withZone {
		if at, err := time.Parse(layout, upper); err == nil && knownZone(at) {
			return at, true, true
		}
	}
	for _, layout := range withoutZone {
		if at, err := time.Parse(layout, upper); err == nil {
			return at, false, true
		}
	}
	if at, ok := epoch(written); ok {
		return at, true, true
	}
	at, ok = mime.ParseDate(written)
	return at, namedZone.MatchString(written), ok
}

// knownZone refuses the abbreviations that Go takes for UTC because it does not
// know them.
func knownZone(at time.Time) bool {
	name, offset := at.Zone()
	return offset != 0 || name == "" || name == "UTC" || name == "GMT" || name == "Z"
}

// namedZone finds the zone of a mail's date.
var namedZone = regexp.MustCompile(`(?i)[+-]\d{2}:?\d{2}\b|\b(?:UTC?|GMT|[ECMP][SD]T|CEST|CET|Z)\b|\dZ$`)

// epoch reads seconds or milliseconds since 1970.
func epoch(written string) (time.Time, bool) {
	whole, _, _ := strings.Cut(written, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	switch {
	case err != nil:
		return time.Time{}, false
	case len(whole) == 10:
		return time.Unix(n, 0), true
	case len(whole) == 13:
		return time.UnixMilli(n), true
	}
	return time.Time{}, false
}
