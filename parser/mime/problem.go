package mime

import "fmt"

// Problem is something wrong with a mail that a person should know about. It
// never stops the mail: the parser keeps what it could read and says the rest.
type Problem struct {
	Code   string `json:"code"`   // stable, lower case, words joined by "-": "broken-boundary"
	Detail string `json:"detail"` // one sentence for people; it may name a field of a structured report, and quotes no text
}

// Codes of the problems this package tells.
const (
	CodeNoHeader        = "no-header"        // the mail or a part begins with its text
	CodeBadHeader       = "bad-header"       // lines of a header were no fields
	CodeHeaderTooLarge  = "header-too-large" // more bytes or fields than the limits allow
	CodeBadContentType  = "bad-content-type" // Content-Type could only be guessed
	CodeMissingBoundary = "missing-boundary" // a multipart does not say where its parts begin
	CodeBrokenBoundary  = "broken-boundary"  // boundaries are missing, doubled or wrong
	CodeTooDeep         = "too-deep"         // nested deeper than the limit
	CodeTooManyParts    = "too-many-parts"   // the rest is kept as one part
	CodeTooLarge        = "too-large"        // an attached mail is too large to be opened
	CodeUnknownEncoding = "unknown-encoding" // Content-Transfer-Encoding is no known one
	CodeBrokenEncoding  = "broken-encoding"  // the encoding is damaged; what could be read was kept
	CodeUnknownCharset  = "unknown-charset"  // the charset is no known one and was guessed
	CodeWrongCharset    = "wrong-charset"    // the bytes are not in the charset they claim
	CodeNUL             = "nul-bytes"        // the text held NUL bytes, which were left out
	CodeTextTruncated   = "text-truncated"   // more text than is kept
	CodeBadAddress      = "bad-address"      // something in an address header is no address
	CodePartial         = "partial-message"  // one piece of a mail that was sent in several
	CodeExternalBody    = "external-body"    // the content stands elsewhere and is not fetched
	CodeMaskedName      = "masked-name"      // the name of a file looks like another one
	CodeUnreadable      = "unreadable"       // the raw bytes could not be read
	CodeWorkLimit       = "work-limit"       // time was up before the mail was read
)

// maxAlike is how many problems of one code are told of one mail; the others say
// nothing new.
const maxAlike = 20

// Problems collects what was wrong: each sentence once, and of one code not more
// than say something new. The zero value is empty.
type Problems struct {
	list  []Problem
	seen  map[Problem]bool
	alike map[string]int
}

// List gives the problems in the order they were found; nil when there are none.
func (p *Problems) List() []Problem { return p.list }

// Add takes over problems that were found elsewhere.
func (p *Problems) Add(found ...Problem) {
	for _, problem := range found {
		if p.seen[problem] || p.alike[problem.Code] >= maxAlike {
			continue
		}
		if p.seen == nil {
			p.seen, p.alike = make(map[Problem]bool), make(map[string]int)
		}
		p.seen[problem] = true
		p.alike[problem.Code]++
		p.list = append(p.list, problem)
	}
}

// Tell adds a problem; format and args are those of fmt.Sprintf. What is told of
// every byte of a body costs little.
func (p *Problems) Tell(code, format string, args ...any) {
	detail := format
	if len(args) > 0 {
		detail = fmt.Sprintf(format, args...)
	}
	p.Add(Problem{Code: code, Detail: detail})
}
