package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode"

	"postern/parser"
	"postern/parser/mime"
)

// writeReport shows a report to a person: what matters first, the text last.
func writeReport(out io.Writer, name string, r parser.Report) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	row := func(label, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", label, oneLine(value))
		}
	}
	row("file", name)
	row("from", addresses(r.From))
	if r.Reporter.Address != "" {
		row("reporter", strings.TrimSpace(r.Reporter.Name+" <"+r.Reporter.Address+">"))
	}
	row("subject", r.Subject)
	row("date", r.Date)
	row("format", strings.TrimSpace(r.Format+" "+r.FormatVersion))
	row("kind", r.Kind+because(r.Why["kind"]))
	row("category", r.Category+because(r.Why["category"]))
	row("severity", r.Severity+because(r.Why["severity"]))
	row("TLP", r.TLP)
	row("language", r.Language)
	row("automatic", automaticWords(r))
	for _, s := range r.Crypto.Signatures {
		row("signature", s.Sentence)
	}
	row("encryption", encryptionWords(r))
	for _, a := range r.Attachments {
		row("attachment", fmt.Sprintf("%s (%s, %d bytes)", a.Name, a.Type, a.Size))
	}
	for _, i := range r.Indicators {
		row(i.Type, i.Value+because(i.Role))
	}
	for _, p := range r.Problems {
		row("problem", p.Code+": "+p.Detail)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n", printable(r.NewText))
	return err
}

func addresses(list []mime.Address) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = strings.TrimSpace(a.Name + " <" + a.Address + ">")
	}
	return strings.Join(words, ", ")
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}

func automaticWords(r parser.Report) string {
	if !r.Automatic.Is && r.Automatic.MayAnswer {
		return ""
	}
	words := r.Automatic.Kind
	if !r.Automatic.MayAnswer {
		words += ", not to be answered"
	}
	return strings.TrimPrefix(words, ", ") + because(r.Automatic.Reason)
}

func encryptionWords(r parser.Report) string {
	switch {
	case r.Crypto.Encrypted && r.Crypto.Decrypted:
		return "came encrypted (" + r.Crypto.Form + "), decrypted"
	case r.Crypto.Encrypted:
		return "came encrypted and could not be read: " + r.Crypto.Problem
	}
	return ""
}

// oneLine keeps strangers' words from moving a terminal's cursor or faking rows.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if commands(r) {
			return ' '
		}
		return r
	}, s)
}

// printable keeps line breaks and drops every other control character.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && commands(r) {
			return -1
		}
		return r
	}, s)
}

// commands tells a sign that does something to a terminal instead of being shown:
// controls, breaks of lines and paragraphs, and what turns the direction of writing.
func commands(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}
