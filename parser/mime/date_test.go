package mime_test

import (
	"testing"
	"time"

	"postern/parser/mime"
)

var dates = []struct{ name, raw, want, problems string }{
	{"by the book", "Sat, 21 Nov 2026 10:00:00 +0100", "2026-11-21T10:00:00+01:00", ""},
	{"without day and seconds", "21 Nov 2026 10:00 -0500", "2026-11-21T10:00:00-05:00", ""},
	{"one digit of a day", "Sun, 1 Nov 2026 10:00:00 +0100", "2026-11-01T10:00:00+01:00", ""},
	{"no blank behind the comma", "Sat,21 Nov 2026 10:00:00 +0100", "2026-11-21T10:00:00+01:00", ""},
	{"folded", "Sat, 21 Nov 2026\n 10:00:00 +0100", "2026-11-21T10:00:00+01:00", ""},
	{"comment", "Sat, 21 Nov 2026 10:00:00 +0000 (UTC)", "2026-11-21T10:00:00Z", ""},
	{"nested comment", "Sat, 21 Nov 2026 10:00:00 +0100 (CET (Vienna))", "2026-11-21T10:00:00+01:00", ""},
	{"blanks around the colons", "Sat, 21 Nov 2026 10 : 00\n : 30 +0100", "2026-11-21T10:00:30+01:00", ""},
	{"a colon before the time", "21 Nov 2026 : 10:00:00 +0100", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"comments everywhere", "Sat(urday), 21(st) Nov 2026 10(h):00:00 +0100", "2026-11-21T10:00:00+01:00", ""},
	{"small letters", "sat, 21 nov 2026 10:00:00 gmt", "2026-11-21T10:00:00Z", ""},
	{"obsolete zone", "Sat, 21 Nov 2026 10:00:00 EST", "2026-11-21T10:00:00-05:00", ""},
	{"UT", "Sat, 21 Nov 2026 10:00:00 UT", "2026-11-21T10:00:00Z", ""},
	{"zone unknown", "Sat, 21 Nov 2026 10:00:00 -0000", "2026-11-21T10:00:00Z", ""},
	{"zone of Europe", "Sat, 21 Nov 2026 10:00:00 CET", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"zone in a comment only", "Sat, 21 Nov 2026 10:00:00 (CET)", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"zone with a colon", "Sat, 21 Nov 2026 10:00:00 +02:00", "2026-11-21T10:00:00+02:00", "mended-date"},
	{"zone of hours", "Sat, 21 Nov 2026 10:00:00 +02", "2026-11-21T10:00:00+02:00", "mended-date"},
	{"zone with a name", "Sat, 21 Nov 2026 10:00:00 GMT+0200", "2026-11-21T10:00:00+02:00", "mended-date"},
	{"zone with a name and hours", "Sat, 21 Nov 2026 10:00:00 UTC-5", "2026-11-21T10:00:00-05:00", "mended-date"},
	{"zone before its name", "Sat, 21 Nov 2026 10:00:00 +0100 CET", "2026-11-21T10:00:00+01:00", ""},
	{"half an hour", "Sat, 21 Nov 2026 10:00:00 +0530", "2026-11-21T10:00:00+05:30", ""},
	{"military zone means nothing", "21 Nov 2026 10:00:00 K", "2026-11-21T10:00:00Z", "assumed-zone"},
	{"a rule for summer is no zone", "21 Nov 2026 10:00:00 MST7MDT", "2026-11-21T10:00:00Z", "mended-date assumed-zone"},
	{"zone beyond a day", "21 Nov 2026 10:00:00 +9999", "2026-11-21T10:00:00Z", "assumed-zone"},
	{"zone of thirty hours", "21 Nov 2026 10:00:00 +30", "2026-11-21T10:00:00Z", "assumed-zone"},
	{"zone of a day and minutes", "21 Nov 2026 10:00:00 +2399", "2026-11-21T10:00:00Z", "assumed-zone"},
	{"no zone", "21 Nov 2026 10:00:00", "2026-11-21T10:00:00Z", "assumed-zone"},
	{"two digits of a year", "21 Nov 26 10:00:00 +0000", "2026-11-21T10:00:00Z", "mended-date"},
	{"two digits of an old year", "21 Nov 97 10:00:00 +0000", "1997-11-21T10:00:00Z", "mended-date odd-date"},
	{"three digits of a year", "21 Nov 126 10:00:00 +0000", "2026-11-21T10:00:00Z", "mended-date"},
	{"asctime", "Sat Nov 21 10:00:00 2026", "2026-11-21T10:00:00Z", "assumed-zone"},
	{"asctime with a zone", "Sat Nov 21 10:00:00 CET 2026", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"as JavaScript prints it", "Sat Nov 21 2026 10:00:00 GMT+0100 (Central European Standard Time)", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"ISO", "2026-11-21T10:00:00+01:00", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"ISO in UTC", "2026-11-21T10:00:00.123Z", "2026-11-21T10:00:00Z", "mended-date"},
	{"ISO with a blank", "2026-11-21 10:00:00 +0100", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"ISO without a zone", "2026-11-21 10:00:00", "2026-11-21T10:00:00Z", "mended-date assumed-zone"},
	{"dashes", "Sat, 21-Nov-2026 10:00:00 GMT", "2026-11-21T10:00:00Z", "mended-date"},
	{"dashes and two digits", "Saturday, 21-Nov-26 10:00:00 GMT", "2026-11-21T10:00:00Z", "mended-date"},
	{"slashes, year first", "2026/11/21 10:00:00 +0100", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"slashes, day first", "21/11/2026 10:00 +0100", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"slashes, month first", "11/21/2026 10:00:00 PM +0000", "2026-11-21T22:00:00Z", "mended-date"},
	{"slashes that may mean two days", "05/06/2026 10:00 +0100", "", "bad-date"},
	{"dots", "21.11.2026 10:00:00 +0100", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"afternoon", "Sat, 21 Nov 2026 02:30:00 PM +0100", "2026-11-21T14:30:00+01:00", "mended-date"},
	{"midnight", "Sat, 21 Nov 2026 12:00 AM +0100", "2026-11-21T00:00:00+01:00", "mended-date"},
	{"noon", "Sat, 21 Nov 2026 12:00pm +0100", "2026-11-21T12:00:00+01:00", "mended-date"},
	{"leap second", "31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59Z", "odd-date"},
	{"month in full", "21 November 2026 10:00:00 +0000", "2026-11-21T10:00:00Z", "mended-date"},
	{"month first", "Saturday, November 21, 2026 10:00 AM", "2026-11-21T10:00:00Z", "mended-date assumed-zone"},
	{"German", "Sa, 21 Dez 2025 10:00:00 +0100", "2025-12-21T10:00:00+01:00", "mended-date"},
	{"French", "mar., 24 nov. 2026 10:00:00 +0100", "2026-11-24T10:00:00+01:00", "mended-date odd-date"},
	{"French without a Tuesday", "21 mars 2026 10:00:00 +0100", "2026-03-21T10:00:00+01:00", "mended-date"},
	{"Spanish", "sáb, 21 ene 2026 10:00:00 +0100", "2026-01-21T10:00:00+01:00", "mended-date"},
	{"Italian", "mer, 18 giu 2026 10:00:00 +0200", "2026-06-18T10:00:00+02:00", "mended-date"},
	{"Portuguese", "21 fev 2026 10:00:00 -0300", "2026-02-21T10:00:00-03:00", "mended-date"},
	{"Dutch", "za, 21 mrt 2026 10:00:00 +0100", "2026-03-21T10:00:00+01:00", "mended-date"},
	{"Polish", "sob., 21 lis 2026 10:00:00 +0100", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"Russian", "Сб, 21 ноя 2026 10:00:00 +0300", "2026-11-21T10:00:00+03:00", "mended-date"},
	{"Japanese", "2026年11月21日(土) 午後3:05 +0900", "2026-11-21T15:05:00+09:00", "mended-date"},
	{"Chinese", "2026年11月21日 星期六 下午3:05", "2026-11-21T15:05:00Z", "mended-date assumed-zone"},
	{"wrong day of the week", "Mon, 21 Nov 2026 10:00:00 +0100", "2026-11-21T10:00:00+01:00", "wrong-weekday"},
	{"tomorrow by its zone", "Sun, 22 Nov 2026 01:00:00 +1400", "2026-11-22T01:00:00+14:00", ""},
	{"next year", "Sun, 21 Nov 2027 10:00:00 +0100", "2027-11-21T10:00:00+01:00", "odd-date"},
	{"the beginning of time", "Thu, 1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00Z", "odd-date"},
	{"no such day", "31 Feb 2026 10:00:00 +0000", "", "bad-date"},
	{"day 31 of a short month", "31 Nov 2026 10:00:00 +0000", "", "bad-date"},
	{"no such hour", "21 Nov 2026 25:00:00 +0000", "", "bad-date"},
	{"no time", "21 Nov 2026", "", "bad-date"},
	{"two fields", "21 Nov 2026 10:00:00 +0000\nDate: 22 Nov 2026 10:00:00 +0000", "2026-11-21T10:00:00Z", "repeated-field"},
	{"in quotes", `"Sat, 21 Nov 2026 10:00:00 +0100"`, "2026-11-21T10:00:00+01:00", "mended-date"},
	{"dots in the time", "Sat, 21 Nov 2026 10.00.30 +0100", "2026-11-21T10:00:30+01:00", "mended-date"},
	{"Danish", "21. marts 2026 10.30 +0100", "2026-03-21T10:30:00+01:00", "mended-date"},
	{"Czech", "21. října 2026 10:30 +0100", "2026-10-21T10:30:00+01:00", "mended-date"},
	{"Turkish", "21 Eki 2026 10:30 +0100", "2026-10-21T10:30:00+01:00", "mended-date"},
	{"of a web server's log", "21/Nov/2026:10:30:00 +0100", "2026-11-21T10:30:00+01:00", "mended-date"},
	{"Finnish", "21. lokakuuta 2026 10.30", "2026-10-21T10:30:00Z", "mended-date assumed-zone"},
	{"ISO without signs", "20261121T100000Z", "2026-11-21T10:00:00Z", "mended-date"},
	{"an encoded word", "=?utf-8?Q?Sat,_21_Nov_2026_10:00:00_+0100?=", "2026-11-21T10:00:00+01:00", "mended-date"},
	{"Unix time", "1795255200", "2026-11-21T10:00:00Z", "mended-date"},
	{"the first is none", "yesterday\nDate: 21 Nov 2026 10:00:00 +0000", "2026-11-21T10:00:00Z", "repeated-field"},
	{"raw 8-bit", "21 f\xe9vr 2026 10:00:00 +0100", "2026-02-21T10:00:00+01:00", "mended-date"},
	{"rubbish", "yesterday", "", "bad-date"},
	{"nothing", "", "", "bad-date"},
	{"a number that is too long", "21 Nov 99999999999999999999 10:00:00", "", "bad-date"},
}

func TestDate(t *testing.T) {
	received := time.Date(2026, 11, 21, 14, 5, 0, 0, time.UTC)
	for _, row := range dates {
		t.Run(row.name, func(t *testing.T) {
			at, problems, ok := header(t, "Date: "+row.raw+"\nSubject: x").Sent(received)
			got := ""
			if ok {
				got = at.Format(time.RFC3339)
			}
			if got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if codes(problems) != row.problems {
				t.Errorf("problems: got %q, want %q", codes(problems), row.problems)
			}
		})
	}
}

// A mail without Date has none, and nobody makes one up.
func TestNoDate(t *testing.T) {
	if at, problems, ok := header(t, "Subject: x").Sent(time.Now()); ok || len(problems) > 0 || !at.IsZero() {
		t.Errorf("got %v, %v", at, problems)
	}
}

// What clients write above a mail they quote or forward.
func TestQuotedDates(t *testing.T) {
	for raw, want := range map[string]string{
		"Samstag, 21. November 2026 10:00":           "2026-11-21T10:00:00Z",
		"Samstag, 21. November 2026 um 10:00:05 Uhr": "2026-11-21T10:00:05Z",
		"21. März 2026 um 10:00:00 MEZ":              "2026-03-21T10:00:00+01:00",
		"Saturday, November 21, 2026 2:30 PM":        "2026-11-21T14:30:00Z",
		"Sat, Nov 21, 2026 at 2:30\u202fPM":          "2026-11-21T14:30:00Z",
		"November 21, 2026 at 2:30:00 PM GMT+1":      "2026-11-21T14:30:00+01:00",
		"samedi 21 novembre 2026 à 10:00":            "2026-11-21T10:00:00Z",
		"sam. 21 nov. 2026 à 10h30":                  "2026-11-21T10:30:00Z",
		"mardi 24 novembre 2026 10:00":               "2026-11-24T10:00:00Z",
		"sábado, 21 de noviembre de 2026 10:00":      "2026-11-21T10:00:00Z",
		"sábado, 21 de noviembre de 2026 2:30 p. m.": "2026-11-21T14:30:00Z",
		"sabato 21 novembre 2026 10:00":              "2026-11-21T10:00:00Z",
		"sábado, 21 de novembro de 2026 às 10:00":    "2026-11-21T10:00:00Z",
		"zaterdag 21 november 2026 10:00":            "2026-11-21T10:00:00Z",
		"sobota, 21 listopada 2026 10:00":            "2026-11-21T10:00:00Z",
		"суббота, 21 ноября 2026 г. 10:00":           "2026-11-21T10:00:00Z",
		"2026年11月21日 10:00":                          "2026-11-21T10:00:00Z",
		"2026年11月21日 下午2:30":                         "2026-11-21T14:30:00Z",
		"2026年11月21日星期六 10:00":                       "2026-11-21T10:00:00Z",
		"21.11.2026 10:00":                           "2026-11-21T10:00:00Z",
		"21/11/2026 10:00":                           "2026-11-21T10:00:00Z",
		"11/21/2026 10:00 AM":                        "2026-11-21T10:00:00Z",
		"2026-11-21 10:00":                           "2026-11-21T10:00:00Z",
		"Saturday":                                   "",
	} {
		at, zoned, ok := mime.ParseZonedDate(raw)
		got := ""
		if ok {
			got = at.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
		if _, offset := at.Zone(); ok && zoned != (offset != 0) {
			t.Errorf("%q: zoned is %t", raw, zoned)
		}
	}
}
