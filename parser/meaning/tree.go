package meaning

import (
	"bytes"
	"iter"
	"slices"
	"strings"
)

// phrase is one way to say something, in plain text.
type phrase struct {
	text         string
	rule, weight int
	pair, side   int // the pair it is a half of, and which; -1 when it is none
}

// rulebook is all rules, ready to be looked up: the categories first.
type rulebook struct {
	rules      []rule
	categories int
	byName     map[string]int
	byOthers   []bool // rules of what only others do
	phrases    []phrase
	pairs      []pair
	tree       tree
}

// book is read from the tables once.
var book = newBook()

func newBook() rulebook {
	b := rulebook{byName: map[string]int{}}
	for _, class := range [][]rule{fraud, malicious, intrusionAttempts, intrusions, contentSecurity, availability, vulnerable, gathering, abusive, exercises} {
		b.rules = append(b.rules, class...)
	}
	b.categories = len(b.rules)
	b.rules = append(append(b.rules, kinds...), impacts...)
	b.byOthers = make([]bool, len(b.rules))
	for n, r := range b.rules {
		b.byName[r.name] = n
		b.byOthers[n] = slices.Contains(attempts, r.name)
		b.addRule(n, r)
	}
	for _, r := range wider {
		b.addRule(b.byName[r.name], r)
	}
	b.pairs = slices.Concat(lures, breakIns, harm, holes, ordinary, widerPairs, others)
	for n := range b.pairs {
		p := &b.pairs[n]
		p.left, p.right = int32(2*n), int32(2*n+1)
		b.add(phrase{rule: b.byName[p.name], pair: n, side: 0}, p.one)
		b.add(phrase{rule: b.byName[p.name], pair: n, side: 1}, p.other)
	}
	b.tree = newTree(b.phrases)
	return b
}

// addRule puts the phrases of a rule into the book.
func (b *rulebook) addRule(n int, r rule) {
	b.add(phrase{rule: n, weight: weightStrong, pair: -1}, r.strong)
	b.add(phrase{rule: n, weight: weightPlain, pair: -1}, r.plain)
	b.add(phrase{rule: n, weight: weightWeak, pair: -1}, r.weak)
}

// add puts each phrase of a list into the book; like says the rest of them.
func (b *rulebook) add(like phrase, list string) {
	for written := range strings.SplitSeq(list, "|") {
		written = strings.TrimSpace(written)
		text := strings.TrimSpace(plain(written))
		if text == "" {
			continue
		}
		if strings.HasSuffix(written, "$") {
			text += " "
		}
		like.text = text
		b.phrases = append(b.phrases, like)
	}
}

// tree holds all phrases by their bytes. A node is the beginning of some of them;
// what goes on from a node stands side by side and is found at a glance.
type tree struct {
	labels []byte // of each node, the byte it adds to the one it goes on from
	nodes  []node // and one more, where all of them have ended
	found  []int32
	first  [256]int32 // the node of each first byte, 0 for none
}

// node says what begins with it; what begins with the next says where that ends.
type node struct {
	next  int32 // the first of the nodes that go on from it
	found int32 // where in found the places of the phrases stand that end with it
}

// newTree sets the nodes level by level.
func newTree(phrases []phrase) tree {
	all := make([]int32, len(phrases)) // their places, in the order of their texts
	for n := range all {
		all[n] = int32(n)
	}
	slices.SortStableFunc(all, func(a, b int32) int { return strings.Compare(phrases[a].text, phrases[b].text) })
	t := tree{labels: make([]byte, 1)} // the first is the beginning of all
	level := [][]int32{all}            // of each node the phrases that begin with it
	for depth := 0; len(level) > 0; depth++ {
		var next [][]int32
		for _, alike := range level {
			t.nodes = append(t.nodes, node{int32(len(t.labels)), int32(len(t.found))})
			for len(alike) > 0 && len(phrases[alike[0]].text) == depth {
				t.found, alike = append(t.found, alike[0]), alike[1:]
			}
			for len(alike) > 0 {
				label := phrases[alike[0]].text[depth]
				other := slices.IndexFunc(alike, func(n int32) bool { return phrases[n].text[depth] != label })
				if other < 0 {
					other = len(alike)
				}
				t.labels = append(t.labels, label)
				next, alike = append(next, alike[:other]), alike[other:]
			}
		}
		level = next
	}
	t.nodes = append(t.nodes, node{int32(len(t.labels)), int32(len(t.found))})
	for n := t.nodes[0].next; n < t.nodes[1].next; n++ {
		t.first[t.labels[n]] = n
	}
	return t
}

// walk gives the places of all phrases that a text begins with, the shortest first.
func (t *tree) walk(text string) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		at := t.first[text[0]]
		for i := 1; at > 0; i++ {
			this, next := t.nodes[at], t.nodes[at+1]
			for _, phrase := range t.found[this.found:next.found] {
				if !yield(phrase) {
					return
				}
			}
			if i == len(text) {
				return
			}
			n := bytes.IndexByte(t.labels[this.next:next.next], text[i])
			if n < 0 {
				return
			}
			at = this.next + int32(n)
		}
	}
}
