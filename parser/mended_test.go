package parser_test

import (
	"reflect"
	"testing"

	"postern/parser"
	"postern/parser/format"
	"postern/parser/indicator"
)

// TestLongListsAreMended is for the lists that are mended by their own types: a
// field that is added to one of these is forgotten there.
func TestLongListsAreMended(t *testing.T) {
	var one indicator.Indicator
	var end format.Endpoint
	spoil(&one)
	spoil(&end)
	r := parser.Report{Indicators: []indicator.Indicator{one}, Incidents: []format.Incident{{Endpoints: []format.Endpoint{end}}}}
	parser.Mended(&r)
	for _, mended := range []any{r.Indicators[0], r.Incidents[0].Endpoints[0]} {
		v := reflect.ValueOf(mended)
		for i := range v.NumField() {
			if field := v.Field(i); field.Kind() == reflect.String && field.String() != "a\uFFFDb\uFFFD" {
				t.Errorf("%s of %s is %q", v.Type().Field(i).Name, v.Type(), field)
			}
		}
	}
}

// spoil puts what is no text into every string of a struct.
func spoil(p any) {
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		if field := v.Field(i); field.Kind() == reflect.String {
			field.SetString("a\xffb\x00")
		}
	}
}
