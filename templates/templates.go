// Package templates holds the words that Postern says to the outside: plain
// text mails in several languages, embedded in the program. It knows nothing of
// tickets. A template is filled from strings and lists of strings only, so that
// no method of a value can ever run, and every variable it names is known from
// its parse tree before anything is rendered.
package templates

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"
)

//go:embed mail/*/*.txt
var mailFiles embed.FS

const (
	// Fallback is the language of a mail whose reader's own is not there.
	Fallback = "en"

	// MaxOutput bounds a rendered mail in bytes: nobody reads a longer one, and a
	// list in the wrong place would otherwise fill the outbox.
	MaxOutput = 64 << 10

	// Width is where long lines are wrapped, so that a reader's quote marks
	// still fit into 80 columns (RFC 5322 section 2.1.1 asks for 78).
	Width = 72

	subjectPrefix = "Subject: "
)

// Errors that callers tell apart.
var (
	ErrTemplate = errors.New("no such template")
	ErrVariable = errors.New("variable")
	ErrOutput   = errors.New("rendered mail")
)

// Set is every template in every language. It never changes after it is made
// and may be used by many goroutines.
type Set struct {
	mails map[string]map[string]message // by name, then by language
}

// message is one template in one language.
type message struct {
	subject   *template.Template
	body      *template.Template
	variables []Variable
}

// Mail reads the embedded templates. It fails when one of them does not parse,
// has no subject, uses anything but variables, conditions and loops, is not
// there in the fallback language, or names other variables than its siblings.
func Mail() (*Set, error) { return Load(mailFiles, "mail") }

// Load reads templates from root/<language>/<name>.txt: a first line
// "Subject: …", an empty line, the body.
func Load(files fs.FS, root string) (*Set, error) {
	names, err := fs.Glob(files, path.Join(root, "*", "*.txt"))
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	set := &Set{mails: map[string]map[string]message{}}
	for _, file := range names {
		if err := set.add(files, file); err != nil {
			return nil, fmt.Errorf("template %s: %w", file, err)
		}
	}
	return set, set.check()
}

func (s *Set) add(files fs.FS, file string) error {
	text, err := fs.ReadFile(files, file)
	if err != nil {
		return err
	}
	m, err := parseMail(string(text))
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(path.Base(file), ".txt")
	if s.mails[name] == nil {
		s.mails[name] = map[string]message{}
	}
	s.mails[name][path.Base(path.Dir(file))] = m
	return nil
}

func parseMail(text string) (message, error) {
	head, body, ok := strings.Cut(text, "\n\n")
	if !ok || !strings.HasPrefix(head, subjectPrefix) || strings.Contains(head, "\n") {
		return message{}, errors.New("must begin with one line “Subject: …” and an empty line")
	}
	var m message
	var err error
	if m.subject, err = parseText(strings.TrimPrefix(head, subjectPrefix)); err != nil {
		return message{}, err
	}
	if m.body, err = parseText(body); err != nil {
		return message{}, err
	}
	m.variables, err = variables(m.subject, m.body)
	return m, err
}

func parseText(text string) (*template.Template, error) {
	return template.New("mail").Option("missingkey=error").Funcs(functions).Parse(text)
}

// check makes sure that a reader's language changes the words and nothing else.
func (s *Set) check() error {
	for name, languages := range s.mails {
		want, ok := languages[Fallback]
		if !ok {
			return fmt.Errorf("template %s: not there in %s", name, Fallback)
		}
		for language, m := range languages {
			if !slices.Equal(m.variables, want.variables) {
				return fmt.Errorf("template %s: %s uses the variables %v, %s uses %v", name, language, m.variables, Fallback, want.variables)
			}
		}
	}
	return nil
}

// Names lists the templates in alphabetical order.
func (s *Set) Names() []string { return slices.Sorted(maps.Keys(s.mails)) }

// Languages lists the languages a template is there in, in alphabetical order.
func (s *Set) Languages(name string) []string {
	return slices.Sorted(maps.Keys(s.mails[name]))
}

// Language is the one in which Render would write: the one asked for (its
// region set aside) or the fallback.
func (s *Set) Language(name, language string) string {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	if _, ok := s.mails[name][language]; ok {
		return language
	}
	return Fallback
}

// Variables lists what a template can be filled with, by name; nil when there
// is no such template.
func (s *Set) Variables(name string) []Variable {
	return slices.Clone(s.mails[name][Fallback].variables)
}
