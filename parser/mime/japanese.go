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

// japanese names the charset of Japan in which bytes are words, "" when they are
// none. A subject is too short for statistics, but in no other language is every
// third sign one of the syllables that Shift_JIS and EUC-JP have in rows of their own.
func japanese(head []byte) string {
	for _, name := range [...]string{"shift_jis", "euc-jp"} {
		if start, ok := decode(head, name); ok && (kana(start) || name == "shift_jis" && kanji(head, start)) {
			return name
		}
	}
	return ""
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

// kanji tells Shift_JIS without any syllable, as the names of files are: every
// sign is a wide one, and of the bytes several are none in the charsets of Europe.
func kanji(octets []byte, text string) bool {
	unused, wide := 0, 0
	for _, c := range octets {
		switch c {
		case 0x81, 0x8d, 0x8f, 0x90, 0x9d: // nothing in windows-1252
			unused++
		}
	}
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			wide++
		default:
			return false
		}
	}
	return unused >= 2 && wide >= minKana
}
