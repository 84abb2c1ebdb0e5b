package templates

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

// Variable is one thing a template can be filled with.
type Variable struct {
	Name     string
	List     bool // a list of strings, else one string
	Optional bool // it may be empty: the template asks before it uses it
}

// functions is all that a template may call beside conditions.
var functions = template.FuncMap{
	// number counts from one where range counts from nought.
	"number": func(index int) int { return index + 1 },
}

// callable are the functions a template may name; everything else of
// text/template (call, index, printf …) is refused when it is read.
var callable = map[string]bool{"number": true, "and": true, "or": true, "not": true}

// walker collects variables from parse trees, from both branches of every
// condition, so that none shows up only on the day a condition turns.
type walker struct {
	found   map[string]*Variable
	guarded map[string]int // variables that a surrounding condition has asked for
	err     error
}

func variables(trees ...*template.Template) ([]Variable, error) {
	w := &walker{found: map[string]*Variable{}, guarded: map[string]int{}}
	for _, t := range trees {
		if t.Tree != nil {
			w.list(t.Tree.Root)
		}
	}
	all := make([]Variable, 0, len(w.found))
	for _, v := range w.found {
		all = append(all, *v)
	}
	slices.SortFunc(all, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	return all, w.err
}

func (w *walker) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		w.node(node)
	}
}

func (w *walker) node(node parse.Node) {
	switch n := node.(type) {
	case *parse.TextNode, *parse.CommentNode:
	case *parse.ActionNode:
		w.pipe(n.Pipe, w.use)
	case *parse.IfNode:
		w.condition(&n.BranchNode)
	case *parse.RangeNode:
		w.pipe(n.Pipe, w.useList)
		w.list(n.List)
		w.list(n.ElseList)
	default:
		w.fail(node)
	}
}

// condition walks both branches; inside the first one the variables asked for
// are known to be there.
func (w *walker) condition(n *parse.BranchNode) {
	var asked []string
	w.pipe(n.Pipe, func(name string) {
		w.variable(name)
		asked = append(asked, name)
	})
	for _, name := range asked {
		w.guarded[name]++
	}
	w.list(n.List)
	for _, name := range asked {
		w.guarded[name]--
	}
	w.list(n.ElseList)
}

func (w *walker) pipe(pipe *parse.PipeNode, use func(string)) {
	for _, command := range pipe.Cmds {
		for _, argument := range command.Args {
			w.argument(argument, use)
		}
	}
}

func (w *walker) argument(node parse.Node, use func(string)) {
	switch n := node.(type) {
	case *parse.FieldNode:
		if len(n.Ident) != 1 {
			w.fail(node)
			return
		}
		use(n.Ident[0])
	case *parse.IdentifierNode:
		if !callable[n.Ident] {
			w.fail(node)
		}
	case *parse.VariableNode:
		if len(n.Ident) != 1 || n.Ident[0] == "$" {
			w.fail(node)
		}
	case *parse.PipeNode:
		w.pipe(n, use)
	default:
		w.fail(node)
	}
}

// variable notes a name without saying that it must be filled.
func (w *walker) variable(name string) *Variable {
	v, ok := w.found[name]
	if !ok {
		v = &Variable{Name: name, Optional: true}
		w.found[name] = v
	}
	return v
}

func (w *walker) use(name string) {
	v := w.variable(name)
	if w.guarded[name] == 0 {
		v.Optional = false
	}
}

func (w *walker) useList(name string) {
	w.use(name)
	w.found[name].List = true
}

func (w *walker) fail(node parse.Node) {
	if w.err == nil {
		w.err = fmt.Errorf("“%s” is not allowed: only variables, conditions, loops over a variable and %s", node, strings.Join(slices.Sorted(maps.Keys(callable)), ", "))
	}
}
