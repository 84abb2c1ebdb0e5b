package parser

import (
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/parser/format"
	"postern/parser/indicator"
)

// mended makes every string of a report valid UTF-8 without NUL, names of fields
// too: PostgreSQL refuses anything else, and so do many programs behind the JSON.
// What has no place in text becomes U+FFFD. It is done once, over the whole
// report, so that no reader of a format has to think of it.
func mended(r *Report) { mend(reflect.ValueOf(r).Elem()) }

// mend goes through a value that can be set.
func mend(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); !isText(s) {
			v.SetString(asText(s))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Field(i); field.CanSet() {
				mend(field)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 || mendList(v) {
			return
		}
		for i := range v.Len() {
			mend(v.Index(i))
		}
	case reflect.Map:
		mendNames(v)
	case reflect.Interface:
		if !v.IsNil() {
			v.Set(reflect.ValueOf(mendedField(v.Interface())))
		}
	}
}

// mendList goes through the lists that are long in ordinary mail: by their own
// types that costs a quarter. It tells whether the list was one of them.
func mendList(v reflect.Value) bool {
	if !v.CanAddr() {
		return false
	}
	switch list := v.Addr().Interface().(type) {
	case *[]indicator.Indicator:
		for i := range *list {
			one := &(*list)[i]
			mendWords(&one.Type, &one.Value, &one.Role, &one.Derived, &one.Part)
		}
	case *[]format.Endpoint:
		for i := range *list {
			one := &(*list)[i]
			mendWords(&one.Role, &one.Address, &one.Protocol, &one.Time, &one.Zone)
		}
	default:
		return false
	}
	return true
}

func mendWords(words ...*string) {
	for _, word := range words {
		if !isText(*word) {
			*word = asText(*word)
		}
	}
}

var (
	tableOfAny   = reflect.TypeFor[map[string]any]()
	tableOfWords = reflect.TypeFor[map[string]string]()
)

// mendNames goes through a map of whatever name: of fields, or of words.
func mendNames(v reflect.Value) {
	switch {
	case v.CanConvert(tableOfAny):
		mendMap(v.Convert(tableOfAny).Interface().(map[string]any), mendedField)
	case v.CanConvert(tableOfWords):
		mendMap(v.Convert(tableOfWords).Interface().(map[string]string), asText)
	}
}

// mendedField is the value of a field in text. Nearly all are what JSON has.
func mendedField(value any) any {
	switch was := value.(type) {
	case nil, bool, float64, int, int64:
		return value
	case string:
		return asText(was)
	case map[string]any:
		mendMap(was, mendedField)
		return was
	case []any:
		for i := range was {
			was[i] = mendedField(was[i])
		}
		return was
	}
	other := reflect.New(reflect.TypeOf(value)).Elem()
	other.Set(reflect.ValueOf(value))
	mend(other)
	return other.Interface()
}

// mendMap mends names and values. Of two names that become one the first in
// order stays.
func mendMap[V any](m map[string]V, mend func(V) V) {
	for name, value := range m {
		m[name] = mend(value)
	}
	for _, name := range slices.Sorted(broken(maps.Keys(m))) {
		if _, taken := m[asText(name)]; !taken {
			m[asText(name)] = m[name]
		}
		delete(m, name)
	}
}

// broken are the names that are no text.
func broken(names iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range names {
			if !isText(name) && !yield(name) {
				return
			}
		}
	}
}

func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

func asText(s string) string {
	if isText(s) {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
