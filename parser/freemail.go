package parser

import "postern/parser/mime"

// FreeMail tells whether everybody can have an address in a domain (lower case).
func FreeMail(domain string) bool { return mime.FreeMail(domain) }
