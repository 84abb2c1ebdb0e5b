package dsn

import (
	"strings"

	"postern/parser/format"
	"postern/parser/mime"
)

// recipients is a list in order, each address once.
type recipients struct {
	list    []format.Recipient
	at      map[string]int // lower case address -> its place
	action  string         // what the notice as a whole says of all
	general string         // why, as it says of all
	cut     bool           // there were more
}

// add appends a recipient, or lets a second mention fill what the first lacks.
func (l *recipients) add(r format.Recipient) {
	if r.Address == "" {
		return
	}
	key := strings.ToLower(r.Address)
	if n, known := l.at[key]; known {
		l.list[n] = fill(l.list[n], r)
		return
	}
	if len(l.list) >= MaxRecipients {
		l.cut = true
		return
	}
	if l.at == nil {
		l.at = make(map[string]int)
	}
	l.at[key] = len(l.list)
	l.list = append(l.list, r)
}

func (l *recipients) addAll(list []format.Recipient) {
	for _, r := range list {
		l.add(r)
	}
}

// nameless gives the only recipient that the words name what fields say that
// name none.
func (l *recipients) nameless(fields map[string]any) {
	if len(l.list) != 1 {
		return
	}
	said := func(name string) string { value, _ := fields[name].(string); return value }
	r := format.Recipient{Action: action(said("action")), Status: stated(said("status")), Diagnostic: cut(strings.TrimSpace(untyped(said("diagnostic-code"))))}
	if r.Status != "" || r.Diagnostic != "" {
		r.Address = l.list[0].Address
		l.list[0] = settle(fill(r, l.list[0]))
	}
}

// fill takes from more what r lacks.
func fill(r, more format.Recipient) format.Recipient {
	if r.Action == "" {
		r.Action = more.Action
	}
	if r.Diagnostic == "" {
		r.Diagnostic = more.Diagnostic
	}
	if r.Status == "" {
		r.Status = more.Status
	}
	return r
}

// complete lets the words of the notice fill what its fields lack. A notice
// about one recipient speaks of that one, whatever address its words use.
func (l *recipients) complete(said recipients) {
	for n, r := range l.list {
		if m, known := said.at[strings.ToLower(r.Address)]; known {
			r = fill(r, said.list[m])
		} else if len(l.list) == 1 && len(said.list) == 1 {
			r = fill(r, said.list[0])
			if strings.HasPrefix(said.list[0].Address, r.Address) {
				r.Address = said.list[0].Address // the field was cut off
			}
		}
		if len(l.list) == 1 && r.Diagnostic == "" {
			r.Diagnostic = said.general
		}
		if r.Action == "" {
			r.Action = said.action
		}
		l.list[n] = settle(r)
	}
}

// fallback is what became of whom the words do not single out. A subject that
// speaks of a delay knows better than words that tell what may follow.
func (l *recipients) fallback(s sender) string {
	switch {
	case s.action == "delayed":
		return s.action
	case l.action != "":
		return l.action
	case s.action != "":
		return s.action
	}
	return "failed"
}

// addSubject takes the only address of the subject, when nothing else names anybody.
func (l *recipients) addSubject(root *mime.Part, text string, sender sender) {
	subject := root.Subject()
	list := addressesIn(subject[:min(len(subject), maxScanned)])
	if len(list) != 1 || server(list[0].address) || strings.EqualFold(list[0].address, sender.own) || strings.EqualFold(list[0].address, sender.from) {
		return
	}
	said := reply(text)
	if !clear(said) && clear(subject) {
		said = cut(tidy(subject))
	}
	l.add(settle(format.Recipient{Address: list[0].address, Action: l.fallback(sender), Diagnostic: said}))
}

// addReturned takes the only recipient of the mail that came back, when the
// notice names nobody: whom else could it mean.
func (l *recipients) addReturned(root *mime.Part, text string, sender sender) {
	to := returnedTo(root, text)
	if len(to) != 1 || to[0].Address == "" {
		return
	}
	said := reply(text)
	l.add(settle(format.Recipient{Address: canonical(to[0].Address), Action: l.fallback(sender), Diagnostic: said}))
}
