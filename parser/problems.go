package parser

import "postern/parser/mime"

// problems collects what was wrong: each sentence once, and of one code not more
// than say something new.
type problems struct {
	list  []mime.Problem
	seen  map[mime.Problem]bool
	alike map[string]int
}

// maxAlike is how many problems of one code are told.
const maxAlike = 20

func (p *problems) add(found ...mime.Problem) {
	for _, problem := range found {
		if p.seen[problem] || p.alike[problem.Code] >= maxAlike {
			continue
		}
		if p.seen == nil {
			p.seen, p.alike = make(map[mime.Problem]bool), make(map[string]int)
		}
		p.seen[problem] = true
		p.alike[problem.Code]++
		p.list = append(p.list, problem)
	}
}

func (p *problems) tell(code, detail string) { p.add(mime.Problem{Code: code, Detail: detail}) }
