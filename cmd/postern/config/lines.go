package config

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// lines finds the line of each key of a document, so that faults found after
// decoding can name it: "mailbox[1].imap" -> 12. The names of tables are in it
// too. A document that does not parse gives what stood before the fault.
func lines(document []byte) map[string]int {
	found := map[string]int{}
	counts := map[string]int{}
	prefix := ""
	p := unstable.Parser{}
	p.Reset(document)
	for p.NextExpression() {
		e := p.Expression()
		name, offset := keyOf(e)
		switch e.Kind {
		case unstable.Table:
			prefix = name + "."
			found[name] = lineAt(document, offset)
		case unstable.ArrayTable:
			element := fmt.Sprintf("%s[%d]", name, counts[name])
			counts[name]++
			prefix = element + "."
			found[element] = lineAt(document, offset)
		case unstable.KeyValue:
			found[prefix+name] = lineAt(document, offset)
		}
	}
	return found
}

// keyOf joins the dotted key of an expression and says where it stands.
func keyOf(e *unstable.Node) (name string, offset uint32) {
	var words []string
	first := true
	for it := e.Key(); it.Next(); {
		n := it.Node()
		if first {
			offset, first = n.Raw.Offset, false
		}
		words = append(words, string(n.Data))
	}
	return strings.Join(words, "."), offset
}

func lineAt(document []byte, offset uint32) int {
	return 1 + bytes.Count(document[:min(int(offset), len(document))], []byte{'\n'})
}
