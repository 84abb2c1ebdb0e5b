package meaning

// Categories are the names of all rules that propose one.
func Categories() (names []string) {
	for _, r := range book.rules[:book.categories] {
		names = append(names, r.name)
	}
	return names
}

// Strays are the names of pairs and of rules in more languages that speak for no rule there is: their weight
// would go to another one without a word.
func Strays() (names []string) {
	for _, p := range book.pairs {
		if _, known := book.byName[p.name]; !known {
			names = append(names, p.name)
		}
	}
	for _, r := range wider {
		if _, known := book.byName[r.name]; !known {
			names = append(names, r.name)
		}
	}
	return names
}
