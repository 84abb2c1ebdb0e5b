package format_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"postern/parser/format"
)

func TestReadFields(t *testing.T) {
	for _, r := range []struct {
		name, text string
		blocks     [][]format.Field
		faults     []string
	}{
		{"nothing", "", nil, nil},
		{"one", "A: 1\nB:2\n", [][]format.Field{{{Name: "A", Value: "1"}, {Name: "B", Value: "2"}}}, nil},
		{"folded", "A: 1\n\t2\n  3\n", [][]format.Field{{{Name: "A", Value: "1 2 3"}}}, nil},
		{"blocks", "\n\nA: 1\n\n \nB: 2", [][]format.Field{{{Name: "A", Value: "1"}}, {{Name: "B", Value: "2"}}}, nil},
		{"CRLF", "A: 1\r\n\r\nB: 2\r\n", [][]format.Field{{{Name: "A", Value: "1"}}, {{Name: "B", Value: "2"}}}, nil},
		{"colons in the value", "A: b:c", [][]format.Field{{{Name: "A", Value: "b:c"}}}, nil},
		{"no field", "nonsense\nA: 1\na b: c\n: d", [][]format.Field{{{Name: "A", Value: "1"}}}, []string{"nonsense", "a b: c", ": d"}},
		{"folded nothing", " x: y\n", [][]format.Field{{{Name: "x", Value: "y"}}}, nil},
	} {
		t.Run(r.name, func(t *testing.T) {
			blocks, faults := format.ReadFields(r.text)
			if diff := cmp.Diff(blocks, r.blocks); diff != "" {
				t.Errorf("blocks (-got +want):\n%s", diff)
			}
			if diff := cmp.Diff(faults, r.faults); diff != "" {
				t.Errorf("faults (-got +want):\n%s", diff)
			}
		})
	}
}

func TestFieldsAreBounded(t *testing.T) {
	blocks, faults := format.ReadFields(strings.Repeat("A: 1\n", format.MaxFields+10))
	if len(blocks) != 1 || len(blocks[0]) != format.MaxFields || len(faults) != 1 {
		t.Errorf("got %d blocks and faults %q", len(blocks), faults)
	}
	blocks, _ = format.ReadFields("A: 1\n" + strings.Repeat(" "+strings.Repeat("x", 70)+"\n", 10_000))
	if len(blocks[0][0].Value) > 64<<10 {
		t.Errorf("got a value of %d bytes", len(blocks[0][0].Value))
	}
}

func TestFoldingStaysLinear(t *testing.T) {
	start := time.Now()
	format.ReadFields(strings.Repeat("A:\n"+strings.Repeat(" x\n", 30_000), 40))
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

// FuzzReadFields holds that no field is lost or made up and no value has a line break.
func FuzzReadFields(f *testing.F) {
	f.Add("A: 1\n 2\n\nB: 3\nfault\n")
	f.Fuzz(func(t *testing.T, text string) {
		blocks, _ := format.ReadFields(text)
		for _, block := range blocks {
			if len(block) == 0 {
				t.Fatal("an empty block")
			}
			for _, field := range block {
				if field.Name == "" || strings.Contains(field.Name+field.Value, "\n") {
					t.Fatalf("got field %q", field)
				}
			}
		}
	})
}
