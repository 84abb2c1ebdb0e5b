// Package shadowserver reads the daily reports of the Shadowserver Foundation,
// and feeds of the same columns that others pass on: tables in CSV, one row for
// each host or event.
//
// A report is told by its columns: a timestamp, an address and what Shadowserver
// knows of it (AS number, country). Which report it is follows from the file's
// name ("2026-11-20-scan_rdp-example_org-asn.csv"), the subject, columns that only
// it has or all of them together, or the tag of its first row; one that nobody
// knows is read by the columns all reports share.
// Tables are streamed from attachments, files in archives, and the text itself.
// All times are UTC, as the Foundation states for all its reports.
package shadowserver

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// Codes of the problems this package tells.
const (
	CodeBadRow  = "shadowserver-bad-row"  // rows that do not fit the heading
	CodeBadCell = "shadowserver-bad-cell" // rows whose address, port or time is none
	CodeCut     = "too-many-incidents"    // more rows than are kept
	CodeUnknown = "shadowserver-unknown"  // no report is known by these columns
	CodeEmpty   = "shadowserver-no-rows"  // a heading and nothing below it
	CodeBroken  = "shadowserver-unopened" // a file could not be read to its end
)

// Limits on the tables of one mail.
const (
	maxFiles   = 200 // tables; a national team gets some hundred reports a day, by single mails
	maxCounted = 1 << 30
)

// Detect reads the tables of a mail. It is a format.Detector. A table that lies
// in an attached mail is that mail's.
func Detect(root *mime.Part, text string) (format.Detected, bool) {
	if root == nil {
		return format.Detected{}, false
	}
	r := &reading{subject: strings.ToLower(root.Subject())}
	r.found = format.Detected{Format: format.Shadowserver, Fields: map[string]any{}}
	for n, file := range root.Files() {
		if n >= maxLooked || len(r.tables) >= maxFiles {
			break
		}
		if !file.AttachedIn(root) && mayBeTable(file) {
			r.file(file)
		}
	}
	if len(r.tables) == 0 {
		r.inline(text)
	}
	if len(r.tables) == 0 {
		return format.Detected{}, false
	}
	r.finish()
	return r.found, true
}

// maxLooked are the files of a mail that are looked into.
const maxLooked = 2_000

// table is what was read of one file.
type table struct {
	name string
	feed feed
	rows int // all of them, also those not kept
}

// reading is the work on the tables of one mail.
type reading struct {
	found   format.Detected
	subject string // lower case
	tables  []table
	named   names // observables beside addresses
	bad     int   // rows that do not fit
	odd     int   // rows with a value that is none of its kind
	left    int   // rows that are not kept
}

// file reads one attachment or file of an archive, when it is a table of ours.
func (r *reading) file(p *mime.Part) {
	body := p.Open()
	rows := newRows(body)
	heading, ok := rows.heading(reportName(p.Name))
	if !ok {
		return
	}
	r.read(p.Name, heading, rows)
	r.found.Parts = append(r.found.Parts, p)
	r.found.Tables = append(r.found.Tables, p)
	r.found.Problems = append(r.found.Problems, body.Problems()...)
}

// mayBeTable tells files whose name or type allows a table.
func mayBeTable(p *mime.Part) bool {
	name := strings.ToLower(p.Name)
	switch p.Type {
	case "text/csv", "text/x-csv", "application/csv", "application/x-csv", "text/comma-separated-values", "application/vnd.ms-excel", "application/octet-stream":
		return true
	case "text/plain":
		return p.Disposition == "attachment" || name != ""
	}
	return strings.HasSuffix(name, ".csv")
}

// inline reads a table that stands in the words of the mail.
func (r *reading) inline(text string) {
	text = text[:min(len(text), maxInline)]
	at, tried := 0, 0
	for line := range strings.Lines(text) {
		if mayBeHeading(line) {
			if tried++; tried > maxTried {
				return
			}
			rows := newRows(strings.NewReader(passage(text[at:])))
			if heading, ok := rows.heading(false); ok {
				r.found.Passages = append(r.found.Passages, passage(text[at:]))
				r.read("", heading, rows)
				return
			}
		}
		at += len(line)
	}
}

// Limits on the search for a table in the words.
const (
	maxInline = 2 << 20 // bytes of the words
	maxTried  = 20      // lines that look like a heading and are none
)

// mayBeHeading looks at a line of the words before more is tried.
func mayBeHeading(line string) bool {
	return len(line) < maxRecord && strings.Contains(line, "timestamp") && strings.Count(line, ",") >= 4
}

// passage is the table that a text begins with: up to the first blank line.
func passage(text string) string {
	if end := strings.Index(text, "\n\n"); end >= 0 {
		return text[:end+1]
	}
	return text
}

// read takes the rows of one table.
func (r *reading) read(name string, heading heading, rows *rows) {
	t := table{name: name, feed: feedOf(name, r.subject, heading)}
	for {
		row, err := rows.next()
		if err != nil {
			r.ended(err)
			break
		}
		if slices.EqualFunc(row, heading.names, strings.EqualFold) {
			continue // the heading once more, where files were put together
		}
		if len(row) == 1 { // a blank line, or words below the table
			if row[0] != "" {
				r.bad++
			}
			continue
		}
		t.rows++
		if len(row) != len(heading.names) {
			r.bad++
		}
		if t.rows == 1 && t.feed.name == "" {
			t.feed = tagged(heading, row, t.feed)
		}
		incident := t.feed.of(heading, row).incident(heading, row, &r.named)
		if odd(heading, row, incident) {
			r.odd++
		}
		r.add(incident)
		if len(r.found.Incidents) >= format.MaxIncidents {
			more := rows.count()
			t.rows += more
			r.left += more
			break
		}
	}
	r.bad += rows.bad
	r.tables = append(r.tables, t)
}

func (r *reading) add(incident format.Incident) {
	if len(r.found.Incidents) >= format.MaxIncidents {
		r.left++
		return
	}
	r.found.Incidents = append(r.found.Incidents, incident)
}

// ended tells of a table that could not be read to its end.
func (r *reading) ended(err error) {
	if err != io.EOF {
		r.found.Tell(CodeBroken, "A table of the report could not be read to its end.")
	}
}

// finish says what was read and what was not.
func (r *reading) finish() {
	d := &r.found
	d.Valid = len(d.Incidents) > 0 || r.bad == 0 && r.left == 0
	if d.Category = format.CommonCategory(d.Incidents); d.Category == undetermined && r.tables[0].feed.name == "" {
		d.Category = "" // the words of the mail may say more
	}
	r.name()
	d.Named = r.named.list
	if len(d.Incidents) == 0 {
		d.Tell(CodeEmpty, "The report has a heading and no rows.")
	}
	if r.bad > 0 {
		d.Tell(CodeBadRow, fmt.Sprintf("%d rows of the report do not fit its heading; they were read as far as they do.", r.bad))
	}
	if r.odd > 0 {
		d.Tell(CodeBadCell, fmt.Sprintf("%d rows of the report have something else where an address, a port or a time should stand; the rest of these rows was read.", r.odd))
	}
	if r.left > 0 {
		d.Tell(CodeCut, fmt.Sprintf("The report has more rows than are kept of one mail: %d were left out.", r.left))
	}
}

// name puts the reports into the fields: one by itself, several as a list.
func (r *reading) name() {
	list := []any{}
	for _, t := range r.tables {
		fields := map[string]any{"feed": t.feed.name, "report": t.feed.title, "rows": t.rows}
		if t.name != "" {
			fields["file"] = t.name
		}
		if t.feed.name == "" {
			r.found.Tell(CodeUnknown, "Which report of Shadowserver this is could not be told; it was read by the columns that all have.")
		}
		list = append(list, fields)
	}
	if len(list) == 1 {
		r.found.Fields = list[0].(map[string]any)
		return
	}
	r.found.Fields["feeds"] = list
}
