package config

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with the configuration, as a person needs it.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 0 when it belongs to no line
	Key     string `json:"key"`  // "mailbox[1].imap"
	Message string `json:"message"`
	Hint    string `json:"hint"`
	Warning bool   `json:"warning"` // worth knowing, but serve starts
	Outside bool   `json:"-"`       // keeps servers away; the database can be worked on
}

// String gives "file:line: key: message (hint)".
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Warning {
		b.WriteString(": warning")
	}
	if p.Key != "" {
		b.WriteString(": " + p.Key)
	}
	b.WriteString(": " + p.Message)
	if p.Hint != "" {
		b.WriteString("\n    " + p.Hint)
	}
	return b.String()
}

// Problems is every fault of one file; as an error it prints one a line.
type Problems []Problem

// Error lists all of them.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Inside gives those that keep even a command on the database from its work.
func (ps Problems) Inside() Problems {
	var inside Problems
	for _, p := range ps.Fatal() {
		if !p.Outside {
			inside = append(inside, p)
		}
	}
	return inside
}

// Fatal gives those that keep serve from starting.
func (ps Problems) Fatal() Problems {
	var fatal Problems
	for _, p := range ps {
		if !p.Warning {
			fatal = append(fatal, p)
		}
	}
	return fatal
}
