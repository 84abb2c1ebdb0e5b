package tickets

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Alphabet has the 31 signs of an ID: no 0 and O, no 1, I and L, which people
// mix up on paper and over the telephone. 31 is prime, and so the check sign
// catches every single error and every swap of two signs.
const Alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const (
	idSigns    = 8  // seven random ones and the check sign
	idModulus  = 31 // len(Alphabet)
	maxPrefix  = 10 // signs of a prefix: an ID is read aloud
	fairBytes  = 248
	maxIDDraws = 64 // bytes drawn before the source of randomness is called broken
)

// ValidPrefix tells whether s can stand before ticket IDs: one to ten capital
// letters and digits, the first one a letter.
func ValidPrefix(s string) bool {
	if s == "" || len(s) > maxPrefix || s[0] < 'A' || s[0] > 'Z' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// NewID draws a ticket ID such as EX-7KQ4-9MZX. Its seven random signs come
// from rand, the eighth is the check sign. IDs are drawn and not counted so that they
// tell nothing; whoever stores one draws again on a conflict.
func NewID(prefix string, rand io.Reader) (string, error) {
	if !ValidPrefix(prefix) {
		return "", fmt.Errorf("ticket prefix %q: one to ten capital letters and digits, first a letter", prefix)
	}
	var signs [idSigns]byte
	if err := drawSigns(rand, signs[:idSigns-1]); err != nil {
		return "", fmt.Errorf("draw a ticket ID: %w", err)
	}
	signs[idSigns-1] = checkSign(signs[:idSigns-1])
	return formatID(prefix, signs[:]), nil
}

// drawSigns fills out with signs of equal probability: bytes from 248 on are
// drawn again, since 256 is no multiple of 31.
func drawSigns(rand io.Reader, out []byte) error {
	var one [1]byte
	drawn := 0
	for i := 0; i < len(out); {
		if drawn++; drawn > maxIDDraws {
			return fmt.Errorf("the source of randomness repeats itself")
		}
		if _, err := io.ReadFull(rand, one[:]); err != nil {
			return err
		}
		if one[0] < fairBytes {
			out[i] = Alphabet[one[0]%idModulus]
			i++
		}
	}
	return nil
}

// checkSign is the sign that makes the sum of all eight, weighted 8 down to 1,
// a multiple of 31. Weights differ and none is a multiple of 31: one
// changed sign changes the sum, and so do two different signs that change places.
func checkSign(signs []byte) byte {
	sum := 0
	for i, c := range signs {
		sum += (idSigns - i) * signValue(c)
	}
	return Alphabet[(idModulus-sum%idModulus)%idModulus]
}

// signValue is the place of c in the alphabet, -1 when it is not in it. Small
// letters count as capitals.
func signValue(c byte) int {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	return strings.IndexByte(Alphabet, c)
}

func formatID(prefix string, signs []byte) string {
	return prefix + "-" + string(signs[:4]) + "-" + string(signs[4:])
}

// ParseID reads an ID as people type and dictate it: any case, hyphens and
// blanks missing or doubled, the prefix left out. The check sign must be right. ok is false for
// anything else; canonical is then "". Knowing an ID gives no right to anything.
func ParseID(prefix, s string) (canonical string, ok bool) {
	if len(s) > maxTypedID {
		return "", false
	}
	compact := strings.Map(dropSeparators, s)
	if len(compact) == len(prefix)+idSigns && strings.EqualFold(compact[:len(prefix)], prefix) {
		compact = compact[len(prefix):]
	}
	return checkedID(prefix, compact)
}

// Mistyped says in words what is wrong with something that a person typed and that
// could mean nothing, whatever there is.
type Mistyped string

func (m Mistyped) Error() string { return string(m) }

// Misread tells the person who typed an ID that ParseID refuses what is wrong with it.
func Misread(prefix, s string) Mistyped {
	compact := strings.ToUpper(strings.Map(dropSeparators, s))
	signs := strings.TrimPrefix(compact, prefix)
	switch {
	case len(s) > maxTypedID || len(signs) != idSigns:
		return Mistyped("an ID has eight letters and digits, like " + prefix + "-7KQ4-9MZX")
	case strings.Trim(signs, Alphabet) != "":
		return "an ID has no 0, O, 1, I or L, so it was misheard or mistyped"
	}
	return "its last sign does not fit the others, so it was misheard or mistyped"
}

const maxTypedID = 64 // bytes of what a person types as an ID

func dropSeparators(r rune) rune {
	if isSeparator(r) || r == '[' || r == ']' || r == '\t' {
		return -1
	}
	return r
}

// isSeparator knows the hyphens and blanks that keyboards, word processors and
// mail programs put between the groups of an ID.
func isSeparator(r rune) bool {
	switch r {
	case '-', ' ', '\u00a0', '\u00ad', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212':
		return true
	}
	return false
}

// checkedID turns eight signs of any case into an ID when the last one fits.
func checkedID(prefix, eight string) (string, bool) {
	if len(eight) != idSigns {
		return "", false
	}
	var signs [idSigns]byte
	for i := range idSigns {
		v := signValue(eight[i])
		if v < 0 {
			return "", false
		}
		signs[i] = Alphabet[v]
	}
	if checkSign(signs[:idSigns-1]) != signs[idSigns-1] {
		return "", false
	}
	return formatID(prefix, signs[:]), true
}

// FindIDs lists the IDs that stand in text, canonical, each once, in the order
// they stand, at most limit. Here the prefix is needed, and nothing that could
// belong to a longer word may touch an ID. One pass, whatever the text.
func FindIDs(prefix, text string, limit int) []string {
	var found []string
	seen := map[string]bool{}
	for at := 0; at < len(text) && len(found) < limit; at++ {
		if !hasPrefixFold(text[at:], prefix) || !freeBefore(text, at) {
			continue
		}
		id, ok := idAfter(prefix, text[at+len(prefix):])
		if ok && !seen[id] {
			seen[id] = true
			found = append(found, id)
		}
	}
	return found
}

func hasPrefixFold(s, prefix string) bool {
	return prefix != "" && len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func freeBefore(text string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return at == 0 || !isWordRune(r)
}

// idAfter reads what follows a prefix: four signs, four signs, each group with
// at most two separators before it, and then no sign of a longer word.
func idAfter(prefix, rest string) (string, bool) {
	first, rest, ok := signGroup(rest)
	if !ok {
		return "", false
	}
	second, rest, ok := signGroup(rest)
	if !ok {
		return "", false
	}
	if r, size := utf8.DecodeRuneInString(rest); size > 0 && isWordRune(r) {
		return "", false
	}
	return checkedID(prefix, first+second)
}

const groupSigns = idSigns / 2

func signGroup(s string) (group, rest string, ok bool) {
	for range 2 {
		if r, size := utf8.DecodeRuneInString(s); isSeparator(r) {
			s = s[size:]
		}
	}
	if len(s) < groupSigns {
		return "", "", false
	}
	return s[:groupSigns], s[groupSigns:], true
}

// isWordRune tells what would make an ID part of a longer word. Scripts from
// U+2000 on are written without blanks, so that their letters may touch an ID.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return r < 0x2000 && unicode.IsLetter(r)
}
