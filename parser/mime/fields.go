package mime

// Field gives the first field of that name that says something as one line of
// readable UTF-8, "" when there is none.
func (p *Part) Field(name string) string {
	text, _ := p.Line(name)
	return text
}

// Fields gives all fields of that name, from the top of the header down.
func (p *Part) Fields(name string) []string {
	values := []string{}
	for fields := p.Header.FieldsByKey(name); fields.Next(); {
		text, _ := p.readable(fields.Value())
		values = append(values, text)
	}
	return values
}

// Subject is the subject as a person reads it.
func (p *Part) Subject() string { return p.Field("Subject") }
