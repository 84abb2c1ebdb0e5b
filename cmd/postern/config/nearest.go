package config

import (
	"reflect"

	"postern/tickets"
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
	var names []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("toml"); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	near := tickets.Alike(path[len(path)-1], names)
	if len(near) == 0 {
		return ""
	}
	return "did you mean " + near[0] + "?"
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
