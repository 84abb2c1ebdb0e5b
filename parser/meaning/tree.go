package meaning

import "strings"

// phrase is one way to say something.
type phrase struct{ rule, weight int }

// rulebook is all rules, ready to be looked up: the categories first.
type rulebook struct {
	rules      []rule
	categories int
	byName     map[string]int
	phrases    []phrase
	tree       tree
}

// book is read from the tables once.
var book = newBook()

func newBook() rulebook {
	b := rulebook{byName: map[string]int{}, tree: tree{nodes: make([]node, 1, 1<<15)}}
	for _, class := range [][]rule{fraud, malicious, intrusionAttempts, intrusions, contentSecurity, availability, vulnerable, gathering, abusive, exercises} {
		b.rules = append(b.rules, class...)
	}
	b.categories = len(b.rules)
	b.rules = append(append(b.rules, kinds...), impacts...)
	for n, r := range b.rules {
		b.byName[r.name] = n
		b.add(n, weightStrong, r.strong)
		b.add(n, weightPlain, r.plain)
		b.add(n, weightWeak, r.weak)
	}
	return b
}

func (b *rulebook) add(rule, weight int, list string) {
	for written := range strings.SplitSeq(list, "|") {
		written = strings.TrimSpace(written)
		text := strings.TrimSpace(plain(written))
		if text == "" {
			continue
		}
		if strings.HasSuffix(written, "$") {
			text += " "
		}
		b.tree.put(text, int32(len(b.phrases)))
		b.phrases = append(b.phrases, phrase{rule, weight})
	}
}

// node is a byte of a phrase: what comes behind it, what else may stand in its
// place, and the phrases that end with it. 0 is none.
type node struct {
	label         byte
	child, beside int32
	ends          []int32
}

// tree holds all phrases by their bytes.
type tree struct {
	first [256]int32
	nodes []node
}

func (t *tree) put(text string, phrase int32) {
	at := t.first[text[0]]
	if at == 0 {
		at = t.grow(text[0])
		t.first[text[0]] = at
	}
	for i := 1; i < len(text); i++ {
		next := t.next(at, text[i])
		if next == 0 {
			next = t.grow(text[i])
			t.nodes[next].beside = t.nodes[at].child
			t.nodes[at].child = next
		}
		at = next
	}
	t.nodes[at].ends = append(t.nodes[at].ends, phrase)
}

func (t *tree) grow(label byte) int32 {
	t.nodes = append(t.nodes, node{label: label})
	return int32(len(t.nodes) - 1)
}

func (t *tree) next(at int32, label byte) int32 {
	for n := t.nodes[at].child; n != 0; n = t.nodes[n].beside {
		if t.nodes[n].label == label {
			return n
		}
	}
	return 0
}

// walk tells every phrase that the text holds at i.
func (t *tree) walk(text string, i int, found func(phrase int32)) {
	at := t.first[text[i]]
	for at != 0 {
		for _, phrase := range t.nodes[at].ends {
			found(phrase)
		}
		if i++; i >= len(text) {
			return
		}
		at = t.next(at, text[i])
	}
}
