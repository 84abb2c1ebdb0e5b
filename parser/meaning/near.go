package meaning

// People say one thing in a hundred ways: "typed in my user name and password",
// "mein Passwort auf der Seite eingegeben". What they have in common are two words
// near each other, in any order. A pair is such: words of its one list not far from
// words of its other one, in one text.
type pair struct {
	name        string // of the rule that it speaks for
	one, other  string // lists as those of a rule
	weight      int
	left, right int32 // where the places of the two lists are noted
}

// span is how many signs may lie between the beginnings of the two words: a long
// sentence of Latin script, in which German sets the verb last. The end of a
// sentence counts as many as pause.
const (
	span  = 140
	pause = 50
)

// never is a place that is near to nothing.
const never = -1 << 20

// sides notes where the words of each list stood last.
type sides []int32

func newSides(n int) sides {
	s := make(sides, n)
	for i := range s {
		s[i] = never
	}
	return s
}

// meet notes that a word of one list stands at a place, and tells whether a word
// of the other one is near.
func (s sides) meet(this, that, at int32) bool {
	s[this] = at
	return at-s[that] <= span
}

// near takes notice of a phrase that belongs to pairs.
func (w *Words) near(s sides, p *phrase, at int32, times int) {
	pair := &book.pairs[p.pair]
	this, that := pair.left, pair.right
	if p.side == 1 {
		this, that = that, this
	}
	if s.meet(this, that, at) && !w.pairs[p.pair] {
		w.pairs[p.pair], w.any = true, true
		w.score[p.rule] += times * pair.weight
	}
}
