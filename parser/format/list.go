package format

// List collects values in order, each once. The zero value is empty.
type List struct {
	values []string
	seen   map[string]bool
}

// maxValues bounds what one incident names on one side.
const maxValues = 10_000

// Add appends what is not there yet; empty values are left out.
func (l *List) Add(values ...string) {
	for _, value := range values {
		if value == "" || l.seen[value] || len(l.values) >= maxValues {
			continue
		}
		if l.seen == nil {
			l.seen = make(map[string]bool)
		}
		l.seen[value] = true
		l.values = append(l.values, value)
	}
}

// Values gives the values; the list is never nil.
func (l *List) Values() []string {
	if l.values == nil {
		return []string{}
	}
	return l.values
}
