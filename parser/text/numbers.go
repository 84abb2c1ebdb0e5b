package text

import "strings"

// numbers calls visit for each run of digits in a folded text with what stands
// right behind it, until visit says that it has seen enough.
func numbers(text string, visit func(digits, behind string) bool) bool {
	for n := 0; n < len(text); n++ {
		if !digit(text, n) {
			continue
		}
		from := n
		for digit(text, n) {
			n++
		}
		if visit(text[from:n], text[n:]) {
			return true
		}
	}
	return false
}

func digit(text string, n int) bool { return n < len(text) && text[n]-'0' < 10 }

// hasDate tells whether a year or a day and month stand in a text: "2026",
// "21.11.", "11/21", "21. 11.", "11月21".
func hasDate(text string) bool {
	return numbers(text, func(digits, behind string) bool {
		switch {
		case len(digits) == 4:
			return strings.HasPrefix(digits, "19") || strings.HasPrefix(digits, "20")
		case len(digits) > 2 || behind == "":
			return false
		case strings.HasPrefix(behind, "月"), strings.HasPrefix(behind, "일"):
			return true
		case behind[0] != '.' && behind[0] != '/' && behind[0] != '-':
			return false
		}
		behind = strings.TrimPrefix(behind[1:], " ")
		return digit(behind, 0) && !digit(behind, 2)
	})
}

// clocks stand between hours and minutes.
var clocks = []string{":", ".", "h", "時", "时", "시", ": "}

// hasTime tells whether a time of day stands in a text: "10:00", "10.00", "10h00".
func hasTime(text string) bool {
	return numbers(text, func(digits, behind string) bool {
		if len(digits) > 2 {
			return false
		}
		for _, clock := range clocks {
			if rest, found := strings.CutPrefix(behind, clock); found && digit(rest, 0) && rest[0] < '6' && digit(rest, 1) && !digit(rest, 2) {
				return true
			}
		}
		return false
	})
}
