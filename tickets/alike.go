package tickets

import (
	"slices"
	"strings"
)

// Bounds on guessing what somebody meant.
const (
	mostAlike    = 5  // words that are offered
	fewChoices   = 10 // so many are all told instead
	farthest     = 3  // letters that may be wrong, and no more than half of them
	shortestPart = 3  // letters of one word that stands in another
)

// Choices says what there is instead of a word that there is not: everything, or of
// a long list what is spelt alike, as far as there is something.
func Choices(given string, words []string) string {
	if len(words) > fewChoices {
		if near := Alike(given, words); len(near) > 0 {
			return "did you mean " + strings.Join(near, " or ") + "?"
		}
	}
	return "there are " + strings.Join(words, ", ")
}

// Alike gives the words that somebody may have meant, the most likely first. What
// stands before and behind a slash is compared too: "fraud" is like "fraud/phishing".
func Alike(given string, words []string) []string {
	given = folded(given)
	far := map[string]int{}
	var near []string
	for _, word := range words {
		if d, ok := farFrom(given, word); ok {
			far[word], near = d, append(near, word)
		}
	}
	slices.SortStableFunc(near, func(a, b string) int { return far[a] - far[b] })
	return near[:min(len(near), mostAlike)]
}

// farFrom tells how many letters a word differs in, and whether it is alike at all.
func farFrom(given, word string) (least int, alike bool) {
	parts := []string{folded(word)}
	if !strings.Contains(given, "/") {
		parts = append(parts, strings.Split(parts[0], "/")...)
	}
	least = farthest + 2
	for _, part := range parts {
		d := distance(given, part)
		if d <= min(farthest, len(given)/2) {
			least = min(least, d)
		} else if min(len(given), len(part)) >= shortestPart && (strings.Contains(part, given) || strings.Contains(given, part)) {
			least = min(least, farthest+1) // what is misspelt is meant rather than what is longer
		}
	}
	return least, least <= farthest+1
}

// distance is the number of single letters to change, add or drop (Levenshtein), or
// anything over farthest.
func distance(a, b string) int {
	if len(a)-len(b) > farthest || len(b)-len(a) > farthest {
		return farthest + 1
	}
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
