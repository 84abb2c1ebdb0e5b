package mime

import (
	"unicode"
	"unicode/utf8"
)

// Of the signs above ASCII in Japanese every third or more is kana; three of
// them are no chance.
const (
	minKana   = 3
	kanaShare = 3
)

// japanese reads bytes in the charset of Japan in which they are words. A
// subject is too short for statistics, but in no other language is every third
// sign one of the syllables that Shift_JIS and EUC-JP have in rows of their own.
func japanese(octets []byte) (string, bool) {
	head := octets[:min(len(octets), guessed)]
	for _, name := range [...]string{"shift_jis", "euc-jp"} {
		if start, ok := decode(head, name); !ok || !kana(start) {
			continue
		}
		if text, ok := decode(octets, name); ok {
			return text, true
		}
	}
	return "", false
}

// kana tells Japanese words: enough syllables, hardly a sign that is broken or
// of half width.
func kana(text string) bool {
	syllables, others, odd := 0, 0, 0
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
		case r == utf8.RuneError, r >= 0xff61 && r <= 0xff9f:
			odd++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			syllables++
		default:
			others++
		}
	}
	return syllables >= minKana && syllables*kanaShare >= syllables+others && odd*10 <= syllables+others
}
