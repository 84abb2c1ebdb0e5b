package config

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // zones are there on a machine without tzdata

	"postern/tickets"
)

// WorkingHours reads "Mo-Fr 09:00-17:00" or "Mon,Wed,Fri 08:00-12:00" in the
// configured zone.
func (c *Config) WorkingHours() (tickets.WorkingHours, error) {
	location, err := time.LoadLocation(c.CSIRT.Timezone)
	if err != nil {
		return tickets.WorkingHours{}, fmt.Errorf("%q is no time zone", c.CSIRT.Timezone)
	}
	days, clock, ok := strings.Cut(strings.TrimSpace(cmp.Or(c.CSIRT.Hours, DefaultHours)), " ")
	if !ok {
		return tickets.WorkingHours{}, fmt.Errorf("%q are no working hours", c.CSIRT.Hours)
	}
	hours := tickets.WorkingHours{Location: location}
	if hours.Days, err = parseDays(days); err != nil {
		return tickets.WorkingHours{}, err
	}
	from, to, ok := strings.Cut(strings.TrimSpace(clock), "-")
	if !ok {
		return tickets.WorkingHours{}, fmt.Errorf("%q is no span of time", clock)
	}
	if hours.From, err = parseClock(from); err != nil {
		return tickets.WorkingHours{}, err
	}
	if hours.To, err = parseClock(to); err != nil {
		return tickets.WorkingHours{}, err
	}
	return hours, hours.Valid()
}

func parseDays(text string) ([]time.Weekday, error) {
	var days []time.Weekday
	for _, piece := range strings.Split(strings.ToLower(text), ",") {
		first, last, span := strings.Cut(piece, "-")
		from, err := weekday(first)
		if err != nil {
			return nil, err
		}
		to := from
		if span {
			if to, err = weekday(last); err != nil {
				return nil, err
			}
		}
		for day := from; ; day = (day + 1) % 7 {
			days = append(days, day)
			if day == to {
				break
			}
		}
	}
	return days, nil
}

// weekday knows a day by its English name or two letters of that and more.
func weekday(word string) (time.Weekday, error) {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if len(word) >= 2 && strings.HasPrefix(strings.ToLower(day.String()), word) {
			return day, nil
		}
	}
	return 0, fmt.Errorf("%q is no weekday; they are Mo Tu We Th Fr Sa Su", word)
}

func parseClock(text string) (time.Duration, error) {
	if text == "24:00" {
		return 24 * time.Hour, nil
	}
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day", text)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
