package indicator

import "strings"

// column is the column of AS numbers, or of versions, of a table whose first row
// names it: there the numbers stand alone.
//
//	AS      | IP           | BGP prefix
//	64500   | 203.0.113.5  | 203.0.113.0/24
type column struct {
	named bool // a word of this line names it
	at    int  // where that word stands in the line
	size  int  // its length

	known bool
	sign  byte // what parts the columns; 0 when they are aligned by blanks
	cell  int  // how many of these signs stand before it
	from  int  // where it begins when they are aligned
	to    int
}

// longestCells is how far into a line columns are counted.
const longestCells = 300

// name takes notice of a word that may name the column.
func (c *column) name(word string, at int, is func(string) bool) {
	if !c.named && len(word) <= len("remote_asn") && is(word) {
		c.named, c.at, c.size = at < longestCells, at, len(word)
	}
}

// systemName and releaseName are how columns of AS numbers and of versions are
// called.
func systemName(word string) bool {
	return word == "AS" || strings.EqualFold(word, "asn") || len(word) > 4 && (strings.EqualFold(word[len(word)-4:], "_asn") || strings.EqualFold(word[len(word)-4:], "-asn"))
}

func releaseName(word string) bool {
	return len(word) >= len("release") && (strings.EqualFold(word, "version") || strings.EqualFold(word, "versions") || strings.EqualFold(word, "release") ||
		strings.EqualFold(word, "versione") || strings.EqualFold(word, "versión") || strings.EqualFold(word, "firmware"))
}

// endLine settles which column it is behind the row of names, and forgets it
// behind the table.
func (c *column) endLine(line string, hits int) {
	switch {
	case c.named && hits == 0:
		c.known, c.sign, c.cell, c.from, c.to = true, 0, 0, c.at, c.at+c.size
		for _, sign := range []byte("|\t;,") {
			if strings.IndexByte(line, sign) >= 0 {
				c.sign, c.cell = sign, strings.Count(line[:c.at], string(sign))
				break
			}
		}
		c.known = c.sign != 0 || strings.Contains(line, "  ")
	case c.known && strings.TrimSpace(line) == "":
		c.known = false
	}
	c.named = false
}

// holds tells whether the number that ends the line so far, and begins at at,
// stands in the column.
func (c *column) holds(line string, at int) bool {
	if !c.known || at >= longestCells {
		return false
	}
	if c.sign == 0 {
		return at == c.from || at < c.from && len(line) >= c.to
	}
	return strings.Count(line[:at], string(c.sign)) == c.cell && strings.Trim(line[strings.LastIndexByte(line[:at], c.sign)+1:at], " \"") == ""
}

// system records a number that stands in a column of AS numbers.
func (s *scanner) system(start, end int) bool {
	as, valid := asNumber(s.text[start:end])
	if valid {
		s.found(typeASN, as, start, end)
	}
	return valid
}
