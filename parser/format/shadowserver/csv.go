package shadowserver

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Limits on one row. Certificates and requests in base64 make long cells.
const (
	maxRecord  = 256 << 10 // bytes of a row
	maxColumns = 1_000
	maxBlank   = 20 // lines that may stand before the heading
)

// rows reads a table in CSV (RFC 4180) as a stream: quoted cells with line
// breaks, any line end, a byte order mark. A quote that is never closed costs its
// row and not the rest of the table.
type rows struct {
	from  *bufio.Reader
	comma byte
	bad   int // rows that were too long or never ended
}

func newRows(from io.Reader) *rows {
	r := &rows{from: bufio.NewReaderSize(from, 32<<10), comma: ','}
	if mark, _ := r.from.Peek(2); bytes.Equal(mark, []byte("\xff\xfe")) || bytes.Equal(mark, []byte("\xfe\xff")) { // as spreadsheets save "Unicode text"
		r.from = bufio.NewReaderSize(transform.NewReader(r.from, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), 32<<10)
	}
	if mark, _ := r.from.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = r.from.Discard(3) // they were peeked
	}
	return r
}

// next gives the cells of the next row; io.EOF when there is none.
func (r *rows) next() ([]string, error) {
	cell := make([]byte, 0, 256)
	var row []string
	size, quoted, any := 0, false, false
	for {
		c, err := r.from.ReadByte()
		if err == io.EOF && any {
			if quoted {
				r.bad++
			}
			return append(row, text(cell)), nil
		}
		if err != nil {
			return nil, err
		}
		any = true
		if size++; size > maxRecord || len(row) >= maxColumns {
			r.bad++
			return r.skip(row, cell)
		}
		switch {
		case c == '"' && quoted:
			if next, _ := r.from.Peek(1); len(next) == 1 && next[0] == '"' {
				_, _ = r.from.Discard(1) // it was peeked
				cell = append(cell, '"')
				continue
			}
			quoted = false
		case c == '"' && len(bytes.TrimSpace(cell)) == 0:
			quoted, cell = true, cell[:0]
		case quoted:
			cell = append(cell, c)
		case c == r.comma:
			row, cell = append(row, text(cell)), cell[:0]
		case c == '\n':
			return append(row, text(cell)), nil
		case c == '\r':
			if next, _ := r.from.Peek(1); len(next) == 1 && next[0] == '\n' {
				_, _ = r.from.Discard(1) // it was peeked
			}
			return append(row, text(cell)), nil
		default:
			cell = append(cell, c)
		}
	}
}

// skip goes on behind the line on which a row became too long.
func (r *rows) skip(row []string, cell []byte) ([]string, error) {
	for {
		_, err := r.from.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		return append(row, text(cell[:min(len(cell), maxCell)])), nil
	}
}

// maxCell is how much of one cell a report repeats.
const maxCell = 4 << 10

// text makes a cell valid text without blanks around it. Bytes that are no
// UTF-8 are taken for Latin-1, which older reports were written in.
func text(cell []byte) string {
	cell = bytes.TrimSpace(cell[:min(len(cell), maxCell)])
	if utf8.Valid(cell) {
		return strings.ReplaceAll(string(cell), "\x00", "")
	}
	var b strings.Builder
	for len(cell) > 0 {
		c, n := utf8.DecodeRune(cell)
		if c == utf8.RuneError && n == 1 {
			c = rune(cell[0])
		}
		if c != 0 {
			b.WriteRune(c)
		}
		cell = cell[n:]
	}
	return b.String()
}

// count gives the lines that are left.
func (r *rows) count() int {
	lines, read := 0, 0
	for read < maxCounted {
		piece, err := r.from.ReadSlice('\n')
		read += len(piece)
		if len(bytes.TrimSpace(piece)) > 0 && (err == nil || err == io.EOF) {
			lines++
		}
		if err != nil && err != bufio.ErrBufferFull {
			break
		}
	}
	return lines
}

// heading is the first row: the names of the columns and where each stands.
type heading struct {
	names []string
	at    map[string]int
}

func (h heading) has(names ...string) bool {
	for _, name := range names {
		if _, there := h.at[name]; !there {
			return false
		}
	}
	return true
}

// heading reads the names of the columns. ok is false when these are not
// columns of Shadowserver, or the bytes are no table at all. A file that is named
// as one of its reports needs less of them.
func (r *rows) heading(named bool) (h heading, ok bool) {
	start, _ := r.from.Peek(maxHead)
	if bytes.IndexByte(start, 0) >= 0 || !holdsHeading(bytes.ToLower(start)) {
		return h, false
	}
	r.comma = separator(start)
	for range maxBlank {
		row, err := r.next()
		if err != nil {
			return h, false
		}
		if h = columns(row); typical(h) || named && timed(h) {
			return h, true
		}
	}
	return h, false
}

// holdsHeading looks for one of the columns of which each heading has one.
func holdsHeading(start []byte) bool {
	return bytes.Contains(start, []byte("timestamp")) || bytes.Contains(start, []byte("asn")) || bytes.Contains(start, []byte("date_published"))
}

// maxHead is in which the heading must begin to be found.
const maxHead = 4 << 10

// separator is what stands between the cells: programs for tables write others.
func separator(start []byte) byte {
	best, most := byte(','), bytes.Count(start, []byte(","))
	for _, c := range []byte{';', '\t', '|'} {
		if n := bytes.Count(start, []byte{c}); n > most*2 {
			best, most = c, n
		}
	}
	return best
}

func columns(row []string) heading {
	h := heading{at: make(map[string]int, len(row))}
	for n, name := range row {
		name = strings.ToLower(strings.Trim(name, ` "'#`+"\ufeff"))
		h.names = append(h.names, name)
		if _, twice := h.at[name]; !twice && name != "" {
			h.at[name] = n
		}
	}
	if !h.has("timestamp") && h.has("asn") {
		h.respell()
	}
	return h
}

// otherNames are what those who pass feeds on call the columns that all have.
var otherNames = [...]struct{ name, other string }{
	{"timestamp", "time"}, {"timestamp", "date"}, {"timestamp", "datetime"}, {"timestamp", "date/time"}, {"timestamp", "time (utc)"}, {"timestamp", "timestamp (utc)"}, {"timestamp", "event time"}, {"timestamp", "event_time"},
	{"timestamp", "last_seen"}, {"timestamp", "last seen"}, {"timestamp", "first_seen"}, {"timestamp", "first seen"}, {"timestamp", "observation time"},
	{"ip", "ip address"}, {"ip", "ip_address"}, {"ip", "ipaddress"}, {"ip", "address"}, {"src_ip", "source ip"}, {"src_ip", "source_ip"}, {"src_port", "source port"}, {"src_port", "source_port"},
}

// respell gives the columns the names that are read, where they have others.
func (h heading) respell() {
	for _, column := range otherNames {
		n, there := h.at[column.other]
		if there && !h.has(column.name) {
			h.at[column.name] = n
		}
	}
}

// typical tells the columns of a report: time and address with what
// Shadowserver adds to each, or those of the few reports without addresses.
func typical(h heading) bool {
	if !h.has("timestamp") {
		return h.has("ransomware", "leak_site_url")
	}
	for _, prefix := range [...]string{"", "src_", "dst_", "http_referer_", "cc_"} {
		if h.has(prefix+"ip", prefix+"asn", prefix+"geo") {
			return true
		}
	}
	return h.has("ip", "asn") || h.has("src_ip", "asn") || // what national teams make of these reports; people's own tables have no AS numbers
		h.has("email", "infection", "source_url") || h.has("ransomware", "leak_site_url") ||
		h.has("md5", "request", "request_type") || h.has("ip", "port", "severity", "tag")
}

// timed tells a table of times and of hosts or pages seen at them.
func timed(h heading) bool {
	return h.has("timestamp") && (h.has("ip") || h.has("src_ip") || h.has("dst_ip") || h.has("url") || h.has("domain") || h.has("email"))
}
