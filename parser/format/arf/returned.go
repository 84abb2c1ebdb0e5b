package arf

import (
	"postern/parser/format"
	"postern/parser/mime"
)

// fields gives the values of a field of a header by its name, in their order.
type fields func(name string) []string

func (f fields) first(name string) string {
	if values := f(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// maxReturned bounds the search in header lines that were returned without a body.
const maxReturned = 256 << 10

// returned gives the header of the mail complained about, which came whole or as
// its header alone. There may be none.
func returned(mail *mime.Part) fields {
	switch {
	case mail == nil:
		return func(string) []string { return nil }
	case mail.Message() && len(mail.Children) > 0:
		return headerOf(mail.Children[0])
	}
	text, _ := mail.Text(maxReturned)
	blocks, _ := format.ReadFields(text)
	return func(name string) (values []string) {
		for _, block := range blocks {
			for _, field := range block {
				if field.Is(name) {
					values = append(values, mime.DecodeLine(field.Value))
				}
			}
		}
		return values
	}
}

// headerOf gives the header of a mail. Its subject is decoded.
func headerOf(mail *mime.Part) fields {
	return func(name string) []string {
		if name == "Subject" {
			return []string{mail.Subject()}
		}
		return mail.Fields(name)
	}
}
