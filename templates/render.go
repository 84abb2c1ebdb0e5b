package templates

import (
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"
)

// Render fills a template: strings and lists of strings by name. The language
// falls back to English. Every variable of the template must be in data, the
// ones it does not ask for first must not be empty; data may hold more than the
// template uses. The body ends with one line feed, its lines end with LF and
// are wrapped at Width where there is a blank to break at.
//
// Errors wrap ErrTemplate, ErrVariable or ErrOutput (too long, or a line break
// or control character where none may be). Nothing is returned beside an error.
func (s *Set) Render(name, language string, data map[string]any) (subject, body string, err error) {
	m, ok := s.mails[name][s.Language(name, language)]
	if !ok {
		return "", "", fmt.Errorf("%w: %q; there are %s", ErrTemplate, name, strings.Join(s.Names(), ", "))
	}
	if err := checkData(m.variables, data); err != nil {
		return "", "", fmt.Errorf("template %s: %w", name, err)
	}
	if subject, err = execute(m.subject, data); err == nil {
		subject, err = tidySubject(subject)
	}
	if err == nil {
		body, err = execute(m.body, data)
	}
	if err != nil {
		return "", "", fmt.Errorf("template %s: %w", name, err)
	}
	return subject, tidyBody(body), nil
}

// checkData compares what a template names with what it is given.
func checkData(variables []Variable, data map[string]any) error {
	for _, v := range variables {
		value, ok := data[v.Name]
		if !ok {
			return fmt.Errorf("%w %q is unknown", ErrVariable, v.Name)
		}
		if err := checkValue(v, value); err != nil {
			return err
		}
	}
	return nil
}

func checkValue(v Variable, value any) error {
	var items []string
	switch value := value.(type) {
	case string:
		if v.List {
			return fmt.Errorf("%w %q is a list", ErrVariable, v.Name)
		}
		items = nonEmpty(value)
	case []string:
		if !v.List {
			return fmt.Errorf("%w %q is one text and no list", ErrVariable, v.Name)
		}
		items = value
	default:
		return fmt.Errorf("%w %q is neither text nor list", ErrVariable, v.Name)
	}
	if len(items) == 0 && !v.Optional {
		return fmt.Errorf("%w %q is missing", ErrVariable, v.Name)
	}
	for _, item := range items {
		if err := checkText(v, item); err != nil {
			return err
		}
	}
	return nil
}

func nonEmpty(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return []string{text}
}

// checkText refuses what has no place in a mail that people read: control and
// invisible formatting characters, invalid UTF-8, empty list items.
func checkText(v Variable, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%w %q is no valid UTF-8", ErrVariable, v.Name)
	}
	if v.List && (strings.TrimSpace(text) == "" || strings.ContainsAny(text, "\r\n")) {
		return fmt.Errorf("%w %q has an item that is empty or longer than a line", ErrVariable, v.Name)
	}
	for _, r := range text {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return fmt.Errorf("%w %q holds the control character %U", ErrVariable, v.Name, r)
		}
	}
	return nil
}

// bounded is a writer that stops a template once it has said too much.
type bounded struct{ strings.Builder }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > MaxOutput {
		return 0, fmt.Errorf("%w: longer than %d bytes", ErrOutput, MaxOutput)
	}
	return b.Builder.Write(p)
}

func execute(t *template.Template, data map[string]any) (string, error) {
	var out bounded
	if err := t.Execute(&out, data); err != nil {
		return "", err
	}
	return out.String(), nil
}

func tidySubject(subject string) (string, error) {
	subject = strings.TrimSpace(subject)
	if strings.ContainsAny(subject, "\r\n\t\u2028\u2029") {
		return "", fmt.Errorf("%w: line break or tab in the subject", ErrOutput)
	}
	return subject, nil
}

var gaps = regexp.MustCompile(`\n{3,}`)

// tidyBody removes what conditions leave behind: blanks at line ends, several
// empty lines in a row; and wraps what a variable made too long.
func tidyBody(body string) string {
	var out strings.Builder
	for line := range strings.SplitSeq(body, "\n") {
		wrap(&out, strings.TrimRight(line, " \t"))
	}
	return strings.Trim(gaps.ReplaceAllString(out.String(), "\n\n"), "\n") + "\n"
}

var hanging = regexp.MustCompile(`^( *(?:\d+\. +|[-*] +)?)`)

// wrap writes one line, broken at blanks; what follows a break stands under the
// text of a numbered line. Words longer than a line (addresses) stay whole.
func wrap(out *strings.Builder, line string) {
	if utf8.RuneCountInString(line) <= Width {
		out.WriteString(line + "\n")
		return
	}
	lead := hanging.FindString(line)
	indent, column := strings.Repeat(" ", len(lead)), len(lead)
	out.WriteString(lead)
	first := true
	for word := range strings.FieldsSeq(line[len(lead):]) {
		width := utf8.RuneCountInString(word)
		switch {
		case first:
		case column+1+width > Width:
			out.WriteString("\n" + indent)
			column = len(indent)
		default:
			out.WriteString(" ")
			column++
		}
		out.WriteString(word)
		column, first = column+width, false
	}
	out.WriteString("\n")
}
