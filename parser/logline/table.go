package logline

import (
	"slices"
	"strings"
)

// table is a table in text whose first row names its columns.
type table struct {
	columns   []key
	separator string // "" for blanks
	zone      *Zone  // of its time column: "Time (UTC)"
	web       bool   // of requests to a web server
	own       bool   // its ports are those of the one address that a row has
	rows      int
}

// maxColumns is how many columns a table may have; those that people paste are few.
const maxColumns = 40

// heading takes a line that names columns: at least two that are known, one of
// them of addresses.
func (r *reader) heading(line string) {
	stated := false
	if len(line) > len("#fields:") && strings.EqualFold(line[:len("#fields")], "#fields") { // W3C extended log format, and that of Zeek
		line, stated = strings.TrimLeft(line[len("#fields"):], ": \t"), true
	}
	if len(line) > 600 || len(line) < 6 || strings.HasSuffix(line, ".") {
		return
	}
	for _, separator := range []string{"|", "\t", ";", ",", "  ", ""} {
		if separator != "" && !strings.Contains(line, separator) {
			continue
		}
		found := table{separator: separator}
		for _, cell := range cells(line, separator) {
			found.columns = append(found.columns, keyOf(cell))
		}
		if found.names(stated) {
			found.own, found.web = found.ownPorts(line), strings.Contains(line, "cs-method")
			found.zone = headingZone(line, separator)
			r.endBlock()
			r.table = found
			return
		}
	}
}

// headingZone is the zone that the heading of the times states: "Data (UTC)".
func headingZone(line, separator string) *Zone {
	if separator != "" {
		for _, cell := range cells(line, separator) {
			if keyOf(cell) == keyTime {
				if zone := zoneFrom(cell, 0); zone != nil {
					return zone
				}
			}
		}
	}
	zone, _ := StatedZone(line)
	return zone
}

// attackWords stand above tables of attacks, whose ports are those that were
// attacked.
var attackWords = []string{"attack", "attempt", "user", "login", "fail", "jail", "ban", "angriff", "versuch", "intent", "tentativ", "pog", "prób"}

// ownPorts tells a table of hosts with their services: one address in a row, a
// port beside it, and no word of an attack.
func (t table) ownPorts(heading string) bool {
	plain := 0
	for _, column := range t.columns {
		switch column {
		case keyAddress:
			plain++
		case keySource, keyTarget:
			return false
		}
	}
	heading = strings.ToLower(heading)
	return plain == 1 && !slices.ContainsFunc(attackWords, func(word string) bool { return strings.Contains(heading, word) })
}

// names tells whether enough columns are known: half of them, unless the line
// states that it names columns.
func (t table) names(stated bool) bool {
	known, addresses, plain, times := 0, 0, 0, 0
	for _, column := range t.columns {
		if column != keyNone {
			known++
		}
		switch column {
		case keySource, keyTarget:
			addresses++
		case keyAddress:
			plain++
		case keyTime:
			times++
		}
	}
	if times > 0 {
		addresses += plain
	}
	return len(t.columns) <= maxColumns && known >= 2 && addresses >= 1 && (stated || 2*known >= len(t.columns))
}

// cells cuts a row. Two blanks or more are one separator.
func cells(line, separator string) []string {
	var list []string
	switch separator {
	case "":
		return strings.Fields(line)
	case "  ":
		for cell := range strings.SplitSeq(strings.TrimSpace(line), separator) {
			if cell = strings.TrimSpace(cell); cell != "" {
				list = append(list, cell)
			}
		}
		return list
	}
	line = strings.TrimSpace(line)
	if separator == "|" {
		line = strings.Trim(line, "|")
	}
	for cell := range strings.SplitSeq(line, separator) {
		list = append(list, strings.Trim(cell, "\" \t"))
	}
	return list
}

// row reads a row of the table; false ends the table.
func (r *reader) row(line string) bool {
	if strings.Trim(line, "-=+|: \t_") == "" {
		return true // a rule below the heading
	}
	values := r.table.fit(line)
	var c record
	if values != nil {
		for n, column := range r.table.columns {
			if column != keyNone && values[n] != "" {
				c.set(column, r.table.value(values, n))
			}
		}
	}
	if c.source == "" && c.target == "" {
		r.table = table{}
		return false
	}
	if r.table.own && c.sourcePort == 0 {
		c.sourcePort, c.targetPort = c.targetPort, 0
	}
	if r.table.web && c.protocol == "" {
		c.protocol = "tcp"
	}
	r.table.rows++
	if c.at.zone == nil {
		c.at.zone = r.table.zone
	}
	r.add(c)
	return true
}

// value is that of a column; a day and a time in two columns are one value.
func (t table) value(values []string, n int) string {
	if t.columns[n] == keyTime && n > 0 && t.columns[n-1] == keyTime {
		return values[n-1] + " " + values[n]
	}
	return values[n]
}

// fit gives as many values as there are columns, nil when the row has others. A
// date and a time that stand apart are one value.
func (t table) fit(line string) []string {
	for _, separator := range []string{t.separator, ""} {
		values := cells(line, separator)
		if separator == "" && len(values) > len(t.columns) {
			values = t.joinTimes(values)
		}
		if len(values) == len(t.columns) || separator != "" && separator != "  " && len(values) > len(t.columns) {
			return values
		}
		if t.separator != "  " {
			break
		}
	}
	return nil
}

func (t table) joinTimes(values []string) []string {
	for n, column := range t.columns {
		if column == keyTime && n+1 < len(values) {
			joined := append([]string{}, values[:n]...)
			joined = append(joined, values[n]+" "+values[n+1])
			values = append(joined, values[n+2:]...)
		}
	}
	return values
}
