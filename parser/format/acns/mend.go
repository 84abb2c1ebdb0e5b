package acns

import (
	"regexp"
	"strconv"
	"strings"
)

// mend undoes what mailers do to XML in a text.
func mend(text string) string {
	text = unquoted(text)
	text = dashEscape.ReplaceAllString(text, "-")
	text = quotedPrintable(text)
	text = splitName.ReplaceAllStringFunc(text, joinName)
	return bareLess.ReplaceAllString(text, "&lt;$1")
}

var (
	dashEscape = regexp.MustCompile(`(?m)^- -`)  // RFC 9580 section 7.2
	softBreak  = regexp.MustCompile(`=[ \t]*\n`) // RFC 2045 section 6.7
	octet      = regexp.MustCompile(`=[0-9A-F]{2}`)
	splitName  = regexp.MustCompile(`</?[A-Za-z_]{1,40}\n[ \t]{0,8}[A-Za-z_]{1,40}\s*>`) // wrapped in the middle of a name
	bareLess   = regexp.MustCompile(`<([^A-Za-z_/!?])`)
)

// unquoted drops the marks of a quoted mail when most lines have them.
func unquoted(text string) string {
	if strings.Count(text, "\n>")*2 < strings.Count(text, "\n") || !strings.Contains(text, "\n>") {
		return text
	}
	return quoteMark.ReplaceAllString(text, "")
}

var quoteMark = regexp.MustCompile(`(?m)^[> ]*> ?`)

// quotedPrintable undoes an encoding that was left in the text.
func quotedPrintable(text string) string {
	if !strings.Contains(text, `=3D"`) && !softBreak.MatchString(text) {
		return text
	}
	text = softBreak.ReplaceAllString(text, "")
	text = octet.ReplaceAllStringFunc(text, func(found string) string {
		n, _ := strconv.ParseUint(found[1:], 16, 8)
		return string([]byte{byte(n)})
	})
	return strings.ToValidUTF8(text, "\uFFFD")
}

// names are the elements of ACNS that are long enough to be broken.
var names = map[string]bool{
	"infringement": true, "case": true, "complainant": true, "service_provider": true, "source": true, "timestamp": true, "ip_address": true,
	"dns_name": true, "username": true, "login_name": true, "number_files": true, "deja_vu": true, "content": true, "filename": true,
	"filesize": true, "title": true, "entity": true, "contact": true, "address": true, "phone": true, "email": true, "subtype": true, "type": true, "port": true,
}

// joinName joins a name that was wrapped, if the whole is one that is known.
func joinName(tag string) string {
	joined := strings.Join(strings.Fields(tag), "")
	if names[strings.ToLower(strings.Trim(joined, "</>"))] {
		return joined
	}
	return tag
}
