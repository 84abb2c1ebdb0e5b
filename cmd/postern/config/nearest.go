package config

import (
	"fmt"
	"reflect"
	"strings"

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

// rightTable says where a key belongs that stands in a wrong table: what is written
// behind a [table] is in it, up to the next one.
func rightTable(path []string) string {
	root, name := reflect.TypeFor[Config](), path[len(path)-1]
	if _, ok := fieldNamed(root, name); ok && len(path) > 1 {
		return "it belongs above the first [table] of the file"
	}
	var tables []string
	for i := range root.NumField() {
		table, kind := root.Field(i).Tag.Get("toml"), root.Field(i).Type
		form := "[%s]"
		if kind.Kind() == reflect.Slice {
			kind, form = kind.Elem(), "[[%s]]"
		}
		if _, ok := fieldNamed(kind, name); ok {
			tables = append(tables, fmt.Sprintf(form, table))
		}
	}
	if len(tables) == 0 {
		return ""
	}
	return "it belongs under " + strings.Join(tables, " or ")
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
