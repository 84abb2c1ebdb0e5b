package iodef

import (
	"strings"

	"postern/parser/format"
)

// indicator reads one Indicator of version 2: what to look for, not what
// happened. What it names is hostile unless its System says otherwise.
func (c *collector) indicator(found *format.Element) {
	for _, description := range found.All("Description") {
		c.d.Say(description.Text)
	}
	for _, observable := range found.All("Observable") {
		c.observable(observable)
	}
	for _, expression := range found.All("IndicatorExpression") {
		c.expression(expression)
	}
}

// expression reads the observables that an expression joins; one that is
// negated names what is not hostile.
func (c *collector) expression(expression *format.Element) {
	if strings.EqualFold(expression.Attr("operator"), "not") {
		return
	}
	for _, child := range expression.Children {
		switch child.Name {
		case "Observable":
			c.observable(child)
		case "IndicatorExpression":
			c.expression(child)
		}
	}
}

// observable reads the classes that name something (RFC 7970 section 3.29.3).
func (c *collector) observable(observable *format.Element) {
	for _, child := range observable.Children {
		switch child.Name {
		case "System":
			c.system(child, c.at, "source")
		case "Address":
			value, _ := addressValue(child)
			c.put("source", value)
		case "DomainData":
			c.put("source", child.Value("Name"))
		case "EmailData":
			c.email(child)
		case "FileData":
			c.files(child)
		case "RecordData":
			c.record(child)
		case "Reference":
			c.reference(child)
		case "EventData":
			c.event(child, c.at)
		case "BulkObservable":
			c.bulk(child)
		}
	}
}

// email reads what is known of a hostile mail. Its recipients are victims.
func (c *collector) email(data *format.Element) {
	for _, from := range data.All("EmailFrom") {
		c.d.Name("source", from.Line())
	}
	for _, to := range data.All("EmailTo") {
		c.d.Name("target", to.Line())
	}
	for _, hashes := range data.All("HashData") {
		c.hashes(hashes)
	}
}

// files reads files: where they lay, and their hashes.
func (c *collector) files(data *format.Element) {
	for _, file := range data.All("File") {
		for _, url := range file.All("URL") {
			c.put("source", url.Line())
		}
		for _, hashes := range file.All("HashData") {
			c.hashes(hashes)
		}
	}
}

func (c *collector) hashes(data *format.Element) {
	for _, hash := range data.All("Hash") {
		c.d.Name("", digest(hash.Value("DigestValue")))
	}
}

// bulk reads a list of one kind, one value a line.
func (c *collector) bulk(data *format.Element) {
	kind := data.Attr("type")
	for _, list := range data.All("BulkObservableList") {
		for line := range strings.Lines(list.Text) {
			for _, value := range typed(kind, line) {
				if strings.Contains(strings.ToLower(kind), "hash") {
					c.d.Name("", value)
					continue
				}
				c.put("source", value)
			}
		}
	}
}
