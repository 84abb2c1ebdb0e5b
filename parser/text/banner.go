package text

import (
	"slices"
	"strings"
)

// banners are how the warnings begin that mail gateways write above a mail from
// outside, in lower case. A gateway is added by adding its words.
var banners = []string{
	"caution: this email originated", "caution: this e-mail originated", "caution: external", "caution: this message",
	"warning: this email originated", "warning: external", "external email:", "external sender", "[external", "this email originated from outside",
	"this message was sent from outside", "this message originated from outside", "you don't often get email from", "you don’t often get email from",
	"some people who received this message don't often get email from",
	"achtung: externe", "achtung: diese e-mail", "achtung: diese mail", "vorsicht: externe", "diese e-mail stammt von ausserhalb", "diese e-mail stammt von außerhalb",
	"externe e-mail", "sie erhalten nicht häufig", "sie erhalten nicht oft",
	"attention : ce", "attention: ce", "courriel externe", "precaución: este correo", "correo externo", "attenzione: questa", "let op: deze", "uwaga: ta wiadomość",
}

const (
	maxBanners = 3 // stacked by gateways one behind the other
	bannerEnd  = 6 // lines one of them has at most
)

// withoutBanner drops the lines at the top that a gateway wrote. They are
// no words of the sender, and differ between two copies of one mail.
func withoutBanner(lines []string) []string {
	for range maxBanners {
		first := slices.IndexFunc(lines, func(line string) bool { return strings.TrimSpace(line) != "" })
		if first < 0 || !isBanner(lines[first]) {
			return lines
		}
		end := first
		for end == first || end < len(lines) && end < first+bannerEnd && goesOn(lines[end]) {
			end++
		}
		lines = lines[end:]
	}
	return lines
}

// bannerWords are words of the lines below the first one. Gateways set their
// banner right above the text: a line without such a word is the sender's.
var bannerWords = []string{
	"click", "open attachments", "attachments", "recognize", "recognise", "unless you", "know the content", "report phishing", "learn why this is important",
	"klicken", "öffnen sie keine", "anhänge", "absender", "cliquez", "pièces jointes", "haga clic", "adjuntos", "cliccare", "allegati",
}

func goesOn(line string) bool {
	line = strings.ToLower(line[:min(len(line), 300)])
	return slices.ContainsFunc(bannerWords, func(word string) bool { return strings.Contains(line, word) })
}

func isBanner(line string) bool {
	if len(line) > 2000 {
		return false
	}
	line = strings.ToLower(strings.TrimLeft(line, " \t*_=-[|>#!⚠\ufe0f"))
	return slices.ContainsFunc(banners, func(banner string) bool { return strings.HasPrefix(line, strings.TrimLeft(banner, "[")) })
}
