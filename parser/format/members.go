package format

import (
	"encoding/json"
	"strconv"
)

// Object is an object of JSON, with the questions readers of formats ask it.
type Object map[string]any

// AsObject gives a JSON value as an object, empty when it is none.
func AsObject(value any) Object {
	object, _ := value.(map[string]any)
	return object
}

// Text gives a member as text: a string, or a number or truth as written.
func (o Object) Text(names ...string) string {
	for _, name := range names {
		if text := scalar(o[name]); text != "" {
			return text
		}
	}
	return ""
}

// Texts gives a member as a list of texts: those of a list, or the only one.
func (o Object) Texts(names ...string) []string {
	var texts []string
	for _, name := range names {
		list, ok := o[name].([]any)
		if !ok {
			list = []any{o[name]}
		}
		for _, value := range list {
			if text := scalar(value); text != "" {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// Object gives a member that is an object, empty when it is none.
func (o Object) Object(name string) Object { return AsObject(o[name]) }

// Objects gives the objects of a member that is a list, or the only one.
func (o Object) Objects(name string) []Object {
	list, ok := o[name].([]any)
	if !ok {
		list = []any{o[name]}
	}
	var objects []Object
	for _, value := range list {
		if object, ok := value.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// scalar gives a JSON value that is no object and no list as text.
func scalar(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}

// maxText is how much of one text inside a document a report repeats. Evidence
// of megabytes stays in the mail.
const maxText = 16 << 10

// Shorten gives a JSON value whose long texts are cut.
func Shorten(value any) any {
	switch value := value.(type) {
	case map[string]any:
		short := make(map[string]any, len(value))
		for name, member := range value {
			short[name] = Shorten(member)
		}
		return short
	case []any:
		short := make([]any, len(value))
		for n, element := range value {
			short[n] = Shorten(element)
		}
		return short
	case string:
		return Cut(value, maxText)
	}
	return value
}

// Cut gives at most so many bytes of a text, with a sign where it was cut.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return clean(text[:most]) + "…"
}
