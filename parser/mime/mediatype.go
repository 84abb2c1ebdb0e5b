package mime

import (
	"regexp"
	"slices"
	"strings"
)

// parseMediaType reads a Content-Type value (RFC 2045 section 5.1) as far as it
// can be read. The type is "" when there is none in it; parameters are given
// all the same.
func parseMediaType(value string) (mediaType string, params map[string]string) {
	head, rest, _ := strings.Cut(dropComments(value), ";")
	written := strings.TrimSpace(strings.TrimLeft(head, " \t\r\n\"'"))
	if before, after, ok := strings.Cut(written, "/"); ok { // "text / plain"
		written = strings.TrimRight(before, " \t") + "/" + strings.TrimLeft(after, " \t")
	}
	if i := strings.IndexAny(written, " \t,"); i >= 0 { // "text/plain charset=x", "text/html, charset=x": no semicolon
		rest = strings.TrimLeft(written[i:], " \t,") + ";" + rest
		written = written[:i]
	}
	head = strings.ToLower(strings.Trim(written, `"'`))
	kind, sub, ok := strings.Cut(head, "/")
	switch {
	case ok && isToken(kind) && isToken(sub):
		mediaType = head
	case strings.Contains(head, "="): // the type is missing, its parameters are there
		rest = written + ";" + rest
	default:
		mediaType = guessedTypes[strings.TrimSuffix(head, "/")]
	}
	return mediaType, assemble(parseParams(rest))
}

// guessedTypes are what values mean that are only half a type.
var guessedTypes = map[string]string{
	"multipart": "multipart/mixed", "html": "text/html", "text": "text/plain", "plain": "text/plain", "message": "message/rfc822",
	"application": "application/octet-stream", "octet-stream": "application/octet-stream", "pdf": "application/pdf", "zip": "application/zip",
	"image": "application/octet-stream", "audio": "application/octet-stream", "video": "application/octet-stream", "attachment": "application/octet-stream",
	"mime": "", "text/plain/html": "text/html",
}

// dropComments leaves out comments that stand before the first parameter
// (RFC 2045 section 5.1 allows them anywhere).
func dropComments(value string) string {
	for range maxComments {
		open := strings.IndexByte(value, '(')
		if open < 0 || strings.ContainsAny(value[:open], `="`) {
			return value
		}
		end := strings.IndexByte(value[open:], ')')
		if end < 0 {
			return value
		}
		value = value[:open] + value[open+end+1:]
	}
	return value
}

const maxComments = 5

// parseDisposition reads Content-Disposition (RFC 2183). What is not "inline"
// is an attachment, as that RFC wants unknown ones to be taken.
func parseDisposition(value string) (disposition string, params map[string]string) {
	if strings.TrimSpace(value) == "" {
		return "", nil
	}
	head, rest, _ := strings.Cut(dropComments(value), ";")
	written := strings.TrimSpace(head)
	head = written
	switch first, after, blank := cutAnyBlank(written); {
	case strings.Contains(first, "="): // the word is missing
		head, rest = "attachment", value
	case blank && strings.Contains(after, "="): // the semicolon is missing
		head, rest = first, after+";"+rest
	}
	head = strings.ToLower(strings.Trim(head, `"'`))
	if head != "inline" && head != "form-data" {
		head = "attachment"
	}
	return head, assemble(parseParams(rest))
}

// boundaryWord is sought in the value as it stands: small letters of broken bytes
// are longer than those, and a place found among them is none in the value.
var boundaryWord = regexp.MustCompile(`(?i)boundary`)

// boundaries gives every boundary a Content-Type value declares, in order, each once.
func boundaries(value string) []string {
	_, rest, _ := strings.Cut(value, ";")
	if at := boundaryWord.FindStringIndex(value); at != nil && !boundaryWord.MatchString(rest) {
		rest = value[at[0]:]
	}
	var found []string
	seen := make(map[string]bool)
	list := parseParams(rest)
	if !slices.ContainsFunc(list, func(p param) bool { return p.name == "boundary" }) { // it came in pieces
		list = append(list, param{"boundary", assemble(list)["boundary"]})
	}
	for _, p := range list {
		boundary := strings.TrimRight(p.value, " \t")
		if p.name != "boundary" || boundary == "" || len(boundary) > maxBoundary || seen[boundary] {
			continue
		}
		seen[boundary] = true
		found = append(found, boundary)
	}
	return found
}

func isToken(s string) bool {
	if s == "" {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 127 || strings.IndexByte(`()<>@,;:\"/[]?=`, c) >= 0 {
			return false
		}
	}
	return true
}

// cutComment drops a comment at the end of an unquoted value.
func cutComment(s string) string {
	before, _, _ := strings.Cut(s, "(")
	return before
}

func cutAnyBlank(s string) (before, after string, ok bool) {
	i := strings.IndexAny(s, " \t")
	if i < 0 {
		return s, "", false
	}
	return s[:i], strings.TrimLeft(s[i:], " \t"), true
}
