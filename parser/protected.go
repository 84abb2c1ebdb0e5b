package parser

import (
	"regexp"
	"slices"
	"strings"

	"postern/parser/mime"
	"postern/parser/pgp"
)

// protectedHeader finds the part of a decrypted mail whose header stands for
// the mail's own (RFC 9788; the older "protected-headers" too): the outermost
// part of what came out of encryption that has a subject or a sender. It counts
// only when the whole mail was encrypted.
func protectedHeader(p *mime.Part, secret map[*mime.Part]bool) *mime.Part {
	if !secret[p] {
		return nil
	}
	for {
		if p.Header.Has("Subject") || p.Header.Has("From") {
			return p
		}
		if p.Leaf() || p.Message() || p.Type != "multipart/signed" && len(p.Children) != 1 {
			return nil
		}
		p = p.Children[0]
	}
}

// repeatsHeaders tells a part that is nothing but protected headers, for programs
// that do not know them (the draft before RFC 9788 gave it a type of its own). In
// mail that protects nothing it is a file.
func (r *reading) repeatsHeaders(p *mime.Part) bool {
	return r.protected != nil && p.Type == "text/rfc822-headers" && p.Params["protected-headers"] != ""
}

// withoutLegacy takes protected headers that are repeated for old programs off a
// body: the lines up to the first blank one or, in a page, the element that is
// marked (RFC 9788 section 4.10.2).
func (r *reading) withoutLegacy(p *mime.Part, body string) string {
	marked := r.protected != nil && strings.TrimSpace(p.Params["hp-legacy-display"]) == "1"
	if !marked || slices.ContainsFunc(r.inner, func(block pgp.Inner) bool { return block.Part == p }) {
		return body
	}
	if p.Type == "text/html" {
		return legacyElement.ReplaceAllString(body, "")
	}
	if head, rest, cut := strings.Cut(body, "\n\n"); cut && onlyFields.MatchString(head) {
		return rest
	}
	return body
}

// legacyElement is the element of section 4.10.2.2, onlyFields what stands in plain text.
var (
	legacyElement = regexp.MustCompile(`(?is)<div\s+class=["']?header-protection-legacy-display["']?[^>]*>.*?</div>`)
	onlyFields    = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z-]*:[^\n]*(?:\n|$)|[ \t][^\n]*(?:\n|$))+$`)
)

// nullSender tells a mail that came with the null reverse-path, which nobody
// may answer (RFC 5321 section 4.5.5).
func nullSender(p *mime.Part) bool {
	return strings.TrimSpace(p.Header.Get("Return-Path")) == "<>"
}
