package config

import (
	"reflect"
	"strings"
)

// nearestKey suggests the known key of the same table that is spelt most alike.
func nearestKey(path []string) string { return nearestIn(reflect.TypeFor[Config](), path) }

// nearestContactKey is nearestKey for the file of a contact.
func nearestContactKey(path []string) string { return nearestIn(reflect.TypeFor[contactTOML](), path) }

func nearestIn(t reflect.Type, path []string) string {
	for _, name := range path[:len(path)-1] {
		field, ok := fieldNamed(t, name)
		if !ok {
			break
		}
		if t = field.Type; t.Kind() == reflect.Slice {
			t = t.Elem()
		}
	}
	if t.Kind() != reflect.Struct {
		return ""
	}
	wrong, best, least := path[len(path)-1], "", 4
	for i := range t.NumField() {
		name := t.Field(i).Tag.Get("toml")
		if d := distance(wrong, name); name != "-" && d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("toml") == name {
			return t.Field(i), true
		}
	}
	return reflect.StructField{}, false
}

// distance is the number of single letters to change, add or drop
// (Levenshtein), capped by the length of the names compared.
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
