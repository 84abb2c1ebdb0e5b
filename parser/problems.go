package parser

import "postern/parser/mime"

// problems collects what was wrong, each sentence once.
type problems struct {
	list []mime.Problem
	seen map[mime.Problem]bool
}

// maxProblems is how many are told; a mail with more is broken enough.
const maxProblems = 300

func (p *problems) add(found ...mime.Problem) {
	for _, problem := range found {
		if p.seen[problem] || len(p.list) >= maxProblems {
			continue
		}
		if p.seen == nil {
			p.seen = make(map[mime.Problem]bool)
		}
		p.seen[problem] = true
		p.list = append(p.list, problem)
	}
}

func (p *problems) tell(code, detail string) { p.add(mime.Problem{Code: code, Detail: detail}) }
