package text

import (
	"strings"
	"unicode"
)

// minWords is how many own words a guess of the language needs.
const minWords = 20

// maxWords is how many words a guess looks at.
const maxWords = 2000

// Language guesses the language of a text by its commonest words: ISO 639-1, ""
// when there are too few words or none of the languages stands out.
func Language(body string) string {
	counts := make(map[string]int, len(stopWords))
	words := 0
	for word := range strings.FieldsFuncSeq(body, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		words++
		for _, language := range languagesOf[strings.ToLower(word)] {
			counts[language]++
		}
		if words >= maxWords {
			break
		}
	}
	if words < minWords {
		return ""
	}
	return winner(counts, words)
}

// winner is the language with the most common words, if it has enough of them
// and clearly more than the next.
func winner(counts map[string]int, words int) string {
	best, next := "", 0
	for _, language := range languages {
		switch n := counts[language]; {
		case n > counts[best]:
			best, next = language, counts[best]
		case n > next:
			next = n
		}
	}
	if best == "" || counts[best]*12 < words || counts[best]*5 < next*6 {
		return ""
	}
	return best
}

var languages = []string{"en", "de", "fr", "es", "it", "pt", "nl", "pl"}

// stopWords are the commonest words of each language, those of mail too.
var stopWords = map[string]string{
	"en": "the and of to in is that it for was on are with as be this have from or had by not but what we you your our can there been has their will would please from were which they if hello regards thanks",
	"de": "der die und das in ist von zu den mit sich des auf für im nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis wir ich uns bitte hallo grüße guten vielen dank",
	"fr": "le la les de des du et un une est dans que qui pour par sur pas au avec il ce ne se sont plus nous vous je mais ou aux cette été bonjour cordialement merci notre votre ont être comme avons",
	"es": "el la los las de del y un una es en que por para con no se su al lo como más pero sus este ha hola gracias nos usted esta son fue muy hemos está desde sobre también nuestro le si",
	"it": "il lo la gli le di del della e un una è in che per con non si da al come più ma sono questo ha nel alla dei delle buongiorno grazie anche stato cordiali saluti vostro nostro abbiamo mi ci questa dal",
	"pt": "o a os as de do da dos das e um uma é em que por para com não se no na ao como mais mas seu foi este são você obrigado olá nosso temos está pelo pela também sua às nos",
	"nl": "de het een en van in is dat op te voor met zijn niet aan er om ook als maar bij door over uit naar wij u uw ons onze heeft worden dit deze hebben was nog kunnen bedankt hallo groeten geen wordt deze",
	"pl": "i w na z do nie się że to jest od o za po jak dla przez ale czy co oraz są ten być tylko już może pan pani proszę dzień dobry pozdrawiam nas nasz został która które przy jego tym tej mamy",
}

// languagesOf turns the table round once.
var languagesOf = func() map[string][]string {
	found := make(map[string][]string)
	for _, language := range languages {
		seen := make(map[string]bool)
		for word := range strings.FieldsSeq(stopWords[language]) {
			if !seen[word] {
				seen[word] = true
				found[word] = append(found[word], language)
			}
		}
	}
	return found
}()
