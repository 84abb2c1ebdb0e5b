package parser

import (
	"strings"

	"postern/parser/mime"
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

// nullSender tells a mail that came with the null reverse-path, which nobody
// may answer (RFC 5321 section 4.5.5).
func nullSender(p *mime.Part) bool {
	return strings.TrimSpace(p.Header.Get("Return-Path")) == "<>"
}
